"""Feed readers from Debian subscribe to what is published, twice over, and get every entry once under its own id."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from support.entries import CREATED, a_masthead, an_entry, an_original
from support.origin import Origin
from support.programs import program

from syndicator.model import EditionKey, Enclosure
from syndicator.publishing.edition import Masthead, publish_edition
from syndicator.publishing.rss import render_rss

STORIES = ("a1", "b2", "c3")
ENGLISH = {story: an_entry(story, title=f"Bridge {story} & <back>") for story in STORIES}
RUSSIAN = {story: an_original(story, title=f"Мост {story}") for story in STORIES}
FEEDS = ("en/atom.xml", "en/rss.xml", "ru/atom.xml", "ru/rss.xml")


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Publish an English and a Russian edition of three stories."""
    made = a_masthead(tmp_path / "feeds")
    for language, entries in (("en", ENGLISH), ("ru", RUSSIAN)):
        publish_edition(EditionKey(language=language), list(entries.values()), [], masthead=made, created=CREATED)
    return made


def ids(name: str) -> list[str]:
    """Return the ids that the entries of a feed have, sorted."""
    language, file = name.split("/")
    entries = (ENGLISH if language == "en" else RUSSIAN).values()
    return sorted(entry.ids.atom if file == "atom.xml" else entry.ids.rss for entry in entries)


def test_newsboat(masthead: Masthead, newsboat: str, tmp_path: Path) -> None:
    """Newsboat, which keys items by id over all feeds, keeps all of them apart."""
    urls, cache = tmp_path / "urls", tmp_path / "cache.db"
    addresses = {name: (masthead.directory / name).as_uri() for name in FEEDS}
    urls.write_text("\n".join(addresses.values()), encoding="utf-8")
    for _ in range(2):
        subprocess.run([newsboat, "-u", urls, "-c", cache, "-C", "/dev/null", "-x", "reload"], check=True, timeout=60)
    with closing(sqlite3.connect(cache)) as database:
        rows = database.execute("select feedurl, guid, title, url from rss_item").fetchall()
        sites = dict(database.execute("select rssurl, url from rss_feed").fetchall())
    for name, address in addresses.items():
        assert sorted(guid for feed, guid, _, _ in rows if feed == address) == ids(name)
        assert sites[address] == masthead.url(name.split("/")[0] + "/index.html")
    assert len(rows) == len(FEEDS) * len(STORIES)
    assert {title for feed, _, title, _ in rows if feed == addresses["ru/rss.xml"]} == {
        entry.title for entry in RUSSIAN.values()
    }
    assert {url for _, _, _, url in rows} == {
        masthead.url(f"{language}/stories/{story}.html") for language in ("en", "ru") for story in STORIES
    }


@pytest.mark.parametrize("name", FEEDS)
def test_sfeed(masthead: Masthead, name: str) -> None:
    """Sfeed reads id, date, title, address, author, enclosure and categories of every entry."""
    content = (masthead.directory / name).read_bytes()
    read = subprocess.run([program("sfeed")], input=content, capture_output=True, check=True, timeout=60)
    lines = [line.split("\t") for line in read.stdout.decode().splitlines()]
    assert sorted(line[5] for line in lines) == ids(name)
    for moment, title, address, content_text, kind, _, author, enclosure, categories in lines:
        entries = ENGLISH if name.startswith("en/") else RUSSIAN
        (entry,) = [each for each in entries.values() if f"/{each.story}.html" in address]
        assert (title, int(moment)) == (entry.title, int(entry.published.timestamp()))
        assert address == masthead.url(f"{name[:2]}/stories/{entry.story}.html")
        assert (kind, author) == ("html", "Анна Петрова")
        assert "Вестник «Север»" in content_text
        assert enclosure == "https://vestnik.example/bridge.mp3"
        assert ("machine-translation" if name.startswith("en/") else "original") in categories.split("|")


def test_rss2email(masthead: Masthead, tmp_path: Path) -> None:
    """Rss2email, subscribed to all four feeds, sends each entry once, however often it runs."""
    r2e = [program("r2e", "rss2email"), "-c", tmp_path / "r2e.cfg", "-d", tmp_path / "r2e.json"]
    mail = tmp_path / "mail"
    (tmp_path / "r2e.cfg").write_text(
        f"[DEFAULT]\nto = reader@news.example\nemail-protocol = maildir\nmaildir-path = {mail}\n"
        "maildir-mailbox = in\nhtml-mail = True\n",
        encoding="utf-8",
    )
    (mail / "in").mkdir(parents=True)
    for part in ("cur", "new", "tmp"):
        (mail / "in" / part).mkdir()
    for number, name in enumerate(FEEDS):
        subprocess.run([*r2e, "add", f"feed{number}", (masthead.directory / name).as_uri()], check=True, timeout=60)
    for _ in range(2):
        subprocess.run([*r2e, "run"], check=True, timeout=60)
    sent = [path.read_text(encoding="utf-8") for path in (mail / "in" / "new").iterdir()]
    assert len(sent) == len(FEEDS) * len(STORIES)


def test_podget(tmp_path: Path) -> None:
    """A podcast program fetches each recording of the RSS feed, and, asked again, none."""
    podget, home = program("podget"), tmp_path / "home"
    program("wget")
    (home / ".podget").mkdir(parents=True)
    environment, settings = {**os.environ, "HOME": str(home)}, home / ".podget" / "podgetrc"
    subprocess.run(
        [podget, "-d", settings.parent, "--create-config", settings.name],
        check=True,
        timeout=60,
        capture_output=True,
        env=environment,
    )
    with settings.open("a", encoding="utf-8") as more:
        more.write(f"\nDIR_LIBRARY={tmp_path}/library\nMIN_SPACE=0\n")
    with Origin() as origin:
        (home / ".podget" / "serverlist").write_text(f"{origin.url('/rss.xml')} News Wire\n", encoding="utf-8")
        episodes = []
        for story in STORIES:
            origin.add(f"/{story}.mp3", body=b"ID3")
            recording = Enclosure(url=origin.url(f"/{story}.mp3"), media_type="audio/mpeg", length_bytes=3)
            episodes.append(an_entry(story, enclosures=(recording,)))
        masthead = a_masthead(tmp_path / "feeds")
        rss = render_rss(EditionKey(language="en"), episodes, masthead=masthead, created=CREATED)
        origin.add("/rss.xml", body=rss, headers={"Content-Type": "application/rss+xml"})
        for _ in range(2):
            subprocess.run(
                [podget, "-d", settings.parent],
                check=True,
                timeout=60,
                capture_output=True,
                env={**os.environ, "HOME": str(home)},
            )
        asked = sorted(one.path for one in origin.requests if one.path.endswith(".mp3"))
    assert sorted(set(asked)) == [f"/{story}.mp3" for story in STORIES]
    assert sorted(path.name for path in (tmp_path / "library").rglob("*.mp3")) == [f"{story}.mp3" for story in STORIES]
    assert len(asked) == len(STORIES)
