"""Read a message saved as a file (RFC 5322): subject, authors, date and the best body. Attachments are left alone.

Knows what mailers get wrong: raw bytes in headers, encoded words cut inside a character, charsets that are lies.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import errors, message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html import escape

import lxml.html

from syndicator.decode import decode_text
from syndicator.errors import ParseError
from syndicator.sources.htmlfile import parse_html
from syndicator.sources.paragraphs import habits_of, lines_of, paragraphs_of, to_html

_LARGEST_HEADERS_BYTES = 256_000
_MOST_MULTIPARTS = 100  # the parser takes time and stack for each
_MOST_PARTS = 5000
_PART = re.compile(rb"^--\S", re.MULTILINE)
_MULTIPART = re.compile(rb"multipart/", re.IGNORECASE)
_REPLY = re.compile(r"^(?:(?:re|fwd?|fw|aw|wg|отв|пересл)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_END_OF_HEADERS = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_DAMAGE = (errors.InvalidBase64CharactersDefect, errors.InvalidBase64LengthDefect)
# The standard library's header parser has raised each of these on a message that someone made up.
_STUMBLES = (ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError, errors.MessageError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message. Exactly one of `text` and `html` is set."""

    subject: str
    authors: tuple[str, ...]
    date: datetime | None
    language: str | None
    text: str | None
    html: str | None
    """What is inside the body element."""


def read_mail(content: bytes) -> Mail:
    """Return a message; raise `ParseError` if it is none, or its text can't be read whole."""
    end = _END_OF_HEADERS.search(content)
    if (end.start() if end else len(content)) > _LARGEST_HEADERS_BYTES:
        raise ParseError("the headers of this e-mail message are too long")
    if len(_MULTIPART.findall(content)) > _MOST_MULTIPARTS or len(_PART.findall(content)) > _MOST_PARTS:
        raise ParseError("this e-mail message has too many parts")
    try:
        message = message_from_bytes(content)
        headers = {name.lower(): " ".join(str(value).split()) for name, value in reversed(list(message.raw_items()))}
        if headers.keys().isdisjoint({"from", "subject", "date", "message-id"}):
            raise ParseError("this is no e-mail message: it has no From, Subject or Date")
        texts = [(part.get_content_type() == "text/html", _text(part)) for part in _shown(message)]
    except _STUMBLES as error:
        raise ParseError(f"this e-mail message is broken: {error}") from error
    texts = [(is_html, text) for is_html, text in texts if text.strip()]
    if not texts:
        raise ParseError("this e-mail message holds no text")
    is_rich = any(is_html for is_html, _ in texts)
    return Mail(
        subject=_REPLY.sub("", _decoded(headers.get("subject", ""))),
        authors=_authors(headers.get("from", "")),
        date=_date(headers.get("date", "")),
        language=headers.get("content-language", "").split(",")[0].strip() or None,
        text=None if is_rich else "\n\n".join(text for _, text in texts),
        html="\n".join(_inside_body(text) if is_html else _as_html(text) for is_html, text in texts)
        if is_rich
        else None,
    )


def _shown(part: Message) -> list[Message]:
    """Return the parts that a reader would be shown as the text, in order (RFC 2046 5.1).

    Of alternatives the HTML one; else all: some mailers cut a text in pieces around its pictures, and a forwarded
    message is a part like any other.
    """
    children = part.get_payload()
    if isinstance(children, list):
        shown = [_shown(child) for child in children if isinstance(child, Message)]
        if part.get_content_subtype() != "alternative":
            return [one for parts in shown for one in parts]
        rich = [parts for parts in shown if any(one.get_content_type() == "text/html" for one in parts)]
        return (rich or [parts for parts in shown if parts] or [[]])[-1]
    is_text = part.get_content_type() in {"text/html", "text/plain"}
    return [part] if is_text and not _is_attached(part) else []


def _as_html(text: str) -> str:
    lines = lines_of(text)
    return to_html(paragraphs_of(lines, habits_of(lines)))


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _text(part: Message) -> str:
    """Return a part's text in its charset, or the one that it is really in."""
    payload = part.get_payload(decode=True)
    if any(isinstance(defect, _DAMAGE) for defect in part.defects) or not isinstance(payload, bytes):
        raise ParseError("the text of this e-mail message is damaged")
    return decode_text(payload, declared=part.get_content_charset())


def _decoded(header: str) -> str:
    """Return a header's text (RFC 2047). Words cut inside a character are put together before they are decoded."""
    try:
        parts = decode_header(header)
    except errors.HeaderParseError:
        parts = [(header, None)]
    texts = (_word(part, charset) for part, charset in parts)
    return " ".join("".join(texts).split())


def _word(word: str | bytes, charset: str | None) -> str:
    content = word.encode("utf-8", "surrogateescape") if isinstance(word, str) else word
    try:
        return content.decode(charset or "utf-8")
    except (ValueError, LookupError):  # ValueError: also a NUL in the charset's name
        pass
    try:
        return decode_text(content)
    except ParseError:
        return content.decode("ascii", "replace")


def _authors(header: str) -> tuple[str, ...]:
    """Return the names in a From header; the address of one without a name."""
    try:
        pairs = [(_decoded(name), address) for name, address in getaddresses([header])]
    except _STUMBLES:
        return ()
    return tuple(dict.fromkeys(name or _decoded(address) for name, address in pairs if name or address))


def _date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (*_STUMBLES, OverflowError):
        return None


def _inside_body(html: str) -> str:
    """Return what is inside the body element, without scripts, styles and pictures that were attached."""
    tree = parse_html(html.encode("utf-8", "replace"))
    body = next(tree.iter("body"), tree)
    for element in list(body.iter("script", "style", "title", "img")):
        if element.tag != "img" or element.get("src", "").lower().startswith("cid:"):
            element.drop_tree()
    return (escape(body.text or "") + "".join(lxml.html.tostring(child, encoding="unicode") for child in body)).strip()
