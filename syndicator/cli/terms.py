"""`syndicator terms`: the desk's own term base over the carried one."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, print_json, settings

if TYPE_CHECKING:
    from syndicator.translation.terms import Conflict, Term, TermBase

app = typer.Typer(name="terms", no_args_is_help=True, help="Agreed renderings of names and expressions.")
FromOption = Annotated[str | None, typer.Option("--from", help="The language of the original.")]
ToOption = Annotated[str | None, typer.Option("--to", help="The language of the translation.")]
PROBLEMS = 3
"""As for any other fault in what the operator configured."""


@app.command("list")
def list_(
    config: ConfigOption = None,
    *,
    from_: FromOption = None,
    to: ToOption = None,
    search: Annotated[str, typer.Option(help="Only terms with this in a wording or the note.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the terms in force: the desk's own first, then those that the program carries.

    Example: `syndicator terms list --search SCO`
    """
    base = _base(config)
    wanted = [language for language in (from_, to) if language]
    found = [one for one in base.terms if _has(one, wanted, search)]
    if as_json:
        print_json([_json(one, is_own=one in base.own) for one in found])
        return
    for one in found:
        tags = wanted if from_ and to else sorted(one.wordings, key=lambda tag: (tag != "ru", tag != "en", tag))
        wordings = "  ·  ".join(" | ".join(one.wordings_in(tag)) or "-" for tag in tags)
        print(f"{one.kind:6} {wordings}" + (f"  ({one.note})" if one.note else ""))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .csv or .tbx file.", exists=True, dir_okay=False)],
    config: ConfigOption = None,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Where the file contradicts the desk's own terms, the file wins.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take over terms from a CSV or TBX file into the desk's own term base.

    Where the two contradict each other, that is told, and the desk's own stays, unless --replace is given.

    Example: `syndicator terms import glossary.tbx`
    """
    from syndicator.translation.terms import merge, read_terms, write_terms

    own = settings(config).translation.terms
    read = read_terms(file)
    ours = read_terms(own) if own.exists() else []
    merged = merge(ours, read, is_theirs_first=replace)
    if merged.added or merged.changed:
        write_terms(own, merged.terms)
    if as_json:
        print_json(
            {
                "read": len(read),
                "added": merged.added,
                "changed": merged.changed,
                "conflicts": [
                    {"ours": _json(one.ours, is_own=True), "theirs": _json(one.theirs, is_own=False)}
                    for one in merged.conflicts
                ],
            }
        )
        return
    for conflict in merged.conflicts:
        print(_told(conflict, "replaced" if replace else "kept"))
    print(
        f"{len(read)} terms read: {merged.added} new, {merged.changed} changed, {len(merged.conflicts)} in conflict; "
        f"{own} has {len(merged.terms)}"
    )
    if merged.added or merged.changed:
        print("translations made before keep their wording until `syndicator retranslate`")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write: .csv, or .tbx (TBX-Basic, ISO 30042:2019).")],
    config: ConfigOption = None,
    *,
    own: Annotated[bool, typer.Option("--own", help="Only the desk's own.")] = False,
) -> None:
    """Write the terms in force to a CSV or TBX file.

    Example: `syndicator terms export glossary.tbx`
    """
    from syndicator.translation.terms import write_terms

    if file.suffix.lower() not in {".csv", ".tbx"}:
        raise typer.BadParameter(f"{file.name} is neither .csv nor .tbx", param_hint="FILE")
    base = _base(config)
    terms = base.own if own else base.terms
    write_terms(file, terms)
    print(f"wrote {len(terms)} terms to {file}")


@app.command()
def check(
    text: Annotated[
        str | None,
        typer.Argument(help="A text, the name of a text file, or -: shows the terms in it. Else the base is checked."),
    ] = None,
    config: ConfigOption = None,
    *,
    from_: FromOption = None,
    to: ToOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is wrong in the desk's own terms, or which terms stand in a text and how they are to be rendered.

    Exit code 3 if something in the term base can't work as it is meant; hints alone are no failure.

    Examples: `syndicator terms check`, `syndicator terms check "Заседание ШОС" --to en`
    """
    base = _base(config)
    if text is not None:
        found = list(_found(base, _read(text), from_, to))
        if as_json:
            print_json(found)
            return
        for one in found:
            print(f"{one['line']}: {one['source']} → {one['target']}")
        if not found:
            print("no term stands in it")
        return
    from syndicator.translation.terms import problems

    told = problems(base)
    if as_json:
        print_json([{"place": one.place, "problem": one.text, "is_error": one.is_error} for one in told])
    else:
        for problem in told:
            print(f"{problem}" if problem.is_error else f"{problem} (hint)")
        wrong = sum(one.is_error for one in told)
        print(
            f"{len(base.own)} terms of your own, {len(base.carried)} carried: "
            f"{wrong} problems, {len(told) - wrong} hints"
        )
    if any(one.is_error for one in told):
        raise typer.Exit(PROBLEMS)


def _base(config: Path | None) -> "TermBase":
    from syndicator.translation.terms import load_terms

    return load_terms(settings(config).translation.terms)


def _has(term: "Term", languages: list[str], search: str) -> bool:
    words = [text for texts in term.wordings.values() for text in texts] + [term.note]
    is_there = all(term.wordings_in(language) for language in languages)
    return is_there and any(search.casefold() in word.casefold() for word in words)


def _read(text: str) -> str:
    from syndicator.decode import decode_text

    if text == "-":
        return decode_text(sys.stdin.buffer.read())
    try:
        is_file = Path(text).is_file()
    except (OSError, ValueError):  # a text too long, or with a NUL, for a file name
        is_file = False
    return decode_text(Path(text).read_bytes()) if is_file else text


def _found(base: "TermBase", text: str, from_: str | None, to: str | None) -> Iterator[dict[str, Any]]:
    """Yield the terms of a text, sentence by sentence."""
    from syndicator.articles.detect import detect
    from syndicator.model import UNDETERMINED, primary
    from syndicator.translation.segment import split_sentences

    language = primary(from_ or detect("", text, declared=None).language)
    if language == UNDETERMINED:
        raise typer.BadParameter("the language of the text can't be told: name it", param_hint="--from")
    finder = base.finder(language, to or ("ru" if language == "en" else "en"))
    for number, line in enumerate(text.splitlines(), 1):
        for sentence in split_sentences(line, language):
            for one in finder.find(sentence):
                yield {"source": one.text, "target": one.agreed, "kind": one.entry.term.kind, "line": number}


def _told(conflict: "Conflict", outcome: str) -> str:
    ours, theirs = (" / ".join(texts[0] for texts in one.wordings.values()) for one in (conflict.ours, conflict.theirs))
    return f"conflict: {conflict.ours.place} {ours} ({outcome}) — {conflict.theirs.place} {theirs}"


def _json(one: "Term", *, is_own: bool) -> dict[str, Any]:
    return {"wordings": one.wordings, "kind": one.kind, "note": one.note, "place": one.place, "is_own": is_own}
