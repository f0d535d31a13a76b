"""Search an edition: the box on its front page, the page of what was found, and the index kept up to date for it.

What a source's rights keep out of its pages is neither found nor shown: both see an entry as its page has it.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from html import escape
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from syndicator.errors import PublishError, StoreError
from syndicator.log import logger
from syndicator.model import EditionKey, Entry, Extent, Keys, Unsorted
from syndicator.ports import Store
from syndicator.publishing.catalogue import catalogue, spoken
from syndicator.publishing.extent import fitted, limited
from syndicator.publishing.masthead import Masthead, Version, edition_folder, story_path
from syndicator.publishing.pages.document import Page
from syndicator.publishing.text import clean, one_line, plain
from syndicator.web.shown import answered, opened, shown
from syndicator.web.site import Site
from syndicator.web.words import VERSION, words_of

if TYPE_CHECKING:
    from syndicator.store.sql import SqlStore

RULES = f"words {VERSION}"
MARK = b"<!--search-->"
"""Stands on front pages where the box goes; elsewhere than here nobody could answer it."""
PER_PAGE = 20
_LAST_PAGE = 500
LONGEST = 300
"""Characters of a question; what follows is left out, and so are words after the first `MOST_WORDS`."""
MOST_WORDS = 12
MOST_FOUND = PER_PAGE * _LAST_PAGE
"""What was found beyond so many is not shown: nobody looks at it, and counting to it takes time."""
_BATCH = 50
_PATIENCE_SECONDS = 1.0
_BEFORE, _AROUND = 70, 240
"""Characters of a text that are shown before the first word found, and in all."""


def routes() -> list[Route]:
    """Return the routes of this module, below the base path."""
    return [Route("/{language}/search", search)]


def path_of(language: str) -> str:
    """Return where an edition is searched."""
    return edition_folder(EditionKey(language=language)) + "search"


def with_box(path: str, body: bytes, *, base: str) -> bytes:
    """Return a page with the search box where it has room for it."""
    if not path.endswith(".html") or MARK not in body:
        return body
    language = path.partition("/")[0]
    _ = catalogue(spoken(language)).gettext
    box = (
        f'<form class="ask" role="search" aria-label="{escape(_("All stories"))}" action="{escape(base)}'
        f'{escape(path_of(language))}" lang="{spoken(language)}">'
        f'<label for="q">{escape(_("Search all stories"))}</label> '
        f'<input type="search" id="q" name="q" maxlength="{LONGEST}"> <button>{escape(_("Search"))}</button></form>'
    )
    return body.replace(MARK, box.encode(), 1)


def search(request: Request) -> Response:
    """Show what the edition has on the words asked for."""
    from syndicator.wiring import make_masthead  # noqa: PLC0415 - files are served without all this

    site: Site = request.app.state.site
    indexer: Indexer = request.app.state.indexer
    language = request.path_params["language"]
    question = one_line(clean(unicodedata.normalize("NFC", request.query_params.get("q", ""))))[:LONGEST]
    number = _page_number(request.query_params.get("page", ""))
    wanted = [word.keys for word in words_of(question, language)][:MOST_WORDS]

    def make(store: "SqlStore") -> Response:
        masthead = make_masthead(site.settings, store)
        is_whole = not wanted or indexer.catch_up(store, masthead)
        first = (number - 1) * PER_PAGE
        found = store.search(rules_of(masthead), language, wanted, first=first, count=PER_PAGE)
        every = {key for keys in wanted for key in keys}
        last = min(_LAST_PAGE, max(1, -(-found.total // PER_PAGE)))
        title = catalogue(spoken(language)).gettext("Search")
        values = {
            "question": question,
            "is_asked": bool(wanted),
            "is_whole": is_whole,
            "total": found.total,
            "first": first + 1,
            "number": number,
            "last": last,
            "longest": LONGEST,
            "asked": quote_plus(question),
            "stories": [_story(entry, every) for entry in _published(found.entries, masthead)],
        }
        page = Page(
            path=path_of(language),
            language=language,
            title=f"{question} · {title}" if question else title,
            versions=tuple(Version(language=each, path=path_of(each)) for each in site.settings.languages),
            has_form=True,
        )
        return shown(site, store, "search.html", page, values)

    return answered(site, make)


class Indexer:
    """Keeps the index up to date: a little while somebody waits, an archive in a thread of its own. Thread-safe."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = Lock()
        self._thread: Thread | None = None

    def catch_up(self, store: Store, masthead: Masthead) -> bool:
        """Take in what changed; return whether that is all. What takes longer goes on by itself."""
        if self._lock.acquire(timeout=_PATIENCE_SECONDS):
            try:
                if self._take(store, masthead, until=monotonic() + _PATIENCE_SECONDS):
                    return True
                if self._thread is None or not self._thread.is_alive():
                    self._thread = Thread(target=self._take_all, args=[masthead], daemon=True, name="indexing")
                    self._thread.start()
            finally:
                self._lock.release()
        return False

    def _take(self, store: Store, masthead: Masthead, *, until: float) -> bool:
        rules = rules_of(masthead)
        while not self._site.stopping.is_set():
            stories = store.unindexed(rules, limit=_BATCH)
            if not stories:
                return True
            store.save_indexed(rules, [(one, _keys_of_story(one, masthead.extents)) for one in stories])
            if monotonic() > until:
                return False
        return False

    def _take_all(self, masthead: Masthead) -> None:
        try:
            with opened(self._site) as store:
                is_done = False
                while not is_done and not self._site.stopping.is_set():
                    with self._lock:
                        is_done = self._take(store, masthead, until=0)
        except StoreError as error:  # the next search tries again
            logger().warning("indexing_failed", reason=str(error))


