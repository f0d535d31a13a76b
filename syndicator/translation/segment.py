"""Split text into sentences. Knows the two splitters and their faults; refuses to know markup and models.

razdel is best on Russian, sentencex on English. Neither is handed a whole text: sentencex is quadratic on open quotes
and razdel slow on a sea of full stops. So both see a window that moves on from the last certain boundary, and the time
taken stays in proportion to the length.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator

import razdel
import sentencex

from syndicator.model import primary

_SCRIPTS = {
    "Cyrillic": "ab av ba be bg ce cv kk ky mk mn mo os ru sah sr tg tk tt uk",
    "Arabic": "ar ckb fa ps sd ug ur",
    "Hebrew": "he yi",
    "Greek": "el",
    "Armenian": "hy",
    "Georgian": "ka",
    "Devanagari": "hi mr ne sa",
    "Bengali": "as bn",
    "Thai": "th",
    "Hangul": "ko",
    "Han": "ja yue zh zt",
}
_SCRIPT_OF = {language: script for script, languages in _SCRIPTS.items() for language in languages.split()}

_WINDOW = 16_000
"""Characters shown to a splitter at once: about a hundred sentences."""
_WIDEST = 4 * _WINDOW
"""Where a window this wide shows no boundary, the next one is found by the plain rule of `_PLAIN_END`."""

LONGEST = 2_000
"""Characters; a longer sentence is translated in pieces.

Nobody writes such: it is a list, or a text without full stops. What is done with a sentence takes time in its square.
"""

_PLAIN_END = re.compile(r"[.!?…。！？][\"'»”’)\]]*+\s++(?=[^\W\d_a-zа-яё])|[。！？]")
_BREAKS = tuple(
    re.compile(pattern)
    for pattern in (r"[.!?…。！？;:][\"'»”’)\]]*+\s+|[。！？]", r"[,，、)\]»”][\"'»”’]*+\s+|\s[—–-]\s+|[，、]", r"\s+")
)
"""Where a text may be cut, the best first: after a stop, after a clause, at a space."""
_STOP = re.compile(r"[.?!;…\"'»”’)\]]")
_WIDE_SPACE = re.compile(r"[^\S\n\r\t ]")


def script_of(language: str) -> str:
    """Return the script that a language is written in, by its Unicode name: `Cyrillic`; `Latin` where unlisted."""
    return _SCRIPT_OF.get(primary(language), "Latin")


def split_sentences(text: str, language: str) -> list[str]:
    """Return the sentences of a text, each with the white space that follows it: joined, they are the text again.

    The first also carries white space before it. Text without a boundary is one sentence, however long. Never raises;
    takes time in proportion to the length.
    """
    ends = _razdel_ends if script_of(language) == "Cyrillic" else _sentencex_ends(primary(language))
    parts = []
    start = 0
    for end in _boundaries(text, ends):
        parts.append(text[start:end])
        start = end
    if start < len(text):
        parts.append(text[start:])
    if len(parts) > 1 and not parts[0].strip():
        parts[:2] = ["".join(parts[:2])]
    return parts


def place_to_cut(text: str, start: int, end: int) -> int:
    """Return where to cut the range [start, end) of a text, longer than `LONGEST`, so that its pieces are about equal.

    The piece before the cut is not longer than `LONGEST`, and what it ends with is the best place near there. Only a
    text without spaces is cut anywhere, but never between a letter and its accents.
    """
    last = start + math.ceil((end - start) / math.ceil((end - start) / LONGEST))
    first = (start + last) // 2
    for pattern in _BREAKS:
        found = [match.end() for match in pattern.finditer(text, first, last)]
        if found:
            return found[-1]
    cut = last
    while cut > first and (_clings(text[cut]) or text[cut - 1] == "\u200d"):
        cut -= 1
    return cut if cut > first else last


def _clings(character: str) -> bool:
    """Say whether a character changes the one before it: an accent, a joiner, a skin colour."""
    return unicodedata.category(character) in {"Mn", "Me", "Cf", "Sk"}


def _boundaries(text: str, ends: Callable[[str], list[int]]) -> Iterator[int]:
    """Yield where sentences begin, rising, without 0 and without the text's end.

    The last sentence of a window is looked at again from its beginning, with more text to its right.
    """
    start, width = 0, _WINDOW
    while start < len(text):
        window = text[start : start + width]
        is_last = start + width >= len(text)
        found = [end for end in ends(window) if 0 < end < len(window)]
        if not found and width >= _WIDEST and not is_last:
            found = [end for end in _plain_ends(window) if end < len(window)]
        yield from (start + end for end in found)
        if is_last:
            return
        start, width = (start + found[-1], _WINDOW) if found else (start, width * 2)


def _plain_ends(text: str) -> list[int]:
    """Return where sentences begin by the plain rule: after a full stop and white space, at no small letter."""
    return [match.end() for match in _PLAIN_END.finditer(text)]


def _razdel_ends(text: str) -> list[int]:
    """Return where razdel sees a sentence begin; white space belongs to the sentence before it."""
    # razdel looks at each stop for 50 µs: text that is mostly stops is no prose and not worth it.
    if len(text) >= _WINDOW and len(_STOP.findall(text)) > len(text) // 10:
        return _plain_ends(text)
    return [sentence.start for sentence in razdel.sentenize(text)]


def _sentencex_ends(language: str) -> Callable[[str], list[int]]:
    """Return a function that tells where sentencex sees sentences begin in a language; unlisted ones go as English."""

    def ends(text: str) -> list[int]:
        # A letter, a space of more than one byte and a full stop make sentencex 1.0.32 panic (name initials): give it
        # plain spaces. They are as long in characters, so its boundaries hold for our text.
        plain = _WIDE_SPACE.sub(" ", text)
        try:
            parts = sentencex.segment(language, plain)
        except BaseException as error:
            # A Rust panic is no Exception, and its class can't be imported.
            if type(error).__name__ != "PanicException":
                raise
            return _plain_ends(text)
        if "".join(parts) != plain:
            return _plain_ends(text)
        positions = []
        position = 0
        for part in parts:
            lead = len(part) - len(part.lstrip())
            positions.append(position + lead)
            position += len(part)
        return positions

    return ends
