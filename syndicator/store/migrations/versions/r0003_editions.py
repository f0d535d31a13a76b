"""What came after the translation memory."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the new tables; number the entries of each language; tell what a person reviewed."""
    _remember_addresses()
    _create_outbox()
    _number_entries()
    _tell_reviewed()
    _create_topics()
    _translate_categories()
    _tell_dropped()
    _tell_announced()


def _remember_addresses() -> None:
    """Make room for what a source's state is about; of those held, it is not known."""
    op.add_column("sources", sa.Column("url", sa.Text(), nullable=True))
    op.add_column("sources", sa.Column("sign", sa.Text(), nullable=True))


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("tried", TIME, nullable=True),
        sa.Column("due", TIME, nullable=False),
        sa.PrimaryKeyConstraint("kind", "target", "subject", name="pk_outbox"),
    )
    op.create_index("ix_outbox_due", "outbox", ["due"])


def _number_entries() -> None:
    """Count the entries of each language by their dates: in which order they came is not known any more."""
    # With a default, SQLite takes the column as it is; without, the table would be made anew, and its indexes with it.
    op.add_column("entries", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    ranked = "row_number() OVER (PARTITION BY language ORDER BY published, article_id) - 1"
    op.execute(
        f"UPDATE entries SET number = ranked.number FROM (SELECT article_id, language, {ranked} AS number FROM entries)"  # noqa: S608 - no value from outside
        " AS ranked WHERE ranked.article_id = entries.article_id AND ranked.language = entries.language"
    )
    op.create_index("ix_entries_number", "entries", ["language", "number", "updated", "seq"])


def _tell_reviewed() -> None:
    """Say of every translation that nobody reviewed it: until now, nobody kept that."""
    op.add_column("translations", sa.Column("is_reviewed", sa.Boolean(), nullable=False, server_default=sa.false()))


def _create_topics() -> None:
    op.create_index("ix_entries_seq", "entries", ["seq", "article_id"])
    op.create_table(
        "topics",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_topics"),
    )
    op.create_table(
        "topic_entries",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("published", TIME, nullable=False),
        sa.PrimaryKeyConstraint("topic", "article_id", "language", name="pk_topic_entries"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_topic_entries_article_id"),
    )
    op.create_index(
        "ix_topic_entries_window", "topic_entries", ["topic", "language", sa.text("published DESC"), "article_id"]
    )


def _translate_categories() -> None:
    """Say of every translation that it has no categories translated: it shows them as the source has them."""
    op.add_column("translations", sa.Column("category_labels", sa.JSON(), nullable=False, server_default="[]"))


def _tell_dropped() -> None:
    """Say of all that was set aside that nobody has dropped it."""
    op.add_column("set_aside", sa.Column("is_dropped", sa.Boolean(), nullable=False, server_default=sa.false()))


def _tell_announced() -> None:
    """Say of all editions that no hub was told of them."""
    op.add_column("editions", sa.Column("announced", sa.JSON(), nullable=False, server_default="{}"))
