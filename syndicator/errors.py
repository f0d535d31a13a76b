"""Say what can go wrong, grouped by what the caller can do about it.

::

    SyndicatorError
    ├── ConfigError             the operator mends the config; lists every problem at once
    ├── FetchError              a document could not be had
    │   ├── Refused             by a rule of ours or of the origin: asking again changes nothing
    │   │   └── Forbidden       by the config: nothing was asked, the operator can allow it
    │   ├── Gone                the origin says it is gone for good (410)
    │   └── Unavailable         perhaps later; carries `retry_after` where the origin named it
    │       └── Impostor        whoever answered could not prove to be the host that was asked
    ├── ParseError              the bytes are not what they should be
    │   ├── Empty               there are none
    │   └── WebPage             they are a web page where a feed should be
    ├── ExtractError            no article could be found in a document
    ├── TranslateError
    │   ├── NoRoute             no chain of installed models leads from one language to the other
    │   ├── ModelError          a model is damaged, missing or of a format we can't read
    │   └── Unfit               the text can't be translated, or what came out can't be used
    ├── StoreError
    │   ├── Busy                another process holds the store: try again
    │   ├── Damaged             the database is not what it was written as: restore a backup
    │   ├── Replaced            another store stands in its place by now: open it anew, begin anew
    │   ├── NotFound            there is no such thing in the store
    │   └── Conflict            the store already holds something else under that key
    ├── PublishError            an edition could not be written
    └── ServeError              nothing can be served at the address asked for

A library's exceptions stop in the module that imports the library and go on as one of these (``raise … from``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


class SyndicatorError(Exception):
    """Any failure that this package foresees; its text is one sentence for an operator and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigProblem:
    """One thing wrong in the configuration: where, what, and what to write instead."""

    file: str | None
    line: int | None
    key: str
    message: str
    suggestion: str | None = None

    def __str__(self) -> str:
        """Return `file:line: key: message (suggestion)`, leaving out what is unknown."""
        where = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return ": ".join(part for part in (where, self.key, self.message + hint) if part)


class ConfigError(SyndicatorError):
    """The configuration can't be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class FetchError(SyndicatorError):
    """A document could not be had."""


class Refused(FetchError):
    """A rule of ours or the origin's answer forbids it; asking again changes nothing."""


class Forbidden(Refused):
    """The configuration does not allow it; nothing was asked."""


class Gone(FetchError):
    """The origin answered 410: stop asking, keep what we have."""


class Unavailable(FetchError):
    """The origin did not answer properly this time; `retry_after` is how long it asked us to wait, if it did."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Impostor(Unavailable):
    """Whoever answered has no certificate of the host that was asked (TLS)."""


class ParseError(SyndicatorError):
    """The bytes are not a document of the kind that they should be."""


class Empty(ParseError):
    """There is nothing in the document."""


class WebPage(ParseError):
    """A web page came where a feed should be; `url` is where it stood in the end, `digest` tells it from others."""

    def __init__(self, message: str, *, url: str, digest: str) -> None:
        super().__init__(message)
        self.url = url
        self.digest = digest


class ExtractError(SyndicatorError):
    """No article could be found in a document."""


class TranslateError(SyndicatorError):
    """A text could not be translated."""


class NoRoute(TranslateError):
    """No chain of installed models leads from one language to the other."""


class ModelError(TranslateError):
    """A model is damaged, missing or of a format that we can't read."""


class Unfit(TranslateError):
    """The text can't be translated, or what came out can't be used."""


class StoreError(SyndicatorError):
    """The store could not do what was asked."""


class Busy(StoreError):
    """Another process holds the store; try again."""


class Damaged(StoreError):
    """The database is not what it was written as; a backup helps."""


class Replaced(StoreError):
    """The store that was opened is no longer the one at its place; what was read from it counts no more."""


class NotFound(StoreError):
    """There is no such thing in the store."""


class Conflict(StoreError):
    """The store already holds something else under that key."""


class PublishError(SyndicatorError):
    """An edition could not be written."""


class ServeError(SyndicatorError):
    """Nothing can be served at the address asked for."""
