"""Term bases as CSV: a column for each language, `kind` and `note`; `|` between several wordings of one term.

ru,en,kind,note
Шанхайская организация сотрудничества,the Shanghai Cooperation Organization,body,
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syndicator.errors import ConfigError, ConfigProblem
from syndicator.translation.terms.term import SINGLE, Kind, Term, clean, clean_language, is_language, is_too_long

OTHER_COLUMNS = ("kind", "note")
_SEPARATORS = ",;\t"
_FIRST = ("ru", "en")
"""These languages stand before others."""
_FORMULA = re.compile(r"'*[=+\-@]")
"""A cell that begins so is a formula, which spreadsheets run. We write it as text, with an apostrophe before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table is laid out, so that it looks the same after it was written anew."""

    separator: str = ","
    columns: tuple[str, ...] = ()
    """Language tags, `kind` and `note`."""


def layout(text: str) -> Layout:
    """Return the layout of a table, whatever its content."""
    _, separator, columns = _header(text)
    known = tuple(dict.fromkeys(one for one in columns if one in OTHER_COLUMNS or is_language(one)))
    return Layout(separator=separator, columns=known)


def read(text: str, *, name: str) -> list[Term]:
    """Read a table; comma, semicolon and tab may separate. Raises `ConfigError` with every line that is wrong."""
    skipped, separator, columns = _header(text)
    problems = [ConfigProblem(file=name, line=skipped + 1, key="", **told) for told in _wrong_columns(columns)]
    if problems:
        raise ConfigError(problems)
    terms = []
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 0
    try:
        for row in rows:
            line, first = rows.line_num, line + 1  # a cell may go over several lines
            if first <= skipped + 1 or not any(cell.strip() for cell in row):
                continue
            made = _term(columns, row, f"{name}:{first}")
            if isinstance(made, Term):
                terms.append(made)
            else:
                problems.append(ConfigProblem(file=name, line=first, key="", message=made))
    except csv.Error as error:
        problems.append(ConfigProblem(file=name, line=line + 1, key="", message=f"is no CSV: {error}"))
    if problems:
        raise ConfigError(problems)
    return terms


def write(terms: Sequence[Term], like: Layout | None = None) -> str:
    """Write a table laid out like another one; else with Russian and English first."""
    like = like or Layout()
    found = {language for term in terms for language in term.wordings}
    given = like.columns or tuple(one for one in _FIRST if one in found or not found)
    others = (column for column in OTHER_COLUMNS if column not in given)
    columns = (*given, *sorted(found.difference(given)), *others)
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=like.separator, lineterminator="\n")
    table.writerow(columns)
    for term in terms:
        cells = {language: " | ".join(texts) for language, texts in term.wordings.items()}
        cells |= {"kind": str(term.kind), "note": term.note}
        table.writerow([_as_text(cells.get(column, "")) for column in columns])
    return out.getvalue()


def _header(text: str) -> tuple[int, str, list[str]]:
    """Return how many lines stand before the header, the separator, and the columns."""
    first, _, rest = text.partition("\n")
    skipped = int(first.lower().startswith("sep="))  # so Excel marks the separator
    header = (rest.partition("\n")[0] if skipped else first).rstrip("\r")
    separator = max(_SEPARATORS, key=header.count)
    columns = [clean(cell) for cell in next(csv.reader([header], delimiter=separator), [])]
    while columns and not columns[-1]:
        columns.pop()
    return (
        skipped,
        separator,
        [column.lower() if column.lower() in OTHER_COLUMNS else clean_language(column) for column in columns],
    )


def _wrong_columns(columns: Sequence[str]) -> list[dict[str, str]]:
    hint = "begin it with: ru,en,kind,note"
    languages = [column for column in columns if column not in OTHER_COLUMNS]
    if not languages:
        return [{"message": "names no language in its first line", "suggestion": hint}]
    wrong = [one for one in languages if not is_language(one)]
    twice = sorted({one for one in columns if columns.count(one) > 1 and one not in wrong})
    return [{"message": f"{one!r} in the first line is no language tag", "suggestion": hint} for one in wrong] + [
        {"message": f"the first line has two columns {one!r}"} for one in twice
    ]


def _term(columns: Sequence[str], row: Sequence[str], place: str) -> Term | str:
    """Return a term, or what is wrong with its line."""
    if any(cell.strip() for cell in row[len(columns) :]):
        return "the line has more cells than the first one; a cell with the separator in it stands in quotation marks"
    cells = {column: clean(_as_written(cell)) for column, cell in zip(columns, row, strict=False)}
    kind = cells.get("kind", "").lower() or Kind.TERM
    if kind not in set(Kind):
        return f"the kind {kind!r} is unknown: write one of {', '.join(Kind)}"
    wordings = _wordings(cells)
    if not wordings:
        return "the term has no wording"
    if is_too_long(wordings):
        return "the wordings are too long for a term"
    if len(wordings) < 2 and kind not in SINGLE:  # noqa: PLR2004 - a term and its rendering
        return (
            "the term has one language only: write its rendering, or the kind keep for a word that is never translated"
        )
    return Term(wordings=wordings, kind=Kind(kind), note=cells.get("note", ""), place=place)


def _wordings(cells: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for language, cell in cells.items():
        texts = tuple(dict.fromkeys(filter(None, map(str.strip, cell.split("|")))))
        if texts and language not in OTHER_COLUMNS:
            found[language] = texts
    return found


def _as_text(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _as_written(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
