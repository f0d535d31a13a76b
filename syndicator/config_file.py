"""Read and edit the config file as text, so that its comments and order survive. Knows TOML, not what a key means."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from syndicator.errors import ConfigError, ConfigProblem

HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")


def locate(text: str, loc: Sequence[int | str]) -> int | None:
    """Return the line (from 1) that sets the key at `loc` (`("sources", 1, "feed")`), else the line of its table."""
    wanted = tuple(str(part) for part in loc)
    best: tuple[int, int] | None = None
    table: tuple[str, ...] = ()
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            name = header[2].replace(" ", "")
            table = tuple(name.split("."))
            if header[1] == "[[":
                seen[name] = seen.get(name, -1) + 1
                table = (*table, str(seen[name]))
            here = table
        elif key := KEY.match(line):
            here = (*table, *(part.strip("\"'") for part in key[1].split(".")))
        else:
            continue
        depth = len(here)
        if here == wanted[:depth] and (best is None or depth > best[0]):
            best = (depth, number)
        elif best is None and here[: len(wanted)] == wanted:  # the first of several tables
            best = (0, number)
    return best[1] if best else None


def add_sources(
    path: Path, added: Sequence[Mapping[str, str | int | bool]], *, check: Callable[[str], object] = str
) -> None:
    """Append a `[[sources]]` table with these keys for each; the rest of the file stays. Raises `ConfigError`.

    `check` is given the text before it is written; where it raises, the file stays as it was.
    """
    document = _parse(path)
    sources = document.get("sources")
    if sources is None:
        sources = tomlkit.aot()
        document.append("sources", sources)
    if not isinstance(sources, AoT):
        raise _problem(path, "sources", "is written inline: turn it into [[sources]] tables first")
    for values in added:
        table = tomlkit.table()
        for key, value in values.items():
            table.add(key, value)
        sources.append(table)
    text = tomlkit.dumps(document)
    check(text)
    _replace(path, text)


def remove_source(path: Path, slug: str) -> None:
    """Take the `[[sources]]` table of that slug out; raise `ConfigError` if there is none."""
    document = _parse(path)
    sources = document.get("sources")
    if isinstance(sources, AoT):
        for index, table in enumerate(sources):
            if table.get("slug") == slug:
                del sources[index]
                _replace(path, tomlkit.dumps(document))
                return
    raise _problem(path, "sources", f"has no source {slug!r}")


def _parse(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise _problem(path, "", f"can't be read: {error}") from error


def _replace(path: Path, text: str) -> None:
    """Write the file beside and rename it into place, keeping its permissions, and a link that leads to it."""
    try:
        place = path.resolve(strict=True)
        beside = place.with_name(place.name + ".new")
        beside.write_text(text, encoding="utf-8")
        beside.chmod(place.stat().st_mode)
        beside.replace(place)
    except OSError as error:
        raise _problem(path, "", f"can't be written: {error.strerror}") from error


def _problem(path: Path, key: str, message: str) -> ConfigError:
    return ConfigError([ConfigProblem(file=str(path), line=None, key=key, message=message)])
