"""The sentences that models are measured on are what they should be, and the measure tells good from bad."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.packages import carried

from syndicator.errors import ParseError
from syndicator.model import ModelRef, Rendering, Route
from syndicator.translation.check import letters_by_script
from syndicator.translation.engine import ArgosTranslator
from syndicator.translation.models import import_package
from syndicator.translation.quality import CARRIED, Example, measure, parse_pair, read_examples

PAIRS = [("ru", "en"), ("en", "ru")]
ROUTE = Route(models=(ModelRef(from_language="ru", to_language="en", version="1", digest=""),))


def numbers(text: str) -> list[str]:
    """Return the numbers in a text, however a language groups their digits and writes thousands."""
    text = re.sub(r"(\d+) тысяч\w*", r"\g<1>000", text)
    text = re.sub(r"(?<=\d)[ ,](?=\d{3}\b)", "", text)
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", text)))


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_hundred_different_sentences_each_way(source: str, target: str) -> None:
    """No sentence stands twice, on either side, or is the other direction's turned round."""
    there, back = read_examples(CARRIED, source, target), read_examples(CARRIED, target, source)
    assert len(there) == 100
    assert len({one.source for one in there} | {one.reference for one in back}) == 200
    assert len({one.reference for one in there}) == 100


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_sentences_are_in_their_language_and_of_a_sentences_length(source: str, target: str) -> None:
    """Each side is in its script but for names; the originals have 6 to 35 words and are short and long."""
    scripts = {"ru": "Cyrillic", "en": "Latin"}
    examples = read_examples(CARRIED, source, target)
    for example in examples:
        for language, text in ((source, example.source), (target, example.reference)):
            letters = letters_by_script(text)
            assert letters[scripts[language]] >= 0.85 * letters.total(), text
    lengths = sorted(len(example.source.split()) for example in examples)
    assert 6 <= lengths[0] <= 8
    assert 28 <= lengths[-1] <= 35
    assert 12 <= sum(lengths) / 100 <= 20


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_numbers_agree_and_each_side_has_its_own_typography(source: str, target: str) -> None:
    """A reference has its original's numbers and last mark; quotation marks are those of the language."""
    for example in read_examples(CARRIED, source, target):
        assert numbers(example.source) == numbers(example.reference), example
        assert example.source.endswith("?") == example.reference.endswith("?"), example
        assert example.source[-1] in ".?"
        assert example.reference[-1] in ".?"
        russian, english = sorted(
            (example.source, example.reference), key=lambda text: -letters_by_script(text)["Cyrillic"]
        )
        assert not re.search("[“”\"']", russian), example
        assert not re.search("[«»\"']", english), example


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_the_carried_models_keep_their_floor(source: str, target: str, tmp_path: Path) -> None:
    """The starter models reach what they reached when they came. Raise it with better ones; never lower it."""
    import_package(carried(f"{source}_{target}"), tmp_path)
    translator = ArgosTranslator(tmp_path, beam_size=2, threads=2)
    steps: list[int] = []
    examples = read_examples(CARRIED, source, target)
    measured = measure(examples, translator, translator.route(source, target), progress=steps.append)
    assert steps[-1] == measured.sentences == len(measured.translations) == 100
    assert measured.chrf >= 33
    assert measured.bleu >= 8.5
    assert measured.marked >= max(measured.empty, *measured.marks.values())
    assert measured.seconds > 0
    assert measured.source_words == sum(len(example.source.split()) for example in examples)


class Says:
    """A translator that says what it was told to: a person at the keyboard, as far as a measure can tell."""

    def __init__(self, sayings: dict[str, str | None]) -> None:
        self._sayings = sayings

    def translate(self, texts: Sequence[str], _route: Route, *, effort: int = 0) -> list[Rendering | None]:
        """Return what was told."""
        assert effort == 0
        return [Rendering(text=said) if (said := self._sayings[text]) is not None else None for text in texts]


def test_references_score_full_and_nothing_scores_nothing() -> None:
    """The references themselves are perfect and hardly ever marked; nothing at all is empty and marked."""
    examples = read_examples(CARRIED, "ru", "en")
    perfect = measure(examples, Says({one.source: one.reference for one in examples}), ROUTE)  # type: ignore[arg-type]
    assert (round(perfect.chrf), round(perfect.bleu), perfect.empty) == (100, 100, 0)
    assert perfect.marked <= 5
    nothing = measure(examples, Says({one.source: None for one in examples}), ROUTE)  # type: ignore[arg-type]
    assert (nothing.chrf, nothing.bleu, nothing.empty, nothing.marked_share) == (0, 0, 100, 1)


def test_what_typography_sets_later_costs_nothing() -> None:
    """Straight quotes, hyphens for dashes and no-break spaces are no mistakes of a model."""
    example = Example(source="Он сказал: «Да».", reference="He said — in \xa02026 — “yes, it’s so”.")
    said = {"Он сказал: «Да».": 'He said - in  2026 - "yes, it\'s so".'}
    assert round(measure([example], Says(said), ROUTE).chrf) == 100  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        "Да.\tYes.\n\n# a remark\nНет.\tNo.\n",
        "\ufeffru-en\tДа.\tYes.\r\nen-ru\tMaybe.\tМожет быть.\r\nru_en\tНет.\tNo.",
        "ru>en\tДа. \t Yes.\n  Нет.\tNo.\n",
    ],
)
def test_a_set_has_two_columns_or_three(tmp_path: Path, content: str) -> None:
    """Source and reference, or a pair before them; other pairs, remarks and blank lines are passed over."""
    path = tmp_path / "set.tsv"
    path.write_text(content, encoding="utf-8")
    assert read_examples(path, "ru", "en-GB") == [
        Example(source="Да.", reference="Yes."),
        Example(source="Нет.", reference="No."),
    ]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xd0\x94\xd0\xb0.\tYes.\nno tab here\n", ":2: "),
        (b"a\tb\n\n\tc\n", ":3: "),
        (b"a\t \n", ":1: "),
        (b"a\tb\tc\n", ":1: "),
        (b"ru-en\ta\tb\tc\n", ":1: "),
        (b"de-en\ta\tb\n", "no sentence for ru-en"),
        (b"", "no sentence for ru-en"),
        (bytes(range(256)) * 9, "can't be read"),
    ],
)
def test_a_bad_set_is_refused_with_the_line(tmp_path: Path, content: bytes, place: str) -> None:
    """What is wrong with a file is told with the file's name and where."""
    path = tmp_path / "set.tsv"
    path.write_bytes(content)
    with pytest.raises(ParseError) as refused:
        read_examples(path, "ru", "en")
    assert str(path) in str(refused.value)
    assert place in str(refused.value)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("ru-en", ("ru", "en")),
        ("ru_en", ("ru", "en")),
        ("ru>en", ("ru", "en")),
        ("pt-BR-en", ("pt-BR", "en")),
        ("zh-Hans-zh-Hant", ("zh-Hans", "zh-Hant")),
        ("ru", None),
        ("ru-en-de-fr", None),
        ("Да", None),
    ],
)
def test_pairs_are_understood(text: str, pair: tuple[str, str] | None) -> None:
    """A pair is written with a hyphen, an underscore or an angle."""
    assert parse_pair(text) == pair
