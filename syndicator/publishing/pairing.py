"""Mark in HTML which text belongs to which sentence, so that a page can light up a sentence and its translation.

Knows sanitised HTML (every element closed, `<` only where a tag begins) and what of it is in no sentence; refuses to
know how sentences came about. Texts are compared character by character without white space, soft hyphens and
zero-width characters, since sentences are kept without them.
"""

import html as entities
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from syndicator.lookalikes import comparable
from syndicator.publishing.occurrences import PARTING, Occurrence, occurrences

_UNSEEN = "\\s\u00ad\u200b-\u200d\u2060\ufeff"
_NOT_COMPARED = re.compile(f"[{_UNSEEN}]+")
_TOKEN = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][^\s/<>]*)[^<>]*>|<|[^<]+")
_PIECE = re.compile(f"[^{_UNSEEN}&]+|&(?:#?\\w{{1,31}};)?")
_LONG_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>\"«»]*[\w/=&%#-]")
_WITHIN_LINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font"),
        *("i", "img", "ins", "kbd", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike"),
        *("strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    }
)
"""Elements that part no sentence; every other does."""
_VERBATIM = frozenset({"code", "kbd", "pre", "samp", "script", "style", "textarea", "tt", "var"})
_VOID = frozenset({"br", "col", "hr", "img", "input", "source", "track", "wbr"})
_TAG = re.compile(r"<[^<>]*>")
_UNTRANSLATED = re.compile(r"\stranslate=\"no\"", re.IGNORECASE)
_MARK = re.compile(r"\s*(?:[^\W\d_]|[\[(]?\d{1,3}[\])]?(?:[\s,;]+[\[(]?\d{1,3}[\])]?)*)\s*")
_LINKED_MARK = re.compile(r"\s*\[(?:\d{1,3}|[^\W\d_])\]\s*")
"""Footnote marks, exponents and indices: what `sup`, `sub` and links hold of these is in no sentence."""
_LONGEST_LEFT_IN = 60
"""Characters of code or of an address that are part of a sentence; longer ones are in none."""
_LONGEST_LOOKED_INTO = 400
"""Characters of an element's HTML that may be without words."""


def mark_sentences(html: str, sentences: Sequence[str], *, doubtful: Collection[int] = ()) -> str:
    """Wrap in sanitised HTML every text that belongs to sentence `i` into `<span class="s" data-s="i">`.

    Several where a tag cuts through it; of those `doubtful` with `class="s doubtful"`. No other character changes. A
    sentence that stands in it more than once is marked each time, one that can't be found never; code that is no part
    of a sentence is left alone. Takes time in proportion to the length.
    """
    read = _read(html, sentences)
    written: list[str] = []
    done = 0
    for found in read.found:
        kind = "s doubtful" if found[2] in doubtful else "s"
        for start, end in _stretches(read, found):
            if start >= done:  # only a character that is two (`&NotEqualTilde;`) can be of two sentences
                written += (html[done:start], f'<span class="{kind}" data-s="{found[2]}">', html[start:end], "</span>")
                done = end
    return "".join([*written, html[done:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph, heading, list item or cell: text that no block parts."""

    start: int
    end: int
    """In the HTML, of its text; tags around it are outside."""
    found: tuple[tuple[int, int], ...]
    """The sentences in it: where each ends in the HTML, and which it is."""
    left: str
    """What of it is no sentence's, without all that is not compared."""


def passages(html: str, sentences: Sequence[str]) -> list[Passage]:
    """Return the passages of sanitised HTML that have text in them, with the sentences found there."""
    read = _read(html, sentences)
    made: list[Passage] = []
    found = iter(read.found)
    following = next(found, None)
    for is_parting, group in groupby(range(len(read.pieces)), key=lambda n: read.pieces[n].text == PARTING):
        if is_parting:
            continue
        within = list(group)
        done, end = read.start_of(within[0]), read.ends[within[-1]]
        inside: list[tuple[int, int]] = []
        left = ""
        while following and following[1] <= end:
            left += read.text[done : following[0]]
            inside.append((list(_stretches(read, following))[-1][1], following[2]))
            done, following = following[1], next(found, None)
        left += read.text[done:end]
        first, last = read.pieces[within[0]], read.pieces[within[-1]]
        made.append(Passage(start=first.start, end=last.end, found=tuple(inside), left=left))
    return made


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some characters of a text with nothing between them that is not compared; or what parts two texts."""

    text: str
    start: int
    """In the HTML."""
    end: int
    run: int = -1
    """Which text between two tags it is of."""
    is_after_break: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """HTML with what was found in it."""

    pieces: Sequence[_Piece]
    text: str
    """Of all pieces, as it is compared."""
    ends: Sequence[int]
    """Where each piece ends in the text."""
    found: Sequence[Occurrence]

    def start_of(self, n: int) -> int:
        """Return where a piece begins in the text."""
        return self.ends[n] - len(self.pieces[n].text)


def _read(html: str, sentences: Sequence[str]) -> _Read:
    pieces = list(_pieces(html))
    text = comparable("".join(piece.text for piece in pieces))
    ends = list(accumulate(len(piece.text) for piece in pieces))
    breaks = {end - len(piece.text) for end, piece in zip(ends, pieces, strict=True) if piece.is_after_break}
    patterns = [comparable(_NOT_COMPARED.sub("", sentence)) for sentence in sentences]
    return _Read(pieces=pieces, text=text, ends=ends, found=occurrences(text, patterns, breaks=breaks))


def _stretches(read: _Read, found: Occurrence) -> Iterator[tuple[int, int]]:
    """Yield from where to where in the HTML an occurrence stands: one stretch for each text between tags."""
    start, end, _ = found
    first, last = bisect_right(read.ends, start), bisect_left(read.ends, end)
    for _, group in groupby(range(first, last + 1), key=lambda n: read.pieces[n].run):
        within = list(group)
        left, right = read.pieces[within[0]], read.pieces[within[-1]]
        ahead = max(0, start - read.start_of(within[0]))
        behind = max(0, read.ends[within[-1]] - end)
        is_cut = right.end - right.start == len(right.text)
        yield left.start + ahead, right.end - (behind if is_cut else 0)


def _pieces(html: str) -> Iterator[_Piece]:
    """Yield what of HTML is compared, in order."""
    tokens = list(_TOKEN.finditer(html))
    ends = _ends(tokens)
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token["name"]:
            if token["name"].lower() not in _WITHIN_LINE:
                yield _Piece(PARTING, token.end(), token.end())
            if _is_in_no_sentence(html, token, tokens[ends[position]]):
                position = ends[position]
        else:
            yield from _pieces_of_text(html, token.start(), token.end(), run=position)
        position += 1


def _ends(tokens: Sequence[re.Match[str]]) -> list[int]:
    """Return for each tag that opens an element where it is closed; else the token's own place."""
    ends = list(range(len(tokens)))
    opened: list[int] = []
    for n, token in enumerate(tokens):
        name = (token["name"] or "").lower()
        if token["end"] and opened and tokens[opened[-1]]["name"].lower() == name:
            ends[opened.pop()] = n
        elif name and not token["end"] and name not in _VOID:
            opened.append(n)
    return ends


def _is_in_no_sentence(html: str, opening: re.Match[str], closing: re.Match[str]) -> bool:
    """Tell whether what an element holds is part of no sentence: code, a footnote mark, a dash."""
    name = opening["name"].lower()
    if opening is closing or name not in _WITHIN_LINE | _VERBATIM:
        return False
    is_code = name in _VERBATIM or _UNTRANSLATED.search(opening[0]) is not None
    if not is_code and closing.start() - opening.end() > _LONGEST_LOOKED_INTO:
        return False
    text = entities.unescape(_TAG.sub("", html[opening.end() : closing.start()]))
    if name == "pre" or (is_code and len(text) > _LONGEST_LEFT_IN) or not any(map(str.isalnum, text)):
        return True
    is_mark = (name in ("sub", "sup") and _MARK.fullmatch(text)) or (name == "a" and _LINKED_MARK.fullmatch(text))
    return not is_code and bool(is_mark)


def _pieces_of_text(html: str, start: int, end: int, *, run: int) -> Iterator[_Piece]:
    """Yield the pieces of a text between two tags, long addresses left out."""
    position = start
    for address in _LONG_ADDRESS.finditer(html, start, end) if html.find("://", start, end) >= 0 else ():
        if len(entities.unescape(address[0])) > _LONGEST_LEFT_IN:
            yield from _compared(html, position, address.start(), run=run)
            position = address.end()
    yield from _compared(html, position, end, run=run)


def _compared(html: str, start: int, end: int, *, run: int) -> Iterator[_Piece]:
    last = -1
    for match in _PIECE.finditer(html, start, end):
        text = match[0] if match[0][0] != "&" else _NOT_COMPARED.sub("", entities.unescape(match[0]))
        if text:
            yield _Piece(text, match.start(), match.end(), run, is_after_break=match.start() != last)
            last = match.end()
