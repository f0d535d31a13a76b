"""What holds for any translation, however badly the engine set it."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicator.model import Rendering
from syndicator.translation.edits import apply
from syndicator.translation.typography import typeset

PAIRS = [("ru", "en"), ("en", "ru"), ("de", "ru"), ("fr", "en")]
LITERALS = ["https://un.org/a-b?c=3.5", "press@un.org", "report-3.5.pdf", "#ШОС25", "@un_news", "x = 3.5", "2026-11-24"]

fragments = st.sampled_from(
    [
        *"\"'«»„“”‘’-–—,.:;!?()%№$ \u00a0",
        *[
            "слово",
            "Word",
            "д'Арк",
            "the ministers'",
            "5",
            "3.5",
            "3,5",
            "3,500",
            "12 500",
            "1 200",
            "61500",
            "24.11.2026",
        ],
        *["10:30", "2:1", "2020-2025", " - ", " — ", "--", "5%", "5 %", "№ 5", "No. 5", '24"', "5'10\"", "$5 million"],
        *[
            "5 млн долл.",
            "т.е.",
            "e.g.",
            "2026 г.",
            "5 млн.",
            "и т.д.",
            "November 24, 2026",
            "24 ноября 2026 года",
            "version ",
        ],
        *LITERALS,
    ]
)
texts = st.lists(fragments, max_size=14).map(" ".join) | st.lists(fragments, max_size=14).map("".join)
pairs = st.sampled_from(PAIRS)


def set_once(source: str, target: str, pair: tuple[str, str], keep: tuple[str, ...] = ()) -> str:
    """Return the target as it is published."""
    from_language, to_language = pair
    edits = typeset(source, target, from_language=from_language, to_language=to_language, keep=keep)
    assert all(one.end <= two.start for one, two in pairwise(edits))
    return apply(Rendering(text=target), edits).text


@given(source=texts, target=texts, pair=pairs)
@example(source="1,500 and 1.500 kg", target="1,500 и 1.500 кг", pair=("en", "ru"))
def test_setting_twice_changes_nothing_more(source: str, target: str, pair: tuple[str, str]) -> None:
    """Typesetting is idempotent, whatever the original was."""
    once = set_once(source, target, pair)
    assert set_once(source, once, pair) == once


@given(text=texts, pair=pairs)
def test_setting_twice_changes_nothing_more_in_an_untranslated_text(text: str, pair: tuple[str, str]) -> None:
    """Typesetting is idempotent where the engine copied the original."""
    once = set_once(text, text, pair)
    assert set_once(text, once, pair) == once


@given(source=texts, target=texts, pair=pairs)
def test_no_digit_is_lost_or_moved(source: str, target: str, pair: tuple[str, str]) -> None:
    """Digits stay in their order, except for months that become words or figures."""
    dated = re.compile(r"\d{1,2}\.\d{2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}")
    if not dated.search(target):
        assert re.findall(r"\d", set_once(source, target, pair)) == re.findall(r"\d", target)


@given(before=texts, after=texts, literal=st.sampled_from(LITERALS), pair=pairs)
def test_literals_come_through_letter_for_letter(before: str, after: str, literal: str, pair: tuple[str, str]) -> None:
    """Addresses, file names, hashtags, handles and what is kept are never touched."""
    target = f"{before} {literal} {after}"
    once = set_once(target, target, pair, keep=("x = 3.5",))
    whole = re.compile(rf"(?<!\w){re.escape(literal)}(?!\w)")
    assert len(whole.findall(once)) == len(whole.findall(target))


quantities = st.decimals(0, 10**9, allow_nan=False, places=2) | st.integers(0, 10**7).map(Decimal)
UNITS = {"en": "million", "ru": "млн"}


def written(number: Decimal, language: str, *, is_grouped: bool) -> str:
    text = f"{number:,}" if is_grouped else str(number)
    return text if language == "en" else text.replace(",", "\u00a0").replace(".", ",")


@given(
    numbers=st.lists(st.tuples(quantities, st.booleans(), st.sampled_from(["ru", "en"])), min_size=1, max_size=6),
    pair=st.sampled_from(PAIRS[:2]),
)
def test_numbers_keep_their_values(numbers: list[tuple[Decimal, bool, str]], pair: tuple[str, str]) -> None:
    """Whether the engine wrote a number as the one language does or as the other, it means the same in the end."""
    from_language, to_language = pair
    source = " и ".join(
        f"{written(number, from_language, is_grouped=grouped)} {UNITS[from_language]}" for number, grouped, _ in numbers
    )
    target = " и ".join(
        f"{written(number, language, is_grouped=grouped)} {UNITS[to_language]}" for number, grouped, language in numbers
    )
    once = set_once(source, target, pair)
    separator, mark = ("\u00a0", ",") if to_language == "ru" else (",", ".")
    found = re.findall(rf"\d+(?:{separator}\d{{3}})*(?:{re.escape(mark)}\d+)?", once)
    values = [Decimal(text.replace(separator, "").replace(mark, ".")) for text in found]
    assert sorted(values) == sorted(number for number, _, _ in numbers)


@pytest.mark.parametrize("language", ["de", "zh", "und"])
@given(text=texts)
def test_other_languages_are_left_alone(language: str, text: str) -> None:
    """What we have no rules for stays as the engine wrote it."""
    assert typeset(text, text, from_language="ru", to_language=language) == []
