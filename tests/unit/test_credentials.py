"""Where a source's own headers come from, and that nothing shows them."""

from pathlib import Path

import httpx2
import pytest

from syndicator.config import load
from syndicator.config_tables import SourceSettings
from syndicator.errors import ConfigError
from syndicator.sources.credentials import load_access

URL = "https://agency.example/feed"


def feed(**more: object) -> SourceSettings:
    return SourceSettings.model_validate({"slug": "my-agency", "feed": URL, **more})


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "headers"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("ann:s3cret", b"Basic YW5uOnMzY3JldA=="),
        ("анна:тайна", b"Basic 0LDQvdC90LA60YLQsNC50L3QsA=="),
        ("ann:with blanks in it", b"Basic YW5uOndpdGggYmxhbmtzIGluIGl0"),
        ("Bearer abc.def", b"Bearer abc.def"),
        ("Basic YW5uOnMzY3JldA==", b"Basic YW5uOnMzY3JldA=="),
    ],
)
def test_the_environment_holds_credentials(value: str, sent: bytes) -> None:
    """A name and a password are sent as Basic (RFC 7617), a scheme as it stands."""
    access = load_access([feed()], {"SYNDICATOR_SOURCE_MY_AGENCY_AUTHORIZATION": value})["my-agency"]
    assert access.headers_for(httpx2.URL(URL)) == {b"Authorization": sent}


def test_a_file_holds_header_fields(tmp_path: Path) -> None:
    """One a line; empty lines and comments are passed over; the environment outranks it."""
    path = written(tmp_path, "\ufeff# of the agency\nX-Api-Key: 12345\n\nAuthorization: Bearer old\nCookie: a=b\n")
    variables = {"SYNDICATOR_SOURCE_MY_AGENCY_AUTHORIZATION": "Bearer new"}
    access = load_access([feed(headers_file=path)], variables)["my-agency"]
    assert access.headers_for(httpx2.URL("https://agency.example/other")) == {
        b"X-Api-Key": b"12345",
        b"Cookie": b"a=b",
        b"Authorization": b"Bearer new",
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://agency.example/feed",
        "https://agency.example:8443/feed",
        "https://www.agency.example/feed",
        "https://agency.example.evil.example/feed",
    ],
)
def test_only_the_same_scheme_host_and_port_is_its_origin(url: str) -> None:
    """Anything else gets none of it."""
    access = load_access([feed()], {"SYNDICATOR_SOURCE_MY_AGENCY_AUTHORIZATION": "ann:s3cret"})["my-agency"]
    assert not access.headers_for(httpx2.URL(url))
    assert access.headers_for(httpx2.URL("https://agency.example:443/x"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("s3cret", "is no header field"),
        (": s3cret", "is no header field"),
        ("X Key: s3cret", "is no header field"),
        ("Host: s3cret", "set by the program alone"),
        ("user-agent: s3cret", "set by the program alone"),
        ("Accept-Encoding: s3cret", "set by the program alone"),
        ("X-Key:", "has no value"),
        ("X-Key: s3cret\x01", "has no value, or one with characters"),
        ("X-Key: тайна", "has no value, or one with characters"),
        (b"X-Key: \xff", "is not UTF-8"),
        ("X-Key: " + "s3cret" * 9999, "is larger than"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_without_its_values(tmp_path: Path, text: str | bytes, problem: str) -> None:
    """The file and the line are named, never what stands there."""
    with pytest.raises(ConfigError, match=problem) as caught:
        load_access([feed(headers_file=written(tmp_path, text))], {})
    assert "s3cret" not in str(caught.value)
    assert "тайна" not in str(caught.value)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """A missing file of one source and a senseless variable of another."""
    sources = [feed(headers_file=tmp_path / "none"), feed(slug="other")]
    with pytest.raises(ConfigError) as caught:
        load_access(sources, {"SYNDICATOR_SOURCE_OTHER_AUTHORIZATION": "s3cret"})
    assert len(caught.value.problems) == 2
    assert "s3cret" not in str(caught.value)


def test_a_password_in_an_address_is_refused(tmp_path: Path) -> None:
    """Addresses of sources are published; the message says where a password belongs, and not what it is."""
    config = tmp_path / "syndicator.toml"
    config.write_text('[[sources]]\nslug = "a"\nfeed = "https://ann:s3cret@agency.example/feed"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="SYNDICATOR_SOURCE_<SLUG>_AUTHORIZATION") as caught:
        load(config)
    assert "s3cret" not in str(caught.value)


def test_credentials_of_no_source_are_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most likely a typing error, and the nearest right name is told."""
    config = tmp_path / "syndicator.toml"
    config.write_text('[[sources]]\nslug = "my-agency"\nfeed = "https://agency.example/feed"\n', encoding="utf-8")
    monkeypatch.setenv("SYNDICATOR_SOURCE_MY_AGENZY_AUTHORIZATION", "ann:s3cret")
    with pytest.raises(ConfigError, match="SYNDICATOR_SOURCE_MY_AGENCY_AUTHORIZATION") as caught:
        load(config)
    assert "s3cret" not in str(caught.value)
