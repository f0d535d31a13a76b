"""Say which article a text is, and whether it is still the same text. Knows no storage and no clock."""

import base64
import hashlib
import json
from dataclasses import asdict

from syndicator.model import Article
from syndicator.urls import canonical_url

__all__ = ["article_id", "canonical_url", "content_hash"]

ID_LENGTH = 26
"""Base32 letters: 130 bits, so no two articles ever share an id."""
PUBLISHED = frozenset(
    {
        "url",
        "title",
        "html",
        "summary",
        "authors",
        "categories",
        "enclosures",
        "rights",
        "credit",
        "section",
    }
)
"""The fields that a reader sees and an origin can change."""


def article_id(source_slug: str, origin_id: str) -> str:
    """Return an article's id, from its source and the item's own id there: 26 letters and digits, safe in paths.

    Never made from anything that an edit can change.
    """
    digest = hashlib.sha256(f"{source_slug}\0{origin_id}".encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:ID_LENGTH]


def content_hash(article: Article) -> str:
    """Return the SHA-256, in hexadecimal, over all that is published of an article and comes from its origin.

    Equal for equal content on every machine and Python: canonical JSON, sorted keys. Dates, ids, versions and
    what we find out ourselves (languages) do not count.
    """
    content = {name: value for name, value in asdict(article).items() if name in PUBLISHED}
    for enclosure in content["enclosures"]:
        if enclosure["episode"] is None:  # as it was before episodes were known: no article changes by that
            del enclosure["episode"]
    whole = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
