"""Search, status and live events of the serving process."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from support.desk import stop, wait_until
from support.serving import DESK_SOURCES, DESK_STATE, Served, fill_desk, lay_out, served
from support.store import make_article, save, sqlite

from syndicator.web.tokens import new_token


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("pages")
    lay_out(folder / "feeds")
    (folder / "config" / "inbox").mkdir(parents=True)
    (folder / "feeds" / "ru" / "index.html").write_text("<!DOCTYPE html><title>x</title><!--search-->")
    (folder / "data").mkdir()
    maker = sqlite(folder / "data")
    fill_desk(maker())
    maker.close()
    with served(folder, DESK_SOURCES + '[web]\nhosts = ["news.example"]\n') as running:
        yield running


def found(server: Served, question: str, language: str = "ru") -> str:
    """Return the page of what a search found."""
    reply = server.get(f"/{language}/search?q={quote(question)}")
    assert reply.status == 200
    return reply.body.decode()


class TestSearch:
    """Words in any form, in the language of the edition."""

    @pytest.mark.parametrize(
        ("question", "language", "shown"),
        [
            ("мосты", "ru", "<mark>Мост</mark> через реку"),
            ("ЕЛКИ", "ru", "<mark>Ёлка</mark> стоит"),
            ("елок", "ru", "<mark>Ёлка</mark> стоит"),
            ("день", "ru", "<mark>День</mark> города"),
            ("день", "ru", "ни <mark>дня</mark> без дождя &amp; ветра"),
            ("человек", "ru", "<mark>Люди</mark> ждут"),
            ("bridge", "en", "<mark>Bridges</mark> of the city"),
            ("run minister", "en", "<mark>Running</mark> <mark>ministers</mark>"),
        ],
    )
    def test_forms(self, server: Served, question: str, language: str, shown: str) -> None:
        """A word is found in every form, and shown where it stands."""
        assert shown in found(server, question, language)

    def test_titles_first(self, server: Served) -> None:
        """A story with the word in its title comes before a newer one with the word in its text."""
        page = found(server, "мост")
        assert "Найдено 2" in page
        assert page.index("story00000.html") < page.index("story00002.html")

    @pytest.mark.parametrize(
        "question",
        ["", " ", '"', "мост*", "NEAR(мост)", "title:мост", "- + ( ) ^", "мост' OR 1=1 --", "мост\0\x01\x1b", "\u202e"],
    )
    def test_whatever_is_asked(self, server: Served, question: str) -> None:
        """Operators, quotes and control characters are text."""
        page = found(server, question)
        assert "\0" not in page
        assert "\x1b" not in page

    def test_nothing_is_injected(self, server: Served) -> None:
        """What was asked stands on the page as text."""
        page = found(server, '"><script>alert(1)</script>мост')
        assert "<script>" not in page
        assert "&lt;script&gt;" in page

    def test_very_long(self, server: Served) -> None:
        """Ten thousand characters are cut, and answered."""
        assert "value=" in found(server, "bridge " * 1400, "en")
        assert server.get("/ru/search?q=" + "%ff" * 3000).status == 200

    @pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999", "500", "%00"])
    def test_pages_that_are_not_there(self, server: Served, page: str) -> None:
        """Any number of a page is answered."""
        assert server.get(f"/en/search?q=bridge&page={page}").status == 200

    def test_a_new_story_is_found_at_once(self, server: Served) -> None:
        """What was published since the last search is found with the next."""
        assert "story00009" not in found(server, "верблюд")
        maker = sqlite(server.folder.parent / "data")
        save(maker(), make_article(9, title="О верблюдах"), state=DESK_STATE)
        maker.close()
        assert "О <mark>верблюдах</mark>" in found(server, "верблюд")

    def test_box(self, server: Served) -> None:
        """The front page has the box where it is served; the file has not."""
        page = server.get("/ru/index.html").body.decode()
        assert 'action="/ru/search"' in page
        assert "Искать" in page
        assert "<form" not in (server.folder / "ru" / "index.html").read_text()


class TestStatus:
    """How the desk is doing, for anybody."""

    def test_language(self, server: Served) -> None:
        """It speaks the reader's language, or the one that is asked for."""
        assert "<h1>Состояние</h1>" in server.get("/status", Accept_Language="ru").body.decode()
        assert "<h1>Status</h1>" in server.get("/status", Accept_Language="de").body.decode()
        assert "<h1>Status</h1>" in server.get("/status?lang=en", Accept_Language="ru").body.decode()

    def test_what_it_tells(self, server: Served) -> None:
        """Sources, work, delays as a plot and a table, models, disk; and nothing secret."""
        reply = server.get("/status?lang=en")
        page = reply.body.decode()
        for words in ("failing", "timed out", "12:00", "13:00", "<svg", "<table", "GB free", "Half took at most"):
            assert words in page
        assert "geheim" not in page
        assert "/srv/desk" not in page
        assert str(server.folder.parent) not in page
        assert reply.fields["x-robots-tag"] == "noindex"
        assert reply.fields["cache-control"] == "no-store"
        assert "unsafe" not in reply.fields["content-security-policy"]
        assert "style=" not in page

    @pytest.mark.parametrize(
        "fields",
        [
            {"Host": "news.example"},
            {"X_Forwarded_For": "203.0.113.9"},
            {"Forwarded": "for=203.0.113.9"},
            {"Via": "1.1 proxy"},
            {"Authorization": "Bearer nonsense"},
        ],
    )
    def test_what_only_insiders_see(self, server: Served, fields: dict[str, str]) -> None:
        """Whoever comes from elsewhere, or through a proxy, sees how sources are, and no more of them."""
        page = server.get("/status?lang=en", **fields).body.decode()
        assert "failing" in page
        assert "origin.example" not in page
        assert "timed out" not in page
        assert "origin.example" in server.get("/status?lang=en").body.decode()

    def test_the_token_makes_an_insider(self, server: Served) -> None:
        """From wherever it is sent."""
        token = new_token(server.folder.parent / "data" / "web-token")
        page = server.get("/status?lang=en", Host="news.example", Authorization=f"Bearer {token}").body.decode()
        assert "origin.example" in page

    def test_without_a_store(self, tmp_path: Path) -> None:
        """Where there is no store, pages say that they are not available, and make none."""
        lay_out(tmp_path / "feeds")
        with served(tmp_path) as running:
            for path in ("/status", "/en/search?q=a"):
                assert running.get(path).status == 503
            assert running.get("/en/").status == 200
        assert not (tmp_path / "data" / "syndicator.db").exists()


