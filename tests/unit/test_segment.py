import time

import pytest
import sentencex

from syndicator.translation.segment import LONGEST, place_to_cut, script_of, split_sentences


def shown(text: str, language: str) -> list[str]:
    """Return the sentences without the space between them."""
    return [sentence.strip() for sentence in split_sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("ru", ["Встреча прошла в г. Москве.", "В ней участвовал А. С. Пушкин!", "Т. е. это 5 руб. за кг."]),
        ("ru", ["Он сказал: «Да»."]),
        ("uk", ["Це перше речення.", "Це друге."]),
        ("en", ["Mr. Smith went to the U.S. embassy.", 'He said: "Hello! How are you?"', "It costs 3.5 dollars."]),
        ("en-GB", ["One sentence.", "Another."]),
        ("xx", ["A language that nobody knows.", "It is split all the same."]),
        ("he", ["שלום עולם.", "מה שלומך?"]),
        ("en", ["Yes 😀.", "No 👨‍👩‍👧!", "End"]),
    ],
)
def test_sentences_end_where_a_reader_sees_them_end(language: str, sentences: list[str]) -> None:
    """Abbreviations, initials, decimals and quotations do not end a sentence."""
    assert shown(" ".join(sentences), language) == sentences


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "  А. \n\n Б!  ", "Да…  Нет.\tA\r\nB", "\u202eabc. Def.\u202c Ghi", "..."]
)
def test_nothing_is_lost_between_sentences(text: str, language: str) -> None:
    """The parts, joined, are the text."""
    assert "".join(split_sentences(text, language)) == text


def test_a_library_that_panics_is_worked_around() -> None:
    """An initial, a wide space and a full stop make sentencex panic; we split, and lose nothing."""
    text = "Mr. Smith came. A\u00a0. Second one. B\u2028. Third."

    parts = split_sentences(text, "en")

    assert "".join(parts) == text
    assert parts[0] == "Mr. Smith came. "


class PanicException(BaseException):
    """A panic in a Rust library."""


@pytest.mark.parametrize("found", [PanicException("byte index 9 is not a char boundary"), ["Lost something."]])
def test_a_library_that_fails_is_done_without(
    found: BaseException | list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it panics or returns another text: full stops still end sentences."""

    def segment(_language: str, _text: str) -> list[str]:
        if isinstance(found, BaseException):
            raise found
        return found

    monkeypatch.setattr(sentencex, "segment", segment)

    assert split_sentences("One. Two! And so on.", "en") == ["One. ", "Two! ", "And so on."]


def test_an_interrupt_is_no_panic(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes through to whoever waits for it."""

    def segment(_language: str, _text: str) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(sentencex, "segment", segment)

    with pytest.raises(KeyboardInterrupt):
        split_sentences("One. Two.", "en")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    "unit", ["слово ", "a", ". ", "“A. ", "т. е. ", "Mr. ", "(a) ", "Это вот так. ", "This is it. ", "\n"]
)
def test_time_is_in_proportion_to_length(unit: str, language: str) -> None:
    """200,000 characters of anything take less than two seconds; a splitter left alone takes up to 30."""
    text = unit * (200_000 // len(unit))

    before = time.process_time()
    parts = split_sentences(text, language)

    assert time.process_time() - before < 2
    assert "".join(parts) == text


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_text_without_a_full_stop_is_one_sentence(language: str) -> None:
    """A million characters are not cut anywhere."""
    assert len(split_sentences("слово " * 170_000, language)) == 1


@pytest.mark.parametrize(
    ("unit", "rest", "before"),
    [
        ("слово; два, три — четыре ", "два", "; "),
        ("слово, два три ", "два", ", "),
        ("слово ", "слово", " "),
        ("слово\n", "слово", "\n"),
        ("これは、", "これは", "、"),
        ("a", "aaaaa", "a"),
        ("e\u0301", "e\u0301", "\u0301"),
        ("👩\u200d👧", "👩", "👧"),
    ],
)
def test_a_sentence_that_is_far_too_long_is_cut_where_it_hurts_least(unit: str, rest: str, before: str) -> None:
    """After a stop, else after a clause, else at a space; letters keep their accents."""
    text = unit * 2_001

    cut = place_to_cut(text, 0, len(text))

    assert LONGEST / 3 < cut <= LONGEST
    assert text[:cut].endswith(before)
    assert text[cut:].startswith(rest)


def test_nothing_but_accents_is_cut_all_the_same() -> None:
    """What no language writes ends the search for a better place."""
    assert 0 < place_to_cut("\u0301" * 5_000, 0, 5_000) <= LONGEST


def test_windows_leave_no_trace() -> None:
    """A long text is split where its pieces are, though no splitter ever sees it whole."""
    sentences = [f"Это предложение номер {n}, и оно кончается точкой." for n in range(3_000)]

    assert shown(" ".join(sentences), "ru") == sentences


@pytest.mark.parametrize(
    ("language", "script"),
    [("ru", "Cyrillic"), ("sr-Cyrl", "Cyrillic"), ("en-US", "Latin"), ("ja", "Han"), ("xx", "Latin")],
)
def test_script_goes_by_the_primary_subtag(language: str, script: str) -> None:
    """Region and variant do not matter."""
    assert script_of(language) == script
