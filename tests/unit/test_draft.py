from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.rules import RULES

from syndicator.allowed import allowed
from syndicator.errors import Unfit
from syndicator.model import Article, Category, Enclosure, ModelRef, Rendering, Route, Segment, Translation
from syndicator.translation.draft import Draft, draft
from syndicator.translation.finishing import finish, prepare

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROUTE = Route(models=(ModelRef(from_language="ru", to_language="en", version="0.1", digest="aa"),))
ARTICLE = Article(
    id="a1",
    source="desk",
    origin_id="1",
    version=3,
    url="https://example.org/1",
    title="Новость дня",
    html="<p>Раз. Два.</p>",
    summary="Раз.",
    language="ru",
    title_language="ru",
    authors=("Иван",),
    published=NOW,
    updated=NOW,
    first_seen=NOW,
    categories=(),
    enclosures=(Enclosure(url="https://example.org/a.mp3", title="Запись"), Enclosure(url="https://example.org/b")),
    rights=None,
    credit=None,
    section=None,
    content_hash="h",
)


def finished(plan: Draft, engine: Callable[[str], str] = "T {}".format) -> Translation:
    """Finish a draft with renderings that `engine` makes of the segments."""
    renderings = {text: Rendering(text=engine(text), links=(), score=-0.1) for text in plan.segments}
    return finish(prepare(plan, RULES), renderings, route=ROUTE, engine="Argos ru_en 0.1 (CTranslate2)", now=NOW)


def english(text: str) -> str:
    """Return an English text of a length that no check doubts."""
    return "x" * len(text)


def test_each_segment_is_asked_for_once() -> None:
    """In reading order, title first, whatever field it stands in."""
    plan = draft(ARTICLE, to_language="en")

    assert plan.segments == ("Новость дня", "Раз.", "Два.", "Запись")


def test_segments_of_categories_alone_are_told() -> None:
    """They count for no hold; one that stands in the text, too, does."""
    categories = (Category(term="Погода"), Category(term="Раз."), Category(term="Новость дня"))

    plan = draft(replace(ARTICLE, categories=categories), to_language="en")

    assert plan.labels == {"Погода"}


def test_a_translation_holds_every_field() -> None:
    """Titles, body, summary and enclosure titles; an enclosure without a title stays without."""
    assert finished(draft(ARTICLE, to_language="en"), english) == Translation(
        article_id="a1",
        article_version=3,
        language="en",
        title="xxxxxxxxxxx",
        html="<p>xxxx xxxx</p>",
        summary="xxxx",
        enclosure_titles=("xxxxxx", None),
        category_labels=(),
        route="ru>en",
        engine="Argos ru_en 0.1 (CTranslate2)",
        marks=(),
        translated=NOW,
        segments=tuple(
            Segment(source=source, target="x" * len(source), score=-0.1, is_person=False, marks=(), terms=())
            for source in ("Новость дня", "Раз.", "Два.", "Запись")
        ),
    )


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        (Category(term="Новости"), "xxxxxxx"),
        (Category(term="news", scheme="https://example.org/s", label="Новости"), "xxxxxxx"),
        (Category(term="Новости", scheme="https://example.org/s"), "xxxxxxx"),
        (Category(term="#выборы"), None),
        (Category(term="2026"), None),
        (Category(term="https://example.org/новости"), None),
        (Category(term="press@example.org"), None),
        (Category(term="medtop:20000538", scheme="http://cv.iptc.org/newscodes/"), None),
        (Category(term="мир-спорт_1", scheme="https://example.org/s"), None),
        (Category(term="World"), None),
    ],
)
def test_a_category_is_translated_if_people_read_it(category: Category, expected: str | None) -> None:
    """By its label, else its term; addresses, hashtags, codes and what is in the target language stay."""
    plan = draft(replace(ARTICLE, categories=(category,)), to_language="en")
    assert finished(plan, english).category_labels == (expected,)
    assert ((category.label or category.term) in plan.segments) is (expected is not None)


@pytest.mark.parametrize("html", ["<p>12.05 — 15:30</p>", "<p>😀 …</p>", "<p>https://a.org a@b.org</p>", "<p> </p>"])
def test_text_without_words_passes(html: str) -> None:
    """It is not asked for and comes out as it was."""
    plan = draft(replace(ARTICLE, html=html), to_language="en")

    assert plan.segments == ("Новость дня", "Раз.", "Запись")
    assert finished(plan).html == html


