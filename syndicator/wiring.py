"""Put the parts together as the settings say. The only module that names concrete adapters."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from syndicator import __version__
from syndicator.config import Settings
from syndicator.errors import StoreError, TranslateError
from syndicator.model import Extent, Source
from syndicator.pipeline import Bench
from syndicator.ports import Clock, Dispatcher, Fetcher, Store, Translator
from syndicator.publishing.edition import OPML, Masthead
from syndicator.sources.credentials import load_access
from syndicator.sources.http import HttpFetcher
from syndicator.store.opening import exists, shown
from syndicator.store.sql import SqlStore, open_store
from syndicator.translation.child import ChildTranslator, Limits
from syndicator.translation.models import InstalledModel, install, install_carried

if TYPE_CHECKING:
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


@contextmanager
def open_desk(settings: Settings, *, dispatcher: Dispatcher | None = None) -> Iterator[Desk]:
    """Open the store and make the adapters ready; close them at the end. No model is loaded and nothing fetched yet.

    `dispatcher` is told of the work that what is saved calls for.
    """
    with (
        opened_store(settings, dispatcher=dispatcher) as store,
        fetching(settings) as fetcher,
        translating(settings) as translator,
    ):
        yield Desk(
            settings=settings,
            sources=settings.source_list(),
            store=store,
            fetcher=fetcher,
            translator=translator,
            clock=SystemClock(),
            masthead=make_masthead(settings, store),
        )


@contextmanager
def opened_store(settings: Settings, *, dispatcher: Dispatcher | None = None) -> Iterator[SqlStore]:
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
    store = open_store(
        settings.database.url, authority=_authority(settings), clock=SystemClock(), dispatcher=dispatcher
    )
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


def make_fetcher(settings: Settings) -> HttpFetcher:
    """Return a fetcher that says honestly who is asking; raise `ConfigError` if a source's headers can't be had."""
    contact = settings.publisher.contact
    user_agent = f"syndicator/{__version__}" + (f" (+{contact})" if contact else "")
    access = load_access(settings.sources, os.environ)
    return HttpFetcher(settings.network, user_agent=user_agent, access=access)


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
