"""Who publishes, and where each file of an edition lies. Knows names and addresses; writes nothing."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from syndicator.errors import PublishError
from syndicator.model import Attribution, EditionKey, Entry, Extent, Topic, primary
from syndicator.publishing.text import link

_PATH_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")

Images = Literal["link", "cache", "none"]

STYLE = "style.css"
INDEX = "index.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """Who publishes, where to, and in which languages."""

    publisher: str
    rights: str | None
    """Of the editions as a whole."""
    contact: str | None
    """An e-mail address or a URL."""
    directory: Path
    """Where the editions land; absolute."""
    base_url: str
    """Of that directory; ends with "/"."""
    languages: tuple[str, ...]
    """Of the editions, as configured; the first is the default."""
    window: int
    """How many entries a feed holds at most."""
    tag_prefix: str
    """What `tag:` URIs begin with (RFC 4151): `tag:example.org,2026-11-24:`. Never changes."""
    images: Images = "link"
    """Whether pages show the images of articles from where they are, as copies of ours, or name them by a link."""
    source_images: Mapping[str, Images] = field(default_factory=dict)
    """The same of single sources, by their slugs."""
    extents: Mapping[str, Extent] = field(default_factory=dict)
    """How much is published of the texts of a source, by its slug; of those not named, all."""
    names: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """What sources are called in other languages (language and name), by their slugs, as configured."""
    name_in: Callable[[str, str], str | None] | None = None
    """Says what the name of a source is to readers of a language who can't read it; None where they can."""
    naming: str = ""
    """A digest of all that `name_in` goes by."""
    topics: tuple[Topic, ...] = ()
    """That have editions of their own."""
    has_bilingual: bool = False
    """Each language has an edition with the originals beside the translations."""
    hubs: tuple[str, ...] = ()
    """The hubs that readers can have changes pushed to them by (WebSub)."""

    @property
    def since(self) -> datetime:
        """Return when ids were first minted here: the midnight that `tag_prefix` names (RFC 4151 2.1)."""
        day = re.fullmatch(r"tag:.*,(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?:", self.tag_prefix)
        year, month, date = (int(part or 1) for part in day.groups()) if day else (1970, 1, 1)
        return datetime(year, month, date, tzinfo=UTC)

    @property
    def email(self) -> str | None:
        """Return the contact where it is an e-mail address (RFC 4287, appendix B: `.+@.+`)."""
        contact = (self.contact or "").strip().removeprefix("mailto:")
        return contact if re.fullmatch(r"[^\s@:/<>]+@[^\s@:/<>]+", contact) else None

    @property
    def site(self) -> str | None:
        """Return the contact where it is a web address."""
        return link(self.contact)

    @property
    def has_copies(self) -> bool:
        """Tell whether pages show copies of images, of all sources or some."""
        return "cache" in {self.images, *self.source_images.values()}

    def images_of(self, slug: str) -> Images:
        """Return how pages show the images of a source."""
        return self.source_images.get(slug, self.images)

    def edition(self, language: str) -> str | None:
        """Return the configured language that a text in `language` is published under; None where none fits."""
        same = [ours for ours in self.languages if primary(ours) == primary(language)]
        return language if language in same else next(iter(same), None)

    def local_name(self, source: Attribution, language: str) -> str | None:
        """Return what readers of a language call a source, where its own name is written so that they can't read it."""
        named = self.names.get(source.slug, ())
        configured = next((name for tag, name in named if primary(tag) == primary(language)), None)
        local = configured or (self.name_in(source.name, language) if self.name_in else None)
        return local if local != source.name else None

    def topic_name(self, key: EditionKey) -> str:
        """Return what readers of a topic's edition call the topic; its slug where it is not configured any more."""
        return next((one.name_in(key.language) for one in self.topics if one.slug == key.topic), key.topic or "")

    def url(self, path: str) -> str:
        """Return the public address of a file, given as its path below the directory."""
        return self.base_url + path


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A story's page in one edition."""

    language: str
    """Of the text."""
    path: str
    """Of the page, below the directory."""


def edition_folder(key: EditionKey) -> str:
    """Return the folder of an edition, below the directory and ending with "/".

    They are `ru/`, `ru/kremlin/` of a source, `ru/topics/trade/` of a topic, `ru/bilingual/`.
    """
    parts = [key.language]
    if key.source is not None:
        parts.append(key.source)
    elif key.topic is not None:
        parts += ["topics", key.topic]
    elif key.is_bilingual:
        parts.append("bilingual")
    return "".join(f"{path_part(part)}/" for part in parts)


def story_path(language: str, story: str) -> str:
    """Return where a story's page lies below the directory: `ru/stories/<story>.html`."""
    return f"{path_part(language)}/stories/{path_part(story)}.html"


def path_part(name: str) -> str:
    """Return `name` if it can be one part of a path and of a URL; raise `PublishError` if not."""
    if not _PATH_PART.fullmatch(name):
        raise PublishError(f"{name!r} can't be part of a file name: only letters a to z, digits, '.', '_' and '-' can")
    return name


def versions(entry: Entry, *, edition: str, masthead: Masthead) -> tuple[Version, ...]:
    """Return a story's pages in all editions, that of `edition` first, then its siblings' in their order.

    A sibling in a language that is no longer published has no page and is left out.
    """
    own = Version(language=entry.language, path=story_path(edition, entry.story))
    return (own, *_siblings(entry, edition=edition, masthead=masthead))


def _siblings(entry: Entry, *, edition: str, masthead: Masthead) -> Iterator[Version]:
    for sibling in entry.siblings:
        language = masthead.edition(sibling.language)
        if language is not None and language != edition:
            yield Version(language=sibling.language, path=story_path(language, sibling.story))


def default_version(found: tuple[Version, ...], *, entry: Entry, masthead: Masthead) -> Version:
    """Return the page for readers of other languages (`x-default`): the original's, else the first language's.

    It is the same seen from every page of the story.
    """
    languages = [primary(entry.original_language), *map(primary, masthead.languages)]
    by_language = {primary(version.language): version for version in reversed(found)}
    return next(
        by_language[language] for language in [*languages, primary(found[0].language)] if language in by_language
    )


def original_address(entry: Entry, *, edition: str, masthead: Masthead) -> str | None:
    """Return where the original can be read: at its origin, else (a file has no address) on our page of it."""
    if origin := link(entry.original_url):
        return origin
    pages = versions(entry, edition=edition, masthead=masthead)
    ours = [page for page in pages[1:] if primary(page.language) == primary(entry.original_language)]
    return masthead.url(ours[0].path) if ours and entry.route is not None else None
