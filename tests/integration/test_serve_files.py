"""The published files over HTTP, asked for on raw connections to a real server."""

import gzip
import os
import re
import socket
import threading
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
from support.desk import wait_until
from support.entries import a_masthead
from support.serving import ATOM, PAGE, Served, lay_out, read_all, served

from syndicator.model import EditionKey
from syndicator.publishing.pages import render_gone_page

DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
BEFORE = "Tue, 14 Nov 2023 22:13:19 GMT"
AFTER = "Tue, 14 Nov 2023 22:13:21 GMT"
MOVED = """
[web]
moved = { "/old.xml" = "/en/atom.xml", "/de/" = "/ru/", "/far/" = "https://example.org/f/" }
gone = ["/gone.xml", "/fr/"]
"""
LONG_ADDRESS = f"https://news.example/{'a' * 800}/"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    lay_out(folder / "feeds")
    (folder / "secret.txt").write_text("outside")
    (folder / "feeds" / "out.txt").symlink_to(folder / "secret.txt")
    (folder / "feeds" / "outside").symlink_to(folder)
    (folder / "feeds" / "inside").symlink_to("en")
    (folder / "feeds" / "gone.xml").write_text("<feed/>")
    os.mkfifo(folder / "feeds" / "pipe.xml")
    with served(folder, MOVED) as running:
        yield running


