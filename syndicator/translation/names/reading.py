"""Split a segment into runs of capitalised words, which may be names. Quick; knows no language and no names."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from syndicator.translation.names.index import Index, Whole

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_SPACES = frozenset({" ", "\u00a0"})


@dataclass(frozen=True, slots=True)
class Token:
    """A capitalised word without a possessive ’s, or an initial with its full stop."""

    start: int
    end: int
    text: str
    """With one capital, even where the segment has nothing else."""
    is_initial: bool


def runs(text: str) -> Iterator[list[Token]]:
    """Yield the runs of capitalised words that a single space separates; after an initial there may be none."""
    run: list[Token] = []
    for match in _WORD.finditer(text):
        if not match[0][0].isupper():
            continue
        token = _token(text, match)
        gap = text[run[-1].end : token.start] if run else ""
        if run and gap not in _SPACES and not (run[-1].is_initial and not gap):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _token(text: str, match: re.Match[str]) -> Token:
    word = _POSSESSIVE.sub("", match[0])
    end = match.start() + len(word)
    is_initial = len(word) == 1 and text[end : end + 1] == "."
    return Token(match.start(), end + is_initial, word.title() if word.isupper() else word, is_initial)


def whole_at(text: str, token: Token, index: Index, fold: Callable[[str], str]) -> tuple[Whole, int] | None:
    """Return the longest name of several words that begins at a token, and where it ends."""
    for whole in sorted(index.whole.get(fold(token.text), ()), key=lambda whole: -len(whole.words)):
        end = token.end
        for forms in whole.words[1:]:
            match = _WORD.match(text, end + 1) if text[end : end + 1] in _SPACES else None
            if not match or fold(_POSSESSIVE.sub("", match[0])) not in forms:
                break
            end = match.start() + len(_POSSESSIVE.sub("", match[0]))
        else:
            return whole, end
    return None
