from dataclasses import replace
from pathlib import Path

import pytest
from support.entries import CREATED, a_masthead, an_entry, an_original

from syndicator.errors import PublishError
from syndicator.model import EditionKey
from syndicator.publishing.edition import (
    Masthead,
    fingerprint,
    is_index_published,
    is_published,
    publish_edition,
    publish_index,
)

ENGLISH = EditionKey(language="en")
VESTNIK = EditionKey(language="en", source="vestnik")


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Give a masthead whose directory is not there yet."""
    return a_masthead(tmp_path / "feeds")


def names(masthead: Masthead) -> list[str]:
    """Return the paths of all published files below the directory."""
    found = (path for path in masthead.directory.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(masthead.directory)) for path in found)


def test_language(masthead: Masthead) -> None:
    """An edition is its two feeds, its front page and the pages of the stories that changed."""
    entries = [an_entry("a"), an_entry("b")]
    written = publish_edition(ENGLISH, entries, [an_entry("a"), an_entry("old")], masthead=masthead, created=CREATED)
    expected = ["en/atom.xml", "en/index.html", "en/rss.xml", "en/stories/a.html", "en/stories/old.html", "style.css"]
    assert names(masthead) == expected
    assert sorted(str(path.relative_to(masthead.directory)) for path in written) == expected


def test_source(masthead: Masthead) -> None:
    """The edition of one source has no pages of its own: stories lie with the whole language."""
    publish_edition(VESTNIK, [an_entry()], [an_entry()], masthead=masthead, created=CREATED)
    assert names(masthead) == ["en/vestnik/atom.xml", "en/vestnik/index.html", "en/vestnik/rss.xml", "style.css"]


def test_one_change(masthead: Masthead) -> None:
    """Only the files whose bytes differ are written again."""
    entries = [an_entry("a"), an_entry("b")]
    publish_edition(ENGLISH, entries, entries, masthead=masthead, created=CREATED)
    changed = [an_entry("a", html="<p>Changed.</p>"), an_entry("b")]
    written = publish_edition(ENGLISH, changed, changed, masthead=masthead, created=CREATED)
    assert sorted(path.name for path in written) == ["a.html", "atom.xml", "rss.xml"]


def test_damage_is_mended(masthead: Masthead) -> None:
    """A file that was damaged or removed comes back, and what a killed run left beside it goes."""
    publish_edition(ENGLISH, [an_entry()], [an_entry()], masthead=masthead, created=CREATED)
    folder = masthead.directory / "en"
    whole = (folder / "atom.xml").read_bytes()
    (folder / "atom.xml").write_bytes(whole[:100])
    (folder / "rss.xml").unlink()
    (folder / ".atom.xml.0123456789abcdef.tmp").write_bytes(whole[:50])
    written = publish_edition(ENGLISH, [an_entry()], [], masthead=masthead, created=CREATED)
    assert sorted(path.name for path in written) == ["atom.xml", "rss.xml"]
    assert (folder / "atom.xml").read_bytes() == whole
    assert names(masthead) == ["en/atom.xml", "en/index.html", "en/rss.xml", "en/stories/9f2c4e.html", "style.css"]


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".hidden", "a\x00b"])
def test_paths(masthead: Masthead, name: str) -> None:
    """No name leads out of the directory."""
    with pytest.raises(PublishError):
        publish_edition(EditionKey(language=name), [], [], masthead=masthead, created=CREATED)
    with pytest.raises(PublishError):
        publish_edition(EditionKey(language="en", source=name), [], [], masthead=masthead, created=CREATED)
    with pytest.raises(PublishError):
        publish_edition(ENGLISH, [], [an_entry(name)], masthead=masthead, created=CREATED)
    assert names(masthead) in ([], ["style.css"])


def test_is_published(masthead: Masthead) -> None:
    """An edition, and the list of all, are published when all of their files are there."""
    assert not is_published(ENGLISH, masthead=masthead)
    assert not is_index_published(masthead)
    publish_edition(ENGLISH, [], [], masthead=masthead, created=CREATED)
    publish_index([], masthead=masthead)
    assert is_published(ENGLISH, masthead=masthead)
    assert is_index_published(masthead)
    (masthead.directory / "en" / "rss.xml").unlink()
    (masthead.directory / "feeds.opml").unlink()
    assert not is_published(ENGLISH, masthead=masthead)
    assert not is_index_published(masthead)


def test_pages_before_feeds(masthead: Masthead) -> None:
    """No feed names a page that is not there yet: pages are written first, the feeds that readers poll last."""
    written = publish_edition(ENGLISH, [an_entry()], [an_entry()], masthead=masthead, created=CREATED)
    assert [path.name for path in written] == ["style.css", "9f2c4e.html", "index.html", "rss.xml", "atom.xml"]


def test_fingerprint(masthead: Masthead) -> None:
    """The fingerprint differs with each setting that changes bytes, and with no other."""
    changes = {
        "publisher": "Other",
        "rights": None,
        "contact": "other@news.example",
        "base_url": "https://other.example/",
        "languages": ("en",),
        "window": 50,
        "tag_prefix": "tag:other.example,2026-01-01:",
    }
    prints = {fingerprint(replace(masthead, **{name: value})) for name, value in changes.items()}  # type: ignore[arg-type]
    assert len(prints | {fingerprint(masthead)}) == len(changes) + 1
    assert fingerprint(replace(masthead, directory=Path("/elsewhere"))) == fingerprint(masthead)


def test_sibling_in_regional_language(masthead: Masthead) -> None:
    """A text in a regional language lies with the edition of its language."""
    entry = an_original(language="ru-RU", original_language="ru-RU")
    written = publish_edition(EditionKey(language="ru"), [entry], [entry], masthead=masthead, created=CREATED)
    assert masthead.directory / "ru" / "stories" / "9f2c4e.html" in written
    assert b'xml:lang="ru-RU"' in (masthead.directory / "ru" / "atom.xml").read_bytes()
