"""Tell the form that a Russian rendering takes in its place: by what it replaces and by what stands around. Pure.

Knows cases, agreement and prepositions; refuses to guess: where several forms are possible and nothing decides, or
where words around agree with what would be replaced and not with what would stand there, there is no form.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from syndicator.translation.terms.inflection import Phrase, Reading, phrase, readings
from syndicator.translation.terms.words import Words, fold, is_abbreviation

_PREPOSITIONS = {
    "gent": "без близ ввиду вместо внутри возле вокруг вследствие для до из кроме мимо насчёт около от "
    "относительно помимо после посредством против ради свыше сверх среди у",
    "datv": "благодаря вопреки к ко навстречу по подобно согласно",
    "accs": "про сквозь через",
    "ablt": "между над надо перед передо",
    "loct": "о об обо при",
    "accs loct": "в во на",
    "accs ablt": "за под подо",
    "gent ablt": "с со",
}
GOVERNED = {fold(word): frozenset(cases.split()) for cases, words in _PREPOSITIONS.items() for word in words.split()}
"""The cases that a preposition governs, but for those that are rare in the press."""
_VERBS = frozenset({"VERB", "PRTS", "ADJS"})
_ADJECTIVES = frozenset({"ADJF", "PRTF"})
_CERTAIN = 0.8
"""From this share of a form's uses on (counted in OpenCorpora) a case is taken for what it is."""
_BREAK = re.compile(r"[^\w\s\"«»“”„-]")
_OPENING = frozenset({"где", "если", "как", "когда", "пока", "поскольку", "хотя", "что", "чтобы"})
"""Behind these a clause most often goes on with its subject."""
_VOWELS = frozenset("аэиоу")


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a Russian text that are to be replaced, and what stands around them."""

    words: Words
    first: int
    count: int

    @property
    def replaced(self) -> Sequence[str]:
        """Return the words that are to be replaced."""
        return self.words.raw[self.first : self.first + self.count]

    def before(self, n: int) -> str | None:
        """Return the n-th word before, counted from 1, in the same clause; None where there is none."""
        at = self.first - n
        if at < 0 or any(
            _BREAK.search(self.words.text[self.words.spans[m][1] : self.words.spans[m + 1][0]])
            for m in range(at, self.first)
        ):
            return None
        return self.words.raw[at]


def in_place(text: str, place: Place, *, takes_number: bool) -> tuple[int, str] | None:
    """Return where to begin, and a rendering in the case (and number) of what it replaces; None where unsure.

    It begins at the preposition before the place where that must change with it.
    """
    start = place.words.spans[place.first][0]
    declined = _declined(phrase(text), place, takes_number=takes_number)
    preposition = place.before(1)
    if declined is None or preposition is None or place.words.gap(place.first - 1) != " ":
        return None if declined is None else (start, declined)
    better = _preposition(preposition.lower(), declined)
    if better == preposition.lower():
        return start, declined
    before, after = place.words.spans[place.first - 1]
    better = better.capitalize() if preposition[:1].isupper() else better
    return before, better + place.words.text[after:start] + declined


def _declined(told: Phrase, place: Place, *, takes_number: bool) -> str | None:
    if told.head is not None and told.head not in told.moving:
        return told.words.text
    noun = _head(place.replaced)
    possible = _cases(place, noun)
    outcomes = {(case, number): told.decline(case, number if takes_number else None) for case, number in possible}
    if not outcomes or None in outcomes.values():
        return None
    if len(set(outcomes.values())) > 1:
        settled = _settled(place, possible)
        if settled is None:
            return None
        outcomes = {settled: outcomes[settled]}
    (case, number), text = next(iter(outcomes.items()))
    cases = {case for case, _ in outcomes}
    # What verbs and adjectives agree with now, and what they would have to agree with.
    old = None if noun is None else _gender(place.replaced[noun], case, number)
    new = number if takes_number and number == "plur" else told.gender
    return text if old in {None, new} or new is None or not _is_bound(place, old, cases) else None


def _head(words: Sequence[str]) -> int | None:
    """Return which word is the noun that the others hang on: the first that most often is one."""
    every = [readings(word) for word in words]
    likely = (n for n, some in enumerate(every) if some and some[0].part == "NOUN")
    possible = (n for n, some in enumerate(every) if any(one.part == "NOUN" for one in some))
    return next(likely, next(possible, None))


def _cases(place: Place, noun: int | None) -> dict[tuple[str, str | None], float]:
    """Return the cases and numbers that the place may ask for, with their weights.

    Those of the head of the words that are replaced, as far as its adjectives and its preposition allow; where it has
    none, what the preposition governs; else the nominative at the beginning.
    """
    governed = _governed(place)
    nouns = [one for one in _moving(place.replaced[noun]) if one.case] if noun is not None else []
    around = [word for word in place.replaced[:noun] if _is_adjective(word)]
    fitting = [one for one in nouns if all(_agrees(word, one) for word in around)]
    found: dict[tuple[str, str | None], float] = {}
    for one in fitting or nouns:  # an engine may have made them agree in nothing
        found[str(one.case), one.number] = found.get((str(one.case), one.number), 0) + one.score
    if found:
        return {key: weight for key, weight in found.items() if (key[0] in governed if governed else key[0] != "loct")}
    if governed:
        return {(case, None): 1 / len(governed) for case in governed}
    return {("nomn", None): 1.0} if place.before(1) is None and not place.first else {}


def _governed(place: Place) -> frozenset[str]:
    """Return the cases that the preposition before the place governs; nothing where there is none."""
    for n in range(1, 4):
        word = place.before(n)
        if word is None:
            break
        if fold(word) in GOVERNED:
            is_out_of = (place.before(n + 1) or "").lower() == "из"  # из-за, из-под
            return GOVERNED["из" if is_out_of else fold(word)]
        if not _is_adjective(word):
            break
    return frozenset()


def _settled(place: Place, possible: dict[tuple[str, str | None], float]) -> tuple[str, str | None] | None:
    """Return the one of several cases that the place asks for: by the word before, else by far the most common."""
    before = place.before(1)
    likely = None
    if not place.first or (before and before.lower() in _OPENING):
        likely = "nomn"
    elif before and any(one.part == "NOUN" for one in readings(before)[:1]):
        likely = "gent"
    told = [key for key in possible if key[0] == likely]
    if len(told) == 1:
        return told[0]
    best = max(possible, key=lambda key: possible[key])
    return best if possible[best] >= _CERTAIN * sum(possible.values()) else None


def _moving(word: str) -> list[Reading]:
    return [one for one in readings(word) if one.part == "NOUN" and not one.is_fixed]


def _is_adjective(word: str) -> bool:
    return any(one.part in _ADJECTIVES for one in readings(word)[:1])


def _agrees(word: str, noun: Reading) -> bool:
    return any(
        one.part in _ADJECTIVES
        and one.case == noun.case
        and one.number == noun.number
        and noun.gender in {one.gender, None}
        for one in readings(word)
    )


def _gender(word: str, case: str, number: str | None) -> str | None:
    """Return what agrees with a noun that stands in a case: a gender or `plur`."""
    return next((one.gender for one in _moving(word) if one.case == case and number in {one.number, None}), None)


def _is_bound(place: Place, gender: str, cases: set[str]) -> bool:
    """Say whether something around agrees with the gender of what is replaced, so that another would not fit."""
    before = place.before(1)
    if before and any(
        one.part in _ADJECTIVES and one.gender == gender and one.case in cases for one in readings(before)
    ):
        return True
    others = [word for n, word in enumerate(place.words.raw) if not place.first <= n < place.first + place.count]
    is_subject = not cases.isdisjoint({"nomn"})
    return is_subject and any(
        one.part in _VERBS and one.gender == gender for word in others for one in readings(word)[:1]
    )


def _preposition(word: str, text: str) -> str:
    """Return a preposition as it is said before a text: о and об, в and во, с and со."""
    first, second = text[:1].lower(), text[1:2].lower()
    is_read_by_letters = is_abbreviation(text.partition(" ")[0])
    if word in {"о", "об"}:
        return "об" if first in _VOWELS else word if is_read_by_letters else "о"
    is_cluster = not is_read_by_letters and second.isalpha() and second not in "аеёиоуыэюяйьъ"
    if word in {"в", "во"}:
        return "во" if is_cluster and first in "вф" else "в"
    if word in {"с", "со"}:
        return "со" if is_cluster and first in "сзшжв" else "с"
    return word
