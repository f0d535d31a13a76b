"""Split text into sentences. Knows the two splitters and their faults; refuses to know markup and models.

razdel is best on Russian, sentencex on English. Neither is handed a whole text: sentencex is quadratic on open quotes
and razdel slow on a sea of full stops. So both see a window that moves on from the last certain boundary, and the time
taken stays in proportion to the length.
"""

import re
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

_PLAIN_END = re.compile(r"[.!?…。！？][\"'»”’)\]]*+\s++(?=[^\W\d_a-zа-яё])|[。！？]")
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
