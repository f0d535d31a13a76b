"""What several commands need: their common options, the settings, a console."""

import itertools
import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from syndicator.config import Settings

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration file; else $SYNDICATOR_CONFIG, config/syndicator.toml, the XDG config folder.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def config_path(named: Path | None) -> Path:
    """Return the config file to use; raise `ConfigError` if there is none."""
    from syndicator.config import find

    return find(named, os.environ)


def settings(named: Path | None) -> "Settings":
    """Load the settings and set up logging as they say."""
    from syndicator import log
    from syndicator.config import load

    loaded = load(config_path(named))
    log.configure(level=loaded.log.level, style=loaded.log.format)
    return loaded


def console(*, stderr: bool = False) -> "Console":
    """Return a console; progress goes to standard error, results to standard output."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=not sys.stdout.isatty())


def print_json(value: object) -> None:
    """Print a value as JSON: text as it is where standard output can hold it, times in ISO 8601."""
    is_unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    text = json.dumps(value, ensure_ascii=not is_unicode, indent=2, default=str)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def add_checked(path: Path, added: Sequence[Mapping[str, str | int | bool]]) -> None:
    """Append sources to a config file; leave it as it was, and raise `ConfigError`, where it would be wrong then."""
    from syndicator.config import load
    from syndicator.config_file import add_sources

    add_sources(path, added, check=lambda text: load(path, planned=text))


def free_slug(slug: str, taken: Collection[str]) -> str:
    """Return the slug, with a number behind it if it is taken, by another source or by the program itself."""
    from syndicator.config_values import RESERVED_SLUGS

    numbered = (f"{slug[:60]}-{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain([slug], numbered) if one not in taken and one not in RESERVED_SLUGS)