@pytest.mark.parametrize(
    ("language", "to_language", "text", "is_asked"),
    [
        ("ru", "en", "The report is out.", False),
        ("ru", "en", "The report «Мир» is out.", True),
        ("ru", "uk", "The report is out.", True),
        ("en", "ru", "Отчёт вышел.", False),
        ("de", "en", "The report is out.", True),
    ],
)
def test_a_sentence_in_the_script_of_the_target_passes(
    language: str, to_language: str, text: str, *, is_asked: bool
) -> None:
    """Where the original's script is another: a quotation in the target language is not translated."""
    plan = draft(replace(ARTICLE, html=f"<p>{text}</p>", language=language), to_language=to_language)

    assert (text in plan.segments) is is_asked


def test_a_title_in_the_target_language_passes() -> None:
    """An English title over a Russian text is the English edition's title."""
    article = replace(ARTICLE, title="News of the day", title_language="en")
    plan = draft(article, to_language="en-GB")

    assert plan.segments[0] == "Раз."
    assert finished(plan).title == "News of the day"


def test_a_title_in_a_third_language_is_marked() -> None:
    """It went through a model for another language."""
    translation = finished(draft(replace(ARTICLE, title_language="uk"), to_language="en"), english)

    assert translation.marks == ("the title is in another language (uk) than the text",)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_a_missing_rendering_fails_the_whole(text: str | None) -> None:
    """And says which: text under a wrong language is never published."""
    plan = draft(ARTICLE, to_language="en")
    renderings = {segment: Rendering(text="x", links=(), score=None) for segment in plan.segments}
    del renderings["Два."]
    if text is not None:
        renderings["Два."] = Rendering(text=text, links=(), score=None)

    with pytest.raises(Unfit, match="Два"):
        finish(prepare(plan, RULES), renderings, route=ROUTE, engine="x", now=NOW)


@pytest.mark.parametrize("text", [None, " "])
def test_one_missing_in_many_stands_in_the_originals_words(text: str | None) -> None:
    """It is marked; of more than one in five, the whole fails."""
    words = ["Один.", "Два.", "Три.", "Четыре.", "Пять.", "Шесть.", "Семь.", "Восемь.", "Девять.", "Десять."]
    article = replace(ARTICLE, title="", summary="", enclosures=(), categories=(), html=f"<p>{' '.join(words)}</p>")
    plan = draft(article, to_language="en")
    assert len(plan.segments) == len(words)
    renderings = {word: Rendering(text="Said.") for word in words}
    for word in ("Два.", "Девять."):
        del renderings[word]
        if text:
            renderings[word] = Rendering(text=text)

    translation = finish(prepare(plan, RULES), renderings, route=ROUTE, engine="x", now=NOW)

    assert translation.html.count("Said.") == len(words) - 2
    assert "Два." in translation.html
    assert translation.marks.count("no translation: “Два.”") == 1
    assert [one.source for one in translation.segments if one.marks == ("no translation",)] == ["Два.", "Девять."]
    del renderings["Три."]
    with pytest.raises(Unfit):
        finish(prepare(plan, RULES), renderings, route=ROUTE, engine="x", now=NOW)


def test_html_that_is_not_clean_is_refused() -> None:
    """Before anything is translated."""
    with pytest.raises(Unfit):
        draft(replace(ARTICLE, html="<p>раз"), to_language="en")


@pytest.mark.parametrize(
    ("source", "target", "title"),
    [
        ("Новость", "A piece of news.", "A piece of news"),
        ("Новость.", "A piece of news.", "A piece of news."),
        ("Новость?", "A piece of news?", "A piece of news?"),
        ("Итоги «года.»", "Results of “the year.”", "Results of “the year.”"),
        ("Визит в США", "A visit to the U.S.", "A visit to the U.S."),
        ("Новость", "A piece of news...", "A piece of news..."),
        ("Новость", " A piece of news ", "A piece of news"),
    ],
)
def test_a_full_stop_that_the_original_has_not_is_dropped(source: str, target: str, title: str) -> None:
    """Models end every text as a sentence; a headline is none."""
    plan = draft(replace(ARTICLE, title=source), to_language="en")

    assert finished(plan, lambda text: target if text == source else text).title == title


