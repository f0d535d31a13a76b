"""Set quotation marks: «…„…“…» in Russian, “…‘…’…” in English. Apostrophes and inches are none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from syndicator.translation.edits import Edit
from syndicator.translation.typography.literals import is_free
from syndicator.translation.typography.proof import Proof

_PAIRS = {"ru": ("«»", "„“"), "en": ("“”", "‘’")}
"""Outer and inner marks."""
_DOUBLE = '"«»„“”‟'
_SINGLE = "'‘’‚‹›"
_OPENING = frozenset("«„‟")
_CLOSING = frozenset("»”")
"""What marks mean where their place doesn't tell; “ depends on the language, and " on nothing else."""

_BEFORE_OPENING = frozenset(" \u00a0\u202f\u2009\t\n([{—–-/")
_AFTER_CLOSING = frozenset(" \u00a0\u202f\u2009\t\n)]}—–-/.,;:!?…")
_QUOTED = re.compile(r"(?<!\w)['‘‚‹](?=[^\W\d])|(?<=[\w.,!?…)])['’›‘](?!\w)")
"""A single mark at the beginning or end of a word."""
_SHORTEST = 3
"""Characters that single marks enclose; fewer are an abbreviation (rock 'n' roll)."""


@dataclass(frozen=True, slots=True)
class _Mark:
    position: int
    is_opening: bool
    is_single: bool = False


def quotes(proof: Proof) -> Iterator[Edit]:
    """Set the marks of a sentence by depth; leave all as they are where it can't be told what opens and what closes.

    A quotation may begin or end in another sentence.
    """
    marks = _double_marks(proof.text, proof.to_language, proof.literals)
    if marks is None:
        return
    singles = _single_marks(proof.text, proof.literals)
    if singles and not _are_quotes(singles, proof, doubles=len(marks)):
        singles = []
    for mark, depth in _by_depth(sorted([*marks, *singles], key=lambda mark: mark.position)):
        sign = _PAIRS[proof.to_language][depth][0 if mark.is_opening else 1]
        if proof.text[mark.position] != sign:
            yield Edit(start=mark.position, end=mark.position + 1, text=sign)


def _double_marks(text: str, language: str, fixed: Sequence[tuple[int, int]]) -> list[_Mark] | None:
    """Return all double marks; None where one of them can't be told."""
    places = [n for n, sign in enumerate(text) if sign in _DOUBLE and is_free(n, n + 1, fixed)]
    after_figures = {n for n in places if text[n] == '"' and n and text[n - 1].isdigit()}
    marks: list[_Mark] = []
    for n in places:
        is_opening = _is_opening(text, n, language)
        if is_opening is None and n not in after_figures:
            return None
        marks.append(_Mark(n, bool(is_opening)))
    opened = sum(mark.is_opening for mark in marks)
    closed = sum(not mark.is_opening for mark in marks if mark.position not in after_figures)
    if closed >= opened:
        # All are closed without those that follow a figure: inches, or seconds.
        return [mark for mark in marks if mark.position not in after_figures]
    return marks


def _is_opening(text: str, n: int, language: str) -> bool | None:
    """Say what a mark does from what stands around it and the marks beside it, else from its form; None: can't tell."""
    before, after = n - 1, n + 1
    while before >= 0 and text[before] in _DOUBLE:
        before -= 1
    while after < len(text) and text[after] in _DOUBLE:
        after += 1
    is_begun = before < 0 or text[before] in _BEFORE_OPENING
    is_over = after == len(text) or text[after] in _AFTER_CLOSING
    if is_begun != is_over:
        return is_begun
    sign = text[n]
    if sign in _OPENING or sign in _CLOSING:
        return sign in _OPENING
    if sign == "“":
        return language == "en" or text.count("„", 0, n) <= text.count("“", 0, n)
    return None


def _single_marks(text: str, fixed: Sequence[tuple[int, int]]) -> list[_Mark]:
    """Return single marks that enclose something, in pairs; none at all where one has no partner."""
    marks: list[_Mark] = []
    for match in _QUOTED.finditer(text):
        n = match.start()
        is_opening = n + 1 < len(text) and text[n + 1].isalpha() and not (n and text[n - 1].isalnum())
        if not is_free(n, n + 1, fixed):
            continue
        if is_opening == bool(marks and marks[-1].is_opening):
            return []
        if not is_opening and n - marks[-1].position <= _SHORTEST:
            return []
        marks.append(_Mark(n, is_opening, is_single=True))
    return marks if not marks or not marks[-1].is_opening else []


def _are_quotes(singles: Sequence[_Mark], proof: Proof, *, doubles: int) -> bool:
    """Say whether single marks are quotation marks: by their form, or because the original has as many."""
    if all(proof.text[mark.position] not in "'’" for mark in singles if mark.is_opening):
        return True
    there = sum(proof.source.count(sign) for sign in _DOUBLE) + len(_single_marks(proof.source, ()))
    return doubles + len(singles) <= there


def _by_depth(marks: Sequence[_Mark]) -> list[tuple[_Mark, int]]:
    """Return each mark with 0 for outer or 1 for inner; none at all where they cross or go deeper."""
    found: list[tuple[_Mark, int]] = []
    is_open: list[_Mark] = []
    for mark in marks:
        if mark.is_opening:
            found.append((mark, len(is_open)))
            is_open.append(mark)
            continue
        if is_open and is_open[-1].is_single != mark.is_single:
            return []
        del is_open[-1:]
        found.append((mark, len(is_open)))
    return found if all(depth < len(_PAIRS["en"]) for _, depth in found) else []
