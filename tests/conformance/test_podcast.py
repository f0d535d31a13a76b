"""A podcast that comes in goes out as one: recording, length, type, duration, picture and what else episodes have."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from support.entries import CREATED, a_masthead, an_entry

from syndicator.articles.compose import compose
from syndicator.model import Document, EditionKey, Enclosure, Entry, Episode, Source, SourceKind, Transcript
from syndicator.publishing.atom import render_atom
from syndicator.publishing.jsonfeed import render_json
from syndicator.publishing.rss import render_rss
from syndicator.sources import feedxml, jsonfeed
from syndicator.sources.feed import parse_feed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ENGLISH = EditionKey(language="en")
MASTHEAD = a_masthead(Path("/nowhere"))
SOURCE = Source(slug="golos", kind=SourceKind.FEED, url="https://golos.example/podcast.xml")
CASE = Path(__file__).parent / "feeds_in" / "podcast.xml"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"


def a_document(content: bytes) -> Document:
    """Return bytes as they come from an origin."""
    return Document(url="https://golos.example/feed", content=content, media_type=None, charset=None)


@pytest.fixture(scope="module")
def entry() -> Entry:
    """Return the first episode of the case, as the store would hand it out."""
    item = parse_feed(a_document(CASE.read_bytes()), max_items=50, now=NOW).items[0]
    article = compose(item, SOURCE, known=None, now=NOW)
    assert article is not None
    return an_entry(enclosures=article.enclosures, authors=article.authors)


def test_rss_has_what_podcast_programs_ask_for(entry: Entry) -> None:
    """By another's parser: the recording with length and type, duration, picture, number, season, author."""
    rss = render_rss(ENGLISH, [entry], masthead=MASTHEAD, created=CREATED)
    (found,) = feedparser.parse(io.BytesIO(rss)).entries
    (recording,) = found.enclosures
    assert (recording.href, recording.length, recording.type) == (
        "https://golos.example/12.mp3",
        "48123456",
        "audio/mpeg",
    )
    assert found.itunes_duration == "3723"
    assert found.image.href == "https://golos.example/12.jpg"
    assert (found.itunes_episode, found.itunes_season, found.itunes_episodetype) == ("12", "2", "full")
    item = etree.fromstring(rss).find("channel/item")
    assert item is not None
    assert item.findtext(f"{ITUNES}explicit") == "true"  # Apple's words of today, not "yes"
    assert item.findtext(f"{ITUNES}author") == "Анна Петрова"
    transcripts = [
        (each.get("url"), each.get("type"), each.get("language")) for each in item.iter(f"{PODCAST}transcript")
    ]
    assert transcripts == [
        ("https://golos.example/12.vtt", "text/vtt", "ru"),
        ("https://golos.example/12.srt", "application/srt", None),
    ]
    (chapters,) = item.iter(f"{PODCAST}chapters")
    assert chapters.get("url") == "https://golos.example/12.json"


def test_atom_says_the_same(entry: Entry) -> None:
    """Podcast programs read Apple's elements there, too."""
    (found,) = feedparser.parse(io.BytesIO(render_atom(ENGLISH, [entry], masthead=MASTHEAD, created=CREATED))).entries
    assert (found.itunes_duration, found.enclosures[0].href) == ("3723", "https://golos.example/12.mp3")


def test_json_feed_has_duration_size_and_image(entry: Entry) -> None:
    """In the format's own fields as far as it has some."""
    (item,) = json.loads(render_json(ENGLISH, [entry], masthead=MASTHEAD, created=CREATED))["items"]
    (attachment,) = item["attachments"]
    assert (attachment["duration_in_seconds"], attachment["size_in_bytes"]) == (3723, 48123456)
    assert item["image"] == "https://golos.example/12.jpg"
    assert item["_syndicator"]["episode"]["number"] == 12
    assert [one["mime_type"] for one in item["_syndicator"]["episode"]["transcripts"]] == [
        "text/vtt",
        "application/srt",
    ]


def test_what_is_no_podcast_says_nothing_of_it() -> None:
    """Neither elements nor namespaces of podcasts stand in other feeds."""
    plain = replace(an_entry(), enclosures=(Enclosure(url="https://a.example/1.pdf"),))
    for render in (render_rss, render_atom):
        assert b"itunes" not in render(ENGLISH, [plain], masthead=MASTHEAD, created=CREATED)


def test_addresses_are_those_of_the_web() -> None:
    """Of what an origin says of an episode, no other address comes through, in whichever field."""
    bad = "javascript:alert(1)"
    episode = Episode(image_url=bad, chapters_url=bad, transcripts=(Transcript(url=bad),), number=1)
    item = parse_feed(a_document(CASE.read_bytes()), max_items=50, now=NOW).items[0]
    item = replace(item, enclosures=(replace(item.enclosures[0], episode=episode),))
    article = compose(item, SOURCE, known=None, now=NOW)
    assert article is not None
    assert article.enclosures[0].episode == Episode(number=1)


WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)
ADDRESS = WORD.map("https://media.example/{}".format)
POSITIVE = st.integers(1, 99_999)
EPISODES = st.builds(
    Episode,
    duration_seconds=st.integers(1, 360_000),
    image_url=ADDRESS | st.none(),
    is_explicit=st.booleans() | st.none(),
    number=POSITIVE | st.none(),
    season=POSITIVE | st.none(),
    kind=st.sampled_from(["full", "trailer", "bonus"]) | st.none(),
    transcripts=st.lists(st.builds(Transcript, url=ADDRESS, media_type=st.just("text/vtt")), max_size=3).map(tuple),
    chapters_url=ADDRESS | st.none(),
)


@given(address=ADDRESS, length=POSITIVE, episode=EPISODES, kind=st.sampled_from(["audio/mpeg", "video/mp4"]))
def test_what_goes_out_comes_in_again(address: str, length: int, episode: Episode, kind: str) -> None:
    """Whatever an episode says, a syndicator that reads our RSS or Atom holds the same; of JSON Feed, the duration."""
    enclosure = Enclosure(url=address, media_type=kind, length_bytes=length, episode=episode)
    entry = an_entry(enclosures=(Enclosure(url="https://a.example/1.pdf"), enclosure))
    for render in (render_rss, render_atom):
        document = a_document(render(ENGLISH, [entry], masthead=MASTHEAD, created=CREATED))
        _, (item,), _ = feedxml.parse(document, now=NOW)
        assert enclosure in item.enclosures
    document = a_document(render_json(ENGLISH, [entry], masthead=MASTHEAD, created=CREATED))
    _, (item,), _ = jsonfeed.parse(document, now=NOW)
    assert replace(enclosure, episode=Episode(duration_seconds=episode.duration_seconds)) in item.enclosures
