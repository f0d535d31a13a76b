"""The outbox: what is to be done outside the store because of what is in it. Functions on a connection.

What is wanted is kept in the transaction that gives the reason for it, and taken away once it was done: a crash between
has it done again, never forgotten.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from syndicator.model import Effect, EffectKey
from syndicator.store.connection import upsert
from syndicator.store.schema import outbox


def want(connection: Connection, keys: Iterable[EffectKey], *, number: int, at: datetime) -> None:
    """Have these effects happen from `at` on. One that waits already is asked for anew, its attempts forgotten."""
    for key in keys:
        row = {"kind": key.kind, "target": key.target, "subject": key.subject, "number": number}
        upsert(connection, outbox, {**row, "attempts": 0, "reason": None, "tried": None, "due": at})


def due(connection: Connection, *, now: datetime, limit: int) -> list[Effect]:
    """Return effects that are to be tried by now, longest due first; see `ports.Store.effects_due`."""
    order = (outbox.c.due, outbox.c.kind, outbox.c.target, outbox.c.subject)
    # Tried in what is now the future: the clock was set back, and `due` is of no use.
    is_time = or_(outbox.c.due <= now, outbox.c.tried > now)
    return [
        Effect(
            key=EffectKey(kind=row.kind, target=row.target, subject=row.subject),
            number=row.number,
            attempts=row.attempts,
            reason=row.reason,
            due=row.due,
        )
        for row in connection.execute(select(outbox).where(is_time).order_by(*order).limit(limit))
    ]


def save_done(connection: Connection, effect: Effect) -> None:
    """Forget an effect, unless it was asked for anew since."""
    connection.execute(delete(outbox).where(_is_this(effect)))


def save_failed(connection: Connection, effect: Effect, *, reason: str, due: datetime, at: datetime) -> None:
    """Keep why an effect did not come about, and when it is tried again, unless it was asked for anew since."""
    values = {"attempts": effect.attempts + 1, "reason": reason, "tried": at, "due": due}
    connection.execute(update(outbox).where(_is_this(effect)).values(values))


def _is_this(effect: Effect) -> ColumnElement[bool]:
    key = effect.key
    return and_(
        outbox.c.kind == key.kind,
        outbox.c.target == key.target,
        outbox.c.subject == key.subject,
        outbox.c.number == effect.number,
    )
