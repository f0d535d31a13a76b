"""Take clean HTML apart into sentences to translate; `blocks.join` puts it together again.

Knows HTML as the sanitiser writes it: every element closed, every attribute quoted. Refuses to know models.

The text is cut at block elements (paragraphs, headings, list items, cells, captions …), then each block, each `alt` and
each `title` into sentences. What stands inside a block becomes slots, whose places are found again by word
alignment (`slots`); no stand-in for it ever goes through a model:

- code, `translate="no"`, addresses and file names are left in the sentence, which is not whole without them, and
  whatever the model makes of them is replaced by the original. Only long ones are taken out: a model that meets a
  hundred characters of code writes nonsense all around it;
- images, line breaks, footnote marks and elements without words are taken out and stand after the same word again.

Everything outside sentences is kept as the very characters that came in. Nothing here recurses, and the time taken
stays in proportion to the length.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from syndicator.errors import Unfit
from syndicator.model import primary
from syndicator.translation.blocks import (
    Block,
    BlockBuilder,
    Place,
    Skeleton,
    is_literal,
    plain_block,
)

_TOKEN = re.compile(r"""<(/?)([a-zA-Z][^\s/<>"']*)((?:[^<>"']|"[^"]*"|'[^']*')*)>|[^<]+""")
_ATTRIBUTE = re.compile(r"""([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?""")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_BLOCK = frozenset(
    {
        "address",
        "article",
        "aside",
        "audio",
        "blockquote",
        "body",
        "caption",
        "center",
        "col",
        "colgroup",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "map",
        "menu",
        "nav",
        "object",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "search",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "video",
    }
)
_VERBATIM = frozenset(
    {"code", "iframe", "kbd", "math", "pre", "samp", "script", "style", "svg", "textarea", "tt", "var"}
)
_LANG = re.compile(r"""(\slang=")([^"]*)"|"[^"]*"|'[^']*'""")
"""A `lang` attribute, or another's value, which may look like one."""
_TEXT_ATTRIBUTES = frozenset({"alt", "title"})
_DEEPEST = 32
"""Inline elements nested deeper cut the text as blocks do: nobody writes so, and places are found level by level."""
_LONGEST_MARK = 12
_RAISED = frozenset({"sup", "sub"})
_RAISED_MARK = re.compile(r"\s*(?:[^\W\d_]|[\[(]?\d{1,3}[\])]?(?:[\s,;]+[\[(]?\d{1,3}[\])]?)*)\s*")
_LINKED_MARK = re.compile(r"\s*\[(?:\d{1,3}|[^\W\d_])\]\s*")
"""Footnote marks, exponents and indices: no words, though they have a letter or digit."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag, or the text between two, as the characters that came in."""

    raw: str
    name: str = ""
    attributes: str = ""
    is_closing: bool = False


@dataclass(frozen=True, slots=True)
class _Document:
    """HTML in tokens, with what belongs together."""

    tokens: list[_Token]
    ends: list[int]
    """For each opening tag, where its closing tag is; a token's own index where it is void, closing or text."""
    cuts: list[bool]
    """For each token, whether it parts the text: a block element, or an element that holds one."""


def split(source: str, language: str) -> Skeleton:
    """Take clean HTML apart.

    Raises `Unfit` if tags are not balanced or a '<' stands alone: then it did not come from the sanitiser, and words
    could be lost or markup made up by guessing.
    """
    document = _parse(source)
    pieces: list[str | Block] = []
    run = position = 0
    while position < len(document.tokens):
        token = document.tokens[position]
        after = document.ends[position] + 1 if _is_verbatim(token) else position + 1
        if document.cuts[position]:
            pieces += _run(document, run, position, language)
            pieces += _raw(document, position, after) if _is_verbatim(token) else _tag(token, language)
            run = after
        position = after
    pieces += _run(document, run, position, language)
    return tuple(pieces)


def relabel(source: str, *, from_language: str, to_language: str) -> str:
    """Return clean HTML whose elements marked as being in one language (`lang`) are marked as being in another.

    What is not translated (code, `translate="no"`) keeps its mark.
    """
    document = _parse(source)
    written: list[str] = []
    position = 0
    while position < len(document.tokens):
        token = document.tokens[position]
        after = document.ends[position] + 1 if _is_verbatim(token) else position + 1
        if after == position + 1 and not token.is_closing and token.attributes:
            written.append(_LANG.sub(lambda match: _relabelled(match, from_language, to_language), token.raw))
        else:
            written += _raw(document, position, after)
        position = after
    return "".join(written)


def _relabelled(match: re.Match[str], from_language: str, to_language: str) -> str:
    is_ours = match[2] is not None and primary(match[2]) == primary(from_language)
    return f'{match[1]}{to_language}"' if is_ours else match[0]


def _parse(source: str) -> _Document:
    tokens = list(_tokens(source))
    ends = list(range(len(tokens)))
    cuts = [False] * len(tokens)
    opened: list[int] = []
    for n, token in enumerate(tokens):
        if token.is_closing:
            if not opened or tokens[opened[-1]].name != token.name:
                raise Unfit(f"The HTML is not clean: {token.raw} closes nothing.")
            ends[opened[-1]] = n
            cuts[n] = cuts[opened.pop()]
        elif token.name:
            if token.name in _BLOCK or (len(opened) >= _DEEPEST and not cuts[opened[-_DEEPEST]]):
                _cut(cuts, chain([n], reversed(opened)))
            if token.name not in _VOID:
                opened.append(n)
    if opened:
        raise Unfit(f"The HTML is not clean: {tokens[opened[-1]].raw} is not closed.")
    return _Document(tokens, ends, cuts)


def _tokens(source: str) -> Iterator[_Token]:
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            raise Unfit(f"The HTML is not clean: there is a stray '<' at character {position}.")
        slash, name, attributes = match.groups(default="")
        yield _Token(match[0], name.lower(), attributes, bool(slash))
        position = match.end()


def _cut(cuts: list[bool], outwards: Iterable[int]) -> None:
    """Mark an element as one that parts the text, and those around it: words can't move in or out of what holds it.

    Around an element that is marked already all are.
    """
    for n in outwards:
        if cuts[n]:
            return
        cuts[n] = True


def _run(document: _Document, first: int, last: int, language: str) -> Skeleton:
    """Return the tokens between two cuts as a block; without a word or an attribute to translate, as they are."""
    tokens = document.tokens[first:last]
    if not any(token.name or token.raw.strip() for token in tokens):
        return _raw(document, first, last)
    builder = BlockBuilder(Place.CONTENT)
    position = first
    while position < last:
        token = document.tokens[position]
        end = document.ends[position]
        if not token.name:
            builder.add_text(html.unescape(token.raw))
        elif token.is_closing:
            builder.close((token.raw,))
        elif (literal := _literal(document, position)) is not None:
            builder.add_atom(literal, _whole(document, position, language))
            position = end
        elif _is_wordless(document, position):
            is_space = _text(document, position).isspace() or _parts_words(document, position)
            builder.add_point(_whole(document, position, language), is_space=is_space, is_break=token.name == "br")
            position = end
        else:
            builder.open(_tag(token, language))
        position += 1
    return (builder.build(language),)


def _literal(document: _Document, position: int) -> str | None:
    """Return the text of an element that stays as it is, be it inside others that hold nothing else."""
    tokens, ends = document.tokens, document.ends
    inner, end = position, ends[position]
    if inner == end:
        return None
    while not _is_verbatim(tokens[inner]) and inner + 1 < ends[inner + 1] == end - 1:
        inner, end = inner + 1, end - 1
    text = _text(document, inner)
    return text if _is_verbatim(tokens[inner]) or (end == inner + 2 and is_literal(text)) else None


def _is_wordless(document: _Document, position: int) -> bool:
    """Say whether an element holds nothing to translate: an image, a break, a dash, a footnote mark."""
    text = _text(document, position)
    if not any(map(str.isalnum, text)):
        return True
    if len(text) > _LONGEST_MARK:
        return False
    inside = document.tokens[position : document.ends[position]]
    if _LINKED_MARK.fullmatch(text) and any(token.name == "a" for token in inside):
        return True
    return _RAISED_MARK.fullmatch(text) is not None and not any(map(str.isalnum, _text_not_raised(inside)))


def _text_not_raised(tokens: Sequence[_Token]) -> str:
    """Return the text outside `sup` and `sub`."""
    depth = 0
    found = []
    for token in tokens:
        if token.name in _RAISED:
            depth += -1 if token.is_closing else 1
        elif not token.name and not depth:
            found.append(token.raw)
    return "".join(found)


def _parts_words(document: _Document, position: int) -> bool:
    """Say whether an image stands between two words with no space at either side."""
    tokens, end = document.tokens, document.ends[position]
    if not 0 < position <= end < len(tokens) - 1 or not any(
        token.name == "img" for token in tokens[position : end + 1]
    ):
        return False
    before, after = tokens[position - 1], tokens[end + 1]
    return not before.name and not after.name and before.raw[-1].isalnum() and after.raw[0].isalnum()


def _is_verbatim(token: _Token) -> bool:
    if not token.name or token.is_closing or token.name in _VOID:
        return False
    return token.name in _VERBATIM or any(
        (name.lower() == "translate" and value.lower() == "no") or (name.lower() == "class" and "notranslate" in value)
        for name, value, *_ in _ATTRIBUTE.findall(token.attributes)
    )


def _text(document: _Document, position: int) -> str:
    """Return the text inside an element."""
    inside = document.tokens[position : document.ends[position]]
    return html.unescape("".join(token.raw for token in inside if not token.name))


def _raw(document: _Document, first: int, last: int) -> tuple[str, ...]:
    return ("".join(token.raw for token in document.tokens[first:last]),) if first < last else ()


def _whole(document: _Document, position: int, language: str) -> Skeleton:
    """Return an element whose text stays as it is; `alt` and `title` in it are translated all the same."""
    pieces: list[str | Block] = []
    end = document.ends[position]
    while position <= end:
        token = document.tokens[position]
        last = document.ends[position] if _is_verbatim(token) else position
        pieces += _raw(document, position, last + 1) if _is_verbatim(token) else _tag(token, language)
        position = last + 1
    return tuple(pieces)


def _tag(token: _Token, language: str) -> Skeleton:
    """Return a token with the texts of its attributes as blocks."""
    pieces: list[str | Block] = []
    done = 0
    at = len(token.raw) - len(token.attributes) - 1
    for match in _ATTRIBUTE.finditer(token.attributes) if token.attributes else ():
        if match[1].lower() in _TEXT_ATTRIBUTES and match[2]:
            start, end = match.span(2)
            pieces.append(token.raw[done : at + start])
            pieces.append(plain_block(html.unescape(match[2]), language, place=Place.ATTRIBUTE))
            done = at + end
    return (*pieces, token.raw[done:])
