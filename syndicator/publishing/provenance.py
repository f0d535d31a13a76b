"""Say how a text came about, as data: what machines read where people read the attribution. Knows no format."""

import re
from dataclasses import dataclass
from datetime import datetime

from syndicator.model import Entry

_ENGINE = re.compile(r"(?:Argos )?(?P<packages>.+) \((?P<engine>[^()]+)\)")
"""As `Translator.describe` puts it: `Argos ru_en 0.1, en_de 1.0 (CTranslate2)`."""
_PACKAGE = re.compile(r"(?P<name>\S+) (?P<version>\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A model package that took part in a translation."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How the text of an entry came about."""

    is_translation: bool
    """By a machine; else it is the source's own text."""
    route: str | None
    """From language to language: `ru>en>de`."""
    engine: str | None
    """The program that ran the models; all that is known in words where it can't be told from them."""
    packages: tuple[Package, ...]
    """One for each step of the route, in its order; empty where they are not known."""
    translated: datetime | None
    is_reviewed: bool


def provenance(entry: Entry) -> Provenance:
    """Return how an entry's text came about."""
    engine, packages = _engine(entry.engine or "")
    is_translation = entry.route is not None
    return Provenance(
        is_translation=is_translation,
        route=entry.route,
        engine=engine if is_translation else None,
        packages=packages if is_translation else (),
        translated=entry.translated,
        is_reviewed=entry.is_reviewed,
    )


def _engine(words: str) -> tuple[str | None, tuple[Package, ...]]:
    found = _ENGINE.fullmatch(words.strip())
    named = [_PACKAGE.fullmatch(part) for part in found["packages"].split(", ")] if found else []
    if found is None or None in named:
        return words.strip() or None, ()
    return found["engine"], tuple(Package(name=one["name"], version=one["version"]) for one in named if one)
