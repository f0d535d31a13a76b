"""Set figures: separators of numbers, ranges, percent and number signs. Values stay what they are."""

import re
from collections.abc import Iterator

from syndicator.translation.edits import Edit
from syndicator.translation.typography.context import has_unit, is_attached, is_name
from syndicator.translation.typography.numbers import SPACES, numbers, read, write
from syndicator.translation.typography.proof import Proof
from syndicator.translation.typography.scale import scale_after, scaled

_LONG = 5
"""Digits from which on Russian separates thousands."""
_RANGE = re.compile(
    rf"(?<![\w.,:/–—-])(?P<first>\d+(?:[.,]\d+)?)[{SPACES}]?[-–—][{SPACES}]?(?P<last>\d+(?:[.,]\d+)?)(?![\d:/–—-]|[.,]\d)"
)
_YEAR = re.compile(r"1[0-9]\d\d|20\d\d")
_PAGES = re.compile(rf"\b(?:pp?|pages|с|стр)\.?[{SPACES}]*$", re.IGNORECASE)
_PERCENT = re.compile(rf"(?<=\d)[{SPACES}]*(?=[%‰](?!-?\w|[{SPACES}]?\d))")
_NUMERO = re.compile(rf"(№+)[{SPACES}]*(?=\w)")
_NO = re.compile(rf"(?<!\w)[Nn]os?\.[{SPACES}]*(?=\d)")
_LATIN_WORD = re.compile(rf"[A-Za-z][{SPACES}]*$")


def figures(proof: Proof) -> Iterator[Edit]:
    """Separate thousands and decimals as the language does, in numbers that the original has with the same value."""
    values, names = _known(proof.source, proof.from_language)
    for match in numbers(proof.text):
        text = match[0]
        if text in names or is_attached(proof.text, match.end()):
            continue
        readings = {
            number.value: number
            for language in (proof.from_language, proof.to_language)
            if (number := read(text, language)) and number.value in values
        }
        if len(readings) != 1:
            # Not in the original, or 1,500 where that has 1.500 and 1500.
            continue
        [(value, number)] = readings.items()
        length = len(number.digits) - number.decimals
        is_long = length >= _LONG or proof.to_language == "en"
        written = write(number, proof.to_language, is_grouped=number.is_grouped or (values[value] and is_long))
        if written != text:
            yield Edit(start=match.start(), end=match.end(), text=written)


def _known(source: str, language: str) -> tuple[dict[tuple[str, int], bool], set[str]]:
    """Return the values in the original, each with whether its thousands are separated, and figures that have none."""
    values: dict[tuple[str, int], bool] = {}
    names: set[str] = set()
    for match in numbers(source):
        number = read(match[0], language)
        is_bare = number and number.has_bare_thousands and not has_unit(source, *match.span())
        if not number or is_bare or (not match[0].isdigit() and is_name(source, *match.span())):
            names.add(match[0])
        else:
            values[number.value] = values.get(number.value, False) or number.is_grouped
            zeros = scale_after(source, match.end())
            if zeros and (whole := scaled(number, zeros)):
                # 38 тысяч may have become 38,000.
                values[whole.value] = True
    return values, names


def ranges(proof: Proof) -> Iterator[Edit]:
    """Set an en dash between two figures where that is sure: a hyphen may stand in a score or the name of a type."""
    known = {(match["first"], match["last"]) for match in _RANGE.finditer(proof.source) if match[0].count("-") == 0}
    for match in _RANGE.finditer(proof.text):
        first, last = match["first"], match["last"]
        is_short = len(match[0]) == len(first) + len(last) + 1
        is_sure = (first, last) in known or (
            is_short
            and float(first.replace(",", ".")) < float(last.replace(",", "."))
            and (
                bool(_YEAR.fullmatch(first) and _YEAR.fullmatch(last))
                or has_unit(proof.text, match.start(), match.end())
                or bool(_PAGES.search(proof.text[max(match.start() - 8, 0) : match.start()]))
            )
        )
        if is_sure and match[0] != f"{first}–{last}":
            yield Edit(start=match.end("first"), end=match.start("last"), text="–")


def percents(proof: Proof) -> Iterator[Edit]:
    """Set 5 % in Russian, 5% in English; 5%-ный stays."""
    space = "\u00a0" if proof.to_language == "ru" else ""
    for match in _PERCENT.finditer(proof.text):
        if match[0] != space:
            yield Edit(start=match.start(), end=match.end(), text=space)


def number_signs(proof: Proof) -> Iterator[Edit]:
    """Set № in Russian, No. in English; in a Latin name (Chanel No. 5) it stays."""
    if proof.to_language == "en":
        for match in _NUMERO.finditer(proof.text):
            sign = "No.\u00a0" if len(match[1]) == 1 else "Nos.\u00a0"
            yield Edit(start=match.start(), end=match.end(), text=sign)
        return
    for match in _NO.finditer(proof.text):
        if not _LATIN_WORD.search(proof.text[max(match.start() - 3, 0) : match.start()]):
            yield Edit(start=match.start(), end=match.end(), text="№\u00a0")
    for match in _NUMERO.finditer(proof.text):
        if match[0] != match[1] + "\u00a0":
            yield Edit(start=match.start(), end=match.end(), text=match[1] + "\u00a0")
