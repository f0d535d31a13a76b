"""Load what is said to readers in other languages than English: gettext catalogues, read as they are written.

The `.po` files themselves are shipped and read, once a process: no build step, and no compiled file that is older than
its source. `scripts/messages` brings them up to date with the code; a test keeps them so.
"""

import re
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO

from syndicator.model import primary

LOCALES = "locale"
DOMAIN = "syndicator"
SPOKEN = ("en", "ru")
"""The languages that readers are spoken to in; the first stands in for all others and needs no catalogue."""
_BOUND = re.compile(r"(?<=[\s(«])([вкосуияВКОСУИАЯ])\s(?=\S)|^([ВКОСУИАЯ])\s(?=\S)|\s(?=—)")
"""Where Russian never breaks a line: after a preposition of one letter and before a dash."""


def spoken(language: str) -> str:
    """Return the language that readers of `language` are spoken to in: their own, or English."""
    own = primary(language)
    return own if own in SPOKEN else SPOKEN[0]


def noted(message: str) -> str:
    """Return a message as it is; says to `scripts/messages` that it is translated where it is used."""
    return message


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the messages in one of the languages that are `spoken`; thread-safe, read once."""
    if language == SPOKEN[0]:
        return NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - most passes publish nothing
    from babel.messages.pofile import read_po  # noqa: PLC0415

    file = resources.files(__package__) / LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with file.open("rb") as lines:
        messages = read_po(lines, locale=language, abort_invalid=True)
    for message in messages:
        if language == "ru" and message.id:
            parts = message.string or ""
            message.string = bound(parts) if isinstance(parts, str) else tuple(map(bound, parts))
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)


def bound(text: str) -> str:
    """Return Russian text with no-break spaces where the eye must not go to a new line."""
    return _BOUND.sub(lambda found: f"{found[1] or found[2] or ''}\xa0", text).replace("{count} ", "{count}\xa0")
