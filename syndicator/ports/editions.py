"""What the store knows of editions and their entries."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from syndicator.model import (
    EditionKey,
    EditionState,
    EffectKey,
    Entry,
    Lead,
    Listed,
    Unsorted,
    Volume,
)


class EditionStore(Protocol):
    """The part of `Store` that knows what is published."""

    def editions(self, *, outdated_under: str | None = None) -> list[EditionState]:
        """Return every edition that has, or had, an entry; sorted by language.

        Those of a whole language stand before the bilingual one, sources and topics by slug.

        With `outdated_under`, a fingerprint, only those that changed since they were published, or were published
        under another fingerprint: quick however many others there are.
        """

    def entries(
        self, key: EditionKey, *, limit: int, changed_after: int | None = None, with_pairs: bool = False
    ) -> list[Entry]:
        """Return entries of an edition, newest `published` first, then by story id.

        An article in the edition's own language is an entry as it is; others are entries once translated. With
        `changed_after`, only those changed since the edition's `changed` had that value, whatever their age.
        `with_pairs`, a translation has its `original`, of the article version that it was made of, and its `pairs`:
        several times as much to read.
        """

    def listing(
        self,
        key: EditionKey,
        *,
        limit: int,
        after: tuple[datetime, str] | None = None,
        since: datetime | None = None,
    ) -> list[Entry]:
        """Return entries of an edition in the order of `entries`, from the one on that follows a place in it.

        A place is (published, story), that of an entry or not; None: the beginning. `since` leaves out those that were
        published before. Quick wherever the place is, however many others there are; `limit` is some hundreds at most.
        """

    def story(self, identifier: str) -> list[Entry]:
        """Return a story in each language in which it is shown, sorted, with pairs; nothing where there is none."""

    def unsorted(self, topic: str, definition: str, *, limit: int) -> list[Unsorted]:
        """Return stories of which it is to be decided whether they belong to a topic, those that changed first before.

        They are those that changed since they were sorted by this definition, any string; of another one, all. A story
        is there once, however often it changed. Quick where there are none, however many others there are.
        """

    def save_sorted(self, topic: str, definition: str, sorted_now: Sequence[tuple[Unsorted, bool]]) -> None:
        """Keep which of the stories that `unsorted` returned, all or the first of them, belong to the topic.

        Marks its editions as changed in each language where a story came, went, or belongs and changed. What changed
        meanwhile is to be sorted again.
        """

    def touch(self, stories: Collection[str]) -> None:
        """Have the pages of these stories written again wherever they are shown, though no text changed.

        Their editions count as changed; nobody's `updated` moves.
        """

    def leads(self) -> dict[EditionKey, Lead]:
        """Return what the newest entry of each edition says of it, as `entries` orders them; without entries: absent.

        Quick however many entries there are.
        """

    def last_number(self, language: str) -> int:
        """Return the number of the last entry of a language; -1 if there is none.

        Entries are numbered from 0, in the order in which they came to be shown. None ever moves in this order but to
        its end, when it is shown again after it was not.
        """

    def volumes(self, language: str) -> list[Volume]:
        """Return each `VOLUME` entries of a language, in this order; one that all entries moved away from is absent.

        Takes the longer the more volumes there are, but not the longer the more entries.
        """

    def changed_parts(self, language: str, *, changed_after: int, size: int) -> list[int]:
        """Return, sorted, which parts of this order have an entry that changed after that change.

        Part 0 has the first `size` numbers. Quick however many others there are.
        """

    def numbered(self, language: str, *, first: int, count: int, with_pairs: bool = False) -> list[Entry]:
        """Return the entries of a language that are numbered `first` and on, `count` numbers in all, in that order.

        Those that are not shown any more are left out. `with_pairs` as of `entries`.
        """

    def changed_stories(self, language: str, *, changed_after: int, first: int, count: int) -> list[Entry]:
        """Return the entries of a language whose pages a change made old, in the same order, with pairs.

        These are the entries that changed since the edition's `changed` had that value, of those numbered `first` and
        on, `count` numbers in all; and those beside them: a page names what is before and after its story (`older`,
        `newer`), whatever was hidden there left out.
        """

    def hidden_stories(self, language: str, *, changed_after: int | None, first: int, count: int) -> list[str]:
        """Return the stories of a language that are not shown any more, of those numbered `first` and on, in order.

        With `changed_after`, only those that changed since the edition's `changed` had that value.
        """

    def listed(self, language: str, *, first: int, count: int) -> list[Listed]:
        """Return the same as `numbered`, but no more of it than site maps tell: quick, however long the texts are."""

    def save_published(
        self,
        key: EditionKey,
        *,
        changed: int,
        fingerprint: str,
        announced: Mapping[str, str] | None = None,
        effects: Collection[EffectKey] = (),
    ) -> None:
        """Keep that an edition's feeds now hold all changes up to `changed`, under settings of that fingerprint.

        `announced` takes the place of what the state said of it; none: nothing is announced any more.
        `effects` are put into the outbox in the same transaction, due at once: they will be told to happen after this
        and at least once, whatever crashes. One that waits there already is asked for anew.
        """
