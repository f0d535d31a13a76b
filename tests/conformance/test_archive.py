"""Archived feeds (RFC 5005, section 4), made from a real store."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from support.entries import BASE_URL, CREATED, a_masthead
from support.store import EN, NOON, RU, StoreMaker, make_article, make_translation, save, save_both, sqlite

from syndicator.model import EditionKey, EditionState, Extent
from syndicator.pipeline import publish
from syndicator.pipeline.history import publish_history
from syndicator.publishing.archive import SIZE, archive_count
from syndicator.publishing.edition import Masthead, fingerprint, publish_edition
from syndicator.store.sql import SqlStore

KREMLIN = EditionKey(language="ru", source="kremlin")
ATOM = "{http://www.w3.org/2005/Atom}"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schema" / "atom.rng"))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[StoreMaker]:
    """Open a store."""
    maker = sqlite(tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def store(opened: StoreMaker) -> SqlStore:
    """Return an empty store."""
    return opened()


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Give a masthead of editions whose window is as small as archives allow."""
    return a_masthead(tmp_path / "feeds", window=SIZE)


def document(masthead: Masthead, name: str) -> etree._Element:
    """Return the root of a published feed, valid by the schema."""
    root = etree.parse(masthead.directory / name).getroot()
    SCHEMA.assertValid(root)
    return root


def link(feed: etree._Element, rel: str) -> str | None:
    """Return where the link of a relation leads, below the directory."""
    found = feed.find(f"{ATOM}link[@rel='{rel}']")
    return None if found is None else found.get("href", "").removeprefix(BASE_URL)


def stories(feed: etree._Element) -> list[str]:
    """Return the stories of a feed, in its order."""
    return [entry.findtext(f"{ATOM}id", "").split(":")[-1].split("/")[0] for entry in feed.findall(f"{ATOM}entry")]


def everything(masthead: Masthead) -> list[str]:
    """Return all stories that someone finds who walks from the current document back through the archives, sorted."""
    found: set[str] = set()
    name: str | None = "ru/atom.xml"
    while name:
        feed = document(masthead, name)
        found |= set(stories(feed))
        name = link(feed, "prev-archive")
    return sorted(found)


def names(count: int) -> list[str]:
    """Return the names of the first so many stories."""
    return [f"story{number:05}" for number in range(count)]


def publish_feeds(store: SqlStore, masthead: Masthead, *keys: EditionKey) -> None:
    """Publish the feeds and archives of editions, the Russian one by default, and leave out the pages."""
    for key in keys or (RU,):
        edition = EditionState(key=key, created=CREATED, changed=0, published=-1, fingerprint=None)
        newest = store.entries(key, limit=masthead.window)
        entries, _ = publish_history(edition, newest, store=store, masthead=masthead, after=None)
        publish_edition(key, entries, [], masthead=masthead, created=CREATED)


def test_none_before_it_is_full(store: SqlStore, masthead: Masthead) -> None:
    """Before a document is full there is none, and the feed is complete by itself."""
    save(store, *map(make_article, range(SIZE - 1)))
    publish_feeds(store, masthead)
    assert not (masthead.directory / "ru" / "archive").exists()
    assert link(document(masthead, "ru/atom.xml"), "prev-archive") is None
    assert everything(masthead) == names(SIZE - 1)


def test_documents(store: SqlStore, masthead: Masthead) -> None:
    """Archives are marked as such, name the current document and each other, and none that is not there."""
    save(store, *map(make_article, range(2 * SIZE + 7)))
    publish(store=store, masthead=masthead)
    current = document(masthead, "ru/atom.xml")
    first, second = (document(masthead, f"ru/archive/{number:04}.atom.xml") for number in (1, 2))
    assert len(stories(current)) == SIZE
    assert (current.find(ARCHIVE), link(current, "current")) == (None, None)
    assert link(current, "prev-archive") == "ru/archive/0002.atom.xml"
    for feed in (first, second):
        assert feed.find(ARCHIVE) is not None
        assert link(feed, "current") == "ru/atom.xml"
        assert feed.findtext(f"{ATOM}id") == current.findtext(f"{ATOM}id")  # one feed in several documents
    assert link(first, "self") == "ru/archive/0001.atom.xml"
    assert (link(first, "prev-archive"), link(first, "next-archive")) == (None, "ru/archive/0002.atom.xml")
    assert (link(second, "prev-archive"), link(second, "next-archive")) == ("ru/archive/0001.atom.xml", None)
    assert stories(first) == names(SIZE)[::-1]
    assert everything(masthead) == names(2 * SIZE + 7)


def test_never_changes(store: SqlStore, masthead: Masthead) -> None:
    """An archive stays byte for byte as it was, whatever comes, is edited, translated or set otherwise."""
    for number in range(SIZE):
        save_both(store, make_article(number))
    publish_feeds(store, masthead, RU, EN)
    documents = [masthead.directory / language / "archive" / "0001.atom.xml" for language in ("ru", "en")]
    before = [path.read_bytes() for path in documents]
    changed = make_article(3, version=2, title="Правка", html="<p>Новое.</p>")
    save(store, changed)
    save(store, *map(make_article, range(SIZE, 3 * SIZE)))
    store.save_translation(make_translation(changed, title="Another"))
    moved = a_masthead(
        masthead.directory, window=80, base_url="https://elsewhere.example/", extents={"another": Extent.HEADLINE}
    )
    publish_feeds(store, moved, RU, EN)
    assert [path.read_bytes() for path in documents] == before
    assert archive_count(RU, masthead=moved) == 3


