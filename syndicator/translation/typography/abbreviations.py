"""Set abbreviations: their own spelling in Russian, and those that a model left in the original's form."""

import re
from collections.abc import Iterator

from syndicator.translation.edits import Edit
from syndicator.translation.typography.numbers import SPACES
from syndicator.translation.typography.proof import Proof

_Rule = tuple[re.Pattern[str], str]
"""What is looked for and what replaces it, as `re.sub` takes it."""

_S = f"[{SPACES}]"
_LEFT_IN_ENGLISH = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (rf"(?<!\w)и{_S}?т\.{_S}?[дп]\.", "etc."),
        (rf"(?<!\w)т\.{_S}?е\.", "i.e."),
        (r"(?<!\w)напр\.", "e.g."),
        (rf"(?<=\d){_S}?тыс\b\.?(?={_S})", " thousand"),
        (rf"(?<=\d){_S}?млн\b(?:\.(?={_S}[^\W_]))?", " million"),
        (rf"(?<=\d){_S}?млрд\b(?:\.(?={_S}[^\W_]))?", " billion"),
        (rf"(?<=\d){_S}?трлн\b(?:\.(?={_S}[^\W_]))?", " trillion"),
        # At the end of a sentence the point is its full stop, too.
        (rf"(?<=\d\d\d\d){_S}?гг?\.(?={_S}+[\w(«“])", ""),
        (rf"(?<=\d\d\d\d){_S}?гг?(?=\.\W*$|[,;:)])", ""),
        (rf"(?<=\d\d\d\d){_S}?гг?\.(?=[,;:)])", ""),
    )
)
_LEFT_IN_RUSSIAN = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"(?<![\w.])e\.\s?g\.,?", "например,"),
        (r"(?<![\w.])i\.\s?e\.,?", "т.\u00a0е."),
        (r"(?<![\w.])etc\.", "и\u00a0т.\u00a0д."),
        (r"(?<![\w.])vs\.?(?=\s)", "против"),
        (rf"(?<=\d){_S}million(?!\w)", "\u00a0млн"),
        (rf"(?<=\d){_S}billion(?!\w)", "\u00a0млрд"),
        (rf"(?<=\d){_S}trillion(?!\w)", "\u00a0трлн"),
    )
)
_RUSSIAN = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"(?<!\w)([Тт])\.[ \u202f\u2009]?([едкпч])\.", "\\1.\u00a0\\2."),
        (r"(?<!\w)и[ \u202f\u2009]т\.\u00a0([дп])\.", "и\u00a0т.\u00a0\\1."),
        (r"(?<!\w)н\.[ \u202f\u2009]?э\.", "н.\u00a0э."),
        (r"(?<=\d)[ \u202f\u2009]?(млн|млрд|трлн|тыс\.)(?!\w)", "\u00a0\\1"),
        (rf"(?<=\d)\u00a0(млн|млрд|трлн)\.(?={_S}+[а-яё])", "\u00a0\\1"),
        (r"(?<=\d\d\d\d)[ \u202f\u2009]?(гг?\.)(?!\w)", "\u00a0\\1"),
    )
)


def abbreviations(proof: Proof) -> Iterator[Edit]:
    """Set abbreviations; those of the other language only where they stand in the original as well."""
    left: tuple[_Rule, ...] = ()
    if (proof.from_language, proof.to_language) == ("ru", "en"):
        left = _LEFT_IN_ENGLISH
    if (proof.from_language, proof.to_language) == ("en", "ru"):
        left = _LEFT_IN_RUSSIAN
    rules = [rule for rule in left if rule[0].search(proof.source)]
    if proof.to_language == "ru":
        rules += _RUSSIAN
    found = [(match, match.expand(wanted)) for pattern, wanted in rules for match in pattern.finditer(proof.text)]
    end = 0
    for match, wanted in sorted(found, key=lambda one: one[0].start()):
        if match.start() >= end:
            end = match.end()
            if match[0] != wanted:
                yield Edit(start=match.start(), end=match.end(), text=wanted)
