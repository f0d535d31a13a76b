"""What we hold: the contract of the store."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from syndicator.model import (
    Article,
    Done,
    Effect,
    Failure,
    Found,
    Keys,
    Known,
    Outdated,
    SetAside,
    SourceState,
    Standing,
    Translation,
    Unsorted,
    Waiting,
)
from syndicator.ports.editions import EditionStore
from syndicator.ports.memory import MemoryStore


class Store(MemoryStore, EditionStore, Protocol):
    """What we hold. Each method is one transaction: all of it or nothing, durable when it returns.

    Thread-safe. Raises `Busy` when another process holds the store for longer than its time-out, `NotFound` for an
    unknown id, `StoreError` for all else. Saving the same thing twice changes nothing.
    """

    # sources

    def source_state(self, slug: str) -> SourceState:
        """Return what is remembered of a source; a state with all defaults if nothing is."""

    def source_states(self, *, due_by: datetime | None = None) -> dict[str, SourceState]:
        """Return the state of every source ever looked at, by slug, sorted.

        With `due_by`, only those whose `due` is unset or has come by then, or whose `checked` lies after it (the clock
        was set back): quick however many others there are.
        """

    def save_source_state(self, state: SourceState, *, began: SourceState | None = None) -> None:
        """Replace the state of a source. If its `about` differs, its editions count as changed.

        `began` is as in `save_reading`.
        """

    def bring_forward(self, slug: str) -> None:
        """Have a source be due at once. One never looked at is so anyway, one that is gone for good never."""

    def marks(self, slug: str) -> dict[str, str]:
        """Return the fingerprints by `origin_id` that the last reading of the source left."""

    def known(self, slug: str, origin_ids: Collection[str]) -> dict[str, Known]:
        """Return what is held of these items of a source, by `origin_id`; unknown ones are absent."""

    def origin_ids(self, slug: str, pages: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return the origin ids of a source's articles by (URL, title) of their newest version.

        Of several that share both, the oldest's; unknown ones are absent.
        """

    def earlier_hashes(self, article_ids: Collection[str]) -> dict[str, list[str]]:
        """Return the content hashes of the older versions of these articles, oldest first; absent if there is none."""

    def save_reading(
        self,
        state: SourceState,
        articles: Sequence[Article],
        *,
        began: SourceState | None = None,
        marks: Mapping[str, str] | None = None,
        set_aside: Sequence[SetAside] = (),
        unchanged: Collection[str] = (),
    ) -> None:
        """Keep new and changed articles, then the state of their source, in one transaction.

        `began` is the state as the store told it before the reading: what somebody asked of the source meanwhile
        (`reconsider`, `bring_forward`) stays asked, so that the source is due, without validators, and what was to be
        tried again has no mark.

        An article with a known id replaces the version held if its `version` is higher; older versions are kept.
        Entry ids are minted for the article's own language when that is known. `marks` replace all marks of the
        source; None leaves them. `set_aside` replaces the reasons recorded for those items; an item that is saved as
        an article, or is among the origin ids `unchanged`, clears its own. Every edition that the articles stand in is
        marked as changed.
        """

    def set_aside(self) -> list[tuple[str, SetAside]]:
        """Return (source slug, what was set aside, why and since when), sorted; what was dropped is left out."""

    def reconsider(self, slug: str, origin_ids: Sequence[str]) -> None:
        """Forget why items were set aside, and make their source due, to be read whole: they are tried again."""

    def drop(self, slug: str, origin_ids: Sequence[str]) -> None:
        """Leave items that were set aside out of `set_aside`, until one is set aside for another reason."""

    # articles and translations

    def article(self, article_id: str) -> Article:
        """Return the newest version of an article."""

    def translation(self, article_id: str, language: str) -> Translation:
        """Return the translation of an article that is held in a language, perhaps of an older version."""

    def waiting(
        self, languages: Collection[str], *, pairs: Collection[tuple[str, str]], now: datetime, limit: int
    ) -> list[Waiting]:
        """Return translations that are to be made now, newest articles first.

        For each article of known language and each of `languages` other than its own (compared by primary subtag):
        one that is missing or of an older version, whose (from, to) is among `pairs`, and that has not failed for
        this version with a `due` after `now`; one more than a day away is of a clock that has been set back.
        """

    def waiting_counts(self, languages: Collection[str]) -> dict[tuple[str, str], int]:
        """Return how many translations are missing or outdated by (from, to), failed and unroutable ones included."""

    def save_translation(self, translation: Translation) -> None:
        """Keep a translation, replacing the one of that article and language, and clear its failure.

        Refused with `Conflict` if the article has a newer version by now. Mints the entry ids of that language if
        there are none. Marks as changed the editions of that language, and those of the story's other languages if
        the story is new in this one. Text equal to what was held leaves the entry's `updated` where it was.
        """

    def hold(self, translation: Translation, reason: str) -> None:
        """Keep a translation without publishing it, replacing one that was held; it waits no more.

        What was published of the story in that language stays published. `save_translation` for the same article and
        language ends the hold. Raises as `save_translation` does.
        """

    def held(self) -> list[tuple[Translation, str]]:
        """Return the held translations of current article versions, each with the reason; sorted."""

    def outdated(
        self,
        made_with: str | None,
        *,
        from_language: str,
        to_language: str,
        since: datetime | None = None,
        source: str | None = None,
        limit: int,
    ) -> list[Outdated]:
        """Return translations of current article versions that were not made with this, newest articles first.

        With None, only those that a correction would change (`mark_corrected`).
        `since` leaves out articles published before. Of an article of which a translation is held, that one counts.
        """

    def outdated_count(
        self,
        made_with: str | None,
        *,
        from_language: str,
        to_language: str,
        since: datetime | None = None,
        source: str | None = None,
    ) -> int:
        """Return how many `outdated` would return without a limit."""

    def translations(self, *, marked: bool | None = None, limit: int) -> list[Translation]:
        """Return translations of current article versions, newest article first; only (un)marked ones if asked so."""

    def save_failure(self, failure: Failure) -> None:
        """Keep that a translation did not succeed, replacing an earlier failure."""

    def failures(self) -> list[Failure]:
        """Return all failures of current article versions, sorted by article and language."""

    # outbox

    def effects_due(self, *, now: datetime, limit: int) -> list[Effect]:
        """Return effects to be tried by now, longest due first.

        One that was tried after `now` is due, too: the clock was set back.
        """

    def save_effect_done(self, effect: Effect) -> None:
        """Forget an effect that happened, unless it was asked for anew since it was read."""

    def save_effect_failed(self, effect: Effect, *, reason: str, due: datetime) -> None:
        """Keep that an effect did not come about and when to try again, unless it was asked for anew since."""

    # searching

    def unindexed(self, rules: str, *, limit: int) -> list[Unsorted]:
        """Return stories that are to be indexed for searching, those that changed first before.

        They are those that changed since they were indexed by these rules, any string; by others, all. Quick where
        there are none.
        """

    def save_indexed(self, rules: str, stories: Sequence[tuple[Unsorted, Mapping[str, Keys]]]) -> None:
        """Keep, by language, what the stories that `unindexed` returned, all or the first of them, are found by.

        A key is any text without blanks. The index may be lost, alone: then `unindexed` returns all stories again.
        """

    def search(self, rules: str, language: str, wanted: Sequence[Sequence[str]], *, first: int, count: int) -> Found:
        """Return entries of a language that have, for each word wanted, one of its keys.

        Those with all words in the title come first, then by how much they are about them, then the newest; where none
        has all words, those that have some. `count` of them from the one numbered `first`, from 0.
        """

    def lately(self, *, since: datetime) -> list[Done]:
        """Return the translations made since a moment, the newest first; of very many, the newest thousands."""

    # the whole

    def counts(self) -> dict[str, int]:
        """Return counts for `status`.

        They are `articles`, `undetermined`, `translations`, `memory`, `corrections`, `marked`, `held`, `parked`,
        `set_aside` and `failed`.
        """

    def standing(self, languages: Collection[str], *, with_newest: bool = True) -> Standing:
        """Return how things stand with the editions of these languages: quick however many articles there are.

        `with_newest` tells the newest article of each source, which costs a look-up an edition.
        """

    def undetermined(self, *, limit: int) -> list[Article]:
        """Return the newest articles whose language is not known."""

    def check(self) -> list[str]:
        """Return what is wrong with the store's files, in words; empty when all is well."""

    def daemon_lock(self) -> AbstractContextManager[None]:
        """Hold the store's daemon lock while the context lasts; raise `Busy` at once, naming the holder, if it is held.

        The lock ends with the process that holds it, however it ends.
        """

    def close(self) -> None:
        """Let go of all connections."""
