"""The feeds against the store: what is published, what should be."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from syndicator import pipeline
from syndicator.config import Settings
from syndicator.doctor.finding import Finding, fine, problem, warning
from syndicator.errors import SyndicatorError
from syndicator.pipeline.publishing import published
from syndicator.publishing.edition import Masthead, fingerprint, is_published
from syndicator.publishing.masthead import edition_folder
from syndicator.store.backup import back_up
from syndicator.store.sql import SqlStore, open_store
from syndicator.wiring import SystemClock, make_masthead

FEW_ARTICLES = 300
"""Up to so many, every file is rendered anew and compared: some 2 s. Beyond, only when asked for."""
MOST_TOLD = 3
REWRITE = "`syndicator run` writes again what differs once you remove it; ids stay"
PUBLISHED = frozenset({".xml", ".html", ".json", ".opml", ".css"})


def feeds(settings: Settings, *, is_thorough: bool) -> Iterator[Finding]:
    """Compare the published files with what the store says; the store must be whole and of our revision."""
    with tempfile.TemporaryDirectory(prefix="syndicator-doctor-") as folder:
        scratch = Path(folder)
        copy = scratch / "store.db"
        try:
            back_up(settings.database.url, copy, progress=lambda *_: None)
            store = open_store(f"sqlite:///{copy}", authority="doctor.invalid", clock=SystemClock())
        except SyndicatorError as error:
            yield problem("feeds", f"can't be compared with the store: {error}", "see what is said of the store")
            return
        try:
            yield from _compared(settings, store, scratch / "feeds", is_thorough=is_thorough)
        finally:
            store.close()


def _compared(settings: Settings, store: SqlStore, scratch: Path, *, is_thorough: bool) -> Iterator[Finding]:
    masthead = make_masthead(settings, store)
    outdated = published(store.editions(outdated_under=fingerprint(masthead)), masthead)
    if outdated:
        yield warning(
            "feeds",
            f"{len(outdated)} editions are older than the store or than the settings",
            "a running daemon writes them within seconds; else `syndicator run`",
        )
        return
    count = store.counts()["articles"]
    if count > FEW_ARTICLES and not is_thorough:
        yield _there(store, masthead, count)
        return
    scratch.mkdir()
    try:
        # Everything is published once more, from a copy of the store, to another folder: so it is exactly what is due.
        pipeline.publish(store=store, masthead=replace(masthead, directory=scratch))
    except SyndicatorError as error:
        yield problem("feeds", f"can't be rendered: {error}", "see the reason")
        return
    yield from _differences(settings.feeds.directory, scratch)


def _there(store: SqlStore, masthead: Masthead, count: int) -> Finding:
    editions = published(store.editions(), masthead)
    missing = [edition_folder(one.key) for one in editions if not is_published(one.key, masthead=masthead)]
    if missing:
        return problem(
            "feeds", f"not all there: {_some(missing)}", "`syndicator run` writes them; a daemon within a minute"
        )
    return fine("feeds", f"as new as the store, and there; --thorough compares every byte of {count} articles")


def _differences(directory: Path, due: Path) -> Iterator[Finding]:
    expected, there = _files(due), _files(directory)
    missing = sorted(expected - there)
    changed = sorted(name for name in expected & there if (directory / name).read_bytes() != (due / name).read_bytes())
    extra = sorted(name for name in there - expected if Path(name).suffix in PUBLISHED)
    if missing:
        yield problem("feeds", f"missing: {_some(missing)}", "`syndicator run` writes them; a daemon within a minute")
    if changed:
        yield problem("feeds", f"not what the store says: {_some(changed)}", f"somebody changed them. {REWRITE}")
    if extra:
        yield warning(
            "feeds",
            f"of no edition: {_some(extra)}",
            "of a language or source that is published no more, or somebody's own: remove them if you don't want them",
        )
    if not (missing or changed or extra):
        yield fine("feeds", f"{len(expected)} files in {directory}, each exactly what the store says")


def _files(top: Path) -> set[str]:
    return {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}


def _some(names: list[str]) -> str:
    return ", ".join(names[:MOST_TOLD]) + (f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else "")
