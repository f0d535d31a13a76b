"""The original beside the translation, in HTML that feed readers show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.entries import an_entry, an_original
from support.store import make_segment

from syndicator.allowed import allowed
from syndicator.model import Entry, Original
from syndicator.publishing.bilingual import bilingual


def a_translation(html: str, original: str, *pairs: tuple[str, str], **changes: Any) -> Entry:  # noqa: ANN401
    """Make an entry in English with its Russian original and its sentences (original, translation)."""
    return an_entry(
        html=html,
        original=Original(title="Мост через реку", html=original),
        pairs=tuple(make_segment(source, target) for source, target in pairs),
        **changes,
    )


def small(text: str) -> str:
    """Return text of the original as it stands under its translation."""
    return f'<br><small lang="ru">{text}</small>'


ONE, TWO = ("Раз.", "One."), ("Два & три.", "Two & three.")
TWO_MORE = small("Раз.") + "<br>", small("Два &amp; три.")


@pytest.mark.parametrize(
    ("html", "original", "expected"),
    [
        (
            "<p>One. Two &amp; three.</p>",
            "<p>Раз. Два &amp; три.</p>",
            f"<p>One.{TWO_MORE[0]} Two &amp; three.{TWO_MORE[1]}</p>",
        ),
        # each block for itself, be it a heading, an item or a cell
        (
            "<h2>One.</h2><ul><li>Two &amp; three.</li></ul>",
            "<h2>Раз.</h2><ul><li>Два &amp; три.</li></ul>",
            f"<h2>One.{small('Раз.')}</h2><ul><li>Two &amp; three.{TWO_MORE[1]}</li></ul>",
        ),
        # after the link or emphasis that the sentence ends in, after its footnote mark
        (
            '<p><a href="https://a.example/">One.</a> <em>Two &amp; three.</em><sup><a href="#1">1</a></sup></p>',
            '<p><a href="https://a.example/">Раз.</a> <em>Два &amp; три.</em><sup><a href="#1">1</a></sup></p>',
            (
                f'<p><a href="https://a.example/">One.</a>{TWO_MORE[0]} <em>Two &amp; three.</em>'
                f'<sup><a href="#1">1</a></sup>{TWO_MORE[1]}</p>'
            ),
        ),
        # emphasis around both
        (
            "<p><em>One. Two &amp; three.</em></p>",
            "<p><em>Раз. Два &amp; три.</em></p>",
            f"<p><em>One.{TWO_MORE[0]} Two &amp; three.</em>{TWO_MORE[1]}</p>",
        ),
        # what was not translated stands there once
        (
            "<p>One. Already English.</p><pre>x</pre>",
            "<p>Раз. Already English.</p><pre>x</pre>",
            f"<p>One.{small('Раз.')}<br> Already English.</p><pre>x</pre>",
        ),
        # a paragraph whose sentences can't be told apart has its original below
        (
            "<p>One. Deux.</p><p>Two &amp; three.</p>",
            "<p>Раз. <b>Ещё &lt;что-то</b>.</p><p>Два &amp; три.</p>",
            f"<p>One. Deux.{small('Раз. Ещё &lt;что-то.')}</p><p>Two &amp; three.{TWO_MORE[1]}</p>",
        ),
        # where not even the paragraphs agree, all of the original follows
        (
            "<p>One.</p><p>Deux.</p>",
            "<p>Раз. Иное.</p>",
            '<p>One.</p><p>Deux.</p><hr><div lang="ru"><p>Раз. Иное.</p></div>',
        ),
        ("<p>Deux.</p>", "", "<p>Deux.</p>"),
        ("", "", "<p>A new bridge links both banks.</p>"),
    ],
)
def test_beside(html: str, original: str, expected: str) -> None:
    """Each sentence is followed by its original, each passage that has none by its own, and nothing is lost."""
    assert bilingual(a_translation(html, original, ONE, TWO)).html == expected


def test_summary_alone() -> None:
    """An entry without a text has its summary beside the original's."""
    pairs = [("Новый мост.", "A new bridge.")]
    entry = bilingual(a_translation("", "", *pairs, summary="A new bridge."))
    assert entry.html == f"<p>A new bridge.{small('Новый мост.')}</p>"


def test_old_translation() -> None:
    """A translation of which no sentences are kept is shown paragraph by paragraph."""
    entry = bilingual(a_translation("<p>One.</p><p>Two.</p>", "<p>Раз.</p><p>Два.</p>"))
    assert entry.html == f"<p>One.{small('Раз.')}</p><p>Two.{small('Два.')}</p>"


def test_direction() -> None:
    """An original that is read the other way says so."""
    entry = bilingual(a_translation("<p>One.</p>", "<p>واحد.</p>", ("واحد.", "One."), original_language="ar"))
    assert entry.html == '<p>One.<br><small lang="ar" dir="rtl">واحد.</small></p>'


def test_title_and_ids() -> None:
    """The title is in both languages; ids differ from the plain edition's in every format, else readers merge them."""
    plain = a_translation("<p>One.</p>", "<p>Раз.</p>", ONE)
    entry = bilingual(plain)
    assert entry.title == "A bridge across the river <b> & back / Мост через реку"
    assert entry.ids.atom == plain.ids.atom + "/bilingual"
    assert entry.ids.rss == plain.ids.rss + "/bilingual"
    assert entry.ids.json == plain.ids.json + "/bilingual"


def test_original() -> None:
    """An original is in this edition as it is, under an id of its own."""
    plain = an_original()
    entry = bilingual(plain)
    assert (entry.title, entry.html) == (plain.title, plain.html)
    assert entry.ids.atom == plain.ids.atom + "/bilingual"


def test_same_title() -> None:
    """A title that was not translated stands there once."""
    plain = a_translation("<p>One.</p>", "<p>Раз.</p>", ONE, title="Мост через реку")
    assert bilingual(plain).title == "Мост через реку"


TEXT = st.text("абв. ", min_size=1, max_size=12).map(lambda text: f"{text.strip() or 'а'}.")


@given(st.lists(st.lists(TEXT, min_size=1, max_size=3), max_size=4))
def test_survives(paragraphs: list[list[str]]) -> None:
    """Whatever the sentences, the sanitiser finds nothing to change, and every original stands there."""
    original = "".join(f"<p>{' '.join(sentences)}</p>" for sentences in paragraphs)
    pairs = [(sentence, f"{sentence}!") for sentences in paragraphs for sentence in sentences]
    html = "".join(f"<p>{' '.join(f'{sentence}!' for sentence in sentences)}</p>" for sentences in paragraphs)
    found = bilingual(a_translation(html, original, *pairs)).html
    if html:
        assert allowed(found, base_url=None) == found
        assert all(sentence in found for sentence, _ in pairs)
