"""Say what a source is called to readers who can't read the letters of its name. Knows Cyrillic names; pure."""

import re

from syndicator.model import primary
from syndicator.translation.names.transliteration import to_latin
from syndicator.translation.segment import script_of
from syndicator.translation.terms import Kind, TermBase
from syndicator.translation.terms.words import cut, fold

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def readable_name(name: str, language: str, *, terms: TermBase, standard: str) -> str | None:
    """Return what readers of a language call a source with this Cyrillic name: as agreed, else in their letters.

    None where they can read it, or where it has letters that no Russian name has. `standard` as of `to_latin`.
    """
    if not _CYRILLIC.search(name) or script_of(language) != "Latin":
        return None
    if agreed := _agreed(name, language, terms):
        return agreed
    latin = to_latin(name, standard)
    return None if _CYRILLIC.search(latin) else latin


def _agreed(name: str, language: str, terms: TermBase) -> str | None:
    wanted = _folded(name)
    for term in terms.terms:
        is_name = term.kind in (Kind.BODY, Kind.NAME)
        others = (text for tag, texts in term.wordings.items() if primary(tag) != primary(language) for text in texts)
        if is_name and any(_folded(text) == wanted for text in others):
            return next((text.removeprefix("the ") for text in term.wordings_in(language)), None)
    return None


def _folded(name: str) -> tuple[str, ...]:
    return tuple(map(fold, cut(name).raw))
