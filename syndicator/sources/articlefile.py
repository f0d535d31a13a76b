"""Make an Item of the bytes of a file: plain text, HTML, Markdown or a saved message, told by the end of its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import urlsplit

from syndicator.decode import decode_text
from syndicator.errors import ParseError
from syndicator.model import Document, Item
from syndicator.sources.dateline import parse_date
from syndicator.sources.htmlfile import read_html
from syndicator.sources.mail import read_mail
from syndicator.sources.markdown import read_markdown
from syndicator.sources.paragraphs import to_html
from syndicator.sources.press import PressRelease, parse_press_release


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFile:
    """A file as it was read."""

    id: str
    """Its path below the inbox."""
    url: str
    """`file:`"""
    content: bytes
    modified: datetime


def suffix_of(name: str) -> str:
    """Return what tells the format, lower case: `.txt`; empty if the name has none."""
    return PurePosixPath(name).suffix.lower()


def read_article(file: ArticleFile, *, now: datetime) -> Item:
    """Return the item in a file whose suffix is in `READERS`; raise `ParseError` if it can't be read.

    `published` is the date that the text names, else that of the message, else when the file was last changed.
    """
    if not file.content.strip():
        raise ParseError("this file is empty")
    return READERS[suffix_of(file.id)](file, now)


def _text(file: ArticleFile, now: datetime) -> Item:
    release = parse_press_release(decode_text(file.content), now=now)
    if not release.paragraphs:
        raise ParseError("this file is empty")
    return _release_item(file, release, release.title)


def _release_item(file: ArticleFile, release: PressRelease, title: str) -> Item:
    return Item(
        origin_id=file.id,
        url=None,
        title=title,
        html=to_html(release.paragraphs),
        authors=(release.author,) if release.author else (),
        published=release.published or file.modified,
        credit=release.credit,
        section=release.section,
    )


def _html(file: ArticleFile, now: datetime) -> Item:
    page = read_html(file.content, now=now)
    return Item(
        origin_id=file.id,
        url=None,
        title=page.title,
        page=Document(url=file.url, content=page.content, media_type="text/html", charset="utf-8"),
        authors=page.authors,
        published=page.published or file.modified,
        language=page.language,
    )


def _markdown(file: ArticleFile, now: datetime) -> Item:
    text = read_markdown(decode_text(file.content))
    url = text.facts.get("url")
    author = text.facts.get("author") or text.facts.get("authors")
    return Item(
        origin_id=file.id,
        url=url if url and _is_web(url) else None,
        title=text.title,
        html=text.html,
        authors=tuple(author.split("; ")) if author else (),
        published=parse_date(text.facts.get("date", ""), now=now) or file.modified,
        language=text.facts.get("language") or text.facts.get("lang"),
        credit=text.credit,
        section=text.facts.get("section"),
    )


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _mail(file: ArticleFile, now: datetime) -> Item:
    """Return the item in a message. A title that its text has besides the subject stays in the body."""
    mail = read_mail(file.content)
    item = Item(origin_id=file.id, url=None, title=mail.subject, html=mail.html or "")
    published = None
    if mail.text is not None:
        release = parse_press_release(mail.text, now=now)
        published = release.published
        item = _release_item(file, release, mail.subject or release.title)
        if release.title.casefold() != item.title.casefold():
            heading = to_html([release.title]) if release.title else ""
            item = replace(item, html=f"{heading}\n{item.html}".strip())
    return replace(
        item,
        authors=mail.authors or item.authors,
        published=published or mail.date or file.modified,
        language=mail.language,
    )


READERS: Mapping[str, Callable[[ArticleFile, datetime], Item]] = MappingProxyType(
    {".txt": _text, ".html": _html, ".htm": _html, ".md": _markdown, ".eml": _mail}
)
"""How to read each format, by suffix."""
