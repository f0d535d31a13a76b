"""Feeds as they are found, and what they must be read as: `feeds_in/NAME` beside `feeds_in/NAME.expected.json`.

`given` holds what HTTP said of the document (`charset`) and `max_items`; fields of an item that stand at their
defaults are left out; `error` is a part of the message of the `ParseError`.
"""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from syndicator.errors import ParseError
from syndicator.model import About, Document
from syndicator.sources import feedxml
from syndicator.sources.feed import identified, parse_feed
from syndicator.sources.safexml import safe_xml

FOLDER = Path(__file__).parent / "feeds_in"
CASES = sorted(path.name for path in FOLDER.iterdir() if not path.name.endswith(".expected.json"))
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def document(name: str, *, charset: str | None = None) -> Document:
    return Document(
        url=f"https://origin.example/{name}",
        content=(FOLDER / name).read_bytes(),
        media_type=None,
        charset=charset,
    )


def plain(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    """Return a value of ours as JSON has it, without what stands at its default."""
    if dataclasses.is_dataclass(value):
        shown = {
            field.name: getattr(value, field.name)
            for field in dataclasses.fields(value)
            if getattr(value, field.name) not in (field.default, None)
        }
        return {name: plain(one) for name, one in shown.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    return [plain(one) for one in value] if isinstance(value, tuple | list) else value


def read(name: str, given: dict[str, Any]) -> dict[str, Any]:
    try:
        reading = parse_feed(
            document(name, charset=given.get("charset")), max_items=given.get("max_items", 50), now=NOW
        )
    except ParseError as error:
        return {"error": str(error)}
    return {"about": plain(reading.about), "items": plain(reading.items), "set_aside": plain(reading.set_aside)}


@pytest.mark.parametrize("name", CASES)
def test_a_feed_is_read_as_expected(name: str) -> None:
    """Every feed in the folder is read as the file beside it says."""
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    given = expected.pop("given", {})
    got = read(name, given)
    if "error" in expected:
        assert expected["error"] in got.get("error", "no error")
    else:
        assert got == expected


def fast_cases() -> list[str]:
    names = []
    for name in CASES:
        try:
            xml = safe_xml(document(name))
        except ParseError:
            continue
        if feedxml._fast(xml) is not None:
            names.append(name)
    return names


@pytest.mark.parametrize("name", fast_cases())
def test_fastfeedparser_says_what_feedparser_says(name: str) -> None:
    """Where fastfeedparser's reading is used, feedparser's would give the same items."""
    url = "https://origin.example/feed"
    xml = safe_xml(document(name))
    fast = feedxml._fast(xml)
    assert fast is not None
    items = [
        [feedxml._item(entry, About(), url=url, is_rss=True, now=NOW) for entry in entries]
        for _, entries in (fast, feedxml._thorough(xml))
    ]
    assert identified(items[0]) == identified(items[1])


def test_plain_feeds_are_read_fast() -> None:
    """An ordinary RSS feed does not need the slow parser for its items; rich and damaged ones do."""
    fast = fast_cases()
    assert "rss20-plain.xml" in fast
    assert not {"rss20-rich.xml", "xml-base.xml", "atom10-full.xml"} & set(fast)
