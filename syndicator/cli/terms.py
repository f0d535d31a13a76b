"""`syndicator terms`: the desk's own term base over the carried one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, print_json, settings

if TYPE_CHECKING:
    from syndicator.translation.terms import Term, TermBase

app = typer.Typer(name="terms", no_args_is_help=True, help="Agreed renderings of names and expressions.")
File = Annotated[Path, typer.Argument(help="A .csv or .tbx file.")]


@app.command("list")
def list_(
    config: ConfigOption = None,
    *,
    search: Annotated[str, typer.Option(help="Only terms with this in a wording.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the terms in force: the desk's own first, then those that the program carries.

    Example: `syndicator terms list --search SCO`
    """
    found = [one for one in _base(config).terms if search.casefold() in str(one.wordings.values()).casefold()]
    if as_json:
        print_json([_json(one) for one in found])
        return
    for one in found:
        wordings = "; ".join(f"{language}: {' | '.join(texts)}" for language, texts in one.wordings.items())
        print(f"{one.kind:6} {wordings}")


@app.command("import")
def import_(file: File, config: ConfigOption = None) -> None:
    """Take over terms from a CSV or TBX file into the desk's own term base. Where both name a term, the file wins.

    Example: `syndicator terms import glossary.tbx`
    """
    from syndicator.translation.terms import read_terms, write_terms

    loaded = settings(config)
    own = loaded.translation.terms
    read = read_terms(file)
    there = read_terms(own) if own.exists() else []
    ours = {_key(one): one for one in there}
    new = sum(_key(one) not in ours for one in read)
    changed = sum(_key(one) in ours and ours[_key(one)] != one for one in read)
    ours |= {_key(one): one for one in read}
    write_terms(own, list(ours.values()))
    print(f"{len(read)} terms read: {new} new, {changed} changed; wrote {own}")
    print("translations made before keep their wording until `syndicator retranslate`")


@app.command()
def export(
    file: File,
    config: ConfigOption = None,
    *,
    own: Annotated[bool, typer.Option("--own", help="Only the desk's own.")] = False,
) -> None:
    """Write the terms in force to a CSV or TBX file.

    Example: `syndicator terms export glossary.tbx`
    """
    from syndicator.translation.terms import write_terms

    base = _base(config)
    terms = base.own if own else base.terms
    write_terms(file, terms)
    print(f"wrote {len(terms)} terms to {file}")


@app.command()
def check(
    text: Annotated[
        str | None, typer.Argument(help="Shows the terms in it; without it, the term base is checked.")
    ] = None,
    config: ConfigOption = None,
    *,
    from_: Annotated[str, typer.Option("--from", help="The language of the text.")] = "ru",
    to: Annotated[str, typer.Option("--to", help="The language of the translation.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Tell what contradicts itself in the term base, or which terms stand in a text and how they are to be rendered.

    Example: `syndicator terms check "Заседание ШОС" --from ru --to en`
    """
    base = _base(config)
    if text is not None:
        found = base.finder(from_, to).find(text)
        if as_json:
            print_json([{"source": one.text, "target": one.agreed, "at": one.start} for one in found])
            return
        for one in found:
            print(f"{one.text} → {one.agreed}")
        if not found:
            print("no term stands in it")
        return
    problems = list(_contradictions(base))
    if as_json:
        print_json(problems)
    else:
        for problem in problems:
            print(problem)
        print(f"{len(base.own)} terms of your own, {len(base.carried)} carried, {len(problems)} problems")
    if problems:
        raise typer.Exit(3)


def _base(config: Path | None) -> "TermBase":
    from syndicator.translation.terms import load_terms

    return load_terms(settings(config).translation.terms)


def _contradictions(base: "TermBase") -> "list[str]":
    """Return where one wording of the desk's own is to be rendered in two ways."""
    problems = []
    seen: dict[tuple[str, str], Term] = {}
    for one in base.own:
        for language, texts in one.wordings.items():
            for text in texts:
                before = seen.setdefault((language, text.casefold()), one)
                if before is not one and before.wordings != one.wordings:
                    problems.append(f"{one.place}: {text!r} stands in {before.place}, too, with another rendering")
    return problems


def _key(one: "Term") -> tuple[str, str]:
    """Return what makes a term the same as another: its first wording in its first language."""
    language = next(iter(sorted(one.wordings)))
    return language, one.wordings[language][0].casefold()


def _json(one: "Term") -> dict[str, Any]:
    return {"wordings": one.wordings, "kind": one.kind, "note": one.note, "place": one.place}
