"""Put the parts together as the settings say. The only module that names concrete adapters."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from syndicator import __version__
from syndicator.config import Settings
from syndicator.config_tables import ModelsSettings, TranslationSettings
from syndicator.errors import StoreError, TranslateError
from syndicator.model import Extent, Source, primary
from syndicator.pipeline import Bench, Gathering, Hubs, Programs, Receivers
from syndicator.ports import Clock, Fetcher, Store, Translator
from syndicator.publishing.edition import OPML, Masthead
from syndicator.publishing.mirrorplace import load_place
from syndicator.publishing.notify import PING
from syndicator.publishing.webhook import MESSAGE, Webhook, load_secrets
from syndicator.sources.credentials import load_access
from syndicator.sources.guard import check_host
from syndicator.sources.http import HttpFetcher
from syndicator.store.opening import exists, shown
from syndicator.store.sql import SqlStore, open_store
from syndicator.translation.child import ChildTranslator, Limits
from syndicator.translation.models import InstalledModel, install, install_carried

if TYPE_CHECKING:
    from syndicator.publishing.mirror import Mirror
    from syndicator.translation.finishing import Rules
    from syndicator.translation.terms import TermBase

LARGEST_PACKAGE_BYTES = 2_000_000_000


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that the three jobs need."""

    settings: Settings
    sources: tuple[Source, ...]
    store: Store
    fetcher: Fetcher
    translator: Translator
    clock: Clock
    masthead: Masthead
    webhooks: tuple[Webhook, ...]
    mirror: "Mirror | None"


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    """Open the store and make the adapters ready; close them at the end. No model is loaded and nothing fetched yet."""
    webhooks, mirror = load_webhooks(settings), make_mirror(settings)
    with opened_store(settings) as store, fetching(settings) as fetcher, translating(settings) as translator:
        yield Desk(
            settings=settings,
            sources=settings.source_list(),
            store=store,
            fetcher=fetcher,
            translator=translator,
            clock=SystemClock(),
            masthead=make_masthead(settings, store),
            webhooks=webhooks,
            mirror=mirror,
        )


@contextmanager
def opened_store(settings: Settings) -> Iterator[SqlStore]:
    """Open the store that the settings name, creating it if it is new; close it at the end.

    Raises `StoreError` where it would be new though editions were published: under new ids, readers would get
    everything a second time.
    """
    if not exists(settings.database.url) and (settings.feeds.directory / OPML).exists():
        raise StoreError(
            f"there is no store at {shown(settings.database.url)}, though editions were published in "
            f"{settings.feeds.directory}: restore a backup (`syndicator restore FILE`), or move that folder away to "
            "begin anew, with new ids"
        )
    store = open_store(settings.database.url, authority=_authority(settings), clock=SystemClock())
    try:
        yield store
    finally:
        store.close()


@contextmanager
def fetching(settings: Settings) -> Iterator[HttpFetcher]:
    """Make a fetcher ready; close its connections at the end."""
    fetcher = make_fetcher(settings)
    try:
        yield fetcher
    finally:
        fetcher.close()


def missing_routes(desk: Desk) -> list[tuple[int, str]]:
    """Return how many translations wait for a model that is not installed, and what to do, by pair of languages."""
    found = []
    pairs = desk.translator.pairs()
    for pair, count in sorted(desk.store.waiting_counts(desk.settings.languages).items()):
        if pair not in pairs:
            try:
                desk.translator.route(*pair)
            except TranslateError as error:
                found.append((count, f"{count} {'article waits' if count == 1 else 'articles wait'}: {error}"))
    return found


@contextmanager
def translating(settings: Settings) -> Iterator[ChildTranslator]:
    """Make a translator ready over the models that are carried or installed; end its child process at the end.

    The child is started, and models are loaded, when first needed.
    """
    install_carried(settings.models.directory)
    wanted = settings.translation
    translator = ChildTranslator(
        settings.models.directory,
        beam_size=wanted.beam_size,
        threads=wanted.threads,
        limits=Limits(memory_bytes=wanted.memory_limit_mb << 20, timeout=wanted.timeout, idle=wanted.idle),
    )
    try:
        yield translator
    finally:
        translator.close()


