"""Alembic runs this module for each command. It uses the connection it is handed, inside that one's transaction."""

from alembic import context

from syndicator.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
