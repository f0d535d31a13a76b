"""The tables. Knows columns, keys and indexes; refuses to know what is done with them.

Portable: a time is a UTC timestamp with microseconds, a list or object is JSON, an edition's language is a primary
subtag. `migrations/versions` builds the same tables step by step, and a test keeps both equal. On PostgreSQL the tables
begin as these here, of revision 0003 or later: it was not supported before.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
    UniqueConstraint,
    event,
)
from sqlalchemy import Text as AnyText

REVISION = "0004"
"""The migration that these tables are the result of. Kept here so that opening an up-to-date store needs no Alembic."""

Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")
"""Text that is sorted by its letters' numbers, as SQLite does: pages and windows are cut by that order."""

Number = BigInteger().with_variant(Integer(), "sqlite")
"""A count that may pass 2**31 in a desk's years; an INTEGER of SQLite's has 64 bits."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC with microseconds. SQLite keeps no zone, so that a naive time must not get there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the moment in UTC; refuse a time without a zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - likewise
        """Return the moment in UTC, aware."""
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value and value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _column(name: str, kind: Any, *args: Any, **options: Any) -> Column[Any]:  # noqa: ANN401 - SQLAlchemy's own types
    """Return a column that must have a value unless told otherwise: the opposite of SQLAlchemy's default."""
    return Column(name, kind, *args, nullable=options.pop("nullable", False), **options)


meta = Table(
    "meta",
    metadata,
    _column("key", Text, primary_key=True),
    _column("value", Text),
)
"""`tag`: the beginning of every entry id (`tag:example.org,2026-11-24:`). `seq`: the change counter.
`extents`: by source, as JSON, how much of its text may be published, where that is not all."""

sources = Table(
    "sources",
    metadata,
    _column("slug", Text, primary_key=True),
    _column("condition", Text),
    _column("detail", Text, nullable=True),
    _column("about", JSON),
    _column("etag", Text, nullable=True),
    _column("last_modified", Text, nullable=True),
    _column("validators_since", UtcDateTime, nullable=True),
    _column("due", UtcDateTime, nullable=True),
    _column("checked", UtcDateTime, nullable=True),
    _column("succeeded", UtcDateTime, nullable=True),
    _column("failures", Integer),
    _column("moved_to", Text, nullable=True),
    _column("moved_since", UtcDateTime, nullable=True),
    _column("url", Text, nullable=True),
    _column("sign", Text, nullable=True),
)

marks = Table(
    "marks",
    metadata,
    _column("source", Text, ForeignKey("sources.slug"), primary_key=True),
    _column("origin_id", Text, primary_key=True),
    _column("mark", Text),
)

set_aside = Table(
    "set_aside",
    metadata,
    _column("source", Text, ForeignKey("sources.slug"), primary_key=True),
    _column("origin_id", Text, primary_key=True),
    _column("reason", Text),
    _column("at", UtcDateTime),
    _column("is_dropped", Boolean),
)
"""`is_dropped`: the operator has seen it; told of no more, unless it is set aside for another reason."""

articles = Table(
    "articles",
    metadata,
    _column("id", Text, primary_key=True),
    _column("source", Text, ForeignKey("sources.slug")),
    _column("origin_id", Text),
    _column("version", Integer),
    _column("url", Text, nullable=True),
    _column("title", Text),
    _column("html", Text),
    _column("summary", Text),
    _column("language", Text),
    _column("title_language", Text),
    _column("authors", JSON),
    _column("published", UtcDateTime),
    _column("updated", UtcDateTime),
    _column("first_seen", UtcDateTime),
    _column("categories", JSON),
    _column("enclosures", JSON),
    _column("rights", Text, nullable=True),
    _column("credit", Text, nullable=True),
    _column("section", Text, nullable=True),
    _column("content_hash", Text),
    _column("primary_language", Text),
    _column("translated_to", Text),
    UniqueConstraint("source", "origin_id"),
)
"""The newest version of each. `translated_to` names the languages that this version is translated to, sorted, with
blanks between: `en kk`. Its values are few, so that what waits is found by index (docs/decisions/0003-store.md)."""

Index(
    "ix_articles_waiting",
    articles.c.primary_language,
    articles.c.translated_to,
    articles.c.published.desc(),
    articles.c.id,
)

Index("ix_articles_page", articles.c.source, articles.c.url).ddl_if(dialect="sqlite")
# PostgreSQL sorts no text of more than 2,700 bytes into an index, and refuses the row; by its hash, it takes any.
event.listen(
    articles,
    "after_create",
    DDL("CREATE INDEX ix_articles_page ON articles USING hash (url)").execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
)

article_versions = Table(
    "article_versions",
    metadata,
    _column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    _column("version", Integer, primary_key=True),
    _column("snapshot", JSON),
)
"""The versions before the newest, whole."""

translations = Table(
    "translations",
    metadata,
    _column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    _column("language", Text, primary_key=True),
    _column("tag", Text),
    _column("article_version", Integer),
    _column("title", Text),
    _column("html", Text),
    _column("summary", Text),
    _column("enclosure_titles", JSON),
    _column("category_labels", JSON),
    _column("route", Text),
    _column("engine", Text),
    _column("marks", JSON),
    _column("translated", UtcDateTime),
    _column("made_with", Text),
    _column("from_language", Text),
    _column("source", Text),
    _column("published", UtcDateTime),
    _column("is_marked", Boolean),
    _column("is_current", Boolean),
    _column("segments", JSON),
    _column("is_reviewed", Boolean),
)
"""`language` is the primary subtag; `tag` is the whole one. `is_current`: of the newest version of its article. Then
`from_language`, `source` and `published` are those of the article, too: they are here so that lists and counts are read
from one index."""

