"""Read and write numbers: what separates thousands and decimals in a language. Knows values; refuses to know places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SPACES = " \u00a0\u202f\u2009"

NUMBER = re.compile(
    rf"(?<![\w@#№])(?<!№[{SPACES}])(?<!\d[.,:/])(?<![^\W\d_]-)"
    rf"(?:\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:[.,]\d+)*|\d+(?:[.,]\d+)*)"
    r"(?![\d_@]|[.,:/]\d)"
)
"""A number that stands for itself: no part of a name, time, score, fraction or address."""

_POINT = frozenset({"en", "he", "hi", "ja", "ko", "th", "zh"})
"""Languages with a decimal point."""
_COMMA = frozenset({"be", "bg", "cs", "fi", "fr", "hu", "kk", "ky", "no", "pl", "ru", "sk", "sv", "uk"})
"""Languages with a decimal comma that separate thousands by a space."""
_COMMA_AND_POINT = frozenset({"da", "de", "el", "id", "it", "nl", "pt", "ro", "sl", "sr", "tr", "vi"})
"""Languages with a decimal comma that separate thousands by a point or a space."""
_FIRST_OF_GROUPS = r"[1-9]\d{0,2}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number, as exactly as it is written: 3.50 is not 3.5."""

    digits: str
    decimals: int
    """How many of the digits stand behind the decimal mark."""
    is_grouped: bool
    """Its thousands are separated."""

    @property
    def value(self) -> tuple[str, int]:
        """Return what two ways of writing the same number have in common."""
        return self.digits, self.decimals

    @property
    def has_bare_thousands(self) -> bool:
        """Say whether it has a decimal mark that one could take for a separator of thousands, and the reverse."""
        is_short = 1 <= len(self.digits) - self.decimals <= len("999")
        return self.decimals == len("000") and is_short and not self.digits.startswith("0")


def numbers(text: str) -> Iterator[re.Match[str]]:
    """Yield everything that looks like a number."""
    return NUMBER.finditer(text)


def read(text: str, language: str) -> Number | None:
    """Return what a number means in a language; None if it is none there, or we don't know the language's ways."""
    pattern = _pattern(language)
    match = re.fullmatch(pattern, text) if pattern else None
    if not match:
        return None
    whole, decimals = match["whole"], match["decimals"] or ""
    digits = re.sub(r"\D", "", whole)
    return Number(digits=digits + decimals, decimals=len(decimals), is_grouped=len(digits) != len(whole))


def write(number: Number, language: str, *, is_grouped: bool) -> str:
    """Write a number in Russian or English, with or without separated thousands."""
    cut = len(number.digits) - number.decimals
    whole, decimals = number.digits[:cut], number.digits[cut:]
    separator, mark = ("\u00a0", ",") if language == "ru" else (",", ".")
    if is_grouped:
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", separator, whole)
    return f"{whole}{mark}{decimals}" if decimals else whole


def _pattern(language: str) -> str | None:
    if language in _POINT:
        separators, mark = f",|[{SPACES}]", r"\."
    elif language in _COMMA_AND_POINT:
        separators, mark = rf"\.|[{SPACES}]", ","
    elif language in _COMMA:
        separators, mark = f"[{SPACES}]", ","
    else:
        return None
    grouped = "|".join(rf"{_FIRST_OF_GROUPS}(?:{one}\d{{3}})+" for one in separators.split("|"))
    return rf"(?P<whole>{grouped}|\d+)(?:{mark}(?P<decimals>\d+))?"
