"""`syndicator backup` and `restore`: the store into a file, and back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from syndicator.cli.shared import ConfigOption, console, settings


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(backup)
    app.command()(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes, such as /backup/syndicator.db.", dir_okay=False)],
    config: ConfigOption = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
) -> None:
    """Copy the store into one checked file, also while a daemon works. Config, terms, models, inboxes are not in it.

    Example: `syndicator backup /backup/syndicator.db --force`
    """
    from syndicator.store.backup import back_up

    loaded = settings(config)
    with progress_bar() as progress:
        done = back_up(loaded.database.url, file, progress=progress, overwrite=force)
    print(f"{done.path}: {done.articles} articles, {done.size_bytes / 1e6:.1f} MB, checked")
    print("Config, terms, models and inboxes are files of their own and not in it.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `syndicator backup` wrote.")], config: ConfigOption = None
) -> None:
    """Put a backup in the place of the store, which is kept beside; also while a daemon works, which goes on with it.

    Entry ids are in the store: what is read anew gets those that it had. The feeds are written again from it.

    Example: `syndicator restore /backup/syndicator.db`
    """
    from syndicator.store.backup import restore as restore_store
    from syndicator.wiring import SystemClock

    loaded = settings(config)
    with progress_bar() as progress:
        kept = restore_store(loaded.database.url, file, now=SystemClock().now(), progress=progress)
    print(f"restored {file}" + (f"; the store as it was is kept as {kept}" if kept else ""))
    print("A running daemon goes on with it; else `syndicator run` writes the feeds again.")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show what is being done, and how far that is."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True)) as progress:
        task = progress.add_task("opening", total=None)
        yield lambda what, done, total: progress.update(task, description=what, completed=done, total=total or None)
