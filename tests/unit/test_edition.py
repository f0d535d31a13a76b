import re
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from support.entries import CREATED, a_masthead, an_entry, an_original

from syndicator.errors import PublishError
from syndicator.model import EditionKey, Extent, Topic
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
FEEDS = ["en/atom.xml", "en/feed.json", "en/index.html", "en/rss.xml"]


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Give a masthead whose directory is not there yet."""
    return a_masthead(tmp_path / "feeds")


def names(masthead: Masthead) -> list[str]:
    """Return the paths of all files of editions, below the directory."""
    return sorted(of_editions(path for path in masthead.directory.rglob("*") if path.is_file()))


def of_editions(paths: Iterable[Path]) -> list[str]:
    """Return those of the paths that lie in the folder `en`, from there on."""
    return [str(Path("en", *path.parts[path.parts.index("en") + 1 :])) for path in paths if "en" in path.parts]


def test_language(masthead: Masthead) -> None:
    """An edition is its three feeds, its front page and the pages of the stories that changed."""
    entries = [an_entry("a"), an_entry("b")]
    written = publish_edition(ENGLISH, entries, [an_entry("a"), an_entry("old")], masthead=masthead, created=CREATED)
    expected = [*FEEDS, "en/stories/a.html", "en/stories/old.html"]
    assert names(masthead) == expected
    assert sorted(of_editions(written)) == expected


def test_source(masthead: Masthead) -> None:
    """The edition of one source has no pages of its own: stories lie with the whole language."""
    publish_edition(VESTNIK, [an_entry()], [an_entry()], masthead=masthead, created=CREATED)
    assert names(masthead) == [name.replace("en/", "en/vestnik/") for name in FEEDS]


def test_one_change(masthead: Masthead) -> None:
    """Only the files whose bytes differ are written again."""
    entries = [an_entry("a"), an_entry("b")]
    publish_edition(ENGLISH, entries, entries, masthead=masthead, created=CREATED)
    changed = [an_entry("a", html="<p>Changed.</p>"), an_entry("b")]
    written = publish_edition(ENGLISH, changed, changed, masthead=masthead, created=CREATED)
    assert sorted(path.name for path in written) == ["a.html", "atom.xml", "feed.json", "rss.xml"]


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
    assert names(masthead) == [*FEEDS, "en/stories/9f2c4e.html"]


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".hidden", "a\x00b"])
def test_paths(masthead: Masthead, name: str) -> None:
    """No name leads out of the directory."""
    with pytest.raises(PublishError):
        publish_edition(EditionKey(language=name), [], [], masthead=masthead, created=CREATED)
    with pytest.raises(PublishError):
        publish_edition(EditionKey(language="en", source=name), [], [], masthead=masthead, created=CREATED)
    with pytest.raises(PublishError):
        publish_edition(ENGLISH, [], [an_entry(name)], masthead=masthead, created=CREATED)
    assert names(masthead) == []
    assert not list(masthead.directory.parent.glob("*.*"))


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
    publish_index([], masthead=masthead)
    (masthead.directory / "ru" / "subscribe.html").unlink()
    assert not is_index_published(masthead)


def test_pages_before_feeds(masthead: Masthead) -> None:
    """No feed names a page that is not there yet: pages are written first, the feeds that readers poll last."""
    written = publish_edition(ENGLISH, [an_entry()], [an_entry()], masthead=masthead, created=CREATED)
    assert [Path(name).name for name in of_editions(written)] == [
        *("9f2c4e.html", "index.html", "feed.json", "rss.xml", "atom.xml")
    ]


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
        "extents": {"vestnik": Extent.HEADLINE},
        "images": "none",
        "source_images": {"vestnik": "none"},
        "names": {"vestnik": (("en", "Herald"),)},
        "naming": "other",
        "topics": (Topic(slug="trade", name="Trade"),),
        "has_bilingual": True,
        "hubs": ("https://hub.example/",),
    }
    assert {field.name for field in fields(masthead)} - {"directory", "name_in"} == changes.keys()
    prints = {fingerprint(replace(masthead, **{name: value})) for name, value in changes.items()}  # type: ignore[arg-type]
    assert len(prints | {fingerprint(masthead)}) == len(changes) + 1
    assert fingerprint(replace(masthead, directory=Path("/elsewhere"))) == fingerprint(masthead)


def test_sibling_in_regional_language(masthead: Masthead) -> None:
    """A text in a regional language lies with the edition of its language."""
    entry = an_original(language="ru-RU", original_language="ru-RU")
    written = publish_edition(EditionKey(language="ru"), [entry], [entry], masthead=masthead, created=CREATED)
    assert masthead.directory / "ru" / "stories" / "9f2c4e.html" in written
    assert b'xml:lang="ru-RU"' in (masthead.directory / "ru" / "atom.xml").read_bytes()


@pytest.mark.parametrize("extent", [Extent.EXCERPT, Extent.HEADLINE])
def test_extent(masthead: Masthead, extent: Extent) -> None:
    """What a source's rights do not allow stands in no file of an edition: neither feeds nor pages."""
    secret = "Never to be published."  # noqa: S105 - no password
    entry = an_entry(summary="", html=f"<p>{'A bridge was opened. ' * 30}</p><p>{secret}</p>")
    limited = replace(masthead, extents={"vestnik": extent})
    publish_edition(ENGLISH, [entry], [entry], masthead=limited, created=CREATED)
    contents = {name: (masthead.directory / name).read_text(encoding="utf-8") for name in names(masthead)}
    assert not [name for name, content in contents.items() if secret in content]
    assert all("Вестник «Север»" in content for content in contents.values())
    holding = [name for name, content in contents.items() if "A bridge was opened." in content]
    assert (holding == list(contents)) == (extent is Extent.EXCERPT)


def test_feed_style(masthead: Masthead) -> None:
    """The style sheet that feeds name lies where they say, and tells in words how to subscribe."""
    publish_edition(VESTNIK, [], [], masthead=masthead, created=CREATED)
    for name in ("atom.xml", "rss.xml"):
        feed = masthead.directory / "en" / "vestnik" / name
        (way,) = re.findall(r'<\?xml-stylesheet type="text/css" href="([^"]+)"', feed.read_text(encoding="utf-8"))
        style = (feed.parent / way).resolve()
        assert style == (masthead.directory / "feed.css").resolve()
        assert "To subscribe, copy its address" in style.read_text(encoding="utf-8")
