"""Keep which volume of its language an entry belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SIZE = 1000
"""As `VOLUME` was when this was written."""


def upgrade() -> None:
    """Add the column, fill it, and have indexes that answer what is asked without walking through all entries."""
    op.add_column("entries", sa.Column("volume", sa.Integer(), nullable=False, server_default="0"))
    op.execute(f"UPDATE entries SET volume = number / {SIZE} WHERE number >= {SIZE}")  # noqa: S608 - no value from outside
    op.create_index("ix_entries_volume", "entries", ["language", "volume", "updated"])
    op.drop_index("ix_entries_number", "entries")
    op.create_index("ix_entries_number", "entries", ["language", "number"])
    op.drop_index("ix_entries_changed", "entries")
    op.create_index("ix_entries_changed", "entries", ["language", "seq", "number"])
