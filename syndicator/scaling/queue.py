"""The queue in PostgreSQL: its tables, what is put there, what is seen of it. All SQL on Procrastinate's tables.

Jobs are inserted with ON CONFLICT DO NOTHING, where Procrastinate's own function would raise for one that waits
already, and so break off the transaction that it stands in (docs/decisions/0014-work-handed-out.md).
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString, Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from procrastinate import App, PsycopgConnector, exceptions
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager

from syndicator.errors import Busy, StoreError
from syndicator.scaling.jobs import Job, Pair

HEARTBEAT_S = 5.0
STALLED_S = 20.0
"""A worker that gave no sign of life for so long is taken to be dead."""
_ROUTES = 0x73796E65
"""Advisory locks (_ROUTES, pair), shared: some living session serves that pair."""
_LETTERS = "\x00abcdefghijklmnopqrstuvwxyz"
_SUBTAG = 3
"""Letters of a primary language subtag at most (BCP 47 has longer ones, which nobody uses)."""
_SETUP_LOCK = 0x73796E66

_DEFER: LiteralString = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
SELECT queue, task, priority, lock, queueing_lock, args,
       CASE WHEN delay_s > 0 THEN clock_timestamp() + delay_s * interval '1 second' END
FROM jsonb_to_recordset(%(jobs)s::jsonb) AS wanted(
  queue text, task text, priority integer, lock text, queueing_lock text, args jsonb, delay_s double precision)
WHERE NOT %(only_if_idle)s OR NOT EXISTS (
  SELECT FROM procrastinate_jobs AS held WHERE held.status = 'doing' AND held.queueing_lock = wanted.queueing_lock)
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""
_SERVED: LiteralString = """
SELECT DISTINCT objid::bigint AS pair FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %(key)s
AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_WAITING: LiteralString = """
SELECT queue_name AS queue, count(*) AS jobs FROM procrastinate_jobs WHERE status = 'todo' GROUP BY queue_name
"""
# Fetching looks for older jobs with the same lock; Procrastinate's own index begins with the id, and is read whole.
_INDEXES: LiteralString = """
CREATE INDEX IF NOT EXISTS syndicator_jobs_lock ON procrastinate_jobs (lock, priority DESC, id)
WHERE status IN ('todo', 'doing');
CREATE INDEX IF NOT EXISTS syndicator_jobs_doing ON procrastinate_jobs (queueing_lock) WHERE status = 'doing'
"""


def is_possible(url: str) -> bool:
    """Say whether a database URL names PostgreSQL."""
    return urlsplit(url).scheme.partition("+")[0] in {"postgresql", "postgres"}


def conninfo(url: str) -> str:
    """Return a database URL as libpq takes it: without what is SQLAlchemy's or ours."""
    parts = urlsplit(url)
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != "timeout"])
    return urlunsplit(("postgresql", parts.netloc, parts.path, query, ""))


def make_app(url: str) -> App:
    """Return Procrastinate on a store's database, its tables made if they are not there. Raises `StoreError`.

    What it notes of jobs is not waited for to be on the disk: a note that is lost has a job done twice, no more.
    """
    _set_up(url)
    connector = PsycopgConnector(
        conninfo=conninfo(url),
        min_size=1,
        max_size=4,
        timeout=10,
        kwargs={"autocommit": True, "options": "-c synchronous_commit=off", "application_name": "syndicator jobs"},
    )
    return App(connector=connector)


def _set_up(url: str) -> None:
    try:
        with psycopg.connect(conninfo(url)) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_SETUP_LOCK])  # others wait
            there = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
            if there == (None,):
                connection.execute(SchemaManager.get_schema())
            connection.execute(_INDEXES)
    except psycopg.Error as error:
        told = str(error).partition("\n")[0]
        raise Busy(f"the queue of jobs can't be reached: see that PostgreSQL runs ({told})") from error


def defer_within(transaction: object, jobs: Iterable[Job]) -> None:
    """Put jobs into the queue in the transaction of a psycopg connection; those that wait already stay as they are."""
    if not isinstance(transaction, psycopg.Connection):
        raise StoreError("work can be handed out on PostgreSQL only")
    rows = [job.row() for job in jobs]
    if rows:
        transaction.execute(_DEFER, {"jobs": json.dumps(rows), "only_if_idle": False})


