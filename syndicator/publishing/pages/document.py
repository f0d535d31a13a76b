"""What all pages share: the templates and what stands around the text of every page.

Links between our pages are relative, so that the folder can be carried anywhere; only what other programs read
(`hreflang`, canonical addresses) is absolute.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

import syndicator
from syndicator.model import EditionKey
from syndicator.publishing import atom, jsonfeed, rss
from syndicator.publishing.catalogue import catalogue, spoken
from syndicator.publishing.masthead import INDEX, STYLE, Images, Masthead, Version, edition_folder
from syndicator.publishing.wording import (
    count_words,
    day_words,
    direction,
    language_name,
    moment_words,
    number_words,
    own_name,
    phrases,
)

if TYPE_CHECKING:
    from jinja2 import Environment

SUBSCRIBE = "subscribe.html"
FORMATS = (
    ("Atom", atom.FILE, atom.MEDIA_TYPE),
    ("RSS", rss.FILE, rss.MEDIA_TYPE),
    ("JSON Feed", jsonfeed.FILE, jsonfeed.MEDIA_TYPE),
)
"""The feeds of every edition: name, file, media type."""
TEASER_LENGTH = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where a page lies, in which language it is, and what other programs find in its head."""

    path: str
    """Below the directory."""
    language: str
    """Of the edition; readers are spoken to in it, or in English."""
    title: str
    versions: tuple[Version, ...] = ()
    """The same page in all languages, this one included."""
    cluster: tuple[tuple[str, str], ...] = ()
    """Languages and addresses for `hreflang`; in both directions the same."""
    feeds_of: EditionKey | None = None
    """The edition whose feeds a browser finds here."""
    description: str = ""
    script: str | None = None
    """The file of a script that adds something to the page; without it all is there, too."""
    has_form: bool = False
    """It asks our server something."""
    images: Images | None = None
    """How it shows images of articles; None: as the settings say in general."""
    is_live: bool = False
    """Its script asks our server what is new."""

    @property
    def root(self) -> str:
        """Return the way from the page up to the directory of all editions."""
        return "../" * self.path.count("/")

    @property
    def spoken(self) -> str:
        """Return the language that the page speaks to its readers in."""
        return spoken(self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of an edition, as pages show it."""

    name: str
    address: str
    media_type: str
    title: str


def render(
    template: str, page: Page, *, masthead: Masthead, values: Mapping[str, Any], package: str = __package__
) -> bytes:
    """Return a page made of a template of a package: `values` beside what every page shows."""
    home = front_version(EditionKey(language=page.language)).path if page.language in masthead.languages else INDEX
    around = {
        "page": page,
        "home": home,
        "subscribing": subscribe_path(page.language) if page.language in masthead.languages else None,
        "spoken": lambda around=page.language: lang(page.spoken, around),
        "lang_of": partial(lang, around=page.language),
        "masthead": masthead,
        "policy": policy(page, masthead),
        "generator": f"syndicator {syndicator.__version__}",
        "feeds": feeds_of(page.feeds_of, masthead=masthead) if page.feeds_of else (),
        "words": phrases(page.language),
    }
    text = _environment(page.spoken, package).get_template(template).render(around | dict(values))
    return text.encode()


def policy(page: Page, masthead: Masthead) -> str:
    """Return what a page may load (CSP 3): our own files, and images of articles where the settings link to them."""
    # Browsers differ on whether a page read from the disk is its own files' 'self'.
    ours = "'self' file:" if masthead.base_url.startswith("file:") else "'self'"
    theirs = " http: https:" if (page.images or masthead.images) == "link" else ""
    rules = ["default-src 'none'", f"style-src {ours}", f"img-src {ours}{theirs}", "base-uri 'none'"]
    if theirs:
        rules.append(f"media-src{theirs}")
    if page.script:
        rules.append(f"script-src {ours}")
    if page.is_live:
        rules.append(f"connect-src {ours}")
    return "; ".join([*rules, f"form-action {ours}" if page.has_form else "form-action 'none'"])


def feeds_of(key: EditionKey, *, masthead: Masthead) -> Sequence[Feed]:
    """Return the feeds of an edition with their public addresses."""
    folder, name = edition_folder(key), own_name(key.language)
    return [
        Feed(name=each, address=masthead.url(folder + file), media_type=media_type, title=f"{name}: {each}")
        for each, file, media_type in FORMATS
    ]


def addresses(found: Iterable[Version], *, masthead: Masthead) -> tuple[tuple[str, str], ...]:
    """Return the languages of pages with their public addresses, sorted."""
    return tuple(sorted((version.language, masthead.url(version.path)) for version in found))


def front_version(key: EditionKey) -> Version:
    """Return the front page of an edition."""
    return Version(language=key.language, path=edition_folder(key) + INDEX)


def subscribe_path(language: str) -> str:
    """Return where the page lies that says how to subscribe in a language."""
    return edition_folder(EditionKey(language=language)) + SUBSCRIBE


def lang(language: str | None, around: str) -> Markup:
    """Return a `lang` attribute for text in another language than what stands around it."""
    return Markup(' lang="{}"').format(language) if language and language != around else Markup()


def _breakable(address: str) -> Markup:
    """Return an address that breaks after its slashes; what is copied has no more in it than before."""
    return Markup("/<wbr>").join(address.split("/")).replace("/<wbr>/<wbr>", "//")


def _unbroken(day: str) -> str:
    """Return a day that breaks after the weekday alone."""
    return day.replace(" ", "\xa0").replace(",\xa0", ", ", 1)


@cache
def _environment(language: str, package: str) -> "Environment":
    """Return the templates of a package, and ours, spoken in a language; each is compiled once."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - most passes publish nothing

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(each) for each in dict.fromkeys((package, __package__))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"style": STYLE, "index": INDEX}
    environment.filters |= {
        "own_name": own_name,
        "language_name": lambda tag: language_name(tag, reader=language),
        "direction": direction,
        "day": lambda date: _unbroken(day_words(date, reader=language, with_weekday=True)),
        "moment": lambda moment: moment_words(moment, reader=language),
        "breakable": _breakable,
        "iso": datetime.isoformat,
        "count": lambda number: count_words(number, reader=language),
        "number": lambda number: number_words(number, reader=language),
    }
    return environment
