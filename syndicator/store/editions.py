"""Entries, the editions they stand in, and the change counter. Functions on a connection.

Whoever changes an article, a translation or a source calls the `follow_…` of it in the same transaction: that keeps the
entries true and numbers what changed; then `mark` has the editions written again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Select, and_, func, or_, select, update

from syndicator.errors import NotFound
from syndicator.model import (
    UNDETERMINED,
    VOLUME,
    Article,
    Attribution,
    Category,
    EditionKey,
    EditionState,
    Enclosure,
    Entry,
    EntryIds,
    Original,
    Sibling,
    Translation,
    primary,
)
from syndicator.store.articles import article_from, versions
from syndicator.store.connection import chunks
from syndicator.store.schema import articles, editions, entries, meta, sources, topic_entries, translations
from syndicator.store.sources import about_from
from syndicator.store.translations import translation_from

BILINGUAL = "bilingual"
TOPICS = "topics/"
"""How the table of editions calls those of neither a whole language nor a source; the topic's slug follows."""
SHOWN = tuple(column for column in translations.c if column.name != "segments")
"""What an entry shows of a translation; its sentences, which take most of the time to read, where asked for."""


def tag_prefix(connection: Connection) -> str:
    """Return what every id begins with: `tag:example.org,2026-11-24:`."""
    return str(connection.execute(select(meta.c.value).where(meta.c.key == "tag")).scalar_one())


def next_change(connection: Connection) -> int:
    """Advance the change counter and return it. All that one transaction changes has the same number."""
    query = select(meta.c.value).where(meta.c.key == "seq").with_for_update()
    number = int(connection.execute(query).scalar_one()) + 1
    connection.execute(meta.update().where(meta.c.key == "seq").values(value=str(number)))
    return number


def follow_new(connection: Connection, articles: Sequence[Article], *, seq: int) -> set[tuple[str, str]]:
    """Make the entries of new articles whose language is known; return the (language, source) where they stand."""
    known = [article for article in articles if primary(article.language) != UNDETERMINED]
    seeds = [_seed(article, primary(article.language), updated=article.updated) for article in known]
    _mint(connection, seeds, seq=seq)
    return {(seed["language"], seed["source"]) for seed in seeds}


def follow_changed(connection: Connection, article: Article, *, seq: int) -> set[tuple[str, str]]:
    """Make the entries of a changed article true; return the (language, source) where it stood or stands.

    All its entries count as changed. One in another language stays while a translation into it is held.
    """
    own = primary(article.language)
    query = select(translations.c.language).where(translations.c.article_id == article.id)
    readable = {own, *connection.execute(query).scalars()} - {UNDETERMINED}
    before = _entries_of(connection, article.id)
    for language in before:
        values: dict[str, Any] = {"seq": seq, "is_shown": language in readable}
        if language == own:
            values["updated"] = article.updated
        if language in readable and not before[language]:
            values |= _place(last_number(connection, language) + 1)
        _update(connection, article.id, language, values)
    if own in readable and own not in before:
        _mint(connection, [_seed(article, own, updated=article.updated)], seq=seq)
    shown = {language for language, is_shown in before.items() if is_shown}
    return {(language, article.source) for language in readable | shown}


def follow_translation(
    connection: Connection, translation: Translation, article: Article, *, seq: int, is_new_text: bool
) -> set[tuple[str, str]]:
    """Make the entries of a story true after a translation was saved; return the (language, source) that changed.

    Where the story is new in this language, its other entries link to it from now on, and so change.
    """
    language = primary(translation.language)
    before = _entries_of(connection, article.id)
    is_shown = before.get(language, False)
    values: dict[str, Any] = {"seq": seq, "is_shown": True}
    if is_new_text or not is_shown:
        values["updated"] = translation.translated
    if language in before:
        if not is_shown:
            values |= _place(last_number(connection, language) + 1)
        _update(connection, article.id, language, values)
    else:
        _mint(connection, [_seed(article, language, updated=translation.translated)], seq=seq)
    if is_shown:
        return {(language, article.source)}
    connection.execute(update(entries).where(entries.c.article_id == article.id, entries.c.is_shown).values(seq=seq))
    shown = {each for each, was_shown in before.items() if was_shown}
    return {(each, article.source) for each in {language, *shown}}


