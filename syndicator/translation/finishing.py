"""Make the Translation of an article once its segments are there: terms, names, typography, checks, then the markup.

Pure: the same renderings under the same rules give the same Translation. What an engine or a person gave is kept
elsewhere as it came, so that a new term base costs no engine.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from syndicator.errors import Unfit
from syndicator.model import Article, Category, Link, Outcome, Rendering, Route, Segment, TermUse, Translation, primary
from syndicator.translation.alignment import identity
from syndicator.translation.blocks import Skeleton, join
from syndicator.translation.check import EMPTY, check
from syndicator.translation.draft import Draft
from syndicator.translation.edits import apply
from syndicator.translation.leftover import with_language
from syndicator.translation.names import NameBook, Person
from syndicator.translation.terms import Found, TermBase, enforce
from syndicator.translation.typography import repair_numbers, typeset

RULES_VERSION = "4"
"""Grows when what this module does to a rendering changes: translations made before then count as outdated."""
NUMBER_MARKS = frozenset({"number missing", "number added"})
NAMES_BETWEEN = {"en", "ru"}
"""The languages whose names of persons we know how to write in each other."""
TERM_MARK = "agreed term missing"

MOST_MISSING = 5
"""One segment in so many may stand in the original's words, if others came out."""

_QUOTED = 60
"""Characters of a segment that a mark or an error shows."""
_END = re.compile(r"[.!?…。！？][\"'»”’)\]]*$")
_EMPTY_LINK = re.compile(r"<a\b[^>]*></a>")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (section 2.2) has no place for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a desk has agreed on."""

    terms: TermBase
    names: NameBook

    def digest(self) -> str:
        """Return a SHA-256 in hexadecimal over all that decides how renderings are finished."""
        return sha256(f"{RULES_VERSION} {self.terms.digest} {self.names.digest}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A draft with what the rules have to say on its segments."""

    draft: Draft
    rules: Rules
    found: Mapping[str, tuple[Found, ...]]
    """Terms by segment; only segments that have one."""
    persons: Mapping[str, tuple[Person, ...]]

    def in_need_of_links(self) -> frozenset[str]:
        """Return the segments whose words must be told apart to finish them."""
        return self.draft.with_slots | self.found.keys() | self.persons.keys()


def prepare(draft: Draft, rules: Rules) -> Prepared:
    """Find the terms and names of a draft."""
    from_language, to_language = primary(draft.article.language), primary(draft.to_language)
    finder = rules.terms.finder(from_language, to_language)
    found = {segment: terms for segment in draft.segments if (terms := finder.find(segment))}
    has_names = {from_language, to_language} == NAMES_BETWEEN
    persons = rules.names.find_persons(draft.segments, from_language) if has_names else {}
    return Prepared(draft=draft, rules=rules, found=found, persons=persons)


def finish(
    prepared: Prepared, renderings: Mapping[str, Rendering], *, route: Route, engine: str, now: datetime
) -> Translation:
    """Make the Translation; `renderings` holds one for each of the draft's segments, by its text.

    What is doubtful is in `marks`. A segment whose rendering is missing or empty stands in the original's words, with
    its `lang`, and is marked. Raises `Unfit`, naming one, where these are more than one in `MOST_MISSING`: a text is
    never published half translated.
    """
    draft = prepared.draft
    article = draft.article
    _refuse_half(draft, renderings)
    finished = {
        segment: _finish_segment(prepared, segment, kept, renderings.get(segment))
        for segment, kept in zip(draft.segments, draft.kept, strict=True)
    }

    def written(skeleton: Skeleton) -> str:
        # Last of all, since a sanitiser lets them pass and a model may write them.
        def render(text: str) -> Rendering | None:
            return finished[text][0] if text in finished else None

        return _ILLEGAL.sub("", join(skeleton, lambda sentence: render(sentence.text)))

    left = {segment for segment in draft.segments if not _has_text(renderings.get(segment))}
    html = written(with_language(draft.html, left, article.language))
    segments = tuple(one for _, one in finished.values())
    return Translation(
        article_id=article.id,
        article_version=article.version,
        language=draft.to_language,
        title=written(draft.title),
        html=html,
        summary=written(draft.summary),
        enclosure_titles=tuple(written(title) if title else None for title in draft.enclosure_titles),
        category_labels=tuple(
            _new(written(label), category) if label else None
            for label, category in zip(draft.category_labels, article.categories, strict=True)
        ),
        route=str(route),
        engine=engine,
        marks=(*_segment_marks(segments), *_article_marks(article, html, to_language=draft.to_language)),
        translated=now,
        segments=segments,
        is_reviewed=bool(segments) and all(one.is_person for one in segments),
    )


