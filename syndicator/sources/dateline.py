"""Read the dates that people write above an article, in Russian and English.

Knows lines that are nothing but a date; refuses to look for dates inside sentences, and to guess at time zones.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = (
    ("jan", "янв"),
    ("feb", "фев"),
    ("mar", "мар"),
    ("apr", "апр"),
    ("may", "мая", "май"),
    ("jun", "июн"),
    ("jul", "июл"),
    ("aug", "авг"),
    ("sep", "сен"),
    ("oct", "окт"),
    ("nov", "ноя"),
    ("dec", "дек"),
)
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|янв(?:аря)?|фев(?:р|раля)?|мар(?:та)?|апр(?:еля)?|ма[йя]|июня?|июля?|авг(?:уста)?"
    r"|сент?(?:ября)?|окт(?:ября)?|ноя(?:б|бря)?|дек(?:абря)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}-(?P<month>\d\d?)-(?P<day>\d\d?)",  # ISO 8601
        rf"{_YEAR}[./](?P<month>\d\d?)[./](?P<day>\d\d?)",
        r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>(?:19|20)?\d\d)(?: ?г(?:ода|\.)?)?",
        rf"(?P<day>\d\d?)-(?P<month>\d\d?)-{_YEAR}",
        rf"(?P<first>\d\d?)/(?P<second>\d\d?)/{_YEAR}",
        rf"«?(?P<day>\d\d?)»?(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_YEAR})?(?: ?г(?:ода|\.)?)?",
        rf"{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)?(?:,? {_YEAR})?",
    )
)
_LABEL = re.compile(
    r"(?:published on|published|posted on|posted|last updated|updated|date|дата публикации|дата|опубликовано|размещено"
    r"|обновлено)\s*:?\s+"
)
_WEEKDAY = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|понедельник|вторник|среда|четверг|пятница"
    r"|суббота|воскресенье|пн|вт|ср|чт|пт|сб|вс)\.?,? +"
)
_ZONE_HOURS = {
    **dict.fromkeys(("z", "utc", "gmt"), 0),
    **dict.fromkeys(("msk", "мск", "eest"), 3),
    **dict.fromkeys(("bst", "cet"), 1),
    **dict.fromkeys(("cest", "eet"), 2),
    "edt": -4,  # the American ones: RFC 5322 4.3
    **dict.fromkeys(("est", "cdt"), -5),
    **dict.fromkeys(("cst", "mdt"), -6),
    **dict.fromkeys(("mst", "pdt"), -7),
    "pst": -8,
}
_TIME = re.compile(
    r"(?:(?<=\d)t|(?<![\d:.]))(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
    rf"(?: ?\(?(?:(?P<zone>{'|'.join(_ZONE_HOURS)})\)?(?![\w+-])|(?:utc|gmt)? ?(?P<offset>[+-]\d\d?(?::?\d\d)?)\)?))?"
    r"(?![\d:])"
)
_AROUND_TIME = re.compile(r"^[\s,;|·–—-]+|(?:[\s,;|·–—-]+(?:at|в))?[\s,;|·–—-]*$")
_DAYS_AGO = {"today": 0, "сегодня": 0, "yesterday": 1, "вчера": 1}
_NOON = 12


def parse_date(text: str, *, now: datetime, is_english: bool = False) -> datetime | None:
    """Return the moment, in UTC, that a text names if it is nothing but a date with or without a time, else None.

    `7 июля 2023 г.`, `July 5, 2023, 2:30 p.m. EDT`, `07.07.2023 14:30`, ISO 8601; a weekday or a label (`Published:`)
    may stand before it. Without a zone the time is taken as UTC; without a time it is midnight. 07.05.2023 is the 7th
    of May; so is 07/05/2023, except in English text, where it is the 5th of July. A date without a year is the last one
    before `now`; `today` and `вчера` count when a time follows.
    """
    text = " ".join(text.casefold().split())
    text = _WEEKDAY.sub("", _LABEL.sub("", text, count=1), count=1)
    time = _TIME.search(text)
    if time:
        before, after = (_AROUND_TIME.sub("", part) for part in (text[: time.start()], text[time.end() :]))
        text = f"{before} {after}".strip()
        if text in _DAYS_AGO:
            return _at(now.astimezone(UTC) - timedelta(days=_DAYS_AGO[text]), time)
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return _moment(match.groupdict(), time, now=now, is_english=is_english)
    return None


def _moment(
    parts: dict[str, str | None], time: re.Match[str] | None, *, now: datetime, is_english: bool
) -> datetime | None:
    """Return the moment; None where there is no such day."""
    year, month, day = (int(parts.get(key) or 0) for key in ("year", "month", "day"))
    first, second = int(parts.get("first") or 0), int(parts.get("second") or 0)
    if first:
        is_month_first = (is_english and first <= len(_MONTHS)) or second > len(_MONTHS)
        month, day = (first, second) if is_month_first else (second, first)
    name = parts.get("name")
    if name:
        month = next(number for number, starts in enumerate(_MONTHS, 1) if name.startswith(starts))
    is_without_year = not parts.get("year")
    if is_without_year:
        year = now.year
    elif year < 100:  # noqa: PLR2004 - two digits
        year += 2000
    try:
        moment = _at(datetime(year, month, day, tzinfo=UTC), time)
        return moment.replace(year=year - 1) if is_without_year and moment > now else moment
    except (ValueError, OverflowError):
        return None


def _at(day: datetime, time: re.Match[str] | None) -> datetime:
    """Return that time of that day, in UTC."""
    if not time:
        return day.replace(hour=0, minute=0, second=0, microsecond=0)
    hour = int(time["hour"])
    if time["half"] and 0 < hour <= _NOON:
        hour = hour % _NOON + (_NOON if time["half"] == "p" else 0)
    offset = timedelta(hours=_ZONE_HOURS.get(time["zone"] or "z", 0))
    if time["offset"]:
        sign, digits = time["offset"][0], time["offset"][1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")  # noqa: PLR2004 - hhmm, hh
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    local = day.replace(
        hour=hour, minute=int(time["minute"]), second=int(time["second"] or 0), microsecond=0, tzinfo=timezone(offset)
    )
    return local.astimezone(UTC)