class TestEvents:
    """Numbers while a run goes on."""

    def test_stream(self, server: Served) -> None:
        """Whoever listens is told the numbers, and told again when they change."""
        with server.connect() as connection, connection.makefile("rwb") as stream:
            stream.write(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
            stream.flush()
            first = told(stream)
            maker = sqlite(server.folder.parent / "data")
            save(maker(), make_article(70, title="Ещё"), state=DESK_STATE)
            maker.close()
            second = told(stream)
        assert second["articles"] == first["articles"] + 1
        assert second["waiting"] == first["waiting"] + 1

    def test_other_sites_do_not_listen(self, server: Served) -> None:
        """A page elsewhere gets no place."""
        assert server.get("/events", Sec_Fetch_Site="cross-site").status == 403
        assert server.get("/events", method="HEAD").fields["content-type"].startswith("text/event-stream")

    def test_so_many_listeners(self, server: Served) -> None:
        """There are 32 places, and one that is left is free again."""
        head = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
        listening = []
        for _ in range(32):
            connection = server.connect()
            connection.sendall(head)
            assert b"200" in connection.recv(100)
            listening.append(connection)
        wait_until(lambda: server.get("/events").status == 503)
        for connection in listening:
            connection.close()
        wait_until(lambda: is_free(server, head))

    def test_no_more_though_all_come_at_once(self, server: Served) -> None:
        """Places are counted when they are given away, not when the first event is sent."""
        asked = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
        wait_until(lambda: is_free(server, asked))
        listening = [server.connect() for _ in range(100)]
        assert server.get("/style.css").status == 200
        os.kill(server.process.pid, signal.SIGSTOP)  # so that all of them have asked when it goes on
        for one in listening:
            one.sendall(asked)
        os.kill(server.process.pid, signal.SIGCONT)
        answers = [one.recv(12) for one in listening]
        for one in listening:
            one.close()
        assert answers.count(b"HTTP/1.1 200") == 32

    def test_they_end_with_the_server(self, tmp_path: Path) -> None:
        """A listener keeps nobody waiting: the answer ends as it should, not after the time of grace."""
        lay_out(tmp_path / "feeds")
        (tmp_path / "data").mkdir()
        maker = sqlite(tmp_path / "data")
        fill_desk(maker())
        maker.close()
        with served(tmp_path) as running, running.connect() as connection, connection.makefile("rwb") as stream:
            stream.write(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n\r\n".encode())
            stream.flush()
            told(stream)
            assert stop(running.process, by=signal.SIGTERM) == 0
            assert stream.read().endswith(b"0\r\n\r\n"), "the last piece of a chunked answer"


def is_free(server: Served, asked: bytes) -> bool:
    """Return whether there is a place for one who asks."""
    with server.connect() as one:
        one.sendall(asked)
        return b" 200 " in one.recv(100)


def told(stream: object) -> dict[str, float]:
    """Return the next event's numbers."""
    for line in stream:  # type: ignore[attr-defined]
        if line.startswith(b"data: "):
            return dict(json.loads(line.removeprefix(b"data: ")))
    raise AssertionError(f"no event came ({os.getpid()})")
