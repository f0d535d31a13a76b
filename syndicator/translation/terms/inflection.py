"""Decline Russian names, and tell lemmas and cases of Russian words. Knows pymorphy3 through `morphology`."""

from functools import lru_cache
from typing import Any

from syndicator.translation.morphology import morph

CASES = frozenset({"nomn", "gent", "datv", "accs", "ablt", "loct"})
"""As OpenCorpora names them: https://opencorpora.org/dict.php?act=gram."""
_PREPOSITIONS = {
    "gent": "без для до из от у около после против среди ради вокруг вместо кроме внутри из-за из-под",
    "datv": "к ко благодаря согласно вопреки навстречу",
    "accs": "через про сквозь",
    "ablt": "с со над перед между под",
    "loct": "о об обо при в во на",
}
_CASE_AFTER = {word: case for case, words in _PREPOSITIONS.items() for word in words.split()}


@lru_cache(maxsize=20_000)
def lemmas(word: str) -> frozenset[str]:
    """Return the dictionary forms that a word may be a form of, with е for ё."""
    return frozenset(plain(parse.normal_form) for parse in morph().parse(word))


def plain(word: str) -> str:
    """Return a word in small letters with е for ё."""
    return word.casefold().replace("ё", "е")


def forms(word: str) -> frozenset[tuple[str, str]]:
    """Return the (case, number) that a noun or adjective may stand in; none for other words."""
    return frozenset(
        (
            case if (case := str(parse.tag.case)) in CASES else "gent" if case == "gen2" else "loct",
            str(parse.tag.number),
        )
        for parse in morph().parse(word)
        if parse.tag.case and str(parse.tag.POS) in {"NOUN", "ADJF", "PRTF", "NPRO"}
    )


def number_of(word: str) -> str | None:
    """Return `sing` or `plur` of a noun where that is certain."""
    found = {str(parse.tag.number) for parse in morph().parse(word) if str(parse.tag.POS) == "NOUN"}
    return found.pop() if len(found) == 1 else None


def case_after(preposition: str) -> str | None:
    """Return the case that a preposition most often governs."""
    return _CASE_AFTER.get(preposition.casefold())


def decline(phrase: str, case: str, *, number: str | None = None) -> str | None:
    """Return a name in another case; None where its head can't be told.

    The head is the first noun in the nominative; the adjectives before it agree with it, what follows stays.
    """
    words = phrase.split(" ")
    head = next((n for n, word in enumerate(words) if _nominative(word, "NOUN")), None)
    if head is None:
        return None
    noun = _nominative(words[head], "NOUN")
    wanted = {case} | ({number} if number else set())
    declined = []
    for word in words[:head]:
        adjective = _nominative(word, "ADJF", gender=noun.tag.gender, number=noun.tag.number)
        if adjective is None:
            return None
        form = adjective.inflect(wanted | ({"inan"} if case == "accs" and noun.tag.gender == "masc" else set()))
        declined.append(form and _like(form.word, word))
    form = noun.inflect(wanted)
    declined.append(form and _like(form.word, words[head]))
    return None if None in declined else " ".join([*map(str, declined), *words[head + 1 :]])


def _nominative(word: str, part: str, *, gender: object = None, number: object = None) -> Any:  # noqa: ANN401 - untyped
    for parse in morph().parse(word):
        tag = parse.tag
        is_part = str(tag.POS) == part or (part == "ADJF" and str(tag.POS) == "PRTF")
        fits = (gender is None or tag.gender in (gender, None)) and (number is None or tag.number == number)
        if is_part and str(tag.case) == "nomn" and fits:
            return parse
    return None


def _like(word: str, example: str) -> str:
    """Return a word with capitals where the example has them."""
    if example.isupper() and len(example) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if example[:1].isupper() else word
