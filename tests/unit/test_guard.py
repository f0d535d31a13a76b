import ipaddress

import httpcore2
import pytest
from support.origin import Origin

from syndicator.errors import Refused
from syndicator.sources.guard import Deadline, GuardedBackend, Intake, check_address

BLOCKED = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.0.1
    169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1
    192.168.0.1 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1
    255.255.255.255
    :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1
    64:ff9b::127.0.0.1 64:ff9b::a00:1 64:ff9b:1::808:808 100::1 2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1
    2001:20::1 2001:db8::1 2002:7f00:1::1 2002:a00:1::1 2002:c0a8:1::1 2620:4f:8000::1 3fff::1 4000::1 5f00::1
    fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff05::2 8000::1
""".split()  # noqa: SIM905 - a list of seventy quoted lines would be harder to read
GLOBAL = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 172.15.255.255
    172.32.0.1 192.0.1.1 192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1 223.255.255.255
    2001:4860:4860::8888 2001:200::1 2a00:1450:4001::1 2400:cb00::1 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808
    2002:808:808::1
""".split()  # noqa: SIM905 - a list of seventy quoted lines would be harder to read


@pytest.mark.parametrize("address", BLOCKED)
def test_an_address_not_meant_for_everybody_is_refused(address: str) -> None:
    """Private, local, special, reserved and multicast addresses are refused, however they are wrapped."""
    with pytest.raises(Refused, match="not an address on the public Internet"):
        check_address(address, allowed=())


@pytest.mark.parametrize("address", GLOBAL)
def test_a_public_address_is_allowed(address: str) -> None:
    """Global unicast is allowed, and so is an IPv6 form that leads to public IPv4."""
    check_address(address, allowed=())


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
def test_an_allowed_network_holds_its_wrapped_forms_too(address: str) -> None:
    """`allow_private` opens exactly the networks that it names."""
    allowed = (ipaddress.ip_network("127.0.0.0/8"),)
    check_address(address, allowed=allowed)
    with pytest.raises(Refused):
        check_address("10.0.0.1", allowed=allowed)
    with pytest.raises(Refused):
        check_address("::1", allowed=allowed)


@pytest.mark.parametrize("text", ["", "127.1", "localhost", "0x7f.1", "1.2.3.4.5", "①.1.1.1"])
def test_what_is_no_numeric_address_is_refused(text: str) -> None:
    """Only addresses in the usual notation are judged; everything else is refused."""
    with pytest.raises(Refused):
        check_address(text, allowed=())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_loopback_is_not_connected_to_whatever_it_is_called(host: str) -> None:
    """What a name resolves to is checked, not the name."""
    with Origin() as origin:
        backend = GuardedBackend(allowed=(), deadline=Deadline(5), intake=Intake(1000))
        with pytest.raises(Refused):
            backend.connect_tcp(host, origin.port)
        assert origin.connections == 0


def test_an_allowed_address_is_connected_to() -> None:
    """With `allow_private`, a local server answers."""
    with Origin() as origin:
        allowed = (ipaddress.ip_network("127.0.0.0/8"),)
        backend = GuardedBackend(allowed=allowed, deadline=Deadline(5), intake=Intake(1000))
        stream = backend.connect_tcp("127.0.0.1", origin.port)
        try:
            assert stream.get_extra_info("server_addr") == ("127.0.0.1", origin.port)
        finally:
            stream.close()


def test_waiting_for_bytes_ends_at_the_deadline() -> None:
    """A server that says nothing is waited for until the deadline, whatever time-out was asked for."""
    with Origin() as origin:
        deadline = Deadline(0.2)
        backend = GuardedBackend(allowed=(ipaddress.ip_network("127.0.0.0/8"),), deadline=deadline, intake=Intake(1000))
        stream = backend.connect_tcp("127.0.0.1", origin.port)
        try:
            with pytest.raises(httpcore2.ReadTimeout):
                stream.read(1, timeout=None)
            with pytest.raises(httpcore2.ReadTimeout):
                stream.read(1, timeout=60)
        finally:
            stream.close()


def test_nothing_begins_after_the_deadline() -> None:
    """A deadline that has passed lets no connection be opened."""
    backend = GuardedBackend(allowed=(ipaddress.ip_network("127.0.0.0/8"),), deadline=Deadline(-1), intake=Intake(1000))
    with pytest.raises(httpcore2.ConnectTimeout):
        backend.connect_tcp("127.0.0.1", 9)
