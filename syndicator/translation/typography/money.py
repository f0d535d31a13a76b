"""Set amounts of money that a model left in the original's form: $5 million in Russian, 5 млн долл. in English."""

import re
from collections.abc import Iterator

from syndicator.translation.edits import Edit
from syndicator.translation.typography.numbers import SPACES
from syndicator.translation.typography.proof import Proof

_SCALES = {"thousand": "тыс.", "million": "млн", "billion": "млрд", "trillion": "трлн"}
_TO_ENGLISH = {"тыс": "thousand", "млн": "million", "млрд": "billion", "трлн": "trillion"}
_CURRENCIES = {"US$": "долл. США", "$": "долл.", "€": "евро"}
_AMOUNT = rf"\d+(?:[.,{SPACES}]\d+)*"
_ENGLISH = re.compile(
    rf"(?<![\w$€])(?P<currency>US\$|\$|€)(?P<space>[{SPACES}]?)(?P<amount>{_AMOUNT})"
    rf"[{SPACES}-](?P<scale>{'|'.join(_SCALES)})(?!\w)"
)
_RUSSIAN = re.compile(
    rf"(?<![\w$€.,:/–-])(?P<amount>{_AMOUNT})[{SPACES}]?(?P<scale>{'|'.join(_TO_ENGLISH)})\b\.?"
    rf"[{SPACES}]?(?P<currency>долл(?:\.|ар\w*)|евро|руб(?:\.|л\w+))(?P<states>[{SPACES}]США)?(?!\w)"
)


def money(proof: Proof) -> Iterator[Edit]:
    """Set amounts that stand in the original in the very same form; what else the model made of them stays."""
    source = _spaceless(proof.source)
    if (proof.from_language, proof.to_language) == ("en", "ru"):
        for match in _ENGLISH.finditer(proof.text):
            if _spaceless(match[0]) in source:
                yield Edit(start=match.start(), end=match.start("amount"), text="")
                words = f"\u00a0{_SCALES[match['scale']]} {_CURRENCIES[match['currency']]}"
                # One point is both the abbreviation's and the sentence's.
                is_double = words.endswith(".") and proof.text[match.end() : match.end() + 1] == "."
                yield Edit(start=match.end("amount"), end=match.end(), text=words[:-1] if is_double else words)
    if (proof.from_language, proof.to_language) == ("ru", "en"):
        for match in _RUSSIAN.finditer(proof.text):
            if _spaceless(match[0]) in source:
                yield from _to_english(proof.text, match)


def _to_english(text: str, match: re.Match[str]) -> Iterator[Edit]:
    scale = _TO_ENGLISH[match["scale"]]
    is_at_end = match[0].endswith(".") and not text[match.end() :].strip(f"{SPACES}\"'”’)")
    stop = "." if is_at_end else ""
    if match["currency"].startswith("руб"):
        yield Edit(start=match.end("amount"), end=match.end(), text=f" {scale} roubles{stop}")
        return
    sign = "€" if match["currency"] == "евро" else "$"
    yield Edit(start=match.start(), end=match.start(), text=sign)
    yield Edit(start=match.end("amount"), end=match.end(), text=f" {scale}{stop}")


def _spaceless(text: str) -> str:
    return re.sub(rf"[{SPACES}]", "", text)
