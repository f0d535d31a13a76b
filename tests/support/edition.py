"""A small published folder in two languages, with every kind of page and everything that a page can show."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from support.entries import AUTHORITY, CREATED, a_masthead, an_attribution, an_entry, an_original

from syndicator.model import EditionKey, Entry, EntryIds, Original, Outcome, Segment, Sibling, TermUse
from syndicator.publishing.edition import Masthead, Outline, publish_edition, publish_index

LANGUAGES = ("en", "ru")
RUSSIAN_HTML = (
    "<p>Мост открыли в понедельник. Строили его <em>три года</em>: смотрите <a href='https://a.example/'>план</a>. "
    "По нему пройдут 20 000 машин в день.</p><h2>Что дальше</h2><p>Осенью откроют набережную.</p>"
    '<figure><img src="https://vestnik.example/bridge.jpg" alt="Мост"><figcaption>Мост ночью</figcaption></figure>'
    "<table><tbody><tr><th>Год</th><td>2026</td></tr></tbody></table>"
).replace("'", '"')
ENGLISH_HTML = (
    "<p>The bridge was opened on Monday. It took <em>three years</em> to build: see <a href='https://a.example/'>the "
    "plan</a>. It will carry 2,000 cars a day.</p><h2>What is next</h2><p>The embankment opens in autumn.</p>"
    '<figure><img src="https://vestnik.example/bridge.jpg" alt="The bridge">'
    "<figcaption>The bridge at night</figcaption></figure>"
    "<table><tbody><tr><th>Year</th><td>2026</td></tr></tbody></table>"
).replace("'", '"')
DOUBT = "number missing"


def pairs() -> tuple[Segment, ...]:
    """Return the sentences of the story, one of them doubtful and one with a term."""
    texts = (
        ("Мост через реку", "A bridge across the river"),
        ("Мост открыли в понедельник.", "The bridge was opened on Monday."),
        ("Строили его три года: смотрите план.", "It took three years to build: see the plan."),
        ("По нему пройдут 20 000 машин в день.", "It will carry 2,000 cars a day."),
        ("Что дальше", "What is next"),
        ("Осенью откроют набережную.", "The embankment opens in autumn."),
        ("Мост ночью", "The bridge at night"),
    )
    made = [
        Segment(source=source, target=target, score=-0.4, is_person=False, marks=(), terms=())
        for source, target in texts
    ]
    term = TermUse(source="набережную", target="embankment", outcome=Outcome.REPAIRED)
    made[3] = replace(made[3], marks=(DOUBT,))
    made[5] = replace(made[5], terms=(term,))
    return tuple(made)


def a_pair_of_texts(story: str = "bridge", **changes: object) -> Entry:
    """Return the translation of a story with its original beside it."""
    return an_entry(
        story,
        **{
            "title": "A bridge across the river",
            "html": ENGLISH_HTML,
            "original": Original(title="Мост через реку", html=RUSSIAN_HTML),
            "pairs": pairs(),
            "marks": (f"{DOUBT}: “По нему пройдут 20 000 машин в день.”", "a link has lost its words"),
            **changes,
        },
    )


LONG = {
    "en": (
        "Ministers of both banks agree on a second bridge across the river by 2030",
        "A new bridge links both banks. ",
    ),
    "ru": ("Министры обоих берегов договорились о втором мосте через реку к 2030 году", "Новый мост соединил берега. "),
}
"""A title of a length that is usual in news, and what a summary is made of."""


def published(
    directory: Path,
    *,
    base_url: str,
    stories: int = 12,
    is_long: bool = False,
    **changes: Any,  # noqa: ANN401 - what a masthead has
) -> Masthead:
    """Publish two editions of `stories` stories, an edition of each source, and the lists of all.

    With `is_long`, titles and summaries are as long as in the news. `changes` are the masthead's.
    """
    masthead = a_masthead(directory, base_url=base_url, **changes)
    outlines = []
    for language in LANGUAGES:
        key = EditionKey(language=language)
        entries = _entries(language, stories)
        if is_long:
            title, sentence = LONG[language]
            entries = [replace(one, story=one.story + "x" * 18, title=title, summary=sentence * 12) for one in entries]
        publish_edition(key, entries, entries, masthead=masthead, created=CREATED)
        outlines.append(Outline(key=key, title="", updated=CREATED, count=len(entries)))
        for slug in sorted({entry.attribution.slug for entry in entries}):
            of_source = [entry for entry in entries if entry.attribution.slug == slug]
            key = EditionKey(language=language, source=slug)
            publish_edition(key, of_source, [], masthead=masthead, created=CREATED)
            name = of_source[0].attribution.name
            outlines.append(Outline(key=key, title=name, updated=CREATED, count=len(of_source)))
        for key, name in _further(language, masthead):
            publish_edition(key, entries, [], masthead=masthead, created=CREATED)
            outlines.append(Outline(key=key, title=name, updated=CREATED, count=len(entries)))
    publish_index(outlines, masthead=masthead)
    return masthead


def _further(language: str, masthead: Masthead) -> Iterator[tuple[EditionKey, str]]:
    if masthead.has_bilingual:
        yield EditionKey(language=language, is_bilingual=True), ""
    for topic in masthead.topics:
        yield EditionKey(language=language, topic=topic.slug), topic.name_in(language)


def _entries(language: str, stories: int) -> list[Entry]:
    made = []
    newest = an_entry().published
    for number in range(stories):
        story = f"story{number:03}"
        moment = newest - timedelta(hours=number * 3)
        slug, name = [("vestnik", "Вестник «Север»"), ("weekly", "Science Weekly"), ("wire", "Городской вестник")][
            number % 3
        ]
        made.append(
            _entry(language, story, published=moment, updated=moment, attribution=an_attribution(slug=slug, name=name))
        )
    return made


def _entry(language: str, story: str, **changes: object) -> Entry:
    if language == "en":
        return a_pair_of_texts(story, **changes)
    ids = EntryIds(atom=f"{AUTHORITY}{story}/ru", rss=f"{AUTHORITY}{story}/ru/rss", json=f"{AUTHORITY}{story}/ru/json")
    if story.endswith("0"):  # originals and translations stand in either language
        return an_original(story, html=RUSSIAN_HTML, ids=ids, **changes)
    return an_entry(
        story,
        **{
            "language": "ru",
            "ids": ids,
            "title": "Мост через реку",
            "html": RUSSIAN_HTML,
            "summary": "Новый мост соединил берега.",
            "original_language": "en",
            "route": "en>ru",
            "engine": "Argos en_ru 0.1 (CTranslate2)",
            "original": Original(title="A bridge across the river", html=ENGLISH_HTML),
            "pairs": tuple(replace(pair, source=pair.target, target=pair.source) for pair in pairs()),
            "marks": (f"{DOUBT}: “It will carry 2,000 cars a day.”",),
            "siblings": (Sibling(story=story, language="en"),),
            **changes,
        },
    )
