"""Compare the brackets and quotation marks of a segment and its translation. Knows no language."""

import re

from syndicator.translation.check.text import Pair

_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_HAS_BRACKET = re.compile(r"[()\[\]{}]")
_NO_BRACKET = re.compile(r"^\s*\w{1,3}\)|[:;=]-?[()]+|\(\(+|\)\)+")
"""`a)` opens a list, `:)` smiles."""
_QUOTES = re.compile(r"[\"«»“”„]")
_SINGLE_QUOTE = re.compile(r"[‘‚‹›]|(?<!\w)'|(?<=[.,!?])'")
"""Not an apostrophe: then nobody can tell what ' pairs up with."""


def has_other_brackets(pair: Pair) -> bool:
    """Say whether brackets that pair up in the source don't in the target, or are fewer there."""
    if pair.has_kept or not (_HAS_BRACKET.search(pair.source.plain) or _HAS_BRACKET.search(pair.target.plain)):
        return False
    source, target = _NO_BRACKET.sub(" ", pair.source.plain), _NO_BRACKET.sub(" ", pair.target.plain)
    return _pair_up(source) and (not _pair_up(target) or target.count("(") < source.count("("))


def has_other_quotes(pair: Pair) -> bool:
    """Say whether quotation marks pair up on one side alone."""
    source, target = _QUOTES.findall(pair.source.plain), _QUOTES.findall(pair.target.plain)
    if pair.has_kept or not (source or target):
        return False
    # Which mark opens and which closes depends on the country. That a pair is two can be counted on.
    if len(source) % 2 == len(target) % 2:
        return False
    return not (_SINGLE_QUOTE.search(pair.source.plain) or _SINGLE_QUOTE.search(pair.target.plain))


def _pair_up(text: str) -> bool:
    return all(text.count(begin) == text.count(end) for begin, end in _BRACKETS)
