"""Check a translated segment: what looks wrong with it, in words.

::

    check      runs all checks that know the pair of languages
    text       reads a text once, for all of them
    extent     loops, lengths, lost text            numbers    numbers and percentages, by value
    signs      brackets, quotation marks            facts      currencies, months, weekdays
    scripts    what was not translated              negation   what the source denies
    amounts    reads numbers                        lexicon    the words for all this, as data
"""

from syndicator.translation.check.checks import BROKEN_OFF, EMPTY, UNSURE, check
from syndicator.translation.check.scripts import letters_by_script

__all__ = ["BROKEN_OFF", "EMPTY", "UNSURE", "check", "letters_by_script"]
