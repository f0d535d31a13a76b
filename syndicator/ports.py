"""What a test or a bigger machine park must be able to swap, as contracts. Every adapter passes the same suite."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from syndicator.model import (
    Article,
    Correction,
    Document,
    Done,
    EditionKey,
    EditionState,
    Effect,
    EffectKey,
    Entry,
    Failure,
    Found,
    Keys,
    Known,
    Link,
    Listed,
    Outdated,
    Parked,
    Remembered,
    Rendering,
    Route,
    SetAside,
    Similar,
    Source,
    SourceState,
    Translation,
    Unsorted,
    Volume,
    Waiting,
)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class Fetcher(Protocol):
    """Gets documents from the network. Thread-safe; holds no cookies; every limit of the config is enforced here."""

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Document:
        """Get `url`, following redirects.

        With a validator the request is conditional (RFC 9110 13.1), and a 304 gives a Document with `is_unchanged`.
        Raises `Refused` (scheme, address or size not allowed; 4xx), `Gone` (410) or `Unavailable` (anything that may
        pass: 408, 425, 429, 5xx, time-out, connection, TLS or DNS failure).
        """

    def fetch_allowed(self, url: str) -> Document:
        """Get the article page `url` if its host's robots.txt lets us; raise `Refused` if it does not."""

    def post(self, url: str, form: Mapping[str, str]) -> None:
        """Send a form (`application/x-www-form-urlencoded`) and expect a success (2xx), whose body is not read.

        Of redirects, only those are followed that have the same form sent on (307, 308). Raises as `fetch` does.
        """

    def for_source(self, source: Source) -> "Fetcher":
        """Return a fetcher for one look at a source.

        It may do what the operator allows this source (reach a private network, show its credentials to its origin),
        and after some minutes in all it raises `Unavailable`: the rest of the pages come with the next look.
        """


class Translator(Protocol):
    """Turns segments into another language. Thread-safe; loads models when first needed; touches no network."""

    def route(self, from_language: str, to_language: str) -> Route:
        """Return the shortest chain of usable models; raise `NoRoute`, naming the command that would install one."""

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return every (from, to) pair of primary language subtags that `route` would find a chain for."""

    def describe(self, route: Route) -> str:
        """Return engine and packages in words, for provenance: `Argos ru_en 0.1 (CTranslate2)`."""

    def decoding(self) -> str:
        """Return the decoding settings that change the output, as a short stable string for memory keys."""

    def translate(
        self, texts: Sequence[str], route: Route, *, effort: int = 0, linked: Collection[str] = ()
    ) -> list[Rendering | None]:
        """Translate whole sentences; the result has the same length and order.

        Those in `linked` come with their word links where these fall off without more work; `align` finds the others.
        `effort` says how the result is come by: 0 as configured; 1 with a wider beam and against repetition; 2 in
        halves, each for itself. None stands where no usable output came (empty, cut off at the length limit, going
        round in circles): never a shortened text. The same text gives the same result, whatever stands beside it.
        Raises `ModelError`.
        """

    def take_broken(self, texts: Collection[str]) -> dict[str, str]:
        """Return, and forget, which of these texts broke the engine, each with what happened."""

    def align(self, pairs: Sequence[tuple[str, str]], route: Route) -> list[tuple[Link, ...]]:
        """Tell for each (source, target) which words of the target render which of the source.

        The target may be anybody's. The result has the same length and order; empty where that can't be told.
        Raises `ModelError`.
        """


class Store(Protocol):
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

    def save_source_state(self, state: SourceState) -> None:
        """Replace the state of a source. If its `about` differs, its editions count as changed."""

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
        marks: Mapping[str, str] | None = None,
        set_aside: Sequence[SetAside] = (),
        unchanged: Collection[str] = (),
    ) -> None:
        """Keep new and changed articles, then the state of their source, in one transaction.

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

        Otherwise than a correction says that was saved at or after `since`. With `text`, only those with this segment
        are looked at: quicker where it is the only one. Return how many there are; nothing is published anew by that.
        Not one transaction but several.
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
        `since` leaves out articles published before; held ones are not among them.
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

    # editions

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

    def volumes(self, language: str, *, size: int) -> list[Volume]:
        """Return each `size` entries of a language, in the order in which they came to be shown.

        An entry never moves in this order but to its end, when it is shown again after it was not.
        """

    def numbered(self, language: str, *, first: int, count: int, with_pairs: bool = False) -> list[Entry]:
        """Return the entries of a language that are numbered `first` and on, `count` numbers in all, in that order.

        Those that are not shown any more are left out. `with_pairs` as of `entries`.
        """

    def changed_stories(self, language: str, *, changed_after: int) -> list[Entry]:
        """Return the entries of a language whose pages a change made old, in the same order, with pairs.

        These are the entries that changed since the edition's `changed` had that value, and those beside them: a page
        names what is before and after its story (`older`, `newer`), whatever was hidden there left out.
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
