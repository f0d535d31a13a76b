"""Give an agreed rendering the form that its place in a translation asks for, or say that this can't be told. Pure."""

import re

from syndicator.translation.edits import Edit
from syndicator.translation.terms import english
from syndicator.translation.terms.russian import Place, in_place
from syndicator.translation.terms.term import Kind
from syndicator.translation.terms.words import Span, Wording, Words

_END = re.compile(r"[.!?…][\"'»”’)\]]*$")


def place(wording: Wording, words: Words, span: Span) -> Edit | None:
    """Return the edit that puts a rendering in the place of a range of words of a translation; None where unsure."""
    start, end = span
    fitted: tuple[int, str] | None = (start, wording.text)
    if wording.kind is not Kind.KEEP and wording.language == "ru":
        fitted = in_place(wording.text, Place(words, *_inside(words, span)), takes_number=wording.kind is Kind.TERM)
    elif wording.kind is not Kind.KEEP and wording.language == "en":
        fitted = _in_english(wording, words, span)
    if fitted is None:
        return None
    start, text = fitted
    if wording.kind is not Kind.KEEP:
        around = words.text[:start] + words.text[end:]
        if around.isupper() and words.is_shouting:
            text = text.upper()
        elif not any(map(str.isalnum, words.text[:start])) and not words.text[start].islower():
            text = text[:1].upper() + text[1:]
    return Edit(start=start, end=end, text=text)


def _inside(words: Words, span: Span) -> tuple[int, int]:
    """Return the first of the words in a range of characters, and their number."""
    inside = [n for n, (start, end) in enumerate(words.spans) if span[0] <= start and end <= span[1]]
    return (inside[0], len(inside)) if inside else (0, 0)


def _in_english(wording: Wording, words: Words, span: Span) -> tuple[int, str]:
    """Return where to begin, and a rendering with the article and in the number of what it replaces."""
    start, text = span[0], wording.text
    first, count = _inside(words, span)
    if wording.kind is Kind.TERM and count and english.is_plural(words.raw[first + count - 1]):
        text = _plural(text)
    is_close = first > 0 and words.text[words.spans[first - 1][1] : start].isspace()
    before = words.raw[first - 1] if is_close else None
    if before and before.lower() in {"a", "an"}:
        article = english.indefinite(text)
        if article != before.lower():
            return words.spans[first - 1][0], _like(article, before) + words.text[
                words.spans[first - 1][1] : start
            ] + text
    is_sentence = first == 0 and _END.search(words.text) is not None
    if wording.has_article and (is_sentence or (before and before.lower() in english.PREPOSITIONS)):
        text = f"the {text}"
    return start, text


def _plural(text: str) -> str:
    parts = re.split(r"(\s+)", text)
    at = 2 * english.head(parts[::2])
    if not english.is_plural(parts[at]):
        parts[at] = english.plural(parts[at])
    return "".join(parts)


def _like(text: str, example: str) -> str:
    return text[:1].upper() + text[1:] if example[:1].isupper() else text
