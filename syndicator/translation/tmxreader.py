"""Read TMX, the format in which translation memories are exchanged: bytes in, units out.

Knows the elements of every version up to 1.4b and what a hostile file may try; refuses to know what a unit is good for.
A file of any size is read in bounded memory. A DTD that declares anything is refused where it begins, none is ever
fetched, and no unit grows without limit (docs/decisions/0005-tmx.md).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from syndicator.errors import ParseError
from syndicator.model import normalise

LONGEST_TEXT = 100_000
"""Characters of a text. No sentence has as many; what is longer counts as empty."""
_CHUNK_BYTES = 64 * 1024
_LONGEST_TOKEN_BYTES = 1_000_000
"""Of a tag or a comment. Expat before 2.6 needs the square of it in time (CVE-2023-52425)."""
_DEEPEST = 64
_MOST_VARIANTS = 500
_LONGEST_CODE = 200
"""Characters of native code that are looked at."""

_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
"""Inline elements whose content is code of the original's format (TMX 1.4b, 3: content markup); `hi` holds text."""
_BREAK = re.compile(r"<br\b|\n", re.IGNORECASE)
_BREAK_TYPES = frozenset({"lb", "x-br"})
ROUTE = "x-syndicator-route"
"""The type of the property that names the models which made a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A unit in one language."""

    language: str
    """A language tag, such as `en-US`; empty where the file names none."""
    text: str
    """Normalised, without markup; empty where the file has none, or one that is too long."""
    by: str | None = None
    """Who changed it last, or else made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A text in several languages."""

    variants: tuple[Variant, ...]
    source_language: str | None = None
    """What the others were translated from; None where that may be any."""
    route: str | None = None
    """The models that made it (`ru>en`), if no person has changed it since; only our own files tell."""


def read_units(file: BinaryIO) -> Iterator[Unit]:
    """Yield the units of a TMX file, of any version, one by one.

    Raises `ParseError`, naming the line, for what is not TMX or can't be trusted; what was yielded before stands.
    """
    reader = _Reader(Path(str(getattr(file, "name", "the file"))).name)
    while chunk := file.read(_CHUNK_BYTES):
        yield from reader.feed(chunk)
    yield from reader.feed(b"", is_last=True)


class _Reader:
    """Gathers units from what expat reports. Holds one unit at a time."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.SkippedEntityHandler = self._entity
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._fed_bytes = 0
        self._depth = 0
        self._done: list[Unit] = []
        self._header_language: str | None = None
        self._unit: dict[str, str] | None = None
        """The attributes of the `tu` that is open."""
        self._variants: list[Variant] = []
        self._variant: dict[str, str] | None = None
        """Likewise of the `tuv`."""
        self._route: str | None = None
        self._is_changed = False
        self._into: list[str] | None = None
        """Where characters go; None: nowhere."""
        self._length = 0
        self._text: list[str] = []
        self._codes = 0
        """Inline elements of code that are open."""
        self._code: list[str] = []

    def feed(self, chunk: bytes, *, is_last: bool = False) -> list[Unit]:
        """Take the next bytes; return the units that they complete."""
        self._fed_bytes += len(chunk)
        try:
            self._parser.Parse(chunk, is_last)
        except expat.ExpatError as error:
            raise ParseError(
                f"{self._name}:{error.lineno}: this is not well-formed XML: {expat.ErrorString(error.code)}"
            ) from error
        except (ValueError, LookupError) as error:  # an encoding that Python or expat has not
            raise self._wrong(f"this is in an encoding that can't be read: {error}") from error
        if self._fed_bytes - self._parser.CurrentByteIndex > _LONGEST_TOKEN_BYTES + _CHUNK_BYTES:
            raise self._wrong("a tag or comment here is longer than any file needs")
        done, self._done = self._done, []
        return done

    def _wrong(self, message: str) -> ParseError:
        return ParseError(f"{self._name}:{self._parser.CurrentLineNumber}: {message}")

    def _doctype(self, _name: str, _system_id: str | None, _public_id: str | None, has_declarations: bool) -> None:  # noqa: FBT001 - expat's call
        if has_declarations:
            raise self._wrong("this declares entities or other things in a DTD, which is refused")

    def _entity(self, name: str, _is_parameter: bool) -> None:  # noqa: FBT001 - expat's call
        raise self._wrong(f"&{name}; is not defined: write the character itself")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name != "tmx":
            raise self._wrong(f"this is not TMX: its root element is {name[:40]}")
        if self._depth > _DEEPEST:
            raise self._wrong(f"elements are nested more than {_DEEPEST} deep")
        if name == "header":
            self._header_language = _source_language(attributes)
        elif name == "tu":
            if self._unit is not None:
                raise self._wrong("a tu begins inside another")
            self._unit, self._variants, self._route = attributes, [], None
            self._is_changed = "changeid" in attributes
        elif self._unit is not None:
            self._start_inside(name, attributes)

    def _start_inside(self, name: str, attributes: dict[str, str]) -> None:
        if name == "tuv":
            if len(self._variants) == _MOST_VARIANTS:
                raise self._wrong(f"a tu has more than {_MOST_VARIANTS} variants")
            self._variant, self._text, self._length, self._codes = attributes, [], 0, 0
            self._is_changed |= "changeid" in attributes
        elif name == "prop" and self._variant is None and attributes.get("type") == ROUTE:
            self._route, self._into, self._length = "", [], 0
        elif name == "seg" and self._variant is not None:
            self._into = self._text
        elif name in _CODES and self._into is not None:
            self._codes += 1
            if self._codes == 1:
                self._code = ["\n"] if attributes.get("type") in _BREAK_TYPES else []

    def _characters(self, text: str) -> None:
        if self._codes:
            if len(self._code) < _LONGEST_CODE:
                self._code.append(text[:_LONGEST_CODE])
        elif self._into is not None:
            self._length += len(text)
            if self._length <= LONGEST_TEXT:
                self._into.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name in _CODES and self._codes:
            self._codes -= 1
            if not self._codes and _BREAK.search("".join(self._code)):
                self._text.append(" ")
        elif name == "prop" and self._route == "" and self._into is not None:
            self._route, self._into = normalise("".join(self._into)), None
        elif name == "seg":
            self._into = None
        elif name == "tuv" and self._variant is not None:
            text = normalise("".join(self._text)) if self._length <= LONGEST_TEXT else ""
            self._variants.append(Variant(language=_language(self._variant), text=text, by=self._author()))
            self._variant = None
        elif name == "tu" and self._unit is not None:
            self._done.append(
                Unit(
                    variants=tuple(self._variants),
                    source_language=_source_language(self._unit, self._header_language),
                    route=(self._route or None) if not self._is_changed else None,
                )
            )
            self._unit = None

    def _author(self) -> str | None:
        """Return who changed a variant or its unit last, or else who made it."""
        places = (self._variant or {}, self._unit or {})
        named = (place.get(attribute) for attribute in ("changeid", "creationid") for place in places)
        return next((name for one in named if one and (name := normalise(one))), None)


def _language(attributes: dict[str, str]) -> str:
    return (attributes.get("xml:lang") or attributes.get("lang") or "").strip().replace("_", "-")


def _source_language(attributes: dict[str, str], inherited: str | None = None) -> str | None:
    """Return the source language that a header or tu names; None where that may be any (`*all*`)."""
    named = attributes.get("srclang", "").strip().replace("_", "-")
    return (None if named.lower() == "*all*" else named) if named else inherited
