"""Feeds in every encoding that Russian is met in, declared rightly, wrongly or not at all, read into a real store."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hostile.case import answer
from hostile.server import HostileOrigin
from hostile.test_origin import fetcher
from support.store import StoppedClock, sqlite

from syndicator import pipeline
from syndicator.model import Condition, Source, SourceKind
from syndicator.store.sql import SqlStore

TITLE = "Совет области утвердил бюджет на 2026 год"
BODY = (
    "Депутаты приняли главный финансовый документ в третьем чтении, а губернатор подписал его в тот же день. "
    "Расходы на школы, больницы и дороги вырастут, и новый порядок начнёт действовать первого января."
)
FEED = (
    '<rss version="2.0"><channel><title>Вестник</title><link>https://v.example/</link><description/>'
    f"<item><title>{TITLE}</title><guid>https://v.example/1</guid><link>https://v.example/1</link>"
    f"<description>{BODY}</description></item></channel></rss>"
)
BYTES = {
    "utf-8": "utf-8",
    "utf-8 with a mark": "utf-8-sig",
    "windows-1251": "cp1251",
    "koi8-r": "koi8-r",
    "iso-8859-5": "iso8859-5",
    "ibm866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
SINGLE = ("windows-1251", "koi8-r", "iso-8859-5", "ibm866", "x-mac-cyrillic")


def declared(name: str | None) -> str:
    """Return an XML declaration."""
    return f'<?xml version="1.0" encoding="{name}"?>' if name else ""


def cases() -> Iterator[tuple[str, str, str | None, str | None]]:
    """Yield (what it is, its codec, what XML declares, what HTTP declares)."""
    for name, codec in BYTES.items():
        plain = name.removesuffix(" with a mark")
        yield f"{name}, told by XML", codec, plain, None
        yield f"{name}, told by HTTP", codec, None, plain
        yield f"{name}, told by nobody", codec, None, None
        yield f"{name}, HTTP says latin-1", codec, plain, "iso-8859-1"
        yield f"{name}, both say utf-7", codec, "utf-7", "utf-7"
        yield f"{name}, of an encoding that there is not", codec, "x-unheard-of", "nonsense"
    for name in SINGLE:
        for lie in (*(other for other in SINGLE if other != name), "utf-8", "utf-16"):
            yield f"{name}, said to be {lie}", BYTES[name], lie, lie


CASES = list(cases())


@dataclass
class Reader:
    """A store that feeds of the hostile origin are read into."""

    origin: HostileOrigin
    store: SqlStore
    clock: StoppedClock = field(default_factory=StoppedClock)

    def read(self, number: int) -> Source:
        """Read feed `number` and return its source."""
        source = Source(slug=f"s{number}", kind=SourceKind.FEED, url=self.origin.url(f"/{number}"))
        fetch = fetcher(timeout="5s")
        pipeline.read(source, store=self.store, fetcher=fetch, clock=self.clock, chance=0)
        return source


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    acts = {}
    for number, (_, codec, xml, http) in enumerate(CASES):
        body = (declared(xml) + FEED).encode(codec)
        kind = b"Content-Type: application/rss+xml" + (f"; charset={http}".encode() if http else b"")
        acts[f"/{number}"] = lambda link, body=body, kind=kind: link.send(answer(body, kind))
    acts["/hidden"] = lambda link: link.send(
        answer((declared("utf-7") + FEED.replace(BODY, "+ADw-script+AD4-alert(1)+ADw-/script+AD4-")).encode("utf-8"))
    )
    make = sqlite(Path(tmp_path_factory.mktemp("encodings")))
    with HostileOrigin(acts) as origin:
        yield Reader(origin=origin, store=make())
    make.close()


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case[0] for case in CASES])
def test_russian_comes_through_whatever_it_is_said_to_be(reader: Reader, number: int) -> None:
    """The title and text are those that the origin meant, letter for letter."""
    source = reader.read(number)
    state = reader.store.source_state(source.slug)
    assert state.condition is Condition.OK, state.detail
    known = reader.store.known(source.slug, ["https://v.example/1"])
    article = reader.store.article(known["https://v.example/1"].id)
    assert article.title == TITLE
    assert BODY in article.html
    assert article.language == "ru"


def test_a_mark_up_hidden_in_utf_7_stays_text(reader: Reader) -> None:
    """UTF-7 is never decoded: what would be a script in it are plain letters."""
    source = Source(slug="hidden", kind=SourceKind.FEED, url=reader.origin.url("/hidden"))
    pipeline.read(source, store=reader.store, fetcher=fetcher(timeout="5s"), clock=reader.clock, chance=0)
    known = reader.store.known("hidden", ["https://v.example/1"])
    article = reader.store.article(known["https://v.example/1"].id)
    assert "<script" not in article.html
    assert "+ADw-script" in article.html
