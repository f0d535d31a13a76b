"""Write a Russian surname back in Cyrillic, where just one surname of the dictionary can have been meant."""

import re
from functools import lru_cache
from itertools import product
from math import prod

from syndicator.translation.morphology import morph
from syndicator.translation.names.folding import same

RUSSIAN_SURNAME = re.compile(
    r"[A-Z][a-z]+(?:ov|ev|yov|in|yn|ova|eva|yova|ina|yna|sk(?:y|iy|ii|i|aya|aia)|enko|chuk|yuk|yan|yants)"
)
_SKY = re.compile(r"(?<=sk)(?:y|iy|ii|i)$")
_SOUNDS = (
    ("shch", ("щ",)),
    ("kh", ("х",)),
    ("zh", ("ж",)),
    ("ts", ("ц", "тс")),
    ("ch", ("ч",)),
    ("sh", ("ш",)),
    ("ya", ("я", "ья")),
    ("ia", ("ия", "я")),
    ("yu", ("ю", "ью")),
    ("iu", ("ю",)),
    ("yo", ("ё", "ьё")),
    ("ye", ("е", "ье")),
    ("yi", ("ьи",)),
    ("a", ("а",)),
    ("b", ("б",)),
    ("v", ("в",)),
    ("g", ("г",)),
    ("d", ("д",)),
    ("e", ("е", "э")),
    ("z", ("з",)),
    ("i", ("и",)),
    ("y", ("ы",)),
    ("k", ("к",)),
    ("l", ("л", "ль")),
    ("m", ("м",)),
    ("n", ("н", "нь")),
    ("o", ("о",)),
    ("p", ("п",)),
    ("r", ("р", "рь")),
    ("s", ("с", "сь")),
    ("t", ("т", "ть")),
    ("u", ("у",)),
    ("f", ("ф",)),
    ("x", ("кс",)),
    ("h", ("х",)),
    ("j", ("й", "ж")),
)
_READINGS = dict(_SOUNDS)
_SOFT = frozenset("lnrst")
_VOWELS = frozenset({"", *"aeiouy"})
_SOUND = re.compile("|".join(sound for sound, _ in _SOUNDS))
_MOST = 512
"""Ways to read a name; more are not looked up. It takes some 20 ms."""


@lru_cache(maxsize=1024)
def to_cyrillic(surname: str, *, is_female: bool) -> str | None:
    """Return the Russian surname that is written so in English; None where none or several come into question."""
    latin = _SKY.sub("y", surname.lower())
    stem, ending = (latin[:-1], "ий") if latin.endswith("sky") else (latin, "")
    sounds = _SOUND.findall(stem)
    if "".join(sounds) != stem:
        return None
    letters = [
        _letters(before, sound, after)
        for before, sound, after in zip(["", *sounds], sounds, [*sounds[1:], ending and "k"], strict=False)
    ]
    if prod(map(len, letters)) > _MOST:
        return None
    found: dict[str, str] = {}
    for one in product(*letters):
        name = "".join(one) + ending
        if _is_surname(name, is_female=is_female):
            found.setdefault(same(name), name)
    return next(iter(found.values())).capitalize() if len(found) == 1 else None


def _letters(before: str, sound: str, after: str) -> tuple[str, ...]:
    """Return what a sound may be in Cyrillic between its neighbours."""
    readings = _READINGS[sound]
    is_after_vowel = before[-1:] in _VOWELS
    if sound == "ye" and not is_after_vowel:
        # After a consonant it tells of a soft sign.
        return ("ье",)
    if sound == "y":
        return ("й",) if is_after_vowel else ("ы",)
    if sound == "e" and not is_after_vowel:
        return ("е",)
    # A soft sign before a vowel would be heard.
    return readings[:1] if sound in _SOFT and after[:1] in _VOWELS and after else readings


def _is_surname(name: str, *, is_female: bool) -> bool:
    if not morph().word_is_known(name):
        return False
    gender = "femn" if is_female else "masc"
    return any(
        "Surn" in parse.tag
        and parse.tag.case == "nomn"
        and parse.tag.number == "sing"
        and (gender in parse.tag or "ms-f" in parse.tag)
        for parse in morph().parse(name)
        if parse.is_known
    )
