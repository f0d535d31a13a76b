"""What must hold for any bytes: a function for each thing that is fed with what strangers wrote.

`fuzz/run.py` calls these with bytes of its own invention, and `tests/hostile/test_findings.py` with all that ever broke
one of them. Each returns or raises nothing but AssertionError; any other exception is a finding, too.
"""

import random
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

from lxml import etree, html
from support.entries import BASE_URL, CREATED, a_masthead, an_attribution, an_entry

from syndicator.allowed import ATTRIBUTES, ILLEGAL, TAGS, clean_text
from syndicator.articles.clean import clean_html, text_of
from syndicator.articles.compose import compose
from syndicator.decode import decode_fetched, decode_page, decode_text
from syndicator.errors import ExtractError, ModelError, ParseError, Unfit
from syndicator.model import Category, Document, EditionKey, Enclosure, Item, Link, Rendering, Source, SourceKind
from syndicator.publishing.atom import render_atom
from syndicator.publishing.pages import render_edition_pages, render_story_page
from syndicator.publishing.rss import render_rss
from syndicator.publishing.text import fit
from syndicator.sources.articlefile import READERS, ArticleFile, read_article
from syndicator.sources.feed import parse_feed
from syndicator.translation import manifest
from syndicator.translation.blocks import Sentence, join
from syndicator.translation.index import available
from syndicator.translation.markup import split
from syndicator.translation.packages import inspect, is_kept, parse_metadata, unpack

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ENGLISH = EditionKey(language="en")
MASTHEAD = a_masthead(Path("/nowhere"))
SUFFIXES = sorted(READERS)
CHARSETS = (None, "utf-8", "windows-1251", "koi8-r", "utf-16", "iso-8859-1", "utf-7", "x-unknown")
WEB = ("http://", "https://")
ADDRESSES = ("href", "src", "cite", "poster")
SCRIPTS = re.compile(rb"<script|<iframe")
VOID = {"br", "col", "hr", "img", "source", "wbr"}


def feed(content: bytes) -> None:
    """Read a feed, whatever it is: a Reading with ids all different, or a ParseError; what comes of it is clean."""
    with suppress(ParseError):
        document = Document(url="https://origin.example/feed", content=content, media_type=None, charset=None)
        reading = parse_feed(document, max_items=10, now=NOW)
        ids = [item.origin_id for item in reading.items]
        assert len(set(ids)) == len(ids) <= 10
        assert all(ids)
        source = Source(slug="origin", kind=SourceKind.FEED, url="https://origin.example/feed", language="ru")
        for item in reading.items:
            _is_composed(item, source)


def file(content: bytes) -> None:
    """Read a file in an inbox, whose first byte says of which kind it is."""
    suffix = SUFFIXES[content[0] % len(SUFFIXES)] if content else ".txt"
    name = f"a{suffix}"
    with suppress(ParseError):
        item = read_article(ArticleFile(id=name, url="file:///a", content=content[1:], modified=NOW), now=NOW)
        _is_composed(item, Source(slug="inbox", kind=SourceKind.INBOX, folder=Path("/nowhere"), language="ru"))


def page(content: bytes) -> None:
    """Extract an article from a web page."""
    document = Document(url="https://origin.example/a/b", content=content, media_type="text/html", charset=None)
    item = Item(origin_id="1", url=document.url, title="", page=document)
    _is_composed(item, Source(slug="page", kind=SourceKind.PAGE, url="https://origin.example/", language="ru"))


def _is_composed(item: Item, source: Source) -> None:
    """Say that an article, if one comes of the item, holds only what may be published."""
    with suppress(ExtractError, ParseError):
        article = compose(item, source, known=None, now=NOW)
        assert article is not None
        is_publishable(article.html)
        assert article.title
        assert clean_text(article.title) == article.title
        assert article.published <= NOW
        f"{article}".encode()  # no half of a surrogate pair gets in
        for url in (article.url, *(enclosure.url for enclosure in article.enclosures)):
            assert url is None or url.startswith(WEB)


