"""One pass over everything, with progress bars, and its closing table."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from syndicator import pipeline, policy
from syndicator.config import Settings
from syndicator.errors import SyndicatorError
from syndicator.model import Source, SourceState
from syndicator.publishing.notify import PING
from syndicator.publishing.webhook import MESSAGE
from syndicator.wiring import Desk, bench, gathering, missing_routes, open_desk, receivers

if TYPE_CHECKING:
    from syndicator.pipeline import ReadReport


def one_pass(settings: Settings, *, only_due: bool, out: Console) -> dict[str, Any]:
    """Read, translate and publish once; return what came of it, ready for JSON."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with open_desk(settings) as desk, desk.store.daemon_lock(), Progress(*columns, console=out) as progress:
        reports = _read(desk, progress, only_due=only_due)
        translated, failed, segments, errors = _translate(desk, progress)
        pictures = _gather(desk, progress)
        task = progress.add_task("publishing", total=1)
        published = pipeline.publish(store=desk.store, masthead=desk.masthead, webhooks=desk.webhooks)
        progress.update(task, completed=1)
        told = pipeline.notify(receivers(desk), store=desk.store, clock=desk.clock)
        for kind, report in told.items():
            name = pipeline.KINDS[kind]
            errors += [f"a {name} could not be told, see `syndicator status`: {reason}" for reason in report.errors]
        errors += _mirror(desk)
        held = missing_routes(desk)
        if failures := len(desk.store.failures()):
            errors.append(f"translations that failed and are tried again later: {failures}, see `syndicator status`")
        return {
            "sources": [
                {
                    "slug": one.slug,
                    "new": one.new,
                    "changed": one.changed,
                    "undetermined": one.undetermined,
                    "set_aside": one.set_aside,
                    "is_complete": one.retry_after is None,
                    "error": one.error,
                }
                for one in reports
            ],
            "new": sum(one.new for one in reports),
            "changed": sum(one.changed for one in reports),
            "translated": translated,
            "segments": segments,
            "pictures": pictures,
            "editions": published.editions,
            "published": len(published.written),
            "pings": told[PING].told,
            "webhooks": told[MESSAGE].told,
            "held": sum(count for count, _ in held),
            "failed": failed,
            "reasons": [reason for _, reason in held] + errors,
            "feeds": str(settings.feeds.directory),
        }


def show(summary: dict[str, Any], settings: Settings, out: Console) -> None:
    """Print the closing table, what is held and why, and where to subscribe."""
    table = Table("sources", "new", "changed", "translated", "files published", "held", "failed", box=None)
    table.add_row(
        str(len(summary["sources"])),
        *(str(summary[key]) for key in ("new", "changed", "translated", "published", "held", "failed")),
    )
    out.print(table)
    for source in summary["sources"]:
        if source["error"]:
            out.print(f"  {source['slug']}: {source['error']}", markup=False)
        if not source["is_complete"]:
            out.print(f"  {source['slug']}: not all could be read yet; the rest comes with the next run", markup=False)
        if source["set_aside"]:
            out.print(f"  {source['slug']}: {source['set_aside']} set aside: see `syndicator status`", markup=False)
        if source["undetermined"]:
            out.print(f"  {source['slug']}: {source['undetermined']} without a known language: see `syndicator status`")
    for reason in summary["reasons"]:
        out.print(f"  {reason}", markup=False)
    directory = settings.feeds.directory
    base = settings.feeds.base_url or directory.as_uri() + "/"
    out.print(f"\nThe editions are in {directory}", markup=False)
    for language in settings.languages:
        if (directory / language / "atom.xml").exists():
            out.print(f"  subscribe to {base}{language}/atom.xml or {base}{language}/rss.xml", markup=False)
    out.print(f"  all of them at once: {base}feeds.opml; to look at: {base}index.html", markup=False)


def _read(desk: Desk, progress: Progress, *, only_due: bool) -> "list[ReadReport]":
    states = desk.store.source_states()
    now = desk.clock.now()
    sources = [
        one
        for one in desk.sources
        if not only_due or policy.is_due(policy.remembered(one, states.get(one.slug, SourceState(slug=one.slug))), now)
    ]
    task = progress.add_task("reading", total=len(sources))
    random = Random()
    reports: dict[str, ReadReport] = {}

    def look(source: Source) -> "ReadReport":
        return pipeline.read(source, store=desk.store, fetcher=desk.fetcher, clock=desk.clock, chance=random.random())

    def read(source: Source) -> None:
        report = look(source)
        if source.folder and report.retry_after:  # files that were dropped just now: give them the time to settle
            time.sleep(report.retry_after.total_seconds())
            after = look(source)
            report = replace(after, new=report.new + after.new, changed=report.changed + after.changed)
        progress.advance(task)
        reports[source.slug] = report

    def read_all(line: list[Source]) -> None:
        for source in line:
            read(source)

    lines: dict[str, list[Source]] = {}
    for one in sources:
        lines.setdefault(policy.origin(one), []).append(one)
    readers = ThreadPoolExecutor(desk.settings.schedule.readers)
    is_interrupted = False
    try:
        list(readers.map(read_all, lines.values()))
        return [reports[one.slug] for one in sources]
    except KeyboardInterrupt:
        is_interrupted = True
        raise
    finally:  # interrupted, not to wait for an origin that hangs: `main` ends the process at once, too
        readers.shutdown(wait=not is_interrupted, cancel_futures=True)


def _gather(desk: Desk, progress: Progress) -> int:
    """Fetch the pictures that pages are to show copies of, until none is left but what failed; return how many came."""
    if not desk.masthead.has_copies:
        return 0
    task = progress.add_task("fetching pictures", total=None)
    count = 0
    while True:
        report = pipeline.gather(gathering(desk))
        count += report.fetched
        if report.is_complete or not report.fetched:
            break
    progress.update(task, total=1, completed=1)
    return count


def _mirror(desk: Desk) -> list[str]:
    """Bring the mirror up to date; return why that did not come about."""
    try:
        if desk.mirror and not pipeline.mirror(desk.mirror, clock=desk.clock).is_complete:
            return [f"{desk.mirror.place.url} is not complete: files changed meanwhile; the next run does the rest"]
    except SyndicatorError as error:
        return [f"{error}; the next run does what was not done"]
    return []


def _translate(desk: Desk, progress: Progress) -> tuple[int, int, int, list[str]]:
    """Translate until nothing waits; return articles done, articles failed, segments run, and errors."""
    pairs = desk.translator.pairs()
    counts = desk.store.waiting_counts(desk.settings.languages)
    task = progress.add_task("translating", total=sum(count for pair, count in counts.items() if pair in pairs))
    translated = held = failed = segments = 0
    errors: list[str] = []
    while waiting := desk.store.waiting(
        desk.settings.languages, pairs=pairs, now=desk.clock.now(), limit=desk.settings.translation.batch_articles
    ):
        report = pipeline.translate(waiting, bench=bench(desk), progress=lambda count: progress.advance(task, count))
        translated += report.translated
        failed += report.failed
        segments += report.segments
        held += report.held
        errors += [report.error] if report.error else []
        pairs -= report.impossible  # a damaged model must not hold up what others can do
        if not (report.translated or report.failed or report.impossible):
            errors.append("translation made no progress")
            break
    if held:
        errors.append(f"translations held for review: {held}, see `syndicator review list`")
    return translated, failed, segments, errors