class TestWhatIsSent:
    """Bytes, types and what may be kept."""

    @pytest.mark.parametrize(
        ("path", "media_type", "age"),
        [
            ("/", "text/html; charset=utf-8", 300),
            ("/en/", "text/html; charset=utf-8", 300),
            ("/en/atom.xml", "application/atom+xml; charset=utf-8", 300),
            ("/en/rss.xml", "application/rss+xml; charset=utf-8", 300),
            ("/en/feed.json", "application/feed+json; charset=utf-8", 300),
            ("/en/sitemap.xml", "application/xml; charset=utf-8", 300),
            ("/en/archive/atom-1.xml", "application/atom+xml; charset=utf-8", 604800),
            ("/style.css", "text/css; charset=utf-8", 3600),
            ("/feeds.opml", "text/x-opml; charset=utf-8", 300),
            ("/ru/picture.png", "image/png", 3600),
            ("/ru/%D1%81%20%D0%BF%D1%80%D0%BE%D0%B1%D0%B5%D0%BB%D0%BE%D0%BC.txt", "text/plain; charset=utf-8", 300),
            ("/ru/empty.txt", "text/plain; charset=utf-8", 300),
        ],
    )
    def test_a_file_is_sent_as_it_is(self, server: Served, path: str, media_type: str, age: int) -> None:
        """Its bytes are those on the disk; type, age, date and guards stand beside them."""
        reply = server.get(path)
        assert reply.status == 200
        assert reply.fields["content-type"] == media_type
        assert reply.fields["cache-control"] == f"public, max-age={age}"
        assert reply.fields["last-modified"] == DATE
        assert reply.fields["x-content-type-options"] == "nosniff"
        assert reply.fields["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in reply.fields["content-security-policy"]
        assert "unsafe" not in reply.fields["content-security-policy"]
        assert "server" not in reply.fields
        assert "date" in reply.fields
        name = path.strip("/") or "index.html"
        file = server.folder / ("ru/с пробелом.txt" if "%" in path else name)
        assert reply.body == (file / "index.html" if file.is_dir() else file).read_bytes()

    def test_the_same_file_has_the_same_tag_elsewhere(self, server: Served) -> None:
        """The entity tag is made from the content alone: several machines, or a restore, tell the same."""
        tag = server.get("/en/atom.xml").fields["etag"]
        assert server.get("/ru/atom.xml").fields["etag"] == tag
        assert server.get("/en/rss.xml").fields["etag"] != tag

    def test_a_replaced_file_is_noticed_at_once(self, server: Served) -> None:
        """Also where size and time are the same as before: the inode differs."""
        path = server.folder / "swap.txt"
        seen = set()
        for content in (b"one", b"two", b"six"):
            beside = path.with_name("beside")
            beside.write_bytes(content)
            os.utime(beside, (1_700_000_000, 1_700_000_000))
            beside.replace(path)
            reply = server.get("/swap.txt")
            assert reply.body == content
            seen.add(reply.fields["etag"])
        assert len(seen) == 3
        path.unlink()
        assert server.get("/swap.txt").status == 404

    def test_readers_see_the_old_file_or_the_new(self, server: Served) -> None:
        """While a file is replaced all the time, every answer is whole and its tag fits its bytes."""
        path = server.folder / "busy.txt"
        contents = [bytes([letter]) * 5000 for letter in b"abcdef"]
        path.write_bytes(contents[0])
        is_over = threading.Event()

        def replace() -> None:
            turn = 0
            while not is_over.is_set():
                turn += 1
                beside = path.with_name("busy-beside")
                beside.write_bytes(contents[turn % len(contents)])
                beside.replace(path)

        writer = threading.Thread(target=replace)
        writer.start()
        try:
            tags: dict[str, set[bytes]] = {}
            for _ in range(100):
                reply = server.get("/busy.txt")
                tags.setdefault(reply.fields["etag"], set()).add(reply.body)
        finally:
            is_over.set()
            writer.join()
        assert all(len(bodies) == 1 and bodies <= set(contents) for bodies in tags.values())

    def test_a_large_file_is_sent_in_parts(self, server: Served) -> None:
        """What is too large to be held is sent from the disk, with tag and ranges all the same."""
        content = bytes(range(256)) * (36 << 10)  # 9 MB
        (server.folder / "film.bin").write_bytes(content)
        whole = server.get("/film.bin", Accept_Encoding="gzip")
        assert whole.body == content
        assert "content-encoding" not in whole.fields
        part = server.get("/film.bin", Range="bytes=9000000-9000009", If_Range=whole.fields["etag"])
        assert (part.status, part.body) == (206, content[9000000:9000010])
        assert server.get("/film.bin", If_None_Match=whole.fields["etag"]).status == 304


class TestCodings:
    """What is sent compressed, and to whom."""

    @pytest.mark.parametrize(
        ("accept", "coding"),
        [
            (None, None),
            ("", None),
            ("gzip", "gzip"),
            ("GZIP", "gzip"),
            ("x-gzip", "gzip"),
            ("br", "br"),
            ("gzip, br", "br"),
            ("gzip;q=1, br;q=0.5", "gzip"),
            ("gzip;q=0", None),
            ("gzip;q=0.000, identity", None),
            ("br;q=0, gzip;q=0.001", "gzip"),
            ("*", "br"),
            ("*;q=0.5, br;q=0", "gzip"),
            ("identity, gzip;q=0.5", None),
            ("identity;q=0, gzip", "gzip"),
            ("deflate, zstd", None),
            ("gzip;q=2", None),
            ("gzip;q=nonsense", None),
            ("gzip ; q=0.8 , br ; q=0.9", "br"),
            (",,;;q=, gzip", "gzip"),
        ],
    )
    def test_accept_encoding_is_read_precisely(self, server: Served, accept: str | None, coding: str | None) -> None:
        """The most wanted coding that we have is sent; the entity tag is the coding's own."""
        plain = server.get("/en/atom.xml")
        reply = server.get("/en/atom.xml", **({} if accept is None else {"Accept_Encoding": accept}))
        assert reply.fields.get("content-encoding") == coding
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}[coding]
        assert unpack(reply.body) == ATOM
        assert (reply.fields["etag"] == plain.fields["etag"]) == (coding is None)
        assert not reply.fields["etag"].startswith("W/")
        assert reply.fields["vary"] == "Accept-Encoding, Sec-Fetch-Dest"

    def test_several_lines_of_a_field_are_one(self, server: Served) -> None:
        """`Accept-Encoding: gzip` and, in another line, `br`: both are accepted."""
        (reply,) = server.talk(
            b"GET /en/atom.xml HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip;q=0.5\r\n"
            b"Accept-Encoding: br\r\nConnection: close\r\n\r\n"
        )
        assert reply.fields["content-encoding"] == "br"

    def test_who_accepts_nothing_is_told(self, server: Served) -> None:
        """Neither plain nor any coding of ours: 406."""
        assert server.get("/en/atom.xml", Accept_Encoding="identity;q=0").status == 406
        assert server.get("/en/atom.xml", Accept_Encoding="*;q=0").status == 406

    def test_what_gains_nothing_is_sent_as_it_is(self, server: Served) -> None:
        """Pictures, and files of a few bytes."""
        for path in ("/ru/picture.png", "/feeds.opml", "/ru/empty.txt"):
            assert "content-encoding" not in server.get(path, Accept_Encoding="gzip, br").fields


