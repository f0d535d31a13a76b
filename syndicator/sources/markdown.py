"""Read a Markdown file: front matter, title, body as HTML.

CommonMark with tables; markup written as HTML stays text. Front matter is lines of `key: value` between two lines of
`---`: title, date, author(s), language (or lang), source, url, section; other keys are for other programs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syndicator.errors import ParseError
from syndicator.sources.pressline import CREDIT, is_name

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCE = re.compile(r"---[ \t]*")
_KEY = re.compile(r"(?P<key>[A-Za-z][\w -]{0,40}?)[ \t]*:(?:[ \t]+(?P<value>.*))?")
_CONTINUED = re.compile(r"[ \t]+\S.*|-[ \t].*|#.*|[ \t]*")
_BLOCK = re.compile(r"[|>][+-]?\d?")
_MOST_LINES = 100
_DEEPEST = 40
_HEADING_TOKENS = 3
"""Opening, text and closing; so has a paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownFile:
    """A Markdown text."""

    title: str
    html: str
    credit: str | None
    """The front matter's `source`, else the name in a last line `Source: …`."""
    facts: dict[str, str]
    """The front matter, keys in lower case; empty values are left out. A list is one text, with `; ` between."""


def read_markdown(text: str) -> MarkdownFile:
    """Return title and body of a Markdown text; raise `ParseError` if it is empty but for front matter.

    The title is the front matter's, else the first heading if it is of the first level or begins the text; that
    heading is no part of the body.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 30 ms, and few inboxes hold Markdown

    facts, body = _front_matter(text)
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST}).enable("table")
    tokens = markdown.parse(body)
    if any(token.level >= _DEEPEST - 1 for token in tokens):  # markdown-it leaves out what is deeper
        raise ParseError("this Markdown is nested too deep to be read whole")
    title = facts.get("title", "")
    at = _title_at(tokens)
    if at is not None and (not title or _plain(tokens[at + 1]) == title):
        title = _plain(tokens[at + 1])
        tokens = [*tokens[:at], *tokens[at + _HEADING_TOKENS :]]
    credit = facts.get("source")
    named = _credit(tokens)
    if named and credit in (None, named):
        credit, tokens = named, tokens[:-_HEADING_TOKENS]
    html = markdown.renderer.render(tokens, markdown.options, {}).strip()
    if not html and not title:
        raise ParseError("this Markdown holds no text")
    return MarkdownFile(title=title, html=html, credit=credit, facts=facts)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the front matter and what comes after it; a text without any comes back whole."""
    lines = text.split("\n")
    if not _FENCE.fullmatch(lines[0].rstrip("\r")):
        return {}, text
    told: dict[str, list[str]] = {}
    key = ""
    for number, raw in enumerate(lines[1:_MOST_LINES], 1):
        line = raw.rstrip("\r")
        if _FENCE.fullmatch(line):
            facts = {name: _value(parts) for name, parts in told.items()}
            return {name: value for name, value in facts.items() if value}, "\n".join(lines[number + 1 :])
        match = _KEY.fullmatch(line)
        if match:
            key = match["key"].lower()
            told[key] = [(match["value"] or "").strip()]
        elif not _CONTINUED.fullmatch(line):
            break  # no front matter: a text that begins with a rule
        elif key and line.strip() and not line.startswith("#"):
            told[key].append(line.strip())
    return {}, text


def _value(lines: Sequence[str]) -> str:
    """Return a value of front matter, of which YAML has four ways: in quotes, in lines below, and two of lists."""
    first, *more = lines
    if first.startswith("[") and first.endswith("]"):
        return "; ".join(_unquoted(part.strip()) for part in first[1:-1].split(",") if part.strip())
    if more and all(line.startswith("-") for line in more) and not first:
        return "; ".join(_unquoted(line[1:].strip()) for line in more)
    return _unquoted(" ".join(more if _BLOCK.fullmatch(first) else lines).strip())


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _title_at(tokens: "Sequence[Token]") -> int | None:
    """Return where the heading begins that is the title; None if there is none."""
    headings = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    first_level = (index for index in headings if tokens[index].tag == "h1")
    return 0 if 0 in headings else next(first_level, None)


def _plain(inline: "Token") -> str:
    """Return the text of a heading without its markup."""
    parts = (
        child.content if child.type in {"text", "code_inline", "image"} else " " if child.type.endswith("break") else ""
        for child in inline.children or ()
    )
    return " ".join("".join(parts).split())


def _credit(tokens: "Sequence[Token]") -> str | None:
    """Return the name in a last paragraph `Source: …`."""
    if [token.type for token in tokens[-3:]] != ["paragraph_open", "inline", "paragraph_close"] or tokens[-1].level:
        return None
    match = CREDIT.fullmatch(_plain(tokens[-2]))
    return match["name"] if match and is_name(match["name"]) else None
