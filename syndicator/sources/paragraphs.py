"""Find the paragraphs of plain text, whoever broke its lines, and write them as HTML.

Knows line breaks and list markers; refuses to know what a paragraph says. No character but blanks is ever left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

_BLANKS = re.compile(r"[ \t]+")
# All that Python calls white space, and what is none but shows nothing.
_EDGES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff"
)
_BULLET = re.compile(r"([-*•·▪◦‣●○])\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
_SPEECH = ("— ", "– ")
_SENTENCE_END = re.compile(r"[.!?…:;][»”’\"')\]]*$")
# Nobody wraps lines wider than this; a file with longer ones has a paragraph a line.
_WIDEST_WRAP = 120
_NARROWEST_WRAP = 50
_ENOUGH_LINES = 6


def lines_of(text: str) -> list[str]:
    """Return the lines without blanks at their edges, runs of blanks inside them made one."""
    return [_BLANKS.sub(" ", line).strip(_EDGES) for line in text.splitlines()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the lines of a text were broken."""

    width: int
    """Of the widest lines, in characters."""
    is_wrapped: bool
    """Lines were broken where they got too long; else only where something ends."""
    is_spaced: bool
    """Blank lines part the paragraphs."""

    def goes_on(self, line: str, following: str) -> bool:
        """Say whether the line was broken in the middle of a paragraph, which goes on in the one following."""
        if is_item(following) or following.startswith(_SPEECH):
            return False
        if following[0].islower():
            return not line.endswith((";", ":"))
        if self.width > _WIDEST_WRAP:
            return False
        if self.is_wrapped and _is_full(line, following, self.width):
            return True
        is_long = len(line) >= self.width * 0.6  # a heading is shorter than the lines of text
        return (self.is_wrapped or self.is_spaced) and is_long and not _SENTENCE_END.search(line)


def habits_of(lines: Sequence[str]) -> Habits:
    """Judge from all lines of a text how they were broken."""
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return Habits(width=0, is_wrapped=False, is_spaced=False)
    width = lengths[-2] if len(lengths) >= _ENOUGH_LINES else lengths[-1]  # a long link does not count
    breaks = [(line, following) for line, following in pairwise(lines) if line and following]
    in_midst = sum(
        following[0].islower() or (_is_full(line, following, width) and not _SENTENCE_END.search(line))
        for line, following in breaks
    )
    return Habits(
        width=width,
        is_wrapped=_NARROWEST_WRAP <= width <= _WIDEST_WRAP and len(breaks) > 1 and in_midst >= len(breaks) * 0.4,
        is_spaced=sum(bool(line) and not before for before, line in pairwise(lines)) > 1,
    )


def _is_full(line: str, following: str, width: int) -> bool:
    """Say whether the first word of the following line would not have fitted on this one."""
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) > width


def is_item(line: str) -> bool:
    """Say whether the line begins like an item of a list."""
    return bool(_BULLET.match(line) or _NUMBER.match(line))


def join(line: str, following: str) -> str:
    """Put a broken line together; a hyphen at the end stays, since it may belong to the word."""
    is_hyphenated = line.endswith(("-", "\xad")) and line[-2:-1].isalpha() and following[0].islower()
    return line + ("" if is_hyphenated else " ") + following


def paragraphs_of(lines: Sequence[str], habits: Habits) -> list[str]:
    """Return the paragraphs of these lines, wrapped lines joined; the items of a list are lines of one paragraph."""
    paragraphs: list[list[str]] = []  # pieces to be put together in the end: a text may have a million lines
    before, is_list = "", False
    for line in lines:
        if line and before and habits.goes_on(before, line):
            paragraphs[-1].append(join(before[-2:], line)[len(before[-2:]) :])
        elif line and before and is_list and is_item(line):
            paragraphs[-1].append("\n" + line)
        elif line:
            paragraphs.append([line])
            is_list = is_item(line)
        before = line
    return ["".join(pieces) for pieces in paragraphs]


def to_html(paragraphs: Sequence[str]) -> str:
    """Return the paragraphs as `p`, `ul` and `ol` elements, all text escaped."""
    return "\n".join(_element(paragraph.split("\n")) for paragraph in paragraphs)


def _element(lines: Sequence[str]) -> str:
    numbers = [match and int(match[1]) for match in map(_NUMBER.match, lines)]
    if len(lines) > 1 and all(map(_BULLET.match, lines)):
        return f"<ul>{_items(lines, _BULLET)}</ul>"
    if len(lines) > 1 and numbers[0] is not None and numbers == list(range(numbers[0], numbers[0] + len(lines))):
        start = "" if numbers[0] == 1 else f' start="{numbers[0]}"'
        return f"<ol{start}>{_items(lines, _NUMBER)}</ol>"
    return f"<p>{'<br>'.join(escape(line, quote=False) for line in lines)}</p>"


def _items(lines: Sequence[str], marker: re.Pattern[str]) -> str:
    return "".join(f"<li>{escape(marker.sub('', line, count=1), quote=False)}</li>" for line in lines)
