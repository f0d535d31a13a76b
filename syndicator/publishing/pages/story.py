"""The page of a story in one language: whose it is, the text, and beside it the original sentence by sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from syndicator.allowed import allowed
from syndicator.model import EditionKey, Entry, Neighbour
from syndicator.publishing.attribution import attribution, rights_of, source_language
from syndicator.publishing.catalogue import catalogue, spoken
from syndicator.publishing.feed import attached, authors_of, body_of, media_type_of, summary_of, title_of
from syndicator.publishing.masthead import (
    INDEX,
    Masthead,
    default_version,
    edition_folder,
    original_address,
    story_path,
    versions,
)
from syndicator.publishing.pages.document import TEASER_LENGTH, Page, addresses, render
from syndicator.publishing.pages.media import Copies, prepared
from syndicator.publishing.pages.sidebyside import Row, doubtful, plain_html, rows
from syndicator.publishing.pictures import Pictures
from syndicator.publishing.provenance import provenance
from syndicator.publishing.text import excerpt, one_line, plain
from syndicator.publishing.wording import doubt, phrases

SCRIPT = "story.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    words: str
    sentence: int | None
    is_placed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    html: Markup
    rows: list[Row]
    doubts: list[_Doubt]
    terms: tuple[object, ...]
    is_title_sentence: bool
    is_title_doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Enclosure:
    address: str
    title: str
    media_type: str | None


def render_story_page(key: EditionKey, entry: Entry, *, masthead: Masthead) -> bytes:
    """Return a story's page in one language: title, whose it is, text, what is attached, its other languages.

    With `pairs` and `original`, the reader chooses between the translation, the original and both side by side.
    """
    found = versions(entry, edition=key.language, masthead=masthead)
    title = title_of(entry, edition=key.language)
    original = original_address(entry, edition=key.language, masthead=masthead)
    text = _text(entry, reader=key.language, path=found[0].path, masthead=masthead)
    cluster = addresses(found, masthead=masthead) if len(found) > 1 else ()
    if cluster:
        default = default_version(found, entry=entry, masthead=masthead)
        cluster = (*cluster, ("x-default", masthead.url(default.path)))
    page = Page(
        path=found[0].path,
        language=key.language,
        title=f"{title} — {masthead.publisher}",
        versions=found,
        cluster=cluster,
        feeds_of=EditionKey(language=key.language),
        description=excerpt(one_line(summary_of(entry)), length=TEASER_LENGTH),
        script=SCRIPT if text.rows else None,
        images=masthead.images_of(entry.attribution.slug),
    )
    values = {
        "entry": entry,
        "title": title,
        "original_title": one_line(entry.original.title) if text.rows and entry.original else "",
        "address": masthead.url(found[0].path),
        "original": original,
        "credit": _credit(entry),
        "authors": authors_of(entry),
        "made": provenance(entry),
        "source_page": page.root
        + edition_folder(EditionKey(language=key.language, source=entry.attribution.slug))
        + INDEX,
        "source_language": source_language(entry),
        "attribution": plain_html(attribution(entry, reader=key.language, original=original)),
        "text": text,
        "lede": _lede(entry),
        "enclosures": list(_enclosures(entry)),
        "older": _beside(entry.older, edition=key.language),
        "newer": _beside(entry.newer, edition=key.language),
    }
    return render("story.html", page, masthead=masthead, values=values)


def _beside(neighbour: Neighbour | None, *, edition: str) -> dict[str, str] | None:
    if neighbour is None:
        return None
    title = one_line(neighbour.title) or phrases(edition).untitled
    return {"path": story_path(edition, neighbour.story), "title": title}


def _text(entry: Entry, *, reader: str, path: str, masthead: Masthead) -> _Text:
    table = catalogue(spoken(reader)).gettext("Table")

    copies = Copies(pictures=Pictures(directory=masthead.directory), root="../" * path.count("/"))
    images = masthead.images_of(entry.attribution.slug)

    def shown(html: str) -> str:
        return prepared(html, images=images, table=table, copies=copies)

    marks = doubtful(entry.pairs)
    reasons = {number: "; ".join(doubt(mark, reader=reader) for mark in several) for number, several in marks.items()}
    translation = shown(body_of(entry))
    side_by_side: list[Row] = []
    placed: set[int] = set()
    if entry.route is not None and entry.original is not None and entry.pairs:
        side_by_side, placed = rows(
            entry, original=shown(allowed(entry.original.html, base_url=None)), translation=translation, reasons=reasons
        )
    is_title = bool(side_by_side) and one_line(entry.pairs[0].target) == one_line(entry.title)
    if is_title and 0 in reasons:
        placed.add(0)
    return _Text(
        html=plain_html(translation),
        rows=side_by_side,
        doubts=list(_doubts(entry, reasons, placed, reader=reader)),
        terms=tuple(dict.fromkeys(term for pair in entry.pairs for term in pair.terms)),
        is_title_sentence=is_title,
        is_title_doubtful=is_title and 0 in reasons,
    )


def _doubts(entry: Entry, reasons: dict[int, str], placed: set[int], *, reader: str) -> Iterator[_Doubt]:
    """Yield what checks found doubtful: of sentences, as far as they are at hand, then of the whole text."""
    told = catalogue(spoken(reader)).gettext("{reason}: “{sentence}”")
    for number, reason in reasons.items():
        words = told.format(reason=reason, sentence=excerpt(entry.pairs[number].source, length=60))
        yield _Doubt(words=words, sentence=number, is_placed=number in placed)
    # An entry's marks are those of its sentences, in their order, then its own.
    for mark in entry.marks[sum(len(pair.marks) for pair in entry.pairs) :]:
        yield _Doubt(words=doubt(mark, reader=reader), sentence=None, is_placed=False)


def _credit(entry: Entry) -> str:
    """Return whom a reuser has to name (schema.org creditText)."""
    return " · ".join(
        part for part in dict.fromkeys((*authors_of(entry), entry.attribution.name, rights_of(entry))) if part
    )


def _lede(entry: Entry) -> str:
    """Return the summary, unless the text begins with it or is it."""
    summary = one_line(entry.summary)
    text = plain(entry.html)
    return summary if summary and text and not text.startswith(summary[:40]) else ""


def _enclosures(entry: Entry) -> Iterator[_Enclosure]:
    for enclosure, address in attached(entry):
        title = one_line(enclosure.title or "") or address
        yield _Enclosure(address=address, title=title, media_type=media_type_of(enclosure))
