"""Texts in capitals; `capitals.tsv` holds the cases: what is done, the language, the text, what comes of it.

`quieted`: the whole text is in capitals. `quiet`: it is none of those. `calmed`: some of its words are.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.translation.capitals import calmed, is_shouting, quieted, shouted

CASES = [line.split("\t") for line in Path(__file__).with_name("capitals.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("kind", "language", "text", "expected"), CASES)
def test_a_case(kind: str, language: str, text: str, expected: str) -> None:
    """Names keep a capital, abbreviations all of theirs, and a heading in capitals is told from a row of those."""
    assert is_shouting(text, language) == (kind == "quieted")
    assert (quieted if kind == "quieted" else calmed)(text, language) == expected


def test_capitals_are_recognised_by_their_share() -> None:
    """More than 60 % capitals in more than three words is shouting, some small letters or not."""
    assert is_shouting("ПРЕЗИДЕНТ ПОДПИСАЛ НОВЫЙ УКАЗ о мире", "ru")
    assert not is_shouting("ПРЕЗИДЕНТ подписал новый УКАЗ о мире", "ru")


@pytest.mark.parametrize("text", ["«ПРЕЗИДЕНТ ПОДПИСАЛ УКАЗ»", "İSTANBUL STRASSE ß", "ŉ ǅ ﬁ", ""])
def test_letter_case_changes_no_length(text: str) -> None:
    """Positions in a text hold after its case has changed."""
    for language in ("ru", "en", "de"):
        assert len(quieted(text, language)) == len(calmed(text, language)) == len(shouted(text)) == len(text)


@given(st.text("ПУТИНМДРФАВ-. İßŉǅNATOus’", max_size=30), st.sampled_from(["ru", "en", "tr"]))
def test_no_text_changes_its_length(text: str, language: str) -> None:
    """Nor its letters, but for their case."""
    for changed in (quieted(text, language), calmed(text, language)):
        assert len(changed) == len(text)
        assert shouted(changed) == shouted(text)
