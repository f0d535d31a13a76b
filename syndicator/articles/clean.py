"""Make untrusted text and HTML fit to publish. Knows what an article may hold; refuses to know where it came from.

HTML goes through three hands. lxml makes it well nested, since a few kilobytes of crossed tags make an HTML5 parser
copy elements by the million. nh3 lets through what is on our lists, and nothing else. A pass over its output, which is
regular enough for that, drops what is empty or only counts readers and puts the text into NFC.

Dropped everywhere: characters that XML can't carry; soft hyphens, zero-width spaces and byte order marks, which split
words for translation and search; bidi embeddings, overrides and isolates, which leak out of the text they stand in
(`dir` and the implicit marks stay). Joiners (ZWJ, ZWNJ) change what is read and stay.
"""

import html as entities
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html
from lxml import etree

from syndicator.allowed import BLOCKS, ILLEGAL, WEB, address, allowed, characters, is_crowded

FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
"""What an HTML5 parser opens again in every following block when it was not closed (its "active formatting")."""
WRAPPERS = ("center", "dialog", "fieldset", "form", "hgroup", "nav", "search")
"""Blocks that are not let through; they become `div`, since the words on both sides would run together."""
LAZY = ("data-src", "data-original", "data-lazy-src")
VOID = frozenset({"br", "col", "hr", "img", "source", "wbr"})
CONTENT = frozenset({"hr", "img", "source", "td", "th"})
"""Elements that count as content though no text is in them."""
COUNTERS = re.compile(
    r"//(?:[^/]*\.)?(?:feedburner\.com/~r|feedsportal\.com|pixel\.wp\.com|stats\.wordpress\.com|scorecardresearch\.com"
    r"|google-analytics\.com|doubleclick\.net|facebook\.com/tr\b|px\.ads\.linkedin\.com|mc\.yandex\.(?:ru|com)"
    r"|counter\.yadro\.ru|top-fwz1\.mail\.ru|counter\.rambler\.ru|tns-counter\.ru|hit\.gemius\.\w+|medium\.com/_/stat)"
    r"|/(?:pixel|beacon|1x1|spacer|blank)\.(?:gif|png)\b",
    re.IGNORECASE,
)
"""Addresses of images whose only use is to count readers, or to fill space."""

MAX_DEPTH = 60
"""Deeper nesting means nothing to a reader; the tags go, the text stays."""
MAX_FORMATTING = 8
"""Formatting elements inside each other; bounds how much an HTML5 parser can copy."""
MAX_ROUNDS = 8

TOKEN = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?: [a-z-]+="[^"]*")*)>|(?P<text>[^<]+)')
"""A tag or a text, as nh3 writes them: lower case, every attribute in double quotes, `<` and `>` escaped."""
ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
DOCUMENT_TAGS = re.compile(r"</?(?:html|body|noscript)\b[^<>]*>", re.IGNORECASE)
"""lxml drops what follows `</html>`; nh3 takes the content of noscript (often the real image) for text."""


def clean_html(html: str, *, base_url: str | None) -> str:
    """Return the part of an HTML fragment that may be published, as a fragment with balanced tags.

    Relative addresses are resolved against `base_url`; without one they go. Links have http, https or mailto, media
    http or https. Tracking parameters, counting images and empty elements are gone. Text is NFC. Of markup that no
    parser could take in seconds (`is_crowded`) the text alone is left. Idempotent.
    """
    html = characters(html)
    if is_crowded(html):
        html = f"<p>{' '.join(_texts(html))}</p>"
    for _ in range(MAX_ROUNDS):
        cleaned = _tidy(allowed(_well_nested(html), base_url=base_url))
        if cleaned == html:
            break
        html = cleaned
    return html


def legal(text: str) -> str:
    """Return a text without what no XML document may hold, and lxml therefore refuses to take."""
    return ILLEGAL.sub("", text)


def text_of(html: str) -> str:
    """Return the plain text of clean HTML: a line for each line of a block, a blank line between blocks."""
    pieces: list[str] = []
    for token in TOKEN.finditer(html):
        name = token["name"]
        if token["text"]:
            pieces.append(re.sub(r"\s+", " ", entities.unescape(token["text"])))
        elif name in BLOCKS:
            pieces.append("\n\n")
        elif name == "br":
            pieces.append("\n")
        elif name in ("td", "th"):
            pieces.append(" ")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def web_url(url: str | None, *, base_url: str | None = None) -> str | None:
    """Return a URL that is fit to publish, absolute, without tracking; None if it is no http or https address."""
    return address(url or "", base_url, WEB)


