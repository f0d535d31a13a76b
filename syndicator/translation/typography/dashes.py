"""Set dashes between words: between a no-break space and a space in Russian, closed up in English."""

import re
from collections.abc import Iterator

from syndicator.translation.edits import Edit
from syndicator.translation.typography.literals import is_free
from syndicator.translation.typography.proof import Proof

_SPACE = "[ \u00a0\u202f\u2009]"
_SPACED = re.compile(rf"(?<=\S){_SPACE}+(?:-{{1,3}}|[–—―]){_SPACE}+(?=\S)")
_HALF_SPACED = re.compile(rf"(?<=[^\s—-])(?:{_SPACE}+(?:--|[—―])|(?:--|[—―]){_SPACE}+)(?=[^\s—-])")
_CLOSED = re.compile(r"(?<=[^\W\d_»”“)\]…])(?:--|[—―])(?=[^\W\d_«„“(\[])")
_AFTER_SPEECH = re.compile(r"(?:,”|”,)$")


def dashes(proof: Proof) -> Iterator[Edit]:
    """Set what is a dash by its place, hyphens between spaces included. Between figures it may be a minus: leave it."""
    found = [*_SPACED.finditer(proof.text), *_HALF_SPACED.finditer(proof.text), *_CLOSED.finditer(proof.text)]
    end = 0
    for match in sorted(found, key=lambda match: match.start()):
        before, after = proof.text[match.start() - 1], proof.text[match.end()]
        if match.start() < end or (before.isdigit() and after.isdigit()):
            continue
        end = match.end()
        sign = _russian(match, before, after) if proof.to_language == "ru" else _english(proof, match, after)
        if sign not in {None, match[0]}:
            yield Edit(start=match.start(), end=match.end(), text=str(sign))


def _russian(match: re.Match[str], before: str, after: str) -> str | None:
    # Closed up between names it joins them: закон Бойля—Мариотта, поезд Москва—Казань.
    is_joint = match.re is _CLOSED and after.isupper() and before.isalpha()
    return None if is_joint else "\u00a0— "


def _english(proof: Proof, match: re.Match[str], after: str) -> str | None:
    lead = proof.text[max(match.start() - 2, 0) : match.start()]
    if _AFTER_SPEECH.search(lead):
        # “…,” — said is Russian punctuation; the comma alone does it in English.
        return " "
    is_beside_literal = not all(is_free(n, n + 1, proof.literals) for n in (match.start() - 1, match.end()))
    if lead.endswith(",") or after == ",":
        return None
    # Closed up, it would become part of an address.
    return " — " if is_beside_literal else "—"
