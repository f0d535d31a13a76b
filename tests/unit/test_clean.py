import re
import time

import pytest

from syndicator.allowed import clean_text
from syndicator.articles.clean import clean_html, text_of

BASE = "https://origin.example/news/1.html"


def cleaned(html: str) -> str:
    return clean_html(html, base_url=BASE)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        '<a href="java&#10;script:alert(1)">x</a>',
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src onerror=alert(1)&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<form action=/x><input name=a><button>b</button></form>",
        "<style>p{background:url(//evil)}</style><p style='x'>t</p>",
        "<video src=v.mp4 autoplay onplay=alert(1)></video>",
        "<object data=x></object><embed src=x><base href=//evil>",
    ],
)
def test_nothing_that_runs_or_asks_gets_through(hostile: str) -> None:
    """Scripts, handlers, frames, forms, styles and script addresses are gone."""
    out = cleaned(hostile)
    for part in (
        "<script",
        "onerror=",
        "javascript",
        "data:",
        "<iframe",
        "<svg",
        "<math",
        "<form",
        "style",
        "autoplay",
    ):
        assert part not in out.replace("&lt;", "")


def test_structure_and_media_stay() -> None:
    """Headings, lists, tables, quotes, figures and players keep their markup."""
    html = (
        '<h2>T</h2><ul><li>a</li></ul><ol start="3"><li>b</li></ol><blockquote><p>q</p></blockquote>'
        '<figure><img src="https://o.example/i.png" alt="A" width="600"><figcaption>c</figcaption></figure>'
        '<table><tbody><tr><th scope="row">h</th><td colspan="2">d</td></tr></tbody></table>'
        '<video src="https://o.example/v.mp4" controls=""></video><p lang="en" dir="ltr"><em>e</em><br>f</p>'
    )
    assert cleaned(html) == html


def test_relative_addresses_are_resolved() -> None:
    """An address counts from where the item was found."""
    assert 'href="https://origin.example/a?x=1#y"' in cleaned('<a href="/a?x=1#y">t</a>')
    assert 'src="https://origin.example/news/i.png"' in cleaned('<img src="i.png">')


def test_a_relative_address_without_a_base_is_dropped() -> None:
    """A link that leads nowhere becomes its text, an image nothing."""
    assert clean_html('<p><a href="/a">t</a><img src="i.png"></p>', base_url=None) == "<p>t</p>"


def test_links_say_how_they_relate() -> None:
    """Origins can't reach back into our pages, nor learn which edition is read."""
    assert cleaned('<a href="https://a.example/" rel="me" target="_blank">t</a>') == (
        '<a href="https://a.example/" rel="noopener noreferrer">t</a>'
    )


def test_tracking_parameters_are_removed() -> None:
    """Who sent the reader is nobody's business; other parameters keep their order."""
    out = cleaned('<a href="https://a.example/?b=2&amp;utm_source=x&amp;a=1&amp;yclid=3">t</a>')
    assert 'href="https://a.example/?b=2&amp;a=1"' in out


@pytest.mark.parametrize(
    "image",
    [
        '<img src="https://a.example/x" width="1" height="1">',
        '<img src="https://a.example/x" width="0" height="0px">',
        '<img src="https://mc.yandex.ru/watch/1">',
        '<img src="https://feeds.feedburner.com/~r/x/1">',
        '<img src="https://a.example/pixel.gif?x=1">',
    ],
)
def test_images_that_count_readers_are_removed(image: str) -> None:
    """A counting image goes, with the paragraph that held nothing else."""
    assert cleaned(f"<p>t</p><p>{image}</p>") == "<p>t</p>"


def test_lazily_loaded_images_get_their_address() -> None:
    """The real address stands in for the placeholder; an image inside noscript is an image."""
    assert cleaned('<img data-src="/r.png" src="data:image/gif;base64,AA">') == (
        '<img src="https://origin.example/r.png">'
    )
    assert cleaned('<noscript><img src="/r.png"></noscript>') == '<img src="https://origin.example/r.png">'


def test_empty_elements_go_and_words_stay_apart() -> None:
    """What is empty is dropped; no two words grow together where it stood."""
    assert cleaned("<p>&nbsp;<br></p><div><p>t</p><b></b></div><ul><li></li></ul>") == "<div><p>t</p></div>"
    assert text_of(cleaned("a<b> </b>b")) == "a b"
    assert text_of(cleaned("<div>a<p></p>b</div>")).split() == ["a", "b"]
    assert text_of(cleaned("<center>a</center><center>b</center>")).split() == ["a", "b"]


def test_what_follows_the_end_of_the_document_stays() -> None:
    """Text after `</html>` is text."""
    assert cleaned("<html><body><p>a</p></body></html><p>b</p>") == "<p>a</p><p>b</p>"


