"""What an article's own HTML may load on a page, and how it fits on one. Knows HTML as `articles.clean` leaves it."""

import re
from html import escape, unescape

_IMAGE = re.compile(r"<img\b([^<>]*)>")
_PLAYER = re.compile(r"<(video|audio)\b([^<>]*)>.*?</\1>", re.DOTALL)
_ATTRIBUTE = re.compile(r'\b(alt|src)="([^"]*)"')
_OPEN_LINK = re.compile(r"<a\b[^<>]*>(?:(?!</a>).)*$", re.DOTALL)
_LONGEST_LINK = 4000
"""Characters before an image among which the link around it is looked for."""


def prepared(html: str, *, images: str, table: str) -> str:
    """Return an article's HTML as a page shows it; `table` is what a table is called to those who can't see it.

    Where `images` are "none", each image, film and recording is a link to it, named by its alternative text. Else they
    are loaded when they come into view, films and recordings when they are started. Tables scroll by themselves.
    """
    if "<img" in html:
        html = _IMAGE.sub(_lazy if images == "link" else lambda found: _named(found, found[1]), html)
    if "<video" in html or "<audio" in html:
        html = _PLAYER.sub(_started if images == "link" else lambda found: _named(found, found[0]), html)
    if "<table" in html:
        opening = f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(table)}"><table'
        html = re.sub(r"<table(?=[\s>])", lambda _: opening, html).replace("</table>", "</table></div>")
    return html


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
