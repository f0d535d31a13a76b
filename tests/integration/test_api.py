"""What programs read: stories, editions, sources and status, described by OpenAPI."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from support.serving import DESK_SOURCES, DESK_STATE, Reply, Served, fill_desk, lay_out, served
from support.store import make_article, make_state, make_translation, save, sqlite

from syndicator.model import Article, Enclosure
from syndicator.store.sql import SqlStore

NOW = datetime.now(UTC)
CONFIG = (
    '[web]\napi_origins = ["https://app.example"]\n'
    + DESK_SOURCES
    + '[[sources]]\nslug = "short"\nfeed = "https://short.example/feed"\npublish = "excerpt"\n'
    + '[[sources]]\nslug = "bare"\nfeed = "https://bare.example/feed"\npublish = "headline"\n'
    + '[[topics]]\nslug = "bridges"\nname = "Bridges"\nwords = ["мост"]\n'
)
LONG = "Первое предложение этого текста стоит в начале. " * 9 + "Тайное окончание."


def an_article(number: int, source: str, **changes: object) -> Article:
    """Return an article of a source, an hour older than the one before."""
    moments = dict.fromkeys(("published", "updated", "first_seen"), NOW - timedelta(hours=10 + number))
    return make_article(number, source=source, **{**moments, **changes})


def fill(store: SqlStore) -> None:
    """Keep stories whose rights, languages and states differ."""
    fill_desk(store)
    image = Enclosure(url="https://short.example/a.jpg", media_type="image/jpeg", length_bytes=5)
    for source in ("short", "bare"):
        number = 20 + len(source)
        article = an_article(number, source, html=f"<p>{LONG}</p>", enclosures=(image,))
        save(store, article, state=make_state(source))
        store.save_translation(make_translation(article, html="<p>Secret ending.</p>", translated=NOW))
    held = an_article(30, "other", title="Придержанное")
    save(store, held, an_article(31, "other", language="und", title="Неясное"), state=make_state("other"))
    store.hold(make_translation(held, title="Held title"), "doubtful")
    german = an_article(32, "other", language="de", title="Eine Brücke", html="<p>Lang <script>x()</script>genug.</p>")
    save(store, german, state=make_state("other"))
    store.save_translation(make_translation(german, route="de>en", translated=NOW, marks=("numbers differ",)))
    found = store.unsorted("bridges", "by hand", limit=99)
    store.save_sorted(
        "bridges", "by hand", [(one, "мост" in one.entries[0].title.lower()) for one in found if one.entries]
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("api")
    lay_out(folder / "feeds")
    (folder / "config" / "inbox").mkdir(parents=True)
    (folder / "data").mkdir()
    maker = sqlite(folder / "data")
    fill(maker())
    maker.close()
    with served(folder, CONFIG) as running:
        yield running


def get(server: Served, path: str, **fields: str) -> Any:  # noqa: ANN401
    """Return what an address tells."""
    reply = server.get(f"/api/v1{path}", **fields)
    assert (reply.status, reply.fields["content-type"]) == (200, "application/json"), reply.body
    return json.loads(reply.body)


def items(server: Served, query: str = "") -> list[dict[str, Any]]:
    """Return all items of a list, read to its end."""
    address: str | None = "/api/v1/stories" + query
    found: list[dict[str, Any]] = []
    while address:
        page = get(server, address.removeprefix("/api/v1"))
        found += page["items"]
        address = page["next"]
    return found


def stories(server: Served, query: str = "") -> list[str]:
    """Return the names of all stories of a list."""
    return [one["_syndicator"]["story"] for one in items(server, query)]


def refused(server: Served, path: str, status: int) -> dict[str, Any]:
    """Return the problem that an address is answered with."""
    reply = server.get(f"/api/v1{path}")
    assert (reply.status, reply.fields["content-type"]) == (status, "application/problem+json")
    problem = json.loads(reply.body)
    assert problem["status"] == status
    return dict(problem)


def strict(schema: Any) -> Any:  # noqa: ANN401
    """Return a schema under which nothing may be told that it does not name."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(one) for name, one in schema.items()}
    return closed | (
        {"additionalProperties": False} if "properties" in schema and "openapi" not in schema["properties"] else {}
    )


def checked(document: dict[str, Any], operation: str, reply: Reply) -> None:
    """Compare an answer with what a strict description says of it."""
    told = document["paths"][operation]["get"]["responses"]
    said = told.get(str(reply.status), told["default"])
    if "$ref" in said:
        said = document["components"]["responses"][said["$ref"].rpartition("/")[2]]
    schema = said["content"][reply.fields["content-type"]]["schema"]
    whole = {**schema, "components": document["components"]}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [error.message for error in validator.iter_errors(json.loads(reply.body))]


