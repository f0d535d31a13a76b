"""The index that stories are searched by: an SQLite file beside the store, made from it and nothing else.

It is no part of the store: backups leave it out, and where it is missing, damaged, of another store or of other rules,
it is made anew. It knows keys, not words: who asks turns texts and questions into the same keys.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from syndicator.errors import StoreError
from syndicator.model import Keys, Unsorted
from syndicator.store.database import START, Place

_TIMEOUT_S = 10.0
_MOST_STALE = 2000
"""Old texts of stories that changed may stay in the index, unseen, while they are fewer than this or than the new."""
_TABLES = """
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (id INTEGER PRIMARY KEY AUTOINCREMENT, story TEXT NOT NULL, language TEXT NOT NULL,
  published REAL NOT NULL, UNIQUE (story, language));
CREATE VIRTUAL TABLE IF NOT EXISTS keys USING fts5(title, text, content='', tokenize="unicode61 remove_diacritics 0");
"""
_HITS = "FROM keys JOIN documents ON documents.id = keys.rowid WHERE keys MATCH :all AND documents.language = :language"
_FIND = f"""SELECT documents.story {_HITS} ORDER BY
  keys.rowid NOT IN (SELECT rowid FROM keys WHERE keys MATCH :title), round(bm25(keys, 4.0, 1.0)),
  documents.published DESC
  LIMIT :count OFFSET :first"""  # noqa: S608 - no value from outside


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIndex:
    """The index at `path` of the texts that `stamp` names: which store, and by which rules they became keys."""

    path: Path
    stamp: str

    def place(self) -> Place:
        """Return up to where the store's changes are in it."""
        with self._opened() as connection:
            return _place(connection)

    def save(self, stories: Sequence[tuple[Unsorted, Mapping[str, Keys]]]) -> None:
        """Take in what stories read now, by language; the last of them is the place that is reached."""
        with self._opened() as connection:
            last = (stories[-1][0].seq, stories[-1][0].story)
            if _place(connection) >= last:
                return  # another process was quicker
            for story, texts in stories:
                _replace(connection, story, texts)
            connection.execute("REPLACE INTO state VALUES ('seq', ?), ('story', ?)", (str(last[0]), last[1]))

    def find(self, language: str, wanted: Sequence[Sequence[str]], *, first: int, count: int) -> tuple[int, list[str]]:
        """Return how many stories have, for each word wanted, one of its keys, and some of them; see `ports.Store`."""
        for joint in (" AND ", " OR "):
            query = joint.join("(" + " OR ".join(map(_quoted, keys)) + ")" for keys in wanted)
            values = {"all": query, "title": f"title : ({query})", "language": language, "first": first, "count": count}
            with self._opened() as connection:
                total = connection.execute(f"SELECT count(*) {_HITS}", values).fetchone()[0]
                if total:
                    return total, [story for (story,) in connection.execute(_FIND, values)]
        return 0, []

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection in a transaction, to an index of our stamp."""
        try:
            try:
                connection = self._connect()
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._discard()
                connection = self._connect()
            with closing(connection), connection:
                yield connection
        except sqlite3.Error as error:
            if _is_damage(error):  # found only now: whoever asks next finds none, and makes it anew
                self._discard()
            raise StoreError(f"the search index {self.path} can't be used: {error}") from error

    def _discard(self) -> None:
        """Remove the index: all of it can be had from the store again."""
        for path in (self.path, self.path.with_name(f"{self.path.name}-journal")):
            path.unlink(missing_ok=True)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_TIMEOUT_S)
        try:
            connection.execute("PRAGMA synchronous = OFF")  # what a crash of the machine spoils is made anew
            connection.executescript(_TABLES)
            kept = connection.execute("SELECT value FROM state WHERE key = 'stamp'").fetchone()
            if kept != (self.stamp,) or _is_worn(connection):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO keys (keys) VALUES ('delete-all')")
                connection.execute("DELETE FROM documents")
                connection.execute("DELETE FROM state")
                connection.execute("INSERT INTO state VALUES ('stamp', ?)", (self.stamp,))
                connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection


def _is_damage(error: sqlite3.Error) -> bool:
    """Return whether a file is no index any more; what is busy, full or not permitted has a subclass of its own."""
    return type(error) is sqlite3.DatabaseError


def _place(connection: sqlite3.Connection) -> Place:
    found = dict(connection.execute("SELECT key, value FROM state WHERE key IN ('seq', 'story')"))
    return (int(found["seq"]), found["story"]) if "seq" in found else START


def _is_worn(connection: sqlite3.Connection) -> bool:
    stale = connection.execute("SELECT value FROM state WHERE key = 'stale'").fetchone()
    if stale is None or int(stale[0]) < _MOST_STALE:
        return False
    return bool(connection.execute("SELECT count(*) < ? FROM documents", (int(stale[0]),)).fetchone()[0])


def _replace(connection: sqlite3.Connection, story: Unsorted, texts: Mapping[str, Keys]) -> None:
    gone = connection.execute("DELETE FROM documents WHERE story = ?", (story.story,)).rowcount
    if gone:
        connection.execute("INSERT OR IGNORE INTO state VALUES ('stale', '0')")
        connection.execute("UPDATE state SET value = CAST(value AS INTEGER) + ? WHERE key = 'stale'", (gone,))
    for entry in story.entries:
        if (keys := texts.get(entry.language)) is not None:
            made = connection.execute(
                "INSERT INTO documents (story, language, published) VALUES (?, ?, ?)",
                (story.story, entry.language, entry.published.timestamp()),
            )
            values = (made.lastrowid, " ".join(keys.title), " ".join(keys.text))
            connection.execute("INSERT INTO keys (rowid, title, text) VALUES (?, ?, ?)", values)


def _quoted(key: str) -> str:
    """Return a key as FTS5 takes it for text, whatever is in it."""
    return '"' + key.replace('"', '""').replace("\0", "") + '"'
