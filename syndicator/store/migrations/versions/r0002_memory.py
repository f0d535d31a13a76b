"""Keep sentences of translations, what is held, corrections and parked segments; tell texts and languages apart."""

import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
PAGE = 2000
"""Rows of the memory that are read and written at a time."""

# New columns come empty, are filled, and must have a value from then on.
TRANSLATIONS: dict[str, Any] = {
    "made_with": sa.Text(),
    "from_language": sa.Text(),
    "source": sa.Text(),
    "published": TIME,
    "is_marked": sa.Boolean(),
    "is_current": sa.Boolean(),
    "segments": sa.JSON(),
}
MEMORY: dict[str, Any] = {
    "from_language": sa.Text(),
    "to_language": sa.Text(),
    "text_digest": sa.Text(),
    "text_length": sa.Integer(),
    "is_person": sa.Boolean(),
}


def upgrade() -> None:
    """Create the new tables; give translations and memory their new columns."""
    _create_held()
    _create_corrections()
    _create_parked()
    _add("translations", TRANSLATIONS)
    _fill_translations()
    _require("translations", TRANSLATIONS)
    _index_translations()
    _add("memory", MEMORY)
    _fill_memory()
    _require("memory", MEMORY)
    _index_memory()


def _add(table: str, columns: dict[str, Any]) -> None:
    for name, kind in columns.items():
        op.add_column(table, sa.Column(name, kind))


def _require(table: str, columns: dict[str, Any]) -> None:
    with op.batch_alter_table(table) as batch:
        for name in columns:
            batch.alter_column(name, nullable=False)


def _table(name: str, columns: dict[str, Any]) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, kind) for column, kind in columns.items()))


def _fill_translations() -> None:
    """Take from each one's article what is asked for together with it; none says what it was made with."""
    text, number = sa.Text(), sa.Integer()
    kinds = {"id": text, "version": number, "primary_language": text, "source": text, "published": TIME}
    articles = _table("articles", kinds)
    kinds = {"article_id": text, "article_version": number, "marks": sa.JSON(), **TRANSLATIONS}
    translations = _table("translations", kinds)

    def of_article(column: str) -> sa.ScalarSelect[Any]:
        return sa.select(articles.c[column]).where(articles.c.id == translations.c.article_id).scalar_subquery()

    values = {
        "made_with": "",
        "from_language": of_article("primary_language"),
        "source": of_article("source"),
        "published": of_article("published"),
        "is_marked": sa.cast(translations.c.marks, text) != "[]",
        "is_current": of_article("version") == translations.c.article_version,
        "segments": [],
    }
    op.execute(translations.update().values(values))


def _fill_memory() -> None:
    """Derive languages from routes (`ru>en>de`), and from the texts what tells them apart."""
    memory = _table("memory", {"key": sa.Text(), **MEMORY})
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in MEMORY}
    statement = memory.update().where(memory.c.key == sa.bindparam("of")).values(values)
    for page in _pages():
        op.get_bind().execute(statement, [_memory_values(*row) for row in page])


def _pages() -> Iterator[list[Any]]:
    """Yield the (key, source text, route) of the memory, in pages."""
    memory = _table("memory", dict.fromkeys(("key", "source_text", "route"), sa.Text()))
    query = sa.select(memory).order_by(memory.c.key).limit(PAGE)
    page = op.get_bind().execute(query).all()
    while page:
        yield list(page)
        page = op.get_bind().execute(query.where(memory.c.key > page[-1].key)).all()


def _memory_values(key: str, source_text: str, route: str) -> dict[str, Any]:
    # As `syndicator.model.normalise` is today: a step that was released never changes, whatever becomes of that.
    normalised = " ".join(unicodedata.normalize("NFC", source_text).split())
    languages = route.split(">")
    return {
        "of": key,
        "new_from_language": languages[0],
        "new_to_language": languages[-1],
        "new_text_digest": sha256(normalised.encode()).hexdigest(),
        "new_text_length": len(normalised),
        "new_is_person": False,
    }


def _index_translations() -> None:
    op.create_index(
        "ix_translations_made",
        "translations",
        ["from_language", "language", "is_current", sa.text("published DESC"), "article_id", "made_with", "source"],
    )
    op.create_index(
        "ix_translations_marked",
        "translations",
        ["is_current", "is_marked", sa.text("published DESC"), "article_id", "language"],
    )


def _index_memory() -> None:
    op.create_index("ix_memory_text", "memory", ["from_language", "to_language", "text_digest", "created"])
    op.create_index("ix_memory_pair", "memory", ["from_language", "to_language", "created", "key", "text_length"])


def _create_held() -> None:
    op.create_table(
        "held",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "language", name="pk_held"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_held_article_id"),
    )


def _create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("from_language", sa.Text(), nullable=False),
        sa.Column("to_language", sa.Text(), nullable=False),
        sa.Column("text_digest", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("target_text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("text_length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("from_language", "to_language", "text_digest", name="pk_corrections"),
    )
    op.create_index(
        "ix_corrections_pair",
        "corrections",
        ["from_language", "to_language", "created", "text_digest", "text_length"],
    )


def _create_parked() -> None:
    op.create_table(
        "parked",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_parked"),
    )
