"""The page that takes the place of a story that is not published any more: it says so, and holds nothing of it."""

from syndicator.model import EditionKey
from syndicator.publishing.catalogue import catalogue, spoken
from syndicator.publishing.masthead import Masthead, story_path
from syndicator.publishing.pages.document import Page, render


def render_gone_page(key: EditionKey, story: str, *, masthead: Masthead) -> bytes:
    """Return the page for a story's address. Its head tells a server of ours to answer 410, and others not to list it.

    A page rather than none: whoever copies the folder without deleting must not go on showing the old text.
    """
    _ = catalogue(spoken(key.language)).gettext
    title = _("No longer published")
    page = Page(
        path=story_path(key.language, story),
        language=key.language,
        title=f"{title} — {masthead.publisher}",
        feeds_of=EditionKey(language=key.language),
    )
    return render("gone.html", page, masthead=masthead, values={"title": title})
