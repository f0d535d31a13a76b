"""The decisions: when to look again, what a look changes in a source's state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator import policy
from syndicator.errors import Empty, Forbidden, Gone, Impostor, ParseError, Refused, Unavailable, WebPage
from syndicator.model import About, Condition, Item, Known, Reading, Source, SourceKind, SourceState

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = Source(slug="one", kind=SourceKind.FEED, url="https://one.example/feed", interval=timedelta(hours=1))
STATE = SourceState(slug="one")


def after(reading: Reading, state: SourceState = STATE, now: datetime = NOW) -> SourceState:
    return policy.after_reading(SOURCE, state, reading, now)


def failed(error: Exception, state: SourceState = STATE, now: datetime = NOW, chance: float = 0.0) -> SourceState:
    return policy.after_failure(SOURCE, state, error, now, chance=chance)  # type: ignore[arg-type]


def test_a_new_source_is_due_at_once() -> None:
    """Nothing is known of it, so it is looked at now."""
    assert policy.is_due(STATE, NOW)


def test_a_410_stops_the_source_for_good() -> None:
    """A source that is gone is never due again."""
    state = failed(Gone("gone"))
    assert state.condition is Condition.GONE
    assert not policy.is_due(state, NOW + timedelta(days=3650))


def test_an_effect_is_tried_for_a_day() -> None:
    """The waits grow to four hours, or to what was asked for; after a day it is given up."""
    now, waits = NOW, []
    for attempts in range(1, policy.MOST_ATTEMPTS):
        due = policy.retry_effect(attempts, now)
        waits.append(due - now)
        now = due
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(waits) == timedelta(hours=4)
    assert timedelta(hours=24) <= now - NOW <= timedelta(hours=25)
    assert policy.retry_effect(policy.MOST_ATTEMPTS, now) == policy.NEVER
    assert policy.retry_effect(1, NOW, retry_after=timedelta(hours=2)) == NOW + timedelta(hours=2)
    assert policy.retry_effect(1, NOW, retry_after=timedelta(days=9)) == NOW + timedelta(days=1)


def test_failures_back_off_to_a_day_and_a_success_resets_them() -> None:
    """Each failure doubles the wait up to 24 hours; then one success brings the normal interval back."""
    state, waits = STATE, []
    for _ in range(12):
        state = failed(Unavailable("down"), state)
        assert state.due
        waits.append(state.due - NOW)
    assert waits[:4] == [timedelta(hours=hours) for hours in (1, 2, 4, 8)]
    assert waits[-1] == timedelta(hours=24)
    healthy = after(Reading(), state)
    assert (healthy.failures, healthy.condition, healthy.detail) == (0, Condition.OK, None)
    assert healthy.due
    assert healthy.due - NOW <= timedelta(hours=1.5)


def test_retry_after_is_obeyed_up_to_a_day() -> None:
    """An origin may ask for a longer wait, but for no more than 24 hours."""
    assert failed(Unavailable("busy", retry_after=timedelta(hours=5))).due == NOW + timedelta(hours=5)
    assert failed(Unavailable("busy", retry_after=timedelta(days=365))).due == NOW + timedelta(hours=24)


def test_chance_spreads_retries() -> None:
    """Sources that failed together are not asked again together."""
    assert failed(ParseError("x"), chance=0.9).due == NOW + timedelta(hours=1) * 1.09


def test_a_refused_source_is_left_alone_for_a_day_only_once_it_goes_on() -> None:
    """One 404 or 403 may be a slip, and costs one interval; from the sixth in a row on, it is asked once a day."""
    state, waits = STATE, []
    for _ in range(7):
        state = failed(Refused("404"), state)
        assert state.due
        waits.append((state.due - NOW) // timedelta(hours=1))
    assert state.condition is Condition.REFUSED
    assert waits == [1, 2, 4, 8, 16, 24, 24]


def test_a_failure_keeps_what_was_known() -> None:
    """Validators and the source's own words survive a bad answer."""
    state = after(Reading(etag='"a"', about=About(name="One")))
    broken = failed(ParseError("broken"), state)
    assert (broken.etag, broken.about.name, broken.detail) == ('"a"', "One", "broken")