def follow_source(connection: Connection, slug: str, *, seq: int, at: datetime, with_entries: bool) -> None:
    """Mark the editions that a source stands in as changed; `with_entries`, its entries too."""
    languages = connection.execute(select(editions.c.language).where(editions.c.source == slug)).scalars().all()
    mark(connection, {(language, slug) for language in languages}, seq=seq, at=at)
    if with_entries:
        for language in languages:
            condition = (entries.c.language == language, entries.c.source == slug)
            connection.execute(update(entries).where(*condition).values(seq=seq))


def follow_looks(connection: Connection, stories: Collection[str], *, seq: int) -> set[tuple[str, str]]:
    """Count the shown entries of these stories as changed; return the (language, source) where they stand."""
    places: set[tuple[str, str]] = set()
    for some in chunks(stories):
        condition = (entries.c.article_id.in_(some), entries.c.is_shown)
        rows = connection.execute(select(entries.c.language, entries.c.source).where(*condition).distinct())
        places.update((row.language, row.source) for row in rows)
        connection.execute(update(entries).where(*condition).values(seq=seq))
    return places


def mark(connection: Connection, changed: Iterable[tuple[str, str]], *, seq: int, at: datetime) -> None:
    """Mark as changed the editions (language, source slug), and those of the whole languages; make those missing."""
    keys = set(changed)
    languages = {language for language, _ in keys}
    mark_only(connection, keys | {(language, "") for language in languages}, seq=seq, at=at)
    bilingual = (editions.c.language.in_(languages), editions.c.source == BILINGUAL)
    connection.execute(update(editions).where(*bilingual).values(changed=seq))


def mark_only(connection: Connection, changed: Iterable[tuple[str, str]], *, seq: int, at: datetime) -> None:
    """Mark these editions (language, part) as changed, and no other; make those missing."""
    for language, source in sorted(changed):
        condition = (editions.c.language == language, editions.c.source == source)
        if connection.execute(update(editions).where(*condition).values(changed=seq)).rowcount == 0:
            row = {"language": language, "source": source, "created": at, "changed": seq, "published": -1}
            connection.execute(editions.insert().values({**row, "announced": {}}))


def all_editions(connection: Connection, *, outdated_under: str | None) -> list[EditionState]:
    """Return every edition that has, or had, an entry; by language: the whole, bilingual, of sources, topics.

    With a fingerprint, only those that changed since they were published, or were published under another one.
    """
    query = select(editions)
    if outdated_under is not None:
        is_other = editions.c.fingerprint.is_distinct_from(outdated_under)
        query = query.where(or_(editions.c.changed != editions.c.published, is_other))
    rows = connection.execute(query).all()
    return [
        EditionState(
            key=key_of(row.language, row.source),
            created=row.created,
            changed=row.changed,
            published=row.published,
            fingerprint=row.fingerprint,
            announced=row.announced,
        )
        for row in sorted(rows, key=lambda row: (row.language, _rank(row.source)))
    ]


def save_published(
    connection: Connection, key: EditionKey, *, changed: int, fingerprint: str, announced: Mapping[str, str]
) -> None:
    """Keep up to which change, and under which settings, an edition's feeds were written; raise NotFound."""
    language, part = primary(key.language), _part_of(key)
    condition = (editions.c.language == language, editions.c.source == part)
    values = {"published": changed, "fingerprint": fingerprint, "announced": dict(announced)}
    if connection.execute(update(editions).where(*condition).values(values)).rowcount:
        return
    whole = select(editions).where(editions.c.language == language, editions.c.source == "")
    row = connection.execute(whole).mappings().first() if part == BILINGUAL else None
    if row is None:
        raise NotFound(f"there is no edition {key.language}{f' of {part}' if part else ''}")
    connection.execute(editions.insert().values({**row, "source": part, **values}))


def _part_of(key: EditionKey) -> str:
    """Return how the table of editions calls the part of a language that an edition holds."""
    if key.topic is not None:
        return TOPICS + key.topic
    return BILINGUAL if key.is_bilingual else key.source or ""


def _rank(part: str) -> tuple[int, str]:
    """Return what the editions of a language are sorted by."""
    return (0 if part == "" else 1 if part == BILINGUAL else 3 if part.startswith(TOPICS) else 2), part


