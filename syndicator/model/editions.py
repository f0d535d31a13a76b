"""What we publish."""

from dataclasses import dataclass
from datetime import datetime

from syndicator.model.sources import Category, Enclosure
from syndicator.model.translations import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Whose text an entry is."""

    slug: str
    name: str
    """What the source calls itself."""
    home_url: str | None
    self_id: str | None
    """The `atom:id` of the feed it came from, where it has one."""
    feed_url: str | None
    rights: str | None
    language: str | None
    updated: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryIds:
    """The `tag:` URIs (RFC 4151) of a story in one language, minted once and kept.

    One for each format, since a reader may hold the same entry in two.
    """

    atom: str
    rss: str
    json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """The same story in another edition."""

    story: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What was translated, as it stood when the translation was made."""

    title: str
    html: str
    """Sanitised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A story in one language, with all that is published of it."""

    story: str
    language: str
    ids: EntryIds
    attribution: Attribution
    title: str
    html: str
    summary: str
    authors: tuple[str, ...]
    published: datetime
    updated: datetime
    """When the text shown here last changed; nothing else moves it."""
    original_url: str | None
    original_language: str
    route: str | None
    """None where the entry is the original itself."""
    engine: str | None
    marks: tuple[str, ...]
    siblings: tuple[Sibling, ...]
    """In every other edition where the story stands, sorted by language."""
    categories: tuple[Category, ...]
    enclosures: tuple[Enclosure, ...]
    rights: str | None
    credit: str | None
    section: str | None
    original: Original | None = None
    """Only where it was asked for, and of a translation."""
    pairs: tuple[Segment, ...] = ()
    """The sentences beside their originals, in reading order, each text once, title first; where asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionKey:
    """What an edition's feeds are made of: a language, or one source or topic in a language; at most one of both."""

    language: str
    source: str | None = None
    topic: str | None = None
    """The slug of a configured topic."""
    is_bilingual: bool = False
    """Each translation has its original beside it, sentence by sentence. Only of whole languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionState:
    """An edition whose feeds may be older than its entries."""

    key: EditionKey
    created: datetime
    changed: int
    """The store's change counter when an entry of the edition last changed; it only grows."""
    published: int
    """What `changed` was when the feeds were last written; -1: never."""
    fingerprint: str | None
    """Of the settings that the feeds were last written under."""
