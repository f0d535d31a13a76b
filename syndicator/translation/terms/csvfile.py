"""Term bases as CSV: a column for each language, `kind` and `note`; `|` between several wordings of one term.

ru,en,kind,note
Шанхайская организация сотрудничества,the Shanghai Cooperation Organization,body,
"""

import csv
import io
from collections.abc import Sequence

from syndicator.errors import ConfigError, ConfigProblem
from syndicator.translation.terms.term import Kind, Term

OTHER_COLUMNS = ("kind", "note")
_SEPARATORS = "\t;,"


def read(text: str, *, name: str) -> list[Term]:
    """Read a table; comma, semicolon and tab may separate. Raises `ConfigError` with every line that is wrong."""
    lines = text.splitlines(keepends=True)
    header = lines[0] if lines else ""
    separator = max(_SEPARATORS, key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        columns = [column.strip() for column in next(rows, [])]
        languages = [column for column in columns if column.lower() not in OTHER_COLUMNS]
        problems = _wrong_header(languages, name)
        terms = []
        for row in rows if not problems else ():
            if not any(cell.strip() for cell in row) or row[0].startswith("#"):
                continue
            made = _term(dict(zip(columns, row, strict=False)), languages, f"{name}:{rows.line_num}")
            if isinstance(made, Term):
                terms.append(made)
            else:
                problems.append(ConfigProblem(file=name, line=rows.line_num, key="", message=made))
    except csv.Error as error:
        problems = [ConfigProblem(file=name, line=rows.line_num, key="", message=f"is no CSV: {error}")]
    if problems:
        raise ConfigError(problems)
    return terms


def write(terms: Sequence[Term]) -> str:
    """Write a table, languages sorted but Russian and English first."""
    found = {language for term in terms for language in term.wordings}
    languages = [one for one in ("ru", "en") if one in found] + sorted(found - {"ru", "en"})
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow([*(languages or ["ru", "en"]), *OTHER_COLUMNS])
    for term in terms:
        table.writerow([*(" | ".join(term.wordings.get(one, ())) for one in languages), term.kind, term.note])
    return out.getvalue()


def _wrong_header(languages: Sequence[str], name: str) -> list[ConfigProblem]:
    from syndicator.config_values import LANGUAGE  # noqa: PLC0415 - pydantic, which the engine's process has no use for

    wrong = [one for one in languages if not LANGUAGE.fullmatch(one)]
    if languages and not wrong:
        return []
    message = f"{wrong[0]!r} in the first line is no language tag" if wrong else "names no language in its first line"
    return [ConfigProblem(file=name, line=1, key="", message=message, suggestion="begin it with: ru,en,kind,note")]


def _term(cells: dict[str, str], languages: Sequence[str], place: str) -> Term | str:
    """Return a term, or what is wrong with its line."""
    given = {key.lower(): value.strip() for key, value in cells.items()}
    kind = given.get("kind") or Kind.TERM
    if kind not in set(Kind):
        return f"the kind {kind!r} is unknown: write one of {', '.join(Kind)}"
    wordings = {}
    for language in languages:
        texts = tuple(text for text in (part.strip() for part in given.get(language.lower(), "").split("|")) if text)
        if texts:
            wordings[language] = texts
    if not wordings:
        return "the term has no wording"
    if len(wordings) < 2 and kind not in (Kind.KEEP, Kind.IGNORE):  # noqa: PLR2004
        return (
            "the term has one language only: write its rendering, or the kind keep for a word that is never translated"
        )
    return Term(wordings=wordings, kind=Kind(kind), note=given.get("note", ""), place=place)
