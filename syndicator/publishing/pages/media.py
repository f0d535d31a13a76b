"""What an article's own HTML may load on a page, and how it fits on one. Knows HTML as `articles.clean` leaves it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape

from syndicator.publishing.masthead import Images
from syndicator.publishing.pictures import Picture, Pictures

_IMAGE = re.compile(r"<img\b([^<>]*)>")
_PLAYER = re.compile(r"<(video|audio)\b([^<>]*)>.*?</\1>", re.DOTALL)
_ATTRIBUTE = re.compile(r'\b(alt|src)="([^"]*)"')
_PLACE = re.compile(r'\s(?:src|width|height)="[^"]*"')
_OPEN_LINK = re.compile(r"<a\b[^<>]*>(?:(?!</a>).)*$", re.DOTALL)
_LONGEST_LINK = 4000
"""Characters before an image among which the link around it is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Where a page finds the copies of images."""

    pictures: Pictures
    root: str
    """The way from the page up to the directory of all editions."""


def prepared(html: str, *, images: Images, table: str, copies: Copies) -> str:
    """Return an article's HTML as a page shows it; `table` is what a table is called to those who can't see it.

    By "link", images are loaded when they come into view, films and recordings when they are started. By "cache",
    images are copies of ours, with their true size. All that is not loaded is a link to it, named by its alternative
    text. Tables scroll by themselves.
    """

    def shown(image: re.Match[str]) -> str:
        if images == "link":
            return _lazy(image)
        url = unescape(dict(_ATTRIBUTE.findall(image[1])).get("src", ""))
        picture = copies.pictures.copy_of(url) if images == "cache" and url else None
        return _copied(image[1], picture, root=copies.root) if picture else _named(image, image[1])

    if "<img" in html:
        html = _IMAGE.sub(shown, html)
    if "<video" in html or "<audio" in html:
        html = _PLAYER.sub(_started if images == "link" else lambda found: _named(found, found[0]), html)
    if "<table" in html:
        opening = f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(table)}"><table'
        html = re.sub(r"<table(?=[\s>])", lambda _: opening, html).replace("</table>", "</table></div>")
    return html


def picture_addresses(html: str) -> Iterator[str]:
    """Yield the address of each image in an article's HTML, as often as it stands there."""
    for image in _IMAGE.finditer(html):
        if source := dict(_ATTRIBUTE.findall(image[1])).get("src"):
            yield unescape(source)


def _copied(attributes: str, picture: Picture, *, root: str) -> str:
    """Return an image as its copy; its size is known, so that nothing moves while it loads."""
    told = dict(_ATTRIBUTE.findall(attributes))
    rest = _PLACE.sub("", attributes).rstrip(" /")
    alternative = "" if "alt" in told else ' alt=""'
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img loading="lazy" decoding="async"{alternative}{rest} src="{root}{picture.file}" {size}>'


def _lazy(image: re.Match[str]) -> str:
    alternative = "" if "alt" in dict(_ATTRIBUTE.findall(image[1])) else ' alt=""'
    return f'<img loading="lazy" decoding="async"{alternative}{image[1]}>'


def _started(player: re.Match[str]) -> str:
    return player[0].replace(f"<{player[1]}", f'<{player[1]} preload="none"', 1)


def _named(found: re.Match[str], attributes: str) -> str:
    """Return a link to what is not loaded, or its name alone inside another link."""
    stated = dict(_ATTRIBUTE.findall(attributes))
    address = stated.get("src", "")
    name = unescape(stated.get("alt", "")).strip() or unescape(address).rsplit("/", 1)[-1] or "…"
    before = found.string[max(0, found.start() - _LONGEST_LINK) : found.start()]
    if not address or _OPEN_LINK.search(before):
        return f'<span class="image">[{escape(name, quote=False)}]</span>'
    return f'<a class="image" href="{address}" rel="noopener noreferrer">[{escape(name, quote=False)}]</a>'
