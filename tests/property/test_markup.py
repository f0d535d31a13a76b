"""What holds for any clean HTML and any engine, however badly it aligns."""

import html as entities
import random
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.renderings import swapped

from syndicator.model import Link, Rendering
from syndicator.translation.blocks import Sentence, join, sentences
from syndicator.translation.leftover import with_language
from syndicator.translation.markup import split
from syndicator.translation.segment import split_sentences

VOID = {"img", "br", "wbr"}


@dataclass(frozen=True)
class Sample:
    """Clean HTML, and the same with the case of all text swapped that is translated."""

    html: str
    swapped: str


def _words(draw: st.DrawFn) -> Sample:
    letters = st.text("абвгдеёжзиклмнопрст", min_size=1, max_size=7)
    words = " ".join(draw(st.lists(letters, min_size=1, max_size=4)))
    text = draw(
        st.sampled_from(["{}", "{},", "{}!", "{} 25", "Он {}. Вот", "«{}»", "({})", "{} &amp; да", "5 &lt; {}"])
    )
    text = text.format(words)
    return Sample(text, entities.escape(entities.unescape(text).swapcase(), quote=False))


def _inline(draw: st.DrawFn, depth: int, ids: list[int]) -> Sample:
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        ids.append(len(ids))
        kind = draw(st.sampled_from(["text", "a", "b", "code", "img", "sup"] if depth else ["text"]))
        if kind == "text":
            parts.append(_words(draw))
        elif kind in {"a", "b"}:
            inner = _inline(draw, depth - 1, ids)
            tag = f'<{kind} href="{ids[-1]}-{len(ids)}">', f"</{kind}>"
            parts.append(Sample(inner.html.join(tag), inner.swapped.join(tag)))
        else:
            # Code that reads like nothing else: its copy in the target is found for certain.
            atom = {"code": f"<code>x{len(ids)}_y</code>", "img": f'<img src="{len(ids)}">', "sup": "<sup>1</sup>"}[
                kind
            ]
            parts.append(Sample(atom, atom))
    return Sample(" ".join(part.html for part in parts), " ".join(part.swapped for part in parts))


@st.composite
def clean_html(draw: st.DrawFn) -> Sample:
    """Return blocks with inline markup nested up to three deep."""
    blocks = []
    ids: list[int] = []
    for _ in range(draw(st.integers(1, 3))):
        opening, closing = draw(
            st.sampled_from(
                [
                    ("<p>", "</p>"),
                    ("<ul><li>", "</li></ul>"),
                    ("<h2>", "</h2>\n"),
                    ("<blockquote><p>", "</p></blockquote>"),
                ]
            )
        )
        inner = _inline(draw, 3, ids)
        blocks.append(Sample(opening + inner.html + closing, opening + inner.swapped + closing))
    return Sample("".join(block.html for block in blocks), "".join(block.swapped for block in blocks))