def test_text_is_composed_and_markup_is_not() -> None:
    """Text becomes NFC; a combining stroke after a tag does not melt into it."""
    assert cleaned("<p>и\u0306</p>") == "<p>й</p>"
    assert cleaned("<p>&#x338;x</p>") == "<p>\u0338x</p>"


def test_characters_that_xml_cannot_carry_are_dropped() -> None:
    """Control characters, lone surrogates and non-characters are gone, however they were written."""
    assert cleaned("<p>a\x00b\x0bc\ud800d&#1;e&#xFFFE;f</p>") == "<p>abcdef</p>"


def test_invisible_characters_are_dropped_and_joiners_stay() -> None:
    """Soft hyphens and zero-width spaces split words, bidi controls leak; joiners change what is read."""
    assert cleaned("<p>пере\u00adвод\u200b \u202eabc\u202c \U0001f469\u200d\U0001f680</p>") == (
        "<p>перевод abc \U0001f469\u200d\U0001f680</p>"
    )


def seconds_and_result(html: str) -> tuple[float, str]:
    start = time.process_time()
    out = cleaned(html)
    return time.process_time() - start, out


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul", "a href=x", "table><tr><td"])
def test_deep_nesting_costs_little_and_keeps_the_text(tag: str) -> None:
    """A hundred thousand open tags neither crash the process nor hold it up, nor take the text with them."""
    seconds, out = seconds_and_result(f"<p>before</p>{f'<{tag}>' * 100_000}text")
    assert seconds < 5
    assert text_of(out).split() == ["before", "text"]


def test_deep_nesting_within_what_lxml_takes_is_flattened() -> None:
    """Two hundred levels come out as sixty."""
    out = cleaned("<div>a " * 200 + "text")
    assert out.count("<div>") <= 60
    assert text_of(out).split() == ["a"] * 200 + ["text"]


@pytest.mark.parametrize("count", [40, 200])
@pytest.mark.parametrize("between", ["</p>", ""])
@pytest.mark.parametrize("block", ["<p>x</p>", "<div>x</div>"])
def test_crossed_tags_do_not_multiply(block: str, between: str, count: int) -> None:
    """Formatting left open is not copied into every later block: 45 kB would become 78 MB."""
    opened = "".join(f"<b title={number}>" for number in range(count))
    seconds, out = seconds_and_result(f"<p>{opened}{between}{block * 5000}")
    assert seconds < 5
    assert len(out) < 1_000_000


def test_a_page_full_of_paragraphs_is_not_mistaken_for_nesting() -> None:
    """Paragraphs and items that are never closed are siblings, and stay elements."""
    out = cleaned("<p>x" * 3000 + "<ul>" + "<li>y" * 3000)
    assert out.count("<p>") == out.count("<li>") == 3000


def test_plain_text_is_one_clean_line() -> None:
    """White space is single, control characters are gone, markup is just text."""
    assert clean_text("  a\n\tb\u2028c\x07 <b>\u202e\u00ad е\u0308 ") == "a b c <b> ё"


def test_the_text_of_html_has_a_blank_line_between_blocks() -> None:
    """Blocks are apart, line breaks are lines, references are characters."""
    html = cleaned("<h1>T</h1><p>a&nbsp;&lt;b&gt;<br>c</p><ul><li>x<li>y</ul><table><tr><td>1<td>2</table>")
    assert text_of(html) == "T\n\na <b>\nc\n\nx\n\ny\n\n1 2"


MANY = " ".join(f"a{number}=1" for number in range(1_001))


@pytest.mark.parametrize(
    "markup",
    [
        f"<p {MANY}>Слово <b>дня</b></p>",
        f"<p x='\">' y=\"'>\" {MANY.replace('=1', '')}>Слово <b>дня</b></p>",
        f'<p/a=b="{MANY}">Слово <b>дня</b></p>',
        f"<p {MANY.replace('=1', ' = 1').replace(' a', '/a')}>Слово <b>дня</b></p>",
        f"<p>Слово <b>дня</b>{'<a>' * 100_000}",
        f"Слово <b>дня</b>{'<' * 100_001}",
    ],
)
def test_of_what_would_take_a_parser_minutes_the_text_is_left(markup: str) -> None:
    """Too many attributes in a tag, however they are written, or too many tags: the words are kept, the markup goes."""
    cleaned = clean_html(markup, base_url=None)
    assert "Слово дня" in text_of(cleaned)
    assert "<b>" not in cleaned


@pytest.mark.parametrize(
    "markup",
    [
        f'<p><img src="https://a.example/1.png" alt="{"и слово " * 9_000}"></p>',
        f"<p data-x='{MANY} <p {MANY}'>Слово <b>дня</b></p>",
        "<p>Слово <b>дня</b></p>" * 10_000,
    ],
)
def test_long_articles_keep_their_markup(markup: str) -> None:
    """Long values, and many short paragraphs, are nothing odd."""
    assert re.search("<(?:img|b)", clean_html(markup, base_url=None))
