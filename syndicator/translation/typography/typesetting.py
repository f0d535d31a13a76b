"""Run the rules of a language over a translation, one after the other, until none has anything to say."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from syndicator.translation.edits import Edit
from syndicator.translation.typography.abbreviations import abbreviations
from syndicator.translation.typography.dashes import dashes
from syndicator.translation.typography.dates import dates
from syndicator.translation.typography.figures import figures, number_signs, percents, ranges
from syndicator.translation.typography.literals import is_free, literals
from syndicator.translation.typography.money import money
from syndicator.translation.typography.proof import Proof
from syndicator.translation.typography.quotes import quotes
from syndicator.translation.typography.working import WorkingText

LANGUAGES = frozenset({"ru", "en"})
"""That we know how to set."""
_ROUNDS = 3
"""A rule may make room for one before it; more than two rounds were never seen to change anything."""

_RULES: tuple[Callable[[Proof], Iterable[Edit]], ...] = (
    quotes,
    dashes,
    dates,
    money,
    ranges,
    figures,
    percents,
    number_signs,
    abbreviations,
)


def typeset(source: str, target: str, *, to_language: str, from_language: str, keep: Sequence[str] = ()) -> list[Edit]:
    """Return the edits that make `target` follow the usage of its language; in order, none overlaps another.

    `source` tells what the figures mean. `keep` holds what stands in both letter for letter; addresses, file names,
    hashtags, handles and code are recognised besides. Languages are primary subtags. Setting the result again gives no
    edits.
    """
    if to_language not in LANGUAGES:
        return []
    working = WorkingText(target)
    proof = Proof(
        text=target,
        source=source,
        to_language=to_language,
        from_language=from_language,
        literals=literals(target, keep),
    )
    for _ in range(_ROUNDS):
        before = proof.text
        for rule in _RULES:
            edits = [edit for edit in rule(proof) if is_free(edit.start, edit.end, proof.literals)]
            if edits:
                working.make(edits)
                proof = replace(proof, text=working.text, literals=literals(working.text, keep))
        if proof.text == before:
            break
    return working.edits()
