"""The things we speak of, as values. Knows their shapes; refuses to know where they come from or go to.

Trust is visible: a `Document` and an `Item` are what the world said and may hold anything. From `Article` on, HTML is
sanitised, text is NFC without control characters, and the language is known or `UNDETERMINED`. Times are aware and in
UTC. Languages are normalised BCP 47 tags (`ru`, `en`, `pt-BR`).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

UNDETERMINED = "und"
"""The language of a text whose language is not known (BCP 47, ISO 639-2)."""


def primary(language: str) -> str:
    """Return the primary subtag of a BCP 47 tag: `pt` for `pt-BR`. It alone decides on routes and editions."""
    return language.split("-", 1)[0].lower()


class SourceKind(StrEnum):
    """What a source is made of."""

    FEED = "feed"
    PAGE = "page"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What we read, as the operator configured it. `slug` names it for good: ids and paths are made from it."""

    slug: str
    kind: SourceKind
    url: str | None = None
    """Of a feed, listing page or sitemap; None for an inbox."""
    folder: Path | None = None
    """Of an inbox, absolute; None for the others."""
    name: str | None = None
    """Overrides the name that the source calls itself by."""
    language: str | None = None
    """Pins the language of every text of this source; None to detect it."""
    rights: str | None = None
    interval: timedelta = timedelta(minutes=30)
    link_selector: str | None = None
    """Of a page: the CSS selector of the links to articles."""
    link_pattern: str | None = None
    """Of a page: the regular expression that an article's absolute URL matches."""
    full_text: bool = False
    """Of a feed: fetch each article's page and extract its text, since the feed carries summaries only."""
    max_items: int = 50
    """The newest so many items of a listing or feed are looked at; the rest stays unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes as they came, untrusted. Of a file, `url` is its `file:` URL."""

    url: str
    """Where it was found, after redirects."""
    content: bytes
    """After decompression; empty when `is_unchanged`."""
    media_type: str | None
    """Lower case, without parameters; None where the origin named none."""
    charset: str | None
    """As the origin declared it; may be a lie."""
    etag: str | None = None
    """As received, byte for byte (latin-1)."""
    last_modified: str | None = None
    """As received, byte for byte."""
    is_unchanged: bool = False
    """The origin answered 304 to a conditional request."""
    moved_to: str | None = None
    """The final URL, where every redirect on the way was permanent (301, 308); None otherwise."""
    max_age: timedelta | None = None
    """How long the origin says that its answer stays fresh (Cache-Control max-age)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A media file that belongs to an entry (RFC 4287 4.2.7.2, RSS 2.0 `enclosure`)."""

    url: str
    media_type: str | None = None
    length_bytes: int | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category as the source gave it (RFC 4287 4.2.2)."""

    term: str
    scheme: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry as the source told it: untrusted text and HTML, perhaps incomplete."""

    origin_id: str
    """The item's own id, else its canonical URL, else (of a file) its path below the inbox. Unique in its source."""
    url: str | None
    """Of the original, absolute; None where it has none (a file)."""
    title: str
    """Plain text; markup has been turned into text by the reader of the format. May be empty."""
    html: str = ""
    """The fullest body that the source gave; relative URLs are relative to `base_url`."""
    summary: str = ""
    """HTML; empty where the source gave none, or gave only the body."""
    base_url: str | None = None
    page: Document | None = None
    """The article's own page, not yet extracted; None where `html` is the body."""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    """As the item, else its feed, declares it; not normalised."""
    categories: tuple[Category, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    rights: str | None = None
    credit: str | None = None
    """Who the text says that it is from, where it says so in a line of its own (`Source: …`)."""
    section: str | None = None
    """The section word that a press release carries above its title (`News`, `Новости`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """An item that could not be read, with the reason in words."""

    origin_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a source says of itself. Plain text; None where it says nothing."""

    name: str | None = None
    home_url: str | None = None
    self_id: str | None = None
    """The `atom:id` of the feed that we read."""
    feed_url: str | None = None
    """Where we read it, where that is a feed."""
    rights: str | None = None
    language: str | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one look at a source brought."""

    items: tuple[Item, ...] = ()
    """In the source's order, one for each `origin_id`."""
    about: About | None = None
    """None where this look did not tell (an unchanged document): keep what was known."""
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    max_age: timedelta | None = None
    is_unchanged: bool = False
    marks: dict[str, str] = field(default_factory=dict)
    """By `origin_id`: a cheap fingerprint that lets the next look skip an item that has not changed. Complete: it
    replaces the marks of the look before, except where `is_unchanged`."""
    set_aside: tuple[SetAside, ...] = ()
    retry_after: timedelta | None = None
    """Ask again this soon, because something was not ready (a file still being written, a page out of reach)."""


class Condition(StrEnum):
    """How a source is doing."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What we remember of a source between two looks."""

    slug: str
    condition: Condition = Condition.NEW
    detail: str | None = None
    """The last failure in one sentence; None when `condition` is OK."""
    about: About = field(default_factory=About)
    etag: str | None = None
    last_modified: str | None = None
    validators_since: datetime | None = None
    """When `etag` and `last_modified` were first sent; they are dropped every 8 days."""
    due: datetime | None = None
    """When to look next; None: at once."""
    checked: datetime | None = None
    succeeded: datetime | None = None
    failures: int = 0
    """In a row."""
    moved_to: str | None = None
    moved_since: datetime | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRef:
    """An installed model package, as named in provenance: `ru_en 0.1`."""

    from_language: str
    to_language: str
    version: str
    digest: str
    """SHA-256 of the package's files, hexadecimal: another model with the same version is another model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A chain of installed models from one language to another; never empty."""

    models: tuple[ModelRef, ...]

    @property
    def from_language(self) -> str:
        """Return the language that the chain begins with."""
        return self.models[0].from_language

    @property
    def to_language(self) -> str:
        """Return the language that the chain ends with."""
        return self.models[-1].to_language

    def __str__(self) -> str:
        """Return the chain as people write it: `ru>en>de`."""
        return ">".join([self.from_language, *(model.to_language for model in self.models)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One piece of a target text and the piece of the source text that it renders, as character ranges [start, end)."""

    source_start: int
    source_end: int
    target_start: int
    target_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A segment's translation as the engine gave it."""

    text: str
    links: tuple[Link, ...]
    """Word alignment, in target order; empty where the engine has none."""
    score: float | None
    """Mean log-probability a token; None where the engine gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A segment translation in the memory."""

    key: str
    """Made by `translation.memory` from normalised source text, route and model versions, and decoding settings."""
    source_text: str
    rendering: Rendering
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An Article in one language."""

    article_id: str
    article_version: int
    language: str
    title: str
    """Plain text."""
    html: str
    """Sanitised."""
    summary: str
    """Plain text."""
    enclosure_titles: tuple[str | None, ...]
    """One for each enclosure of the article, in order."""
    route: str
    """As `str(Route)`."""
    engine: str
    """Engine and packages in words: `Argos ru_en 0.1 (CTranslate2)`."""
    marks: tuple[str, ...]
    """What a check found doubtful, in words; empty when nothing was."""
    translated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A translation that should exist and does not, or is older than its article."""

    article_id: str
    article_version: int
    from_language: str
    to_language: str
    attempts: int = 0
    """How often this version failed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A translation that was tried and did not succeed; tried again at `due`."""

    article_id: str
    article_version: int
    language: str
    attempts: int
    reason: str
    due: datetime


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionKey:
    """What an edition's feeds are made of: a language, or one source in a language."""

    language: str
    source: str | None = None


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
