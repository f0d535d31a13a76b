"""What we read, and what it said: untrusted until it is an Article."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path


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
    group: str | None = None
    """What operators list it under: names of groups in groups, with slashes between."""
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
    link: str | None = None
    """The `Link` header fields as received, joined by commas (RFC 8288); their beginning where they are long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The words of a recording as a file, in whichever of the formats that podcast programs read."""

    url: str
    media_type: str | None = None
    language: str | None = None
    """As the source declares it; not normalised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What a podcast says of the recording that it brings (Apple's `itunes:` elements, Podcasting 2.0's)."""

    duration_seconds: int | None = None
    image_url: str | None = None
    is_explicit: bool | None = None
    number: int | None = None
    season: int | None = None
    kind: str | None = None
    """`full`, `trailer` or `bonus`."""
    transcripts: tuple[Transcript, ...] = ()
    chapters_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A media file that belongs to an entry (RFC 4287 4.2.7.2, RSS 2.0 `enclosure`)."""

    url: str
    media_type: str | None = None
    length_bytes: int | None = None
    title: str | None = None
    episode: Episode | None = None
    """Of the one recording that makes an entry an episode."""


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
    since: datetime | None = field(default=None, compare=False)
    """When it was first set aside for this reason; None until it is kept."""


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
    MOVED = "moved"
    """It was read, and its address redirects for good."""
    EMPTY = "empty"
    """There was nothing in the answer, or nothing in the feed."""
    FLIPPING = "flipping"
    """It was read, and articles change back and forth between two texts."""
    WAITING = "waiting"
    """The origin asked to be left alone for a while."""
    FAILING = "failing"
    WEB_PAGE = "web_page"
    """A web page came where a feed should be."""
    CAPTIVE = "captive"
    """The same came in place of several sources: the network answers, not they."""
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What we remember of a source between two looks."""

    slug: str
    condition: Condition = Condition.NEW
    detail: str | None = None
    """The last failure, or what is odd, in one sentence; None when `condition` is OK."""
    url: str | None = None
    """The configured address that all this is about; None where that is not known."""
    sign: str | None = None
    """What came in place of what should have: equal at several hosts, it is the network that answers."""
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
