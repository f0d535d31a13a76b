"""Say what is wrong with a configuration: where, in words, and what to write instead. Knows pydantic's findings."""

import difflib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from pydantic_core import ErrorDetails

from syndicator.config_file import locate
from syndicator.config_values import authorization_variable
from syndicator.errors import ConfigProblem
from syndicator.model import primary

PREFIX = "SYNDICATOR_"
CONFIG_VARIABLE = "SYNDICATOR_CONFIG"
LISTS = ("sources", "topics", "webhooks")
"""Tables of which there may be several."""
CREDENTIALS = re.compile(r"SYNDICATOR_SOURCE_[A-Z0-9_]+_AUTHORIZATION")


def explain_syntax(message: str, path: Path, text: str) -> ConfigProblem:
    """Tell where the file stops being TOML, from the words of `tomllib`."""
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    what = message[: found.start()] if found else message.removesuffix(" (at end of document)")
    line = int(found[1]) if found else text.rstrip().count("\n") + 1 if what != message else None
    hint = f"look at column {found[2]}" if found else None
    return ConfigProblem(file=str(path), line=line, key="", message=f"is not TOML: {what}", suggestion=hint)


def explain_all(
    errors: Sequence[ErrorDetails], path: Path, text: str, known: Mapping[str, str]
) -> Iterator[ConfigProblem]:
    """Turn findings on the file `path` with content `text` into problems; `known` describes every key.

    What merely follows from another finding is left out, as is what `unknown_variables` tells.
    """
    for error in errors:
        loc = error["loc"]
        is_echo = error["type"] == "too_short" and any(other["loc"][:-1] == loc for other in errors)
        variable = _variable(loc)
        if not is_echo and not (variable and error["type"] == "extra_forbidden"):
            yield _explain(error, path, text, known, variable=variable)


def _variable(loc: Sequence[int | str]) -> str | None:
    """Return the environment variable that sets the key at `loc`, or a table or list around it; None if none does."""
    names = {name.upper(): name for name in os.environ}
    for depth in range(len(loc), 0, -1):
        name = PREFIX + "__".join(str(part).upper() for part in loc[:depth])
        if name in names and (depth == len(loc) or _holds(os.environ[names[name]], loc[depth:])):
            return names[name]
    return None


def _holds(value: str, rest: Sequence[int | str]) -> bool:
    """Tell whether a table or list written as JSON sets what is at `rest` in it; a list sets all of it."""
    with suppress(ValueError):
        held = json.loads(value)
        return isinstance(held, list) or (isinstance(held, dict) and rest[0] in held)
    return False


def _explain(
    error: ErrorDetails, path: Path, text: str, known: Mapping[str, str], *, variable: str | None
) -> ConfigProblem:
    loc = error["loc"]
    words, hint = _words(error), _suggestion(error, loc, known)
    if variable:
        return ConfigProblem(file=None, line=None, key=variable, message=words, suggestion=hint)
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
    return ConfigProblem(file=str(path), line=locate(text, loc), key=key, message=words, suggestion=hint)


def unknown_variables(environment: Mapping[str, str], known: Mapping[str, str]) -> Iterator[ConfigProblem]:
    """Yield a problem for each SYNDICATOR_ variable that sets nothing: most likely a typing error."""
    names = {CONFIG_VARIABLE, *(PREFIX + name.upper() for name in LISTS)}
    for name in known:
        if "[]" not in name:
            table, _, key = name.rpartition(".")
            names |= {PREFIX + name.upper().replace(".", "__"), PREFIX + (table or key).upper()}
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in names and not CREDENTIALS.fullmatch(variable):
            near = difflib.get_close_matches(variable, names, n=1)
            hint = f"did you mean {near[0]}?" if near else None
            yield ConfigProblem(file=None, line=None, key=variable, message="sets nothing", suggestion=hint)


def stray_credentials(environment: Mapping[str, str], slugs: Sequence[str]) -> Iterator[ConfigProblem]:
    """Yield a problem for each variable that holds credentials of a source that there is not."""
    names = {authorization_variable(slug) for slug in slugs}
    for variable in sorted(environment):
        if CREDENTIALS.fullmatch(variable) and variable not in names:
            near = difflib.get_close_matches(variable, names, n=1)
            hint = f"did you mean {near[0]}?" if near else None
            yield ConfigProblem(file=None, line=None, key=variable, message="belongs to no source", suggestion=hint)


