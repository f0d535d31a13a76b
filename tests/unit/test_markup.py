import re
import time

import pytest
from support.renderings import aligned, swapped

from syndicator.errors import Unfit
from syndicator.model import Link, Rendering
from syndicator.translation.blocks import LONGEST_LEFT_IN, Sentence, join, plain_block, sentences
from syndicator.translation.markup import relabel, split
from syndicator.translation.segment import LONGEST


def texts(html: str) -> list[str]:
    """Return the sentences of a Russian text."""
    return [sentence.text for sentence in sentences(split(html, "ru"))]


def translated(html: str, *renderings: tuple[str, str, str]) -> str:
    """Return the text with these sentences translated: (source, target, links as `aligned` takes them)."""
    known = {source: aligned(source, target, pairs) for source, target, pairs in renderings}
    return join(split(html, "ru"), lambda sentence: known.get(sentence.text))


# apart


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Раз. Два.</p><h2>Три</h2>", ["Раз.", "Два.", "Три"]),
        ("<ul><li>раз<ul><li>два</li></ul></li></ul>", ["раз", "два"]),
        ("<table><tbody><tr><th>раз</th><td>два</td></tr></tbody></table>", ["раз", "два"]),
        ("<dl><dt>раз</dt><dd>два</dd></dl>", ["раз", "два"]),
        ("<figure><img src='x'><figcaption>раз</figcaption></figure>", ["раз"]),
        ("раз<p>два</p>три", ["раз", "два", "три"]),
        ("<p>Это <b>одно</b> <i>целое <u>предложение</u></i>.</p>", ["Это одно целое предложение."]),
        ("<a href='x'><h2>раз</h2><p>два</p></a>", ["раз", "два"]),
        ("<p>раз\n  два\u00a0три</p>", ["раз два три"]),
        ("<p>пере\u00adнос сло\u200bва</p>", ["перенос слова"]),
        ("<p>Вызови <code>a. B! C? d</code> тут</p>", ["Вызови a. B! C? d тут"]),
        ("<p>1 &lt; 2 &amp;&amp; да</p>", ["1 < 2 && да"]),
        ("<p>раз</p><pre>код\nкод</pre><p>два</p>", ["раз", "два"]),
        ('<p translate="no">раз</p><p>два</p>', ["два"]),
        ("", []),
    ],
)
def test_a_block_is_translated_by_whole_sentences(html: str, found: list[str]) -> None:
    """Block elements part the text, inline elements don't, and code is no text."""
    assert texts(html) == found


def test_what_is_far_too_long_is_translated_in_pieces() -> None:
    """A million characters without a full stop are many segments, and none of them is lost; atoms stay whole."""
    html = "<p><b>" + "одно слово <code>a b c d e f g h i</code>, два " * 25_000 + "</b></p>"

    found = texts(html)

    assert max(map(len, found)) <= LONGEST + LONGEST_LEFT_IN
    assert "".join("".join(found).split()) == "".join(re.sub("<[^>]*>", "", html).split())
    assert all(text.count("a b c d e f g h i") == text.count("a b") == text.count("h i") for text in found)
    assert join(split(html, "ru"), lambda _: None) == html