class TestDescription:
    """OpenAPI says what there is."""

    def test_it_is_openapi(self, server: Served) -> None:
        """The description is a valid one, and names this server."""
        document = get(server, "/openapi.json")
        validate(document)
        assert document["openapi"].startswith("3.1")
        assert document["servers"] == [{"url": "/api/v1"}]

    def test_every_operation_answers_as_it_says(self, server: Served) -> None:
        """Each answer, right or wrong, is what the description says, and nothing that it does not name is told."""
        document = get(server, "/openapi.json")
        closed = strict(document)
        asked = {
            "/stories": ["", "?limit=1", "?language=ru", "?q=bridge", "?source=bare", "?limit=0", "?q=a&since=b"],
            "/stories/{story}": ["/story00002", "/story00025", "/story00024", "/story00032", "/no"],
            "/editions": ["", "?language=ru&limit=2", "?limit=x"],
            "/sources": ["", "?limit=1", "?cursor=x"],
            "/status": ["", "?x=1"],
            "/openapi.json": ["", "?x=1"],
        }
        assert asked.keys() == document["paths"].keys()
        for operation, queries in asked.items():
            for query in queries:
                checked(closed, operation, server.get("/api/v1" + operation.removesuffix("/{story}") + query))

    def test_parameters_are_those_that_it_names(self, server: Served) -> None:
        """What is said to be wrong with a parameter that there is not names those that there are."""
        document = get(server, "/openapi.json")
        for path in ("/stories", "/editions", "/sources"):
            named = [
                document["components"]["parameters"][one["$ref"].rpartition("/")[2]]["name"]
                for one in document["paths"][path]["get"]["parameters"]
            ]
            assert refused(server, f"{path}?nothing=1", 400)["detail"] == f"The parameters here are {', '.join(named)}."