def test_looks_keep_their_place_in_the_interval() -> None:
    """A source's looks are spaced by its interval, whenever a look happened to run."""
    first = policy.next_look(SOURCE, NOW)
    second = policy.next_look(SOURCE, first + timedelta(seconds=90))
    assert second - first == SOURCE.interval


def test_sources_spread_over_the_interval() -> None:
    """A thousand sources that were read at the same moment are not due at the same moment."""
    due = [policy.next_look(replace(SOURCE, slug=f"s{number}"), NOW) for number in range(1000)]
    tenths = [int((moment - min(due)) / SOURCE.interval * 10) for moment in due]
    assert max(tenths.count(tenth) for tenth in range(10)) < 200


@pytest.mark.parametrize("minutes", range(0, 60, 7))
def test_the_next_look_is_neither_at_once_nor_late(minutes: int) -> None:
    """The wait lies between half and one and a half intervals."""
    now = NOW + timedelta(minutes=minutes)
    wait = policy.next_look(SOURCE, now) - now
    assert SOURCE.interval / 2 <= wait <= SOURCE.interval * 1.5


def test_a_fresh_answer_is_not_asked_for_again_before_it_ages() -> None:
    """Cache-Control max-age lengthens the wait, up to a day."""
    assert after(Reading(max_age=timedelta(hours=6))).due == NOW + timedelta(hours=6)
    assert after(Reading(max_age=timedelta(days=30))).due == NOW + timedelta(hours=24)


def test_what_was_not_ready_is_asked_for_soon_and_whole() -> None:
    """A look that left something out comes again early and without validators, or a 304 would hide the rest."""
    state = after(Reading(etag='"a"', last_modified="x", retry_after=timedelta(seconds=2)))
    assert (state.due, state.etag, state.last_modified) == (NOW + timedelta(seconds=2), None, None)


def test_validators_are_dropped_every_eight_days() -> None:
    """An origin that wrongly keeps answering 304 is found out."""
    state = after(Reading(etag='"a"'))
    for day in range(1, 8):
        state = after(Reading(etag='"a"', is_unchanged=True), state, NOW + timedelta(days=day))
    assert policy.validators(state, NOW + timedelta(days=7)) == ('"a"', None)
    assert policy.validators(state, NOW + timedelta(days=8)) == (None, None)


def test_a_permanent_redirect_is_believed_after_a_week() -> None:
    """The configured address is used until it has pointed to the same place for seven days."""
    moved = Reading(moved_to="https://new.example/feed")
    state = after(moved)
    assert policy.address(SOURCE, state, NOW + timedelta(days=6)) == SOURCE.url
    state = after(moved, state, NOW + timedelta(days=3))
    assert policy.address(SOURCE, state, NOW + timedelta(days=7)) == "https://new.example/feed"


def test_a_redirect_that_changes_its_mind_starts_again() -> None:
    """Another target, or none, resets the week."""
    state = after(Reading(moved_to="https://new.example/feed"))
    state = after(Reading(moved_to="https://other.example/feed"), state, NOW + timedelta(days=5))
    assert policy.address(SOURCE, state, NOW + timedelta(days=8)) == SOURCE.url
    assert after(Reading(), state, NOW + timedelta(days=9)).moved_to is None


def test_the_operator_s_words_outrank_the_source_s() -> None:
    """A name and rights in the config stand before what the feed says of itself."""
    source = replace(SOURCE, name="Ours", rights="CC BY 4.0")
    about = policy.after_reading(source, STATE, Reading(about=About(name="Theirs", rights="all")), NOW).about
    assert (about.name, about.rights, about.feed_url) == ("Ours", "CC BY 4.0", SOURCE.url)


