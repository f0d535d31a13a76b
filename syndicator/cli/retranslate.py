"""`syndicator retranslate`: make translations anew with the models, terms and settings of today."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, console, print_json, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress

    from syndicator.model import Outdated, Waiting
    from syndicator.wiring import Desk


def retranslate(
    route: Annotated[str, typer.Option("--route", help="From and to, such as ru-en.")],
    config: ConfigOption = None,
    *,
    since: Annotated[
        datetime | None, typer.Option(help="Only articles published then or later.", formats=["%Y-%m-%d"])
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only articles of this source.")] = None,
    corrected: Annotated[
        bool, typer.Option("--corrected", help="Only those with a sentence that a person has corrected since.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how many there are.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make translations anew that were not made with the models, terms and settings of today.

    The old text stays published until the new one is there. Broken off, it goes on where it was. The next
    `syndicator run`, or the daemon, publishes.

    Example: `syndicator retranslate --route ru-en --since 2026-11-01`
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from syndicator import pipeline
    from syndicator.wiring import load_rules, open_desk

    from_language, _, to_language = route.partition("-")
    if not from_language or not to_language:
        raise typer.BadParameter(f"{route!r} is no route: write it as ru-en", param_hint="--route")
    moment = since.replace(tzinfo=UTC) if since else None
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with open_desk(settings(config)) as desk:
        today = pipeline.made_with(
            desk.translator.route(from_language, to_language),
            translator=desk.translator,
            rules=load_rules(desk.settings),
        )
        made_with = None if corrected else today

        def outdated(limit: int) -> "list[Outdated]":
            return desk.store.outdated(
                made_with,
                from_language=from_language,
                to_language=to_language,
                since=moment,
                source=source,
                limit=limit,
            )

        total = desk.store.outdated_count(
            made_with, from_language=from_language, to_language=to_language, since=moment, source=source
        )
        done = failed = 0
        if not dry_run:
            with Progress(*columns, console=console(stderr=True)) as progress:
                done, failed = _again(desk, progress, total, outdated)
    if as_json:
        print_json({"outdated": total, "translated": done, "failed": failed})
    elif dry_run:
        print(f"{total} translations {from_language}>{to_language} would be made anew")
    else:
        print(
            f"{done} of {total} translations made anew"
            + (f", {failed} failed: see `syndicator status`" if failed else "")
        )


def _again(
    desk: "Desk", progress: "Progress", total: int, outdated: "Callable[[int], list[Outdated]]"
) -> tuple[int, int]:
    from syndicator import pipeline
    from syndicator.errors import ModelError
    from syndicator.wiring import bench

    task = progress.add_task("translating anew", total=total)
    tried: set[str] = set()
    done = failed = 0
    size = desk.settings.translation.batch_articles
    left = 0
    # What failed, is held or lacks a sentence stays outdated: it is not tried again this time.
    while found := outdated(2 * size + left):
        jobs = [one for one in found if one.article_id not in tried][:size]
        if not jobs:
            break
        left = sum(one.article_id in tried for one in found)
        tried |= {one.article_id for one in jobs}
        report = pipeline.translate(
            [_waiting(one) for one in jobs],
            bench=bench(desk),
            progress=lambda count: progress.advance(task, count),
        )
        if report.error:
            raise ModelError(report.error)
        if not report.translated + report.failed:
            break
        done += report.translated
        failed += report.failed
    return done, failed


def _waiting(one: "Outdated") -> "Waiting":
    from syndicator.model import Waiting

    return Waiting(
        article_id=one.article_id,
        article_version=one.article_version,
        from_language=one.from_language,
        to_language=one.to_language,
    )