class TestConditions:
    """RFC 9110 13.2.2, case by case. TAG stands for the entity tag, OTHER for another."""

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({}, 200),
            ({"If-None-Match": "TAG"}, 304),
            ({"If-None-Match": "W/TAG"}, 304),
            ({"If-None-Match": "OTHER, TAG"}, 304),
            ({"If-None-Match": "OTHER,W/TAG ,OTHER"}, 304),
            ({"If-None-Match": "*"}, 304),
            ({"If-None-Match": "OTHER"}, 200),
            ({"If-None-Match": "bare"}, 200),
            ({"If-None-Match": ""}, 200),
            ({"If-Modified-Since": DATE}, 304),
            ({"If-Modified-Since": AFTER}, 304),
            ({"If-Modified-Since": BEFORE}, 200),
            ({"If-Modified-Since": "yesterday"}, 200),
            ({"If-Modified-Since": "Tue, 99 Nov 2023 22:13:20 GMT"}, 200),
            ({"If-Modified-Since": "Tue, 14 Nov 0000 22:13:20 GMT"}, 200),
            ({"If-None-Match": "OTHER", "If-Modified-Since": AFTER}, 200),
            ({"If-None-Match": "TAG", "If-Modified-Since": BEFORE}, 304),
            ({"If-Match": "TAG"}, 200),
            ({"If-Match": "*"}, 200),
            ({"If-Match": "W/TAG"}, 412),
            ({"If-Match": "OTHER"}, 412),
            ({"If-Match": "TAG", "If-None-Match": "TAG"}, 304),
            ({"If-Unmodified-Since": DATE}, 200),
            ({"If-Unmodified-Since": BEFORE}, 412),
            ({"If-Match": "TAG", "If-Unmodified-Since": BEFORE}, 200),
        ],
    )
    def test_conditions(self, server: Served, method: str, fields: dict[str, str], status: int) -> None:
        """Each is obeyed, and the stronger outweighs the weaker; a 304 repeats tag, age and Vary, and has no body."""
        full = server.get("/en/atom.xml")
        filled = {
            key.replace("-", "_"): value.replace("TAG", full.fields["etag"]).replace("OTHER", '"other"')
            for key, value in fields.items()
        }
        reply = server.get("/en/atom.xml", method=method, **filled)
        assert reply.status == status
        if status == 304:
            assert {key: reply.fields[key] for key in ("etag", "cache-control", "vary")} == {
                key: full.fields[key] for key in ("etag", "cache-control", "vary")
            }
            assert "content-type" not in reply.fields
        assert reply.body == (ATOM if (method, status) == ("GET", 200) else reply.body if status == 412 else b"")

    def test_the_tag_of_another_coding_is_another(self, server: Served) -> None:
        """Who holds the plain file and now wants gzip gets gzip; who holds gzip gets 304."""
        plain = server.get("/en/atom.xml").fields["etag"]
        packed = server.get("/en/atom.xml", Accept_Encoding="gzip").fields["etag"]
        assert server.get("/en/atom.xml", Accept_Encoding="gzip", If_None_Match=plain).status == 200
        assert server.get("/en/atom.xml", Accept_Encoding="gzip", If_None_Match=packed).status == 304


