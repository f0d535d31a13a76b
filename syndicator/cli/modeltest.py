# ruff: noqa: PT028 - `test_models` is a command, no test
"""`syndicator models test`: how well and how fast models translate a set of sentences."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, console, print_json, settings

if TYPE_CHECKING:
    from syndicator.config import Settings
    from syndicator.model import ModelRef, Route
    from syndicator.translation.quality import Example, Measured

PairArgument = Annotated[str, typer.Argument(metavar="PAIR", help="From and to, such as ru-en.")]
SetOption = Annotated[
    Path | None,
    typer.Option(
        "--set",
        help="Sentences of your own, one a line: source, tab, reference; before them may stand a pair and a tab.",
        exists=True,
        dir_okay=False,
    ),
]
VersionOption = Annotated[str | None, typer.Option("--version", help="An installed version; else the one in use.")]
PackageOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--package",
        help="An Argos package to set beside it, without installing it; may be repeated.",
        exists=True,
        dir_okay=False,
    ),
]
Languages = tuple[str, str]


def test_models(
    pair: PairArgument,
    config: ConfigOption = None,
    *,
    set_: SetOption = None,
    version: VersionOption = None,
    package: PackageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure a pair: chrF, BLEU, speed, and the share of sentences that a check finds doubtful.

    With `--package`, what is installed and the packages are measured one after the other, so that one can compare
    before switching. Between Russian and English, a set is carried: 100 sentences of news each way. On so few, a point
    of chrF more or less tells little; a set of your own, with `--set`, tells more.

    Examples: `syndicator models test ru-en`, `syndicator models test ru-en --package new.argosmodel --set desk.tsv`
    """
    from syndicator.translation.quality import CARRIED, parse_pair, read_examples

    languages = parse_pair(pair)
    if languages is None:
        raise typer.BadParameter(f"{pair!r} is no pair: write it as ru-en", param_hint="PAIR")
    if set_ is None and set(_primary(languages)) != {"ru", "en"}:
        raise typer.BadParameter(f"no sentences are carried for {pair}: give a file", param_hint="--set")
    examples = read_examples(set_ or CARRIED, *languages)
    loaded = settings(config)
    with ExitStack() as scratch:
        candidates = _in_place(loaded, languages, version=version, is_needed=not package)
        candidates += [_aside(one, loaded, languages, scratch) for one in package or []]
        results = [(one.name, _measured(one, examples)) for one in candidates]
    if as_json:
        found = [_as_json(name, one) for name, one in results]
        print_json({"pair": "-".join(languages), "set": str(set_ or "carried"), "results": found})
    else:
        _show(results)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Models to be measured."""

    name: str
    settings: "Settings"
    """With the directory that the models are in."""
    route: "Route"


def _in_place(loaded: "Settings", languages: Languages, *, version: str | None, is_needed: bool) -> list[Candidate]:
    """Return the installed models to be measured: none if there are none and none are needed."""
    from syndicator.errors import ModelError, NoRoute
    from syndicator.model import Route
    from syndicator.translation.models import installed
    from syndicator.wiring import translating

    with translating(loaded) as translator:
        try:
            route = translator.route(*languages)
        except NoRoute:
            if is_needed or version:
                raise
            return []
    if version:
        refs = [model.ref for model in installed(loaded.models.directory)]
        fitting = [ref for ref in refs if _is_of(ref, languages) and ref.version == version]
        if not fitting:
            raise ModelError(f"no {'-'.join(languages)} {version} is installed: see `syndicator models list`")
        route = Route(models=(fitting[0],))
    return [Candidate(name=f"installed {_named(route)}", settings=loaded, route=route)]


def _aside(package: Path, loaded: "Settings", languages: Languages, scratch: ExitStack) -> Candidate:
    """Unpack a package into a directory that is gone when `scratch` is closed."""
    from syndicator.errors import ModelError
    from syndicator.model import Route
    from syndicator.translation.models import import_package

    directory = Path(scratch.enter_context(tempfile.TemporaryDirectory(prefix="syndicator-")))
    ref = import_package(package, directory).ref
    if not _is_of(ref, languages):
        raise ModelError(f"{package} translates {ref.from_language}-{ref.to_language}, not {'-'.join(languages)}")
    aside = loaded.model_copy(update={"models": loaded.models.model_copy(update={"directory": directory})})
    route = Route(models=(ref,))
    return Candidate(name=f"{package.name} {_named(route)}", settings=aside, route=route)


def _measured(candidate: Candidate, examples: "list[Example]") -> "Measured":
    """Measure models with a progress bar; they are out of memory again at the end."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from syndicator.translation.quality import measure
    from syndicator.wiring import translating

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with translating(candidate.settings) as translator, Progress(*columns, console=console(stderr=True)) as progress:
        task = progress.add_task(candidate.name, total=len(examples))
        return measure(
            examples, translator, candidate.route, progress=lambda done: progress.update(task, completed=done)
        )


def _primary(languages: Languages) -> Languages:
    from syndicator.model import primary

    return primary(languages[0]), primary(languages[1])


def _is_of(ref: "ModelRef", languages: Languages) -> bool:
    return _primary((ref.from_language, ref.to_language)) == _primary(languages)


def _named(route: "Route") -> str:
    return ", ".join(f"{model.from_language}_{model.to_language} {model.version}" for model in route.models)


def _as_json(name: str, measured: "Measured") -> dict[str, Any]:
    return {
        "models": name,
        "sentences": measured.sentences,
        "chrf": round(measured.chrf, 2),
        "chrf_signature": measured.chrf_signature,
        "bleu": round(measured.bleu, 2),
        "bleu_signature": measured.bleu_signature,
        "sentences_per_second": round(measured.sentences_per_second, 1),
        "words_per_second": round(measured.words_per_second, 1),
        "marked_share": round(measured.marked_share, 4),
        "empty": measured.empty,
        "marks": measured.marks,
    }


def _show(results: "list[tuple[str, Measured]]") -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    table = Table("models", "chrF", "BLEU", "sentences/s", "words/s", "doubtful", "nothing usable", box=None)
    for name, one in results:
        figures = (one.chrf, one.bleu, one.sentences_per_second, one.words_per_second)
        table.add_row(Text(name), *(f"{figure:.1f}" for figure in figures), f"{one.marked_share:.0%}", str(one.empty))
    out.print(table)
    for name, one in results:
        told = ", ".join(f"{count} × {mark}" for mark, count in one.marks.items())
        out.print(f"{name}: of {one.sentences} sentences {told or 'none doubtful'}", markup=False)
    first = results[0][1]
    out.print(f"chrF {first.chrf_signature}\nBLEU {first.bleu_signature}", markup=False)