def clean(content: bytes) -> None:
    """Clean markup of any kind: it is publishable then, and comes out of the cleaner again as it is."""
    markup = content.decode("utf-8", "replace")
    once = clean_html(markup, base_url="https://origin.example/news/")
    is_publishable(once)
    assert clean_html(once, base_url=None) == once
    text_of(once)


def is_publishable(fragment: str, *, ours: Mapping[str, str] = MappingProxyType({})) -> None:
    """Assert that a fragment is well-formed and holds nothing that is not on our lists, for every parser alike.

    `ours` are attributes that we add ourselves, each with the pattern that the whole of its value must match.
    """
    assert not ILLEGAL.search(fragment)
    if not fragment.strip():
        return
    tree = html.fragment_fromstring(fragment, create_parent="div")
    xhtml = etree.fromstring(etree.tostring(tree, method="xml"))
    assert "".join(xhtml.itertext()) == "".join(tree.itertext())
    for element in list(tree.iter())[1:]:
        assert element.tag in TAGS, element.tag
        listed = ATTRIBUTES["*"] | ATTRIBUTES.get(str(element.tag), set()) | {"rel", "controls"}
        theirs = {
            name: value
            for name, value in element.attrib.items()
            if name not in ours or not re.fullmatch(ours[name], value)
        }
        assert set(theirs) <= listed, element.attrib
        for name in ADDRESSES:
            assert theirs.get(name, "https://").startswith((*WEB, "mailto:")), element.attrib


