"""Tell the dispatcher, if there is one, of the work that a transaction calls for. Functions on its connection."""

from collections.abc import Sequence

from sqlalchemy import Connection

from syndicator.model import Article
from syndicator.ports import Dispatcher


def articles_saved(dispatcher: Dispatcher | None, connection: Connection, articles: Sequence[Article]) -> None:
    """Have articles translated that were saved in this transaction."""
    if dispatcher and articles:
        dispatcher.articles_saved(connection.connection.driver_connection, articles)


def editions_changed(dispatcher: Dispatcher | None, connection: Connection) -> None:
    """Have editions published that this transaction changed."""
    if dispatcher:
        dispatcher.editions_changed(connection.connection.driver_connection)


def effects_wanted(dispatcher: Dispatcher | None, connection: Connection) -> None:
    """Have done what this transaction put into the outbox."""
    if dispatcher:
        dispatcher.effects_wanted(connection.connection.driver_connection)