def key_of(language: str, part: str) -> EditionKey:
    """Return the edition of a language that the table calls so: the opposite of `_part_of`."""
    if part.startswith(TOPICS):
        return EditionKey(language=language, topic=part.removeprefix(TOPICS))
    if part == BILINGUAL:
        return EditionKey(language=language, is_bilingual=True)
    return EditionKey(language=language, source=part or None)


def window(
    connection: Connection, key: EditionKey, *, limit: int, changed_after: int | None, with_pairs: bool
) -> list[Entry]:
    """Return entries of an edition, newest `published` first, then by story; see `ports.Store.entries`."""
    query = entries_query(with_pairs=with_pairs)
    return completed(connection, _window_rows(connection, key, query, limit=limit, changed_after=changed_after))


def entries_query(*, with_pairs: bool = False) -> Select[Any]:
    """Return the query of all that entries are made of."""
    shown = tuple(translations.c) if with_pairs else SHOWN
    translated = and_(translations.c.article_id == entries.c.article_id, translations.c.language == entries.c.language)
    return (
        select(entries, articles, *shown, sources.c.about)
        .join(articles, articles.c.id == entries.c.article_id)
        .join(sources, sources.c.slug == entries.c.source)
        .outerjoin(translations, translated)
    )


def completed(connection: Connection, rows: Sequence[RowMapping]) -> list[Entry]:
    """Return the entries of rows of `entries_query`, in their order."""
    siblings = siblings_of(connection, [row[entries.c.article_id] for row in rows])
    outdated = versions(connection, {_version_shown(row) for row in rows if _is_outdated(row)})
    return [_entry(row, siblings[row[entries.c.article_id]], outdated) for row in rows]


def _window_rows(
    connection: Connection, key: EditionKey, query: Select[Any], *, limit: int, changed_after: int | None
) -> Sequence[RowMapping]:
    language = primary(key.language)
    query = query.where(entries.c.language == language, entries.c.is_shown).limit(limit)
    if key.topic is not None:
        here = and_(topic_entries.c.article_id == entries.c.article_id, topic_entries.c.language == language)
        query = query.join(topic_entries, here).where(topic_entries.c.topic == key.topic)
        query = query.order_by(topic_entries.c.published.desc(), topic_entries.c.article_id)
    else:
        query = query.order_by(entries.c.published.desc(), entries.c.article_id)
    if key.source is not None:
        query = query.where(entries.c.source == key.source)
    if changed_after is not None:
        query = query.where(entries.c.seq > changed_after)
    return connection.execute(query).mappings().all()


def siblings_of(connection: Connection, stories: Collection[str]) -> dict[str, list[Sibling]]:
    """Return where each story stands, sorted by language."""
    found: dict[str, list[Sibling]] = {story: [] for story in stories}
    columns = (entries.c.article_id, entries.c.language)
    for some in chunks(found):
        query = select(*columns).where(entries.c.article_id.in_(some), entries.c.is_shown)
        for row in connection.execute(query.order_by(entries.c.language)):
            found[row.article_id].append(Sibling(story=row.article_id, language=row.language))
    return found


def _is_original(row: RowMapping) -> bool:
    return bool(row[articles.c.primary_language] == row[entries.c.language])


def _version_shown(row: RowMapping) -> tuple[str, int]:
    return row[articles.c.id], row[articles.c.version if _is_original(row) else translations.c.article_version]


def _is_outdated(row: RowMapping) -> bool:
    return bool(_version_shown(row)[1] != row[articles.c.version])


