"""`syndicator memory`: import, export, correct, similar."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, console, print_json, settings

if TYPE_CHECKING:
    from rich.progress import Progress

    from syndicator.model import Correction, Remembered
    from syndicator.ports import Store
    from syndicator.translation.tmx import Choice, Unit

app = typer.Typer(
    name="memory", no_args_is_help=True, help="Exchange translation memories; tell what a sentence is to read."
)
BATCH = 500
"""Corrections saved at once, and texts looked up at once."""


def _language(text: str | None) -> str | None:
    """Return a language tag as typed; raise `BadParameter` for anything else."""
    from syndicator.config_values import LANGUAGE

    if text is not None and not LANGUAGE.fullmatch(text):
        raise typer.BadParameter(f"{text!r} is not a language tag such as ru or pt-BR")
    return text


From = Annotated[str, typer.Option("--from", help="The language of the original.", callback=_language)]
To = Annotated[str, typer.Option("--to", help="The language that it is translated to.", callback=_language)]
FromOption = Annotated[
    str | None,
    typer.Option("--from", help="The language of the originals; else what the file names.", callback=_language),
]
ToOption = Annotated[
    str | None, typer.Option("--to", help="The language of the translations; else every other.", callback=_language)
]


@app.command("import")
def import_memory(
    file: Annotated[Path, typer.Argument(help="A translation memory (.tmx).", exists=True, dir_okay=False)],
    config: ConfigOption = None,
    *,
    from_: FromOption = None,
    to: ToOption = None,
    both: Annotated[bool, typer.Option("--both", help="Take each pair in both directions.")] = False,
    by: Annotated[str | None, typer.Option(help="Whose word it is; else what the file names, or its name.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Take over a translation memory as people's corrections: they outrank every model from now on.

    Whole sentences count, as a CAT tool keeps them. What is held already is not taken twice, so a broken-off import is
    simply started again. What our own exports hold of the machine's work counts once a person has changed it.

    Example: `syndicator memory import desk.tmx --from ru --to en`
    """
    from syndicator.translation.tmx import Choice
    from syndicator.wiring import opened_store

    choice = Choice(from_language=from_, to_language=to, is_both_ways=both, by=by, file=file.name)
    with opened_store(settings(config)) as store, file.open("rb") as opened, _bar() as progress:
        task = progress.add_task(file.name, total=file.stat().st_size)
        counts = _import(opened, choice, store, lambda done: progress.update(task, completed=done))
    outdated = counts.pop("outdated")
    if as_json:
        print_json({**counts, "outdated": sum(outdated.values())})
        return
    print(f"{counts['units']:,} units, {counts['corrections']:,} corrections, {counts['new']:,} of them new")
    for reason, count in counts["skipped"].items():
        hint = ": name it with --from, or take --both" if reason == "without a source language" else ""
        print(f"  passed over: {count:,} {reason}{hint}")
    tell_outdated(outdated)


