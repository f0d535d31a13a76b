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
from types import MappingProxyType

from pydantic import Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from syndicator.config_delivery import MirrorSettings, WebhookSettings, WebSubSettings
from syndicator.config_problems import (
    CONFIG_VARIABLE,
    PREFIX,
    explain_all,
    explain_syntax,
    stray_credentials,
    unknown_languages,
    unknown_sources,
    unknown_variables,
    unreachable_topics,
    unreachable_webhooks,
)
from syndicator.config_tables import (
    DatabaseSettings,
    FeedsSettings,
    LogSettings,
    MetricsSettings,
    ModelsSettings,
    NetworkSettings,
    PublisherSettings,
    ScheduleSettings,
    Section,
    SourceSettings,
    TopicSettings,
    TranslationSettings,
    WebSettings,
)
from syndicator.config_values import Language
from syndicator.errors import ConfigError, ConfigProblem
from syndicator.model import Source, SourceKind, Topic, primary


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
    web: WebSettings = WebSettings()
    websub: WebSubSettings = WebSubSettings()
    metrics: MetricsSettings = MetricsSettings()
    mirror: MirrorSettings = MirrorSettings()
    log: LogSettings = LogSettings()
    sources: tuple[SourceSettings, ...] = Field((), description="what is read")
    topics: tuple[TopicSettings, ...] = Field((), description="editions of some of it")
    webhooks: tuple[WebhookSettings, ...] = Field((), description="programs that are told when an edition changed")

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

    @field_validator("topics")
    @classmethod
    def _have_slugs_of_their_own(cls, topics: tuple[TopicSettings, ...]) -> tuple[TopicSettings, ...]:
        slugs = [topic.slug for topic in topics]
        if twice := sorted({slug for slug in slugs if slugs.count(slug) > 1}):
            raise ValueError(f"two topics have the slug {', '.join(twice)}: each needs its own")
        return topics

    @field_validator("webhooks")
    @classmethod
    def _are_different_places(cls, webhooks: tuple[WebhookSettings, ...]) -> tuple[WebhookSettings, ...]:
        urls = [webhook.url for webhook in webhooks]
        if len(set(urls)) != len(urls):
            raise ValueError("two webhooks have the same url: name all languages in one")
        return webhooks

    def topic_list(self) -> tuple[Topic, ...]:
        """Return the topics, in the order of the file."""
        return tuple(_topic(one) for one in self.topics)

    def source_list(self) -> tuple[Source, ...]:
        """Return the enabled sources, in the order of the file."""
        return tuple(_source(one, self.schedule.interval) for one in self.sources if one.enabled)


_TABLES: Mapping[str, type[Section]] = MappingProxyType(
    {"sources": SourceSettings, "topics": TopicSettings, "webhooks": WebhookSettings}
)


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


def load(path: Path, *, planned: str | None = None) -> Settings:
    """Read and check the config file and the environment; raise `ConfigError` with everything that is wrong.

    Relative paths are counted from the file's folder. With `planned`, that stands for what the file holds.
    """
    try:
        text = path.read_text(encoding="utf-8-sig") if planned is None else planned
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
    if settings is not None:
        slugs = [one.slug for one in settings.sources]
        problems += stray_credentials(os.environ, slugs)
        problems += unreachable_topics(settings.websub.hubs, settings.feeds.base_url, path, text)
        problems += unreachable_webhooks([one.url for one in settings.webhooks], settings.feeds.base_url, path, text)
        problems += unknown_languages([one.languages for one in settings.webhooks], settings.languages, path, text)
        problems += unknown_sources([one.sources for one in settings.topics], slugs, path, text)
    if settings is None or problems:
        raise ConfigError(problems)
    return _resolve(settings, path.parent.absolute())


def keys() -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key that can be set (`database.url`, `sources[].slug`) with its type, default and description."""
    for name, field in Settings.model_fields.items():
        if inspect.isclass(field.annotation) and issubclass(field.annotation, Section):
            yield from ((f"{name}.{inner}", one) for inner, one in field.annotation.model_fields.items())
        elif name in _TABLES:
            yield from ((f"{name}[].{inner}", one) for inner, one in _TABLES[name].model_fields.items())
        else:
            yield name, field


def _topic(one: TopicSettings) -> Topic:
    names = {} if isinstance(one.name, str) else one.name
    return Topic(
        slug=one.slug,
        name=one.name if isinstance(one.name, str) else next(iter(one.name.values())),
        names=tuple(names.items()),
        sources=one.sources,
        words=one.words,
        categories=one.categories,
    )


def _source(one: SourceSettings, interval: timedelta) -> Source:
    kind = SourceKind.FEED if one.feed else SourceKind.PAGE if one.page else SourceKind.INBOX
    return Source(
        slug=one.slug,
        kind=kind,
        url=one.feed or one.page,
        folder=one.inbox,
        group=one.group,
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
            "web": settings.web.model_copy(update={"token": absolute(settings.web.token)}),
            "models": settings.models.model_copy(update={"directory": absolute(settings.models.directory)}),
            "translation": settings.translation.model_copy(
                update={
                    "terms": absolute(settings.translation.terms),
                    "name_exceptions": absolute(settings.translation.name_exceptions),
                }
            ),
            "mirror": settings.mirror.model_copy(
                update={key: absolute(path) for key in ("credentials_file",) if (path := getattr(settings.mirror, key))}
            ),
            "sources": tuple(
                one.model_copy(
                    update={key: absolute(path) for key in ("inbox", "headers_file") if (path := getattr(one, key))}
                )
                for one in settings.sources
            ),
            "webhooks": tuple(
                one.model_copy(update={"secret_file": absolute(one.secret_file)} if one.secret_file else {})
                for one in settings.webhooks
            ),
        }
    )


def _one_problem(path: Path | None, message: str, suggestion: str | None = None) -> ConfigError:
    file = str(path) if path else None
    return ConfigError([ConfigProblem(file=file, line=None, key="", message=message, suggestion=suggestion)])