def load_rules(settings: Settings) -> "Rules":
    """Return what the desk has agreed on; raise `ConfigError` if a file of it can't be read."""
    # Not for passes that find nothing to translate: it all takes 0.3 s.
    from syndicator.translation.finishing import Rules  # noqa: PLC0415
    from syndicator.translation.names import NameBook  # noqa: PLC0415
    from syndicator.translation.terms import load_terms  # noqa: PLC0415

    wanted = settings.translation
    return Rules(terms=load_terms(wanted.terms), names=NameBook.load(wanted.name_exceptions, standard=wanted.names))


def bench(desk: Desk) -> Bench:
    """Return what translating works with, the rules as their files are now. Raises `ConfigError` as `load_rules`."""
    return Bench(
        store=desk.store,
        translator=desk.translator,
        clock=desk.clock,
        rules=load_rules(desk.settings),
        retry=desk.settings.translation.retry,
        hold_marks={one.slug: one.hold_marks for one in desk.settings.sources if one.hold_marks},
    )


def gathering(desk: Desk) -> Gathering:
    """Return what fetching pictures works with."""
    return Gathering(
        store=desk.store,
        fetcher=desk.fetcher,
        clock=desk.clock,
        masthead=desk.masthead,
        sources={one.slug: one for one in desk.sources},
        most_bytes=desk.settings.feeds.image_mb * 1_000_000,
        most_bytes_in_all=desk.settings.feeds.images_mb * 1_000_000,
    )


@contextmanager
def open_bench(settings: Settings) -> Iterator[Bench]:
    """Make ready to translate by hand: what the store remembers counts if there is one; none is made."""
    with ExitStack() as closing:
        is_there = exists(settings.database.url)
        yield Bench(
            store=closing.enter_context(opened_store(settings)) if is_there else None,
            translator=closing.enter_context(translating(settings)),
            clock=SystemClock(),
            rules=load_rules(settings),
            retry=settings.translation.retry,
        )


@contextmanager
def open_models(directory: Path) -> Iterator[Bench]:
    """Make ready to translate with the models of a folder, and with nothing else but the terms and names in it."""
    wanted = {"terms": directory / "terms.csv", "name_exceptions": directory / "names.csv"}
    settings = Settings.model_construct(
        models=ModelsSettings(directory=directory), translation=TranslationSettings.model_validate(wanted)
    )
    with translating(settings) as translator:
        yield Bench(
            store=None,
            translator=translator,
            clock=SystemClock(),
            rules=load_rules(settings),
            retry=settings.translation.retry,
        )


def store_at(url: str) -> SqlStore | None:
    """Return the store that a database URL names; None where there is none. Whoever asks closes it."""
    return open_store(url, authority="unused.invalid", clock=SystemClock()) if exists(url) else None


def make_fetcher(settings: Settings) -> HttpFetcher:
    """Return a fetcher that says honestly who is asking; raise `ConfigError` if a source's headers can't be had."""
    contact = settings.publisher.contact
    user_agent = f"syndicator/{__version__}" + (f" (+{contact})" if contact else "")
    access = load_access(settings.sources, os.environ)
    return HttpFetcher(settings.network, user_agent=user_agent, access=access)


def load_webhooks(settings: Settings) -> tuple[Webhook, ...]:
    """Return the programs that are told of editions; raise `ConfigError` if a secret can't be had."""
    return tuple(
        Webhook(
            url=one.url,
            languages=tuple(map(primary, one.languages)),
            secrets=load_secrets(one.secret_file, one.secret_env, os.environ),
        )
        for one in settings.webhooks
    )


def receivers(desk: Desk) -> dict[str, Receivers]:
    """Return who is told of what changed, by the kind of effect."""
    return {
        PING: Hubs(fetcher=desk.fetcher, hubs=desk.settings.websub.hubs),
        MESSAGE: Programs(
            fetcher=desk.fetcher, webhooks=desk.webhooks, store=desk.store, masthead=desk.masthead, clock=desk.clock
        ),
    }


