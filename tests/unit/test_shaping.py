from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.packages import carried, read

from syndicator.translation import shaping
from syndicator.translation.inference import is_usable, repeats
from syndicator.translation.tokens import BytePairs, Pieces, SentencePieces

WORD = "правительство"


def in_words(text: str, *, unknown: str = "") -> Pieces:
    """Cut a text into one piece a word, with its space, and each character of `unknown` into one of its own."""
    spans: list[tuple[int, int]] = []
    for n, character in enumerate(text):
        starts = not spans or character in unknown or text[n - 1] in unknown or character.isspace()
        spans = [*spans, (n, n + 1)] if starts else [*spans[:-1], (spans[-1][0], n + 1)]
    pieces = tuple(text[start:end] for start, end in spans)
    return Pieces(
        text=text,
        pieces=pieces,
        spans=tuple(spans),
        unknown=tuple(piece in unknown and piece != "" for piece in pieces),
    )


def shown(text: str, *, unknown: str = "") -> list[str]:
    """Return the parts of a text that go to the model."""
    return [text[start:end] for start, end in shaping.parts(in_words(text, unknown=unknown))]


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> SentencePieces:
    """Return the tokenizer of the carried ru_en package."""
    file = tmp_path_factory.mktemp("pieces") / "sentencepiece.model"
    file.write_bytes(read(carried("ru_en"))["sentencepiece.model"])
    return SentencePieces(file)


# what is carried over


@pytest.mark.parametrize("text", ["", "  ", "12 345,6", "— … —", "100 %", "Windows 11", "https://example.org/"])
def test_text_without_a_letter_of_its_script_is_carried_over(text: str) -> None:
    """Numbers, signs and, in Russian, plain ASCII are nothing to translate."""
    assert shaping.is_carried_over(text, "ru")


def test_english_is_not_carried_over() -> None:
    """ASCII is nothing special in a language written with it."""
    assert not shaping.is_carried_over("Windows 11", "en-GB")
    assert not shaping.is_carried_over("Привет", "ru")


def test_word_with_an_unknown_letter_is_carried_over_whole() -> None:
    """A word with a letter that the model lacks is left alone, its neighbours are translated, its quotes too."""
    assert shown("Город «Київ» растёт.", unknown="ї") == ["Город", "растёт."]


def test_unknown_sign_is_carried_over_with_its_modifiers() -> None:
    """An emoji with its variation selector is left alone; the word that touches it is translated."""
    assert shown("Привет❤\ufe0f мир", unknown="❤\ufe0f") == ["Привет", "мир"]


def test_unknown_punctuation_is_left_to_the_model() -> None:
    """A quotation mark that the model lacks doesn't cut the sentence in two."""
    assert shown("он сказал „да“ и ушёл", unknown="„“") == ["он сказал „да“ и ушёл"]


def test_unknown_ideograph_takes_only_itself() -> None:
    """In a script without spaces an unknown character doesn't count as part of a long word."""
    assert shown("一二三四", unknown="三") == ["一二", "四"]


# long texts


def test_text_up_to_the_limit_is_one_part() -> None:
    """A text of as many pieces as the model takes is not cut."""
    text = " ".join([WORD] * shaping.MAX_PIECES)

    assert shown(text) == [text]


def test_long_text_is_cut_after_clauses() -> None:
    """A longer text is cut after commas, into parts that the model takes, and no character is lost."""
    clause = " ".join([WORD] * 9) + ", " + WORD
    text = " ".join([clause] * 60)

    found = shown(text)

    assert " ".join(found) == text
    assert all(part.endswith(",") for part in found[:-1])
    assert max(len(part.split()) for part in found) <= shaping.PART_PIECES


def test_word_of_a_hundred_letters_is_carried_over() -> None:
    """No language has one: a model would make a short one of it. One letter less is translated."""
    assert shown("Слово " + "ы" * 5000 + ", и ещё.") == ["Слово", "и ещё."]
    assert shown("ы" * 99 + " да") == ["ы" * 99 + " да"]
    assert shown("一" * 200) == ["一" * 200]


@settings(deadline=None, max_examples=200)
@given(text=st.text("аб в,.й😀ї\n", max_size=40), times=st.integers(1, 60))
def test_parts_stand_in_order_and_leave_no_letter_out(text: str, times: int) -> None:
    """Whatever the text, its parts don't overlap, and outside them is no letter that the model knows."""
    text = text * times
    spans = shaping.parts(in_words(text, unknown="😀ї"))
    outside = text
    for start, end in reversed(spans):
        assert 0 <= start < end <= len(outside)
        outside = outside[:start] + outside[end:]

    kept = "".join(c if c.isalpha() else " " for c in outside).split()
    assert all("ї" in word or len(word) >= 100 for word in kept)


def test_long_text_beside_what_is_carried_over_is_cut_whole() -> None:
    """A part that is too long begins with its first letter, whatever piece that stands in."""
    text = "ї " + " ".join([WORD] * 300)

    found = shown(text, unknown="ї")

    assert " ".join(found) == text[2:]


@pytest.mark.parametrize("text", ["слово 😀 " * 30_000, "словї, " * 30_000, "слово, " * 30_000, "я" * 200_000])
def test_odd_text_of_any_length_is_cut_in_no_time(text: str) -> None:
    """Work grows with the length of a text, not with its square: this would take minutes."""
    pieces = tuple(text)
    spans = tuple((n, n + 1) for n in range(len(text)))
    unknown = tuple(letter in "😀ї" for letter in text)

    parts = shaping.parts(Pieces(text=text, pieces=pieces, spans=spans, unknown=unknown))

    assert all(end - start <= shaping.MAX_PIECES for start, end in parts)


