"""The things we speak of, as values. Knows their shapes; refuses to know where they come from or go to.

Trust is visible: a `Document` and an `Item` are what the world said and may hold anything. From `Article` on, HTML is
sanitised, text is NFC without control characters, and the language is known or `UNDETERMINED`. Times are aware and in
UTC. Languages are normalised BCP 47 tags (`ru`, `en`, `pt-BR`).
"""

from syndicator.model.articles import Article, Known
from syndicator.model.editions import Attribution, EditionKey, EditionState, Entry, EntryIds, Original, Sibling
from syndicator.model.languages import UNDETERMINED, normalise, primary
from syndicator.model.sources import (
    About,
    Category,
    Condition,
    Document,
    Enclosure,
    Item,
    Reading,
    SetAside,
    Source,
    SourceKind,
    SourceState,
)
from syndicator.model.translations import (
    Correction,
    Failure,
    Link,
    ModelRef,
    Outcome,
    Outdated,
    Parked,
    Remembered,
    Rendering,
    Route,
    Segment,
    Similar,
    TermUse,
    Translation,
    Waiting,
)

__all__ = [
    "UNDETERMINED",
    "About",
    "Article",
    "Attribution",
    "Category",
    "Condition",
    "Correction",
    "Document",
    "EditionKey",
    "EditionState",
    "Enclosure",
    "Entry",
    "EntryIds",
    "Failure",
    "Item",
    "Known",
    "Link",
    "ModelRef",
    "Original",
    "Outcome",
    "Outdated",
    "Parked",
    "Reading",
    "Remembered",
    "Rendering",
    "Route",
    "Segment",
    "SetAside",
    "Sibling",
    "Similar",
    "Source",
    "SourceKind",
    "SourceState",
    "TermUse",
    "Translation",
    "Waiting",
    "normalise",
    "primary",
]
