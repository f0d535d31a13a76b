from dataclasses import replace

import pytest

from syndicator.model import ModelRef, Route
from syndicator.translation.memory import memory_key, normalise

MODEL = ModelRef(from_language="ru", to_language="en", version="0.1", digest="aa")
ROUTE = Route(models=(MODEL,))
KEY = memory_key("Й слово", route=ROUTE, decoding="beam 2")


@pytest.mark.parametrize("text", ["Й слово", "И\u0306 слово", "  Й \n\u00a0слово "])
def test_equal_texts_have_one_key(text: str) -> None:
    """White space and the way a letter is composed make no difference."""
    assert memory_key(text, route=ROUTE, decoding="beam 2") == KEY


@pytest.mark.parametrize(
    ("text", "route", "decoding"),
    [
        ("й слово", ROUTE, "beam 2"),
        ("Й слово", ROUTE, "beam 4"),
        ("Й слово", Route(models=(replace(MODEL, digest="bb"),)), "beam 2"),
        ("Й слово", Route(models=(replace(MODEL, version="0.2"),)), "beam 2"),
        ("Й слово", Route(models=(MODEL, replace(MODEL, from_language="en", to_language="de"))), "beam 2"),
    ],
)
def test_all_that_decides_on_the_output_is_in_the_key(text: str, route: Route, decoding: str) -> None:
    """Another text, model, route or setting is another key."""
    assert memory_key(text, route=route, decoding=decoding) != KEY


def test_the_key_never_changes_between_releases() -> None:
    """It is stored: a change would silently empty every memory."""
    assert KEY == "747512a24a6172ec83dee8167c9bb23969aaf50eaa4be847201a6fdc3bd57fc3"


def test_normalised_text_is_composed_and_single_spaced() -> None:
    """NFC; one space for any run of white space, none at the ends."""
    assert normalise(" И\u0306\t\n x ") == "Й x"
