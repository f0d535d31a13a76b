"""Read the tables of names: the one that the package carries, and a desk's own, which outranks it."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path

from syndicator.errors import ConfigError, ConfigProblem

COLUMNS = ("ru", "en", "part", "gender", "origin")
_FEMALE = re.compile(r"(?:[оеё]в|[иы]н|ск)ая?$")
PARTS = ("person", "whole", "last", "first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A name and its spelling in both languages; of several wordings the first is written, all are recognised."""

    ru: tuple[str, ...]
    en: tuple[str, ...]
    """Empty for a first name of Russian origin that is written by the standard."""
    part: str
    """One of `PARTS`: a person whose last name may stand alone, one whose name only goes together, or a single name."""
    is_female: bool
    is_russian: bool
    """It is written in Cyrillic at home: under another standard than BGN/PCGN, the standard decides."""
    is_own: bool = False


@cache
def carried() -> tuple[Entry, ...]:
    """Return the package's own table."""
    text = files("syndicator.translation.names").joinpath("names.csv").read_text(encoding="utf-8")
    return tuple(_entries(text, "names.csv", is_own=False))


def read_own(path: Path) -> tuple[Entry, ...]:
    """Return a desk's table; empty if there is no such file. Raises `ConfigError` with all that is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([_problem(path, None, f"can't be read: {error}")]) from error
    try:
        return tuple(_entries(text, str(path), is_own=True))
    except csv.Error as error:
        raise ConfigError([_problem(path, None, f"is no CSV: {error}")]) from error


def _entries(text: str, place: str, *, is_own: bool) -> Iterator[Entry]:
    reader = csv.DictReader(StringIO(text, newline=""))
    header = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = header
    if not {"ru", "en"} <= set(header):
        raise ConfigError([_problem(place, 1, f"the first line must name the columns: {','.join(COLUMNS)}")])
    problems = []
    for row in reader:
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        if reason := _fault(cells):
            problems.append(_problem(place, reader.line_num, reason))
        elif not problems:
            yield _entry(cells, is_own=is_own)
    if problems:
        raise ConfigError(problems)


def _fault(cells: dict[str, str]) -> str | None:
    if not cells["ru"] or not (cells["en"] or cells["part"] == "first"):
        return "a name needs both `ru` and `en`"
    if cells["part"] not in {"", *PARTS}:
        return f"`part` is one of {', '.join(PARTS)}, not {cells['part']!r}"
    if cells["gender"] not in {"", "m", "f"}:
        return f"`gender` is m or f, not {cells['gender']!r}"
    if cells["origin"] not in {"", "ru"}:
        return f"`origin` is ru or empty, not {cells['origin']!r}"
    return None


def _entry(cells: dict[str, str], *, is_own: bool) -> Entry:
    ru, en = _wordings(cells["ru"]), _wordings(cells["en"])
    return Entry(
        ru=ru,
        en=en,
        part=cells["part"] or _part(ru, en),
        is_female=cells["gender"] == "f" or (not cells["gender"] and bool(_FEMALE.search(ru[0]))),
        is_russian=cells["origin"] == "ru",
        is_own=is_own,
    )


def _part(ru: Sequence[str], en: Sequence[str]) -> str:
    counts = {len(name.split()) for name in (*ru, *en)}
    return "last" if counts == {1} else "person" if counts == {2} else "whole"


def _wordings(cell: str) -> tuple[str, ...]:
    return tuple(" ".join(wording.split()) for wording in cell.split("|") if wording.strip())


def _problem(place: Path | str, line: int | None, message: str) -> ConfigProblem:
    return ConfigProblem(file=str(place), line=line, key="names", message=message)
