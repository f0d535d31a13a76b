"""What a rule of typography gets to see."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A translation as it stands after the rules before, beside its original."""

    text: str
    source: str
    to_language: str
    """A language that we know how to set."""
    from_language: str
    literals: tuple[tuple[int, int], ...]
    """Ranges of `text` that stay letter for letter, in order; edits inside them are dropped."""