def test_doubts_are_marked_with_the_words_they_are_about() -> None:
    """Long segments are shown by their beginning."""
    long = "В этом довольно длинном и подробном предложении говорится о том, что было в 2023 году"
    plan = draft(replace(ARTICLE, html=f"<p>{long}</p>"), to_language="en")

    doubtful = "This rather long sentence says what happened, and it says it in detail, too"
    [mark] = finished(plan, lambda text: doubtful if text == long else english(text)).marks

    assert mark == "number missing: “В этом довольно длинном и подробном предложении говорится о…”"


def test_a_number_in_an_address_is_not_missing() -> None:
    """The address is put back, whatever came out for it."""
    plan = draft(replace(ARTICLE, html="<p>Подробности на https://a.org/2023</p>"), to_language="en")

    translation = finished(plan, lambda text: "Details on htp:/a" if "http" in text else english(text))

    assert translation.marks == ()
    assert translation.html == "<p>Details https://a.org/2023 on htp:/a</p>"


def test_a_link_without_words_is_marked() -> None:
    """Two links and one word: one of them can't be seen."""
    article = replace(ARTICLE, html="<p><a href='1'>раз</a> <a href='2'>два</a></p>")

    translation = finished(draft(article, to_language="en"), lambda text: "once" if "два" in text else english(text))

    assert translation.marks == ("a link has lost its words",)


def test_what_xml_cannot_carry_is_taken_out_last() -> None:
    """Whether the model wrote it or the original had it."""
    article = replace(ARTICLE, html="<p>Раз</p><pre>a\x0bb</pre>")

    translation = finished(draft(article, to_language="en"), lambda _: "x\x00\x1f\ufffey\nz")

    assert translation.title == "xy\nz"
    assert translation.html == "<p>xy\nz</p><pre>ab</pre>"


def test_text_comes_out_composed() -> None:
    """In NFC, whatever the model wrote."""
    assert finished(draft(ARTICLE, to_language="en"), lambda _: "cafe\u0301").title == "caf\u00e9"


def test_the_mark_of_the_language_follows_the_text() -> None:
    """`lang="ru"` on a paragraph that is English now would be a lie."""
    plan = draft(replace(ARTICLE, html='<p lang="ru">Раз</p>'), to_language="en")

    assert finished(plan, english).html == '<p lang="en">xxx</p>'


def test_a_plain_text_is_not_escaped() -> None:
    """Title and summary are text, not HTML."""
    plan = draft(replace(ARTICLE, summary="Раз & <два>\n\nТри"), to_language="en")

    assert plan.segments[1:4] == ("Раз & <два>", "Три", "Раз.")
    assert finished(plan, lambda text: f"<{text}>").summary == "<Раз & <два>>\n\n<Три>"


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<p>Раз. Два. Три.</p>", '<p>xxxx <span lang="ru">Два.</span> xxxx</p>'),
        ("<p>Два.</p><p>Раз.</p>", '<p><span lang="ru">Два.</span></p><p>xxxx</p>'),
        ("<p><b>Раз. Два.</b></p>", '<p><b>xxxx <span lang="ru">Два.</span></b></p>'),
        ("<p><em>Два.</em> Три.</p>", '<p><em><span lang="ru">Два.</span></em> xxxx</p>'),
        ("<p>Раз. <b><i>Два</i></b>. Три.</p>", '<p>xxxx <span lang="ru"><b><i>Два</i></b>.</span> xxxx</p>'),
        ("<p>Раз. Два<br>Три.</p>", None),
        ("<p><b>Раз. Д</b>ва. Три.</p>", "<p><b>xxxx Д</b>ва. xxxx</p>"),
        ('<p lang="ru">Раз. Два.</p>', '<p lang="en">xxxx <span lang="ru">Два.</span></p>'),
        ('<img alt="Два.">', '<img alt="Два.">'),
    ],
)
def test_a_sentence_in_the_originals_words_has_its_language(html: str, written: str | None) -> None:
    """It stands in an element with `lang`, where one fits; the sanitiser leaves that as it is."""
    others = tuple(Enclosure(url=f"https://example.org/{n}", title=f"Запись {n}") for n in range(6))
    plan = draft(replace(ARTICLE, html=html, enclosures=others), to_language="en")

    found = finished(plan, lambda text: "" if text in {"Два.", "Два"} else english(text)).html

    assert allowed(found, base_url=None) == found
    assert found == (written or found)
    assert found.count("<span") == found.count("</span>") <= 1
