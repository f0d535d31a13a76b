from pathlib import Path

import pytest
from support.renderings import aligned

from syndicator.model import Rendering
from syndicator.translation.edits import apply
from syndicator.translation.quality import CARRIED, read_examples
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
        ("рост 3,5 %", "growth 35 %", "0-0 1-1 2-2", "growth 3.5 %"),
        ("дата 24.11.2026 верна", "date 24.11.2062 holds", "0-0 1-1 2-2", "date 24.11.2026 holds"),
        ("5 из 142", "5 of 124", "0-0 1-1 2-2", "5 of 142"),
        ("5 и 142 гостя", "five and 124 guests", "0-0 1-1 2-2 3-3", "five and 142 guests"),
        ("5 и 142", "6 and 124", "0-0 1-1 2-2", "5 and 142"),
        ("10 из 142", "124 of 10", "0-2 1-1 2-2", "142 of 10"),
        ("вёз 3 500 кг и 1 200 кг моркови", "had 350 kg and 120 kg kms", "", "had 3,500 kg and 1,200 kg kms"),
        ("мощность 1 200 МВт", "power 1, 2000 MW", "", "power 1,200 MW"),
        ("площадь 2 тыс. метров", "area 200 metres", "0-0 1-1", "area 2,000 metres"),
        ("вылет в 07:45 и 11:20", "leaves 07:45 and 1:20", "", "leaves 07:45 and 11:20"),
        ("до 18:00 ровно", "until 188:000 sharp", "", "until 18:00 sharp"),
        ("версия 3.11.4 вышла", "version 3.1,4 is out", "", "version 3.11.4 is out"),
        ("линия 8 800 555-35-35", "line 805 5555-35", "", "line 8 800 555-35-35"),
        ("тел. +7 495 123-45-67", "tel. +7 495 123-4567", "", "tel. +7 495 123-45-67"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN 893704 004 0053 0130 00", "", "IBAN DE89 3704 0044 0532 0130 00"),
        ("рейс 11:20 ушёл", "flight 11 left", "0-0 1-1 2-2", "flight 11:20 left"),
        ("124 и 142 гостя", "124 and 124 guests", "0-0 1-1 2-2 3-3", "124 and 142 guests"),
        ("142 и 124 гостя", "124 and 124 guests", "0-0 1-1 2-2 3-3", "142 and 124 guests"),
        ("142 и 124 гостя", "124 and 124 guests", "", "142 and 124 guests"),
        ("гостей 124, домов 142", "142 houses, 142 guests", "0-3 1-2 2-1 3-0", "142 houses, 124 guests"),
        ("124, 142 и ещё 124", "124, 124 and another 124", "", "124, 142 and another 124"),
        ("карта RTX4090 вышла", "RTX 4090 is out", "", "RTX4090 is out"),
        ("астероид 2024YR4 далеко", "asteroid 2024 YR4 is far", "", "asteroid 2024YR4 is far"),
    ],
)
def test_a_garbled_number_is_put_back(source: str, target: str, links: str, expected: str) -> None:
    """As the target language writes numbers; what is a name of digits, letter for letter; any number of them."""
    assert repaired(source, target, links) == expected


@pytest.mark.parametrize(
    ("source", "target", "links"),
    [
        ("приехали 142 гостя", "came 905 guests", ""),
        ("приехали 142 гостя", "came some guests", "0-0 1-1 2-2"),
        ("ещё 38 тысяч", "another 38,000", "0-0 1-1 2-1"),
        ("в 15 часов", "at 3 p.m.", "0-0 1-1 2-2"),
        ("24.11.2026 в Дели", "November 24, 2026 in Delhi", "0-0 0-1 0-2 1-3 2-4"),
        ("5 и 142 гостя", "five and 142 guests", "0-0 1-1 2-2 3-3"),
        ("в 1990-х", "in the 90s", "0-0 1-2"),
        ("полёт в 15 часов", "flight at 5 o’clock", "0-0 1-1 2-2 3-3"),
        ("счёт 2:1 сегодня", "score 3 today", "0-0 1-1 2-2"),
        ("11-я партия 2026", "the 11th game 2026", "0-1 1-2 2-3"),
        ("ставка 5 % в 2026", "rate 2026 % in 5", "0-0 1-1 2-2 3-3 4-4"),
        ("142 COVID-19", "COVID-19 142", "0-1 1-0"),
        ("142 гостя", "124th guest", "0-0 1-1"),
        ("в 15 часов", "at 5 sharp", "0-0 1-1 2-2"),
        ("рейс 15 ушёл", "at 5 p.m.", "0-0 1-1 2-2"),
        ("линия 8 800 555-35-35", "flat 12", ""),
        ("24.11 в Дели", "on November 24 in Delhi", "0-1 0-2 1-3 2-4"),
        ("24.11–26.11 в Дели", "November 24–26 in Delhi", "0-0 0-1 1-2 2-3"),
        ("5 тыс. 200 человек", "5,200 people", "0-0 1-0 2-0 3-1"),
        ("2 млн 300 тыс. рублей", "2.3 million roubles", "0-0 1-1 2-0 3-1 4-2"),
        ("за год (2025) 12 000 000 гостей", "in a year (2025) 12,000,000 guests", ""),
        ("бежали 1,5 минуты", "ran for 90 seconds", "0-0 1-2 2-3"),
        ("ждали 2 недели", "waited 14 days", "0-0 1-1 2-2"),
        ("масса 1 кг 200 г", "weighs 1.2 kg", "0-0 3-1 4-2"),
        ("рост на +1 200 000 человек", "growth by +1,200,000 people", ""),
        ("1500000000 рублей", "1,500,000,000 roubles", "0-0 1-1"),
        ("142 и 124, всего 300", "124 and 124 in all", ""),
    ],
)
def test_what_is_not_sure_stays(source: str, target: str, links: str) -> None:
    """Neither linked nor alike, or said in other words: nothing is done."""
    assert repaired(source, target, links) == target


def test_a_language_whose_number_words_we_do_not_know_is_compared_by_figures() -> None:
    """What is missing is put back as the original has it."""
    assert repaired("приехали 142 гостя", "kamen 124 Gäste", "0-0 1-1 2-2", "ru-de") == "kamen 142 Gäste"


def test_what_is_kept_is_no_number() -> None:
    """A literal's digits are neither missing nor wrong."""
    assert repaired("код 142 тут", "code 124 here", "0-0 1-1 2-2", keep=("142",)) == "code 124 here"


def test_right_translations_keep_their_numbers() -> None:
    """None of the carried references, and of the right lines that the checks are measured on, is touched."""
    lines = (Path(__file__).parents[1] / "quality" / "checks.tsv").read_text(encoding="utf-8").splitlines()
    right = [(pair, source, target) for pair, fault, source, target in map(_fields, lines) if fault == "-"]
    for pair in ("ru-en", "en-ru"):
        right += [(pair, one.source, one.reference) for one in read_examples(CARRIED, *pair.split("-"))]
    touched = [target for pair, source, target in right if repaired(source, target, "", pair) != target]
    assert len(right) > 250
    assert not touched


def _fields(line: str) -> list[str]:
    return line.split("\t")
