"""The list of all editions, each language's in its own words."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from syndicator.model import EditionKey
from syndicator.publishing.catalogue import catalogue, spoken
from syndicator.publishing.masthead import INDEX, Masthead, edition_folder
from syndicator.publishing.opml import Outline, by_language
from syndicator.publishing.pages.document import FORMATS, Page, front_version, lang, render, subscribe_path
from syndicator.publishing.wording import count_words, moment_words, phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    folder: str
    name: str
    facts: str
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    language: str
    tag: Markup
    subscribe: str
    subscribing: str
    lines: list[_Line]


def render_editions_page(outlines: Sequence[Outline], *, masthead: Masthead, opml: str) -> bytes:
    """Return the list of all editions, each language's in its own words; `opml` is the name of the same as OPML."""
    language = masthead.languages[0] if masthead.languages else "en"
    groups = by_language(outlines, masthead=masthead)
    page = Page(
        path=INDEX,
        language=language,
        title=masthead.publisher,
        versions=tuple(front_version(EditionKey(language=each)) for each, _ in groups),
    )
    values = {
        "opml": opml,
        "formats": [(name, file) for name, file, _ in FORMATS],
        "groups": [_group(each, lines) for each, lines in groups],
    }
    return render("editions.html", page, masthead=masthead, values=values)


def _group(language: str, lines: Sequence[Outline]) -> _Group:
    return _Group(
        language=language,
        tag=lang(spoken(language), language),
        subscribe=subscribe_path(language),
        subscribing=catalogue(spoken(language)).gettext("Subscribe"),
        lines=[_line(line) for line in lines],
    )


def _line(line: Outline) -> _Line:
    language = line.key.language
    is_whole = line.key == EditionKey(language=language)
    facts = moment_words(line.updated, reader=language)
    if line.count is not None:
        facts = f"{count_words(line.count, reader=language)} · {facts}"
    return _Line(
        folder=edition_folder(line.key),
        name=_name(line, is_whole=is_whole),
        facts=facts,
        is_whole=is_whole,
    )


def _name(line: Outline, *, is_whole: bool) -> str:
    words = phrases(line.key.language)
    if line.key.is_bilingual:
        return f"{words.all_sources} ({words.bilingual})"
    return words.all_sources if is_whole else line.title
