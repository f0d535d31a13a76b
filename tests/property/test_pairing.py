"""Marking sentences changes nothing else, and finds what is there, whatever the text."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.articles.clean import clean_html
from syndicator.publishing.occurrences import occurrences
from syndicator.publishing.pairing import mark_sentences

SPAN = re.compile(r'<span class="s(?: doubtful)?" data-s="\d+">(.*?)</span>', re.DOTALL)
LETTERS = st.text("ab. ", max_size=8)
WORDS = st.text("абв.! \u00ad\u200b\xa0&<>", min_size=1, max_size=12)
MARKUP = st.recursive(
    WORDS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inside: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(["p", "b", "em", "code", "pre", "sup", "a", "li", "h2"]),
        st.lists(inside, max_size=4),
    ),
    max_leaves=12,
)


def bare(html: str) -> str:
    """Return HTML without the spans of sentences."""
    return SPAN.sub(r"\1", html)


@given(st.text() | MARKUP, st.lists(WORDS | st.text(), max_size=6), st.sets(st.integers(0, 5)))
def test_nothing_else_changes(html: str, sentences: list[str], doubtful: set[int]) -> None:
    """Without the spans it is the input again, be that HTML or anything at all."""
    if not SPAN.search(html):
        assert bare(mark_sentences(html, sentences, doubtful=doubtful)) == html


@settings(deadline=None)
@given(MARKUP, st.lists(WORDS, max_size=6))
def test_stays_clean(html: str, sentences: list[str]) -> None:
    """Marked HTML is as well-formed as before: sanitised again without spans' attributes it says the same."""
    cleaned = clean_html(html, base_url=None)
    found = mark_sentences(cleaned, sentences)
    assert found.count("<span") == found.count("</span>") == len(SPAN.findall(found))


@given(st.lists(st.text("абв,", min_size=1, max_size=9).map(lambda text: f"{text}."), unique=True, max_size=8))
def test_all_found(sentences: list[str]) -> None:
    """Sentences that stand one after the other, and nothing else, are all found, each whole."""
    found = mark_sentences(f"<p>{' '.join(sentences)}</p>", sentences)
    inside = " ".join(f'<span class="s" data-s="{n}">{sentence}</span>' for n, sentence in enumerate(sentences))
    assert found == f"<p>{inside}</p>"


@given(LETTERS.map(lambda text: text.replace(" ", "\n")), st.lists(st.text("ab.", max_size=4), max_size=5))
def test_against_plain_search(text: str, patterns: list[str]) -> None:
    """What is found stands there and overlaps nothing; where nothing was found, nothing that could stand there does."""
    everywhere = set(range(len(text) + 1))
    found = occurrences(text, patterns, breaks=everywhere)
    done = 0
    for start, end, n in found:
        assert start >= done
        assert text[start:end] == patterns[n] != ""
        done = end
    covered = {place for start, end, _ in found for place in range(start, end)}
    for pattern in filter(None, patterns):
        for start in range(len(text) - len(pattern) + 1):
            if text.startswith(pattern, start):
                assert covered & set(range(start, start + len(pattern)))