def test_attributes_that_people_read_are_translated() -> None:
    """`alt` and `title` are, wherever they stand; nothing else is."""
    html = '<p title="Раз"><a href="два" title="Три">Четыре</a><img src="пять" alt="Шесть &quot;7&quot;"></p>'

    assert texts(html) == ["Раз", "Четыре", "Три", 'Шесть "7"']
    assert join(split(html, "ru"), swapped) == (
        '<p title="рАЗ"><a href="два" title="тРИ">чЕТЫРЕ</a><img src="пять" alt="шЕСТЬ &quot;7&quot;"></p>'
    )


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Слово<sup>1</sup> и <sup><a href='#2'>[2]</a></sup>слово<a href='#3'>[3]</a></p>", ["Слово и слово"]),
        ("<p>Слово <img src='x'> и слово</p>", ["Слово и слово"]),
        ("<p>Слово<img src='x'>слово</p>", ["Слово слово"]),
        ("<p>Слово <a href='x'>→</a> слово</p>", ["Слово слово"]),
        ("<p>В <b>2023</b> году</p>", ["В 2023 году"]),
        ("<p>Файл <code>a.txt</code> готов</p>", ["Файл a.txt готов"]),
        (f"<p>Файл <code>{'x' * 61}</code> готов</p>", ["Файл готов"]),
    ],
)
def test_what_has_no_words_is_taken_out(html: str, found: list[str]) -> None:
    """Images, footnote marks and signs are no part of the sentence; numbers and short code are."""
    assert texts(html) == found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>длинная строка, которую разорвали только потому,<br>что она не помещалась</p>", 1),
        ("<p>Раз<br><br>два</p>", 2),
        ("<p>Раз.<br>два</p>", 2),
        ("<p>раз<br>— два</p>", 2),
        ("<p>раз<br>2) два</p>", 2),
        ("<p>Москва<br>Россия</p>", 2),
        ("<p><b>раз</b><br>два</p>", 2),
        ("<p><b>Раз:</b> два</p>", 2),
        ("<p>это <b>раз:</b> два</p>", 1),
    ],
)
def test_a_line_break_ends_a_sentence_only_where_it_means_to(html: str, found: int) -> None:
    """Some only make a line fit; lists, verses, addresses and headings end where their line ends."""
    assert len(texts(html)) == found


def test_an_empty_line_ends_a_sentence_in_plain_text() -> None:
    """A single line break doesn't."""
    assert [sentence.text for sentence in plain_block("раз\nдва\n\nтри", "ru").sentences] == ["раз два", "три"]


@pytest.mark.parametrize("html", ["<p>раз", "раз</p>", "<b><i>раз</b></i>", "1 < 2", "<!-- раз -->", "<p"])
def test_html_that_no_sanitiser_wrote_is_refused(html: str) -> None:
    """To guess what it means would lose text or make up markup."""
    with pytest.raises(Unfit, match="not clean"):
        split(html, "ru")


# and back


def test_a_link_follows_its_words() -> None:
    """The order of elements follows the order of words."""
    assert translated(
        "<p>Вчера <a href='x'>дом</a> купил <b>Иван</b>.</p>",
        ("Вчера дом купил Иван.", "Ivan bought a house yesterday.", "0-4 1-3 1-2 2-1 3-0"),
    ) == ("<p><b>Ivan</b> bought <a href='x'>a house</a> yesterday.</p>")


def test_one_wrongly_aligned_word_does_not_stretch_a_link() -> None:
    """It holds the run with most of its words, not all between the first and the last."""
    assert translated(
        "<p>Он видел <a href='x'>большой дом</a> вчера.</p>",
        ("Он видел большой дом вчера.", "Yesterday he saw the big house.", "4-0 0-1 1-2 2-0 2-4 3-3 3-5"),
    ) == ("<p>Yesterday he saw <a href='x'>the big house</a>.</p>")


def test_siblings_never_overlap() -> None:
    """Where the words of one lie around those of the other, each gets a part."""
    html = translated(
        "<p>x <a href='1'>раз два</a> <a href='2'>три</a></p>",
        ("x раз два три", "x one three two", "0-0 1-1 3-2 2-3"),
    )

    assert html == "<p>x <a href='1'>one</a> <a href='2'>three</a> two</p>"


def test_nested_elements_stay_nested() -> None:
    """The inner one never leaves the outer one, whatever the links say."""
    assert (
        translated(
            "<p>Вот <a href='x'>новый <b>дом</b></a> стоит тут</p>",
            ("Вот новый дом стоит тут", "house stands here new there", "0-4 1-3 2-0 3-1 4-2"),
        )
        == "<p><a href='x'><b>house</b></a> stands here new there</p>"
    )


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("<a href='x'>«Раз два»</a>, три.", "<a href='x'>“One two”</a>, three."),
        ("«<a href='x'>Раз два</a>», три.", "“<a href='x'>One two</a>”, three."),
        ("Раз <a href='x'>два, три.</a>", "One <a href='x'>two, three.</a>"),
        ("<a href='x'>«Раз два»,</a> три.", "<a href='x'>“One two”</a> three."),
        ("Раз <a href='x'>два, три</a>.", "One <a href='x'>two, three</a>."),
        ("<a href='x'>Раз —</a> два три", "<a href='x'>One –</a> two three"),
        ("Раз (<a href='x'>два</a>) три", "One (<a href='x'>two</a>) three"),
    ],
)
def test_punctuation_stays_inside_or_outside(source: str, target: str) -> None:
    """Also where the target language writes other quotation marks."""
    plain = [text.replace("<a href='x'>", "").replace("</a>", "") for text in (source, target)]
    words = "0-0 1-1 2-2" if "—" not in source else "0-0 2-2 3-3"

    assert translated(f"<p>{source}</p>", (plain[0], plain[1], words)) == f"<p>{target}</p>"


