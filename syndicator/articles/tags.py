"""Spell language tags as BCP 47 (RFC 5646) does. Knows their form; refuses to know what is done with a language."""

import re

from syndicator.model import UNDETERMINED

_TAG = re.compile(r"([a-z]{2,3})((?:-[a-z0-9]{2,8})*)")
_SHORTER = {
    "ara": "ar",
    "bel": "be",
    "bul": "bg",
    "ces": "cs",
    "chi": "zh",
    "cze": "cs",
    "deu": "de",
    "dut": "nl",
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "ger": "de",
    "in": "id",
    "ita": "it",
    "iw": "he",
    "jpn": "ja",
    "kaz": "kk",
    "kir": "ky",
    "mac": "mk",
    "mkd": "mk",
    "nld": "nl",
    "pol": "pl",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "srp": "sr",
    "tur": "tr",
    "ukr": "uk",
    "zho": "zh",
}
"""Codes of three letters, and withdrawn ones, that feeds use where a valid code of two exists (RFC 5646 2.2.1)."""
_NO_LANGUAGE = frozenset({UNDETERMINED, "mis", "mul", "zxx"})
_SCRIPT_LENGTH = 4
_REGION_LENGTH = 2


def normalise_language(tag: str | None) -> str | None:
    """Return a language tag as BCP 47 spells it: `ru-RU` for `RU_ru`, `ru` for `rus`, `zh-Hant` for `zh-hant`.

    None for what is no tag, and for tags that name no one language (`und`, `mis`, `mul`, `zxx`). An encoding behind it
    (`ru_RU.UTF-8`) and further languages of a list (`en, ru`) are dropped. RFC 5646 2.1.1, 4.5.
    """
    if tag is None:
        return None
    first, *_ = re.split(r"[.@;,\s]", tag.strip().replace("_", "-").lower(), maxsplit=1)
    match = _TAG.fullmatch(first)
    if match is None:
        return None
    language = _SHORTER.get(match[1], match[1])
    if language in _NO_LANGUAGE:
        return None
    return "-".join([language, *(_spelling(subtag) for subtag in match[2].split("-")[1:])])


def _spelling(subtag: str) -> str:
    if subtag.isalpha() and len(subtag) == _SCRIPT_LENGTH:
        return subtag.title()
    return subtag.upper() if subtag.isalpha() and len(subtag) == _REGION_LENGTH else subtag
