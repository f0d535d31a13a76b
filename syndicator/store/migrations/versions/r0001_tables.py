"""Create all tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, those that others refer to first."""
    _create_meta()
    _create_sources()
    _create_articles()
    _create_translations()
    _create_editions()


def _create_meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _create_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text()),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("validators_since", TIME),
        sa.Column("due", TIME),
        sa.Column("checked", TIME),
        sa.Column("succeeded", TIME),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("moved_to", sa.Text()),
        sa.Column("moved_since", TIME),
        sa.PrimaryKeyConstraint("slug", name="pk_sources"),
    )
    op.create_table(
        "marks",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "origin_id", name="pk_marks"),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name="fk_marks_source"),
    )
    op.create_table(
        "set_aside",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("source", "origin_id", name="pk_set_aside"),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name="fk_set_aside_source"),
    )


def _create_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title_language", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("published", TIME, nullable=False),
        sa.Column("updated", TIME, nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("enclosures", sa.JSON(), nullable=False),
        sa.Column("rights", sa.Text()),
        sa.Column("credit", sa.Text()),
        sa.Column("section", sa.Text()),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("primary_language", sa.Text(), nullable=False),
        sa.Column("translated_to", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name="fk_articles_source"),
        sa.UniqueConstraint("source", "origin_id", name="uq_articles_source_origin_id"),
    )
    op.create_index(
        "ix_articles_waiting", "articles", ["primary_language", "translated_to", sa.text("published DESC"), "id"]
    )
    op.create_index("ix_articles_page", "articles", ["source", "url"])
    op.create_table(
        "article_versions",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_article_versions"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_versions_article_id"),
    )


def _create_translations() -> None:
    op.create_table(
        "translations",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("article_version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("enclosure_titles", sa.JSON(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("translated", TIME, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "language", name="pk_translations"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_translations_article_id"),
    )
    op.create_table(
        "failures",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("article_version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "language", name="pk_failures"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_failures_article_id"),
    )
    op.create_table(
        "memory",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("target_text", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_memory"),
    )


def _create_editions() -> None:
    op.create_table(
        "entries",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("atom_id", sa.Text(), nullable=False),
        sa.Column("rss_id", sa.Text(), nullable=False),
        sa.Column("json_id", sa.Text(), nullable=False),
        sa.Column("published", TIME, nullable=False),
        sa.Column("updated", TIME, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "language", name="pk_entries"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_entries_article_id"),
    )
    op.create_index("ix_entries_language", "entries", ["language", "is_shown", sa.text("published DESC"), "article_id"])
    op.create_index(
        "ix_entries_source", "entries", ["language", "source", "is_shown", sa.text("published DESC"), "article_id"]
    )
    op.create_index("ix_entries_changed", "entries", ["language", "seq"])
    op.create_table(
        "editions",
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text()),
        sa.PrimaryKeyConstraint("language", "source", name="pk_editions"),
    )
