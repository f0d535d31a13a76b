"""Give the parts of a person's name one case in Russian. Pure; knows endings, prepositions and the words around a name.

An engine that garbles one part of a name, or leaves it in the nominative, has often declined the other; and where it
has declined neither, the original's preposition may tell: a letter *to* Leo Tolstoy is письмо Льву Толстому.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from syndicator.translation.names.declension import Case

_GOVERNED: dict[str, tuple[Case, ...]] = {
    **dict.fromkeys(("к", "ко", "благодаря", "вопреки"), (Case.DATIVE,)),
    **dict.fromkeys(("от", "у", "для", "без", "до", "против", "после", "около", "кроме", "вместо"), (Case.GENITIVE,)),
    **dict.fromkeys(("о", "об", "обо", "при"), (Case.PREPOSITIONAL,)),
    **dict.fromkeys(("с", "со"), (Case.INSTRUMENTAL, Case.GENITIVE)),
    **dict.fromkeys(("между", "над", "перед"), (Case.INSTRUMENTAL,)),
    **dict.fromkeys(("про", "через"), (Case.ACCUSATIVE,)),
}
"""What prepositions ask for that leave little choice where a person's name follows; the likelier first."""
_ENGLISH = {"to": Case.DATIVE, "of": Case.GENITIVE}
_LAST_WORD = re.compile(r"(?:^|(?<=\W))(\w+)\s+$")
_POSSESSIVE = re.compile(r"['’]s?\b")
_NEAR = 16
"""Characters before a name that are looked at."""


@dataclass(frozen=True, slots=True)
class Written:
    """A part of a name in Russian, and what its form tells."""

    start: int
    end: int
    """In the translation."""
    cases: tuple[str, ...]
    """Its six forms, in the order of `Case`."""
    form: str | None
    """That which it seems to have; None where its ending tells nothing."""
    is_right: bool
    """It has this form, letter for letter."""

    def may_be(self) -> frozenset[Case]:
        """Return the cases that it may stand in."""
        return frozenset(case for case in Case if self.form == self.cases[case])


def agreed(parts: Sequence[Written], *, target: str, before: str, after: str) -> list[str | None]:
    """Return the form that each part of one person's name is to have; None where it is to stay as it is.

    `before` and `after` are what stands around the name in the English original.
    """
    governed = _governed(target[max(0, parts[0].start - _NEAR) : parts[0].start])
    case = _case(parts, governed) or _by_original(before, after)
    forms: list[str | None] = []
    for part in parts:
        is_told = case is None or case in part.may_be()
        # A form that is right in itself is corrected only if it is declined, and the preposition asks for another.
        if part.is_right and (is_told or not governed or Case.NOMINATIVE in part.may_be()):
            forms.append(None)
        else:
            forms.append(part.form if part.form and is_told else part.cases[case or Case.NOMINATIVE])
    return forms


def _case(parts: Sequence[Written], governed: Sequence[Case]) -> Case | None:
    """Return the case that most parts may stand in; of equal ones what the preposition asks for first."""
    votes = Counter(case for part in parts for case in part.may_be())
    possible = list(governed or sorted(votes))
    return max(possible, key=lambda case: votes[case], default=None)


def _governed(before: str) -> Sequence[Case]:
    found = _LAST_WORD.search(before)
    return _GOVERNED.get(found[1].lower(), ()) if found else ()


def _by_original(before: str, after: str) -> Case | None:
    """Return the case that an English name is in by its preposition or its ending."""
    found = _LAST_WORD.search(before[-_NEAR:])
    return Case.GENITIVE if _POSSESSIVE.match(after) else _ENGLISH.get(found[1].lower()) if found else None