def unknown_sources(
    wanted: Sequence[Sequence[str]], slugs: Sequence[str], path: Path, text: str
) -> Iterator[ConfigProblem]:
    """Yield a problem for each source that a topic names and that there is not; `wanted` has a list for each topic."""
    for n, names in enumerate(wanted):
        for name in names:
            if name not in slugs:
                near = difflib.get_close_matches(name, slugs, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"sources here: {', '.join(slugs) or 'none'}"
                line = locate(text, ("topics", n, "sources"))
                message = f"there is no source {name!r}"
                yield ConfigProblem(
                    file=str(path), line=line, key=f"topics[{n}].sources", message=message, suggestion=hint
                )


def unreachable_topics(hubs: Sequence[str], base_url: str | None, path: Path, text: str) -> Iterator[ConfigProblem]:
    """Yield a problem where there are hubs but no public address that they could fetch feeds at."""
    if hubs and base_url is None:
        hint = 'write [feeds] base_url = "https://…/", where readers reach the folder of feeds, or leave hubs out'
        line = locate(text, ("websub", "hubs"))
        message = "hubs fetch what they are told of, and the feeds have no public address"
        yield ConfigProblem(file=str(path), line=line, key="websub.hubs", message=message, suggestion=hint)


def unreachable_webhooks(urls: Sequence[str], base_url: str | None, path: Path, text: str) -> Iterator[ConfigProblem]:
    """Yield a problem where programs are told of feeds that have no public address."""
    if urls and base_url is None:
        hint = 'write [feeds] base_url = "https://…/", where readers reach the folder of feeds'
        line = locate(text, ("webhooks", 0, "url"))
        message = "programs are told addresses of feeds, and the feeds have no public address"
        yield ConfigProblem(file=str(path), line=line, key="webhooks", message=message, suggestion=hint)


def unknown_languages(
    wanted: Sequence[Sequence[str]], languages: Sequence[str], path: Path, text: str
) -> Iterator[ConfigProblem]:
    """Yield a problem for each language that a webhook names and that has no edition."""
    for n, names in enumerate(wanted):
        for name in names:
            if primary(name) not in languages:
                key, line = f"webhooks[{n}].languages", locate(text, ("webhooks", n, "languages"))
                hint = f"editions here: {', '.join(languages)}"
                yield ConfigProblem(
                    file=str(path), line=line, key=key, message=f"there is no edition in {name!r}", suggestion=hint
                )


def _words(error: ErrorDetails) -> str:
    given = f"{error['input']}" if isinstance(error["input"], timedelta) else f"{error['input']!r}"
    # pydantic writes a limit on a time as Python does: datetime.timedelta(days=366)
    message = re.sub(
        r"datetime\.timedelta\((?:(\w+)=)?(\d+)\)", lambda found: f"{found[2]} {found[1] or 'seconds'}", error["msg"]
    )
    words = f"{message[:1].lower()}{message[1:]}, not {given}"
    match error["type"]:
        case "extra_forbidden":
            words = "there is no such key"
        case "missing":
            words = "is missing"
        case "value_error":
            words = error["msg"].removeprefix("Value error, ")
        case "tuple_type":
            words = f"is not a list but {given}"
        case "model_type":
            words = f"is not a table but {given}"
        case "string_pattern_mismatch":
            words = f"can't be {given}"
    return words


def _suggestion(error: ErrorDetails, loc: Sequence[int | str], known: Mapping[str, str]) -> str | None:
    """Return what to write instead, where that can be told."""
    table = ".".join(str(part) for part in loc[:-1] if not isinstance(part, int))
    last = str(loc[-1]) if loc else ""
    here = {_key(name): words for name, words in known.items() if _table(name) == table}
    hint = f"{last}: {here[last]}" if here.get(last) else None
    match error["type"]:
        case "extra_forbidden":
            options = list(here) if table else sorted({*here, *(_table(name) for name in known if _table(name))})
            near = difflib.get_close_matches(last, options, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(options)}"
        case "tuple_type":
            hint = (
                f"write [[{last}]] before each" if last in LISTS and len(loc) == 1 else f'write a list: {last} = ["…"]'
            )
        case "model_type":
            hint = f"write [{last}] on a line of its own, and its keys below"
        case "string_pattern_mismatch" if last == "slug":
            hint = "lower-case letters a to z, digits and hyphens, at most 64"
        case "string_pattern_mismatch" if last == "language" or "languages" in loc:
            hint = "write a language tag such as ru or pt-BR"
        case "time_delta_parsing":
            hint = 'write a time like "90s", "30m", "2h" or "1d"'
    return hint


def _table(name: str) -> str:
    return name.rpartition(".")[0].removesuffix("[]")


def _key(name: str) -> str:
    return name.rpartition(".")[2]
