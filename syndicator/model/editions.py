"""What we publish."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from syndicator.model.languages import primary
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
    local_name: str | None = None
    """What those call it who read the entry and could not read `name`; known when it is published."""

    @property
    def display_name(self) -> str:
        """Return its name with what readers need to read it: `Коммерсантъ (Kommersant)`."""
        return f"{self.name} ({self.local_name})" if self.local_name else self.name


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


class Extent(StrEnum):
    """How much of a source's texts is published, as its rights allow."""

    FULL = "full"
    EXCERPT = "excerpt"
    """The beginning, a sentence or a few."""
    HEADLINE = "headline"
    """The title alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What was translated, as it stood when the translation was made."""

    title: str
    html: str
    """Sanitised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A story beside another in an edition."""

    story: str
    title: str


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
    translated: datetime | None = None
    """When the translation was made; None where the entry is the original itself."""
    is_reviewed: bool = False
    """A person approved the translation, or wrote or approved every sentence of it."""
    extent: Extent = Extent.FULL
    """How much of the text is published; what is not has been left out of the entry already."""
    older: Neighbour | None = None
    """What came to be shown before it in its language; where it was asked for."""
    newer: Neighbour | None = None
    """What came to be shown after it."""


def beside(ordered: Iterable[Entry]) -> Iterator[Entry]:
    """Yield entries that come in their order, each with what stands before and after it."""
    before: Entry | None = None
    older: Neighbour | None = None
    for entry in ordered:
        if before is not None:
            yield replace(before, older=older, newer=Neighbour(story=entry.story, title=entry.title))
            older = Neighbour(story=before.story, title=before.title)
        before = entry
    if before is not None:
        yield replace(before, older=older)


VOLUME = 1000
"""Entries of a volume. Never changes: stores and site maps are divided by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """`VOLUME` entries of a language, in the order in which they came to be shown; the last is of fewer."""

    number: int
    """From 0."""
    updated: datetime
    """When the newest of its texts last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What the newest entry of an edition says of it."""

    attribution: Attribution
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A story in one language, as site maps list it."""

    story: str
    language: str
    updated: datetime
    siblings: tuple[Sibling, ...]
    """As of `Entry`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A saved filter. A story belongs to it that meets every condition given; of several values one is enough."""

    slug: str
    name: str
    """For readers of a language that `names` has none for."""
    names: tuple[tuple[str, str], ...] = ()
    """Language and name."""
    sources: tuple[str, ...] = ()
    """Slugs."""
    words: tuple[str, ...] = ()
    """Words and expressions; each is meant in every form that it takes in Russian and English."""
    categories: tuple[str, ...] = ()
    """Terms or labels."""

    def name_in(self, language: str) -> str:
        """Return what readers of a language call it."""
        return next((name for tag, name in self.names if primary(tag) == primary(language)), self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsorted:
    """A story that changed since it was last decided whether it belongs to a topic."""

    story: str
    seq: int
    """The store's change counter when it changed."""
    entries: tuple[Entry, ...]
    """As they are shown, in every language; none where none is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What an entry is found by: the keys of its words, in their order."""

    title: tuple[str, ...]
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to."""

    total: int
    entries: tuple[Entry, ...]
    """Those that were asked for, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A translation that was made, as statistics see it."""

    language: str
    from_language: str
    source: str
    translated: datetime
    published: datetime
    """When the origin published the article, or we first saw it, whichever was earlier."""
    first_seen: datetime
    words: int
    """About how many it has."""
    is_first_version: bool
    """Of the article; a later one counts from a moment that is not kept."""


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
    announced: Mapping[str, str] = field(default_factory=dict)
    """What hubs were to be told of then: the feeds' addresses, each with a digest of its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectKey:
    """Something to be done outside the store and the feeds' folder, once or more often with the same result."""

    kind: str
    """What is to be done: `websub`."""
    target: str
    """Where: the hub's URL."""
    subject: str
    """About what: the feed's URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An effect that has not happened yet."""

    key: EffectKey
    number: int
    """Grows each time that the effect is asked for: tells whether that happened again while it was tried."""
    attempts: int
    reason: str | None
    """Why the last attempt failed."""
    due: datetime
