"""The operator's settings: one TOML file, each key also settable from the environment.

Knows the shape, the defaults and the limits of every setting; refuses to know what is done with them. `docs/config.md`
lists every key, and a test keeps it complete.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")

Language = Annotated[str, Field(pattern=f"^{LANGUAGE.pattern}$")]
Positive = Annotated[int, Field(gt=0)]


class Section(BaseModel):
    """A table of the file: no unknown keys, never changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PublisherSettings(Section):
    """Who publishes the editions."""

    name: str = Field("Syndicator", min_length=1, description="who publishes; stands in every feed and page")
    contact: str | None = Field(None, description="an address or URL that origins can write to; sent in User-Agent")
    rights: str | None = Field(None, description="rights of the editions as a whole; entries carry their own")


class DatabaseSettings(Section):
    """Where the store is."""

    url: str = Field(
        "sqlite:///../data/syndicator.db",
        description="SQLAlchemy URL; a relative SQLite path counts from the config file",
    )


class FeedsSettings(Section):
    """Where editions land and how readers reach them."""

    directory: Path = Field(Path("../feeds"), description="where the editions are written")
    base_url: str | None = Field(
        None, description="the public URL of that directory; file: URLs are used while it is unset"
    )
    window: Annotated[int, Field(ge=1, le=1000)] = Field(100, description="how many entries a feed holds at most")


class ModelsSettings(Section):
    """Where the models are and where more come from."""

    directory: Path = Field(
        Path("../models"), description="model packages (*.argosmodel) and, in installed/, what was unpacked of them"
    )
    index_url: str = Field(
        "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json",
        description="the Argos package index that `models install` asks",
    )


class TranslationSettings(Section):
    """How the engine works."""

    beam_size: Annotated[int, Field(ge=1, le=16)] = Field(
        2, description="beam width: wider is slower and a little better"
    )
    threads: Annotated[int, Field(ge=0, le=256)] = Field(0, description="sentences translated at a time; 0: one a core")
    batch_articles: Positive = Field(20, description="how many waiting articles are translated together")
    retry: timedelta = Field(
        timedelta(hours=1), description="wait before a failed translation is tried again; doubled each time up to a day"
    )


class NetworkSettings(Section):
    """Manners and limits of everything that is fetched."""

    timeout: timedelta = Field(timedelta(seconds=30), description="for one document, redirects and body included")
    max_bytes: Positive = Field(10_000_000, description="of one document, after decompression")
    max_redirects: Annotated[int, Field(ge=0, le=20)] = Field(5, description="followed for one document")
    per_host: Annotated[int, Field(ge=1, le=16)] = Field(2, description="requests to one host at a time")
    allow_private: tuple[str, ...] = Field(
        (), description="addresses or networks (CIDR) inside your own network that may be fetched from"
    )


class ScheduleSettings(Section):
    """When things are done."""

    interval: timedelta = Field(
        timedelta(minutes=30), ge=timedelta(minutes=1), description="between two looks at a source that names none"
    )
    readers: Annotated[int, Field(ge=1, le=64)] = Field(4, description="sources read at a time")


class LogSettings(Section):
    """What is logged, to standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="events below this level are left out"
    )
    format: Literal["console", "json"] = Field("console", description="for people, or a JSON object a line")


class SourceSettings(Section):
    """One source: exactly one of `feed`, `page` and `inbox` says where it is."""

    slug: Annotated[str, Field(pattern=f"^{SLUG.pattern}$")] = Field(
        description="its name in paths and ids; never change it"
    )
    feed: str | None = Field(None, description="URL of an RSS, Atom or JSON feed")
    page: str | None = Field(None, description="URL of a listing page or a sitemap")
    inbox: Path | None = Field(None, description="folder of .txt, .html, .md and .eml files")
    name: str | None = Field(None, description="overrides the name that the source calls itself by")
    language: Language | None = Field(None, description="pins the language of all its texts")
    rights: str | None = Field(None, description="rights of its texts, where it does not state them")
    interval: timedelta | None = Field(
        None, ge=timedelta(minutes=1), description="between two looks; [schedule] interval if unset"
    )
    link_selector: str | None = Field(None, description="page: CSS selector of the links to articles")
    link_pattern: str | None = Field(None, description="page: regular expression that article URLs match")
    full_text: bool = Field(default=False, description="feed: fetch each article's page for its full text")
    max_items: Annotated[int, Field(ge=1, le=100_000)] = Field(50, description="newest items looked at each time")
    enabled: bool = Field(default=True, description="false: not read any more; what it brought stays published")
