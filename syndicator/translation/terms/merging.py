"""Take terms from elsewhere into a term base: what is new, what says more, what contradicts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from syndicator.model import primary
from syndicator.translation.terms.term import Term
from syndicator.translation.terms.words import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two terms that share a wording and do not agree on its rendering."""

    ours: Term
    theirs: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A term base with another one merged into it."""

    terms: tuple[Term, ...]
    """In the order of ours, what is new at the end."""
    added: int
    changed: int
    conflicts: tuple[Conflict, ...]


def merge(ours: Sequence[Term], theirs: Sequence[Term], *, is_theirs_first: bool = False) -> Merged:
    """Merge `theirs` into `ours`; merging the same again changes nothing.

    A term of theirs that shares an agreed wording with one of ours adds to it languages, further wordings and a note.
    Where the two differ in an agreed wording or in the kind, ours stays, unless `is_theirs_first`; it is a conflict
    either way.
    """
    terms = list(ours)
    places: dict[tuple[str, str], int] = {}
    for n, term in enumerate(terms):
        _index(places, term, n)
    added, changed, conflicts = 0, set(), []
    for other in theirs:
        there = sorted({places[key] for key in _keys(other) if key in places})
        if not there:
            _index(places, other, len(terms))
            terms.append(other)
            added += 1
            continue
        n = there[0]
        mine = terms[n]
        if len(there) > 1 or _differ(mine, other):
            conflicts.append(Conflict(ours=mine, theirs=other))
            if not is_theirs_first:
                continue
        first, second = (other, mine) if is_theirs_first else (mine, other)
        terms[n] = _joined(first, second, languages=mine)
        if terms[n] != mine:
            changed.add(n)
        _index(places, terms[n], n)
    return Merged(terms=tuple(terms), added=added, changed=len(changed), conflicts=tuple(conflicts))


def _keys(term: Term) -> list[tuple[str, str]]:
    return [(primary(language), _key(texts[0])) for language, texts in term.wordings.items()]


def _key(text: str) -> str:
    """Return a wording as it is compared; capitals tell an abbreviation from a word."""
    return text if text.isupper() else fold(text)


def _index(places: dict[tuple[str, str], int], term: Term, n: int) -> None:
    for key in _keys(term):
        places.setdefault(key, n)


def _differ(mine: Term, other: Term) -> bool:
    return mine.kind is not other.kind or any(
        (there := mine.wordings_in(language)) and _key(there[0]) != _key(texts[0])
        for language, texts in other.wordings.items()
    )


def _joined(first: Term, second: Term, *, languages: Term) -> Term:
    """Return a term with all wordings of both, `first`'s before `second`'s, under the tags that `languages` uses."""
    wordings: dict[str, tuple[str, ...]] = dict.fromkeys(languages.wordings, ())
    for term in (first, second):
        for language, texts in term.wordings.items():
            alike = (tag for tag in wordings if primary(tag) == primary(language))
            tag = language if language in wordings else next(alike, language)
            wordings[tag] = tuple(dict.fromkeys((*wordings.get(tag, ()), *texts)))
    place = languages.place
    return replace(first, wordings=wordings, note=first.note or second.note, place=place)
