"""Searching: what it must not tell, and an index that is made while readers wait for nothing."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from support.desk import wait_until
from support.serving import Served, lay_out, served, write_config
from support.store import StoreMaker, make_article, make_state, make_translation, save, sqlite

from syndicator.config import Settings, load
from syndicator.store.sql import SqlStore
from syndicator.web import search
from syndicator.web.search import Indexer, rules_of
from syndicator.web.site import Site
from syndicator.wiring import make_masthead, opened_store

SOURCES = "".join(
    f'[[sources]]\nslug = "{slug}"\nfeed = "https://{slug}.example/feed"\npublish = "{publish}"\n'
    for slug, publish in {"whole": "full", "begun": "excerpt", "named": "headline"}.items()
)
TEXT = "<p>Мост открыт. " + "Слово за словом. " * 40 + "Верблюд пришёл последним.</p>"


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[StoreMaker]:
    (tmp_path / "data").mkdir()
    with closing(sqlite(tmp_path / "data")) as made:
        yield made


def keep(store: SqlStore) -> None:
    """Keep one story of each source, all of the same text."""
    for number, slug in enumerate(("whole", "begun", "named")):
        article = make_article(number, source=slug, title=f"Река {number}", html=TEXT)
        save(store, article, state=make_state(slug))


def found(server: Served, question: str) -> list[bool]:
    """Return for the stories of `whole`, `begun` and `named` whether they are found."""
    page = server.get(f"/ru/search?q={quote(question)}").body.decode()
    return [f"story0000{number}.html" in page for number in range(3)]


class TestRights:
    """A source's rights hold for searching, too."""

    def test_what_is_not_published_is_neither_found_nor_shown(self, maker: StoreMaker, tmp_path: Path) -> None:
        """Of an excerpt only the beginning is found, of a headline only the title; and no more of them is shown."""
        keep(maker())
        lay_out(tmp_path / "feeds")
        with served(tmp_path, SOURCES) as server:
            assert found(server, "река") == [True, True, True]
            assert found(server, "мост") == [True, True, False]
            assert found(server, "верблюд") == [True, False, False]
            page = server.get(f"/ru/search?q={quote('река')}").body.decode()
            assert page.count("Мост открыт") == 2

    def test_other_rights_hold_at_once(self, maker: StoreMaker, tmp_path: Path) -> None:
        """With the settings changed, what was found before is found no more."""
        keep(maker())
        lay_out(tmp_path / "feeds")
        with served(tmp_path, SOURCES.replace("excerpt", "full")) as server:
            assert found(server, "верблюд") == [True, True, False]
        with served(tmp_path, SOURCES) as server:
            assert found(server, "верблюд") == [True, False, False]


def site_of(folder: Path) -> Site:
    settings: Settings = load(write_config(folder))
    return Site(settings=settings, base="/", open_store=partial(opened_store, settings))


class TestIndexer:
    """The index follows the store."""

    def test_it_stops_at_nothing_but_the_end(
        self, maker: StoreMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A story that changed twice fills a batch only once: there may be more behind it."""
        monkeypatch.setattr(search, "_PATIENCE_SECONDS", 60.0)
        store = maker()
        article = make_article(0)
        save(store, article)
        store.save_translation(make_translation(article))
        store.save_translation(make_translation(article, html="<p>Better words.</p>"))
        save(store, *(make_article(number) for number in range(1, 80)))
        site = site_of(tmp_path)
        masthead = make_masthead(site.settings, store)
        assert Indexer(site).catch_up(store, masthead)
        assert store.unindexed(rules_of(masthead), limit=9) == []

    def test_an_archive_goes_on_by_itself(
        self, maker: StoreMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who asks gets an answer before all is indexed, and is told so; the rest follows without being asked for."""
        store = maker()
        save(store, *(make_article(number) for number in range(120)))
        site = site_of(tmp_path)
        masthead = make_masthead(site.settings, store)
        monkeypatch.setattr(search, "_PATIENCE_SECONDS", 0.0)
        assert not Indexer(site).catch_up(store, masthead)
        wait_until(lambda: store.unindexed(rules_of(masthead), limit=1) == [])

    def test_it_ends_with_the_server(self, maker: StoreMaker, tmp_path: Path) -> None:
        """Nothing more is taken in once the server stops."""
        store = maker()
        save(store, make_article(1))
        site = site_of(tmp_path)
        masthead = make_masthead(site.settings, store)
        site.stopping.set()
        assert not Indexer(site).catch_up(store, masthead)
        assert len(store.unindexed(rules_of(masthead), limit=9)) == 1
