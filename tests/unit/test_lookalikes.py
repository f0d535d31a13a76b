"""Words of mixed letters; `lookalikes.tsv` holds the cases: a text, whether it counts as Cyrillic, what comes of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.articles.detect import detect_text
from syndicator.lookalikes import unmixed
from syndicator.model import Rendering
from syndicator.translation.blocks import join, plain_block, sentences

CASES = [line.split("\t") for line in Path(__file__).with_name("lookalikes.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("text", "is_cyrillic", "expected"), CASES)
def test_a_case(text: str, is_cyrillic: str, expected: str) -> None:
    """A word that can be in one script is; declined Latin names, and what can be in neither, stay."""
    assert unmixed(text, is_cyrillic=is_cyrillic == "+") == expected


@given(st.text("aceopxyABCsktmасеорхуАВСкимё -1", max_size=30), st.booleans())
def test_lengths_stay(text: str, is_cyrillic: bool) -> None:  # noqa: FBT001 - hypothesis draws it
    """Positions hold, and once is enough."""
    once = unmixed(text, is_cyrillic=is_cyrillic)
    assert len(once) == len(text)
    assert unmixed(once, is_cyrillic=is_cyrillic) == once


def test_a_model_is_given_whole_words() -> None:
    """A sentence is translated in one script; what is left untranslated keeps its characters."""
    block = plain_block("В cтране растёт cпрос. Ещё.", "ru")

    first, second = sentences((block,))

    assert first.text == "В стране растёт спрос."
    assert (
        join((block,), lambda one: Rendering(text="More.") if one is second else None) == "В cтране растёт cпрос. More."
    )


def test_what_stays_letter_for_letter_is_not_touched() -> None:
    """An address in mixed letters is another address than in letters of one script."""
    [one] = sentences((plain_block("В cети есть https://cайт.ru/cтр.", "ru"),))

    assert one.text == "В сети есть https://cайт.ru/cтр."


def test_its_language_is_told_all_the_same() -> None:
    """Letters of another alphabet that only look like its own don't hide a language."""
    assert detect_text("Пpaвитeльcтвo Poccии oбъявилo o нoвыx мepax пoддepжки").language == "ru"
