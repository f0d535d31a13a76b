"""Orders over HTTP, and the serving process itself."""

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from support import samples
from support.desk import COMMAND, Desk, environment, stop, wait_until
from support.origin import Origin
from support.serving import Reply, Served, lay_out, served, write_config

ORDER = "/api/sources/press/read-now"
SOURCE = '[[sources]]\nslug = "press"\ninbox = "inbox"\n[[sources]]\nslug = "off"\ninbox = "inbox"\nenabled = false\n'


class Orderly:
    """A served desk whose source was looked at, with its token."""

    def __init__(self, server: Served, token: str) -> None:
        self.server = server
        self.token = token
        self.store = server.folder.parent / "data" / "syndicator.db"

    def order(self, path: str = ORDER, *, method: str = "POST", body: bytes = b"", **fields: str) -> Reply:
        """Send an order."""
        return self.server.get(path, method=method, body=body, **fields)

    def due(self) -> str | None:
        """Return when the source is read next, as the store has it."""
        with closing(sqlite3.connect(self.store)) as store:
            (found,) = store.execute("select due from sources where slug = 'press'").fetchone()
        return None if found is None else str(found)

    def reset(self) -> None:
        """Have the source be due far from now."""
        with closing(sqlite3.connect(self.store, timeout=10)) as store, store:
            store.execute("update sources set due = '2100-01-01 00:00:00.000000', condition = 'ok'")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orderly]:
    folder = tmp_path_factory.mktemp("orders")
    desk = Desk.make(folder / "desk", SOURCE)
    desk.call("run")
    token = desk.call("token", "new").stdout.strip()
    with served(desk.folder, desk.config.read_text().partition("\n")[2]) as server:
        yield Orderly(server, token)


@pytest.fixture
def desk(started: Orderly) -> Orderly:
    started.reset()
    return started


def test_an_order_with_the_token_is_done(desk: Orderly) -> None:
    """A program sends `Authorization: Bearer`, and needs no origin: the source is due at once."""
    reply = desk.order(Authorization=f"Bearer {desk.token}")
    assert (reply.status, json.loads(reply.body)) == (202, {"source": "press", "state": "due"})
    assert desk.due() is None
    assert reply.fields["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in reply.fields["content-security-policy"]


def test_an_order_from_a_form_of_ours_is_done(desk: Orderly) -> None:
    """The page's own form carries the token; the browser says where it was sent from."""
    own = f"http://{desk.server.host}:{desk.server.port}"
    form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": own, "Sec_Fetch_Site": "same-origin"}
    assert desk.order(body=f"token={quote(desk.token)}".encode(), **form).status == 202
    assert desk.due() is None


@pytest.mark.parametrize(
    "fields",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "OWN"},
    ],
)
def test_an_order_from_elsewhere_is_refused(desk: Orderly, fields: dict[str, str]) -> None:
    """Even with the token: a page of another site can't have a browser do things here."""
    own = f"http://{desk.server.host}:{desk.server.port}"
    named = {name.replace("-", "_"): value.replace("OWN", own) for name, value in fields.items()}
    assert desk.order(Authorization=f"Bearer {desk.token}", **named).status == 403
    form = {"Content_Type": "application/x-www-form-urlencoded", **named}
    assert desk.order(body=f"token={quote(desk.token)}".encode(), **form).status == 403
    assert desk.due() is not None


def test_a_form_that_names_no_origin_is_refused(desk: Orderly) -> None:
    """Every browser of today names it; what does not must show that it is no form."""
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert desk.order(body=f"token={quote(desk.token)}".encode(), **form).status == 403


@pytest.mark.parametrize("given", ["", "wrong", "Bearer", "Bearer ", "Bearer wrong", "Basic TOKEN", "Bearer TOKEN x"])
def test_an_order_without_the_token_is_refused(desk: Orderly, given: str) -> None:
    """401, and nothing has changed; the token in the address is none."""
    own = f"http://{desk.server.host}:{desk.server.port}"
    fields = {"Origin": own} | ({"Authorization": given.replace("TOKEN", desk.token)} if given else {})
    reply = desk.order(f"{ORDER}?token={desk.token}", **fields)
    assert reply.status == 401
    assert reply.fields["www-authenticate"].startswith("Bearer")
    assert desk.due() is not None
    assert desk.token not in desk.server.log.read_text()


def test_reading_changes_nothing(desk: Orderly) -> None:
    """GET and HEAD on an order are 405, whatever they carry."""
    for method in ("GET", "HEAD"):
        reply = desk.order(method=method, Authorization=f"Bearer {desk.token}")
        assert (reply.status, reply.fields["allow"]) == (405, "POST")
    assert desk.due() is not None


def test_orders_that_make_no_sense(desk: Orderly) -> None:
    """An unknown source, one that is switched off, one whose origin is gone, no such order, too large a body."""
    entitled = {"Authorization": f"Bearer {desk.token}"}
    for slug in ("nix", "off", "..%2fpress", "%00"):
        assert desk.order(f"/api/sources/{slug}/read-now", **entitled).status == 404
    assert desk.order("/api/nix", **entitled).status == 404
    with closing(sqlite3.connect(desk.store, timeout=10)) as store, store:
        store.execute("update sources set condition = 'gone'")
    assert desk.order(**entitled).status == 409
    assert desk.order(body=b"x" * 100_000, **entitled).status == 413


