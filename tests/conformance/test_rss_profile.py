"""Every feed is held to the RSS Advisory Board's profile; every rule of it is one that a feed can break."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.entries import CREATED, a_masthead, an_entry, an_original
from support.rssprofile import breaches

from syndicator.model import Category, EditionKey, Enclosure, Entry, Episode
from syndicator.publishing.rss import render_rss

MASTHEAD = a_masthead(Path("/nowhere"))
ENGLISH = EditionKey(language="en")
EPISODE = Enclosure(url="https://a.example/1.mp3", media_type="audio/mpeg", episode=Episode(duration_seconds=9))
GOOD = render_rss(ENGLISH, [an_entry()], masthead=MASTHEAD, created=CREATED)


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [an_entry(), an_original("b")],
        [an_entry(title="", summary="", html="", authors=(), categories=(), enclosures=(), rights=None)],
        [an_entry(categories=(Category(term="x", label=" "),))],
        [an_entry(title="<b> & 'x' \"y\" ]]>", html='<p><a href="mailto:a@b.example">x</a></p>')],
        [an_entry(enclosures=(EPISODE, Enclosure(url="https://a.example/2")))],
    ],
)
def test_our_feeds_keep_the_profile(entries: list[Entry]) -> None:
    """Of a language, a source, a topic, with originals; with a hub, without a contact."""
    keys = [ENGLISH, replace(ENGLISH, source="vestnik"), replace(ENGLISH, topic="trade")]
    for key in [*keys, replace(ENGLISH, is_bilingual=True)]:
        for masthead in (MASTHEAD, replace(MASTHEAD, contact=None, hubs=("https://hub.example/",))):
            assert breaches(render_rss(key, entries, masthead=masthead, created=CREATED)) == []


@pytest.mark.parametrize(
    ("good", "bad", "rule"),
    [
        (b'version="2.0"', b'version="0.91"', "rss"),
        (b"&#x26;", b"&amp;", "character data"),
        (b"<copyright>", b"<copyright>&gt;", "character data"),
        (b"<copyright>", b"<copyright><b/>", "character data: copyright"),
        (b"Sun, 22 Nov 2026", b"Sun, 22 Nov 26", "dates"),
        (b"14:05:00 +0000", b"14:05:00", "dates"),
        (b"<webMaster>", b"<webMaster>The desk: ", "e-mail"),
        (b" (The Example Wire)</webMaster>", b"</webMaster>", "e-mail"),
        (b"<ttl>", b'<p:publisher xmlns:p="http://purl.org/dc/elements/1.1/">x</p:publisher><ttl>', "webMaster"),
        (b"<link>https://news.example", b"<link>", "URLs"),
        (b"<ttl>30", b"<ttl>soon", "ttl"),
        (b'rel="self"', b'rel="alternate"', "atom:link"),
        (b"<language>en", b"<language>English!", "language"),
        (b"<ttl>", b"<textInput/><ttl>", "textInput"),
        (b"<ttl>", b"<image><url>https://a.example/x.png</url></image><ttl>", "image: url"),
        (
            b"<ttl>",
            b"<image><url>https://a.example/x.png</url><title>x</title><link>x</link></image><ttl>",
            "channel's",
        ),
        (b"<ttl>", b"<image><width>200</width></image><ttl>", "image: its width"),
        (b' isPermaLink="false"', b"", "guid"),
        (b"dc:creator", b"dc:contributor", "author"),
        (b'length="1234"', b'length="long"', "enclosure"),
        (b'type="audio/mpeg"', b'type="sound"', "enclosure"),
        (b"<enclosure ", b'<enclosure url="https://a.example/" length="1" type="a/b"/><enclosure ', "item: enclosure"),
        (b'domain="https://vestnik.example/topics"', b'domain=""', "category"),
        (b'<source url="https://vestnik.example/rss.xml"', b'<source url="rss.xml"', "source"),
        (b"<description>A new", b"<description>&lt;a href='/x'&gt; A new", "description"),
        (b"<pubDate>", b"<pubDate/><pubDate>", "pubDate"),
        (b"</item>", b"</item><managingEditor>a@b.example</managingEditor>", "items follow"),
    ],
)
def test_each_rule_can_be_broken(good: bytes, bad: bytes, rule: str) -> None:
    """A feed with one thing changed is found out, by the rule that is meant."""
    assert good in GOOD
    assert any(rule in found for found in breaches(GOOD.replace(good, bad)))
