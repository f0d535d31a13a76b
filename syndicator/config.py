"""The operator's settings: one TOML file, each key also settable from the environment.

Knows the shape, the defaults and the limits of every setting; refuses to know what is done with them. `docs/config.md`
lists every key, and a test keeps it complete.
"""

import inspect
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from syndicator.config_problems import CONFIG_VARIABLE, PREFIX, explain_all, explain_syntax, unknown_variables
from syndicator.config_values import (
    RESERVED_SLUGS,
    SLUG,
    Duration,
    Language,
    Place,
    Positive,
    check_url,
    is_network,
)
from syndicator.errors import ConfigError, ConfigProblem
from syndicator.model import Source, SourceKind, primary


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
        description="SQLAlchemy URL; a relative SQLite path counts from the config file",
    )


class FeedsSettings(Section):
    """Where editions land and how readers reach them."""

    directory: Place = Field(Path("../feeds"), description="where the editions are written")
    base_url: str | None = Field(
        None, description="the public URL of that directory; file: URLs are used while it is unset"
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
        1, description="beam width: wider is slower and a little better; doubtful sentences get a wider one anyway"
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
    allow_private: tuple[str, ...] = Field(
        (), description="addresses or networks (CIDR) inside your own network that may be fetched from"
    )

    @field_validator("allow_private")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [network for network in networks if not is_network(network)]
        if wrong:
            raise ValueError(f"{', '.join(map(repr, wrong))}: no address and no network; write it as 192.168.1.0/24")
        return networks


class ScheduleSettings(Section):
    """When things are done."""

    interval: Duration = Field(
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
    inbox: Place | None = Field(None, description="folder of .txt, .html, .md and .eml files")
    name: str | None = Field(None, description="overrides the name that the source calls itself by")
    language: Language | None = Field(None, description="pins the language of all its texts")
    rights: str | None = Field(None, description="rights of its texts, where it does not state them")
    interval: Duration | None = Field(
        None, ge=timedelta(minutes=1), description="between two looks; [schedule] interval if unset"
    )
    link_selector: str | None = Field(None, description="page: CSS selector of the links to articles")
    link_pattern: str | None = Field(None, description="page: regular expression that article URLs match")
    full_text: bool = Field(default=False, description="feed: fetch each article's page for its full text")
    max_items: Annotated[int, Field(ge=1, le=100_000)] = Field(50, description="newest items looked at each time")
    hold_marks: Positive | None = Field(
        None, description="from so many doubtful sentences on a translation is held for review; unset: never"
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
        if not self.feed and self.full_text:
            raise ValueError("full_text belongs to a feed: a page and an inbox give whole texts anyway")
        if self.page and not (
            self.link_selector or self.link_pattern or urlsplit(self.page).path.endswith((".xml", ".gz"))
        ):
            raise ValueError("a page needs link_selector or link_pattern, which tell links to articles from others")
        return self


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    languages: tuple[Language, ...] = Field(("en", "ru"), min_length=1, description="the editions to publish")
    publisher: PublisherSettings = PublisherSettings()
    database: DatabaseSettings = DatabaseSettings()
    feeds: FeedsSettings = FeedsSettings()
    models: ModelsSettings = ModelsSettings()
    translation: TranslationSettings = TranslationSettings()
    network: NetworkSettings = NetworkSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    log: LogSettings = LogSettings()
    sources: tuple[SourceSettings, ...] = Field((), description="what is read")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment outrank the file, whose content comes as keyword arguments."""
        return (env_settings, init_settings)

    @field_validator("languages")
    @classmethod
    def _are_different(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if len({primary(language) for language in languages}) != len(languages):
            raise ValueError("names one language twice")
        return tuple(primary(language) for language in languages)

    @field_validator("sources")
    @classmethod
    def _have_own_slugs(cls, sources: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
        slugs = [source.slug for source in sources]
        if twice := sorted({slug for slug in slugs if slugs.count(slug) > 1}):
            raise ValueError(f"two sources have the slug {', '.join(twice)}: each needs its own")
        return sources

    def source_list(self) -> tuple[Source, ...]:
        """Return the enabled sources, in the order of the file."""
        return tuple(_source(one, self.schedule.interval) for one in self.sources if one.enabled)


def find(path: Path | None, environment: Mapping[str, str]) -> Path:
    """Return the config file to use: `path`, else SYNDICATOR_CONFIG, else config/syndicator.toml, else the XDG place.

    Raises `ConfigError` if there is none.
    """
    if named := path or (Path(environment[CONFIG_VARIABLE]) if environment.get(CONFIG_VARIABLE) else None):
        places = [named]
    else:
        home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        places = [Path("config/syndicator.toml"), Path(home) / "syndicator" / "syndicator.toml"]
    for place in places:
        if place.is_file():
            return place.absolute()
    looked = " nor ".join(str(place) for place in places)
    raise _one_problem(
        None, f"there is no config file {looked}", "`syndicator init` writes one, `--config PATH` names one"
    )


def load(path: Path) -> Settings:
    """Read and check the config file and the environment; raise `ConfigError` with everything that is wrong.

    Relative paths are counted from the file's folder.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except OSError as error:
        raise _one_problem(path, f"can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _one_problem(path, "is not UTF-8 text", "save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([explain_syntax(str(error), path, text)]) from error
    known = {name: field.description or "" for name, field in keys()}
    problems = list(unknown_variables(os.environ, known))
    settings = None
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += explain_all(error.errors(), path, text, known)
    except SettingsError as error:
        problems.append(
            ConfigProblem(
                file=None,
                line=None,
                key="environment",
                message=str(error),
                suggestion="tables and lists are JSON there",
            )
        )
    if settings is None or problems:
        raise ConfigError(problems)
    return _resolve(settings, path.parent.absolute())


def keys() -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key that can be set (`database.url`, `sources[].slug`) with its type, default and description."""
    for name, field in Settings.model_fields.items():
        if inspect.isclass(field.annotation) and issubclass(field.annotation, Section):
            yield from ((f"{name}.{inner}", one) for inner, one in field.annotation.model_fields.items())
        elif name == "sources":
            yield from ((f"sources[].{inner}", one) for inner, one in SourceSettings.model_fields.items())
        else:
            yield name, field


def _source(one: SourceSettings, interval: timedelta) -> Source:
    kind = SourceKind.FEED if one.feed else SourceKind.PAGE if one.page else SourceKind.INBOX
    return Source(
        slug=one.slug,
        kind=kind,
        url=one.feed or one.page,
        folder=one.inbox,
        name=one.name,
        language=one.language,
        rights=one.rights,
        interval=one.interval or interval,
        link_selector=one.link_selector,
        link_pattern=one.link_pattern,
        full_text=one.full_text,
        max_items=one.max_items,
    )


def _resolve(settings: Settings, base: Path) -> Settings:
    """Count the relative paths of the settings from `base`."""

    def absolute(path: Path) -> Path:
        return Path(os.path.normpath(base / path))

    database = settings.database.url
    if found := re.fullmatch(r"sqlite:///(?!/)(.+)", database):
        database = f"sqlite:///{absolute(Path(found[1]))}"
    return settings.model_copy(
        update={
            "database": settings.database.model_copy(update={"url": database}),
            "feeds": settings.feeds.model_copy(update={"directory": absolute(settings.feeds.directory)}),
            "models": settings.models.model_copy(update={"directory": absolute(settings.models.directory)}),
            "translation": settings.translation.model_copy(
                update={
                    "terms": absolute(settings.translation.terms),
                    "name_exceptions": absolute(settings.translation.name_exceptions),
                }
            ),
            "sources": tuple(
                one.model_copy(update={"inbox": absolute(one.inbox)}) if one.inbox else one for one in settings.sources
            ),
        }
    )


def _one_problem(path: Path | None, message: str, suggestion: str | None = None) -> ConfigError:
    file = str(path) if path else None
    return ConfigError([ConfigProblem(file=file, line=None, key="", message=message, suggestion=suggestion)])