def served_within(transaction: object) -> set[Pair]:
    """Return the pairs that living workers serve."""
    if not isinstance(transaction, psycopg.Connection):
        raise StoreError("work can be handed out on PostgreSQL only")
    return {_pair(number) for (number,) in transaction.execute(_SERVED, {"key": _ROUTES}).fetchall()}


@dataclass(frozen=True, slots=True)
class Jobs:
    """The queue as workers and the scheduler see it. Raises `Busy` where the database can't be reached."""

    app: App

    async def defer(self, jobs: Iterable[Job], *, only_if_idle: bool = False) -> None:
        """Put jobs there; those that wait already stay as they are, `only_if_idle` those being done, too."""
        rows = [job.row() for job in jobs]
        if rows:
            await self._all(_DEFER + " RETURNING id", {"jobs": json.dumps(rows), "only_if_idle": only_if_idle})

    async def served(self) -> set[Pair]:
        """Return the pairs that living workers serve."""
        return {_pair(row["pair"]) for row in await self._all(_SERVED, {"key": _ROUTES})}

    async def waiting(self) -> dict[str, int]:
        """Return how many jobs wait, by queue."""
        return {row["queue"]: row["jobs"] for row in await self._all(_WAITING, {})}

    async def take_over(self) -> list[str]:
        """Have the jobs done again that dead workers held; return what they were."""
        manager = self.app.job_manager
        try:
            await manager.prune_stalled_workers(STALLED_S)
            stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S))
            for job in stalled:
                try:
                    await manager.retry_job(job)
                except exceptions.UniqueViolation:  # it waits a second time already
                    await manager.finish_job(job, Status.ABORTED, delete_job=True)
        except exceptions.ConnectorException as error:
            raise _unreachable(error) from error
        return [job.queueing_lock or job.task_name for job in stalled]

    async def _all(self, query: LiteralString, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            return await self.app.connector.execute_query_all_async(query, **arguments)
        except exceptions.ConnectorException as error:
            raise _unreachable(error) from error


class Presence:
    """A session that tells which pairs a worker serves, for as long as it lives. An asynchronous context."""

    def __init__(self, url: str, pairs: Collection[Pair]) -> None:
        self._url = url
        self._pairs = sorted(pairs)
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def __aenter__(self) -> Self:
        """Begin. Raises `Busy`."""
        await self.renew()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End, whatever the connection is like."""
        if self._connection is not None:
            await self._connection.close()

    async def renew(self) -> None:
        """See that the session lives; begin another if the server has ended it. Raises `Busy`."""
        try:
            if self._connection is not None and not self._connection.closed:
                await self._connection.execute("SELECT 1")
                return
        except psycopg.Error:
            pass
        try:
            self._connection = await psycopg.AsyncConnection.connect(
                conninfo(self._url), autocommit=True, application_name="syndicator worker"
            )
            for pair in self._pairs:
                await self._connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", [_ROUTES, _number(pair)])
        except psycopg.Error as error:
            raise _unreachable(error) from error


def _number(pair: Pair) -> int:
    """Return a pair as a number below 2^31, each pair its own."""
    number = 0
    for letter in "".join(subtag[:_SUBTAG].ljust(_SUBTAG, _LETTERS[0]) for subtag in pair):
        number = number * len(_LETTERS) + max(_LETTERS.find(letter), 0)
    return number


def _pair(number: int) -> Pair:
    """Do the opposite."""
    letters = ""
    for _ in range(2 * _SUBTAG):
        number, rest = divmod(number, len(_LETTERS))
        letters = _LETTERS[rest] + letters
    return letters[:_SUBTAG].rstrip(_LETTERS[0]), letters[_SUBTAG:].rstrip(_LETTERS[0])


def _unreachable(error: Exception) -> Busy:
    cause = error.__cause__ or error
    return Busy(f"the queue of jobs can't be reached: {str(cause).partition(chr(10))[0]}")
