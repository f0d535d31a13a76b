"""Cut a block of text into sentences, and write it again once they are translated.

Knows text with slots in it, and what in a text stays as it is; refuses to know how HTML is parsed. How the two go
together: sentences are translated each for itself, then the block's target text is put together from them and from what
stood between them, and only then are slots placed, so that one that spans several sentences survives.
"""

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from syndicator.lookalikes import unmixed
from syndicator.model import Link, Rendering
from syndicator.translation.segment import LONGEST, place_to_cut, script_of, split_sentences
from syndicator.translation.slots import Kind, Slot, place
from syndicator.translation.wordmap import Span, WordMap, Zone

LONGEST_LEFT_IN = 60
"""Characters of code or of an address that a model gets to see."""

_LITERAL = re.compile(
    r"""
      (?:https?|ftp)://[^\s<>"«»]*[\w/=&%\#-]
    | (?<![\w.+-]) [\w.+-]++ @ [\w-]++ (?:\.[\w-]++){1,6}               # a mail address
    | (?<![\w./@-]) (?:[\w-]++\.){1,6}
      (?:com|org|net|int|info|gov|edu|ru|рф|su|by|kz|ua|eu|io|de|uk|fr|cn) (?![\w-]) (?:/(?:[^\s<>"«»]*[\w/=&%\#-])?)?
    | (?<![\w./@-]) (?:[\w-]++\.){1,6}                                  # a file name
      (?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|txt|csv|json|xml|html?|zip|gz|tar|jpe?g|png|gif|svg|webp|mp[34]|avi|mov
      |exe|apk|iso|py|js|toml|ya?ml|ini|log|md) (?![\w-])
    | (?<![\w@\#/&.]) [@\#] (?=\w*[^\W\d]) \w\w++ (?!\w*[.@]\w)         # a handle, a hashtag
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LINE_END = re.compile(r"[.!?…:;][\"'»”’)\]]*$")
_NEXT_ITEM = re.compile(r"\s*(?:[-–—•·*▪►✓✔→]|\d{1,3}[.)])\s")
_BEGINNING = re.compile(r"\W*(?:\d|(?=\w)[^a-zа-яё])")
_SHORT_LINE = 40
"""Characters."""
_UNSPACED = frozenset(" \n\t\u00a0.,;:!?…)]}»”%")
"""What no space is put before."""
_PARAGRAPH = re.compile(r"\n[^\S\n]*+\n\s*+")
_ODD = re.compile("[^\\S ]| {2}|[\u00ad\u200b\u2060\ufeff]")
_INVISIBLE = frozenset("\u00ad\u200b\u2060\ufeff")
"""Soft hyphens and zero-width spaces: a model takes a word with one in it for another word."""


class Place(Enum):
    """Where a block's text stands, which decides what must be escaped."""

    PLAIN = "plain"
    CONTENT = "content"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A piece of a block that is translated as a whole."""

    start: int
    end: int
    """In the block's text."""
    text: str
    """As it is translated: white space collapsed, nothing invisible in it, each word in one script."""
    words: str
    """What of it there is to translate."""
    kept: str
    """What of it stays as it is in any case: addresses, code."""
    origins: Sequence[int]
    """For each character of `text`, where it stands in the block's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The text of a paragraph, a heading, a cell or an attribute, or a plain text."""

    place: Place
    text: str
    sentences: tuple[Sentence, ...]
    slots: tuple[Slot, ...]
    """In the order in which they open."""
    markup: tuple[tuple["Skeleton", "Skeleton"], ...]
    """For each slot, what opens and what closes it; all of an atom or a point stands in the first."""


Skeleton = tuple[str | Block, ...]
"""What came in, in order: strings that stay as they are, and blocks."""

Render = Callable[[Sentence], Rendering | None]
"""Gives a sentence's translation; None where it stays as it is."""


def plain_block(text: str, language: str, *, place: Place = Place.PLAIN) -> Block:
    """Return a text without markup as a block. An empty line ends a sentence."""
    builder = BlockBuilder(place)
    builder.add_text(text)
    return builder.build(language, cuts=[match.end() for match in _PARAGRAPH.finditer(text)])


def is_literal(text: str) -> bool:
    """Say whether a text is an address, a handle or a file name and nothing else."""
    return _LITERAL.fullmatch(text.strip()) is not None


class BlockBuilder:
    """Puts a block together from left to right. One use each."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._texts: list[str] = []
        self._length = 0
        self._slots: list[Slot] = []
        self._markup: list[tuple[Skeleton, Skeleton]] = []
        self._open: list[int] = []
        self._breaks: list[int] = []

    def add_text(self, text: str) -> None:
        """Add text; addresses, handles and file names in it become atoms."""
        done = 0
        for match in _LITERAL.finditer(text):
            self._append(text[done : match.start()])
            self.add_atom(match[0], (_escape(match[0], self._place),))
            done = match.end()
        self._append(text[done:])

    def add_atom(self, text: str, skeleton: Skeleton) -> None:
        """Add what stays as it is, and reads as `text`."""
        if len(text) > LONGEST_LEFT_IN or not any(map(str.isalnum, text)):
            self.add_point(skeleton)
        else:
            self._add_slot(Kind.ATOM, skeleton, len(text))
            self._append(text)

    def add_point(self, skeleton: Skeleton, *, is_space: bool = False, is_break: bool = False) -> None:
        """Add what stands between words and has none; `is_space` if it parts them, `is_break` if it ends the line."""
        if is_break:
            self._breaks.append(self._length)
        self._add_slot(Kind.POINT, skeleton, int(is_space or is_break))
        if is_space or is_break:
            self._append("\n")

    def open(self, opening: Skeleton) -> None:
        """Begin an element."""
        self._add_slot(Kind.ELEMENT, opening, 0)
        self._open.append(len(self._slots) - 1)

    def close(self, closing: Skeleton) -> None:
        """End the element begun last."""
        n = self._open.pop()
        self._slots[n] = replace(self._slots[n], end=self._length)
        self._markup[n] = (self._markup[n][0], closing)

    def build(self, language: str, *, cuts: Sequence[int] = ()) -> Block:
        """Return the block. `cuts` are positions where a sentence ends, whatever the splitter says; rising."""
        text = "".join(self._texts)
        cuts = cuts or _line_cuts(text, self._breaks, self._slots)
        atoms = [(slot.start, slot.end) for slot in self._slots if slot.kind is Kind.ATOM]
        return Block(
            place=self._place,
            text=text,
            sentences=tuple(_sentences(text, language, cuts=cuts, atoms=atoms)),
            slots=tuple(self._slots),
            markup=tuple(self._markup),
        )

    def _append(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)

    def _add_slot(self, kind: Kind, skeleton: Skeleton, length: int) -> None:
        parent = self._open[-1] if self._open else None
        self._slots.append(Slot(start=self._length, end=self._length + length, kind=kind, parent=parent))
        self._markup.append((skeleton, ()))


def sentences(skeleton: Skeleton) -> Iterator[Sentence]:
    """Yield every sentence of a skeleton, in a fixed order."""
    for piece in skeleton:
        if isinstance(piece, Block):
            yield from piece.sentences
            for opening, closing in piece.markup:
                # Only attributes stand here, and they hold no markup: two levels, never more.
                yield from sentences(opening)
                yield from sentences(closing)


def in_need_of_links(skeleton: Skeleton) -> Iterator[str]:
    """Yield the text of every sentence inside which something opens, closes or stands."""
    for piece in skeleton:
        if isinstance(piece, Block):
            edges = sorted({edge for slot in piece.slots for edge in (slot.start, slot.end)})
            for sentence in piece.sentences:
                n = bisect_right(edges, sentence.start)
                if n < len(edges) and edges[n] < sentence.end:
                    yield sentence.text


def join(skeleton: Skeleton, render: Render) -> str:
    """Put translated sentences back; the rest is as it was, so that without any the result is what came in.

    Tags nest as before and each stands exactly once, whatever the links say; text from `render` is escaped. Elements
    side by side may change their order with that of the words.
    """
    return "".join(piece if isinstance(piece, str) else _write_block(piece, render) for piece in skeleton)


def _write_block(block: Block, render: Render) -> str:
    target, zones, links = _translated(block, render)
    spans = place(WordMap(block.text, target, zones=zones, links=links), block.slots)
    children: dict[int | None, list[int]] = {}
    for n in sorted(range(len(spans)), key=lambda n: (*spans[n], n)):
        children.setdefault(block.slots[n].parent, []).append(n)
    written: list[str] = []
    position = 0
    stack: list[tuple[Iterator[int], int, str]] = [(iter(children.get(None, ())), len(target), "")]
    while stack:
        siblings, end, closing = stack[-1]
        child = next(siblings, None)
        if child is None:
            written += (_escape(target[position:end], block.place), closing)
            position = end
            stack.pop()
            continue
        start, end = spans[child]
        written.append(_escape(target[position:start], block.place))
        position = start
        opening, closing = (join(part, render) for part in block.markup[child])
        if block.slots[child].kind is Kind.ELEMENT:
            written.append(opening)
            stack.append((iter(children.get(child, ())), end, closing))
        else:
            before, after = _spaces(block, child, target=target, span=(start, end))
            written += (before, opening, after)
            position = end
    return "".join(written)


def _spaces(block: Block, child: int, *, target: str, span: Span) -> tuple[str, str]:
    """Return the spaces that something put in between words needs to stand as free as in the source."""
    slot = block.slots[child]
    if span[0] < span[1]:
        return "", ""
    # An atom may have been part of a word, and the words of the translation are none of its.
    is_word = slot.kind is Kind.ATOM
    is_after_space = block.text[max(0, slot.start - 1) : slot.start].isspace()
    is_before_space = block.text[slot.end : slot.end + 1].isspace()
    before, after = target[max(0, span[0] - 1) : span[0]], target[span[1] : span[1] + 1]
    needs_before = bool(before) and (is_after_space or (is_word and before.isalnum())) and not before.isspace()
    needs_after = bool(after) and (is_before_space or (is_word and after.isalnum())) and after not in _UNSPACED
    return " " * needs_before, " " * needs_after


def _translated(block: Block, render: Render) -> tuple[str, list[Zone], list[Link]]:
    """Return the block's target text, zone by zone, with all links in the block's own positions."""
    target: list[str] = []
    zones: list[Zone] = []
    links: list[Link] = []
    done = length = 0

    def add(end: int, text: str, *, is_same: bool) -> None:
        nonlocal done, length
        if end > done:
            zones.append(Zone(source=(done, end), target=(length, length + len(text)), is_same=is_same))
            target.append(text)
            done, length = end, length + len(text)

    for sentence in block.sentences:
        add(sentence.start, block.text[done : sentence.start], is_same=True)
        rendering = render(sentence)
        if rendering is None or rendering.text == sentence.text:
            add(sentence.end, block.text[sentence.start : sentence.end], is_same=True)
        else:
            links += _moved_links(sentence, rendering, target_by=length)
            add(sentence.end, rendering.text, is_same=False)
    add(len(block.text), block.text[done:], is_same=True)
    return "".join(target), zones, links


def _moved_links(sentence: Sentence, rendering: Rendering, *, target_by: int) -> Iterator[Link]:
    """Yield a sentence's links in the positions of its block. Links that point outside the texts are left out."""
    for link in rendering.links:
        is_inside = 0 <= link.source_start < link.source_end <= len(sentence.text)
        if is_inside and 0 <= link.target_start < link.target_end <= len(rendering.text):
            yield Link(
                source_start=sentence.origins[link.source_start],
                source_end=sentence.origins[link.source_end - 1] + 1,
                target_start=link.target_start + target_by,
                target_end=link.target_end + target_by,
            )


def _escape(text: str, place: Place) -> str:
    """Escape as HTML is serialised (HTML standard 13.3), so that text left as it is gives the same characters."""
    if place is Place.PLAIN:
        return text
    escaped = html.escape(text, quote=False).replace("\xa0", "&nbsp;")
    return escaped if place is Place.CONTENT else escaped.replace('"', "&quot;")


def _line_cuts(text: str, breaks: Sequence[int], slots: Sequence[Slot]) -> list[int]:
    """Return where a line break ends a sentence, and where a heading that runs into its paragraph does.

    Some break lines only to make them fit, and the sentence goes on. A break is taken to end it when another follows,
    when the line ends in a stop, is short before a capital letter or digit (a verse, an address), or is emphasised as a
    whole, and before a dash, a bullet or a number with a stop.
    """
    ends = {slot.start: slot.end for slot in reversed(slots) if slot.kind is Kind.ELEMENT}
    cuts = set()
    begin = 0
    for position, following in pairwise((*breaks, len(text), len(text))):
        line, rest = text[begin:position], text[position + 1 : following]
        first, last = begin + len(line) - len(line.lstrip()), begin + len(line.rstrip())
        emphasised = ends.get(first, begin)
        if first < emphasised < last and _LINE_END.search(text[first:emphasised].rstrip()[-8:]):
            cuts.add(emphasised)
        if (
            not rest.strip()
            or emphasised == last
            or _LINE_END.search(line.rstrip()[-8:])
            or _NEXT_ITEM.match(rest)
            or (last - first < _SHORT_LINE and _BEGINNING.match(rest))
        ):
            cuts.add(position + 1)
        begin = position + 1
    return sorted(cut for cut in cuts if cut < len(text))


def _sentences(text: str, language: str, *, cuts: Sequence[int], atoms: Sequence[Span]) -> Iterator[Sentence]:
    """Yield the sentences of a block's text, without the white space between them. No atom is ever cut."""
    starts = [start for start, _ in atoms]
    is_cyrillic = script_of(language) == "Cyrillic"
    begin = 0
    for end in _ends(text, language, cuts=cuts):
        n = bisect_left(starts, end) - 1
        if n >= 0 and atoms[n][1] > end:
            continue
        for start, stop in _pieces(text, begin, end, atoms=atoms):
            inside = atoms[bisect_left(starts, start) : bisect_left(starts, stop)]
            yield _sentence(text, start, stop, atoms=inside, is_cyrillic=is_cyrillic)
        begin = end


def _pieces(text: str, begin: int, end: int, *, atoms: Sequence[Span]) -> Iterator[Span]:
    """Yield the range of a sentence without the white space around it; of one that is far too long, those of pieces."""
    while begin < end:
        cut = place_to_cut(text, begin, end) if end - begin > LONGEST else end
        n = bisect_left(atoms, (cut, 0)) - 1
        cut = max(cut, atoms[n][1]) if n >= 0 else cut
        raw = text[begin:cut]
        start, stop = begin + len(raw) - len(raw.lstrip()), begin + len(raw.rstrip())
        if start < stop:
            yield start, stop
        begin = cut


def _ends(text: str, language: str, *, cuts: Sequence[int]) -> Iterator[int]:
    for begin, end in pairwise((0, *cuts, len(text))):
        position = begin
        for part in split_sentences(text[begin:end], language):
            position += len(part)
            yield position


def _sentence(text: str, start: int, end: int, *, atoms: Sequence[Span], is_cyrillic: bool) -> Sentence:
    raw = text[start:end]
    shown: str = raw
    origins: Sequence[int] = range(start, end)
    if _ODD.search(raw):
        kept = [
            (" " if character.isspace() else character, start + n)
            for n, character in enumerate(raw)
            if character not in _INVISIBLE and not (character.isspace() and raw[n - 1].isspace())
        ]
        shown = "".join(character for character, _ in kept)
        origins = [origin for _, origin in kept]
    alike = unmixed(shown, is_cyrillic=is_cyrillic)
    if alike != shown:
        kept_at = {n for first, last in atoms for n in range(first, last)}
        shown = "".join(
            before if at in kept_at else after for before, after, at in zip(shown, alike, origins, strict=True)
        )
    edges = [start, *(edge for atom in atoms for edge in atom), end]
    parts = [text[first:last] for first, last in pairwise(edges)]
    return Sentence(
        start=start, end=end, text=shown, words=" ".join(parts[::2]), kept=" ".join(parts[1::2]), origins=origins
    )
