#!/usr/bin/env python3
"""Translate texts that are far too long, and odd ones, with the carried models: is all there, what does it take.

    .venv/bin/python benchmarks/long_input.py [--scale 1.0] [--only paragraph word …]

Each text is a file, given to `syndicator translate --json`. Tells seconds, seconds of CPU, the peak of resident memory
of our process and of the translating one, how many segments there were and how many came out doubtful. Fails where a
paragraph is missing or empty, or is far too short without a mark. `--scale 0.01` is a quick look.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from articles import ROOT, as_markdown, make_desk, paragraphs_of
from processes import SYNDICATOR, measure

ODD = (
    "Президент 😀 подписал указ 👩\u200d👩\u200d👧\u200d👦 о мире ❤\ufe0f.",
    "Он сказал «שלום עולם» и \u202bمرحبا بالعالم\u202c, а потом ушёл.",
    "Прави\u00adтель\u00adство утвер\u00adдило бюд\u00adжет.",
    "Мини\u200bстр\ufeff прибыл\u2060 в Астану.",
    "Оﬃcial ﬁnal ﬂow: эﬀект от реформы.",
    "ПРЕЗИДЕНТ ВСТРЕТИЛСЯ С МИНИСТРОМ ИНОСТРАННЫХ ДЕЛ.",
    "В cтране (с латинской «c») растёт cпрос.",
    "Ё̀ж и е\u0308ж: знаки над буквами.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text to translate."""

    name: str
    language: str
    paragraphs: list[str]
    each_has_its_number: bool = False


def main() -> None:
    """Translate each, print a row of a table for it, and fail if anything was lost."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        config = make_desk(Path(scratch) / "desk", models=ROOT / "models")
        measure([*SYNDICATOR, "run", "--config", config])  # installs them
        print("| | characters | segments | doubtful | wall s | CPU s | ours MB | translating MB |")
        print("|---|---|---|---|---|---|---|---|", flush=True)
        lost = [problem for case in _cases(asked.scale, asked.only) for problem in _translate(case, config)]
    if lost:
        sys.exit("\n".join(lost))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="so many times as long")
    parser.add_argument("--only", nargs="+", metavar="NAME", help=", ".join(MAKERS))
    return parser.parse_args()


def _cases(scale: float, only: list[str] | None) -> Iterator[Case]:
    for name, make in MAKERS.items():
        if not only or name in only:
            yield make(scale)


def _one_paragraph(scale: float) -> Case:
    """1 MB without a full stop: 560,000 Russian letters, words at random so that no part comes twice."""
    words = re.findall(r"\w+,?", " ".join(_lines("ru")))
    text = " ".join(random.Random(7).choices(words, k=round(80_000 * scale)))
    return Case(name="paragraph", language="ru", paragraphs=[text])


def _many_paragraphs(scale: float) -> Case:
    """10,000 paragraphs of a sentence, no two alike."""
    lines = islice(cycle(_lines("en")), round(10_000 * scale))
    paragraphs = [f"{line.rstrip('.!?')} in {100_000 + number}." for number, line in enumerate(lines)]
    return Case(name="paragraphs", language="en", paragraphs=paragraphs, each_has_its_number=True)


def _one_word(scale: float) -> Case:
    """200,000 letters without a space, between two sentences."""
    word = ("экспериментально" * 12_500)[: round(200_000 * scale)]
    return Case(name="word", language="ru", paragraphs=["Первое предложение.", word, "Последнее предложение."])


def _odd(scale: float) -> Case:
    """Emoji, right-to-left, soft hyphens, zero width, ligatures, capitals, mixed letters, combining marks."""
    lines = islice(cycle(ODD), max(len(ODD), round(1_000 * scale)))
    return Case(name="odd", language="ru", paragraphs=[*lines])


MAKERS: dict[str, Callable[[float], Case]] = {
    "paragraph": _one_paragraph,
    "paragraphs": _many_paragraphs,
    "word": _one_word,
    "odd": _odd,
}


def _lines(language: str) -> list[str]:
    lines = (ROOT / "tests" / "quality" / "titles.tsv").read_text(encoding="utf-8").splitlines()
    return [text for tag, _, text in (line.partition("\t") for line in lines) if tag == language]


def _translate(case: Case, config: Path) -> list[str]:
    """Translate a text, print what it took, and return what is lost."""
    file = config.parent / f"{case.name}.md"
    file.write_text(as_markdown(case.paragraphs), encoding="utf-8")
    target = {"en": "ru", "ru": "en"}[case.language]
    options = ("--from", case.language, "--to", target, "--json", "--config", config)
    run = measure([*SYNDICATOR, "translate", file, *options])
    told = json.loads(run.stdout)
    doubtful = sum(bool(one["marks"]) for one in told["segments"])
    length = sum(map(len, case.paragraphs))
    print(
        f"| {case.name} | {length:,} | {len(told['segments']):,} | {doubtful:,} | {run.wall_s:.0f} | {run.cpu_s:.0f} "
        f"| {run.parent_mb:.0f} | {run.children_mb:.0f} |",
        flush=True,
    )
    return _lost(case, told)


def _lost(case: Case, told: dict[str, Any]) -> list[str]:
    found = paragraphs_of(told["html"])
    doubtful = {one["source"] for one in told["segments"] if one["marks"]}
    if len(found) != len(case.paragraphs):
        return [f"{case.name}: {len(case.paragraphs)} paragraphs came back as {len(found)}"]
    empty = [f"{case.name}: paragraph {n} is empty" for n, text in enumerate(found) if not text.strip()]
    short = [
        f"{case.name}: paragraph {n} has {len(text)} characters, the original {len(own)}"
        for n, (text, own) in enumerate(zip(found, case.paragraphs, strict=True))
        if len(text) < len(own) / 4 and own not in doubtful
    ]
    if case.each_has_its_number:
        _tell_numbers(case, found)
    return empty + short


def _tell_numbers(case: Case, found: list[str]) -> None:
    """Print how many paragraphs have another number than theirs: a model may garble one, which is marked."""
    pairs = zip(found, case.paragraphs, strict=True)
    wrong = sum(re.sub(r"\D", "", own)[-6:] not in re.sub(r"\D", "", text) for text, own in pairs)
    print(f"  {case.name}: {wrong} have another number than theirs", flush=True)


if __name__ == "__main__":
    main()