def test_emphasis_of_a_whole_sentence_is_of_the_whole() -> None:
    """With whatever punctuation the translation has at its ends."""
    assert (
        translated("<p><b>Раз два!</b> Три.</p>", ("Раз два!", "“One two.", "0-0 1-1"), ("Три.", "Three.", "0-0"))
        == "<p><b>“One two.</b> Three.</p>"
    )


def test_an_element_that_has_no_word_of_its_own_is_in_nobody_s_way() -> None:
    """The end of a word alone can't be found again: its element stands, empty, beside the others."""
    assert (
        translated("<p>сло<i>во</i> <b>дом стоит</b></p>", ("слово дом стоит", "house word stands", "0-1 1-0 2-2"))
        == "<p><b>house word stands</b><i></i></p>"
    )


def test_without_links_places_are_in_proportion() -> None:
    """An element still stands at whole words, about where it stood."""
    assert translated(
        "<p>раз два <b>три</b> четыре</p>", ("раз два три четыре", "one two three four five six seven eight", "")
    ) == ("<p>one two three four <b>five six</b> seven eight</p>")


def test_an_element_may_span_sentences() -> None:
    """It begins in the one and ends in the other."""
    assert translated(
        "<p>Раз <b>два. Три. Четыре</b> пять.</p>",
        ("Раз два.", "Two one.", "0-1 1-0"),
        ("Три.", "Three.", "0-0"),
        ("Четыре пять.", "Four five.", "0-0 1-1"),
    ) == ("<p><b>Two one. Three. Four</b> five.</p>")


def test_a_sentence_left_as_it_is_keeps_its_markup_beside_a_translated_one() -> None:
    """Its spaces and places are not touched."""
    assert translated("<p>Раз.  Two <b>\n 2</b> <i>x</i></p>", ("Раз.", "One.", "0-0")) == (
        "<p>One.  Two <b>\n 2</b> <i>x</i></p>"
    )


@pytest.mark.parametrize(
    ("target", "written"),
    [
        ("Start git commit now", "Start <code>git commit</code> now"),
        ("Start gut comit now", "Start <code>git commit</code> now"),
        ("Start the thing now", "Start <code>git commit</code> now"),
        ("Start now now now", "Start <code>git commit</code> now now now"),
    ],
)
def test_code_comes_through_letter_for_letter(target: str, written: str) -> None:
    """Its copy, its likeness or what renders it alone is replaced; else it is put in and nothing is lost."""
    pairs = "0-0 1-1 2-2 3-3" if target != "Start now now now" else "0-0 3-1 3-2 3-3"

    assert translated(
        "<p>Запусти <code>git commit</code> сейчас</p>", ("Запусти git commit сейчас", target, pairs)
    ) == (f"<p>{written}</p>")


def test_a_copy_is_found_without_links() -> None:
    """As long as it is long enough to be no chance hit."""
    assert (
        translated(
            "<p>Запусти <code>git commit</code> сейчас</p>",
            ("Запусти git commit сейчас", "Now please do start git commit it", ""),
        )
        == "<p>Now please do start <code>git commit</code> it</p>"
    )


def test_words_around_what_was_an_address_stay() -> None:
    """Models look at an address for the word before it, too."""
    assert (
        translated(
            "<p>Вот https://a.org/b тут</p>",
            ("Вот https://a.org/b тут", "See it at htps:/a.org here", "0-0 1-1 1-2 1-3 2-4"),
        )
        == "<p>See it at https://a.org/b here</p>"
    )


@pytest.mark.parametrize(
    "literal",
    [
        "https://example.org/a?b=1&amp;c=д",
        "www.example.org",
        "example.ru/path/",
        "press.office@example.org",
        "#ШОС2023",
        "@president_ru",
        "отчёт-2023.pdf",
    ],
)
def test_addresses_come_through_letter_for_letter(literal: str) -> None:
    """Without any markup around them, and whatever the model made of them; so does the stop that follows."""
    source = f"Пишите на {literal}.".replace("&amp;", "&")

    assert translated(f"<p>Пишите на {literal}.</p>", (source, "Write to ht/exmple.", "0-0 1-1 2-2")) == (
        f"<p>Write to {literal}.</p>"
    )


