"""What parent and child say to each other arrives as it was sent, or is refused."""

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.errors import ModelError
from syndicator.model import Link, ModelRef, Rendering, Route
from syndicator.translation import wire
from syndicator.translation.halving import Broke

TEXT = st.text(st.characters(exclude_categories=()))
"""Half surrogate pairs included: that is what a broken page may hold."""
STORABLE = st.text()
ANYTHING = r"."
ROUTE = Route(models=(ModelRef(from_language="ru", to_language="en", version="0.1", digest="ab"),))


@given(st.lists(TEXT, max_size=5))
def test_a_request_arrives_as_it_was_sent(texts: list[str]) -> None:
    """Any text comes through, and so does the end of the stream."""
    message = {"do": "translate", "route": wire.route_out(ROUTE), "items": texts}
    stream = io.BytesIO(wire.pack(message))
    received = wire.receive(stream)
    assert received is not None
    assert received["items"] == texts
    assert wire.route_in(received["route"]) == ROUTE
    assert wire.receive(stream) is None


LINK = Link(source_start=1, source_end=2, target_start=0, target_end=1)


@given(
    st.lists(
        st.none() | st.builds(Rendering, text=STORABLE, score=st.none() | st.floats(-99, 0)),
        max_size=5,
    ),
    st.booleans(),
)
def test_renderings_arrive_as_they_were_sent(found: list[Rendering | None], has_links: bool) -> None:  # noqa: FBT001
    """Text, score and links come through, in order."""
    if has_links:
        found = [replace(one, links=(LINK,)) if one and one.text else one for one in found]
    packed = wire.pack({"found": wire.renderings_out(found)})
    for cut in range(0, len(packed), 7):
        assert wire.unpack(packed[:cut]) is None
    reply = wire.unpack(packed)
    assert reply is not None
    assert wire.renderings_in(reply, ["ab"] * len(found)) == found


def test_links_arrive_as_they_were_sent() -> None:
    """All four ends of a link come through."""
    links = (Link(source_start=0, source_end=2, target_start=1, target_end=3),)
    reply = wire.unpack(wire.pack({"found": wire.links_out([links, ()])}))
    assert reply is not None
    assert wire.links_in(reply, [("ab", "abc"), ("", "")]) == [links, ()]


@pytest.mark.parametrize(
    "found",
    [
        None,
        "ab",
        {"0": ["a", 0, []]},
        [],
        [["a", 0, []], ["a", 0, []]],
        [["a", 0]],
        ["abc"],
        [[None, 0, []]],
        [[1, 0, []]],
        [["a", "0", []]],
        [["a", float("nan"), []]],
        [["a", float("-inf"), []]],
        [["\ud800", 0, []]],
        [["a", 0, None]],
        [["a", 0, [[0, 1, 0, 2]]]],
        [["a", 0, [[0, 3, 0, 1]]]],
    ],
)
def test_renderings_that_make_no_sense_are_refused(found: object) -> None:
    """The child is not believed: another number, another type, a text that can't be stored."""
    reply = wire.unpack(wire.pack({"found": found}))
    assert reply is not None
    with pytest.raises(ValueError, match=ANYTHING):
        wire.renderings_in(reply, ["ab"])


@pytest.mark.parametrize(
    "link",
    [[0, 1, 0], [0, 1, 0, 4], [0, 3, 0, 1], [-1, 1, 0, 1], [1, 0, 0, 1], [0, 1.0, 0, 1], [0, True, 0, 1], "0101"],
)
def test_links_that_lead_nowhere_are_refused(link: object) -> None:
    """A link stays inside its two texts."""
    with pytest.raises(ValueError, match=ANYTHING):
        wire.links_in({"found": [[link]]}, [("ab", "abc")])


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"[]", b"1", b'{"a":', b"[" * 100_000, b"\xff", b'{"a": ' + b"1" * 5000 + b"}"],
)
def test_a_reply_that_is_no_object_is_refused(body: bytes) -> None:
    """So is JSON that would take a parser down."""
    with pytest.raises(ValueError, match=ANYTHING):
        wire.unpack(wire.LENGTH.pack(len(body)) + body)


def test_a_reply_has_a_limit() -> None:
    """It is refused by its head, before anything is kept of it."""
    with pytest.raises(ValueError, match="longer"):
        wire.unpack(wire.LENGTH.pack(wire.LARGEST_REPLY_BYTES + 1))


def test_nothing_may_follow_a_reply() -> None:
    """What follows would be taken for the answer to the next question."""
    with pytest.raises(ValueError, match="longer"):
        wire.unpack(wire.pack({}) + b"x")


def test_errors_arrive_by_kind() -> None:
    """A damaged model is an error; too little memory is a break; all else makes no sense."""
    found = wire.error_in({"error": ["model", "model x is\ndamaged"]})
    assert isinstance(found, ModelError)
    assert str(found) == "model x isdamaged"
    assert isinstance(wire.error_in({"error": ["memory", ""]}), Broke)
    assert wire.error_in({"found": []}) is None
    for error in (None, [], ["model"], ["model", 1], ["SystemExit", "0"], json.loads('{"model": "x"}')):
        with pytest.raises(ValueError, match="not an error"):
            wire.error_in({"error": error})
