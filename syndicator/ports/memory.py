"""What the store keeps of segments: the memory, what people say, and what breaks the engine."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from syndicator.model import (
    Correction,
    Parked,
    Remembered,
    Rendering,
    Similar,
)


class MemoryStore(Protocol):
    """The part of `Store` that knows segments."""

    def recall(self, keys: Collection[str]) -> dict[str, Rendering]:
        """Return the remembered renderings of these keys; unknown ones are absent."""

    def remember(self, segments: Sequence[Remembered]) -> None:
        """Keep segment translations; the first text of a key stays, and takes on links that it has not."""

    def corrections(self, texts: Collection[str], from_language: str, to_language: str) -> dict[str, str]:
        """Return what people say that these segments are to read, by text; texts are compared as `normalise` does."""

    def save_corrections(self, corrections: Sequence[Correction]) -> int:
        """Keep what people say; the newest of a segment stays. Return how many said something new.

        If any did, translations into their languages that failed are tried again at the next occasion.
        """

    def mark_corrected(self, from_language: str, to_language: str, *, since: datetime, text: str | None = None) -> int:
        """Have translations of current article versions count as outdated that have a segment read otherwise.

        Otherwise than a correction says that was saved at or after `since`; held ones count, too. With `text`, only
        those with this segment are looked at: quicker where it is the only one. Return how many there are; nothing is
        published anew by that. Not one transaction but several.
        """

    def all_corrections(self, from_language: str | None = None, to_language: str | None = None) -> Iterator[Correction]:
        """Yield the corrections of a pair, or all, in a fixed order, without holding all of them in memory."""

    def memories(self, from_language: str, to_language: str) -> Iterator[Remembered]:
        """Yield what is remembered of a pair's engine translations, oldest first; of equal texts the newest alone."""

    def similar(self, text: str, from_language: str, to_language: str, *, limit: int) -> list[Similar]:
        """Return what in memory and corrections resembles a segment, best first; at most one for each source text."""

    def park(self, parked: Sequence[Parked]) -> None:
        """Keep segments from ever being translated again under their key."""

    def parked(self, keys: Collection[str] | None = None) -> list[Parked]:
        """Return the parked segments among these keys, or all, sorted by key."""

    def unpark(self) -> int:
        """Forget all parked segments, to be given to the engine again; return how many there were.

        Translations that failed are tried again at the next occasion.
        """
