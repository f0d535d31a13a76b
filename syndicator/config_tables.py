"""The tables of the config file: the shape, default, limits and description of every key.

Refuses to know where the file is, and what is done with the settings.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from syndicator.config_values import (
    RESERVED_SLUGS,
    SLUG,
    Duration,
    Language,
    Names,
    Networks,
    Place,
    Positive,
    check_place,
    check_url,
    host_and_port,
)


class Section(BaseModel):
    """A table of the file: no unknown keys, never changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PublisherSettings(Section):
    """Who publishes the editions."""

    name: str = Field("Syndicator", min_length=1, description="who publishes; stands in every feed and page")
    contact: str | None = Field(None, description="an address or URL that origins can write to; sent in User-Agent")
    id_authority: str | None = Field(
        None,
        pattern=r"^[a-z0-9.-]+\.[a-z0-9-]+$",
        description="a domain of yours that entry ids are minted under; fixed when the store is made",
    )
    rights: str | None = Field(None, description="rights of the editions as a whole; entries carry their own")


class DatabaseSettings(Section):
    """Where the store is."""

    url: str = Field(
        "sqlite:///../data/syndicator.db",
        description="sqlite:///PATH, which counts from the config file unless it begins with /, or "
        "postgresql://USER@HOST/NAME; ?timeout=SECONDS says how long to wait for others",
    )


class FeedsSettings(Section):
    """Where editions land and how readers reach them."""

    directory: Place = Field(Path("../feeds"), description="where the editions are written")
    base_url: str | None = Field(
        None, description="the public URL of that directory; file: URLs are used while it is unset"
    )
    bilingual: bool = Field(
        default=False,
        description="an edition more for each language, with the original beside each translated sentence; costs as "
        "much disk and time as the language's own, and few readers want both languages",
    )
    images: Literal["link", "cache", "none"] = Field(
        "link",
        description="link: pages show the images of articles from where they are; cache: copies of them, fetched "
        "beforehand and held in media/; none: pages name them. With cache and none, pages load nothing from elsewhere",
    )
    image_mb: Annotated[int, Field(ge=1, le=100)] = Field(
        5, description="a larger image is not copied, nor one beyond [network] max_bytes"
    )
    images_mb: Positive = Field(
        1000, description="what all copies may take; beyond it, those go that no page shows, then no more come"
    )
    window: Annotated[int, Field(ge=1, le=1000)] = Field(100, description="how many entries a feed holds at most")

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        return url if url is None else check_url(url).rstrip("/") + "/"