def test_the_token_is_kept_as_a_hash_for_one_user(tmp_path: Path) -> None:
    """`init` shows it once; `token new` replaces it; the file is readable by its owner alone and does not hold it."""
    shown = subprocess.run(
        [*COMMAND, "init", str(tmp_path)], env=environment(), capture_output=True, text=True, check=True, cwd=tmp_path
    )
    first = shown.stdout.split()[-1]
    kept = tmp_path / "data" / "web-token"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    before = kept.read_text()
    config = ["--config", str(tmp_path / "config" / "syndicator.toml")]
    made = subprocess.run(
        [*COMMAND, "token", "new", *config], env=environment(), capture_output=True, text=True, check=True
    )
    assert len(made.stdout.strip()) >= 43
    assert made.stdout.strip() != first
    assert kept.read_text() != before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert first not in before
    assert made.stdout.strip() not in kept.read_text()


def test_without_a_token_no_order_is_done(desk: Orderly) -> None:
    """Nothing kept, or an empty file: nothing is the token, nor is the empty text."""
    kept = desk.server.folder.parent / "data" / "web-token"
    held = kept.read_text()
    try:
        for content in ("", "\n", None):
            kept.write_text(content) if content is not None else kept.unlink()
            for given in (desk.token, "", content or ""):
                assert desk.order(Authorization=f"Bearer {given}".strip()).status == 401
    finally:
        kept.write_text(held)


def test_it_stops_at_once_when_nothing_is_under_way(tmp_path: Path) -> None:
    """Idle connections do not hold it up; the exit code is 0."""
    lay_out(tmp_path / "feeds")
    with served(tmp_path) as server:
        idle = [server.connect() for _ in range(3)]
        idle[0].sendall(b"GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle[0].recv(100)
        assert stop(server.process, seconds=10) == 0
        for one in idle:
            one.close()
    assert "serving_ended" in server.log.read_text()


def test_it_stops_within_ten_seconds_though_a_client_takes_nothing(tmp_path: Path) -> None:
    """What is being sent may be taken for some seconds; then it ends all the same."""
    lay_out(tmp_path / "feeds")
    (tmp_path / "feeds" / "large.bin").write_bytes(os.urandom(24 << 20))
    with served(tmp_path) as server, socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect((server.host, server.port))
        slow.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert slow.recv(100)
        assert stop(server.process, seconds=10) == 0


def test_an_answer_that_is_under_way_is_sent_whole(tmp_path: Path) -> None:
    """SIGTERM in the middle of a download that is being taken does not cut it."""
    lay_out(tmp_path / "feeds")
    content = os.urandom(24 << 20)
    (tmp_path / "feeds" / "large.bin").write_bytes(content)
    with served(tmp_path) as server, server.connect() as connection:
        connection.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = connection.recv(1000)
        server.process.send_signal(signal.SIGTERM)
        while piece := connection.recv(1 << 20):
            received += piece
        assert received.endswith(content[-1000:])
        assert len(received) > len(content)
        assert server.process.wait(10) == 0


def test_a_port_in_use_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Exit code 8, what to do, and no traceback."""
    config = write_config(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [*COMMAND, "serve", "--port", str(taken.getsockname()[1]), "--config", str(config)],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 8
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_sighup_takes_new_settings_and_refuses_broken_ones(tmp_path: Path) -> None:
    """Without a connection lost: what is gone from now on is 410."""
    lay_out(tmp_path / "feeds")
    with served(tmp_path) as server:
        server.config.write_text("[web]\ngone = 7\n")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "config_refused" in server.log.read_text())
        assert server.get("/en/atom.xml").status == 200
        server.config.write_text('[web]\ngone = ["/en/"]\n')
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.get("/en/atom.xml").status == 410)


def test_the_daemon_serves_and_obeys(tmp_path: Path) -> None:
    """`daemon --serve` publishes, serves what it published, reads at an order; SIGTERM ends both within ten seconds."""
    with Origin() as origin:
        origin.add("/en.atom", body=samples.ATOM_EN.encode(), headers={"Content-Type": "application/atom+xml"})
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        desk = Desk.make(
            tmp_path / "desk",
            f'[[sources]]\nslug = "press"\nfeed = "{origin.url("/en.atom")}"\n[web]\nport = {port}\n',
        )
        token = desk.call("token", "new").stdout.strip()
        process = desk.start("daemon", "--serve")
        try:
            wait_until(lambda: "daemon_started" in desk.log() or process.poll() is not None)
            server = Served(process, "127.0.0.1", port, desk.config, desk.feeds, desk.folder / "log")
            wait_until(lambda: server.get("/en/press/atom.xml").status == 200)
            before = len(origin.requests)
            assert server.get(ORDER, method="POST", Authorization=f"Bearer {token}").status == 202
            wait_until(lambda: len(origin.requests) > before)
            child = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
            assert stop(process, seconds=10) == 0
            assert all(not Path(f"/proc/{pid}/cmdline").exists() for pid in child.split())
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def test_the_daemon_does_not_begin_where_nothing_can_be_served(tmp_path: Path) -> None:
    """A port in use is told at once, with exit code 8."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        desk = Desk.make(tmp_path / "desk", f"[web]\nport = {taken.getsockname()[1]}\n")
        done = desk.call("daemon", "--serve", code=8)
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_server_ends_with_its_daemon_and_starts_again_without(tmp_path: Path) -> None:
    """Killed alone it comes back; when the daemon is killed it ends by itself and lets go of the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    desk = Desk.make(tmp_path / "desk", f"[web]\nport = {port}\n")
    process = desk.start("daemon", "--serve")

    def is_served() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def serving() -> list[int]:
        return [int(line.rpartition("pid=")[2].split()[0]) for line in desk.log().splitlines() if "serving " in line]

    try:
        wait_until(lambda: "daemon_started" in desk.log() or process.poll() is not None)
        os.kill(serving()[0], signal.SIGKILL)
        wait_until(lambda: len(serving()) == 2)
        assert is_served()
        process.kill()
        process.wait()
        wait_until(lambda: not is_served(), seconds=20)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
