"""Plan the translation of an article, and make the Translation once its segments are there. Knows articles; pure.

plan = draft(article, to_language="en")      which segments are needed
... recall, translate ...
finish(plan, renderings, ...)                   the Translation, or Unfit: never part of one
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from syndicator.errors import Unfit
from syndicator.model import Article, Link, Rendering, Route, Translation, primary
from syndicator.translation.blocks import Sentence, Skeleton, join, plain_block, sentences
from syndicator.translation.check import check, letters_by_script
from syndicator.translation.markup import relabel, split
from syndicator.translation.segment import script_of

_QUOTED = 60
"""Characters of a segment that a mark or an error shows."""
_END = re.compile(r"[.!?…。！？][\"'»”’)\]]*$")
_EMPTY_LINK = re.compile(r"<a\b[^>]*></a>")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (section 2.2) has no place for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article taken apart for one language."""

    article: Article
    to_language: str
    segments: tuple[str, ...]
    """The texts to translate: each once, in reading order, title first."""
    kept: tuple[str, ...]
    """For each segment, what in it stays as it is whatever the engine makes of it."""
    title: Skeleton
    html: Skeleton
    summary: Skeleton
    enclosure_titles: tuple[Skeleton | None, ...]


def draft(article: Article, *, to_language: str) -> Draft:
    """Take an article apart.

    Not among the segments is what needs no translation: text without letters, text in the target's script in an article
    of another (an English sentence in a Russian article, for an English edition), and a title that is in the target
    language already. Raises `Unfit` if the article's HTML is not clean.
    """
    language = article.language
    is_title_done = primary(article.title_language) == primary(to_language)
    title: Skeleton = (article.title,) if is_title_done else (plain_block(article.title, language),)
    html = split(article.html, language)
    summary: Skeleton = (plain_block(article.summary, language),)
    enclosure_titles = tuple(
        (plain_block(enclosure.title, language),) if enclosure.title else None for enclosure in article.enclosures
    )
    whole = (*title, *summary, *html, *(piece for skeleton in enclosure_titles for piece in skeleton or ()))
    needed = {
        sentence.text: sentence.kept
        for sentence in sentences(whole)
        if _needs_translation(sentence, language, to_language)
    }
    return Draft(
        article=article,
        to_language=to_language,
        segments=tuple(needed),
        kept=tuple(needed.values()),
        title=title,
        html=html,
        summary=summary,
        enclosure_titles=enclosure_titles,
    )


def finish(
    draft: Draft, renderings: Mapping[str, Rendering], *, route: Route, engine: str, now: datetime
) -> Translation:
    """Make the Translation; `renderings` holds one for each of the draft's segments, by its text.

    What `check` finds doubtful is in `marks`. Raises `Unfit`, naming the segment, where a rendering is missing or
    empty: a text is never published half translated.
    """
    article = draft.article
    tidied = {segment: _tidied(segment, renderings.get(segment)) for segment in draft.segments}

    def written(skeleton: Skeleton) -> str:
        # Last of all, since a sanitiser lets them pass and a model may write them.
        return _ILLEGAL.sub("", join(skeleton, lambda sentence: tidied.get(sentence.text)))

    html = relabel(written(draft.html), from_language=article.language, to_language=draft.to_language)
    return Translation(
        article_id=article.id,
        article_version=article.version,
        language=draft.to_language,
        title=written(draft.title),
        html=html,
        summary=written(draft.summary),
        enclosure_titles=tuple(written(title) if title else None for title in draft.enclosure_titles),
        route=str(route),
        engine=engine,
        marks=tuple(_marks(draft, tidied, html=html)),
        translated=now,
    )


def _needs_translation(sentence: Sentence, from_language: str, to_language: str) -> bool:
    """Say whether a sentence has a word that is not in the target's script alone, where that differs from its own."""
    letters = letters_by_script(sentence.words)
    target_script = script_of(to_language)
    is_done = target_script != script_of(from_language) and letters.keys() <= {target_script}
    return bool(letters) and not is_done


def _tidied(segment: str, rendering: Rendering | None) -> Rendering:
    """Return a rendering in NFC, without spaces around it and without a full stop that the original has not."""
    if rendering is None or not rendering.text.strip():
        raise Unfit(f"No translation came out for “{_quoted(segment)}”.")
    text = rendering.text.strip()
    if text.endswith(".") and not _END.search(segment) and text[-2:-1].isalnum() and "." not in text.split()[-1][:-1]:
        text = text[:-1]
    if not unicodedata.is_normalized("NFC", text):
        # Its length changes, so the links hold no more; places are then found in proportion.
        return replace(rendering, text=unicodedata.normalize("NFC", text), links=())
    lead = len(rendering.text) - len(rendering.text.lstrip())
    return replace(rendering, text=text, links=tuple(_within(rendering.links, lead, len(text))))


def _within(links: tuple[Link, ...], lead: int, length: int) -> Iterator[Link]:
    for link in links:
        start, end = max(0, link.target_start - lead), min(length, link.target_end - lead)
        if start < end:
            yield replace(link, target_start=start, target_end=end)


def _marks(draft: Draft, renderings: Mapping[str, Rendering], *, html: str) -> Iterator[str]:
    article = draft.article
    for segment, kept in zip(draft.segments, draft.kept, strict=True):
        target = renderings[segment].text
        for reason in check(segment, target, from_language=article.language, to_language=draft.to_language, kept=kept):
            yield f"{reason}: “{_quoted(segment)}”"
    if len(_EMPTY_LINK.findall(html)) > len(_EMPTY_LINK.findall(article.html)):
        yield "a link has lost its words"
    if primary(article.title_language) not in {primary(article.language), primary(draft.to_language)}:
        yield f"the title is in another language ({article.title_language}) than the text"


def _quoted(segment: str) -> str:
    return segment if len(segment) <= _QUOTED else segment[: _QUOTED - 1].rstrip() + "…"