class ModelsSettings(Section):
    """Where the models are and where more come from."""

    directory: Place = Field(
        Path("../models"), description="model packages (*.argosmodel) and, in installed/, what was unpacked of them"
    )
    index_url: str = Field(
        "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json",
        description="the Argos package index that `models install` asks",
    )

    @field_validator("index_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        return check_url(url)


class TranslationSettings(Section):
    """How the engine works."""

    beam_size: Annotated[int, Field(ge=1, le=16)] = Field(
        1, description="beam width: wider is slower and a little better; doubtful sentences get a second try anyway"
    )
    threads: Annotated[int, Field(ge=0, le=256)] = Field(0, description="sentences translated at a time; 0: one a core")
    batch_articles: Positive = Field(200, description="how many waiting articles are translated together")
    terms: Place = Field(
        Path("terms.csv"), description="the desk's own term base; outranks the one that the program carries"
    )
    names: Literal["bgn", "icao", "iso9"] = Field(
        "bgn", description="how Russian names are written in Latin letters: BGN/PCGN, ICAO 9303 or ISO 9"
    )
    name_exceptions: Place = Field(
        Path("names.csv"), description="names that are written otherwise; outranks the table that the program carries"
    )
    idle: Duration = Field(timedelta(minutes=5), description="after so long without work the models are let go")
    memory_limit_mb: Annotated[int, Field(ge=128)] = Field(
        2048, description="memory that the translating process may take; beyond it, it is started anew"
    )
    timeout: Duration = Field(
        timedelta(minutes=2), description="for a batch of sentences, longer for long ones; beyond it, it is tried anew"
    )
    retry: Duration = Field(
        timedelta(hours=1), description="wait before a failed translation is tried again; doubled each time up to a day"
    )


class NetworkSettings(Section):
    """Manners and limits of everything that is fetched."""

    timeout: Duration = Field(timedelta(seconds=30), description="for one document, redirects and body included")
    max_bytes: Positive = Field(10_000_000, description="of one document, after decompression")
    max_redirects: Annotated[int, Field(ge=0, le=20)] = Field(5, description="followed for one document")
    per_host: Annotated[int, Field(ge=1, le=16)] = Field(2, description="requests to one host at a time")
    allow: Literal["all", "none"] = Field(
        "all", description="none: nothing is ever connected to, and what would need it fails and says so"
    )
    allow_private: Networks = Field(
        (), description="addresses or networks (CIDR) inside your own network that all sources may be fetched from"
    )


class ScheduleSettings(Section):
    """When things are done."""

    interval: Duration = Field(
        timedelta(minutes=30), ge=timedelta(minutes=1), description="between two looks at a source that names none"
    )
    readers: Annotated[int, Field(ge=1, le=64)] = Field(4, description="sources read at a time")
    stuck: Duration = Field(
        timedelta(minutes=30),
        ge=timedelta(seconds=1),
        description="a job without a sign of life for so long is stuck: /healthz says so, and systemd ends the program",
    )


class WebSettings(Section):
    """How `syndicator serve` and `daemon --serve` serve what is published."""

    host: str = Field("127.0.0.1", min_length=1, description="the name or address to serve at; 0.0.0.0: all of them")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8000, description="the port; 0: any that is free")
    hosts: tuple[str, ...] = Field(
        (),
        description="names that the server answers to, besides this machine's own and that of base_url; "
        '"*": all, which lets any page that your browser shows read what is served here',
    )
    api_origins: tuple[str, ...] = Field(
        (),
        description='sites whose pages may read the API in a browser (CORS), as ["https://app.example.org"]; "*": any',
    )
    max_age: Duration = Field(timedelta(minutes=5), description="clients may keep feeds and pages for so long")
    moved: dict[str, str] = Field(
        {}, description='where feeds went (301): {"/old/atom.xml" = "/new/atom.xml", "/old/" = "https://example.org/"}'
    )
    gone: tuple[str, ...] = Field((), description='feeds, or folders of them, that are no more (410): ["/de/"]')
    connections: Annotated[int, Field(ge=1, le=100_000)] = Field(
        1000, description="open at a time; beyond that the one longest idle is closed for the new one"
    )
    timeout: Duration = Field(
        timedelta(seconds=10),
        description="for the head of a request; its body may take twice as long, an answer lie untaken three times",
    )
    memory_mb: Positive = Field(64, description="memory for files and their compressed forms")
    token: Place = Field(Path("../data/web-token"), description="where the hash of the token is that orders need")

    @field_validator("api_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            parts = urlsplit(check_url(origin)) if origin != "*" else None
            if parts and origin != f"{parts.scheme}://{parts.netloc}".lower():
                raise ValueError(f"{origin!r} is no origin: write it as https://app.example.org, without a path")
        return origins

    @field_validator("moved")
    @classmethod
    def _are_ways(cls, moved: dict[str, str]) -> dict[str, str]:
        for old, new in moved.items():
            check_place(old)
            if not new.isprintable() or not new.isascii():
                raise ValueError(f"{new!r} is no address")
            if "://" in new:
                check_url(new)
            else:
                check_place(new)
            if old.endswith("/") != new.endswith("/"):
                raise ValueError(f"{old!r} and {new!r}: a folder moves to a folder, a file to a file")
        return moved

    @field_validator("gone")
    @classmethod
    def _are_places(cls, gone: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(check_place(place) for place in gone)


class MetricsSettings(Section):
    """Where operators' tools ask how it goes: /metrics for Prometheus, /healthz, /readyz."""

    listen: str | None = Field(
        None,
        description='the address and port to answer them at, "127.0.0.1:9464"; with an address other than a loopback '
        "one, whoever reaches it can read which sources there are and how they do; unset: nowhere",
    )
    per_source: bool = Field(
        default=True, description="false: no series for each source, for desks with thousands of them"
    )

    @field_validator("listen")
    @classmethod
    def _is_place(cls, listen: str | None) -> str | None:
        if listen is not None:
            host_and_port(listen)
        return listen

    @property
    def address(self) -> tuple[str, int] | None:
        """Return the host and port of `listen`."""
        return None if self.listen is None else host_and_port(self.listen)


class LogSettings(Section):
    """What is logged, to standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="events below this level are left out"
    )
    format: Literal["auto", "console", "json"] = Field(
        "auto",
        description="console: lines for people; json: an object a line; auto: lines for people on a terminal alone",
    )


class SourceSettings(Section):
    """One source: exactly one of `feed`, `page` and `inbox` says where it is."""

    slug: Annotated[str, Field(pattern=f"^{SLUG.pattern}$")] = Field(
        description="its name in paths and ids; never change it"
    )
    feed: str | None = Field(None, description="URL of an RSS, Atom or JSON feed")
    page: str | None = Field(None, description="URL of a listing page or a sitemap")
    inbox: Place | None = Field(None, description="folder of .txt, .html, .md and .eml files")
    group: str | None = Field(
        None,
        pattern=r"^[^/\x00-\x1f]+(/[^/\x00-\x1f]+)*$",
        description='what it is listed under, here and in `opml export`: "News", or "News/Russia" for one in another',
    )
    name: str | None = Field(None, description="overrides the name that the source calls itself by")
    names: dict[Language, str] = Field(
        {}, description='what it is called in languages whose readers can\'t read its name: {en = "Kommersant"}'
    )
    language: Language | None = Field(None, description="pins the language of all its texts")
    rights: str | None = Field(None, description="rights of its texts, where it does not state them")
    interval: Duration | None = Field(
        None, ge=timedelta(minutes=1), description="between two looks; [schedule] interval if unset"
    )
    link_selector: str | None = Field(None, description="page: CSS selector of the links to articles")
    link_pattern: str | None = Field(None, description="page: regular expression that article URLs match")
    full_text: bool = Field(default=False, description="feed: fetch each article's page for its full text")
    max_items: Annotated[int, Field(ge=1, le=100_000)] = Field(50, description="newest items looked at each time")
    publish: Literal["full", "excerpt", "headline"] = Field(
        "full", description="how much of its texts is published, as its rights allow"
    )
    images: Literal["link", "cache", "none"] | None = Field(
        None, description="how pages show its images, as its rights allow; [feeds] images if unset"
    )
    hold_marks: Positive | None = Field(
        None, description="from so many doubtful sentences on a translation is held for review; unset: never"
    )
    allow_private: Networks = Field(
        (), description="addresses or networks (CIDR) inside your own network that this source alone may lead to"
    )
    headers_file: Place | None = Field(
        None,
        description="file of header fields (`Name: value` a line) sent to this source's origin alone; "
        "credentials may come from SYNDICATOR_SOURCE_<SLUG>_AUTHORIZATION instead",
    )
    enabled: bool = Field(default=True, description="false: not read any more; what it brought stays published")

    @field_validator("slug")
    @classmethod
    def _is_free(cls, slug: str) -> str:
        if slug in RESERVED_SLUGS:
            raise ValueError(f"the name {slug!r} is taken by the program: choose another")
        return slug

    @field_validator("feed", "page")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        return url if url is None else check_url(url)

    @field_validator("link_pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        places = [key for key in ("feed", "page", "inbox") if getattr(self, key) is not None]
        if len(places) != 1:
            raise ValueError(
                f"a source needs exactly one of feed, page and inbox; this one has {' and '.join(places) or 'none'}"
            )
        if not self.page and (self.link_selector or self.link_pattern):
            raise ValueError("link_selector and link_pattern belong to a page: write page instead, or leave them out")
        if self.inbox and (self.allow_private or self.headers_file):
            raise ValueError("allow_private and headers_file belong to what is fetched: a feed or a page")
        if not self.feed and self.full_text:
            raise ValueError("full_text belongs to a feed: a page and an inbox give whole texts anyway")
        if self.page and not (
            self.link_selector or self.link_pattern or urlsplit(self.page).path.endswith((".xml", ".gz"))
        ):
            raise ValueError("a page needs link_selector or link_pattern, which tell links to articles from others")
        return self


class TopicSettings(Section):
    """One topic: stories that meet every condition given; of several values of one, any is enough."""

    slug: Annotated[str, Field(pattern=f"^{SLUG.pattern}$")] = Field(
        description="its name in paths and ids; never change it"
    )
    name: Names = Field(
        description='what readers call it: one name for all, or one for each language: {en = "Trade", ru = "Торговля"}'
    )
    sources: tuple[str, ...] = Field((), description="from one of these sources (slugs)")
    words: tuple[str, ...] = Field(
        (), description="with one of these words or expressions in the text, in any Russian or English form of it"
    )
    categories: tuple[str, ...] = Field((), description="with one of these categories (terms or labels)")

    @field_validator("words", "categories")
    @classmethod
    def _are_words(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            if not any(map(str.isalnum, text)):
                raise ValueError(f"{text!r} has no letter or digit in it")
        return texts

    @model_validator(mode="after")
    def _has_a_condition(self) -> Self:
        if not (self.sources or self.words or self.categories):
            raise ValueError("a topic needs at least one of sources, words and categories")
        return self
