"""Which text of a page belongs to which sentence."""

import re

import pytest

from syndicator.publishing.occurrences import occurrences
from syndicator.publishing.pairing import mark_sentences


def marked(html: str, *sentences: str) -> str:
    """Return HTML with sentences in brackets: `[0:text]`."""
    found = mark_sentences(html, sentences)
    return re.sub(r'<span class="s" data-s="(\d+)">(.*?)</span>', r"[\1:\2]", found, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("html", "sentences", "expected"),
    [
        ("<p>Раз. Два.</p><p>Три.</p>", ["Раз.", "Два.", "Три."], "<p>[0:Раз.] [1:Два.]</p><p>[2:Три.]</p>"),
        # inline markup cuts through
        ("<p>Мост <b>отк</b>рыт.</p>", ["Мост открыт."], "<p>[0:Мост] <b>[0:отк]</b>[0:рыт.]</p>"),
        ("<p><em>Раз. Д</em>ва.</p>", ["Раз.", "Два."], "<p><em>[0:Раз.] [1:Д]</em>[1:ва.]</p>"),
        # white space, soft hyphens, zero-width characters and entities
        ("<p>Пять&nbsp;\n млн от&shy;\u200bкры&#x442;ы.</p>", ["Пять млн открыты."], None),
        ("<p>A &lt;b&gt; &amp; c.</p>", ["A <b> & c."], "<p>[0:A &lt;b&gt; &amp; c.]</p>"),
        # letters that only look like those of the sentence
        ("<p>В cтране мир.</p>", ["В стране мир."], "<p>[0:В cтране мир.]</p>"),
        # each time that it stands there, in turn or not
        ("<p>Да. Нет. Да.</p><p>Да.</p>", ["Да.", "Нет."], "<p>[0:Да.] [1:Нет.] [0:Да.]</p><p>[0:Да.]</p>"),
        ("<p>Два. Раз.</p>", ["Раз.", "Два."], "<p>[1:Два.] [0:Раз.]</p>"),
        # what belongs to no sentence stays as it is, around sentences, too
        ("<p>Untold. Раз. Untold. Два.</p>", ["Раз.", "Два."], "<p>Untold. [0:Раз.] Untold. [1:Два.]</p>"),
        ("<p>Раз.</p>", ["Два.", ""], "<p>Раз.</p>"),
        ("<p>раз.</p>", ["Раз."], "<p>раз.</p>"),
        # never across blocks, never in a part of a word
        ("<p>Раз</p><p>два.</p>", ["Раз два."], "<p>Раз</p><p>два.</p>"),
        ("<p>Раздел. Недораз.</p>", ["Раз"], "<p>Раздел. Недораз.</p>"),
        ("<p>Раздел. Раз</p>", ["Раз"], "<p>Раздел. [0:Раз]</p>"),
        # of two that begin alike the longer, unless it is the shorter one's turn
        ("<p>– Раз. Два.</p>", ["Раз.", "Раз. Два."], "<p>– [1:Раз. Два.]</p>"),
        ("<p>Раз. Два.</p>", ["Раз.", "Раз. Два.", "Два."], "<p>[0:Раз.] [2:Два.]</p>"),
        # code is left alone unless a sentence speaks of it
        ("<pre>Раз.</pre><p>Раз.</p>", ["Раз."], "<pre>Раз.</pre><p>[0:Раз.]</p>"),
        (
            "<p>Есть <code>cd /</code> и точка.</p>",
            ["Есть cd / и точка."],
            "<p>[0:Есть] <code>[0:cd /]</code> [0:и точка.]</p>",
        ),
        (
            f"<p>Так: <code>{'x' * 61}</code> и всё.</p>",
            ["Так: и всё."],
            f"<p>[0:Так:] <code>{'x' * 61}</code> [0:и всё.]</p>",
        ),
        # no words of a sentence: footnote marks, dashes of their own, long addresses
        ("<p>Раз<sup>[1]</sup>, два.</p>", ["Раз, два."], "<p>[0:Раз]<sup>[1]</sup>[0:, два.]</p>"),
        ('<p>Раз<a href="#n">[2]</a>.</p>', ["Раз."], '<p>[0:Раз]<a href="#n">[2]</a>[0:.]</p>'),
        ("<p>Раз <b>–</b> два.</p>", ["Раз два."], "<p>[0:Раз] <b>–</b> [0:два.]</p>"),
        (
            f"<p>Вот https://a.example/?a=1&amp;b={'c' * 60} тут.</p>",
            ["Вот тут."],
            f"<p>[0:Вот https://a.example/?a=1&amp;b={'c' * 60} тут.]</p>",
        ),
        ("<p>Вот https://a.example/ тут.</p>", ["Вот https://a.example/ тут."], None),
        # attributes and images
        ('<p>Раз <img alt="Раз." src="https://a.example/i"> два.</p>', ["Раз.", "Раз два."], None),
        ("Мост", ["Мост"], "[0:Мост]"),
        ("", ["Мост"], ""),
    ],
)
def test_marks(html: str, sentences: list[str], expected: str | None) -> None:
    """A sentence's text is wrapped wherever it stands; what is no sentence's is as it was."""
    found = marked(html, *sentences)
    if expected is None:  # all of the paragraph is the last sentence's
        expected = f"<p>[{len(sentences) - 1}:{html[3:-4]}]</p>".replace(
            ' <img alt="Раз." src="https://a.example/i"> ', '] <img alt="Раз." src="https://a.example/i"> [1:'
        )
    assert found == expected


def test_doubtful() -> None:
    """A doubtful sentence says so."""
    found = mark_sentences("<p>A. B.</p>", ["A.", "B."], doubtful={1})
    assert found == '<p><span class="s" data-s="0">A.</span> <span class="s doubtful" data-s="1">B.</span></p>'


def test_long() -> None:
    """A text whose every sentence begins as every other, none in its turn, is found through, in no great time."""
    sentences = [f"Статья 1 Конституции, пункт {n}." for n in range(3000)]
    html = "".join(f"<p>Вот. {sentence}</p>" for sentence in reversed(sentences))
    assert mark_sentences(html, sentences).count("<span") == len(sentences)


def test_worst() -> None:
    """A text that nearly repeats itself takes no time out of proportion."""
    text = "a." * 50_000
    found = occurrences("-" + text, ["a." * 10_000 + "b", "a." * 9_000], breaks=set())
    assert [(start, end - start, n) for start, end, n in found] == [(1 + n * 18_000, 18_000, 1) for n in range(5)]
