"""Whoever can't prove to be the host that was asked gets no request, and is told from one that is down."""

import ssl
import warnings
from datetime import timedelta

import pytest
from hostile.case import TEXT, answer
from hostile.server import HostileOrigin, Link, served
from hostile.test_origin import fetcher

from syndicator.errors import Impostor, Unavailable
from syndicator.sources.http import HttpFetcher

ACTS = {"/": lambda link: link.send(answer())}


def patient() -> HttpFetcher:
    """Return a fetcher with time for a handshake."""
    return fetcher(timeout=timedelta(seconds=5))


def old(version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return how a server speaks that knows no newer version."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        context = served("good", minimum_version=version, maximum_version=version)
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def test_a_host_that_proves_its_name_is_believed() -> None:
    """The certificate is right, so the answer counts."""
    with HostileOrigin(ACTS, certificate="good") as origin:
        assert patient().fetch(origin.url("/")).content == TEXT


def test_a_certificate_of_another_name_is_an_impostor() -> None:
    """Nothing is sent: the request alone could tell what is read here."""
    with HostileOrigin(ACTS, certificate="other-name") as origin:
        with pytest.raises(Impostor, match="certificate"):
            patient().fetch(origin.url("/"))
        assert origin.requests == []


def test_a_certificate_for_a_name_does_not_stand_for_its_address() -> None:
    """Whoever is asked by number must prove the number."""
    with HostileOrigin(ACTS, certificate="good") as origin, pytest.raises(Impostor):
        patient().fetch(origin.url("/").replace("localhost", "127.0.0.1"))


def test_a_certificate_of_nobody_we_trust_is_an_impostor() -> None:
    """Our trust store doesn't know the authority."""
    with HostileOrigin(ACTS, certificate="good") as origin:
        with pytest.raises(Impostor):
            fetcher(tls=ssl.create_default_context(), timeout=timedelta(seconds=5)).fetch(origin.url("/"))
        assert origin.requests == []


@pytest.mark.parametrize("certificate", ["expired", "not-yet-valid"])
def test_a_certificate_out_of_date_is_a_failure_that_may_pass(certificate: str) -> None:
    """An origin forgot to renew it, or our clock is wrong: both are said."""
    with HostileOrigin(ACTS, certificate=certificate) as origin:
        with pytest.raises(Unavailable, match="clock is wrong") as caught:
            patient().fetch(origin.url("/"))
        assert not isinstance(caught.value, Impostor)
        assert origin.requests == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
def test_an_old_protocol_is_not_spoken(version: ssl.TLSVersion) -> None:
    """TLS 1.0 and 1.1 can be broken (RFC 8996)."""
    with HostileOrigin(ACTS, tls=old(version)) as origin, pytest.raises(Unavailable):
        patient().fetch(origin.url("/"))


@pytest.mark.parametrize(
    "act",
    [
        lambda link: link.send(b"HTTP/1.1 200 OK\r\n\r\nplain"),
        lambda link: link.send(b"\x15\x03\x03\x00\x02\x02\x28"),
        lambda link: link.send(bytes(999)),
        lambda link: link.send(b""),
        Link.reset,
        lambda link: link.flood(b"\x16\x03\x03\x40\x00" + bytes(0x4000)),
    ],
    ids=["plain text", "an alert", "NULs", "nothing", "a reset", "endless handshakes"],
)
def test_a_broken_handshake_is_a_failure(act: object) -> None:
    """Whatever comes in place of TLS ends the request."""
    with HostileOrigin({}, raw=act) as origin, pytest.raises(Unavailable):  # type: ignore[arg-type]
        patient().fetch(f"https://localhost:{origin.port}/")


def test_a_handshake_that_hangs_ends_in_time() -> None:
    """The deadline holds for it, too."""
    with HostileOrigin({}, raw=Link.hang) as origin, pytest.raises(Unavailable, match="did not answer within"):
        fetcher().fetch(f"https://localhost:{origin.port}/")


def test_a_redirect_to_plain_http_is_followed() -> None:
    """It is followed, since feeds are public; a source's own headers are not sent there."""
    with HostileOrigin(ACTS) as plain:
        acts = {"/": lambda link: link.send(answer(b"", b"Location: " + plain.url("/").encode(), status=b"302 F"))}
        with HostileOrigin(acts, certificate="good") as origin:
            assert patient().fetch(origin.url("/")).content == TEXT
