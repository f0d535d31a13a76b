"""The sample articles of the default config, as the first run of a newcomer shows them."""

from pathlib import Path

import feedparser
import pytest
from support.desk import ROOT, Desk

SAMPLES = sorted(path for path in (ROOT / "config" / "inbox").iterdir() if not path.name.startswith("."))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk after one pass over the samples."""
    made = Desk.make(tmp_path_factory.mktemp("desk"), '[[sources]]\nslug = "inbox"\ninbox = "inbox"\n')
    for path in SAMPLES:
        made.drop(path.name, path.read_bytes())
    summary = made.json("run")
    assert (summary["new"], summary["held"], summary["failed"]) == (len(SAMPLES), 0, 0)
    assert [(one["undetermined"], one["set_aside"]) for one in summary["sources"]] == [(0, 0)]
    return made


@pytest.mark.parametrize(("language", "notice"), [("en", "machine-translated from Russian"), ("ru", "с английского")])
def test_half_of_each_edition_is_translated(desk: Desk, language: str, notice: str) -> None:
    """At least four samples are Russian and four English; each edition has all, half of them said to be translated."""
    entries = feedparser.parse(str(desk.feeds / language / "atom.xml")).entries
    translated = [entry for entry in entries if notice in entry.content[0].value]
    assert len(entries) == len(SAMPLES) >= 8
    assert len(translated) == len(entries) - len(translated)


def test_the_press_release_shows_its_parts(desk: Desk) -> None:
    """Section, date, counter and source line of the sample are metadata; the credit stays in its own language."""
    entries = feedparser.parse(str(desk.feeds / "ru" / "atom.xml")).entries
    entry = next(one for one in entries if one.title.startswith("Международный совет читален"))
    text = entry.content[0].value
    assert entry.published.startswith("2025-09-12")
    assert "International Council of Reading Rooms" in text
    assert not [word for word in ("1284", "Новости", "12.09.2025", "Source:") if word in text]


def test_one_sample_is_in_windows_1251(desk: Desk) -> None:
    """A text file that is no UTF-8 comes out in Russian letters, as its author wrote it."""
    [legacy] = [path for path in SAMPLES if path.suffix == ".txt" and not _is_utf_8(path)]
    line = max(legacy.read_bytes().decode("windows-1251").splitlines(), key=len).strip()
    entries = feedparser.parse(str(desk.feeds / "ru" / "atom.xml")).entries
    assert any(line in entry.content[0].value for entry in entries)


def _is_utf_8(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True
