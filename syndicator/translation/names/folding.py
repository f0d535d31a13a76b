"""Compare spellings of names: what one name is in many hands, and how alike two are."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

_LATIN = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        ("y|j", "i"),
        ("shch|sch|tch", "ch"),
        ("kh", "h"),
        ("zh", "z"),
        ("ts|tz", "c"),
        ("ph|ff", "f"),
        ("w", "v"),
        ("ks", "x"),
        ("ck|q", "k"),
        ("i(?=[aeou])", ""),
        (r"(.)\1+", r"\1"),
    )
)
_CYRILLIC = str.maketrans("ёйэы", "еиеи")
_DOUBLE = re.compile(r"(.)\1+")


def same(text: str) -> str:
    """Return what two spellings have in common that a reader takes for one: capitals, ё and е."""
    return text.lower().replace("ё", "е").replace("’", "'")


def plain(text: str) -> str:
    """Return a spelling in lower case without diacritics."""
    # й and ё are letters, not letters with a sign on them.
    decomposed = unicodedata.normalize("NFD", text.lower().replace("й", "и").replace("ё", "е"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    folded = plain(text).replace("'", "").replace("’", "").replace("ʹ", "").replace("ʺ", "")
    for pattern, common in _LATIN:
        folded = pattern.sub(common, folded)
    return _DOUBLE.sub(r"\1", folded.translate(_CYRILLIC))


def likeness(one: str, two: str) -> float:
    """Return how alike two spellings are, from 0 to 1, whatever standard each of them follows."""
    return SequenceMatcher(None, _folded(one), _folded(two), autojunk=False).ratio()
