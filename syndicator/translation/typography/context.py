"""Tell from its neighbours whether a figure is a quantity, or a version, a section, a time: a name made of digits."""

import re

_UNITS = (
    r"%|‰|°|[$€£₽¥]"
    r"|percent|per\s+cent|percentage|points?|thousand|million|billion|trillion|mln|bn|tn|times"
    r"|dollars?|euros?|roubles?|rubles?|pounds?|yuan|yen"
    r"|met(?:re|er)s?|kilomet(?:re|er)s?|centimet(?:re|er)s?|millimet(?:re|er)s?|miles?|feet|inch(?:es)?|hectares?"
    r"|tonnes?|tons?|kilograms?|grams?|lit(?:re|er)s?|barrels?|degrees?|seconds?|minutes?|hours?|days?|weeks?|months?|years?"
    r"|[kmcn]?m|[kmcg]?g|km/h|kW|MW|GW|TW|[kMGT]Wh|[kMGT]?Hz|[KMGT]i?B|[kM]V|[lt]|ha|°[CF]"
    r"|процент\w*|тыс|тысяч\w*|млн|миллион\w*|млрд|миллиард\w*|трлн|триллион\w*|раз\w?"
    r"|доллар\w*|евро|рубл\w+|руб|фунт\w*|юан\w+|иен\w?"
    r"|[кмс]?м|[кмс]?г|[кмс]?л|т|га|кВт|МВт|ГВт|сек|мин|ГБ|МБ|КБ|ТБ|[кМГ]?Гц|[кМ]В"
    r"|метр\w*|километр\w*|сантиметр\w*|миллиметр\w*|мил\w+|гектар\w*|тонн\w*|килограмм\w*|грамм\w*|литр\w*|баррел\w+"
    r"|градус\w*|секунд\w*|минут\w*|час\w*|дн\w+|день|недел\w+|месяц\w*|лет|год\w*|пункт\w*"
)
_UNIT = re.compile(rf"[\s\u00a0-]?(?:{_UNITS})(?!\w)")
_CURRENCY = re.compile(r"[$€£₽¥]\s?$")
_NAME = re.compile(
    r"\b(?:versions?|v|ver|release|sections?|sec|clauses?|paragraphs?|para|items?|chapters?|articles?|art|parts?|rules?"
    r"|figures?|fig|tables?|steps?|step|annex|appendix|no|nos|at"
    r"|верси\w+|релиз\w*|пункт\w*|подпункт\w*|п|пп|раздел\w*|глав\w+|стать\w+|ст|част[иья]\w*|рис|рисун\w+|табл|таблиц\w*"
    r"|приложени\w+)\.?[\s\u00a0]+$",
    re.IGNORECASE,
)
_PROPER = re.compile(
    r"\b(?!(?:A|An|The|About|Some|Over|Around|Nearly|Almost|Only|Of|In|By|With|Than|Magnitude)\s)"
    r"(?:[A-ZА-ЯЁ][\w.+-]*|[a-z]+[A-Z]\w*)[\s\u00a0]+$"
)
_TIME = re.compile(r"(?:[01]?\d|2[0-3])[.,][0-5]\d")
_TIME_BEFORE = re.compile(r"\b(?:at|from|until|till|by|since|to|between|and|в|с|до|к|около)[\s\u00a0]+$", re.IGNORECASE)
_TIME_AFTER = re.compile(r"[\s\u00a0]*(?:[ap]\.?m\b|GMT|UTC|MSK|CET|мск|по\s+моск\w+|утра|вечера)", re.IGNORECASE)
_HEADING = re.compile(r"[.)]?[\s\u00a0]+[A-ZА-ЯЁ]")
_NEAR = 24
"""Characters before a number that are looked at."""


def has_unit(text: str, start: int, end: int) -> bool:
    """Say whether a unit, a currency or a word for a large number stands at the figure [start, end)."""
    return bool(_UNIT.match(text, end) or _CURRENCY.search(text[max(start - 2, 0) : start]))


def is_attached(text: str, end: int) -> bool:
    """Say whether letters that are no unit follow a figure at once: 802.11n."""
    return text[end : end + 1].isalpha() and not _UNIT.match(text, end)


def is_name(text: str, start: int, end: int) -> bool:
    """Say whether a figure with a point or comma in it is, or may be, no quantity: Python 3.11, section 3.2, 10.30."""
    if is_attached(text, end):
        return True
    figure, before = text[start:end], text[max(start - _NEAR, 0) : start]
    if _TIME_AFTER.match(text, end) and _TIME.fullmatch(figure):
        return True
    if has_unit(text, start, end):
        return False
    if _NAME.search(before) or (_TIME.fullmatch(figure) and _TIME_BEFORE.search(before)):
        return True
    # With a comma it can't be a version: Brent 71,35.
    is_like_version = "." in figure and _PROPER.search(before)
    return bool(is_like_version or (not before.strip() and _HEADING.match(text, end)))