@app.command("export")
def export_memory(
    file: Annotated[
        Path, typer.Argument(help="The file to write (.tmx); one that is there is replaced.", dir_okay=False)
    ],
    config: ConfigOption = None,
    *,
    from_: Annotated[
        str | None, typer.Option("--from", help="Only this language of the originals.", callback=_language)
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="Only this language to translate to.", callback=_language)
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all/--people", help="The models' translations as well, or people's corrections alone.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write what is remembered as TMX 1.4b, for a CAT tool or another desk.

    With `--all`, which needs both languages, a sentence that a person has corrected is written as corrected.

    Examples: `syndicator memory export desk.tmx`, `syndicator memory export all.tmx --from ru --to en --all`
    """
    from syndicator.translation.tmx import write_tmx
    from syndicator.wiring import opened_store

    if everything and not (from_ and to):
        raise typer.BadParameter("which pair? Give --from and --to", param_hint="--all")
    if not file.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {file.parent}", param_hint="FILE")
    with opened_store(settings(config)) as store, _counter() as progress:
        task = progress.add_task(file.name, total=None)
        units = _export(store, from_, to, everything=everything)
        count = write_tmx(file, _told(units, lambda: progress.advance(task)), source_language=from_)
    if as_json:
        print_json({"units": count, "file": str(file)})
    else:
        print(f"{count:,} units written to {file}")


@app.command()
def correct(
    source: Annotated[str, typer.Argument(help="The sentence of the original, whole.")],
    target: Annotated[str, typer.Argument(help="What it is to read in the other language.")],
    from_: From,
    to: To,
    config: ConfigOption = None,
    *,
    by: Annotated[str, typer.Option(help="Who says so.")] = "desk",
    as_json: JsonOption = False,
) -> None:
    """Tell what a sentence is to read, wherever it stands. That outranks every model.

    Articles translated from now on have it; `syndicator retranslate --corrected` brings it into those that are there.

    Example: `syndicator memory correct --from ru --to en "Добрый день!" "Good afternoon!"`
    """
    from syndicator.model import Correction, normalise, primary
    from syndicator.wiring import SystemClock, opened_store

    for name, text in (("SOURCE", source), ("TARGET", target)):
        if not normalise(text):
            raise typer.BadParameter("is empty", param_hint=name)
    if primary(from_) == primary(to):
        raise typer.BadParameter("is the language of the original", param_hint="--to")
    saying = Correction(
        from_language=primary(from_),
        to_language=primary(to),
        source_text=normalise(source),
        target_text=normalise(target),
        by=by,
    )
    began = SystemClock().now()
    with opened_store(settings(config)) as store:
        is_new = bool(store.save_corrections([saying]))
        outdated = store.mark_corrected(from_, to, since=began, text=saying.source_text) if is_new else 0
    if as_json:
        print_json({"new": is_new, "outdated": outdated})
        return
    print("kept" if is_new else "that is what it reads already")
    tell_outdated({(saying.from_language, saying.to_language): outdated})


@app.command()
def similar(
    text: Annotated[str, typer.Argument(help="A sentence.")],
    from_: From,
    to: To,
    config: ConfigOption = None,
    *,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=100)] = 5,
    as_json: JsonOption = False,
) -> None:
    """Show how sentences like this one were translated, for a reviewer's eyes. None is ever published by itself.

    Example: `syndicator memory similar "Добрый вечер!" --from ru --to en`
    """
    from syndicator.model import normalise, primary
    from syndicator.wiring import opened_store

    with opened_store(settings(config)) as store:
        found = store.similar(normalise(text), primary(from_), primary(to), limit=limit)
    if as_json:
        print_json(
            [
                {
                    "likeness": round(one.likeness, 3),
                    "is_person": one.is_person,
                    "source": one.source_text,
                    "target": one.target_text,
                }
                for one in found
            ]
        )
        return
    for one in found:
        print(f"{one.likeness:.0%} {'a person' if one.is_person else 'a model'}")
        print(f"  {one.source_text}\n  {one.target_text}")
    if not found:
        print("nothing like it is remembered")


def tell_outdated(outdated: Mapping[tuple[str, str], int]) -> None:
    """Print how many translations, by (from, to), corrections would change, and what to run."""
    for (from_language, to_language), count in sorted(outdated.items()):
        if count:
            have = "other translation has this" if count == 1 else "other translations have this"
            print(
                f"{count:,} {have} otherwise: "
                f"`syndicator retranslate --route {from_language}-{to_language} --corrected` makes them anew"
            )


def _import(file: BinaryIO, choice: "Choice", store: "Store", tell: Callable[[int], None]) -> dict[str, Any]:
    """Save what a file says, batch by batch; return the counts, and what is outdated by pair."""
    from syndicator.errors import ParseError
    from syndicator.translation.tmx import Skipped, corrections, read_units
    from syndicator.wiring import SystemClock

    began = SystemClock().now()
    units = taken = new = 0
    skipped: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()
    waiting: list[Correction] = []
    try:
        for unit in read_units(file):
            units += 1
            outcome = corrections(unit, choice)
            if isinstance(outcome, Skipped):
                skipped[outcome.value] += 1
                continue
            waiting += outcome
            pairs |= {(one.from_language, one.to_language) for one in outcome}
            if len(waiting) >= BATCH:
                new += store.save_corrections(waiting)
                taken += len(waiting)
                waiting = []
                tell(file.tell())
    except ParseError as error:
        new += store.save_corrections(waiting)
        for pair in pairs if new else ():
            store.mark_corrected(*pair, since=began)
        kept = f" (what stands before it was taken over: {taken + len(waiting):,} corrections)" if units else ""
        raise ParseError(f"{error}{kept}") from error
    new += store.save_corrections(waiting)
    tell(file.tell())
    outdated = {pair: store.mark_corrected(*pair, since=began) for pair in pairs if new}
    count = taken + len(waiting)
    return {"units": units, "corrections": count, "new": new, "skipped": dict(skipped), "outdated": outdated}


def _export(store: "Store", from_: str | None, to: str | None, *, everything: bool) -> "Iterator[Unit]":
    """Yield people's corrections, then the models' work on what nobody has corrected."""
    from syndicator.model import primary
    from syndicator.translation.tmx import unit_of

    pair = (primary(from_) if from_ else None, primary(to) if to else None)
    for correction in store.all_corrections(*pair):
        yield unit_of(correction)
    if not (everything and pair[0] and pair[1]):
        return
    for batch in _batches(store.memories(pair[0], pair[1])):
        corrected = store.corrections([one.source_text for one in batch], pair[0], pair[1])
        for remembered in batch:
            if remembered.source_text not in corrected:
                yield unit_of(remembered)


def _batches(memories: "Iterator[Remembered]") -> "Iterator[list[Remembered]]":
    from itertools import islice

    while batch := list(islice(memories, BATCH)):
        yield batch


def _told(units: "Iterator[Unit]", tell: Callable[[], None]) -> "Iterator[Unit]":
    for unit in units:
        tell()
        yield unit


def _bar() -> "Progress":
    """Return a progress bar over bytes."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console(stderr=True))


def _counter() -> "Progress":
    """Return a progress display that counts, since nobody knows how many there will be."""
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TextColumn("{task.completed:,}"))
    return Progress(*columns, console=console(stderr=True))