class _Outline(HTMLParser):
    """The elements of a fragment; fails if a tag closes what is not open."""

    def __init__(self, fragment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[str] = []
        self.feed(fragment)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, without what is translated in it."""
        self.found.append(f"{tag} {[pair for pair in attrs if pair[0] not in ('alt', 'title')]}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note where it ends."""
        assert self.open.pop() == tag


def segment(content: bytes) -> None:
    """Take clean HTML apart and put it together again, as it was or with whatever an engine makes of it."""
    markup = clean_html(content.decode("utf-8", "replace"), base_url=None)
    dice = random.Random(len(content))
    try:
        skeleton = split(markup, "ru")
    except Unfit:
        return
    assert join(skeleton, lambda _: None) == markup
    after = join(skeleton, lambda sentence: _scrambled(sentence, dice))
    assert sorted(_Outline(after).found) == sorted(_Outline(markup).found)
    is_publishable(clean_html(after, base_url=None))


def _scrambled(sentence: Sentence, dice: random.Random) -> Rendering:
    """Return what the worst engine might: words in any order, lost and made up, with links at random."""
    words = [*sentence.text.split(), "one", "<script>", "&", '"', "\x00", "\ufffe"]
    dice.shuffle(words)
    text = " ".join(words[: dice.randint(1, len(words))])
    ends = len(sentence.text) + 2, len(text) + 2
    links = tuple(
        Link(
            source_start=dice.randint(-1, ends[0]),
            source_end=dice.randint(-1, ends[0]),
            target_start=dice.randint(-1, ends[1]),
            target_end=dice.randint(-1, ends[1]),
        )
        for _ in range(dice.randint(0, 8))
    )
    return Rendering(text=text, links=links, score=None)


def render(content: bytes) -> None:
    """Render an entry of any texts: feeds and pages are well-formed and hold nothing unsafe."""
    pieces = content.decode("utf-8", "replace").split("\t")
    pieces += [""] * (10 - len(pieces))
    title, body, summary, author, name, home_url, original_url, term, media_url, language = pieces[:10]
    entry = fit(
        an_entry(
            title=title,
            html=body,
            summary=summary,
            authors=(author,),
            attribution=an_attribution(name="N" + name, home_url=home_url, rights=name, language=language or None),
            original_url=original_url,
            categories=(Category(term=term, scheme=home_url, label=name),),
            enclosures=(Enclosure(url=media_url, media_type=term, length_bytes=len(title), title=summary),),
        )
    )
    for rendered in (
        render_atom(ENGLISH, [entry], masthead=MASTHEAD, created=CREATED),
        render_rss(ENGLISH, [entry], masthead=MASTHEAD, created=CREATED),
    ):
        ET.fromstring(rendered)  # noqa: S314 - expat: a parser of another make, on our own bytes
        assert not SCRIPTS.search(rendered.lower())
    for rendered in (
        render_story_page(ENGLISH, entry, masthead=MASTHEAD),
        render_edition_pages(ENGLISH, [entry], masthead=MASTHEAD, created=CREATED)["index.html"],
    ):
        is_harmless(rendered)


def is_harmless(rendered: bytes) -> None:
    """Assert that nothing on a page runs but our own files, and that it leads nowhere but to the web."""
    tree = html.document_fromstring(rendered, parser=html.HTMLParser(encoding="utf-8"))
    assert not tree.xpath("//iframe | //object | //embed | //base | //@style | //@srcdoc | //style | //svg | //math")
    assert all(_is_ours(str(one.get("src", "//"))) and not one.text for one in tree.iter("script"))
    assert all(_is_ours(str(one.get("action", ""))) for one in tree.iter("form"))
    assert not [name for element in tree.iter() for name in element.attrib if str(name).startswith("on")]
    for address in tree.xpath("//@href | //@src | //@cite | //@poster"):
        is_subscribing = f":{BASE_URL}" in str(address)  # `feed:` and the like, which open a feed reader
        scheme = str(address).partition(":")[0].lower() if ":" in str(address) else "https"
        assert is_subscribing or scheme in {"http", "https", "mailto"}, address


def _is_ours(address: str) -> bool:
    """Say whether an address leads to a file of ours, beside the page or above it."""
    return ":" not in address and not address.startswith(("//", "/\\"))


def decode(content: bytes) -> None:
    """Decode bytes: they are text that can be written again, or a ParseError says why not."""
    charset = CHARSETS[content[0] % len(CHARSETS)] if content else None
    for read in (
        lambda: decode_text(content[1:], declared=charset),
        lambda: decode_fetched(content[1:], declared=(charset, "windows-1251")),
        lambda: decode_page(content[1:], declared=charset),
    ):
        with suppress(ParseError):
            text = read()
            assert "\0" not in text
            text.encode()


def metadata(content: bytes) -> None:
    """Read a package's metadata.json, a package index and a manifest: understood, or refused in words."""
    with suppress(ModelError):
        found = parse_metadata(content)
        assert "/" not in found.name
        assert found.name.isprintable()
    with suppress(ModelError):
        assert all(offer.urls for offer in available(content))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / manifest.MANIFEST).write_bytes(content)
        model = manifest.look_at(Path(folder))
        assert model is None or model.problem or not model.size_bytes


def package(content: bytes) -> None:
    """Unpack an archive: it is refused in words, or all stays in its folder, under the names that it tells."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "p.argosmodel"
        archive.write_bytes(content)
        target = Path(folder) / "in" / "target"
        target.mkdir(parents=True)
        with suppress(ModelError):
            contents = inspect(archive)
            written = unpack(archive, contents, target)
            found = {one.relative_to(target).as_posix() for one in target.rglob("*") if one.is_file()}
            assert found == set(written) == set(contents.files)
            assert all(is_kept(name) for name in found)
        assert {one.name for one in Path(folder).iterdir()} == {"p.argosmodel", "in"}
        assert [one.name for one in (Path(folder) / "in").iterdir()] == ["target"]


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "feed": feed,
    "file": file,
    "page": page,
    "clean": clean,
    "segment": segment,
    "render": render,
    "decode": decode,
    "metadata": metadata,
    "package": package,
}
"""What is fuzzed, by name."""
