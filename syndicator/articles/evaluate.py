"""Measure language detection on labelled lines. Knows what is counted; refuses to know what is good enough."""

import statistics
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from syndicator.articles.detect import detect_text
from syndicator.articles.scripts import find_scripts
from syndicator.articles.tags import normalise_language
from syndicator.errors import ParseError
from syndicator.model import primary

_WARM_UP = ("Загрузка моделей перед измерением", "Loading the models before measuring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How well and how fast languages were recognised."""

    total: int
    recall: dict[str, float]
    """By language: the share of its texts that were recognised, 0 to 1. In the order of first appearance."""
    other_cyrillic_called_ru: float
    """Of the Cyrillic texts that are not Russian, the share that was called Russian, 0 to 1."""
    median_us: float
    """Wall-clock time for one text, models loaded, in microseconds."""
    confusion: dict[str, dict[str, int]]
    """By language, then by what its texts were called, commonest first."""


def evaluate(lines: Iterable[tuple[str, str]]) -> Evaluation:
    """Detect the language of each text and compare it with its label, a primary subtag: (`ru`, `Что нового`)."""
    for text in _WARM_UP:
        detect_text(text)
    called: dict[str, Counter[str]] = {}
    other_cyrillic = 0
    called_ru = 0
    times: list[float] = []
    for language, text in lines:
        begin = time.perf_counter()
        found = detect_text(text).language
        times.append(time.perf_counter() - begin)
        called.setdefault(language, Counter())[found] += 1
        if language != "ru" and find_scripts(text).main == "CYRILLIC":
            other_cyrillic += 1
            called_ru += found == "ru"
    return Evaluation(
        total=len(times),
        recall={language: counts[language] / counts.total() for language, counts in called.items()},
        other_cyrillic_called_ru=called_ru / other_cyrillic if other_cyrillic else 0.0,
        median_us=statistics.median(times) * 1e6 if times else 0.0,
        confusion={language: dict(counts.most_common()) for language, counts in called.items()},
    )


def read_labelled(path: Path) -> list[tuple[str, str]]:
    """Return the language and text of each line of a UTF-8 file, a tab between; blank lines and `#` lines are skipped.

    Raise ParseError, naming the line, where a line is anything else; also for a file that can't be read as text.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ParseError(f"{path} can't be read as UTF-8 text: {error}") from error
    labelled = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        label, tab, text = line.partition("\t")
        language = normalise_language(label)
        if not tab or language is None or not text.strip():
            raise ParseError(f"{path}:{number}: expected a language tag, a tab and a text")
        labelled.append((primary(language), text.strip()))
    return labelled
