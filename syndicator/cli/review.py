"""`syndicator review`: what is held or doubtful, sentence by sentence, and a person's decision on it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, console, print_json, settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syndicator.model import Segment, Similar, Translation
    from syndicator.ports import Store

app = typer.Typer(name="review", no_args_is_help=True, help="Look at held and doubtful translations, and decide.")
Article = Annotated[str, typer.Argument(help="The article, as `review list` names it.")]
To = Annotated[str, typer.Option("--to", help="The language of the translation.")]
MOST_SIMILAR = 3


@app.command("list")
def list_(
    config: ConfigOption = None,
    *,
    limit: Annotated[int, typer.Option(help="At most so many doubtful ones, newest first.", min=1)] = 50,
    as_json: JsonOption = False,
) -> None:
    """List translations that are held back, and published ones with doubtful sentences.

    Example: `syndicator review list --limit 20`
    """
    from syndicator.wiring import opened_store

    with opened_store(settings(config)) as store:
        held = store.held()
        marked = store.translations(marked=True, limit=limit)
    if as_json:
        print_json([{**_line(one), "held": reason} for one, reason in held] + [_line(one) for one in marked])
        return
    for one, reason in held:
        print(f"held      {one.article_id}  {one.language}  {one.title}  ({reason})")
    for one in marked:
        print(f"doubtful  {one.article_id}  {one.language}  {one.title}  ({len(one.marks)} marks)")
    if not held and not marked:
        print("nothing is held, nothing is doubtful")


@app.command()
def show(article: Article, to: To, config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Show a translation beside its original; for doubtful sentences, also what resembles them in the memory.

    Example: `syndicator review show 3f2a91 --to en`
    """
    from syndicator.wiring import opened_store

    with opened_store(settings(config)) as store:
        translation = _find(store, article, to)
        language = store.article(article).language
        similar = {
            one.source: store.similar(one.source, language, to, limit=MOST_SIMILAR)
            for one in translation.segments
            if one.marks
        }
    if as_json:
        print_json({**_line(translation), "segments": [_segment(one, similar) for one in translation.segments]})
        return
    print_segments(translation.segments, similar)


@app.command()
def approve(article: Article, to: To, config: ConfigOption = None) -> None:
    """Publish a translation as it is, held or not: its doubts are settled, and it says that a person reviewed it.

    Example: `syndicator review approve 3f2a91 --to en`
    """
    from dataclasses import replace

    from syndicator.wiring import opened_store

    with opened_store(settings(config)) as store:
        found = _find(store, article, to)
        segments = tuple(replace(one, marks=()) for one in found.segments)
        store.save_translation(replace(found, marks=(), segments=segments, is_reviewed=True))
    print(f"approved {article} {to}; the next `syndicator run`, or the daemon, publishes it")


@app.command()
def correct(
    article: Article,
    to: To,
    sentence: Annotated[int, typer.Argument(help="The number of the sentence, as `review show` counts.", min=1)],
    text: Annotated[str, typer.Argument(help="How it is to read.")],
    config: ConfigOption = None,
    *,
    by: Annotated[str, typer.Option(help="Who says so.")] = "desk",
) -> None:
    """Correct a sentence: here at once, and wherever the same sentence stands from now on.

    Other sentences stay, unless the model is another one by now. Tells how many other translations have the sentence.

    Example: `syndicator review correct 3f2a91 --to en 4 "The talks will go on in Astana."`
    """
    from syndicator import pipeline
    from syndicator.cli.memory import tell_outdated
    from syndicator.model import Correction, Waiting, normalise, primary
    from syndicator.wiring import bench, open_desk

    if not text.strip():
        raise typer.BadParameter("the text is empty")
    loaded = settings(config)
    with open_desk(loaded) as desk:
        found = _find(desk.store, article, to)
        if sentence > len(found.segments):
            raise typer.BadParameter(f"the translation has {len(found.segments)} sentences")
        original = desk.store.article(article)
        source = found.segments[sentence - 1].source
        correction = Correction(
            from_language=primary(original.language),
            to_language=primary(to),
            source_text=source,
            target_text=text,
            by=by,
        )
        began = desk.clock.now()
        desk.store.save_corrections([correction])
        again = Waiting(
            article_id=article,
            article_version=original.version,
            from_language=primary(original.language),
            to_language=to,
        )
        report = pipeline.translate([again], bench=bench(desk))
        pair = (correction.from_language, correction.to_language)
        others = desk.store.mark_corrected(*pair, since=began, text=normalise(source))
    if report.failed or report.error:
        print(f"kept the correction; the article waits: {report.error or 'see `syndicator status`'}")
        raise typer.Exit(5)
    print(f"corrected; {'still held: see `syndicator review show`' if report.held else 'the next run publishes it'}")
    tell_outdated({pair: others})


@app.command()
def unpark(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Give the sentences that broke the engine to it once more, as after an update or with more memory.

    The articles that wait for them are tried again with the next `syndicator run`, or by the daemon; those that have
    them in the original's words are made anew by `syndicator retranslate`.

    Example: `syndicator review unpark`
    """
    from syndicator.wiring import opened_store

    with opened_store(settings(config)) as store:
        count = store.unpark()
    if as_json:
        print_json({"unparked": count})
    else:
        print(f"{count} sentences are given to the engine again" if count else "no sentence is parked")


def print_segments(segments: "Sequence[Segment]", similar: "dict[str, list[Similar]] | None" = None) -> None:
    """Print sentences beside their originals, with scores, terms, marks and what resembles them."""
    from rich.markup import escape
    from rich.table import Table

    table = Table("", "original", "translation", "score", "terms", "doubts", show_lines=True)
    for number, one in enumerate(segments, 1):
        terms = [f"{use.source} → {use.target} ({use.outcome})" for use in one.terms]
        alike = [f"{match.likeness:.0%} like: {match.target_text}" for match in (similar or {}).get(one.source, ())]
        score = "person" if one.is_person else "" if one.score is None else f"{one.score:.2f}"
        cells = (one.source, one.target, score, "\n".join(terms), "\n".join([*one.marks, *alike]))
        table.add_row(str(number), *map(escape, cells))
    console().print(table)


def segment_json(one: "Segment") -> dict[str, Any]:
    """Return a sentence of a translation, ready for JSON."""
    return {
        "source": one.source,
        "target": one.target,
        "score": one.score,
        "is_person": one.is_person,
        "marks": one.marks,
        "terms": [{"source": use.source, "target": use.target, "outcome": use.outcome} for use in one.terms],
    }


def _segment(one: "Segment", similar: "dict[str, list[Similar]]") -> dict[str, Any]:
    alike = [
        {
            "source": match.source_text,
            "target": match.target_text,
            "likeness": match.likeness,
            "is_person": match.is_person,
        }
        for match in similar.get(one.source, ())
    ]
    return {**segment_json(one), "similar": alike}


def _find(store: "Store", article: str, to: str) -> "Translation":
    """Return the held translation of an article in a language, else the published one; raise `NotFound`."""
    from syndicator.model import primary

    held = [one for one, _ in store.held() if one.article_id == article and primary(one.language) == primary(to)]
    return held[0] if held else store.translation(article, to)


def _line(one: "Translation") -> dict[str, Any]:
    return {"article": one.article_id, "to": one.language, "title": one.title, "marks": one.marks, "held": None}
