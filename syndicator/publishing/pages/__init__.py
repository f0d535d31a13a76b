"""Write the pages that people open in a browser: stories, front pages, how to subscribe, the list of all editions.

Static HTML that is whole without scripts; what it loads is our own style sheet and small scripts, codes for cameras,
and the images of articles as the settings say.
"""

from collections.abc import Iterator
from importlib import resources

from syndicator.publishing.masthead import STYLE
from syndicator.publishing.pages import front, story, subscribe
from syndicator.publishing.pages.editions import render_editions_page
from syndicator.publishing.pages.front import Section, is_older_page, render_edition_pages
from syndicator.publishing.pages.gone import render_gone_page
from syndicator.publishing.pages.story import render_story_page
from syndicator.publishing.pages.subscribe import codes, render_subscribe_page

__all__ = [
    "ASSETS",
    "Section",
    "assets",
    "codes",
    "is_older_page",
    "render_edition_pages",
    "render_editions_page",
    "render_gone_page",
    "render_story_page",
    "render_subscribe_page",
]

ASSETS = (STYLE, front.SCRIPT, story.SCRIPT, subscribe.SCRIPT)
"""What pages load of ours, beside them in the directory of all editions."""


def assets() -> Iterator[tuple[str, bytes]]:
    """Yield the files that pages load, by their path below the directory."""
    for name in ASSETS:
        yield name, resources.files(__package__).joinpath("static", name).read_bytes()
