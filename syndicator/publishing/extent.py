"""Make an entry fit to be published: no text that can't be carried, and none that its source's rights do not allow.

It is done once, before anything is rendered: so no feed and no page can hold more than another.
"""

import re
from dataclasses import replace
from html import escape

from syndicator.errors import PublishError
from syndicator.model import Entry, Extent
from syndicator.publishing.masthead import Masthead, path_part
from syndicator.publishing.text import clean, excerpt, fit, one_line, plain

EXCERPT_LENGTH = 300
"""Characters of an excerpt at most: two or three sentences, as a search engine shows them."""
_SENTENCE_END = re.compile(
    r"""(?:(?<=\w\w\w)\.|(?<=[\])»”’"'])\.|[!?…]+)[\])»”’"']*(?=\s+[^\sа-яёa-z])"""  # no initial, no abbreviation
)


def fitted(entry: Entry, *, masthead: Masthead) -> Entry:
    """Return an entry with text that can be carried, and no more of it than may be published.

    Raises `PublishError` for one that must not be published: it says not whose it is.
    """
    path_part(entry.story)  # before anything is left out of it
    fit_entry = fit(entry)
    source = fit_entry.attribution
    if not source.name.strip():
        raise PublishError(
            f"story {entry.story} can't be published without saying whose it is: "
            f"give the source {source.slug!r} a name in the configuration"
        )
    local = masthead.local_name(source, entry.language)
    fit_entry = replace(fit_entry, attribution=replace(source, local_name=local and clean(local)))
    return limited(fit_entry, masthead.extents.get(source.slug, Extent.FULL))


def limited(entry: Entry, extent: Extent) -> Entry:
    """Return an entry with no more of its text than `extent` allows; what says whose it is stays.

    Of an excerpt, the title, the beginning and what is attached (it is only linked to) stay; of a headline, the title.
    """
    if extent is Extent.FULL:
        return replace(entry, extent=extent)
    bare = replace(entry, extent=extent, html="", summary="", original=None, pairs=())
    if extent is Extent.HEADLINE:
        return replace(bare, enclosures=())
    beginning = opening(one_line(entry.summary) or plain(entry.html), length=EXCERPT_LENGTH)
    return replace(bare, summary=beginning, html=f"<p>{escape(beginning, quote=False)}</p>" if beginning else "")


def opening(text: str, *, length: int) -> str:
    """Return whole sentences from the beginning of a text of one line; cut after a word where the first is too long."""
    if len(text) <= length:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, length + 1) if match.end() <= length]
    if ends and ends[-1] >= length // 3:
        return text[: ends[-1]]
    return excerpt(text, length=length)
