"""Agreed renderings of names and expressions: found in a segment, looked for in its translation, put right where safe.

::

    term, termbase   what is agreed on                     loading      reads and writes it: csvfile, tbx
    words            a text in words                       merging      takes a file into the desk's own
    matching         finds terms in a text                 problems     what is wrong in a term base
    enforcement      sees to it that a translation has them
      aligning         which words are to be replaced
      placing          in which form                       english, russian, inflection: grammar
"""

from syndicator.translation.terms.enforcement import enforce
from syndicator.translation.terms.loading import load_terms, read_terms, write_terms
from syndicator.translation.terms.matching import Finder, Found
from syndicator.translation.terms.merging import Conflict, Merged, merge
from syndicator.translation.terms.problems import Problem, problems
from syndicator.translation.terms.termbase import Kind, Term, TermBase

__all__ = [
    "Conflict",
    "Finder",
    "Found",
    "Kind",
    "Merged",
    "Problem",
    "Term",
    "TermBase",
    "enforce",
    "load_terms",
    "merge",
    "problems",
    "read_terms",
    "write_terms",
]
