"""What translating works with, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from syndicator.errors import StoreError
from syndicator.model import Route
from syndicator.ports import Clock, Store, Translator

if TYPE_CHECKING:
    from syndicator.translation.finishing import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a round came to for one pair of languages."""

    pair: tuple[str, str]
    published: int = 0
    held: int = 0
    failed: int = 0
    segments: int = 0
    """Run through the engine; `words` are those of their originals, `seconds` the time that it had any of them."""
    words: int = 0
    seconds: float = 0.0
    recalled: int = 0
    """Segments that were there already: from memory, a correction, or an article of the same round."""
    marked: int = 0
    """Doubtful segments of the translations that were kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslateReport:
    """What one round of translating came to."""

    translated: int = 0
    """Held ones included."""
    held: int = 0
    failed: int = 0
    segments: int = 0
    """Run through the engine; those recalled from memory are not counted."""
    impossible: frozenset[tuple[str, str]] = frozenset()
    """The (from, to) whose models could not be used; none of their articles counts as failed."""
    error: str | None = None
    tallies: tuple[Tally, ...] = ()
    """The same in more detail; of one pair there may be several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What translating works with."""

    store: Store | None
    """None where nothing is to be kept and nothing is remembered yet: a text is tried by hand."""
    translator: Translator
    clock: Clock
    rules: "Rules"
    retry: timedelta
    hold_marks: Mapping[str, int] = field(default_factory=dict)
    """By source slug: from how many marked segments on a translation is held instead of published."""

    @property
    def there(self) -> Store:
        """Return the store, where there is one."""
        if self.store is None:
            raise StoreError("there is no store yet")
        return self.store


def made_with(route: Route, *, translator: Translator, rules: "Rules") -> str:
    """Return a SHA-256 in hexadecimal over all that decides on a translation beside its article."""
    models = [model.digest for model in route.models]
    return sha256(" ".join([*models, translator.decoding(), rules.digest()]).encode()).hexdigest()
