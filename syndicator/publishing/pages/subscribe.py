"""The page that says how to subscribe: every feed's address, a code for a phone's camera, links for common readers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from urllib.parse import quote

from syndicator.model import EditionKey
from syndicator.publishing import atom
from syndicator.publishing.catalogue import catalogue, spoken
from syndicator.publishing.feed import edition_title
from syndicator.publishing.masthead import INDEX, Masthead, Version, edition_folder
from syndicator.publishing.opml import Outline, by_language
from syndicator.publishing.pages.document import Feed, Page, addresses, feeds_of, render, subscribe_path
from syndicator.publishing.wording import phrases

SCRIPT = "subscribe.js"
CODE = "qr.svg"
_READERS = (
    ("", "feed:{plain}"),
    ("NetNewsWire", "x-netnewswire-feed:{plain}"),
    ("Feedly", "https://feedly.com/i/subscription/feed%2F{quoted}"),
    ("Inoreader", "https://www.inoreader.com/?add_feed={quoted}"),
    ("NewsBlur", "https://www.newsblur.com/?url={quoted}"),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url={quoted}"),
)
"""Addresses by which a click subscribes; the first belongs to whichever program the reader's device has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edition:
    id: str
    name: str
    language: str | None
    path: str
    feeds: Sequence[Feed]
    readers: list[tuple[str, str]]
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    name: str
    editions: list[_Edition]


def render_subscribe_page(language: str, outlines: Sequence[Outline], *, masthead: Masthead, opml: str) -> bytes:
    """Return the page for a language; `outlines` are all editions, `opml` the name of the file that lists them."""
    lines = dict(by_language(outlines, masthead=masthead)).get(language, [])
    languages = [each for each in masthead.languages if any(one.key.language == each for one in outlines)]
    found = tuple(Version(language=each, path=subscribe_path(each)) for each in dict.fromkeys([language, *languages]))
    _ = catalogue(spoken(language)).gettext
    page = Page(
        path=subscribe_path(language),
        language=language,
        title=f"{_('Subscribe')} — {masthead.publisher}",
        versions=found,
        cluster=addresses(found, masthead=masthead),
        feeds_of=EditionKey(language=language),
        script=SCRIPT,
    )
    groups = [
        _Group(name=_("Everything"), editions=_editions(lines, masthead, whole=True)),
        _Group(name=_("Topics"), editions=_editions(lines, masthead, topics=True)),
        _Group(name=_("Sources"), editions=_editions(lines, masthead)),
    ]
    values = {
        "opml": opml,
        "is_local": masthead.base_url.startswith("file:"),
        "groups": [group for group in groups if group.editions],
    }
    return render("subscribe.html", page, masthead=masthead, values=values)


def codes(outlines: Sequence[Outline], *, masthead: Masthead) -> Iterator[tuple[str, bytes]]:
    """Yield for each edition the file of a QR code of its Atom feed's address; none while addresses are local."""
    if masthead.base_url.startswith("file:"):
        return
    for line in outlines:
        folder = edition_folder(line.key)
        yield folder + CODE, _code(masthead.url(folder + atom.FILE))


@cache  # it takes longer than all else that a pass does for an edition that has not changed
def _code(address: str) -> bytes:
    import segno  # noqa: PLC0415 - most passes publish nothing

    drawing = BytesIO()
    # Black on white in a dark page, too: cameras want it so, with the border of four modules (ISO/IEC 18004).
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", border=4, light="#fff", omitsize=True)
    return drawing.getvalue()


def _editions(
    lines: Sequence[Outline], masthead: Masthead, *, whole: bool = False, topics: bool = False
) -> list[_Edition]:
    return [
        _edition(line, masthead)
        for line in lines
        if (line.key.source is None and line.key.topic is None) == whole and (line.key.topic is not None) == topics
    ]


def _edition(line: Outline, masthead: Masthead) -> _Edition:
    key = line.key
    folder = edition_folder(key)
    address = masthead.url(folder + atom.FILE)
    is_local = address.startswith("file:")
    parts = {"plain": address, "quoted": quote(address, safe="")}
    return _Edition(
        id=folder.strip("/").replace("/", "-"),
        name=_name(line, masthead),
        language=None,
        path=folder + INDEX,
        feeds=feeds_of(key, masthead=masthead),
        readers=[] if is_local else [(name, pattern.format(**parts)) for name, pattern in _READERS],
        code=None if is_local else folder + CODE,
    )


def _name(line: Outline, masthead: Masthead) -> str:
    if line.key == EditionKey(language=line.key.language):
        return phrases(line.key.language).all_sources
    return line.title if line.key.source is not None else edition_title(line.key, line.title, masthead=masthead)
