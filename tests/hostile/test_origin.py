"""Everything that an origin may do to us, through the real fetcher: each case ends in time with what it must."""

import ssl
from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import quote

import pytest
from hostile.case import MOST_BYTES, SECONDS, Case
from hostile.cases import CASES
from hostile.server import CERTIFICATES, HostileOrigin

from syndicator.config import NetworkSettings
from syndicator.sources.credentials import Access
from syndicator.sources.http import HttpFetcher

TRUST = ssl.create_default_context(cafile=str(CERTIFICATES / "authority.pem"))


def fetcher(
    *, tls: ssl.SSLContext = TRUST, access: Mapping[str, Access] | None = None, **settings: object
) -> HttpFetcher:
    """Return a fetcher that knows no host yet, in a hurry, that may reach one address."""
    values = {
        "timeout": timedelta(seconds=SECONDS),
        "max_bytes": MOST_BYTES,
        "allow_private": ("127.0.0.1/32",),
        **settings,
    }
    return HttpFetcher(NetworkSettings.model_validate(values), user_agent="syndicator/test", tls=tls, access=access)


@pytest.fixture(scope="module")
def origin() -> Iterator[HostileOrigin]:
    with HostileOrigin({f"/{quote(case.name)}": case.act for case in CASES}) as server:
        yield server


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_origin_can_do_us_no_harm(origin: HostileOrigin, case: Case) -> None:
    """A document comes only of a whole, honest answer; all else is a `FetchError` that says what was wrong."""
    asked = len(origin.requests)
    url = origin.url(f"/{quote(case.name)}")
    if isinstance(case.outcome, bytes):
        document = fetcher().fetch(url)
        assert document.content == case.outcome
        if document.etag:
            fetcher().fetch(url, etag=document.etag)  # what came can be sent back
    else:
        kind, words = case.outcome
        with pytest.raises(kind, match=words) as caught:
            fetcher().fetch(url)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 500
    for request in origin.requests[asked:]:
        assert not {b"cookie", b"authorization", b"referer"} & {
            line.partition(b":")[0].lower() for line in request.splitlines()
        }


def test_there_are_enough_cases() -> None:
    """Names are different, and there are more than a hundred of them."""
    assert len({case.name for case in CASES}) == len(CASES) > 250