def _well_nested(html: str) -> str:
    """Return the same markup with every element closed where it was opened, and none nested too deep."""
    html = DOCUMENT_TAGS.sub("", html)
    if not html.strip():
        return ""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root = lxml.html.document_fromstring(f"<html><body>{html}</body></html>".encode(), parser=parser)
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        return _bare_text(html)  # lxml stopped at its limits: what follows would be lost
    _modernise(root)
    _flatten(root)
    return str(etree.tostring(root, encoding="unicode", method="html"))


def _bare_text(html: str) -> str:
    """Return the text of markup that no parser of ours takes, as paragraphs."""
    return "".join(f"<p>{text}</p>" for text in _texts(html))


def _texts(html: str) -> list[str]:
    """Return the texts between the tags of markup, escaped. Linear in time."""
    html = re.sub(r"(?is)<(script|style)\b(?:(?!</\1).)*+(?:</\1|\Z)|<!--(?:(?!-->).)*+(?:-->|\Z)", "", html)
    texts = (entities.escape(entities.unescape(piece).strip()) for piece in re.split(r"<[^<>]*>", html))
    return [text for text in texts if text]


def _flatten(root: lxml.html.HtmlElement) -> None:
    """Give elements that are nested too deep a name that nh3 does not let through. Linear, unlike `drop_tag`."""
    depths: dict[etree._Element | None, tuple[int, int]] = {root: (0, 0)}
    for element in root.iterdescendants():
        depth, formatting = depths[element.getparent()]
        formatting += element.tag in FORMATTING
        depths[element] = (depth + 1, formatting)
        if depth >= MAX_DEPTH or formatting > MAX_FORMATTING:
            if element.tag in BLOCKS:
                element.text = "\n" + (element.text or "")
                element.tail = "\n" + (element.tail or "")
            element.tag = "flattened"


def _modernise(root: lxml.html.HtmlElement) -> None:
    """Turn wrappers that we don't let through into `div`, and give lazily loaded images their address."""
    for element in root.iter(*WRAPPERS):
        element.tag = "div"
    for image in root.iter("img"):
        real = next((image.get(name) for name in LAZY if image.get(name)), None)
        if real and not image.get("src", "").startswith(("http:", "https:")):
            image.set("src", real)


@dataclass(slots=True)
class _Open:
    """An element that is open while `_tidy` goes over the markup."""

    name: str
    start: int
    """Where its start tag stands in what is written; -1 if that was left out."""
    has_content: bool = False


def _tidy(html: str) -> str:
    """Return nh3's output without empty elements, counting images and links that lead nowhere; text in NFC."""
    written: list[str] = []
    opened: list[_Open] = [_Open("", -1)]
    for token in TOKEN.finditer(html):
        name = token["name"]
        if token["text"]:
            # Only ever the text alone: NFC makes one character of a `>` and a following U+0338.
            text = unicodedata.normalize("NFC", characters(token["text"]))
            if opened[-1].name == "pre" and written[-1].startswith("<pre"):
                text = text.lstrip("\n")  # an HTML parser drops the first of these each time
            opened[-1].has_content |= bool(text.strip())
            written.append(text)
        elif token["end"]:
            _close(written, opened)
        elif name in VOID:
            if name not in ("img", "source") or _is_shown(token):
                written.append(token[0])
                opened[-1].has_content |= name in CONTENT
        else:
            is_empty_link = name == "a" and ' href="' not in token["attributes"]
            opened.append(_Open(name, -1 if is_empty_link else len(written)))
            opened[-1].has_content = name in ("td", "th") or ' src="' in token["attributes"]
            if not is_empty_link:
                written.append(token[0])
    return "".join(written).strip()


def _close(written: list[str], opened: list[_Open]) -> None:
    """End the innermost element: write its end tag, or take back all of it if nothing is in it."""
    element = opened.pop()
    opened[-1].has_content |= element.has_content
    if element.has_content:
        written.extend([] if element.start < 0 else [f"</{element.name}>"])
        return
    inside = "" if element.name in BLOCKS else "".join(written[element.start + 1 :]) if element.start >= 0 else None
    if inside is None:
        return
    del written[element.start :]
    if inside:
        written.append(inside)
    elif element.name in BLOCKS and written and not written[-1].endswith((">", "\n")):
        written.append("\n")  # the words before and after stood apart


def _is_shown(token: re.Match[str]) -> bool:
    """Return whether an img or source tag has an address and is there to be looked at."""
    attributes = dict(_attributes(token["attributes"]))
    is_speck = all(attributes.get(side) in ("0", "1") for side in ("width", "height"))
    return "src" in attributes and not is_speck and not COUNTERS.search(attributes["src"])


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for found in ATTRIBUTE.finditer(text):
        yield found[1], entities.unescape(found[2])