class TestRanges:
    """RFC 9110 14: a single range, or all of it."""

    SIZE = len(ATOM)

    @pytest.mark.parametrize(
        ("asked", "status", "start", "end"),
        [
            ("bytes=0-9", 206, 0, 10),
            ("bytes=10-", 206, 10, SIZE),
            ("bytes=-5", 206, SIZE - 5, SIZE),
            (f"bytes=-{SIZE * 2}", 206, 0, SIZE),
            (f"bytes=0-{SIZE * 2}", 206, 0, SIZE),
            ("BYTES=3-3", 206, 3, 4),
            (f"bytes={SIZE}-", 416, 0, 0),
            ("bytes=-0", 416, 0, 0),
            ("bytes=9-3", 200, 0, SIZE),
            ("bytes=0-1,5-6", 200, 0, SIZE),
            ("bytes=-", 200, 0, SIZE),
            ("bytes=a-b", 200, 0, SIZE),
            ("lines=1-2", 200, 0, SIZE),
            (f"bytes=0-{'9' * 60}", 200, 0, SIZE),
        ],
    )
    def test_ranges(self, server: Served, asked: str, status: int, start: int, end: int) -> None:
        """What was asked for, 416 where there is nothing of it, all where it makes no sense."""
        reply = server.get("/en/atom.xml", Range=asked)
        assert reply.status == status
        if status == 416:
            assert reply.fields["content-range"] == f"bytes */{self.SIZE}"
        else:
            assert reply.body == ATOM[start:end]
            assert reply.fields.get("content-range") == (
                f"bytes {start}-{end - 1}/{self.SIZE}" if status == 206 else None
            )
            assert reply.fields["accept-ranges"] == "bytes"

    def test_if_range(self, server: Served) -> None:
        """A part of what the client holds a part of; of anything else the whole."""
        full = server.get("/en/atom.xml")
        for condition, status in {
            full.fields["etag"]: 206,
            DATE: 206,
            f"W/{full.fields['etag']}": 200,
            BEFORE: 200,
        }.items():
            assert server.get("/en/atom.xml", Range="bytes=0-9", If_Range=condition).status == status

    def test_ranges_of_a_coding_count_in_its_bytes(self, server: Served) -> None:
        """Two halves of a compressed feed, put together, are the feed."""
        first = server.get("/en/atom.xml", Range="bytes=0-49", Accept_Encoding="gzip")
        rest = server.get("/en/atom.xml", Range="bytes=50-", Accept_Encoding="gzip", If_Range=first.fields["etag"])
        assert gzip.decompress(first.body + rest.body) == ATOM

    def test_head_knows_no_ranges(self, server: Served) -> None:
        """It tells what GET would send as a whole."""
        reply = server.get("/en/atom.xml", method="HEAD", Range="bytes=0-9")
        assert (reply.status, reply.fields["content-length"]) == (200, str(self.SIZE))


class TestDocuments:
    """Who opens a feed in a browser."""

    @pytest.mark.parametrize("name", ["atom.xml", "rss.xml", "feed.json"])
    def test_a_browser_gets_the_page(self, server: Served, name: str) -> None:
        """With `Sec-Fetch-Dest: document` the page beside the feed is sent."""
        reply = server.get(f"/en/{name}", Sec_Fetch_Dest="document")
        assert reply.fields["content-type"] == "text/html; charset=utf-8"
        assert reply.body == PAGE + b"<!-- en -->"
        assert reply.fields["vary"] == "Accept-Encoding, Sec-Fetch-Dest"
        assert reply.fields["etag"] != server.get(f"/en/{name}").fields["etag"]
        assert server.get(f"/en/{name}", Sec_Fetch_Dest="document", If_None_Match=reply.fields["etag"]).status == 304

    def test_without_a_page_it_gets_xml_that_it_shows(self, server: Served) -> None:
        """`application/atom+xml` would be downloaded; the tag differs, since the type does."""
        reply = server.get("/ru/atom.xml", Sec_Fetch_Dest="document")
        assert (reply.fields["content-type"], reply.body) == ("application/xml; charset=utf-8", ATOM)
        assert reply.fields["etag"] != server.get("/ru/atom.xml").fields["etag"]

    def test_a_reader_in_a_browser_gets_the_feed(self, server: Served) -> None:
        """A script that fetches says `empty`."""
        assert server.get("/en/atom.xml", Sec_Fetch_Dest="empty").body == ATOM