def _new(label: str, category: Category) -> str | None:
    """Return a category's label if it says anything else than the category does."""
    return label if label != (category.label or category.term) else None


def _finish_segment(
    prepared: Prepared, segment: str, kept: str, rendering: Rendering | None
) -> tuple[Rendering, Segment]:
    """Return the rendering that is written, and the report on it."""
    if rendering is None or not _has_text(rendering):
        return _untranslated(segment)
    draft = prepared.draft
    languages = {"from_language": primary(draft.article.language), "to_language": primary(draft.to_language)}
    done = _tidied(segment, rendering)
    uses: list[TermUse] = []
    doubts: list[str] = []
    if not done.is_person:
        if terms := prepared.found.get(segment):
            edits, uses = enforce(segment, terms, done)
            done = apply(done, edits)
        if persons := prepared.persons.get(segment):
            edits, doubts = prepared.rules.names.spell(segment, persons, done, **languages)
            done = apply(done, edits)
        keep = kept.split()
        done = apply(done, repair_numbers(segment, done.text, done.links, keep=keep, **languages))
        done = apply(done, typeset(segment, done.text, keep=keep, **languages))
    marks = list(check(segment, done.text, kept=kept, score=done.score, **languages))
    marks += [f"{TERM_MARK} ({use.target})" for use in uses if use.outcome is Outcome.MISSED]
    report = Segment(
        source=segment,
        target=_ILLEGAL.sub("", done.text),
        score=done.score,
        is_person=done.is_person,
        # A person has decided already.
        marks=() if done.is_person else tuple(dict.fromkeys([*marks, *doubts])),
        terms=tuple(uses),
    )
    return done, report


def _has_text(rendering: Rendering | None) -> bool:
    return rendering is not None and bool(rendering.text.strip())


def _refuse_half(draft: Draft, renderings: Mapping[str, Rendering]) -> None:
    """Raise `Unfit` where too many segments came to nothing."""
    missing = [segment for segment in draft.segments if not _has_text(renderings.get(segment))]
    if len(missing) * MOST_MISSING > len(draft.segments):
        raise Unfit(f"No translation came out for “{_quoted(missing[0])}”.")


def _untranslated(segment: str) -> tuple[Rendering, Segment]:
    """Return a segment in its own words, and the report on it."""
    report = Segment(
        source=segment, target=_ILLEGAL.sub("", segment), score=None, is_person=False, marks=(EMPTY,), terms=()
    )
    return Rendering(text=segment, links=identity(segment)), report


def _tidied(segment: str, rendering: Rendering) -> Rendering:
    """Return a rendering in NFC, without spaces around it and without a full stop that the original has not."""
    text = rendering.text.strip()
    is_stop_added = text.endswith(".") and not _END.search(segment) and not rendering.is_person
    if is_stop_added and text[-2:-1].isalnum() and "." not in text.split()[-1][:-1]:
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


def _segment_marks(segments: tuple[Segment, ...]) -> Iterator[str]:
    for segment in segments:
        yield from (f"{reason}: “{_quoted(segment.source)}”" for reason in segment.marks)


def _article_marks(article: Article, html: str, *, to_language: str) -> Iterator[str]:
    if len(_EMPTY_LINK.findall(html)) > len(_EMPTY_LINK.findall(article.html)):
        yield "a link has lost its words"
    if primary(article.title_language) not in {primary(article.language), primary(to_language)}:
        yield f"the title is in another language ({article.title_language}) than the text"


def _quoted(segment: str) -> str:
    return segment if len(segment) <= _QUOTED else segment[: _QUOTED - 1].rstrip() + "…"