class Outline(HTMLParser):
    """Every element with the elements it lies in; fails if a tag closes what is not open."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: Counter[tuple[str, ...]] = Counter()
        self.verbatim: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where an element begins."""
        self.open.append(f"{tag} {attrs}")
        self.found[tuple(self.open)] += 1
        if tag in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Note where it ends."""
        assert self.open.pop().split()[0] == tag

    def handle_data(self, data: str) -> None:
        """Keep text, apart from what must not change."""
        if self.open and self.open[-1].split()[0] in {"code", "sup"}:
            self.verbatim.append(data)
        else:
            self.text += data


def scrambled(sentence: Sentence, dice: random.Random) -> Rendering:
    """Return what the worst engine might: words in any order, lost and made up, with links at random."""
    words = [*sentence.text.split(), "one", "<two>", "&"]
    dice.shuffle(words)
    text = " ".join(words[: dice.randint(1, len(words))])
    ends = len(sentence.text) + 2, len(text) + 2
    links = tuple(
        Link(
            source_start=dice.randint(-1, ends[0]),
            source_end=dice.randint(-1, ends[0]),
            target_start=dice.randint(-1, ends[1]),
            target_end=dice.randint(-1, ends[1]),
        )
        for _ in range(dice.randint(0, 8))
    )
    return Rendering(text=text, links=links, score=None)


@given(clean_html())
def test_taken_apart_and_put_together_it_is_the_same(sample: Sample) -> None:
    """With every sentence as it was, not a character differs."""
    assert join(split(sample.html, "ru"), lambda _: None) == sample.html


@given(clean_html())
def test_every_sentence_comes_out_in_its_place(sample: Sample) -> None:
    """With word-for-word translations the markup stands exactly where it stood, and every text is translated once."""
    skeleton = split(sample.html, "ru")
    asked: list[Sentence] = []

    def render(sentence: Sentence) -> Rendering:
        asked.append(sentence)
        return swapped(sentence)

    assert join(skeleton, render) == sample.swapped
    assert asked == list(sentences(skeleton))


@given(clean_html(), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_no_engine_can_break_the_markup(sample: Sample, dice: random.Random) -> None:
    """Whatever comes from it: each element once and in the same one as before, code untouched, text escaped."""
    before = Outline(sample.html)

    after = Outline(join(split(sample.html, "ru"), lambda sentence: scrambled(sentence, dice)))

    assert after.found == before.found
    assert sorted(after.verbatim) == sorted(before.verbatim)


@given(clean_html(), st.randoms(use_true_random=False))
def test_no_word_of_the_engine_is_lost(sample: Sample, dice: random.Random) -> None:
    """Only what stands for code is replaced; without code every word is there."""
    html = sample.html.replace("code>", "i>")
    given_words: Counter[str] = Counter()

    def render(sentence: Sentence) -> Rendering:
        rendering = scrambled(sentence, dice)
        given_words.update(rendering.text.split())
        return rendering

    after = Outline(join(split(html, "ru"), render))

    assert Counter("".join(after.text.split())) == Counter("".join(given_words.elements()))


FRAGMENTS = st.sampled_from(
    [
        *("<p>", "</p>", "<b>", "</b>", "<a href='x'>", "</a>", "<br>", "<img alt='Да. Нет' src=x>", "<table><tr><td>"),
        *("<li>", "<code>", "</code>", "<pre>", "<sup>1</sup>", "<ul>", "</ul>", "<h2>", "<span translate=no>"),
        *("</span>", "<wbr>", " ", "\n", "слово", "Да. Нет", "a@b.org", "https://a.org/б", "&lt;", "&nbsp;", "\u00ad"),
        *("😀", "<", "שלום", "1"),
    ]
)
ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, "*": {"title", "translate", "lang"}}


@given(st.lists(FRAGMENTS, max_size=30).map("".join), st.randoms(use_true_random=False))
@example("<p><br></p>", random.Random(1))
@settings(max_examples=300)
def test_whatever_the_sanitiser_lets_through_is_understood(soup: str, dice: random.Random) -> None:
    """Any markup at all, once sanitised, is taken apart, put together, and well formed when translated."""
    html = nh3.clean(soup, attributes=ATTRIBUTES)
    skeleton = split(html, "ru")

    assert join(skeleton, lambda _: None) == html
    after = join(skeleton, lambda sentence: scrambled(sentence, dice))
    assert Counter(tag for *_, tag in Outline(after).found.elements() if "alt" not in tag and "title" not in tag) == (
        Counter(tag for *_, tag in Outline(html).found.elements() if "alt" not in tag and "title" not in tag)
    )


@pytest.mark.parametrize("language", ["ru", "en"])
@given(st.text(st.sampled_from("аБ bC.!?…\"'«»“”() \n\u00a0\u2028😀1@#/-:\u00ad")))
def test_splitting_loses_nothing(language: str, text: str) -> None:
    """The sentences, joined, are the text; none but the first begins with white space."""
    parts = split_sentences(text, language)

    assert "".join(parts) == text
    assert all(not part[:1].isspace() for part in parts[1:])


@settings(deadline=None)
@given(clean_html(), st.randoms(use_true_random=False))
def test_language_of_what_is_left_is_told(sample: Sample, chance: random.Random) -> None:
    """Whatever sentences are left in the original's words, only elements with their `lang` come in, well nested."""
    skeleton = split(sample.html, "ru")
    texts = [sentence.text for sentence in sentences(skeleton)]
    left = {text for text in texts if chance.random() < 0.5}

    written = join(with_language(skeleton, left, "ru"), lambda _: None)

    assert written.replace('<span lang="ru">', "").replace("</span>", "") == sample.html
    assert Outline(written).text == Outline(sample.html).text
    others = join(with_language(skeleton, left, "ru"), lambda one: None if one.text in left else swapped(one))
    assert Outline(others)
