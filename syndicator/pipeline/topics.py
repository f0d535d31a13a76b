"""Sort stories into topics: decide from their sources, words and categories which belong, and have the store keep it.

Words are matched in the texts of a story in all languages, so that it belongs in each of them or in none.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from syndicator.articles.clean import text_of
from syndicator.model import Entry, Topic
from syndicator.ports import Store

PAGE = 200
"""Stories sorted at a time; what was sorted is kept after each page."""
MATCHING = 1
"""One more each time that the same topic would take other stories: then all are sorted anew."""
_WORD = re.compile(r"\w+")
_SOFT_HYPHEN = "\u00ad"

Phrase = tuple[frozenset[str], ...]
"""For each word of an expression, what it may look like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A topic made ready to look for."""

    sources: frozenset[str]
    categories: frozenset[str]
    phrases: Mapping[str, Sequence[Phrase]]
    """By each form of the first word."""

    def takes(self, entries: Sequence[Entry]) -> bool:
        """Tell whether a story, given as its entries in all languages, belongs to the topic."""
        return bool(entries) and all(
            any(map(is_met, entries))
            for is_met, wanted in (
                (self._is_from, self.sources),
                (self._is_about, self.categories),
                (self._speaks_of, self.phrases),
            )
            if wanted
        )

    def _is_from(self, entry: Entry) -> bool:
        return entry.attribution.slug in self.sources

    def _is_about(self, entry: Entry) -> bool:
        names = (name for one in entry.categories for name in (one.term, one.label) if name)
        return any(_folded(name) in self.categories for name in names)

    def _speaks_of(self, entry: Entry) -> bool:
        text = "\n".join((entry.title, entry.summary, text_of(entry.html))).replace(_SOFT_HYPHEN, "")
        words = _WORD.findall(text)
        folded = [_folded(word) for word in words]
        return any(
            self._reads(phrase, words, folded, n)
            for n in range(len(words))
            if folded[n] in self.phrases or words[n] in self.phrases
            for phrase in (*self.phrases.get(folded[n], ()), *self.phrases.get(words[n], ()))
        )

    @staticmethod
    def _reads(phrase: Phrase, words: Sequence[str], folded: Sequence[str], first: int) -> bool:
        """Tell whether a text has an expression from its word `first` on."""
        there = zip(phrase, words[first:], folded[first:], strict=False)
        return first + len(phrase) <= len(words) and all(
            word in forms or plain in forms for forms, word, plain in there
        )


def sort_into_topics(topics: Sequence[Topic], store: Store) -> None:
    """Decide of each story that changed, or whose topic did, whether it belongs. Quick where none has."""
    for topic in topics:
        definition = definition_of(topic)
        wanted = None
        while stories := store.unsorted(topic.slug, definition, limit=PAGE):
            wanted = wanted or make_filter(topic)
            store.save_sorted(topic.slug, definition, [(story, wanted.takes(story.entries)) for story in stories])


def definition_of(topic: Topic) -> str:
    """Return a digest of all that decides what belongs to a topic."""
    parts = [MATCHING, *(sorted(each) for each in (topic.sources, topic.words, topic.categories))]
    return sha256(json.dumps(parts).encode()).hexdigest()


def make_filter(topic: Topic) -> Filter:
    """Make a topic ready to look for."""
    # The Russian dictionary takes 0.15 s to load, and most passes sort nothing.
    from syndicator.translation.wordforms import forms_of  # noqa: PLC0415

    phrases: dict[str, list[Phrase]] = {}
    for expression in topic.words:
        phrase = tuple(_phrase(expression, forms_of))
        for form in phrase[0] if phrase else ():
            phrases.setdefault(form, []).append(phrase)
    return Filter(
        sources=frozenset(topic.sources),
        categories=frozenset(map(_folded, topic.categories)),
        phrases=phrases,
    )


def _phrase(expression: str, forms_of: Callable[[str], frozenset[str]]) -> Iterator[frozenset[str]]:
    for word in _WORD.findall(expression):
        # Written in capitals, it is an abbreviation: who is not the WHO.
        is_abbreviation = word.isupper() and len(word) > 1
        yield frozenset({word}) if is_abbreviation else forms_of(word)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())