def test_rights_withdrawn(store: SqlStore, masthead: Masthead) -> None:
    """No archive keeps more of a text than may be published; where more may be by now, it stays as it is."""
    save(store, *map(make_article, range(SIZE + 1)))
    publish(store=store, masthead=masthead)
    path = masthead.directory / "ru" / "archive" / "0001.atom.xml"
    assert "Текст 3." in path.read_text(encoding="utf-8")
    headlines = a_masthead(masthead.directory, window=SIZE, extents={"kremlin": Extent.HEADLINE})
    publish(store=store, masthead=headlines)
    limited = path.read_bytes()
    assert "Текст" not in limited.decode()
    assert everything(headlines) == names(SIZE + 1)
    publish(store=store, masthead=a_masthead(masthead.directory, window=80, extents={"kremlin": Extent.HEADLINE}))
    publish(store=store, masthead=masthead)
    assert path.read_bytes() == limited


def test_rights_to_what_is_not_shown(store: SqlStore, masthead: Masthead) -> None:
    """What was archived and is not shown any more may be of the source whose rights were withdrawn: it goes."""
    save(store, *map(make_article, range(SIZE)))
    publish(store=store, masthead=masthead)
    save(store, make_article(3, version=2, language="und"))
    publish(store=store, masthead=a_masthead(masthead.directory, extents={"kremlin": Extent.EXCERPT}))
    assert stories(document(masthead, "ru/archive/0001.atom.xml")) == [
        name for name in names(SIZE)[::-1] if name != "story00003"
    ]


@pytest.mark.parametrize("since", [SIZE - 20, SIZE])
def test_restored(store: SqlStore, masthead: Masthead, tmp_path: Path, since: int) -> None:
    """After a backup was put in the place of the store, nothing that came since then is missing."""
    save(store, *map(make_article, range(2 * SIZE)))
    publish(store=store, masthead=masthead)
    older = sqlite(tmp_path / "older")
    (tmp_path / "older").mkdir()
    try:
        restored = older()
        save(restored, *map(make_article, range(SIZE - 20)))
        save(restored, *map(make_article, range(500, 500 + since)))
        restored.save_published(RU, changed=-1, fingerprint=fingerprint(masthead))
        publish(store=restored, masthead=masthead)
        expected = names(SIZE - 20) + [f"story{number:05}" for number in range(500, 500 + since)]
        assert everything(masthead) == expected
        save(restored, *map(make_article, range(900, 900 + SIZE)))
        publish(store=restored, masthead=masthead)
        assert len(everything(masthead)) == len(expected) + SIZE
    finally:
        older.close()


def test_damaged(store: SqlStore, masthead: Masthead) -> None:
    """An archive that can't be read comes back when all is published anew."""
    save(store, *map(make_article, range(SIZE)))
    publish_feeds(store, masthead)
    path = masthead.directory / "ru" / "archive" / "0001.atom.xml"
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    publish_feeds(store, masthead)
    assert path.read_bytes() == whole


def test_late_comer(store: SqlStore, masthead: Masthead) -> None:
    """What comes late with an old date is in the current document until an archive holds it."""
    save(store, *map(make_article, range(100, 100 + SIZE)))
    publish_feeds(store, masthead)
    save(store, make_article(1, published=NOON - timedelta(days=900)))
    publish_feeds(store, masthead)
    current = stories(document(masthead, "ru/atom.xml"))
    assert len(current) == SIZE
    assert current[-1] == "story00001"
    save(store, *map(make_article, range(200, 200 + SIZE)))
    publish_feeds(store, masthead)
    assert "story00001" in stories(document(masthead, "ru/archive/0002.atom.xml"))
    assert len(everything(masthead)) == 2 * SIZE + 1


def test_what_was_away(store: SqlStore, masthead: Masthead) -> None:
    """An entry that went away and came back is the newest again: no archive misses it."""
    save(store, *map(make_article, range(SIZE)))
    save(store, make_article(3, version=2, language="und"))
    publish_feeds(store, masthead)
    assert everything(masthead) == [name for name in names(SIZE) if name != "story00003"]
    save(store, make_article(3, version=3, language="ru"))
    publish_feeds(store, masthead)
    assert everything(masthead) == names(SIZE)
    assert store.numbered("ru", first=SIZE, count=9)[0].story == "story00003"


def test_removed_archives_come_back(store: SqlStore, masthead: Masthead) -> None:
    """Whoever removes the archives gets them anew, with the same members."""
    save(store, *map(make_article, range(SIZE + 1)))
    publish_feeds(store, masthead)
    path = masthead.directory / "ru" / "archive" / "0001.atom.xml"
    whole = path.read_bytes()
    path.unlink()
    save(store, make_article(SIZE + 1))
    publish_feeds(store, masthead)
    assert path.read_bytes() == whole


def test_small_window(store: SqlStore, masthead: Masthead) -> None:
    """A feed too small to hold what no archive holds yet has no archives."""
    small = a_masthead(masthead.directory, window=SIZE - 1)
    save(store, *map(make_article, range(2 * SIZE)))
    publish_feeds(store, small)
    assert not (masthead.directory / "ru" / "archive").exists()
    assert len(stories(document(masthead, "ru/atom.xml"))) == SIZE - 1


def test_source_edition(store: SqlStore, masthead: Masthead) -> None:
    """Only whole languages have archives: those of a source would hold the same again."""
    save(store, *map(make_article, range(SIZE)))
    publish_feeds(store, masthead, RU, KREMLIN)
    assert not (masthead.directory / "ru" / "kremlin" / "archive").exists()
    assert link(document(masthead, "ru/kremlin/atom.xml"), "prev-archive") is None


def test_empty(store: SqlStore, masthead: Masthead) -> None:
    """An edition without entries has no archives."""
    edition = EditionState(key=EN, created=CREATED, changed=0, published=-1, fingerprint=None)
    assert publish_history(edition, [], store=store, masthead=masthead, after=None) == ([], [])
