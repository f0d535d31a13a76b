"""Plan the translation of an article: which segments are needed, and what of them. Knows articles; pure."""

from dataclasses import dataclass

from syndicator.model import Article, primary
from syndicator.translation.blocks import Sentence, Skeleton, in_need_of_links, plain_block, sentences
from syndicator.translation.check import letters_by_script
from syndicator.translation.markup import split
from syndicator.translation.segment import script_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article taken apart for one language."""

    article: Article
    to_language: str
    segments: tuple[str, ...]
    """The texts to translate: each once, in reading order, title first."""
    kept: tuple[str, ...]
    """For each segment, what in it stays as it is whatever the engine makes of it."""
    with_slots: frozenset[str]
    """The segments with markup inside: to put it back takes links."""
    title: Skeleton
    html: Skeleton
    summary: Skeleton
    enclosure_titles: tuple[Skeleton | None, ...]


def draft(article: Article, *, to_language: str) -> Draft:
    """Take an article apart.

    Not among the segments is what needs no translation: text without letters, text in the target's script in an article
    of another (an English sentence in a Russian article, for an English edition), and a title that is in the target
    language already. Raises `Unfit` if the article's HTML is not clean.
    """
    language = article.language
    is_title_done = primary(article.title_language) == primary(to_language)
    title: Skeleton = (article.title,) if is_title_done else (plain_block(article.title, language),)
    html = split(article.html, language)
    summary: Skeleton = (plain_block(article.summary, language),)
    enclosure_titles = tuple(
        (plain_block(enclosure.title, language),) if enclosure.title else None for enclosure in article.enclosures
    )
    whole = (*title, *summary, *html, *(piece for skeleton in enclosure_titles for piece in skeleton or ()))
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
        with_slots=frozenset(in_need_of_links(whole)) & needed.keys(),
        title=title,
        html=html,
        summary=summary,
        enclosure_titles=enclosure_titles,
    )


def _needs_translation(sentence: Sentence, from_language: str, to_language: str) -> bool:
    """Say whether a sentence has a word that is not in the target's script alone, where that differs from its own."""
    letters = letters_by_script(sentence.words)
    target_script = script_of(to_language)
    is_done = target_script != script_of(from_language) and letters.keys() <= {target_script}
    return bool(letters) and not is_done