def rules_of(masthead: Masthead) -> str:
    """Return what decides by which keys stories are found: forms of words, and how much of a source is published."""
    return " ".join([RULES, *(f"{slug}={extent}" for slug, extent in sorted(masthead.extents.items()))])


def keys_of_entry(entry: Entry) -> Keys:
    """Return what an entry is found by."""
    return Keys(title=_keys(entry.title, entry.language), text=_keys(_text(entry), entry.language))


def _keys_of_story(story: Unsorted, extents: Mapping[str, Extent]) -> dict[str, Keys]:
    """Return what a story is found by in each language, by no more of its text than may be published."""
    shown = (limited(entry, extents.get(entry.attribution.slug, Extent.FULL)) for entry in story.entries)
    return {entry.language: keys_of_entry(entry) for entry in shown}


def _published(entries: Iterable[Entry], masthead: Masthead) -> Iterator[Entry]:
    """Yield the entries that have pages, with as much of their text as stands there."""
    for entry in entries:
        with suppress(PublishError):
            yield fitted(entry, masthead=masthead)


def _keys(text: str, language: str) -> tuple[str, ...]:
    return tuple(key for word in words_of(text, language) for key in word.keys)


def _text(entry: Entry) -> str:
    return plain(entry.html) or plain(entry.summary)


def _story(entry: Entry, wanted: set[str]) -> dict[str, object]:
    text = _text(entry)
    hits = (word.start for word in words_of(text, entry.language) if not wanted.isdisjoint(word.keys))
    start = max(0, next(hits, 0) - _BEFORE)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = text.find(" ", start + _AROUND)
    piece = text[start : end if end > 0 else len(text)][: 2 * _AROUND]
    return {
        "path": story_path(entry.language, entry.story),
        "title": marked(one_line(clean(entry.title)), entry.language, wanted) or "—",
        "snippet": marked(piece, entry.language, wanted),
        "is_cut": (start > 0, start + len(piece) < len(text)),
        "source": entry.attribution.display_name,
        "published": entry.published,
        "is_translation": entry.route is not None,
    }


def marked(text: str, language: str, wanted: Sequence[str] | set[str]) -> Markup:
    """Return text as HTML with the words found in `<mark>`."""
    pieces, done = [], 0
    for word in words_of(text, language):
        if not set(wanted).isdisjoint(word.keys):
            pieces.append(Markup("{}<mark>{}</mark>").format(text[done : word.start], text[word.start : word.end]))
            done = word.end
    return Markup().join([*pieces, text[done:]])


def _page_number(asked: str) -> int:
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= len(str(_LAST_PAGE))
    return min(max(1, int(asked)), _LAST_PAGE) if is_number else 1
