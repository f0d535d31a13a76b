from syndicator.model import Link
from syndicator.translation.alignment import align, anchored, clauses, compose, identity, same_words, shift, words
from syndicator.translation.tokens import Pieces


def pieces(*given: str) -> Pieces:
    """Return a text in pieces; `▁` stands for a space, which at the beginning of the text is none."""
    text, spans = "", []
    for piece in given:
        before = len(text)
        text += piece.replace("▁", " " if text else "")
        spans.append((before, len(text)))
    return Pieces(text=text, pieces=given, spans=tuple(spans))


def pairs(source: Pieces, target: Pieces, attention: list[list[float]]) -> list[tuple[str, str]]:
    """Return the linked words."""
    return [
        (source.text[link.source_start : link.source_end], target.text[link.target_start : link.target_end])
        for link in align(source, target, attention)
    ]


def test_pieces_of_a_word_vote_together() -> None:
    """A word of several pieces is linked where most of their attention goes."""
    source, target = pieces("▁красный", "▁дом"), pieces("▁re", "d", "▁house")

    assert pairs(source, target, [[0.9, 0.1], [0.4, 0.6], [0.1, 0.9]]) == [("красный", "red"), ("дом", "house")]


def test_punctuation_has_no_vote() -> None:
    """A full stop that all look at draws no word to it."""
    source, target = pieces("▁дом", "▁стоит", "."), pieces("▁house", "▁stands", ".")

    assert pairs(source, target, [[0.3, 0.1, 0.6], [0.1, 0.2, 0.7], [0, 0, 1]]) == [
        ("дом", "house"),
        ("стоит.", "stands."),
    ]


def test_dash_of_its_own_is_linked_to_a_dash() -> None:
    """A dash between spaces goes with the dash, and no word goes with it."""
    source, target = pieces("▁он", "▁—", "▁врач"), pieces("▁he", "▁–", "▁doctor")

    assert pairs(source, target, [[0.2, 0.8, 0], [0.3, 0.3, 0.4], [0, 0.6, 0.4]]) == [
        ("он", "he"),
        ("—", "–"),
        ("врач", "doctor"),
    ]


def test_every_word_of_the_original_is_linked() -> None:
    """A word that no word looked at most is linked to the one that looked at it most."""
    source, target = pieces("▁в", "▁Москве"), pieces("▁Moscow")

    assert pairs(source, target, [[0.1, 0.9]]) == [("в", "Moscow"), ("Москве", "Moscow")]


def test_word_that_stands_in_both_is_linked_to_itself() -> None:
    """A number or name that stands once on either side is linked to itself whatever the model looked at."""
    source, target = pieces("▁в", "▁2023", "▁году"), pieces("▁year", "▁2023,")

    assert ("2023", "2023,") in pairs(source, target, [[0, 0, 1], [0.2, 0.1, 0.7]])


def test_target_order_and_exact_ranges() -> None:
    """Links stand in the order of the target text, with the exact ranges of its words."""
    source, target = pieces("▁дом", "▁красный"), pieces("▁red", "▁house")

    assert align(source, target, [[0, 1], [1, 0]]) == (
        Link(source_start=4, source_end=11, target_start=0, target_end=3),
        Link(source_start=0, source_end=3, target_start=4, target_end=9),
    )


def test_missing_attention_gives_fewer_links_and_no_error() -> None:
    """Where the model tells nothing, nothing is linked but what stands in both."""
    source, target = pieces("▁дом", "▁5"), pieces("▁house", "▁5")

    assert pairs(source, target, []) == [("5", "5")]
    assert align(pieces(), target, []) == ()
    assert align(source, pieces(), []) == ()


def test_scripts_without_spaces_have_words_of_one_character() -> None:
    """In Chinese and Japanese each character is a word."""
    assert [("你好 мир"[start:end]) for start, end in words("你好 мир")] == ["你", "好", "мир"]


def test_chained_links_lead_from_end_to_end() -> None:
    """Links A to B and B to C make links A to C, each once, in the order of C."""
    first = align(pieces("▁a1", "▁a2"), pieces("▁b1", "▁b2"), [[0, 1], [1, 0]])
    second = align(pieces("▁b1", "▁b2"), pieces("▁c1", "▁c2"), [[1, 0], [0, 1]])

    assert compose(first, second) == (
        Link(source_start=3, source_end=5, target_start=0, target_end=2),
        Link(source_start=0, source_end=2, target_start=3, target_end=5),
    )


def test_links_can_be_moved() -> None:
    """Links move with the texts they belong to."""
    assert shift(identity("ab"), source_by=3, target_by=5) == identity("ab", source_at=3, target_at=5)
    assert identity("ab c", target_at=5)[1] == Link(source_start=3, source_end=4, target_start=8, target_end=9)


def shown(source: str, target: str, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> list[tuple[str, str]]:
    """Return the texts of ranges."""
    return [(source[start:end], target[slice(*other)]) for (start, end), other in ranges]


def test_without_a_model_equal_words_are_linked() -> None:
    """Equal texts are linked word by word, others where a word stands once on either side."""
    assert same_words("да да", "да да") == identity("да да")
    assert same_words("Windows 11 11", "The Windows") == (
        Link(source_start=0, source_end=7, target_start=4, target_end=11),
    )
    assert same_words("", "x") == ()


def test_texts_are_cut_at_what_was_carried_over() -> None:
    """Zones lie between what stands in both texts, word for word and in order."""
    source, target = "дом 😀 сад ☂", "a house 😀 garden ☂"

    assert shown(source, target, anchored(source, [(0, 3), (6, 9)], target)) == [
        ("дом", "a house "),
        ("😀", "😀"),
        ("сад", " garden "),
        ("☂", "☂"),
    ]


def test_texts_stay_whole_where_nothing_is_to_cut_at() -> None:
    """Without zones between, or where the target lacks what is between them, the texts are one."""
    assert anchored("дом", [(0, 3)], "house") == [((0, 3), (0, 5))]
    assert anchored("дом 😀 сад", [(0, 3), (6, 9)], "house, garden") == [((0, 9), (0, 13))]
    assert anchored("", [], "") == []


def test_clauses_that_render_each_other_have_like_lengths() -> None:
    """A clause may be rendered by two, and two by one; together they are all of both texts."""
    source = "как сообщили накануне в Москве, без лишних слов, президент подписал указ"
    target = "it was said in Moscow the day before without further words, the president signed, well, a decree"

    assert shown(source, target, clauses(source, target)) == [
        (
            "как сообщили накануне в Москве, без лишних слов, ",
            "it was said in Moscow the day before without further words, ",
        ),
        ("президент подписал указ", "the president signed, well, a decree"),
    ]


def test_texts_of_very_many_and_hardly_any_clauses_are_not_cut() -> None:
    """Where clauses can't be paired, none are."""
    assert clauses("да, " * 20 + "нет", "no") == []
    assert clauses("да", "yes") == [((0, 2), (0, 3))]
