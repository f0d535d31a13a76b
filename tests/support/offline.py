"""Make every connection beyond loopback, and every import of onnxruntime, an error that the test run can't miss.

Installed in the test process by `conftest.py` and in every Python process that it starts by `guarded/sitecustomize.py`.
The error is raised where it happens and, since somebody may swallow it, written to the file that $OFFLINE_REPORT names.
"""

import contextlib
import ipaddress
import os
import socket
import sys
from pathlib import Path

FORBIDDEN_IMPORTS = ("onnxruntime", "minisbd", "stanza", "argostranslate.translate")
LOCAL_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost")


class Strayed(BaseException):
    """Something reached beyond this machine; no `except Exception` stops it."""


def is_local(host: object) -> bool:
    """Return whether a host, as given to `connect` or `getaddrinfo`, is this machine."""
    if host is None or host in {"", b""}:
        return True
    name = host.decode("latin-1") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        with contextlib.suppress(OSError):  # an odd spelling, as 127.2
            return ipaddress.ip_address(socket.inet_aton(name.rstrip("."))).is_loopback
        return name.lower().rstrip(".") in LOCAL_NAMES or name.lower().endswith(".localhost")


def _check(event: str, args: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = args[1]
        if isinstance(address, tuple) and not is_local(address[0]):
            _report(f"connection to {address}")
    elif event == "socket.getaddrinfo":
        # Where the test has taken the network away, a look-up is what it wants to see fail.
        if not is_local(args[0]) and "WITHOUT_NETWORK" not in os.environ:
            _report(f"name look-up of {args[0]!r}")
    elif event == "import" and args[0] in FORBIDDEN_IMPORTS:
        _report(f"import of {args[0]}")


def _report(what: str) -> None:
    if path := os.environ.get("OFFLINE_REPORT"):
        with Path(path).open("a", encoding="utf-8") as report:
            report.write(f"{what} by {' '.join(sys.argv[:3])}\n")
    raise Strayed(what)


def install() -> None:
    """Watch this process from now on; can't be undone."""
    sys.addaudithook(_check)
