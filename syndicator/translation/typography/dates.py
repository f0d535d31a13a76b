"""Set dates: 24.11.2026 as 24 November 2026, and the other way round where the model left English in a Russian text."""

import re
from collections.abc import Iterator

from syndicator.translation.edits import Edit
from syndicator.translation.typography.proof import Proof

_MONTHS = {
    "January": "января",
    "February": "февраля",
    "March": "марта",
    "April": "апреля",
    "May": "мая",
    "June": "июня",
    "July": "июля",
    "August": "августа",
    "September": "сентября",
    "October": "октября",
    "November": "ноября",
    "December": "декабря",
}
_ENGLISH, _RUSSIAN = tuple(_MONTHS), tuple(_MONTHS.values())
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_DOTTED = re.compile(r"(?<![\w.,/-])(?P<day>\d{1,2})\.(?P<month>\d{2})\.(?P<year>[12]\d{3})(?![\w/-]|[.,]\d)")
_SLASHED = re.compile(r"(?<![\w.,/-])(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>[12]\d{3})(?![\w/-]|[.,]\d)")
_IN_RUSSIAN = re.compile(
    rf"(?<![\w.,/-])(?P<day>\d{{1,2}})[ \u00a0](?P<month>{'|'.join(_RUSSIAN)})[ \u00a0](?P<year>[12]\d{{3}})"
    r"(?:[ \u00a0](?:года|г\.(?=[ \u00a0][^А-ЯЁ])))?(?!\w)"
)
_IN_ENGLISH = re.compile(
    rf"(?<![\w.,/-])(?P<day>\d{{1,2}})[ \u00a0](?P<month>{'|'.join(_ENGLISH)}),?[ \u00a0](?P<year>[12]\d{{3}})(?!\w)"
    rf"|(?<!\w)(?P<month2>{'|'.join(_ENGLISH)})[ \u00a0](?P<day2>\d{{1,2}}),?[ \u00a0](?P<year2>[12]\d{{3}})(?!\w)"
)
_VERSION = re.compile(r"(?:version|верси\w+|build|v)\.?[ \u00a0]*$", re.IGNORECASE)
_YEAR_FOLLOWS = re.compile(r"[ \u00a0]г(?:ода|\.)")


def dates(proof: Proof) -> Iterator[Edit]:
    """Set whole dates that stand in the original in the very same form. ISO dates stay."""
    if proof.from_language == "ru" and proof.to_language == "en":
        for match in _DOTTED.finditer(proof.text):
            if _is_date(match["day"], match["month"]) and _is_certain(proof, match):
                yield _edit(match, f"{int(match['day'])} {_ENGLISH[int(match['month']) - 1]} {match['year']}")
        for match in _IN_RUSSIAN.finditer(proof.text):
            if _is_certain(proof, match):
                month = _ENGLISH[_RUSSIAN.index(match["month"])]
                yield _edit(match, f"{match['day']} {month} {match['year']}")
    if proof.from_language == "en" and proof.to_language == "ru":
        yield from _to_russian(proof)


def _to_russian(proof: Proof) -> Iterator[Edit]:
    for match in _SLASHED.finditer(proof.text):
        one, two, year = match.group("one", "two", "year")
        # 11/24 is American, 24/11 British, 3/4 either.
        is_american, is_british = _is_date(two, one), _is_date(one, two)
        if is_american != is_british and _is_certain(proof, match):
            day, month = (two, one) if is_american else (one, two)
            yield _edit(match, f"{day:0>2}.{month:0>2}.{year}")
    for match in _IN_ENGLISH.finditer(proof.text):
        if _is_certain(proof, match):
            day, month, year = (match[name] or match[f"{name}2"] for name in ("day", "month", "year"))
            end = "" if _YEAR_FOLLOWS.match(proof.text, match.end()) else "\u00a0года"
            yield _edit(match, f"{day} {_MONTHS[month]} {year}{end}")


def _is_date(day: str, month: str) -> bool:
    return 1 <= int(month) <= len(_DAYS) and 1 <= int(day) <= _DAYS[int(month) - 1]


def _is_certain(proof: Proof, match: re.Match[str]) -> bool:
    """Say whether the original has the same, and it is no version's number."""
    if _VERSION.search(proof.text[max(match.start() - 12, 0) : match.start()]):
        return False
    return match[0] in proof.source or match[0].replace("\u00a0", " ") in proof.source.replace("\u00a0", " ")


def _edit(match: re.Match[str], text: str) -> Edit:
    return Edit(start=match.start(), end=match.end(), text=text)
