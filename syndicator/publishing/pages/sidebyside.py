"""Put a translation and its original side by side, block by block and sentence by sentence.

Both were made of one skeleton, so that their blocks correspond; where they don't, all of it is one row. Each text
stands on the page once, whichever of the views shows it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree, html
from markupsafe import Markup

from syndicator.model import Entry, Segment
from syndicator.publishing.pairing import mark_sentences

_LINES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
"""Blocks that can be parted into lines, a sentence each."""
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark"),
        *("q", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A block of the original and of the translation."""

    original: Markup
    translation: Markup
    is_fine: bool
    """Each sentence is an element of its own (`class="line"`), as many on both sides."""


def rows(entry: Entry, *, original: str, translation: str, reasons: dict[int, str]) -> tuple[list[Row], set[int]]:
    """Return the rows of a translation with pairs, and which doubtful sentences were found in it.

    `original` and `translation` are the HTML of both, ready to be shown; `reasons` says by number of a sentence what is
    doubtful in it, in the reader's words.
    """
    theirs = _blocks(mark_sentences(original, [pair.source for pair in entry.pairs]))
    marked = mark_sentences(translation, [pair.target for pair in entry.pairs], doubtful=reasons)
    ours = _blocks(marked)
    found = set(_flag(ours, reasons))
    if [block.tag for block in theirs] != [block.tag for block in ours]:
        theirs, ours = [_joined(theirs)], [_joined(ours)]
    return [_row(*both) for both in zip(theirs, ours, strict=True)], found


def doubtful(pairs: Sequence[Segment]) -> dict[int, tuple[str, ...]]:
    """Return what is doubtful, by number of the sentence."""
    return {number: pair.marks for number, pair in enumerate(pairs) if pair.marks}


def _blocks(markup: str) -> list[html.HtmlElement]:
    """Return the blocks of a fragment; text between them stands in a `div` of its own."""
    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError):
        return []
    blocks: list[html.HtmlElement] = []
    loose = _loose(root.text)
    for child in list(root):
        tail, child.tail = child.tail, None
        if isinstance(child.tag, str) and child.tag not in _INLINE:
            if _has_content(loose):
                blocks.append(loose)
            blocks.append(child)
            loose = _loose(tail)
        else:
            child.tail = tail
            loose.append(child)
    return [*blocks, loose] if _has_content(loose) else blocks


def _loose(text: str | None) -> html.HtmlElement:
    element = html.Element("div")
    element.text = text
    return element


def _has_content(element: html.HtmlElement) -> bool:
    return len(element) > 0 or bool((element.text or "").strip())


def _joined(blocks: Sequence[html.HtmlElement]) -> html.HtmlElement:
    whole = html.Element("div")
    whole.extend(blocks)
    return whole


def _row(original: html.HtmlElement, translation: html.HtmlElement) -> Row:
    lines = [_lines(original), _lines(translation)]
    is_fine = all(lines) and len(lines[0]) == len(lines[1]) > 1
    if is_fine:
        for block, parts in zip((original, translation), lines, strict=True):
            _regroup(block, parts)
    return Row(original=_written(original), translation=_written(translation), is_fine=is_fine)


def _lines(block: html.HtmlElement) -> list[list[html.HtmlElement]]:
    """Return the children of a block by sentence; nothing where they can't be told apart."""
    if block.tag not in _LINES or (block.text or "").strip():
        return []
    lines: list[list[html.HtmlElement]] = []
    current: str | None = ""
    for child in block:
        own = child.get("data-s")
        numbers = {own} if own is not None else {each.get("data-s") for each in child.iterfind(".//span[@data-s]")}
        if len(numbers) > 1:
            return []
        number = numbers.pop() if numbers else current
        if lines and number == current:
            lines[-1].append(child)
        else:
            lines.append([child])
            current = number
    return lines


def _regroup(block: html.HtmlElement, lines: Sequence[Sequence[html.HtmlElement]]) -> None:
    for parts in lines:
        line = html.Element("span", {"class": "line"})
        line.extend(parts)
        last = parts[-1]
        if last.tail and not last.tail.strip():
            line.tail, last.tail = " ", None
        block.append(line)


def _flag(blocks: Sequence[html.HtmlElement], reasons: dict[int, str]) -> Iterator[int]:
    """Give doubtful sentences their reason, an address, and a link to the list of doubts; yield which were found."""
    places: dict[int, list[html.HtmlElement]] = {}
    for block in blocks:
        for span in block.iter("span"):
            sentence = int(span.get("data-s", -1))
            if sentence in reasons:
                places.setdefault(sentence, []).append(span)
    for number, spans in places.items():
        for span in spans:
            span.set("title", reasons[number])
        spans[0].set("id", f"s{number}")
        last = spans[-1]
        if not any(True for _ in last.iterancestors("a")):
            _add_flag(last, number, reasons[number])
        yield number


def _add_flag(span: html.HtmlElement, number: int, reason: str) -> None:
    flag = html.Element("a", {"class": "flag", "href": f"#d{number}", "aria-label": reason})
    flag.text = "?"
    span.append(flag)


def _written(element: html.HtmlElement) -> Markup:
    return Markup(html.tostring(element, encoding="unicode", with_tail=False))  # noqa: S704 - sanitised before


def plain_html(markup: str) -> Markup:
    """Return an article's own HTML as it is: it was sanitised when it came."""
    return Markup(markup)  # noqa: S704