class TestStories:
    """What was published, page by page."""

    @pytest.mark.parametrize("limit", [1, 2, 100])
    def test_pages(self, server: Served, limit: int) -> None:
        """Whatever the size of the pages, each story is there once, newest first; English is the first language."""
        found = items(server, f"?limit={limit}")
        dates = [one["date_published"] for one in found]
        assert dates == sorted(dates, reverse=True)
        assert [one["_syndicator"]["story"] for one in found] == [
            "story00001",
            "story00002",
            "story00024",
            "story00025",
            "story00032",
        ]
        assert {one["language"] for one in found} == {"en"}

    def test_filters(self, server: Served) -> None:
        """Of a source, of a topic, since a moment, in a language."""
        assert stories(server, "?source=short") == ["story00025"]
        assert stories(server, "?source=nobody") == []
        assert stories(server, "?language=ru&topic=bridges") == ["story00000"]
        since = (NOW - timedelta(hours=5)).isoformat()
        assert stories(server, f"?since={quote(since)}&limit=1") == ["story00001", "story00002"]
        assert stories(server, f"?since={since}") == stories(server, f"?since={quote(since)}")  # "+" not escaped
        assert "story00030" in stories(server, "?language=ru")

    def test_search(self, server: Served) -> None:
        """What is found comes best first, page by page, in any form of the words."""
        page = get(server, f"/stories?language=ru&q={quote('мосты')}&limit=1")
        assert (page["total"], page["is_complete"], len(page["items"])) == (2, True, 1)
        assert stories(server, f"?language=ru&q={quote('мосты')}&limit=1") == ["story00000", "story00002"]
        assert stories(server, f"?language=ru&q={quote('тайное')}") == []

    def test_rights(self, server: Served) -> None:
        """No more of a text is told than its source's rights allow, in lists, stories and what is found."""
        for query in (
            "/stories?limit=100",
            "/stories?language=ru&limit=100",
            "/stories/story00025",
            "/stories/story00024",
        ):
            text = server.get(f"/api/v1{query}").body.decode()
            assert "Тайное" not in text
            assert ("Secret ending" in text) == (query in {"/stories?limit=100", "/stories/story00025"})
        short, bare = get(server, "/stories/story00025"), get(server, "/stories/story00024")
        assert [one["_syndicator"]["extent"] for one in short["items"]] == ["excerpt"] * 2
        assert "Первое предложение" in short["original"]["content_html"]
        assert "Первое предложение" not in json.dumps(bare, ensure_ascii=False)
        assert "attachments" not in bare["items"][0]

    def test_what_is_not_published(self, server: Served) -> None:
        """Held translations, and texts whose language is not known or has no edition, are not there."""
        everything = "".join(
            server.get(f"/api/v1/stories?limit=100&language={one}").body.decode() for one in ("en", "ru")
        )
        assert "Held title" not in everything
        assert "Неясное" not in everything
        assert "Held title" not in server.get("/api/v1/stories/story00030").body.decode()
        assert refused(server, "/stories/story00031", 404)["detail"] == "There is no such story."
        assert "de" not in [one["language"] for one in get(server, "/stories/story00032")["items"]]

    def test_a_story(self, server: Served) -> None:
        """A story has its original and an item for each language, each saying how it came about."""
        found = get(server, "/stories/story00002")
        assert found["original"]["language"] == "ru"
        assert found["original"]["content_html"] == "<p>Люди ждут нового моста.</p>"
        english, russian = found["items"]
        assert english["url"] == "/en/stories/story00002.html"
        assert english["_syndicator"]["provenance"]["kind"] == "machine-translation"
        assert english["_syndicator"]["siblings"] == [{"language": "ru", "url": "/ru/stories/story00002.html"}]
        assert russian["_syndicator"]["provenance"] == {"kind": "original"}
        assert "New bridge" in english["title"]

    def test_an_original_without_an_edition(self, server: Served) -> None:
        """The original of a translation is told, sanitised, though no edition is in its language; so are doubts."""
        found = get(server, "/stories/story00032")
        assert found["original"]["title"] == "Eine Brücke"
        assert found["original"]["content_html"] == "<p>Lang genug.</p>"
        assert found["items"][0]["_syndicator"]["provenance"]["doubts"] == ["numbers differ"]

    @pytest.mark.parametrize(
        ("query", "word"),
        [
            ("limit=0", "limit"), ("limit=101", "limit"), ("limit=-1", "limit"), ("limit=1e2", "limit"),
            ("limit=", "limit"),
            ("limit=%D9%A3", "limit"), ("since=yesterday", "since"), ("since=2026-11-24", "since"),
            ("since=2026-11-24T12:00:00", "since"), ("since=0001-01-01T00:00:00%2B14:00", "since"),
            ("since=2026-13-24T12:00:00Z", "since"), ("language=de", "language"), ("language=", "language"),
            ("topic=x", "topic"), ("source=%00", "source"), ("cursor=x", "cursor"), ("cursor=", "cursor"),
            ("cursor=WzFd", "cursor"), ("cursor=" + "W1" * 4000, "cursor"), ("cursor=WyJhIiwiYiJd", "cursor"),
            ("q=a&source=b", "one of"), ("q=a&since=2026-11-24T12:00:00Z", "since"), ("source=a&topic=b", "one of"),
            ("q=" + "a" * 301, "q has"), ("q=a&cursor=Wy0xXQ", "cursor"), ("q=a&cursor=WzFlOV0", "cursor"),
            ("limit=1&limit=2", "twice"), ("x=1", "parameters"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense(self, server: Served, query: str, word: str) -> None:
        """Each mistake is named, and nothing of the request is repeated."""
        assert word in refused(server, f"/stories?{query}", 400)["detail"]

    @pytest.mark.parametrize("q", ["", "%20", "%22", "%00", "*", "%ff%fe", "a%0d%0aX:%20y"])
    def test_whatever_is_asked(self, server: Served, q: str) -> None:
        """Any words are answered; none find nothing."""
        assert get(server, f"/stories?q={q}")["total"] >= 0

    @pytest.mark.parametrize("story", ["%00", "..", "a%20b", "%ff", "x" * 3000, "a/b", "%2e%2e%2fsyndicator.db"])
    def test_stories_that_there_can_not_be(self, server: Served, story: str) -> None:
        """Whatever stands where a story's name does, there is no such story."""
        assert refused(server, f"/stories/{story}", 404)["title"] == "Not Found"


class TestDesk:
    """Editions, sources, status."""

    def test_editions(self, server: Served) -> None:
        """Every published edition, page by page, with its feeds; none of a language that is not published."""
        first = get(server, "/editions?limit=2")
        found = get(server, "/editions?limit=100")["items"]
        assert first["items"] == found[:2]
        assert get(server, first["next"].removeprefix("/api/v1"))["items"] == found[2:4]
        named = {(one["language"], one["source"], one["topic"]) for one in found}
        assert {("en", None, None), ("ru", "short", None), ("ru", None, "bridges")} <= named
        assert {one["language"] for one in found} == {"en", "ru"}
        assert next(one["atom"] for one in found if one["topic"]) == "/ru/topics/bridges/atom.xml"
        assert {one["language"] for one in get(server, "/editions?language=ru")["items"]} == {"ru"}

    def test_sources(self, server: Served) -> None:
        """Health in words; no key of an address, no password, no folder."""
        text = server.get("/api/v1/sources").body.decode()
        found = {one["slug"]: one for one in json.loads(text)["items"]}
        assert (found["kremlin"]["condition"], found["kremlin"]["is_well"]) == ("failing", False)
        assert "timed out" in found["kremlin"]["detail"]
        assert (found["other"]["kind"], found["other"]["where"]) == ("inbox", "")
        for secret in ("geheim", "/srv/desk", str(server.folder.parent)):
            assert secret not in text
        assert [one["slug"] for one in get(server, "/sources?limit=1")["items"]] == ["bare"]

    def test_status(self, server: Served) -> None:
        """Numbers as on the status page, and nothing private."""
        text = server.get("/api/v1/status").body.decode()
        found = json.loads(text)
        assert found["figures"]["held"] == 1
        assert {"from": "ru", "to": "en", "articles": 1} in found["waiting"]
        assert str(server.folder.parent) not in text


class TestHttp:
    """What every answer has."""

    def test_unchanged(self, server: Served) -> None:
        """Who has it already gets 304; each coding has its own tag; a date alone says nothing."""
        path = "/api/v1/stories"
        first = server.get(path)
        etag = first.fields["etag"]
        reply = server.get(path, If_None_Match=etag)
        assert (reply.status, reply.fields["etag"], reply.body) == (304, etag, b"")
        assert reply.fields["cache-control"] == first.fields["cache-control"] == "no-cache"
        assert server.get(path, If_Modified_Since="Tue, 24 Nov 2099 12:00:00 GMT").status == 200
        assert server.get(path, If_Match='"x"').status == 412
        packed = server.get(path, Accept_Encoding="gzip")
        assert gzip.decompress(packed.body) == first.body
        assert packed.fields["etag"] != etag
        assert server.get(path, If_None_Match=etag, Accept_Encoding="gzip").status == 200
        assert server.get(path, Accept_Encoding="gzip;q=0").body == first.body
        assert server.get(path, Accept_Encoding="identity;q=0, br").status == 406
        assert "Accept-Encoding" in first.fields["vary"]

    def test_head(self, server: Served) -> None:
        """HEAD tells what GET would, without the body."""
        got, told = server.get("/api/v1/editions"), server.get("/api/v1/editions", method="HEAD")
        assert (told.status, told.body) == (200, b"")
        assert told.fields["etag"] == got.fields["etag"]

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    def test_nothing_is_changed(self, server: Served, method: str) -> None:
        """It can be read, and nothing else, with or without a token."""
        reply = server.get("/api/v1/stories", method=method, Authorization="Bearer x")
        assert (reply.status, reply.fields["allow"]) == (405, "GET, HEAD")
        assert reply.fields["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("path", ["", "/", "/nothing", "/stories/", "/stories/a/b", "x"])
    def test_other_addresses(self, server: Served, path: str) -> None:
        """An address that there is not is answered as programs read it; one that merely looks alike is none of ours."""
        reply = server.get(f"/api/v1{path}")
        assert reply.status == 404
        assert (reply.fields["content-type"] == "application/problem+json") == (path != "x")

    def test_names(self, server: Served) -> None:
        """Under another name nothing is told (DNS rebinding)."""
        reply = server.get("/api/v1/status", Host="evil.example")
        assert (reply.status, reply.fields["content-type"]) == (421, "application/problem+json")

    def test_other_sites(self, server: Served) -> None:
        """Only the pages of sites that the operator names may read it in a browser."""
        name = "access-control-allow-origin"
        for path in ("/api/v1/status", "/api/v1/nothing"):
            assert server.get(path, Origin="https://app.example").fields[name] == "https://app.example"
            assert name not in server.get(path, Origin="https://other.example").fields
        assert name not in server.get("/status", Origin="https://app.example").fields
        guards = server.get("/api/v1/status").fields
        assert guards["x-content-type-options"] == "nosniff"
        assert guards["content-security-policy"].startswith("default-src 'none'")

    def test_without_a_store(self, tmp_path: Path) -> None:
        """Without a store it says so and makes none; no other site may read it; addresses are public ones."""
        lay_out(tmp_path / "feeds")
        (tmp_path / "data").mkdir()
        with served(tmp_path, '[feeds]\nbase_url = "https://news.example/wire/"\n') as running:
            assert running.get("/wire/api/v1/status").status == 503
            assert not (tmp_path / "data" / "syndicator.db").exists()
            maker = sqlite(tmp_path / "data")
            save(maker(), make_article(1), state=DESK_STATE)
            maker.close()
            reply = running.get("/wire/api/v1/stories?language=ru", Origin="https://app.example")
            assert json.loads(reply.body)["items"][0]["url"] == "https://news.example/wire/ru/stories/story00001.html"
            assert "access-control-allow-origin" not in reply.fields
            assert json.loads(running.get("/wire/api/v1/openapi.json").body)["servers"] == [{"url": "/wire/api/v1"}]
