"""Tell the forms that a word takes, so that a text can be searched for it. Knows Russian and regular English; pure."""

import re

from syndicator.translation.morphology import morph
from syndicator.translation.terms.english import forms as singular_and_plural
from syndicator.translation.terms.words import fold

_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_DOUBLED = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")
"""After these, an English verb may double its last letter: plan, planned."""


def forms_of(word: str) -> frozenset[str]:
    """Return every form of a word, folded (`fold`), itself included.

    A Russian word is taken for the dictionary form, if it can be one: `банк` is no form of `банка` then. An English one
    is declined, and in small letters conjugated, as regular words are.
    """
    return _russian(word) if _CYRILLIC.search(word) else _english(word)


def _russian(word: str) -> frozenset[str]:
    folded = fold(word)
    parses = morph().parse(word)
    meant = [one for one in parses if fold(one.normal_form) == folded] or parses
    return frozenset({folded, *(fold(form.word) for one in meant for form in one.lexeme)})


def _english(word: str) -> frozenset[str]:
    folded = fold(word)
    found = set(singular_and_plural(folded))
    if word == word.lower() and len(folded) > 2:  # noqa: PLR2004 - no verb is as short and regular
        stem = folded.removesuffix("e")
        past = f"{folded[:-1]}ied" if re.search(r"[^aeiou]y$", folded) else f"{stem}ed"
        found |= {past, f"{stem}ing"}
        if _DOUBLED.search(folded):
            found |= {f"{folded}{folded[-1]}ed", f"{folded}{folded[-1]}ing"}
    return frozenset(found)
