"""How a text comes to be in another language, and what comes of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRef:
    """An installed model package, as named in provenance: `ru_en 0.1`."""

    from_language: str
    to_language: str
    version: str
    digest: str
    """SHA-256 of the package's files, hexadecimal: another model with the same version is another model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A chain of installed models from one language to another; never empty."""

    models: tuple[ModelRef, ...]

    @property
    def from_language(self) -> str:
        """Return the language that the chain begins with."""
        return self.models[0].from_language

    @property
    def to_language(self) -> str:
        """Return the language that the chain ends with."""
        return self.models[-1].to_language

    def __str__(self) -> str:
        """Return the chain as people write it: `ru>en>de`."""
        return ">".join([self.from_language, *(model.to_language for model in self.models)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One piece of a target text and the piece of the source text that it renders, as character ranges [start, end)."""

    source_start: int
    source_end: int
    target_start: int
    target_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A segment's translation, as an engine gave it or a person wrote it."""

    text: str
    links: tuple[Link, ...] = ()
    """Word alignment, in target order; empty where nobody asked for it (`Translator.align`)."""
    score: float | None = None
    """Mean log-probability a token; None where no engine judged it."""
    is_person: bool = False
    """A person wrote or approved it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A segment translation in the memory."""

    key: str
    """Made by `translation.memory` from normalised source text, route and model versions, and decoding settings."""
    source_text: str
    rendering: Rendering
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says that a segment is to read; it outranks every engine, whatever the route."""

    from_language: str
    to_language: str
    source_text: str
    target_text: str
    by: str
    """Who, or which file: `desk`, `glossary.tmx`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A segment that broke the engine; not given to it again under this key."""

    key: str
    """As of `Remembered`: another model or other settings make another key."""
    source_text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A segment of the memory that resembles another: for a reviewer's eyes, never published by itself."""

    source_text: str
    target_text: str
    likeness: float
    """0 to 1; 1 is equal."""
    is_person: bool


class Outcome(StrEnum):
    """What became of a term in a translated segment."""

    KEPT = "kept"
    REPAIRED = "repaired"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermUse:
    """A term that was found in a segment."""

    source: str
    """As it stands in the original."""
    target: str
    """The agreed rendering, as it stands in the translation, or as it should if it was missed."""
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A sentence of a Translation beside its original."""

    source: str
    target: str
    score: float | None
    """Mean log-probability a token; None where no engine judged it."""
    is_person: bool
    marks: tuple[str, ...]
    """What a check found doubtful in it, in words."""
    terms: tuple[TermUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An Article in one language."""

    article_id: str
    article_version: int
    language: str
    title: str
    """Plain text."""
    html: str
    """Sanitised."""
    summary: str
    """Plain text."""
    enclosure_titles: tuple[str | None, ...]
    """One for each enclosure of the article, in order."""
    route: str
    """As `str(Route)`."""
    engine: str
    """Engine and packages in words: `Argos ru_en 0.1 (CTranslate2)`."""
    marks: tuple[str, ...]
    """What a check found doubtful, in words; empty when nothing was."""
    translated: datetime
    segments: tuple[Segment, ...] = ()
    """What was translated, sentence by sentence, in reading order, each text once; title first."""
    made_with: str = ""
    """SHA-256 over all that decided on it beside the article: models, decoding settings, terms, names, our rules."""
    category_labels: tuple[str | None, ...] = ()
    """One for each category of the article, in order: what it is called here; None where that is as in the original.
    Empty where none was translated."""
    is_reviewed: bool = False
    """A person approved it, or wrote or approved every sentence of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A translation that was asked to be made anew, because it was not made as it would be now."""

    article_id: str
    article_version: int
    from_language: str
    to_language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A translation that should exist and does not, or is older than its article."""

    article_id: str
    article_version: int
    from_language: str
    to_language: str
    attempts: int = 0
    """How often this version failed before."""
    published: datetime | None = field(default=None, compare=False)
    """When the article was, where the store was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A translation that was tried and did not succeed; tried again at `due`."""

    article_id: str
    article_version: int
    language: str
    attempts: int
    reason: str
    due: datetime
