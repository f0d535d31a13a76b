"""Count what this process does, and put what others know into Prometheus' words when it is asked for.

The only module that knows the library. Every metric of ours stands in one of two tables: `COUNTED` for what only this
process knows, `LOOKED_UP` for what is looked up at the moment of asking (naming: prometheus.io/docs/practices/naming).
Refuses to know where values come from, and how they are served.
"""

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, Summary, exposition
from prometheus_client import disable_created_metrics as without_creation_times
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Values = Mapping[str, Iterable[tuple[Sequence[str], float]]]
"""By name of a metric: the values of its labels, and the value that goes with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a metric is."""

    kind: Literal["counter", "gauge", "summary", "histogram"] = "gauge"
    words: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


ROUTE = ("from_language", "to_language")
_MINUTE, _HOUR = 60.0, 3600.0

COUNTED: Mapping[str, Described] = {
    "syndicator_fetches_total": Described(
        kind="counter", words="Looks at a source by what came of them", labels=("source", "result")
    ),
    "syndicator_articles_read_total": Described(
        kind="counter", words="Articles that a source brought: new, changed", labels=("source", "change")
    ),
    "syndicator_translations_total": Described(
        kind="counter", words="Translations: published, held, failed", labels=(*ROUTE, "outcome")
    ),
    "syndicator_segments_total": Described(kind="counter", words="Segments that the engine translated", labels=ROUTE),
    "syndicator_segments_recalled_total": Described(
        kind="counter", words="Segments that memory or a correction had", labels=ROUTE
    ),
    "syndicator_segments_marked_total": Described(
        kind="counter", words="Segments that came out doubtful", labels=ROUTE
    ),
    "syndicator_words_total": Described(
        kind="counter", words="Words of originals that the engine translated", labels=ROUTE
    ),
    "syndicator_engine_seconds_total": Described(
        kind="counter", words="Time in which the engine had segments of a route", labels=ROUTE
    ),
    "syndicator_editions_written_total": Described(kind="counter", words="Editions written because something changed"),
    "syndicator_files_written_total": Described(kind="counter", words="Files whose bytes changed"),
    "syndicator_effects_total": Described(
        kind="counter", words="Pings of hubs and messages to webhooks: taken, failed", labels=("kind", "result")
    ),
    "syndicator_delay_seconds": Described(
        kind="histogram",
        words="From a text's publication, or its arrival with a backlog, until it stood in an edition translated",
        labels=ROUTE,
        buckets=(
            _MINUTE,
            2 * _MINUTE,
            5 * _MINUTE,
            15 * _MINUTE,
            30 * _MINUTE,
            _HOUR,
            3 * _HOUR,
            6 * _HOUR,
            24 * _HOUR,
        ),
    ),
    "syndicator_source_delay_seconds": Described(kind="summary", words="The same by source", labels=("source",)),
    "syndicator_step_seconds": Described(
        kind="summary", words="How long the steps took: read, translate, publish, notify", labels=("step",)
    ),
    "syndicator_step_failures_total": Described(kind="counter", words="Steps that went wrong", labels=("step",)),
    "syndicator_step_last_success_timestamp_seconds": Described(
        words="When a step last came to its end", labels=("step",)
    ),
    "syndicator_build_info": Described(words="Always 1", labels=("version", "python")),
}

LOOKED_UP: Mapping[str, Described] = {
    "syndicator_healthy": Described(words="1 while the ticks go on and no job is stuck, as /healthz says"),
    "syndicator_job_age_seconds": Described(
        words="Of what is at hand in a step, the longest: since when", labels=("step",)
    ),
    "syndicator_store_reachable": Described(words="1 if the store could be read just now"),
    "syndicator_source_newest_article_timestamp_seconds": Described(
        words="When the newest article of a source was published", labels=("source",)
    ),
    "syndicator_source_succeeded_timestamp_seconds": Described(words="When a source was last read", labels=("source",)),
    "syndicator_source_failures": Described(words="Looks in a row that failed", labels=("source",)),
    "syndicator_source_condition": Described(
        words="1 for the condition that a source is in (docs/operations.md)", labels=("source", "condition")
    ),
    "syndicator_sources": Described(words="Sources by their condition", labels=("condition",)),
    "syndicator_waiting_translations": Described(words="Translations that are missing or outdated", labels=ROUTE),
    "syndicator_waiting_oldest_timestamp_seconds": Described(
        words="When the article came that waits longest for its first try, of the thousand oldest", labels=ROUTE
    ),
    "syndicator_route_usable": Described(words="1 if models lead there", labels=ROUTE),
    "syndicator_failed_translations": Described(words="Translations that failed and are tried again", labels=ROUTE),
    "syndicator_held_translations": Described(words="Translations that wait for a review"),
    "syndicator_parked_segments": Described(words="Segments that broke the engine"),
    "syndicator_set_aside_items": Described(words="Items of which no article could be made"),
    "syndicator_outbox_effects": Described(words="What is still to be done outside the store", labels=("kind",)),
    "syndicator_editions_unpublished": Described(words="Editions that are older than their entries"),
}


class Metrics:
    """The counts of one process, and a place to ask for all that is known. Thread-safe; nothing is shared with others.

    What is looked up comes from whatever `look_up` names at the time; nothing does at first.
    """

    def __init__(self, *, version: str) -> None:
        # A series more for each; the process's own start says the same.
        without_creation_times()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry(auto_describe=False)
        self._counted = {name: _made(name, one, self._registry) for name, one in COUNTED.items()}
        self._registry.register(_LookedUp(self))
        ProcessCollector(registry=self._registry)
        self.look_up: Callable[[], Values] = dict
        self.set("syndicator_build_info", 1, version, platform.python_version())

    def add(self, name: str, amount: float, *labels: str) -> None:
        """Count up."""
        metric = self._counted[name]
        assert isinstance(metric, Counter)  # noqa: S101 - a mistake of ours
        (metric.labels(*labels) if labels else metric).inc(amount)

    def observe(self, name: str, value: float, *labels: str) -> None:
        """Count one more of a summary or histogram."""
        metric = self._counted[name]
        assert isinstance(metric, Summary | Histogram)  # noqa: S101 - likewise
        metric.labels(*labels).observe(value)

    def set(self, name: str, value: float, *labels: str) -> None:
        """Say how it is now."""
        metric = self._counted[name]
        assert isinstance(metric, Gauge)  # noqa: S101 - likewise
        metric.labels(*labels).set(value)

    def exposed(self, accept: str | None) -> tuple[bytes, str]:
        """Return everything, in the text format that suits an Accept field best, and its media type."""
        encode, media_type = exposition.choose_encoder(accept or "")
        return encode(self._registry), media_type


class _LookedUp(Collector):
    """What is asked for at the moment of asking."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics that there are values of."""
        values = self._metrics.look_up()
        for name, described in LOOKED_UP.items():
            if name in values:
                family = GaugeMetricFamily(name, described.words, labels=described.labels)
                for labels, value in values[name]:
                    family.add_metric(labels, value)
                yield family


def _made(name: str, described: Described, registry: CollectorRegistry) -> Counter | Gauge | Summary | Histogram:
    match described.kind:
        case "counter":
            return Counter(name, described.words, described.labels, registry=registry)
        case "summary":
            return Summary(name, described.words, described.labels, registry=registry)
        case "histogram":
            return Histogram(name, described.words, described.labels, registry=registry, buckets=described.buckets)
    return Gauge(name, described.words, described.labels, registry=registry)
