"""Agreed renderings of names and expressions: found in a segment, looked for in its translation, put right where safe.

::

    termbase       what is agreed on                      csvfile, tbx   how it is written to files
    matching       finds terms in a text                  inflection     declines Russian names
    enforcement    sees to it that a translation has them
"""

from syndicator.translation.terms.enforcement import enforce
from syndicator.translation.terms.loading import load_terms, read_terms, write_terms
from syndicator.translation.terms.matching import Finder, Found
from syndicator.translation.terms.termbase import Kind, Term, TermBase

__all__ = ["Finder", "Found", "Kind", "Term", "TermBase", "enforce", "load_terms", "read_terms", "write_terms"]
