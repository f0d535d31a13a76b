"""Whatever comes in, what goes out is safe, well formed and final."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from syndicator.allowed import ATTRIBUTES, ILLEGAL, TAGS, clean_text
from syndicator.articles.clean import clean_html, text_of

NAMES = sorted(
    TAGS | {"script", "style", "svg", "math", "iframe", "form", "font", "center", "noscript", "foo", "html", "template"}
)
ATTRIBUTE_TEXTS = st.sampled_from(
    [
        'href="/a?utm_source=x&amp;b=1"',
        "href='javascript:alert(1)'",
        'href=" java\nscript:alert(1)"',
        "href=//host/x",
        "href='http://[bad'",
        "src=x.png",
        "src='data:image/png;base64,AA'",
        "src=pixel.gif width=1 height=1",
        "onerror=alert(1)",
        "style='color:red'",
        "title='a<b>&quot;&nbsp;е\u0308'",
        "lang=ru dir=rtl",
        "colspan=2 width=100%",
        "class=x id=y",
    ]
)
TEXTS = st.text(
    st.characters() | st.sampled_from("<>&\"' \n\u00a0\u00ad\u0338\u0301\u202e\u200b\x00\x0b\ufffe"), max_size=12
)
STARTS = st.builds(lambda name, text: f"<{name} {text}>", st.sampled_from(NAMES), ATTRIBUTE_TEXTS)
ENDS = st.sampled_from(NAMES).map(lambda name: f"</{name}>")
ODDITIES = st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "<?x?>", "&#1;", "&#xfffe;", "&lt;b&gt;", "<br/>", "<"])
MARKUP = st.lists(STARTS | STARTS | ENDS | TEXTS | ODDITIES, max_size=30).map("".join)


@given(MARKUP)
@settings(max_examples=300, deadline=None)
@example(f"<pre>{chr(10) * 20}x</pre>")
@example("<p>&#x338;x</p>")
@example("<a href=/x><table><a href=/y>z</table></a>")
def test_cleaning_again_changes_nothing(markup: str) -> None:
    """Clean HTML comes out of the cleaner as it went in."""
    once = clean_html(markup, base_url="https://origin.example/news/")
    assert clean_html(once, base_url="https://origin.example/news/") == once
    assert clean_html(once, base_url=None) == once


@given(MARKUP)
@settings(max_examples=300, deadline=None)
def test_what_comes_out_is_a_well_formed_fragment_of_the_lists(markup: str) -> None:
    """Only listed elements and attributes come out, and every parser agrees on where they end."""
    cleaned = clean_html(markup, base_url=None)
    assert not ILLEGAL.search(cleaned)
    tree = html.fragment_fromstring(cleaned, create_parent="div")
    xhtml = etree.fromstring(etree.tostring(tree, method="xml"))
    assert "".join(xhtml.itertext()) == "".join(tree.itertext())
    for element in list(tree.iter())[1:]:
        assert element.tag in TAGS
        listed = ATTRIBUTES["*"] | ATTRIBUTES.get(str(element.tag), set()) | {"rel", "controls"}
        assert set(element.attrib) <= listed
        for name in ("href", "src", "cite", "poster"):
            assert re.match(r"https?://|mailto:", element.get(name) or "mailto:")


@given(TEXTS)
def test_plain_text_is_clean_once_cleaned(text: str) -> None:
    """Clean text comes out as it went in, and holds nothing that XML can't carry."""
    once = clean_text(text)
    assert clean_text(once) == once
    assert not ILLEGAL.search(once)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=40))
def test_words_survive(text: str) -> None:
    """Plain text put into a paragraph comes out of it whole."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    assert text_of(clean_html(f"<p>{escaped}</p>", base_url=None)) == clean_text(text)
