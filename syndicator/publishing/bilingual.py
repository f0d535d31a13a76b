"""Put the original beside a translation, sentence by sentence, in HTML that feed readers show without a style sheet.

Each translated sentence is followed, on a line of its own, by what it renders, in `<small lang="…">`. Where a
paragraph can't be told apart into sentences, the original paragraph follows it; where not even paragraphs agree, the
whole original follows the whole text. Markup is the translation's; original sentences are plain text.
"""

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from syndicator.model import Entry, EntryIds
from syndicator.publishing.pairing import Passage, passages
from syndicator.publishing.text import one_line
from syndicator.publishing.wording import direction

SUFFIX = "/bilingual"
"""What ids of this edition end with: a reader may hold an entry in both."""
_TAG = re.compile(r"<[^<>]*>")
_CLOSING = re.compile(
    r"(?:\s*</(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|time|tt|u"
    r"|var)>|<(su[bp])\b[^<>]*>(?:<a\b[^<>]*>)?[^<]{1,12}(?:</a>)?</\1>)+"
)
"""What belongs to the sentence before: ends of elements within a line, footnote marks."""


def bilingual(entry: Entry) -> Entry:
    """Return an entry as the bilingual edition has it, under ids of its own; `original` and `pairs` must be there.

    One that is an original itself, or may not be published in full, only gets the ids.
    """
    ids = EntryIds(atom=entry.ids.atom + SUFFIX, rss=entry.ids.rss + SUFFIX, json=entry.ids.json + SUFFIX)
    if entry.original is None:
        return replace(entry, ids=ids)
    titles = dict.fromkeys(filter(None, map(one_line, (entry.title, entry.original.title))))
    return replace(entry, ids=ids, title=" / ".join(titles), html=_Page.of(entry).written())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A translation and its original, both taken apart."""

    entry: Entry
    html: str
    original: str
    passages: Sequence[Passage]
    originals: Sequence[Passage]
    opening: str
    """Of an element with text in the language of the original."""

    @classmethod
    def of(cls, entry: Entry) -> "_Page":
        language = entities.escape(entry.original_language)
        is_turned = direction(entry.original_language) != direction(entry.language)
        html = entry.html
        if not html.strip() and entry.summary.strip():
            html = f"<p>{entities.escape(entry.summary.strip(), quote=False)}</p>"
        original = entry.original.html if entry.original else ""
        return cls(
            entry=entry,
            html=html,
            original=original,
            passages=passages(html, [pair.target for pair in entry.pairs]),
            originals=passages(original, [pair.source for pair in entry.pairs]),
            opening=f'small lang="{language}"' + (f' dir="{direction(entry.original_language)}"' if is_turned else ""),
        )

    def written(self) -> str:
        """Return the HTML of both."""
        agree = len(self.passages) == len(self.originals)
        if not agree and any(map(_has_words, (one.left for one in self.passages))):
            element = self.opening.removeprefix("small")
            return f"{self.html}<hr><div{element}>{self.original}</div>" if self.original else self.html
        written: list[str] = []
        done = 0
        for n, passage in enumerate(self.passages):
            original = self.originals[n] if agree else None
            for position, text in self._insertions(passage, original):
                end = _after(self.html, position)
                is_last = end >= _after(self.html, passage.end)
                written += (self.html[done:end], f"<br><{self.opening}>{text}</small>", "" if is_last else "<br>")
                done = end
        return "".join([*written, self.html[done:]])

    def _insertions(self, passage: Passage, original: Passage | None) -> Iterator[tuple[int, str]]:
        """Yield where in a passage which text of the original is put, as HTML."""
        if original is not None and _has_words(passage.left) and passage.left != original.left:
            text = one_line(_TAG.sub("", self.original[original.start : original.end]))
            yield passage.end, text
            return
        for position, n in passage.found:
            pair = self.entry.pairs[n]
            if pair.source != pair.target:
                yield position, entities.escape(pair.source, quote=False)


def _after(html: str, position: int) -> int:
    """Return where what belongs to the text before a position ends."""
    found = _CLOSING.match(html, position)
    return found.end() if found else position


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