def test_translations_are_retried_ever_more_seldom() -> None:
    """The wait doubles up to a day."""
    base = timedelta(hours=1)
    waits = [policy.retry_translation(attempts, base, NOW) - NOW for attempts in (1, 2, 3, 20)]
    assert waits == [timedelta(hours=hours) for hours in (1, 2, 4, 24)]


def test_a_look_in_the_future_was_dated_by_a_wrong_clock() -> None:
    """A source last read by a clock that ran a year ahead is due now; one off by a few minutes keeps its due time."""
    ahead = replace(STATE, checked=NOW + timedelta(days=365), due=NOW + timedelta(days=366))
    assert policy.is_due(ahead, NOW)
    assert not policy.is_due(replace(ahead, checked=NOW + timedelta(minutes=5)), NOW)


def test_a_job_that_goes_wrong_is_left_alone_longer_each_time() -> None:
    """From seconds, so that what was mended goes on soon, to ten minutes, so that no log fills up."""
    assert policy.rest(1) == timedelta(seconds=5)
    assert policy.rest(2) == timedelta(seconds=10)
    assert policy.rest(1000) == timedelta(minutes=10)


def test_chunks_follow_the_speed_of_the_machine() -> None:
    """Quick chunks grow and slow ones shrink, within bounds, so that a stop never waits for long."""
    assert policy.next_chunk(64, timedelta(seconds=5)) == 128
    assert policy.next_chunk(64, timedelta(seconds=20)) == 64
    assert policy.next_chunk(64, timedelta(seconds=31)) == 32
    assert policy.next_chunk(4096, timedelta(seconds=0.1)) == 4096
    assert policy.next_chunk(32, timedelta(minutes=1)) == 32


# Sources in trouble


def test_a_believed_move_stays_believed() -> None:
    """At the new address nothing redirects any more, and that is no reason to go back to the old one."""
    state = after(Reading(moved_to="https://new.example/feed"))
    state = after(Reading(moved_to="https://new.example/feed"), state, NOW + timedelta(days=7))
    for day in (8, 9, 30):
        assert policy.address(SOURCE, state, NOW + timedelta(days=day)) == "https://new.example/feed"
        state = after(Reading(), state, NOW + timedelta(days=day))
    assert state.condition is Condition.MOVED
    assert "https://new.example/feed" in (state.detail or "")


@pytest.mark.parametrize("error", [Gone("410"), Refused("404"), Unavailable("no such host")])
def test_whoever_takes_over_a_new_address_can_not_stop_a_source(error: Exception) -> None:
    """Where the believed address fails, even for good, the configured one is asked again."""
    state = replace(STATE, moved_to="https://new.example/feed", moved_since=NOW - timedelta(days=30), url=SOURCE.url)
    broken = failed(error, state)
    assert policy.address(SOURCE, broken, NOW) == SOURCE.url
    assert broken.condition is not Condition.GONE


def test_a_new_address_in_the_config_begins_anew() -> None:
    """Validators, a move and even a 410 belong to the address that they came from."""
    state = replace(failed(Gone("gone")), about=About(name="One"), etag='"a"')
    elsewhere = replace(SOURCE, url="https://one.example/new")
    fresh = policy.remembered(elsewhere, state)
    assert policy.is_due(fresh, NOW)
    assert (fresh.etag, fresh.condition, fresh.about.name) == (None, Condition.NEW, "One")
    assert policy.remembered(SOURCE, state) == state


def test_what_the_config_forbids_is_tried_again_as_usual() -> None:
    """It costs nobody anything, and the operator may allow it any moment."""
    state = failed(Forbidden("private"))
    assert (state.condition, state.due) == (Condition.REFUSED, NOW + SOURCE.interval)


def test_a_refusal_may_be_one_of_the_validators() -> None:
    """Some origins answer 400 or 412 to a tag they don't like: the next request has none."""
    state = failed(Refused("412"), after(Reading(etag='"a"')))
    assert policy.validators(state, NOW) == (None, None)


