"""A whole article through the real engine. Nothing here depends on how well the carried models translate."""

import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser

import nh3
import pytest
from support.packages import carried
from support.rules import RULES

from syndicator.model import Article, Enclosure, Translation
from syndicator.translation.draft import draft
from syndicator.translation.engine import ArgosTranslator
from syndicator.translation.finishing import finish, prepare
from syndicator.translation.models import import_package

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HTML = """<h2>Итоги <em>саммита</em></h2>
<p>Министры <a href="https://example.org/1">стран организации</a>
встречались в <b>Дели</b><sup><a href="#n">1</a></sup>.
Они обсудили <a href="https://example.org/2"><strong>развитие торговли</strong> и транспорта</a> в 2023 году.</p>
<figure><img src="https://example.org/a.jpg" alt="Участники встречи"><figcaption>Фото: Иван</figcaption></figure>
<ul>
  <li>Команда <code>syndicator run --once</code> запускает программу.</li>
  <li><b>Адрес:</b> пишите на press@example.org или на https://example.org/contact?id=5.</li>
  <li>The original statement was made in English.</li>
</ul>
<pre>строка = 1
</pre>
<blockquote><p>«Мы <i>очень довольны</i> результатами», — сказал министр.<br>Он поблагодарил всех.</p></blockquote>"""
ARTICLE = Article(
    id="a1",
    source="desk",
    origin_id="1",
    version=1,
    url=None,
    title="Министры встретились в Дели",
    html=HTML,
    summary="Министры обсудили торговлю. Подробнее: https://example.org/2023",
    language="ru",
    title_language="ru",
    authors=(),
    published=NOW,
    updated=NOW,
    first_seen=NOW,
    categories=(),
    enclosures=(Enclosure(url="https://example.org/a.mp3", title="Запись встречи"),),
    rights=None,
    credit=None,
    section=None,
    content_hash="h",
)
VOID = {"img", "br"}


class Outline(HTMLParser):
    """Every element with the elements it lies in, attributes that are translated left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: Counter[tuple[str, ...]] = Counter()
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where an element begins."""
        self.open.append(" ".join([tag, *(f"{name}={value}" for name, value in attrs if name != "alt")]))
        self.found[tuple(self.open)] += 1
        if tag in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Note where it ends."""
        assert self.open.pop().split()[0] == tag


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Translation:
    """Return the article in English."""
    directory = tmp_path_factory.mktemp("models")
    import_package(carried("ru_en"), directory)
    translator = ArgosTranslator(directory, beam_size=2, threads=2)
    route = translator.route("ru", "en")
    plan = draft(ARTICLE, to_language="en")
    rendered = translator.translate(plan.segments, route)
    renderings = {text: one for text, one in zip(plan.segments, rendered, strict=True) if one is not None}
    return finish(prepare(plan, RULES), renderings, route=route, engine="Argos", now=NOW)


def test_every_element_stands_once_where_it_stood(english: Translation) -> None:
    """Links, images and all others, in the same elements as in the original."""
    assert Outline(english.html).found == Outline(HTML).found


def test_no_link_or_emphasis_is_empty(english: Translation) -> None:
    """Each stands around words of the translation."""
    assert not re.search(r"<(a|b|i|em|strong|li|p|h2)\b[^>]*>\s*</\1>", english.html)


@pytest.mark.parametrize(
    "text",
    [
        "<code>syndicator run --once</code>",
        "press@example.org",
        "https://example.org/contact?id=5",
        "<pre>строка = 1\n</pre>",
        "<li>The original statement was made in English.</li>",
        '<sup><a href="#n">1</a></sup>',
    ],
)
def test_what_is_not_to_be_translated_comes_through(text: str, english: Translation) -> None:
    """Code, addresses, footnote marks and what is in the target language already, letter for letter and once."""
    assert english.html.count(text) == 1


def test_nothing_else_is_left_in_the_original(english: Translation) -> None:
    """Title, body, `alt`, summary and enclosure title are translated."""
    texts = (english.title, english.html, english.summary, *map(str, english.enclosure_titles))
    segments = draft(ARTICLE, to_language="en").segments

    assert not [segment for segment in segments if any(segment in text for text in texts)]
    assert "https://example.org/2023" in english.summary


def test_the_result_is_clean(english: Translation) -> None:
    """A sanitiser finds nothing in it to change."""
    assert nh3.clean(english.html, link_rel=None) == english.html
