"""Say what can go wrong, grouped by what the caller can do about it.

::

    SyndicatorError
    ├── ConfigError             the operator mends the config; lists every problem at once
    ├── FetchError              a document could not be had
    │   ├── Refused             by a rule of ours or of the origin: asking again changes nothing
    │   ├── Gone                the origin says it is gone for good (410)
    │   └── Unavailable         perhaps later; carries `retry_after` where the origin named it
    ├── ParseError              the bytes are not what they should be
    ├── ExtractError            no article could be found in a document
    ├── TranslateError
    │   ├── NoRoute             no chain of installed models leads from one language to the other
    │   ├── ModelError          a model is damaged, missing or of a format we can't read
    │   └── Unfit               the text can't be translated, or what came out can't be used
    ├── StoreError
    │   ├── Busy                another process holds the store: try again
    │   ├── NotFound            there is no such thing in the store
    │   └── Conflict            the store already holds something else under that key
    └── PublishError            an edition could not be written

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


class Gone(FetchError):
    """The origin answered 410: stop asking, keep what we have."""


class Unavailable(FetchError):
    """The origin did not answer properly this time; `retry_after` is how long it asked us to wait, if it did."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ParseError(SyndicatorError):
    """The bytes are not a document of the kind that they should be."""


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


class NotFound(StoreError):
    """There is no such thing in the store."""


class Conflict(StoreError):
    """The store already holds something else under that key."""


class PublishError(SyndicatorError):
    """An edition could not be written."""