@pytest.mark.parametrize(
    ("error", "condition"),
    [
        (Unavailable("busy", retry_after=timedelta(hours=5)), Condition.WAITING),
        (Unavailable("busy"), Condition.FAILING),
        (Empty("empty"), Condition.EMPTY),
        (WebPage("a page", url="https://one.example/feed", digest="1"), Condition.WEB_PAGE),
        (ParseError("broken"), Condition.FAILING),
        (Impostor("certificate"), Condition.FAILING),
    ],
)
def test_each_trouble_has_a_condition_of_its_own(error: Exception, condition: Condition) -> None:
    """So that `status` can say what to do; what is held stays in each."""
    assert failed(error).condition is condition


def test_a_feed_without_items_is_told() -> None:
    """It is read all right, and wipes nothing; a 304 to it leaves it empty."""
    state = after(Reading(about=About(name="One"), etag='"a"'))
    assert (state.condition, state.failures) == (Condition.EMPTY, 0)
    assert after(Reading(is_unchanged=True, etag='"a"'), state).condition is Condition.EMPTY
    assert after(
        Reading(is_unchanged=True), after(Reading(items=(Item(origin_id="1", url=None, title="x"),)))
    ).condition


def other(url: str, **changes: object) -> SourceState:
    return replace(SourceState(slug="two", url=url, checked=NOW), **changes)


def test_the_same_answer_for_two_hosts_is_the_network_s() -> None:
    """A log-in page that answers for everybody is told from an origin's own trouble."""
    mine = failed(WebPage("a page", url="https://one.example/feed", digest="1"))
    assert mine.sign
    same = other("https://two.example/feed", sign=mine.sign)
    assert policy.is_captive(mine, [mine, same], NOW)
    assert not policy.is_captive(mine, [mine], NOW)
    assert not policy.is_captive(mine, [replace(same, sign="page 2")], NOW)
    assert not policy.is_captive(mine, [replace(same, url="https://one.example/other")], NOW)
    assert not policy.is_captive(mine, [replace(same, checked=NOW - timedelta(days=2))], NOW)
    held = policy.as_captive(SOURCE, mine, NOW)
    assert (held.condition, held.due) == (Condition.CAPTIVE, NOW + SOURCE.interval)


def test_a_portal_is_known_by_where_it_leads_and_by_its_certificate() -> None:
    """Its page differs for each visitor, its host doesn't; over TLS it can show no right name at all."""
    pages = [failed(WebPage("x", url="https://login.hotel.example/?for=1", digest=digest)) for digest in "12"]
    assert pages[0].sign == pages[1].sign == "host login.hotel.example"
    tls = failed(Impostor("certificate"))
    assert policy.is_captive(tls, [other("https://two.example/", sign=tls.sign)], NOW)
    assert failed(Unavailable("down")).sign is None


def known(content_hash: str, age: timedelta) -> Known:
    return Known(
        id="a", version=3, content_hash=content_hash, language="ru", first_seen=NOW, published=NOW, updated=NOW - age
    )


def test_a_correction_taken_back_is_followed_and_a_flip_is_not() -> None:
    """From the second return on a text is taken over once a day at most."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert not policy.is_flip(known("B", hour), ["A"], "A", NOW)  # A, B, and A again
    assert policy.is_flip(known("A", hour), ["A", "B"], "B", NOW)  # A, B, A, and B again
    assert not policy.is_flip(known("A", hour), ["A", "B"], "C", NOW)  # something new
    assert not policy.is_flip(known("A", day), ["A", "B"], "B", NOW)


def test_a_flip_is_asked_about_in_full_until_it_ends() -> None:
    """Without validators, or a 304 would leave what was not taken over out for ever."""
    state = policy.after_reading(SOURCE, STATE, Reading(etag='"a"'), NOW, flips=1)
    assert (state.condition, state.etag) == (Condition.FLIPPING, None)