class TestHead:
    """HEAD is GET without the body."""

    @pytest.mark.parametrize(
        "path", ["/", "/en/atom.xml", "/en", "/nix", "/old.xml", "/fr/atom.xml", "/ru/picture.png", "/film.bin"]
    )
    @pytest.mark.parametrize("accept", ["identity", "gzip", "br"])
    def test_head_equals_get(self, server: Served, path: str, accept: str) -> None:
        """Status and all fields are the same."""
        heads = [server.get(path, method=method, Accept_Encoding=accept) for method in ("GET", "HEAD")]
        get, head = ({key: value for key, value in one.fields.items() if key != "date"} for one in heads)
        assert heads[0].status == heads[1].status
        assert get == head
        assert heads[1].body == b""


class TestMoved:
    """What is elsewhere now, or no more."""

    @pytest.mark.parametrize(
        ("path", "location"),
        [
            ("/old.xml", "/en/atom.xml"),
            ("/de/atom.xml", "/ru/atom.xml"),
            ("/de", "/ru/"),
            ("/de/x/y.html", "/ru/x/y.html"),
            ("/far/a.xml", "https://example.org/f/a.xml"),
            ("/de/%D1%81%0Ax", None),
            ("/de/%D1%81", "/ru/%D1%81"),
            ("/en", "/en/"),
            ("/en/stories", "/en/stories/"),
        ],
    )
    def test_moved(self, server: Served, path: str, location: str | None) -> None:
        """301 to the new address, written so that no header line can be made of it."""
        reply = server.get(path)
        assert (reply.status, reply.fields.get("location")) == ((301, location) if location else (404, None))

    def test_gone(self, server: Served) -> None:
        """410 for a feed and for all in a folder, whether or not the file is still there."""
        for path in ("/gone.xml", "/fr/atom.xml", "/fr/", "/fr"):
            assert server.get(path).status == 410

    def test_a_story_that_is_no_more(self, server: Served) -> None:
        """Its page, written by the publisher, is answered 410 in the language of its edition, and holds no story."""
        page = server.folder / "ru" / "stories" / "story1.html"
        page.parent.mkdir()
        key = EditionKey(language="ru")
        page.write_bytes(render_gone_page(key, "story1", masthead=a_masthead(server.folder, base_url=LONG_ADDRESS)))
        reply = server.get("/ru/stories/story1.html")
        assert reply.status == 410
        assert "Больше не публикуется" in reply.body.decode()
        page.write_bytes(
            b"<!DOCTYPE html><title>1</title>" + escape('<meta name="syndicator:state" content="gone">').encode()
        )
        assert server.get("/ru/stories/story1.html").status == 200


