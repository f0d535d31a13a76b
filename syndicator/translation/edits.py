"""Change a translation after the engine, with its word alignment kept true. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from syndicator.model import Link, Rendering


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edit:
    """Characters [start, end) of the target text are to read `text`."""

    start: int
    end: int
    text: str


def apply(rendering: Rendering, edits: Sequence[Edit]) -> Rendering:
    """Return the rendering with all edits made; of edits that overlap, the first given counts.

    Every link goes on to cover the words that it covered; what is replaced inside a word stays linked.
    """
    chosen: list[Edit] = []
    for edit in edits:
        if all(edit.end <= other.start or other.end <= edit.start for other in chosen):
            chosen.append(edit)
    if not chosen:
        return rendering
    chosen.sort()
    parts, after = [], 0
    for edit in chosen:
        parts += [rendering.text[after : edit.start], edit.text]
        after = edit.end
    text = "".join([*parts, rendering.text[after:]])
    links = []
    for link in rendering.links:
        start = _moved(link.target_start, chosen, is_end=False)
        end = _moved(link.target_end, chosen, is_end=True)
        if start < end:
            links.append(replace(link, target_start=start, target_end=end))
    return replace(rendering, text=text, links=_in_order(links))


def _moved(position: int, edits: Sequence[Edit], *, is_end: bool) -> int:
    """Return where a position of the old text stands in the new; inside an edit, at that end of its new text."""
    shift = 0
    for edit in edits:
        if position < edit.start or (position == edit.start and (is_end or edit.start < edit.end)):
            break
        if position < edit.end:
            return edit.start + shift + (len(edit.text) if is_end else 0)
        shift += len(edit.text) - (edit.end - edit.start)
    return position + shift


def _in_order(links: Sequence[Link]) -> tuple[Link, ...]:
    return tuple(sorted(links, key=lambda link: (link.target_start, link.target_end, link.source_start)))
