"""Our server in a process of its own over a folder of files, and raw connections to it."""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.desk import COMMAND, environment
from support.store import NOON, make_article, make_state, make_translation, save

from syndicator.model import Condition
from syndicator.store.sql import SqlStore

ATOM = (
    '<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet href="style.css" type="text/css"?>\n'
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Лента</title>' + "<entry/>" * 200 + "</feed>\n"
).encode()
RSS = b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>News</title></channel></rss>\n' + b" " * 300
PAGE = ("<!DOCTYPE html><title>Новости</title>" + "<p>слово за словом</p>" * 100).encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; field names in lower case."""

    status: int
    fields: Mapping[str, str]
    body: bytes
    lines: tuple[str, ...] = ()
    """The head's lines as they were sent."""


@dataclass(slots=True)
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    host: str
    port: int
    config: Path
    folder: Path
    log: Path
    environment: dict[str, str] = field(default_factory=dict)

    def connect(self, *, timeout: float = 30) -> socket.socket:
        """Return a new connection."""
        return socket.create_connection((self.host, self.port), timeout=timeout)

    def get(self, path: str, *, method: str = "GET", body: bytes = b"", **fields: str) -> Reply:
        """Ask for a path as it is written, on a connection of its own; `If_Range="…"` stands for `If-Range: …`."""
        named = {"Host": f"{self.host}:{self.port}", **{key.replace("_", "-"): value for key, value in fields.items()}}
        lines = [f"{method} {path} HTTP/1.1", *(f"{key}: {value}" for key, value in named.items())]
        lines += [f"Content-Length: {len(body)}"] if body else []
        (reply,) = self.talk("\r\n".join([*lines, "Connection: close", "", ""]).encode("utf-8") + body, [method])
        return reply

    def talk(self, sent: bytes, methods: list[str] | None = None) -> list[Reply]:
        """Send bytes, read until the server closes, return the answers; `methods` tells which were HEAD."""
        with self.connect() as connection:
            connection.sendall(sent)
            received = read_all(connection)
        return list(_replies(received, methods or []))


def read_all(connection: socket.socket) -> bytes:
    """Read until the other side closes."""
    pieces = []
    try:
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


def _replies(received: bytes, methods: list[str]) -> Iterator[Reply]:
    waiting = list(methods)
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        status = int(first.split(" ")[1])
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        method = waiting.pop(0) if waiting and status >= 200 else "GET"
        is_empty = method == "HEAD" or status in {204, 304} or status < 200
        length = 0 if is_empty else int(fields.get("content-length", 0))
        yield Reply(status, fields, rest[:length], (first, *lines))
        received = rest[length:]


def lay_out(folder: Path) -> None:
    """Write a small published folder."""
    files = {
        "index.html": PAGE,
        "style.css": b"body { color: #111 }\n" * 40,
        "feeds.opml": b"<opml/>",
        "en/atom.xml": ATOM,
        "en/rss.xml": RSS,
        "en/feed.json": b'{"version": "https://jsonfeed.org/version/1.1", "items": []}' + b" " * 400,
        "en/sitemap.xml": b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>',
        "en/index.html": PAGE + b"<!-- en -->",
        "en/stories/a.html": PAGE,
        "en/archive/atom-1.xml": ATOM,
        "ru/atom.xml": ATOM,  # without a page beside it
        "ru/empty.txt": b"",
        "ru/с пробелом.txt": "кириллица".encode(),
        "ru/.hidden": b"secret",
        "ru/picture.png": b"\x89PNG" + b"\0" * 1000,
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1_700_000_000, 1_700_000_000))


def write_config(folder: Path, more: str = "") -> Path:
    """Write the config of a desk without sources."""
    config = folder / "config" / "syndicator.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('languages = ["en", "ru"]\n' + more, encoding="utf-8")
    return config


@contextmanager
def served(folder: Path, more: str = "", *options: str) -> Iterator[Served]:
    """Serve `folder/feeds` at a free port, with `more` in the config; end it for sure."""
    config = write_config(folder, more)
    log = folder / "log"
    with log.open("a") as errors:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *options, "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment(),
            cwd=folder,
        )
    with process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            assert line.startswith("serving http://"), log.read_text()
            host, _, port = line.removeprefix("serving http://").strip().rstrip("/").rpartition(":")
            yield Served(process, host.strip("[]"), int(port), config, folder / "feeds", log)
        finally:
            if process.poll() is None:
                process.kill()


DESK_SOURCES = (
    '[[sources]]\nslug = "kremlin"\nfeed = "https://origin.example/feed?key=geheim"\n'
    '[[sources]]\nslug = "other"\ninbox = "inbox"\n'
)
DESK_TEXTS = (
    ("Мост через реку", "<p>Строили три года. Ёлка стоит у моста.</p>"),
    ("День города", "<p>В городе не было ни дня без <b>дождя</b> &amp; ветра.</p>"),
    ("Министры договорились", "<p>Люди ждут нового моста.</p>"),
)

DESK_STATE = make_state(
    condition=Condition.FAILING,
    detail="https://user:geheim@origin.example/feed?key=geheim could not be had: /srv/desk/x: timed out",
    checked=NOON,
    due=NOON + timedelta(hours=1),
)


def fill_desk(store: SqlStore) -> None:
    """Keep three stories, two of them translated."""
    now = datetime.now(UTC)
    for number, (title, html) in enumerate(DESK_TEXTS):
        moments = dict.fromkeys(("published", "updated", "first_seen"), now - timedelta(minutes=90 + number))
        article = make_article(number, title=title, html=html, **moments)
        save(store, article, state=DESK_STATE)
        if number:
            english = "<p>Running <i>ministers</i> & children, twelve words a second.</p>".replace(" & ", " &amp; ")
            store.save_translation(
                make_translation(
                    article, title="Bridges of the city", html=english, translated=now - timedelta(hours=1)
                )
            )
    store.save_translation(make_translation(article, title="New bridge", html=english, translated=now))