def make_mirror(settings: Settings) -> "Mirror | None":
    """Return the mirror of the folder of feeds, if there is to be one; raise `ConfigError` if its keys can't be had."""
    wanted = settings.mirror
    if wanted.url is None:
        return None
    from syndicator.publishing.mirror import Mirror  # noqa: PLC0415 - few have a mirror, and it takes 0.1 s to load

    place = load_place(
        wanted.url,
        endpoint=wanted.endpoint,
        region=wanted.region,
        file=wanted.credentials_file,
        environment=os.environ,
    )
    parts = urlsplit(place.endpoint)
    network = settings.network
    check = partial(
        check_host,
        parts.hostname or "",
        parts.port or (80 if parts.scheme == "http" else 443),
        allowed=None if network.allow == "none" else [ip_network(one, strict=False) for one in network.allow_private],
        seconds=network.timeout.total_seconds(),
    )
    return Mirror(place, settings.feeds.directory, max_age=settings.web.max_age, is_packed=wanted.gzip, check=check)


def make_masthead(settings: Settings, store: SqlStore) -> Masthead:
    """Return what stands on every edition."""
    directory = settings.feeds.directory
    return Masthead(
        publisher=settings.publisher.name,
        rights=settings.publisher.rights,
        contact=settings.publisher.contact,
        directory=directory,
        base_url=settings.feeds.base_url or directory.as_uri() + "/",
        languages=settings.languages,
        window=settings.feeds.window,
        images=settings.feeds.images,
        source_images={one.slug: one.images for one in settings.sources if one.images},
        tag_prefix=store.tag_prefix(),
        names={one.slug: tuple(one.names.items()) for one in settings.sources if one.names},
        name_in=_naming(settings),
        naming=_naming_digest(settings),
        topics=settings.topic_list(),
        has_bilingual=settings.feeds.bilingual,
        hubs=settings.websub.hubs,
        extents=_extents(settings, store),
    )


def _extents(settings: Settings, store: SqlStore) -> dict[str, Extent]:
    """Return what is published of the sources of which it is not all.

    Of one that is configured no more, that is what it was: its texts stay published, and its rights are what they were.
    """
    before = store.extents()
    configured = {one.slug: str(one.publish) for one in settings.sources}
    now = {slug: extent for slug, extent in (before | configured).items() if extent != Extent.FULL}
    if now != before:
        store.save_extents(now)
    return {slug: Extent(extent) for slug, extent in now.items()}


def _naming(settings: Settings) -> Callable[[str, str], str | None]:
    """Return what says how a source's name is written for readers of other letters, by the desk's terms and names.

    These are loaded when a name is first asked for. Raises `ConfigError` then if a file of them can't be read.
    """

    @cache
    def terms() -> "TermBase":
        from syndicator.translation.terms import load_terms  # noqa: PLC0415 - as in `load_rules`

        return load_terms(settings.translation.terms)

    @cache
    def name_in(name: str, language: str) -> str | None:
        from syndicator.translation.sourcenames import readable_name  # noqa: PLC0415 - likewise

        return readable_name(name, language, terms=terms(), standard=settings.translation.names)

    return name_in


def _naming_digest(settings: Settings) -> str:
    """Return a digest of what `_naming` goes by, beside what the program carries."""
    own = settings.translation.terms
    content = b""
    with suppress(OSError):  # not there; what else is wrong, `load_terms` tells
        content = own.read_bytes()
    return sha256(settings.translation.names.encode() + content).hexdigest()


def install_model(settings: Settings, pair: str, progress: Callable[[int, int | None], None]) -> InstalledModel:
    """Install a pair (`ru-en`) from the Argos index, telling `progress` (bytes done, bytes in all)."""
    with fetching(settings) as fetcher:
        return install(
            pair,
            settings.models.directory,
            fetch_index=lambda: fetcher.fetch(settings.models.index_url).content,
            download=lambda url, to: fetcher.download(url, to, progress=progress, max_bytes=LARGEST_PACKAGE_BYTES),
        )


def _authority(settings: Settings) -> str:
    """Return the domain that entry ids are minted under, should the store be new (RFC 4151 2.1)."""
    host = urlsplit(settings.feeds.base_url or "").hostname
    named = settings.publisher.id_authority or (host if host and "." in host else None)
    return named or f"{secrets.token_hex(6)}.syndicator.invalid"