def test_letters_beside_code_are_not_replaced_with_it() -> None:
    """What is glued to it is translated text, and stays even where no copy of the code is found."""
    assert (
        translated(
            "<p>Из <code>a.py</code>шки и <code>b</code>x</p>",
            ("Из a.pyшки и bx", "From aploids and bx", "0-0 1-1 2-2 3-3"),
        )
        == "<p>From <code>a.py</code> aploids and <code>b</code>x</p>"
    )


def test_a_void_element_stands_after_the_same_word() -> None:
    """With the spaces that it had; a footnote mark stays before the full stop."""
    assert (
        translated("<p>Вот <img src='x'> дом<sup>1</sup>.</p>", ("Вот дом.", "The house is here.", "1-0 1-1 0-3"))
        == "<p>The house<sup>1</sup> is here <img src='x'>.</p>"
    )


def test_a_line_break_takes_the_place_of_a_space() -> None:
    """It stands after the word that corresponds, with no space beside it."""
    assert (
        translated(
            "<p>длинная строка, которую мы тут разорвали,<br>кончилась</p>",
            (
                "длинная строка, которую мы тут разорвали, кончилась",
                "the long line we broke ended",
                "0-1 1-2 3-3 5-4 6-5",
            ),
        )
        == "<p>the long line we broke<br>ended</p>"
    )


def test_text_of_a_model_is_escaped() -> None:
    """No markup can come from it, in content or attributes."""
    html = join(split('<p title="раз">два</p>', "ru"), lambda _: Rendering(text='<b>"&\u00a0', links=(), score=None))

    assert html == '<p title="&lt;b&gt;&quot;&amp;&nbsp;">&lt;b&gt;"&amp;&nbsp;</p>'


def test_links_that_point_nowhere_are_ignored() -> None:
    """An engine's mistake costs a place, not the article."""
    link = Link(source_start=-5, source_end=900, target_start=3, target_end=2)

    html = join(split("<p><b>раз</b> два</p>", "ru"), lambda _: Rendering(text="one two", links=(link,), score=None))

    assert html == "<p><b>one</b> two</p>"


def test_the_language_marked_is_that_of_the_translation() -> None:
    """`lang` of the original's language is changed; that of a quotation or of code stays."""
    html = '<p lang="ru-RU" title=" lang=">раз <q lang="fr">deux</q> <code lang="ru">x</code></p>'

    assert relabel(html, from_language="ru", to_language="en") == html.replace('"ru-RU"', '"en"')


# odd and large


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 5_000 + "слово" + "</b>" * 5_000,
        "<p>" + "слово <a href='x'>ещё</a> " * 4_000 + "</p>",
        "<p>" + "слово<br>" * 10_000 + "</p>",
        "<p>" + "слово<img src='x' alt='да'>" * 4_000 + "</p>",
        "<p>" + "слово <code>x</code> " * 2_000 + "</p>",
        "<p>" + "a." * 100_000 + "</p>",
        "<p>" + "a@" * 100_000 + "</p>",
        "<p>" + "<b>a</b>." * 10_000 + "</p>",
        "<p>" + "слово " * 40_000 + "</p>",
        "<p>Слово.</p>" * 5_000,
    ],
    ids=["deep", "links", "breaks", "images", "code", "dots", "ats", "glued", "words", "paragraphs"],
)
def test_time_is_in_proportion_to_size(html: str) -> None:
    """A hundred kilobytes of anything are taken apart and put together in seconds, without recursion."""
    before = time.process_time()
    result = join(split(html, "ru"), swapped)

    assert time.process_time() - before < 5
    assert result.lower() == html.lower()


def test_sentences_know_what_there_is_to_translate() -> None:
    """An address is none of it."""
    [sentence] = sentences(split("<p>На <code>x</code> и a@b.org!</p>", "ru"))

    assert isinstance(sentence, Sentence)
    assert (sentence.text, sentence.words.split(), sentence.kept) == ("На x и a@b.org!", ["На", "и", "!"], "x a@b.org")
