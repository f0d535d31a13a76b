import pytest
from support.renderings import aligned

from syndicator.model import Rendering
from syndicator.translation.edits import apply
from syndicator.translation.typography import repair_numbers


def repaired(source: str, target: str, links: str, pair: str = "ru-en", keep: tuple[str, ...] = ()) -> str:
    """Return the target with its number repaired."""
    from_language, to_language = pair.split("-")
    rendering: Rendering = aligned(source, target, links)
    edits = repair_numbers(
        source, target, rendering.links, from_language=from_language, to_language=to_language, keep=keep
    )
    return apply(rendering, edits).text


@pytest.mark.parametrize(
    ("source", "target", "links", "expected"),
    [
        ("приехали 142 гостя", "came 124 guests", "0-0 1-1 2-2", "came 142 guests"),
        ("рост 3,5 %", "growth 35 %", "0-0 1-1 2-2", "growth 3,5 %"),
        ("дата 24.11.2026 верна", "date 24.11.2062 holds", "0-0 1-1 2-2", "date 24.11.2026 holds"),
        ("5 из 142", "5 of 124", "0-0 1-1 2-2", "5 of 142"),
    ],
)
def test_a_garbled_number_is_put_back(source: str, target: str, links: str, expected: str) -> None:
    """Letter for letter; typography then sees to its marks."""
    assert repaired(source, target, links) == expected


@pytest.mark.parametrize(
    ("source", "target", "links"),
    [
        ("приехали 142 гостя", "came 124 guests", ""),
        ("приехали 142 гостя", "came some guests", "0-0 1-1 2-2"),
        ("ещё 38 тысяч", "another 38,000", "0-0 1-1 2-1"),
        ("в 15 часов", "at 3 p.m.", "0-0 1-1 2-2"),
        ("24.11.2026 в Дели", "November 24, 2026 in Delhi", "0-0 0-1 0-2 1-3 2-4"),
        ("5 и 142 гостя", "five and 124 guests", "0-0 1-1 2-2 3-3"),
        ("5 и 142", "6 and 124", "0-0 1-1 2-2"),
        ("10 из 142", "124 of 10", "0-2 1-1 2-2"),
        ("счёт 2:1 сегодня", "score 3 today", "0-0 1-1 2-2"),
        ("11-я партия 2026", "the 11th game 2026", "0-1 1-2 2-3"),
        ("ставка 5 % в 2026", "rate 2026 % in 5", "0-0 1-1 2-2 3-3 4-4"),
        ("142 COVID-19", "COVID-19 142", "0-1 1-0"),
    ],
)
def test_what_is_not_sure_stays(source: str, target: str, links: str) -> None:
    """Without a link to a wrong number, or with more than one missing, nothing is done."""
    assert repaired(source, target, links) == target


def test_what_is_kept_is_no_number() -> None:
    """A literal's digits are neither missing nor wrong."""
    assert repaired("код 142 тут", "code 124 here", "0-0 1-1 2-2", keep=("142",)) == "code 124 here"
