"""What we hold: originals, identified and cleaned."""

from dataclasses import dataclass
from datetime import datetime

from syndicator.model.sources import Category, Enclosure


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An original as we hold it: identified, cleaned, language known or `UNDETERMINED`."""

    id: str
    """Of the story, too. Made from the source and the item's own id; never changes."""
    source: str
    """The source's slug."""
    origin_id: str
    version: int
    """1, then one more each time that the text changes."""
    url: str | None
    title: str
    """Plain text. Never empty: the beginning of the body stands in for a missing title."""
    html: str
    """Sanitised. May be empty (a headline alone)."""
    summary: str
    """Plain text; may be empty."""
    language: str
    title_language: str
    """Of the title alone; differs from `language` only where it was recognised with certainty."""
    authors: tuple[str, ...]
    published: datetime
    """The origin's date, at most `first_seen`; never moves."""
    updated: datetime
    """When this version was first seen."""
    first_seen: datetime
    categories: tuple[Category, ...]
    enclosures: tuple[Enclosure, ...]
    rights: str | None
    credit: str | None
    section: str | None
    content_hash: str
    """Over all that is published of it; an item whose hash is equal has not changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store already holds of an item: enough to tell new, changed and unchanged apart."""

    id: str
    version: int
    content_hash: str
    language: str
    first_seen: datetime
    published: datetime
    updated: datetime
    """When the newest version was first seen."""