def _entry(row: RowMapping, siblings: Sequence[Sibling], outdated: Mapping[tuple[str, int], Article]) -> Entry:
    """Return the entry of a row. All of it is of one version of the article, so that it never changes by halves."""
    article = outdated[_version_shown(row)] if _is_outdated(row) else article_from(_part(row, articles.c))
    with_pairs = translations.c.segments in row
    segments = {} if with_pairs else {"segments": ()}
    shown = translations.c if with_pairs else SHOWN
    translation = None if _is_original(row) else translation_from({**_part(row, shown), **segments})
    text = translation or article
    return Entry(
        story=article.id,
        language=row[entries.c.language],
        ids=EntryIds(atom=row[entries.c.atom_id], rss=row[entries.c.rss_id], json=row[entries.c.json_id]),
        attribution=attribution_from(row),
        title=text.title,
        html=text.html,
        summary=text.summary,
        authors=article.authors,
        published=row[entries.c.published],
        updated=row[entries.c.updated],
        original_url=article.url,
        original_language=article.language,
        route=translation.route if translation else None,
        engine=translation.engine if translation else None,
        marks=translation.marks if translation else (),
        siblings=tuple(sibling for sibling in siblings if sibling.language != row[entries.c.language]),
        categories=_categories(article, translation),
        enclosures=_enclosures(article, translation),
        rights=article.rights,
        credit=article.credit,
        section=article.section,
        original=Original(title=article.title, html=article.html) if translation and with_pairs else None,
        pairs=translation.segments if translation else (),
        translated=translation.translated if translation else None,
        is_reviewed=translation is not None and translation.is_reviewed,
    )


def _categories(article: Article, translation: Translation | None) -> tuple[Category, ...]:
    """Return the categories, labelled in the language of the entry: term and scheme tell machines what is meant."""
    if translation is None or not translation.category_labels:
        return article.categories
    pairs = zip(article.categories, translation.category_labels, strict=True)
    return tuple(replace(each, label=label) if label else each for each, label in pairs)


def _enclosures(article: Article, translation: Translation | None) -> tuple[Enclosure, ...]:
    if translation is None:
        return article.enclosures
    pairs = zip(article.enclosures, translation.enclosure_titles, strict=True)
    return tuple(replace(each, title=title) for each, title in pairs)


def attribution_from(row: RowMapping) -> Attribution:
    """Return whose text an entry is; the row has `entries.source` and `sources.about`."""
    about = about_from(row[sources.c.about])
    return Attribution(
        slug=row[entries.c.source],
        name=about.name or row[entries.c.source],
        home_url=about.home_url,
        self_id=about.self_id,
        feed_url=about.feed_url,
        rights=about.rights,
        language=about.language,
        updated=about.updated,
    )


def _part(row: RowMapping, columns: Iterable[Column[Any]]) -> dict[str, Any]:
    """Return the columns of one table of a join."""
    return {column.name: row[column] for column in columns}


def _entries_of(connection: Connection, story: str) -> dict[str, bool]:
    """Return the languages that a story has an entry in, and whether that is shown."""
    query = select(entries.c.language, entries.c.is_shown).where(entries.c.article_id == story)
    return {row.language: row.is_shown for row in connection.execute(query)}


def _update(connection: Connection, story: str, language: str, values: Mapping[str, Any]) -> None:
    condition = (entries.c.article_id == story, entries.c.language == language)
    connection.execute(update(entries).where(*condition).values(values))


def _seed(article: Article, language: str, *, updated: datetime) -> dict[str, Any]:
    """Return what an entry begins with."""
    return {
        "article_id": article.id,
        "language": language,
        "source": article.source,
        "published": article.published,
        "updated": updated,
        "is_shown": True,
    }


def _mint(connection: Connection, seeds: Sequence[Mapping[str, Any]], *, seq: int) -> None:
    """Make entries, with ids (RFC 4151) that stay for good, whatever becomes of title, URL and domain."""
    tag = tag_prefix(connection)
    rows = []
    numbers = {each: count(last_number(connection, each) + 1) for each in {seed["language"] for seed in seeds}}
    for seed in sorted(seeds, key=lambda seed: (seed["published"], seed["article_id"])):
        identifier = f"{tag}{seed['article_id']}/{seed['language']}"
        ids = {"atom_id": identifier, "rss_id": f"{identifier}/rss", "json_id": f"{identifier}/json"}
        rows.append({**seed, **ids, "seq": seq, **_place(next(numbers[seed["language"]]))})
    if rows:
        connection.execute(entries.insert(), rows)


def last_number(connection: Connection, language: str) -> int:
    """Return the number of a language's last entry, -1 if there is none.

    Whoever makes the next one has advanced the change counter before.
    """
    found = connection.execute(
        select(func.max(entries.c.number)).where(entries.c.language == primary(language))
    ).scalar()
    return -1 if found is None else found


def _place(number: int) -> dict[str, int]:
    """Return the columns that tell an entry's place in the order of its language."""
    return {"number": number, "volume": number // VOLUME}
