"""The proof that nothing is connected to: every attempt is seen, whatever code makes it, and none gets out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.desk import Desk, environment

from syndicator import airgap
from syndicator.config import load
from syndicator.translation.witness import Witness

TRIES = """
import ctypes, socket, sys, threading
from contextlib import suppress
from syndicator.translation.isolated_main import isolate
with socket.socket(fileno=int(sys.argv[1])) as witness:
    isolate(witness)
def quietly(do, *values):
    with suppress(OSError):
        do(*values)
        print("got out")
udp, six = socket.socket(type=socket.SOCK_DGRAM), socket.socket(socket.AF_INET6)
libc = ctypes.CDLL(None)
tries = {
    "none": lambda: None,
    "unix": lambda: quietly(socket.socket(socket.AF_UNIX).connect, "/nowhere"),
    "tcp": lambda: quietly(socket.socket().connect, ("203.0.113.5", 443)),
    "udp": lambda: quietly(udp.sendto, b"x", ("203.0.113.5", 53)),
    "six": lambda: quietly(six.connect, ("2001:db8::5", 80)),
    "native": lambda: libc.connect(udp.fileno(), bytes([2, 0, 0, 7, 203, 0, 113, 9]) + bytes(8), 16),
    "thread": lambda: [one.start() or one.join() for one in [threading.Thread(target=tries["tcp"])]],
}
tries[sys.argv[2]]()
"""


def tried(what: str) -> tuple[list[str], Witness, str]:
    """Return what the witness saw of a process that does one thing after it was isolated."""
    with Witness() as witness:
        end = witness.child_end.fileno()
        done = subprocess.run(
            [sys.executable, "-c", TRIES, str(end), what],
            pass_fds=[end],
            env={key: value for key, value in environment().items() if key != "PYTHONPATH"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return witness.attempts(), witness, done.stdout


def watched(witness: Witness) -> None:
    """Skip where the kernel, or the container that we are in, does not let a process be watched."""
    if not witness.is_watching.is_set() and os.environ.get("CI") != "true":
        pytest.skip(f"attempts can't be watched here: {witness.problems}")
    assert witness.is_watching.is_set(), witness.problems


@pytest.mark.parametrize(
    ("what", "seen"),
    [
        ("tcp", ["a connection to 203.0.113.5 port 443"]),
        ("thread", ["a connection to 203.0.113.5 port 443"]),
        ("six", ["a connection to 2001:db8::5 port 80"]),
        ("native", ["a connection to 203.0.113.9 port 7"]),
    ],
)
def test_a_connection_is_seen_and_goes_nowhere(what: str, seen: list[str]) -> None:
    """From Python or native code, from any thread, over either protocol: its address is told, and it is refused."""
    attempts, witness, printed = tried(what)
    watched(witness)
    assert [one for one in attempts if one.startswith("a connection")] == seen
    assert printed == ""


def test_a_datagram_is_seen_by_its_socket() -> None:
    """What needs no connection needs a socket all the same, and the namespace lets nothing out of it."""
    attempts, witness, printed = tried("udp")
    watched(witness)
    assert "a socket of IPv4" in attempts
    assert printed == ""


def test_what_stays_on_this_machine_is_no_attempt() -> None:
    """A Unix socket reaches nobody else; the two sockets are those that the script makes for its other tries."""
    attempts, witness, _ = tried("unix")
    watched(witness)
    assert attempts == ["a socket of IPv4", "a socket of IPv6"]


def test_translating_tries_nothing(tmp_path: Path) -> None:
    """The translating process, isolated and watched, translates and makes no attempt: the list is empty."""
    desk = Desk.make(tmp_path / "desk")
    proof = airgap.prove(load(desk.config), pair=("ru", "en"))
    if not proof.is_watched and os.environ.get("CI") != "true":
        pytest.skip("; ".join(proof.problems))
    assert proof.holds, proof
    assert proof.is_isolated
    assert proof.attempts == ()
    assert proof.route == "ru>en"
    assert proof.text
