"""`syndicator translate` and `detect`: the steps on one text, by hand."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, console, print_json, settings

if TYPE_CHECKING:
    from datetime import datetime

    from syndicator.model import Item

TextArgument = Annotated[
    str, typer.Argument(help="A text, the name of a .txt, .md, .html or .eml file, or - for standard input.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(translate)
    app.command()(detect)


def translate(
    text: TextArgument,
    config: ConfigOption = None,
    *,
    to: Annotated[str | None, typer.Option(help="The language to translate to; else another one published.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="The language of the text; else it is detected.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show it sentence by sentence: scores, terms, what is doubtful.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Translate a text or a file and print it. Corrections and memory count; nothing is stored.

    Examples: `syndicator translate "Добрый день!" --to en`, `syndicator translate release.txt --to ru --explain`
    """
    from syndicator import pipeline
    from syndicator.cli.review import print_segments, segment_json
    from syndicator.config_values import LANGUAGE
    from syndicator.wiring import SystemClock, open_bench

    for option, language in (("--to", to), ("--from", from_)):
        if language is not None and not LANGUAGE.fullmatch(language):
            raise typer.BadParameter(f"{language!r} is not a language tag such as ru or pt-BR", param_hint=option)
    loaded = settings(config)
    clock = SystemClock()
    now = clock.now()
    article = pipeline.compose_text(_item(text, now), language=from_, now=now)
    target = to or next(one for one in (*loaded.languages, "en", "ru") if one != article.language)
    with open_bench(loaded) as bench:
        translation = pipeline.translate_article(article, to_language=target, bench=bench)
    if as_json:
        print_json(
            {
                "from": article.language,
                "to": translation.language,
                "route": translation.route,
                "engine": translation.engine,
                "title": translation.title,
                "html": translation.html,
                "marks": translation.marks,
                "segments": [segment_json(one) for one in translation.segments],
            }
        )
        return
    if explain:
        print(f"{translation.route}, {translation.engine}")
        print_segments(translation.segments)
        return
    print("\n\n".join(filter(None, [translation.title, pipeline.plain(translation.html)])))
    for mark in translation.marks:
        sys.stderr.write(f"doubtful: {mark}\n")


def detect(
    text: Annotated[str | None, typer.Argument(help="A text, the name of a file, or - for standard input.")] = None,
    config: ConfigOption = None,  # noqa: ARG001  # nothing here depends on it, but every command takes it
    *,
    evaluate: Annotated[
        Path | None,
        typer.Option(
            "--eval", help="Measure on FILE: a language and a text a line, tab between.", exists=True, dir_okay=False
        ),
    ] = None,
    declared: Annotated[str | None, typer.Option(help="The language that the source declares.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the language of a text, or measure how well languages are told.

    Examples: `syndicator detect "Добрый день!"`, `syndicator detect --eval titles.tsv --json`
    """
    if evaluate:
        _evaluate(evaluate, as_json=as_json)
        return
    if text is None:
        raise typer.BadParameter("give a text, a file or -, or --eval FILE")
    from syndicator.articles.detect import detect as detect_language

    found = detect_language("", _text(text), declared=declared)
    if as_json:
        print_json({"language": found.language, "reason": found.reason})
    else:
        print(f"{found.language}  ({found.reason})")


def _evaluate(path: Path, *, as_json: bool) -> None:
    from syndicator.articles.evaluate import evaluate, read_labelled

    measured = evaluate(read_labelled(path))
    if as_json:
        print_json(
            {
                "recall": measured.recall,
                "other_cyrillic_called_ru": measured.other_cyrillic_called_ru,
                "median_us": measured.median_us,
                "total": measured.total,
            }
        )
        return
    from rich.table import Table

    table = Table("language", "recognised", box=None)
    for language, share in measured.recall.items():
        table.add_row(language, f"{share:.1%}")
    out = console()
    out.print(table)
    out.print(f"other Cyrillic called Russian: {measured.other_cyrillic_called_ru:.2%}")
    out.print(f"median {measured.median_us:.0f} µs a text, {measured.total} texts")


def _item(text: str, now: "datetime") -> "Item":
    """Return the text, or the file that it names, as an item."""
    from datetime import UTC, datetime

    from syndicator.sources.articlefile import READERS, ArticleFile, read_article, suffix_of

    path = Path(text)
    if _is_file(text):
        # A file of a kind that we don't know is read as text.
        name = path.name if suffix_of(path.name) in READERS else f"{path.name}.txt"
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        url = path.absolute().as_uri()
        return read_article(ArticleFile(id=name, url=url, content=path.read_bytes(), modified=modified), now=now)
    content = sys.stdin.buffer.read() if text == "-" else text.encode("utf-8", "replace")
    return read_article(ArticleFile(id="text.txt", url="", content=content, modified=now), now=now)


def _text(text: str) -> str:
    is_file = _is_file(text)
    if is_file or text == "-":
        from syndicator.decode import decode_text

        return decode_text(Path(text).read_bytes() if is_file else sys.stdin.buffer.read())
    return text


def _is_file(text: str) -> bool:
    """Say whether a text names a file; raise `BadParameter` for what looks like the name of one that is not there."""
    try:
        is_there = Path(text).is_file()
    except (OSError, ValueError):  # a text too long, or with a NUL, for a file name
        is_there = False
    if not is_there and re.fullmatch(r"\S{1,255}\.(?:txt|md|html?|eml)", text, re.IGNORECASE):
        raise typer.BadParameter(f"there is no file {text}")
    return is_there
