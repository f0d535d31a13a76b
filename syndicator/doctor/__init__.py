"""Check everything that an operator would otherwise have to know, and say what to do. Changes nothing."""

from collections.abc import Iterator
from pathlib import Path

from syndicator.config import Settings
from syndicator.doctor.feeds import feeds
from syndicator.doctor.finding import Finding, Level, problem
from syndicator.doctor.machine import clock, limits, locale_and_versions
from syndicator.doctor.models import models
from syndicator.doctor.network import mirror, network
from syndicator.doctor.places import leftovers, places, room
from syndicator.doctor.stores import daemon, examine_store
from syndicator.errors import ConfigError, StoreError
from syndicator.ports import Clock
from syndicator.wiring import load_rules, load_webhooks, make_fetcher, make_mirror, opened_store

__all__ = ["Finding", "Level", "examine"]


def examine(settings: Settings, config: Path, *, at: Clock, is_thorough: bool) -> Iterator[Finding]:
    """Yield what is found, in the order in which it is to be mended, as it is found.

    `is_thorough` reads every byte of models, store and feeds, however long that takes.
    """
    yield from _rules(settings)
    try:
        yield from places(settings, config)
        yield from room(settings)
        yield from leftovers(settings)
    except StoreError as error:  # the database URL
        yield problem("config", str(error), "mend [database] url")
        return
    is_sound, found = examine_store(settings, is_thorough=is_thorough)
    yield from found
    newest = None
    if is_sound:
        with opened_store(settings) as store:
            newest = max((one.checked for one in store.source_states().values() if one.checked), default=None)
    yield daemon(settings)
    yield from clock(settings, config, newest=newest, now=at.now())
    yield from models(settings, is_thorough=is_thorough)
    yield from network(settings)
    yield from mirror(settings)
    if is_sound:
        yield from feeds(settings, is_thorough=is_thorough)
    yield from limits(settings)
    yield from locale_and_versions()


def _rules(settings: Settings) -> Iterator[Finding]:
    for load in (load_rules, make_fetcher, load_webhooks, make_mirror):
        try:
            load(settings)
        except ConfigError as error:
            for each in error.problems:
                yield problem("config", str(each), "mend the file that it names")