Index(
    "ix_translations_made",
    translations.c.from_language,
    translations.c.language,
    translations.c.is_current,
    translations.c.published.desc(),
    translations.c.article_id,
    translations.c.made_with,
    translations.c.source,
)
Index(
    "ix_translations_marked",
    translations.c.is_current,
    translations.c.is_marked,
    translations.c.published.desc(),
    translations.c.article_id,
    translations.c.language,
)

held = Table(
    "held",
    metadata,
    _column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    _column("language", Text, primary_key=True),
    _column("reason", Text),
    _column("snapshot", JSON),
)
"""Translations of newest article versions that are not published, whole. A new version takes them away."""

failures = Table(
    "failures",
    metadata,
    _column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    _column("language", Text, primary_key=True),
    _column("article_version", Integer),
    _column("attempts", Integer),
    _column("reason", Text),
    _column("due", UtcDateTime),
)

memory = Table(
    "memory",
    metadata,
    _column("key", Text, primary_key=True),
    _column("source_text", Text),
    _column("target_text", Text),
    _column("links", JSON),
    _column("score", Float, nullable=True),
    _column("route", Text),
    _column("created", UtcDateTime),
    _column("from_language", Text),
    _column("to_language", Text),
    _column("text_digest", Text),
    _column("text_length", Integer),
    _column("is_person", Boolean),
)
"""`links` is a list of [source start, source end, target start, target end]. Languages are primary subtags, the ends of
`route`. Digest (SHA-256) and length are those of the normalised source text: PostgreSQL indexes no long texts."""

Index("ix_memory_text", memory.c.from_language, memory.c.to_language, memory.c.text_digest, memory.c.created)
Index(
    "ix_memory_pair",
    memory.c.from_language,
    memory.c.to_language,
    memory.c.created,
    memory.c.key,
    memory.c.text_length,
)

corrections = Table(
    "corrections",
    metadata,
    _column("from_language", Text, primary_key=True),
    _column("to_language", Text, primary_key=True),
    _column("text_digest", Text, primary_key=True),
    _column("source_text", Text),
    _column("target_text", Text),
    _column("by", Text),
    _column("created", UtcDateTime),
    _column("text_length", Integer),
)
"""As `memory`: primary subtags, and the digest and length of the normalised source text."""

Index(
    "ix_corrections_pair",
    corrections.c.from_language,
    corrections.c.to_language,
    corrections.c.created,
    corrections.c.text_digest,
    corrections.c.text_length,
)

parked = Table(
    "parked",
    metadata,
    _column("key", Text, primary_key=True),
    _column("source_text", Text),
    _column("reason", Text),
)

entries = Table(
    "entries",
    metadata,
    _column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    _column("language", Text, primary_key=True),
    _column("source", Text),
    _column("atom_id", Text),
    _column("rss_id", Text),
    _column("json_id", Text),
    _column("published", UtcDateTime),
    _column("updated", UtcDateTime),
    _column("seq", Number),
    _column("is_shown", Boolean),
    _column("number", Number),
    _column("volume", Number),
)
"""A story in a language: its ids, kept for good, and all that an edition's window is chosen by. `is_shown` is false
while there is no text in that language, after an edit changed the language of the original. `number` counts, from 0,
the entries of a language in the order in which they came to be shown: what archives and site maps are divided by.
`volume` is `number // VOLUME`: here so that the newest of each is a look-up in an index."""

Index(
    "ix_entries_language",
    entries.c.language,
    entries.c.is_shown,
    entries.c.published.desc(),
    entries.c.article_id,
)
Index(
    "ix_entries_source",
    entries.c.language,
    entries.c.source,
    entries.c.is_shown,
    entries.c.published.desc(),
    entries.c.article_id,
)
Index("ix_entries_changed", entries.c.language, entries.c.seq, entries.c.number)
Index("ix_entries_seq", entries.c.seq, entries.c.article_id)
Index("ix_entries_number", entries.c.language, entries.c.number)
Index("ix_entries_volume", entries.c.language, entries.c.volume, entries.c.updated)

editions = Table(
    "editions",
    metadata,
    _column("language", Text, primary_key=True),
    _column("source", Text, primary_key=True),
    _column("created", UtcDateTime),
    _column("changed", Number),
    _column("published", Number),
    _column("fingerprint", Text, nullable=True),
    _column("announced", JSON),
)
"""`source` is empty for the edition of a whole language, `topics/trade` for one of a topic, `bilingual` for that one:
no source is called so."""

topics = Table(
    "topics",
    metadata,
    _column("slug", Text, primary_key=True),
    _column("definition", Text),
    _column("seq", Number),
    _column("article_id", Text),
)
"""Up to which change, and which story of that change, all stories were sorted by this definition (a digest)."""

topic_entries = Table(
    "topic_entries",
    metadata,
    _column("topic", Text, primary_key=True),
    _column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    _column("language", Text, primary_key=True),
    _column("published", UtcDateTime),
)
"""Which entries belong to a topic. `published` is the entry's: here so that a window is read from one index."""

Index(
    "ix_topic_entries_window",
    topic_entries.c.topic,
    topic_entries.c.language,
    topic_entries.c.published.desc(),
    topic_entries.c.article_id,
)

outbox = Table(
    "outbox",
    metadata,
    _column("kind", Text, primary_key=True),
    _column("target", Text, primary_key=True),
    _column("subject", Text, primary_key=True),
    _column("number", Number),
    _column("attempts", Integer),
    _column("reason", Text, nullable=True),
    _column("tried", UtcDateTime, nullable=True),
    _column("due", UtcDateTime),
)
"""What is to be done outside the store (pings of hubs). `number`: the change counter when it was last asked for."""

Index("ix_outbox_due", outbox.c.due)
