"""Look up what is measured of the store, the models and the jobs at the moment of asking.

Labels come from the settings and from a few words of ours, never from what was fetched: there are as many series as
sources and pairs of languages.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from syndicator.errors import SyndicatorError
from syndicator.metrics import Values
from syndicator.model import Condition, Queue, SourceStanding
from syndicator.monitor.vitals import Vitals
from syndicator.wiring import Desk

Series = Iterator[tuple[tuple[str, ...], float]]


def figures(desk: Desk, vitals: Vitals) -> Values:
    """Return by metric what is known now; what the store knows is left out where that can't be read."""
    own: Values = {
        "syndicator_healthy": [((), float(vitals.complaint() is None))],
        "syndicator_job_age_seconds": [((step,), age) for step, age in sorted(vitals.ages().items())],
    }
    try:
        return {**own, **_of_store(desk), "syndicator_store_reachable": [((), 1.0)]}
    except SyndicatorError:
        return {**own, "syndicator_store_reachable": [((), 0.0)]}


def _of_store(desk: Desk) -> Values:
    per_source = desk.settings.metrics.per_source
    found = desk.store.standing(desk.settings.languages, with_newest=per_source)
    new = SourceStanding(condition=Condition.NEW, failures=0, succeeded=None, newest=None)
    sources = {one.slug: found.sources.get(one.slug, new) for one in desk.sources}
    conditions = Counter(one.condition.value for one in sources.values())
    shown = sources if per_source else {}
    pairs = sorted(found.queues)
    usable = desk.translator.pairs()
    return {
        "syndicator_sources": [((one.value,), conditions[one.value]) for one in Condition],
        "syndicator_source_condition": [((slug, one.condition.value), 1.0) for slug, one in shown.items()],
        "syndicator_source_failures": [((slug,), one.failures) for slug, one in shown.items()],
        "syndicator_source_succeeded_timestamp_seconds": _moments(
            ((slug,), one.succeeded) for slug, one in shown.items()
        ),
        "syndicator_source_newest_article_timestamp_seconds": _moments(
            ((slug,), one.newest) for slug, one in shown.items()
        ),
        "syndicator_waiting_translations": [(pair, found.queues[pair].count) for pair in pairs],
        "syndicator_waiting_oldest_timestamp_seconds": _moments((pair, _oldest(found.queues[pair])) for pair in pairs),
        "syndicator_route_usable": [(pair, float(pair in usable)) for pair in pairs],
        "syndicator_failed_translations": sorted(found.failed.items()),
        "syndicator_held_translations": [((), found.held)],
        "syndicator_parked_segments": [((), found.parked)],
        "syndicator_set_aside_items": [((), found.set_aside)],
        "syndicator_outbox_effects": [((kind,), number) for kind, number in sorted(found.effects.items())],
        "syndicator_editions_unpublished": [((), found.unpublished)],
    }


def _oldest(queue: Queue) -> datetime | None:
    return queue.oldest if queue.count else None


def _moments(found: Iterable[tuple[tuple[str, ...], datetime | None]]) -> Series:
    return ((labels, moment.timestamp()) for labels, moment in found if moment is not None)