# what came out


def output(text: str) -> Pieces:
    """Return a text in pieces, one a word."""
    return Pieces(text=text, pieces=tuple(text.split()), spans=())


@pytest.mark.parametrize(
    "text", ["", "...", "the end \ufffd", "the \u2047 end", "no no no no", "to be to be to be to be"]
)
def test_unusable_output_is_known(text: str) -> None:
    """Nothing, punctuation alone, broken characters, and four repetitions are no translation."""
    assert not is_usable(output("быть или не быть"), output(text))


@pytest.mark.parametrize("text", ["to be or not to be", "no no no", "1 0 0 0 0 0 roubles", "1"])
def test_usable_output_is_known(text: str) -> None:
    """Ordinary text, three repetitions and zeros in a row are fine."""
    assert is_usable(output("быть или не быть"), output(text))


def test_repetition_of_the_original_is_no_loop() -> None:
    """What repeats because the original does is fine."""
    assert is_usable(output("да да да да да"), output("yes yes yes yes yes"))
    assert repeats(("a", "b", "a", "b", "a", "b")) == 3


# tokenizers


def test_spans_are_those_of_the_text_as_written(pieces: SentencePieces) -> None:
    """Spans tile the text as given, though SentencePiece sees a normalised one."""
    text = "Указ  № 5 — ﬁ Ⅷ."

    found = pieces.locate(text)

    assert "".join(text[start:end] for start, end in found.spans).replace(" ", "") == text.replace(" ", "")


def test_pieces_go_back_to_text(pieces: SentencePieces) -> None:
    """What was cut is put together again, texts in order, an empty one too."""
    texts = ["Привет, мир.", "", "Указ 5"]

    cut = pieces.cut(texts)

    assert [one.text for one in cut] == texts
    assert pieces.join([list(one.pieces) for one in cut]) == texts
    assert pieces.join([]) == []
    assert [one.pieces for one in cut] == [pieces.locate(text).pieces for text in texts]


@pytest.mark.parametrize("text", ["Привет, мир.", "Встреча 你好", "Київ", "😀", "", "a\x00b"])
def test_unknown_characters_are_noticed(text: str, pieces: SentencePieces) -> None:
    """A text has an unknown piece exactly where the quick look at its pieces says so."""
    [cut] = pieces.cut([text])

    assert pieces.is_known(cut.pieces) == (not any(pieces.locate(text).unknown))


def test_pieces_of_an_output_are_placed_where_they_tell(pieces: SentencePieces) -> None:
    """Laid end to end they are the text, whoever cut it; where a letter is in bytes, there is no telling."""
    cut = ["▁", "Т", "о", "варищ", ",", "▁да"]
    [text] = pieces.join([cut])

    placed = pieces.place(cut, text)

    assert placed is not None
    assert [text[start:end] for start, end in placed.spans] == ["", "Т", "о", "варищ", ",", " да"]
    assert pieces.place(["▁да", "<0xD1>", "<0x97>"], pieces.join([["▁да", "<0xD1>", "<0x97>"]])[0]) is None
    assert pieces.place(cut, text + ".") is None


def test_each_side_has_its_own_pieces(tmp_path: Path) -> None:
    """With two models the original is cut by one and the translation by the other."""
    for name, package in (("source.spm", "ru_en"), ("target.spm", "en_ru")):
        (tmp_path / name).write_bytes(read(carried(package))["sentencepiece.model"])
    both = SentencePieces(tmp_path / "source.spm", tmp_path / "target.spm")

    alone = [SentencePieces(tmp_path / name) for name in ("source.spm", "target.spm")]

    assert both.locate("правительство") == alone[0].locate("правительство")
    assert both.locate_target("government") == alone[1].locate("government")


def test_byte_pair_models_work(tmp_path: Path) -> None:
    """A `bpe.model` cuts and joins, and its spans find the words though Moses changes quotation marks."""
    model = tmp_path / "bpe.model"
    model.write_text("#version: 0.2\nп р\nи в\n", encoding="utf-8")
    tokenizer = BytePairs(model, from_code="ru", to_code="en")
    text = "«привет», мир!"

    located = tokenizer.locate(text)
    [cut] = tokenizer.cut([text])
    [joined] = tokenizer.join([list(cut.pieces)])

    assert cut.pieces == located.pieces
    assert "пр@@" in cut.pieces
    assert [text[start:end] for start, end in dict.fromkeys(located.spans) if end > start][-4:] == [
        "привет",
        ",",
        "мир",
        "!",
    ]
    assert "привет" in joined
    assert "мир!" in joined
    assert tokenizer.locate_target("it's").pieces


@pytest.mark.parametrize(
    ("text", "halved"),
    [
        ("one two three four, five six seven eight nine", ["one two three four,", "five six seven eight nine"]),
        ("one two three four five six seven eight", ["one two three four", "five six seven eight"]),
        ("one two three four five", []),
        ("", []),
        ("一" * 30, []),
    ],
)
def test_a_text_is_halved_after_a_clause_or_at_a_space(text: str, halved: list[str]) -> None:
    """What can't be had whole is cut near its middle, never in a word; a short text is not cut."""
    pieces = in_words(text) if " " in text or not text else in_words(text, unknown="一")
    assert [text[start:end] for start, end in shaping.halves(pieces)] == halved
