"""What a desk without files of its own has agreed on."""

from pathlib import Path

from syndicator.translation.finishing import Rules
from syndicator.translation.names import NameBook
from syndicator.translation.terms import load_terms

RULES = Rules(terms=load_terms(None), names=NameBook.load(None, standard="bgn"))


def rules(*, terms: Path | None = None, names: Path | None = None) -> Rules:
    """Return the rules of a desk with files of its own."""
    return Rules(terms=load_terms(terms), names=NameBook.load(names, standard="bgn"))
