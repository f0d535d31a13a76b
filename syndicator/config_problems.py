"""Say what is wrong with a configuration: where, in words, and what to write instead. Knows pydantic's findings."""

import difflib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic_core import ErrorDetails

from syndicator.config_file import locate
from syndicator.errors import ConfigProblem

PREFIX = "SYNDICATOR_"
CONFIG_VARIABLE = "SYNDICATOR_CONFIG"


def explain_syntax(message: str, path: Path) -> ConfigProblem:
    """Tell where the file stops being TOML, from the words of `tomllib`."""
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    what = message[: found.start()] if found else message
    line = int(found[1]) if found else None
    hint = f"look at column {found[2]}" if found else None
    return ConfigProblem(file=str(path), line=line, key="", message=f"is not TOML: {what}", suggestion=hint)


def explain(error: ErrorDetails, path: Path, text: str, known: Mapping[str, str]) -> ConfigProblem:
    """Turn one finding on the file `path` with content `text` into a problem; `known` describes every key."""
    loc = error["loc"]
    variable = PREFIX + "__".join(str(part).upper() for part in loc)
    words, hint = _words(error), _suggestion(error, loc, known)
    if variable in os.environ:
        return ConfigProblem(file=None, line=None, key=variable, message=words, suggestion=hint)
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
    return ConfigProblem(file=str(path), line=locate(text, loc), key=key, message=words, suggestion=hint)


def unknown_variables(environment: Mapping[str, str], known: Mapping[str, str]) -> Iterator[ConfigProblem]:
    """Yield a problem for each SYNDICATOR_ variable that sets nothing: most likely a typing error."""
    names = {CONFIG_VARIABLE, PREFIX + "SOURCES"}
    for name in known:
        if "[]" not in name:
            table, _, key = name.rpartition(".")
            names |= {PREFIX + name.upper().replace(".", "__"), PREFIX + (table or key).upper()}
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in names:
            near = difflib.get_close_matches(variable, names, n=1)
            hint = f"did you mean {near[0]}?" if near else None
            yield ConfigProblem(file=None, line=None, key=variable, message="sets nothing", suggestion=hint)


def _words(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "there is no such key"
        case "missing":
            return "is missing"
        case "value_error":
            return error["msg"].removeprefix("Value error, ")
        case _:
            return f"{error['msg'][:1].lower()}{error['msg'][1:]}, not {error['input']!r}"


def _suggestion(error: ErrorDetails, loc: Sequence[int | str], known: Mapping[str, str]) -> str | None:
    """Return what to write instead, where that can be told."""
    table = ".".join(str(part) for part in loc[:-1] if not isinstance(part, int))
    last = str(loc[-1]) if loc else ""
    here = {_key(name): words for name, words in known.items() if _table(name) == table}
    if error["type"] == "extra_forbidden":
        options = list(here) if table else sorted({*here, *(_table(name) for name in known if _table(name))})
        near = difflib.get_close_matches(last, options, n=1, cutoff=0.5)
        return f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(options)}"
    if error["type"] == "time_delta_parsing":
        return 'write a time like "90s", "30m", "2h" or "1d"'
    return f"{last}: {here[last]}" if here.get(last) else None


def _table(name: str) -> str:
    return name.rpartition(".")[0].removesuffix("[]")


def _key(name: str) -> str:
    return name.rpartition(".")[2]
