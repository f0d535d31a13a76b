"""The index that stories are searched by, in tables of PostgreSQL's own kind beside those of the store.

It is no part of the store: no migration knows it, backups leave it out, and where it is missing, of another store or
of other rules, it is made anew. It knows keys, not words: who asks turns texts and questions into the same keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, exc, text

from syndicator.errors import Busy, StoreError
from syndicator.model import Keys, Unsorted
from syndicator.store.database import START, Place

KEY, INDEXING = 0x73796E64, 3
"""The advisory lock of those who write into the index."""
_LONGEST_KEY = 500
"""Letters of a key: PostgreSQL takes 2,046 bytes."""
_LARGEST = 900_000
"""Bytes of the keys of one text: PostgreSQL takes 1 MB. What a longer text says after that is not found."""
_LAST_POSITION = 16_383

_TABLES = """
CREATE TABLE IF NOT EXISTS search_state (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS search_documents (story text COLLATE "C", language text COLLATE "C",
  published timestamptz NOT NULL, keys tsvector NOT NULL, PRIMARY KEY (story, language));
CREATE INDEX IF NOT EXISTS ix_search_keys ON search_documents USING gin (keys);
"""
_HITS = "FROM search_documents, CAST(:all AS tsquery) AS wanted WHERE keys @@ wanted AND language = :language"
_COUNT = text(f"SELECT count(*) {_HITS}")
_FIND = text(
    f"SELECT story {_HITS} ORDER BY keys @@ CAST(:title AS tsquery) DESC,"
    " round(CAST(ts_rank(keys, wanted, 1) * 10 AS numeric)) DESC, published DESC, story LIMIT :count OFFSET :first"
)
_DELETE = text("DELETE FROM search_documents WHERE story = ANY(:stories)")
_INSERT = text(
    "INSERT INTO search_documents (story, language, published, keys)"
    " VALUES (:story, :language, :published, CAST(:keys AS tsvector))"
)
_REMEMBER = text(
    "INSERT INTO search_state (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value"
)
_WAIT = text("SELECT pg_advisory_xact_lock(:key, :number)").bindparams(key=KEY, number=INDEXING)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableIndex:
    """The index of the texts that `stamp` names: which store, and by which rules they became keys."""

    engine: Engine
    name: str
    stamp: str

    def place(self) -> Place:
        """See `database.SearchIndex`."""
        with self._opened() as connection:
            return _place(connection)

    def save(self, stories: Sequence[tuple[Unsorted, Mapping[str, Keys]]]) -> None:
        """See `database.SearchIndex`."""
        with self._opened() as connection:
            connection.execute(_WAIT)
            last = (stories[-1][0].seq, stories[-1][0].story)
            if _place(connection) >= last:
                return  # another process was quicker
            connection.execute(_DELETE, {"stories": [story.story for story, _ in stories]})
            if rows := [row for story, texts in stories for row in _rows(story, texts)]:
                connection.execute(_INSERT, rows)
            for key, value in (("seq", str(last[0])), ("story", last[1])):
                connection.execute(_REMEMBER, {"key": key, "value": value})

    def find(self, language: str, wanted: Sequence[Sequence[str]], *, first: int, count: int) -> tuple[int, list[str]]:
        """See `database.SearchIndex`."""
        with self._opened() as connection:
            for joint in (" & ", " | "):
                query = _query(wanted, joint)
                if not query:
                    return 0, []
                values = {"all": query, "language": language}
                if total := connection.execute(_COUNT, values).scalar_one():
                    values |= {"title": _query(wanted, joint, weight=":A")}
                    rows = connection.execute(_FIND, {**values, "first": first, "count": count})
                    return total, list(rows.scalars())
        return 0, []

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        """Yield a connection in a transaction, to an index of our stamp."""
        try:
            with self.engine.begin() as connection:
                if _stamp(connection) != self.stamp:
                    self._begin_anew(connection)
                yield connection
        except exc.OperationalError as error:
            raise Busy(f"the search index in {self.name} can't be reached now ({type(error.orig).__name__})") from error
        except exc.SQLAlchemyError as error:
            raise StoreError(f"the search index in {self.name} can't be used: {error}") from error

    def _begin_anew(self, connection: Connection) -> None:
        connection.execute(_WAIT)
        if _stamp(connection) == self.stamp:
            return  # another process was quicker
        for statement in ("DROP TABLE IF EXISTS search_state, search_documents", *_TABLES.split(";")[:-1]):
            connection.exec_driver_sql(statement)
        connection.execute(_REMEMBER, {"key": "stamp", "value": self.stamp})


def _stamp(connection: Connection) -> str | None:
    if connection.execute(text("SELECT to_regclass('search_state')")).scalar() is None:
        return None
    return connection.execute(text("SELECT value FROM search_state WHERE key = 'stamp'")).scalar()


def _place(connection: Connection) -> Place:
    rows = connection.execute(text("SELECT key, value FROM search_state WHERE key IN ('seq', 'story')")).all()
    found = {row.key: row.value for row in rows}
    return (int(found["seq"]), found["story"]) if "seq" in found else START


def _rows(story: Unsorted, texts: Mapping[str, Keys]) -> list[dict[str, object]]:
    return [
        {
            "story": story.story,
            "language": entry.language,
            "published": entry.published,
            "keys": _vector(texts[entry.language]),
        }
        for entry in story.entries
        if entry.language in texts
    ]


def _vector(keys: Keys) -> str:
    """Return a text's keys as PostgreSQL writes them (`'мост':1A 'река':2`): those of the title weigh most."""
    written, size_bytes = [], 0
    weighted = [(key, "A") for key in keys.title] + [(key, "D") for key in keys.text]
    for position, (key, weight) in enumerate(weighted, 1):
        lexeme = _quoted(key)
        size_bytes += len(lexeme.encode()) + 4
        if size_bytes > _LARGEST:
            break
        if lexeme:
            written.append(f"{lexeme}:{min(position, _LAST_POSITION)}{weight}")
    return " ".join(written)


def _query(wanted: Sequence[Sequence[str]], joint: str, *, weight: str = "") -> str:
    """Return what is wanted as a tsquery: for each word one of its keys. Empty if no key is left."""
    words = [[lexeme + weight for key in keys if (lexeme := _quoted(key))] for keys in wanted]
    return joint.join("(" + " | ".join(word) + ")" for word in words if word)


def _quoted(key: str) -> str:
    """Return a key as PostgreSQL takes it for one lexeme, whatever is in it; empty if nothing is left."""
    cut = key.replace("\0", "")[:_LONGEST_KEY]
    doubled = cut.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'" if cut else ""
