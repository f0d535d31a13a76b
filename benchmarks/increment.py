#!/usr/bin/env python3
"""Measure what a run costs that has little to do: over an unchanged store, and after one sentence was edited.

.venv/bin/python benchmarks/increment.py [--articles 200] [--rounds 5]
"""

import argparse
import json
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path

from articles import ROOT, SENTENCES_A_PARAGRAPH, Text, make_desk, make_texts, write_text
from processes import SYNDICATOR, Measured, measure

SENTENCES = 60
"""Of the article that is edited."""


def main() -> None:
    """Measure both and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        run_unchanged(Path(name), make_texts(asked.articles), rounds=asked.rounds)
    for text in make_texts(2, paragraphs=SENTENCES // SENTENCES_A_PARAGRAPH):
        with tempfile.TemporaryDirectory() as name:
            run_edited(Path(name), text)


def run_unchanged(folder: Path, texts: list[Text], *, rounds: int) -> None:
    """Run once, then again and again with nothing new, and print the medians."""
    config = make_desk(folder / "desk", models=ROOT / "models")
    for number, text in enumerate(texts):
        write_text(config.parent / "inbox" / f"{number}.txt", text)
    first, _ = _run(config)
    print(f"first run over {len(texts)} articles: {first.wall_s:.1f} s, CTranslate2 loaded: {first.has_engine}")
    runs = []
    for _ in range(rounds):
        run, summary = _run(config)
        runs.append(run)
        if summary["translated"] or summary["published"]:
            print(f"not unchanged: {summary}")
    wall_s = statistics.median(run.wall_s for run in runs)
    cpu_s = statistics.median(run.cpu_s for run in runs)
    has_engine = any(run.has_engine for run in runs)
    memory = f"{max(run.peak_mb for run in runs):.0f} MB in {max(run.processes for run in runs)} processes at most"
    print(f"run over an unchanged store: {wall_s:.2f} s, {cpu_s:.2f} s CPU, {memory}, CTranslate2 loaded: {has_engine}")


def run_edited(folder: Path, text: Text) -> None:
    """Run, edit a sentence in the middle, run again; print how many segments were translated."""
    config = make_desk(folder / "desk", models=ROOT / "models")
    file = config.parent / "inbox" / "long.txt"
    write_text(file, text)
    _, before = _run(config)
    middle = len(text.paragraphs) // 2
    first, *others = text.paragraphs[middle]
    edited = (first.replace(" ", ", ", 1), *others)
    paragraphs = (*text.paragraphs[:middle], edited, *text.paragraphs[middle + 1 :])
    write_text(file, replace(text, paragraphs=paragraphs))
    run, after = _run(config)
    print(
        f"{len(text.sentences())} sentences in {text.language}: {before['segments']} segments translated; one sentence "
        f"edited: {after['segments']} translated, {after['changed']} article changed, {run.wall_s:.2f} s"
    )


def _run(config: Path) -> tuple[Measured, dict[str, int]]:
    run = measure([*SYNDICATOR, "run", "--json", "--config", config])
    return run, json.loads(run.stdout)


if __name__ == "__main__":
    main()
