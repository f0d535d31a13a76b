"""Plan the translation of an article: which segments are needed, and what of them. Knows articles; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from syndicator.model import Article, Category, primary
from syndicator.translation.blocks import (
    Sentence,
    Skeleton,
    in_need_of_links,
    is_literal,
    plain_block,
    sentences,
)
from syndicator.translation.check import letters_by_script
from syndicator.translation.markup import relabel, split
from syndicator.translation.segment import script_of

_CODE = re.compile(r"\S*[\d_:/]\S*|[a-z]+(?:[.-][a-z]+)+")
"""A term of a scheme that is no word: `medtop:20000538`, `world_news`, `us-politics`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article taken apart for one language."""

    article: Article
    to_language: str
    segments: tuple[str, ...]
    """The texts to translate: each once, in reading order, title first."""
    kept: tuple[str, ...]
    """For each segment, what in it stays as it is whatever the engine makes of it."""
    labels: frozenset[str]
    """The segments that stand in category labels alone."""
    with_slots: frozenset[str]
    """The segments with markup inside: to put it back takes links."""
    title: Skeleton
    html: Skeleton
    summary: Skeleton
    enclosure_titles: tuple[Skeleton | None, ...]
    category_labels: tuple[Skeleton | None, ...]
    """None of those that name nothing in words."""


def draft(article: Article, *, to_language: str) -> Draft:
    """Take an article apart.

    Not among the segments is what needs no translation: text without letters, text in the target's script in an article
    of another (an English sentence in a Russian article, for an English edition), and a title that is in the target
    language already. Raises `Unfit` if the article's HTML is not clean.
    """
    language = article.language
    is_title_done = primary(article.title_language) == primary(to_language)
    title: Skeleton = (article.title,) if is_title_done else (plain_block(article.title, language),)
    html = split(relabel(article.html, from_language=language, to_language=to_language), language)
    summary: Skeleton = (plain_block(article.summary, language),)
    enclosure_titles = tuple(
        (plain_block(enclosure.title, language),) if enclosure.title else None for enclosure in article.enclosures
    )
    category_labels = tuple(_category(category, language) for category in article.categories)
    read = (*title, *summary, *html, *_pieces(enclosure_titles))
    whole = (*read, *_pieces(category_labels))
    needed = {
        sentence.text: sentence.kept
        for sentence in sentences(whole)
        if _needs_translation(sentence, language, to_language)
    }
    return Draft(
        article=article,
        to_language=to_language,
        segments=tuple(needed),
        kept=tuple(needed.values()),
        labels=frozenset(needed).difference(sentence.text for sentence in sentences(read)),
        with_slots=frozenset(in_need_of_links(whole)) & needed.keys(),
        title=title,
        html=html,
        summary=summary,
        enclosure_titles=enclosure_titles,
        category_labels=category_labels,
    )


def _pieces(skeletons: Iterable[Skeleton | None]) -> Skeleton:
    return tuple(piece for skeleton in skeletons for piece in skeleton or ())


def _category(category: Category, language: str) -> Skeleton | None:
    """Return what a category is called to people; None of an identifier: an address, a hashtag, a code."""
    name = category.label or category.term
    is_code = category.label is None and category.scheme is not None and _CODE.fullmatch(name)
    if is_code or is_literal(name) or not any(map(str.isalpha, name)):
        return None
    return (plain_block(name, language),)


def _needs_translation(sentence: Sentence, from_language: str, to_language: str) -> bool:
    """Say whether a sentence has a word that is not in the target's script alone, where that differs from its own."""
    letters = letters_by_script(sentence.words)
    target_script = script_of(to_language)
    is_done = target_script != script_of(from_language) and letters.keys() <= {target_script}
    return bool(letters) and not is_done
