"""Tell the parts of a press release apart, as bodies' sites give it when saved as text.

A section word, a date and a view counter, a title, paragraphs, and a last line that says whose text it is: any of them
may be missing or stand elsewhere. Knows where metadata may stand, and what plain notes look like; refuses to take away
anything but whole lines of metadata. All else is title or body: nothing is left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from syndicator.sources.paragraphs import Habits, habits_of, is_item, join, lines_of, paragraphs_of
from syndicator.sources.pressline import CREDIT, LINK, Facts, Reader, is_name, is_number

_ENGLISH = re.compile(r"\b(?:the|of|and|to|is|was|for|with|that)\b", re.IGNORECASE)
_ENGLISH_SHARE = 0.08
_ENOUGH_TEXT = 20_000
_WORD = re.compile(r"\w+")
_LONGEST_TITLE = 150
_LONGEST_TITLE_BELOW_METADATA = 250  # titles of international bodies name everybody
_MOST_CREDIT_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PressRelease:
    """The parts of a plain text."""

    section: str | None
    published: datetime | None
    """In UTC; a date without a time or a zone is midnight there."""
    title: str
    """Empty where the text has none."""
    paragraphs: tuple[str, ...]
    """In order. The items of a list are lines of one paragraph; there are no other line breaks."""
    author: str | None
    credit: str | None
    """Whose text it is, as its last line says; with the link below that line, if there is one."""


def parse_press_release(text: str, *, now: datetime) -> PressRelease:
    """Tell apart section, date, title, body and source of a plain text; every other line is title or body, in order.

    Section word, date, view counter and source line are taken away only where they are whole lines at the top or the
    end, one of each kind. The first line of what remains is the title if it is short and more follows. A bare number
    or a date is the title if nothing else can be. 07/05/2023 is the 5th of July in English text, else the 7th of May;
    07.05.2023 is always the 7th of May. A text that is all metadata is all body.
    """
    lines = lines_of(text.strip())
    beginning = text[:_ENOUGH_TEXT]
    is_english = len(_ENGLISH.findall(beginning)) > len(_WORD.findall(beginning)) * _ENGLISH_SHARE
    reader, habits = Reader(now=now, is_english=is_english), habits_of(lines)
    end, at_end = _read_end(lines, reader, habits)
    top = _leading(lines[:end], reader)
    told = _sum(top)
    if not at_end.credit and at_end.kinds() & told.kinds():
        end, at_end = len(lines), Facts()
    rest = lines[top[-1][0] + 1 if top else 0 : end]
    dates, rest = _further_dates(rest, reader) if told.published else ([], rest)
    title, length = _read_title(rest, reader, habits, is_below_metadata=bool(top))
    if title:
        below = _below_title(rest[length:], reader, told.plus(at_end))
        rest, told = rest[length + (below[-1][0] + 1 if below else 0) :], told.plus(_sum(below))
        if below and below[0][0] == 0 and not top and title.isalpha() and not told.section:
            second, length = _read_title(rest, reader, habits, is_below_metadata=True)
            if second and not second.endswith("."):  # the first was a section word that we don't know
                told, title, rest = replace(told, section=title), second, rest[length:]
    elif any(rest) and _is_title_after_all(lines, top):
        title = lines[top[-1][0]]
    opening = [*dates, *([told.place] if told.place else [])]
    body = tuple(paragraphs_of([part for line in opening for part in (line, "")] + rest, habits))
    if not body and not title:
        body = tuple(paragraphs_of(lines, habits))
        return PressRelease(section=None, published=None, title="", paragraphs=body, author=None, credit=None)
    names = dict.fromkeys(credit for credit in (told.credit, at_end.credit) if credit)
    return PressRelease(
        section=told.section,
        published=told.published or at_end.published,
        title=title if body else "",
        paragraphs=body or (title,),
        author=told.author,
        credit="; ".join(names) or None,
    )


def _sum(lines: Sequence[tuple[int, Facts]]) -> Facts:
    facts = Facts()
    for _, found in lines:
        facts = facts.plus(found)
    return facts


def _read_end(lines: Sequence[str], reader: Reader, habits: Habits) -> tuple[int, Facts]:
    """Return where the metadata at the end begin and what they say; the number of lines if there are none.

    They are a source line, perhaps with a link, a date or a counter below it; or a date or labelled counter alone.
    """
    facts, end = Facts(), len(lines)
    links: list[str] = []
    index = len(lines) - 1
    while index >= 0:
        line = lines[index]
        found = reader.read(line) if line else None
        if LINK.fullmatch(line):
            links.insert(0, line)
        elif found and found.kinds() <= {"date", "count"} and not found.place and not found.kinds() & facts.kinds():
            facts, end = facts.plus(found), index
        elif line:
            break
        index -= 1
    start, name = _credit_at(lines, index, habits)
    credit = " ".join(part for part in (name, *links) if part)
    if start is not None and credit:
        return start, replace(facts, credit=credit)
    stands_apart = end == 0 or not lines[end - 1]
    is_told = (facts.published or facts.labelled_count) and stands_apart and not links
    return (end, facts) if is_told else (len(lines), Facts())


def _credit_at(lines: Sequence[str], index: int, habits: Habits) -> tuple[int | None, str]:
    """Return where the source line that ends at `index` begins, and the name in it; None if there is none."""
    for start in range(index, max(index - _MOST_CREDIT_LINES, -1), -1):
        if not lines[start]:
            break
        match = CREDIT.fullmatch(lines[start])
        if not match:
            continue
        more = lines[start + 1 : index + 1]
        is_whole = not match["name"] or all(habits.goes_on(*both) for both in pairwise(lines[start : index + 1]))
        is_in_midst = start > 0 and lines[start - 1] and habits.goes_on(lines[start - 1], lines[start])
        name = " ".join(part for part in (match["name"], *more) if part)
        if is_whole and not is_in_midst and (is_name(name) or not name):
            return start, name
    return None, ""


def _leading(lines: Sequence[str], reader: Reader) -> list[tuple[int, Facts]]:
    """Return the lines of metadata at the beginning, by index: as many as follow each other, one of each kind."""
    found: list[tuple[int, Facts]] = []
    for index, line in enumerate(lines):
        facts = reader.read(line) if line else Facts()
        if facts is None or facts.kinds() & _sum(found).kinds():
            break
        if line:
            found.append((index, facts))
    return found


def _further_dates(lines: list[str], reader: Reader) -> tuple[list[str], list[str]]:
    """Return the dates that stand between the metadata and the title, as an event's do, and the lines after them.

    Where no title follows, the first of them is the title itself, or text.
    """
    dates: list[str] = []
    for index, line in enumerate(lines):
        facts = reader.read(line) if line else Facts()
        if facts is None or not facts.kinds() <= {"date"}:
            is_title = facts is None and dates and not line.endswith((".", ":", ";", ","))
            return (dates, lines[index:]) if is_title else ([], lines)
        dates += [line] if line else []
    return [], lines


def _read_title(lines: Sequence[str], reader: Reader, habits: Habits, *, is_below_metadata: bool) -> tuple[str, int]:
    """Return the title and the number of lines up to its end; empty and 0 if the lines don't begin with a title."""
    start = next((index for index, line in enumerate(lines) if line), len(lines))
    if start == len(lines) or (is_item(lines[start]) and any(map(is_item, lines[start + 1 : start + 2]))):
        return "", 0
    title, end = lines[start], start + 1
    while end < len(lines) and lines[end] and habits.goes_on(lines[end - 1], lines[end]):
        if len(title) > _LONGEST_TITLE_BELOW_METADATA or reader.read(lines[end]):
            break
        title, end = join(title, lines[end]), end + 1
    is_sentence = title.endswith((".", ":", ";", ","))
    stands_alone = is_below_metadata and not any(lines[end : end + 1]) and not is_sentence
    is_short = len(title) <= (_LONGEST_TITLE_BELOW_METADATA if stands_alone else _LONGEST_TITLE)
    is_wrapped_text = end > start + 1 and is_sentence
    return (title, end) if is_short and not is_wrapped_text and any(lines[end:]) else ("", 0)


def _below_title(lines: Sequence[str], reader: Reader, told: Facts) -> list[tuple[int, Facts]]:
    """Return the lines of metadata right below the title, by index.

    They must hold a date or a labelled counter: a section word or a number alone may well be text.
    """
    found = _leading(lines, reader)
    while found and found[-1][1].kinds() == {"section"} and not any(lines[found[-1][0] - 1 : found[-1][0]]):
        found.pop()  # below the date and apart from it: a heading such as "Statement"
    facts = _sum(found)
    is_told = (facts.published or facts.labelled_count) and not facts.place and not facts.kinds() & told.kinds()
    return found if is_told else []


def _is_title_after_all(lines: Sequence[str], top: Sequence[tuple[int, Facts]]) -> bool:
    """Say whether the last line of metadata at the top is the title, no other line being fit for it.

    A number that has a section word or a date right above or below it is a counter all the same.
    """
    if len(top) == 1:
        return top[0][1].kinds() in ({"date"}, {"count"})
    last = top[-1][0] if top else 0
    return last > 0 and is_number(lines[last]) and not lines[last - 1] and not any(lines[last + 1 : last + 2])
