"""Language tags and texts, as we compare them."""

import unicodedata

UNDETERMINED = "und"
"""The language of a text whose language is not known (BCP 47, ISO 639-2)."""


def primary(language: str) -> str:
    """Return the primary subtag of a BCP 47 tag: `pt` for `pt-BR`. It alone decides on routes and editions."""
    return language.split("-", 1)[0].lower()


def normalise(text: str) -> str:
    """Return the text in NFC with white space collapsed: texts that are equal then are one segment."""
    return " ".join(unicodedata.normalize("NFC", text).split())
