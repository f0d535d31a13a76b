"""Articles of any shape on the page that shows them beside their originals."""

from html import escape
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from support.entries import a_masthead, an_entry

from syndicator.allowed import allowed
from syndicator.model import EditionKey, Original, Segment
from syndicator.publishing.pages import render_story_page
from syndicator.publishing.text import fit

MASTHEAD = a_masthead(Path("/nowhere"))
PARSER = html.HTMLParser(encoding="utf-8")
SENTENCES = st.sampled_from(
    [
        "One.",
        "Two is longer.",
        "Три.",
        "A < b & c.",
        '"Quoted"?',
        "</p>",
        "<script>x</script>",
        "-->",
        "\u202eabc.",
        "?",
    ]
)
INLINE = st.sampled_from(["", "em", "b", "a", "code", "sup", "span"])
BLOCKS = st.sampled_from(["p", "h2", "li", "blockquote", "div", "td", "pre", ""])
PIECES = st.lists(st.tuples(INLINE, SENTENCES), min_size=1, max_size=5)
IMAGES = st.sampled_from(
    ["", '<img src="https://o.example/a.jpg">', "<hr>", "<video src='https://o.example/v'></video>"]
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw the HTML of an article, as sanitising leaves it."""
    written = []
    for _ in range(draw(st.integers(0, 5))):
        inner = " ".join(
            f"<{tag} href='https://a.example/'>{escape(text)}</{tag}>" if tag else escape(text)
            for tag, text in draw(PIECES)
        )
        block = draw(BLOCKS)
        opened, closed = {
            "li": ("<ul><li>", "</li></ul>"),
            "td": ("<table><tr><td>", "</td></tr></table>"),
            "": ("", ""),
        }.get(block, (f"<{block}>", f"</{block}>"))
        written.append(opened + inner + closed + draw(IMAGES))
    return allowed("".join(written), base_url=None)


PAIRS = st.lists(
    st.builds(
        Segment,
        source=SENTENCES,
        target=SENTENCES,
        score=st.none(),
        is_person=st.booleans(),
        marks=st.lists(st.sampled_from(["number missing", "<b>other</b>"]), max_size=2).map(tuple),
        terms=st.just(()),
    ),
    min_size=1,
    max_size=6,
).map(tuple)


def words(root: html.HtmlElement) -> list[str]:
    """Return the words in an element."""
    return "".join(root.itertext()).split()


@settings(deadline=None, max_examples=150)
@given(translation=texts(), original=texts(), pairs=PAIRS)
def test_side_by_side(translation: str, original: str, pairs: tuple[Segment, ...]) -> None:
    """Whatever the blocks and sentences of both sides, each side has all of its words, once, and nothing else."""
    entry = an_entry(html=translation, summary="", original=Original(title="Т", html=original), pairs=pairs)
    rendered = render_story_page(EditionKey(language="en"), fit(entry), masthead=MASTHEAD)
    page = html.document_fromstring(rendered, parser=PARSER)
    (text,) = page.xpath("//div[@class='text']")
    assert page.xpath("//script/@src") in (["../../story.js"], [])
    assert not page.xpath("//script[not(@src)] | //@onerror | //@style")
    for flag in text.xpath(".//a[@class='flag']"):
        flag.drop_tree()
    for side, markup in (("t", translation), ("o", original)):
        shown = [word for each in text.xpath(f"./div/div[@class='{side}']") for word in words(each)]
        wanted = words(html.fragment_fromstring(markup, create_parent="div")) if markup else []
        assert "".join(shown) == "".join(wanted)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
