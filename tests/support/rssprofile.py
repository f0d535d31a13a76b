"""The RSS Advisory Board's profile (rssboard.org/rss-profile) as rules that a feed can be held to, one by one.

Compared with what the W3C's feed validator (w3c/feedvalidator) says of the profile.
"""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree, html

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_PUBLISHER = "{http://purl.org/dc/elements/1.1/}publisher"
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d{2}:\d{2}:\d{2} (?:GMT|[+-]\d{4})"
)
_EMAIL = re.compile(r"[^\s@()]+@[^\s@()]+ \([^()]+\)")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_PLAIN = re.compile(rb">([^<]*)</(?:title|copyright|webMaster|managingEditor|category|source|author|comments|name)>")
_PARENTS = {"rss", "channel", "item", "image", "textInput", "skipDays", "skipHours"}
_MANY = {"category", "item"}
"""Elements of RSS itself that may stand more than once; an item's enclosure, to the profile, may not."""


def breaches(rss: bytes) -> list[str]:
    """Return what in a feed is not as the profile has it; each with the rule's section."""
    root = etree.fromstring(rss)
    return [*_of_document(rss, root), *_of_channel(root), *_of_items(root)]


def _of_document(rss: bytes, root: etree._Element) -> Iterator[str]:
    if (root.tag, root.get("version")) != ("rss", "2.0"):
        yield "rss: version 2.0 must be stated"
    if [child.tag for child in root] != ["channel"]:
        yield "rss: it contains one channel and nothing else"
    if any(each in text for text in _PLAIN.findall(rss) for each in (b"&amp;", b"&lt;", b"&gt;")):
        yield "character data: &, < and > of plain text are encoded by their numbers"
    for element in root.iter("{}*"):
        if element.tag not in _PARENTS and len(element):
            yield f"character data: {element.tag} has elements in it"
    yield from _of_values(root)


def _of_values(root: etree._Element) -> Iterator[str]:
    for element in root.iter("pubDate", "lastBuildDate"):
        if not _DATE.fullmatch(element.text or ""):
            yield f"dates: {element.text} is not RFC 822 with a year of four digits"
        elif not (parsedate_to_datetime(element.text or "")).tzinfo:
            yield "dates: a zone must be stated"
    for element in root.iter("managingEditor", "webMaster", "author"):
        if not _EMAIL.fullmatch(element.text or ""):
            yield f"e-mail addresses: {element.text} is not `address (name)`"
    for element in root.iter("link", "docs", "comments", "url"):
        if not _is_absolute(element.text):
            yield f"URLs: {element.tag} is relative: {element.text}"


def _of_channel(root: etree._Element) -> Iterator[str]:
    (channel,) = root.findall("channel")
    yield from _of_order(channel, required=("title", "link", "description"))
    own = channel.findall(f"{_ATOM}link[@rel='self']")
    if len(own) != 1 or own[0].get("type") != "application/rss+xml" or not _is_absolute(own[0].get("href")):
        yield "atom:link: one says where the feed itself is, with its type"
    language = channel.findtext("language")
    if language is not None and not _LANGUAGE.fullmatch(language):
        yield f"language: {language}"
    ttl = channel.findtext("ttl")
    if ttl is not None and not (ttl.isdigit() and int(ttl) > 0):
        yield f"ttl: {ttl} is no number of minutes"
    for name in ("cloud", "rating", "textInput"):
        if channel.find(name) is not None:
            yield f"{name}: it should not be used"
    if channel.find("webMaster") is not None and channel.find(_PUBLISHER) is not None:
        yield "webMaster: dc:publisher says the same once more"
    for image in channel.findall("image"):
        yield from _of_image(image, channel)


def _of_image(image: etree._Element, channel: etree._Element) -> Iterator[str]:
    if any(image.find(name) is None for name in ("url", "title", "link")):
        yield "image: url, title and link must be there"
    elif any(image.findtext(name) != channel.findtext(name) for name in ("title", "link")):
        yield "image: its title and link are the channel's"
    for name, most in (("width", 144), ("height", 400)):
        value = image.findtext(name)
        if value is not None and not (value.isdigit() and 0 < int(value) <= most):
            yield f"image: its {name} is {most} at most, not {value}"


def _of_items(root: etree._Element) -> Iterator[str]:
    guids = [guid.text for guid in root.iter("guid")]
    if len(set(guids)) != len(guids):
        yield "guid: two items have the same"
    for item in root.iter("item"):
        yield from _of_order(item, required=("guid", "pubDate"))
        if item.find("title") is None and item.find("description") is None:
            yield "item: it has neither title nor description"
        guid = item.find("guid")
        if guid is not None and guid.get("isPermaLink") != "false" and not _is_absolute(guid.text):
            yield "guid: one that is no address says so"
        if item.find("author") is None and item.find(_CREATOR) is None:
            yield "author: without an e-mail address, dc:creator names who wrote it"
        yield from _of_parts(item)


def _of_parts(item: etree._Element) -> Iterator[str]:
    for enclosure in item.findall("enclosure"):
        if not _is_absolute(enclosure.get("url")) or not (enclosure.get("length") or "").isdigit():
            yield "enclosure: it has an address and a length"
        if not re.fullmatch(r"[^\s/]+/[^\s/]+", enclosure.get("type") or ""):
            yield "enclosure: it has a media type"
    for source in item.findall("source"):
        if not _is_absolute(source.get("url")):
            yield "source: it has the address of the source's feed"
    for category in item.findall("category"):
        if not (category.text or "").strip() or category.get("domain") == "":
            yield "category: neither it nor its domain is empty"
    tags = [child.tag for child in item]
    if _CONTENT in tags and not ("description" in tags and tags.index("description") < tags.index(_CONTENT)):
        yield "content:encoded: it follows the description"
    for name in ("description", _CONTENT):
        yield from (f"{name}: a relative address, {each}" for each in _relative(item.findtext(name) or ""))


def _of_order(parent: etree._Element, *, required: tuple[str, ...]) -> Iterator[str]:
    tags = [child.tag for child in parent if not str(child.tag).startswith("{")]
    yield from (f"{parent.tag}: {name} is missing" for name in required if name not in tags)
    yield from (f"{parent.tag}: {name} stands more than once" for name in set(tags) - _MANY if tags.count(name) > 1)
    if tags.count("item") and set(tags[tags.index("item") :]) - {"item"}:
        yield "channel: items follow all else"


def _relative(markup: str) -> list[str]:
    if not markup.strip():
        return []
    root = html.fragment_fromstring(markup, create_parent="div")
    return [str(value) for value in root.xpath("//@href | //@src") if not _is_absolute(value, "mailto")]


def _is_absolute(address: str | None, *more: str) -> bool:
    parts = urlsplit(address or "")
    return parts.scheme in more or (parts.scheme in {"http", "https", "file"} and bool(parts.netloc or parts.path))
