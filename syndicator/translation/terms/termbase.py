"""Hold the agreed renderings: the desk's own, which outrank, and those that the package carries. Knows no grammar."""

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from syndicator.model import primary
from syndicator.translation.terms.matching import Finder
from syndicator.translation.terms.term import Kind, Term

__all__ = ["Kind", "Term", "TermBase"]


@dataclass(frozen=True, kw_only=True)
class TermBase:
    """All terms in force."""

    own: tuple[Term, ...] = ()
    """The desk's, in the order of its file; of two that contradict each other, the first counts."""
    carried: tuple[Term, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return all terms; of those that contradict each other, the first counts."""
        return self.own + self.carried

    @cached_property
    def digest(self) -> str:
        """Return a SHA-256 in hexadecimal over all that decides on translations: not notes, places or file formats."""
        content = [[sorted(term.wordings.items()), term.kind] for term in self.terms]
        return sha256(json.dumps([len(self.own), content]).encode()).hexdigest()

    @cached_property
    def _finders(self) -> dict[tuple[str, str], Finder]:
        return {}

    def finder(self, from_language: str, to_language: str) -> Finder:
        """Return what finds the terms of a pair of languages; made once."""
        pair = (primary(from_language), primary(to_language))
        if pair not in self._finders:
            self._finders[pair] = Finder(self.terms, *pair)
        return self._finders[pair]
