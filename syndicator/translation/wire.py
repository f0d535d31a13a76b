"""Say what parent and child say to each other, as bytes: a length of eight bytes, then JSON.

Knows the messages; refuses to know processes and models. The child runs native code over files that came from
elsewhere, so the parent believes nothing: what it receives is limited in length and looked through before it becomes a
value. Never pickle, which would run what the child sends.

::

    {"do": "load", "route": […]}                                    {}
    {"do": "translate", "route": […], "items": […],                 {"found": [[text, score, […]], null, …]}
                        "effort": 0, "linked": [0, …]}
    {"do": "align", "route": […], "items": [[source, target], …]}   {"found": [[[0, 4, 0, 3], …], …]}
    any of them                                                     {"error": ["model" or "memory", text]}
"""

import json
import math
import struct
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any, BinaryIO

from syndicator.errors import ModelError
from syndicator.model import Link, ModelRef, Rendering, Route
from syndicator.translation.halving import Broke

LENGTH = struct.Struct(">Q")
LARGEST_REPLY_BYTES = 64 << 20
"""Ten times what the longest article makes; what is longer counts as nonsense, and the batch is halved."""
MOST_ERROR_CHARACTERS = 500

Message = dict[str, Any]


def pack(message: Message) -> bytes:
    """Return the bytes of a message; half a surrogate pair in a text survives."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    return LENGTH.pack(len(body)) + body


def receive(stream: BinaryIO) -> Message | None:
    """Wait for a message of the parent, who is believed; None when it has closed its end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        return None
    message: Message = json.loads(body)
    return message


def unpack(received: bytes | bytearray) -> Message | None:
    """Return the child's reply from all that it sent so far; None while there is more to come.

    Raises `ValueError` for what is too long, not JSON, not an object, or goes on after its end.
    """
    if len(received) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack_from(received)
    if length > LARGEST_REPLY_BYTES or len(received) > LENGTH.size + length:
        raise ValueError("longer than a reply can be")
    if len(received) < LENGTH.size + length:
        return None
    try:
        message = json.loads(received[LENGTH.size :])
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(message, dict):
        raise ValueError("not an object")  # noqa: TRY004 - callers tell one kind of nonsense from all else
    return message


def route_out(route: Route) -> list[tuple[str, ...]]:
    """Return a route as it is sent."""
    return [astuple(model) for model in route.models]


def route_in(sent: Sequence[Sequence[str]]) -> Route:
    """Return the route that the parent sent."""
    return Route(
        models=tuple(
            ModelRef(from_language=from_language, to_language=to_language, version=version, digest=digest)
            for from_language, to_language, version, digest in sent
        )
    )


def renderings_out(found: Sequence[Rendering | None]) -> list[tuple[str, float | None, list[tuple[int, ...]]] | None]:
    """Return renderings as they are sent."""
    return [(one.text, one.score, [astuple(link) for link in one.links]) if one else None for one in found]


def renderings_in(reply: Message, texts: Sequence[str]) -> list[Rendering | None]:
    """Return the renderings that the child sent for these texts; raise `ValueError` if they can't be theirs."""
    found = _listed(reply.get("found"), len(texts))
    return [None if one is None else _rendering(one, text) for one, text in zip(found, texts, strict=True)]


def links_out(found: Sequence[Sequence[Link]]) -> list[list[tuple[int, ...]]]:
    """Return word links as they are sent."""
    return [[astuple(link) for link in links] for links in found]


def links_in(reply: Message, pairs: Sequence[tuple[str, str]]) -> list[tuple[Link, ...]]:
    """Return the links that the child sent for these pairs; raise `ValueError` if they can't be theirs."""
    return [
        tuple(_link(link, len(source), len(target)) for link in _listed(links))
        for links, (source, target) in zip(_listed(reply.get("found"), len(pairs)), pairs, strict=True)
    ]


def error_in(reply: Message) -> ModelError | Broke | None:
    """Return the error that a reply tells of, if it does; raise `ValueError` if it does that in no known way."""
    if "error" not in reply:
        return None
    match reply["error"]:
        case ["memory", _]:
            return Broke("ran out of memory")
        case ["model", str(text)]:
            return ModelError("".join(filter(str.isprintable, text))[:MOST_ERROR_CHARACTERS])
    raise ValueError("not an error")


def _listed(sent: object, count: int | None = None) -> list[Any]:
    if not isinstance(sent, list) or count not in {None, len(sent)}:
        raise ValueError("not as many answers as questions")
    return sent


def _rendering(sent: object, source: str) -> Rendering:
    text, score, links = _listed(sent, 3)
    if not isinstance(text, str) or not (score is None or (isinstance(score, float | int) and math.isfinite(score))):
        raise ValueError("not a rendering")
    text.encode()  # raises UnicodeEncodeError, which is a ValueError, at half a surrogate pair: no store would take it
    return Rendering(
        text=text, score=score, links=tuple(_link(link, len(source), len(text)) for link in _listed(links))
    )


def _link(sent: object, source_length: int, target_length: int) -> Link:
    numbers = _listed(sent, 4)
    if any(type(number) is not int for number in numbers):
        raise ValueError("not a link")
    source_start, source_end, target_start, target_end = numbers
    if not (0 <= source_start <= source_end <= source_length and 0 <= target_start <= target_end <= target_length):
        raise ValueError("a link that leads out of its text")
    return Link(source_start=source_start, source_end=source_end, target_start=target_start, target_end=target_end)