class TestNothingElse:
    """Only what is published, and only to be read."""

    @pytest.mark.parametrize(
        "path",
        [
            "/../secret.txt",
            "/en/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/..%2Fsecret.txt",
            "/en%2fatom.xml",
            "/..%5csecret.txt",
            "/..\\secret.txt",
            "/en\\atom.xml",
            "/%c0%ae%c0%ae/secret.txt",
            "/%c0%afsecret.txt",
            "/%e0%80%af",
            "/%252e%252e/secret.txt",
            "/en/./atom.xml",
            "/en//atom.xml",
            "//en/atom.xml",
            "//example.org/",
            "/en/atom.xml/",
            "/en/atom.xml%00",
            "/en/atom.xml%00.html",
            "/en/atom.xml%0d%0aX-Evil:1",
            "/%0d%0aLocation:%20https://example.org",
            "/.git/config",
            "/ru/.hidden",
            "/%2ehidden",
            "/out.txt",
            "/outside/secret.txt",
            "/outside/",
            "/outside",
            "/outside/feeds",
            "/inside/atom.xml",
            "/pipe.xml",
            "/en/stories/",
            "/en/archive/",
            "/en/ATOM.XML",
            "/en/atom.xml.",
            "/en/atom.xml~",
            "/%",
            "/%zz",
            "/%f0%9f%92%a9",
            "/%ed%a0%80",
            "/%7f",
            "/" + "a" * 300,
            "/" + "a/" * 1000,
            "/" + "a" * 3000,
            "/etc/passwd",
            "/proc/self/environ",
        ],
    )
    def test_hostile_paths(self, server: Served, path: str) -> None:
        """No file outside, no hidden one, no link, no listing, and nothing of the path in the answer."""
        reply = server.get(path)
        assert reply.status in {400, 404}
        assert b"outside" not in reply.body
        assert b"secret" not in reply.body
        assert "x-evil" not in reply.fields
        assert "location" not in reply.fields

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
    def test_other_methods(self, server: Served, method: str) -> None:
        """405, and which ones there are."""
        reply = server.get("/en/atom.xml", method=method)
        assert (reply.status, reply.fields["allow"]) == (405, "GET, HEAD")

    @pytest.mark.parametrize(
        ("path", "accept", "language"),
        [
            ("/ru/nix", "en", "ru"),
            ("/en/nix", "ru", "en"),
            ("/nix", "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
            ("/nix", "de, en;q=0.5", "en"),
            ("/nix", "ru;q=0, en;q=0.1", "en"),
            ("/nix", "*", "en"),
        ],
    )
    def test_a_404_speaks_the_reader_s_language(self, server: Served, path: str, accept: str, language: str) -> None:
        """That of the edition, else what the browser wants."""
        reply = server.get(path, Accept_Language=accept)
        assert (reply.status, reply.fields["content-language"]) == (404, language)
        assert ("Здесь ничего нет" in reply.body.decode()) == (language == "ru")
        assert f'lang="{language}"' in reply.body.decode()

    def test_error_pages_repeat_nothing(self, server: Served) -> None:
        """Markup in path, query and fields does not come back."""
        marker = "<script>alert(1)</script>"
        reply = server.get(f"/{marker}?{marker}", Referer=marker, User_Agent=marker, Accept_Language=marker)
        assert b"script>" not in reply.body

    def test_a_file_that_can_t_be_read_is_not_there(self, server: Served) -> None:
        """Where this user may not read it (or is root: then it may)."""
        path = server.folder / "closed.txt"
        path.write_text("closed")
        path.chmod(0)
        assert server.get("/closed.txt").status == (200 if os.geteuid() == 0 else 404)


class TestTheProtocol:
    """What a connection is used for."""

    def test_pipelined_requests_are_answered_in_order(self, server: Served) -> None:
        """Also where they come in one packet, with HEAD, 304 and errors among them."""
        tag = server.get("/en/atom.xml").fields["etag"]
        requests = [
            ("GET", "/style.css", ""),
            ("HEAD", "/en/atom.xml", ""),
            ("GET", "/en/atom.xml", f"If-None-Match: {tag}\r\n"),
            ("GET", "/nix", ""),
            ("GET", "/en/rss.xml", "Connection: close\r\n"),
        ]
        sent = "".join(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n" for method, path, more in requests)
        replies = server.talk(sent.encode(), [method for method, _, _ in requests])
        assert [reply.status for reply in replies] == [200, 200, 304, 404, 200]
        assert replies[0].body.startswith(b"body {")
        assert replies[4].fields["content-type"].startswith("application/rss+xml")

    def test_a_connection_is_used_again(self, server: Served) -> None:
        """Two requests, one after the other's answer."""
        request = b"GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with server.connect() as connection:
            for _ in range(2):
                connection.sendall(request)
                received = b""
                while not received.endswith(b"}\n"):
                    received += connection.recv(65536)
                assert received.startswith(b"HTTP/1.1 200")

    def test_http_1_0(self, server: Served) -> None:
        """Without Host, and the connection is closed at the end."""
        (reply,) = server.talk(b"GET /style.css HTTP/1.0\r\n\r\n")
        assert (reply.status, reply.fields["connection"]) == (200, "close")
        assert reply.body.startswith(b"body {")

    @pytest.mark.parametrize(
        "sent",
        [
            b"GET /style.css HTTP/1.1\r\n\r\n",  # no Host
            b"GET /style.css HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
            b"GET /style.css HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
            b"GET /style.css HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n",
            b"GET /style.css HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n",
            b"GET /sty le.css HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /style.css HTTP/9.9\r\nHost: localhost\r\n\r\n",
            b"GET /style.css\r\n\r\n",
            b"FETCH /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET style.css HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS greets here \r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, xchunked\r\n\r\n0\r\n\r\n",
        ],
    )
    def test_broken_requests_are_refused(self, server: Served, sent: bytes) -> None:
        """What can be read in two ways, or in none, is answered 4xx and nothing is sent of a file."""
        replies = server.talk(sent.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        assert replies
        assert all(400 <= reply.status < 500 for reply in replies)

    def test_a_head_without_an_end_is_cut_off(self, server: Served) -> None:
        """More than 32 kB of header fields: 431, long before the memory is full."""
        with server.connect() as connection:
            sent = 0
            try:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
                while sent < 64 << 20:
                    sent += connection.send(b"X-Filler: " + b"x" * 4000 + b"\r\n")
            except OSError:
                pass
            assert sent < 8 << 20
        assert server.get("/style.css").status == 200

    def test_absolute_form(self, server: Served) -> None:
        """A request that names the whole address, as to a proxy, is for the path (RFC 9112 3.2.2)."""
        (reply,) = server.talk(
            b"GET http://localhost/style.css HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        assert reply.status == 200

    def test_a_body_that_nobody_wants_does_not_become_a_request(self, server: Served) -> None:
        """The body of a GET is passed over; the next request after it is answered."""
        inner = b"GET /nix HTTP/1.1\r\nHost: localhost\r\n\r\n"
        sent = (
            b"GET /style.css HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(inner)
            + inner
            + b"GET /en/rss.xml HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        assert [reply.status for reply in server.talk(sent)] == [200, 200]

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "", "10.0.0.1"])
    def test_another_s_name_is_refused(self, server: Served, host: str) -> None:
        """A page elsewhere whose name was pointed at us (DNS rebinding) reads nothing."""
        reply = server.get("/en/atom.xml", Host=host)
        assert (reply.status, ATOM in reply.body) == (421, False)

    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1", "[::1]:8000"])
    def test_this_machine_s_names_are_ours(self, server: Served, host: str) -> None:
        """With or without a port."""
        assert server.get("/en/atom.xml", Host=host).status == 200


def test_a_client_that_goes_away_costs_nothing(server: Served) -> None:
    """Connections cut in the middle of a large answer leave the server as it was, and nothing in its log."""
    before = server.log.read_text()
    for _ in range(20):
        with server.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(b"GET /film.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(100)
    assert server.get("/style.css").status == 200
    assert server.log.read_text() == before


def test_memory_is_bounded(tmp_path: Path) -> None:
    """Of many files only the latest are held; all are served."""
    for number in range(40):
        path = tmp_path / "feeds" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(1 << 20))
    with served(tmp_path, "[web]\nmemory_mb = 4\n") as small:

        def resident_mb() -> int:
            return int(Path(f"/proc/{small.process.pid}/statm").read_text().split()[1]) * 4 // 1024

        assert len(small.get("/0.txt").body) == 1 << 20
        before = resident_mb()
        for number in range(40):
            assert small.get(f"/{number}.txt").body == (tmp_path / "feeds" / f"{number}.txt").read_bytes()
        assert resident_mb() - before < 25


def test_slow_clients_are_cut_off_and_others_served(tmp_path: Path) -> None:
    """A head, a body and an answer that take too long end the connection; whoever is quick is served meanwhile."""
    lay_out(tmp_path / "feeds")
    (tmp_path / "feeds" / "large.bin").write_bytes(os.urandom(24 << 20))
    starts = {
        "no head": b"",
        "half a head": b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        "half a body": b"POST /api/sources/x/read-now HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc",
        "answer not taken": b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n",
    }
    with served(tmp_path, '[web]\ntimeout = "0.2s"\n') as server:
        connections = []
        for start in starts.values():
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect((server.host, server.port))
            connection.sendall(start)
            connections.append(connection)
        assert server.get("/style.css").status == 200
        wait_until(
            lambda: sum(map(int, re.findall(r"slow_clients_cut +connections=(\d+)", server.log.read_text()))) == 4
        )
        for connection in connections:
            connection.settimeout(20)
            assert len(read_all(connection)) < 24 << 20
            connection.close()
        assert server.get("/style.css").status == 200


def test_the_place_of_an_idle_client_goes_to_a_new_one(tmp_path: Path) -> None:
    """With all connections taken by clients that send nothing, a new one is answered at once."""
    lay_out(tmp_path / "feeds")
    with served(tmp_path, '[web]\nconnections = 20\ntimeout = "1h"\n') as server:
        idle = [server.connect() for _ in range(60)]
        for _ in range(5):
            assert server.get("/style.css").status == 200
        for connection in idle:
            connection.close()


def test_below_the_path_of_the_public_address(tmp_path: Path) -> None:
    """With `base_url` at a path, all is below it; the root leads there; the public name is answered to."""
    lay_out(tmp_path / "feeds")
    base = '[feeds]\nbase_url = "https://news.example/press/feeds/"\n[web]\nmoved = {"/old.xml" = "/en/atom.xml"}\n'
    with served(tmp_path, base) as server:
        assert server.get("/press/feeds/en/atom.xml", Host="news.example").body == ATOM
        assert server.get("/press/feeds/").body == PAGE
        for path, location in {
            "/": "/press/feeds/",
            "/press/feeds": "/press/feeds/",
            "/press/feeds/en": "/press/feeds/en/",
            "/press/feeds/old.xml": "/press/feeds/en/atom.xml",
        }.items():
            assert (server.get(path).status, server.get(path).fields["location"]) == (301, location)
        for path in ("/en/atom.xml", "/press/", "/press/feeds/../feeds/en/atom.xml", "/press/feedsen/atom.xml"):
            assert server.get(path).status == 404
        assert 'href="/press/feeds/style.css"' in server.get("/press/feeds/nix").body.decode()


@pytest.mark.parametrize("written", ["новости/a b", quote("новости/a b")])
def test_a_public_address_that_is_not_ascii(tmp_path: Path, written: str) -> None:
    """Written out or percent-encoded, it is what clients send: files, pages and redirects are there."""
    lay_out(tmp_path / "feeds")
    sent = f"/{quote('новости/a b')}/"
    with served(tmp_path, f'[feeds]\nbase_url = "https://news.example/{written}/"\n') as server:
        assert server.get(f"{sent}en/atom.xml").body == ATOM
        for path in ("/", sent.rstrip("/")):
            assert (server.get(path).status, server.get(path).fields["location"]) == (301, sent)
        assert server.get(f"{sent}en/search?q=a").status == 503, "there is no store, but there is the page"
        assert server.get(f"{sent}served.css").status == 200
        assert '<html lang="ru">' in server.get(f"{sent}ru/nix", Accept_Language="en").body.decode()
