"""Say what a unit of a TMX file means for us, and write such files. Reading is `tmxreader`'s.

Knows directions, language variants and whose word counts; refuses to know the store.
"""

import os
import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from syndicator import __version__
from syndicator.model import Correction, Remembered, primary
from syndicator.translation.tmxreader import ROUTE, Unit, Variant, read_units

__all__ = ["Choice", "Skipped", "Unit", "Variant", "corrections", "read_units", "unit_of", "write_tmx"]

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (section 2.2) has no place for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which way units are to be read, and for whom. Languages are compared by primary subtag."""

    from_language: str | None = None
    """None: what the file names as the source."""
    to_language: str | None = None
    """None: every other."""
    is_both_ways: bool = False
    by: str | None = None
    """Who is to stand for the corrections; None: whom the file names, or else `file`."""
    file: str = "tmx"


class Skipped(StrEnum):
    """Why a unit gives no correction."""

    OTHER_LANGUAGES = "in other languages"
    UNDIRECTED = "without a source language"
    EMPTY = "without text, or with one that is too long"
    MACHINE = "made by a machine and changed by nobody"


def corrections(unit: Unit, choice: Choice) -> list[Correction] | Skipped:
    """Return what a unit says that its texts are to read, or why it says nothing.

    Each variant in the language to translate from is a text. Of several in the other language (`en-GB`, `en-US`), the
    one whose tag is asked for is taken, or else the first.
    """
    if unit.route:
        return Skipped.MACHINE
    begin = choice.from_language or unit.source_language
    if begin is None and not choice.is_both_ways:
        return Skipped.UNDIRECTED

    def is_wanted(source: str, target: str) -> bool:
        is_from = begin is None or primary(begin) == source
        return is_from and (choice.to_language is None or primary(choice.to_language) == target)

    languages = dict.fromkeys(primary(variant.language) for variant in unit.variants if variant.language)
    pairs = [
        (source, target)
        for source in languages
        for target in languages
        if source != target and (is_wanted(source, target) or (choice.is_both_ways and is_wanted(target, source)))
    ]
    if not pairs:
        return Skipped.OTHER_LANGUAGES
    preferred = {tag.lower() for tag in (begin, choice.to_language) if tag}
    found = [
        Correction(
            from_language=source,
            to_language=target,
            source_text=original,
            target_text=chosen.text,
            by=choice.by or chosen.by or choice.file,
        )
        for source, target in pairs
        for original, chosen in _pairings(unit, source, target, preferred=preferred)
    ]
    return found or Skipped.EMPTY


def unit_of(saying: Correction | Remembered) -> Unit:
    """Return a person's correction, or what is remembered of a machine's work, as a unit."""
    if isinstance(saying, Remembered):
        first, *_, last = saying.route.split(">")
        original = Variant(language=first, text=saying.source_text)
        rendering = Variant(language=last, text=saying.rendering.text)
        return Unit(source_language=first, variants=(original, rendering), route=saying.route)
    original = Variant(language=saying.from_language, text=saying.source_text)
    rendering = Variant(language=saying.to_language, text=saying.target_text, by=saying.by)
    return Unit(source_language=saying.from_language, variants=(original, rendering))


def write_tmx(path: Path, units: Iterable[Unit], *, source_language: str | None = None) -> int:
    """Write units to a file, replacing it whole once all are written; return how many there were.

    `source_language` is what all have in common, if they do. Raises `OSError`; then the file is as it was.
    """
    beside = path.with_name(f".{path.name[:40]}.{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            count = _write(file, units, source_language)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _pairings(unit: Unit, source: str, target: str, *, preferred: Collection[str]) -> Iterator[tuple[str, Variant]]:
    """Yield each text in one language, once, with the variant in the other that renders it."""
    targets = [one for one in unit.variants if primary(one.language) == target and one.text]
    if not targets:
        return
    chosen = next((one for one in targets if one.language.lower() in preferred), targets[0])
    for original in dict.fromkeys(one.text for one in unit.variants if primary(one.language) == source and one.text):
        yield original, chosen


def _write(file: BinaryIO, units: Iterable[Unit], source_language: str | None) -> int:
    from lxml import etree  # noqa: PLC0415 - not needed to translate

    header = etree.Element(
        "header",
        {
            "creationtool": "syndicator",
            "creationtoolversion": __version__,
            "segtype": "sentence",
            "o-tmf": "syndicator",
            "adminlang": "en",
            "srclang": source_language or "*all*",
            "datatype": "plaintext",
        },
    )
    count = 0
    with etree.xmlfile(file, encoding="utf-8") as out:
        out.write_declaration()
        out.write_doctype('<!DOCTYPE tmx SYSTEM "tmx14.dtd">')
        with out.element("tmx", {"version": "1.4"}):
            out.write(header, pretty_print=True)
            with out.element("body"):
                for unit in units:
                    tu = etree.Element("tu", {"srclang": unit.source_language or "*all*"})
                    if unit.route:
                        etree.SubElement(tu, "prop", {"type": ROUTE}).text = _legal(unit.route)
                    for variant in unit.variants:
                        tuv = etree.SubElement(tu, "tuv", {_LANG: variant.language})
                        if by := _legal(variant.by or ""):
                            tuv.attrib.update({"creationid": by, "changeid": by})
                        etree.SubElement(tuv, "seg").text = _legal(variant.text)
                    out.write(tu, pretty_print=True)
                    count += 1
    return count


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)
