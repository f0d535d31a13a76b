"""Cut the word lists that `syndicator.articles.evidence` reads from the frequency lists of wordfreq.

Usage: pip install wordfreq; python scripts/make_wordlists.py syndicator/articles/words

wordfreq (Robyn Speer) is no dependency of ours: only its counts are used, here. They are CC BY-SA 4.0, and so are the
lists; `syndicator/articles/words/LICENSE` says so. A form stands in every language's list that really uses it.
"""

import lzma
import re
import sys
from pathlib import Path

import wordfreq

FAMILIES = {
    "ru uk bg mk sr": (re.compile("[а-яёіїєґѓѕјљњќџђћ]{4,}"), ["ru", "uk", "bg", "mk", "sr"]),
    "en": (re.compile("[a-z]{4,}"), ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "sv"]),
}
"""By the languages that get a list: the shape of a form, and the languages that it is compared over."""
SIZES = {"ru": 60_000, "en": 30_000}
SIZE = 20_000
"""Russian has the most forms and the most at stake."""
USED_RATIO = 0.1
"""A language really uses a form if it does so at least this often for each use in any other: the lists are full of
quotations, Russian in Ukrainian most of all."""
SHARED_RATIO = 0.25
"""An English form tells nothing if one of the other languages uses it this often for each use in English."""
CODES = {"sr": "sh"}
DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ"}
GAJ = str.maketrans("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш")
"""Serbian stands in Latin letters in wordfreq."""


def frequencies(language: str, shape: re.Pattern[str]) -> dict[str, float]:
    """Return how often each form is used in a language, commonest first, Serbian in Cyrillic letters."""
    found: dict[str, float] = {}
    for word, frequency in wordfreq.get_frequency_dict(CODES.get(language, language)).items():
        form = cyrillic(word) if language == "sr" else word
        if shape.fullmatch(form):
            found[form] = found.get(form, 0.0) + frequency
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))


def cyrillic(word: str) -> str:
    """Return a Serbian word in Cyrillic letters."""
    for latin, letter in DIGRAPHS.items():
        word = word.replace(latin, letter)
    return word.translate(GAJ)


def write(path: Path, words: list[str]) -> None:
    """Write a list, sorted, a word a line."""
    packed = lzma.compress("".join(f"{word}\n" for word in sorted(words)).encode(), preset=9 | lzma.PRESET_EXTREME)
    path.write_bytes(packed)
    print(f"{path.name}: {len(words)} words, {len(packed)} bytes")


def main() -> None:
    """Write `LANGUAGE.txt.xz` for each listed language, and `en-shared.txt.xz`: English forms that others have, too."""
    target = Path(sys.argv[1])
    for listed, (shape, compared) in FAMILIES.items():
        counts = {language: frequencies(language, shape) for language in compared}
        for language in listed.split():
            words = []
            shared = []
            for form, frequency in counts[language].items():
                others = max(counts[other].get(form, 0.0) for other in compared if other != language)
                if frequency >= USED_RATIO * others:
                    words.append(form)
                if others >= SHARED_RATIO * frequency:
                    shared.append(form)
                if len(words) == SIZES.get(language, SIZE):
                    break
            if language == "en":
                write(target / "en-shared.txt.xz", shared)
                words = sorted(set(words) - set(shared))
            write(target / f"{language}.txt.xz", words)


if __name__ == "__main__":
    main()
