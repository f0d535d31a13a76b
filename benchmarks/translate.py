#!/usr/bin/env python3
"""Measure source words a second, articles to editions, beside argostranslate as its users call it, in one run.

    .venv/bin/python benchmarks/translate.py --peer PEER_PYTHON [--articles 200] [--rounds 3]

PEER_PYTHON is the Python of an environment of its own with `pip install argos-translate-lt` (it brings onnxruntime,
which we never install). Ours is a whole `syndicator run`: reading files, detecting, splitting, translating, storing,
publishing. The peer gets the same paragraphs and the same packages, one call a paragraph, with a simple sentence
splitter in place of its own, which would be downloaded.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SENTENCES_A_PARAGRAPH = 3
PARAGRAPHS = 4

PEER = r"""
import json, os, re, sys, time
from argostranslate import package
folder, packages = sys.argv[1], sys.argv[2:]
for one in packages:
    package.install_from_path(one)
from argostranslate import translate

class Splitter:
    def split_sentences(self, text):
        return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]

routes = {}
for pair in (("ru", "en"), ("en", "ru")):
    routes[pair] = translate.get_translation_from_codes(*pair).underlying
    routes[pair].sentencizer = Splitter()
    routes[pair].translate("а" if pair[0] == "ru" else "a")
articles = json.load(open(folder))
began = time.perf_counter()
for article in articles:
    pair = ("ru", "en") if article["language"] == "ru" else ("en", "ru")
    for paragraph in [article["title"], *article["paragraphs"]]:
        routes[pair].translate(paragraph)
print(time.perf_counter() - began)
"""


def main() -> None:
    """Run both in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    articles = make_articles(asked.articles)
    words = sum(len(" ".join([one["title"], *one["paragraphs"]]).split()) for one in articles)
    print(f"{len(articles)} articles, {words} source words")
    ratios = []
    for _ in range(asked.rounds):
        ours, peer = measure_ours(articles), measure_peer(articles, asked.peer)
        ratios.append(peer / ours)
        print(f"ours {words / ours:.0f} words/s, peer {words / peer:.0f} words/s, ratio {peer / ours:.2f}", flush=True)
    print(f"median ratio {statistics.median(ratios):.2f}")


def make_articles(count: int) -> list[dict[str, object]]:
    """Return articles of sentences that no two share: titles of the quality set, numbered where they run out."""
    lines = (ROOT / "tests" / "quality" / "titles.tsv").read_text(encoding="utf-8").splitlines()
    pool = {
        language: [text for tag, _, text in (line.partition("\t") for line in lines) if tag == language]
        for language in ("ru", "en")
    }
    chance = random.Random(7)
    articles = []
    for number in range(count):
        language = ("ru", "en")[number % 2]
        sentences = chance.sample(pool[language], 1 + PARAGRAPHS * SENTENCES_A_PARAGRAPH)
        body = [f"{sentence.rstrip('.!?')} {number}." for sentence in sentences[1:]]
        paragraphs = [
            " ".join(body[at : at + SENTENCES_A_PARAGRAPH]) for at in range(0, len(body), SENTENCES_A_PARAGRAPH)
        ]
        articles.append({"language": language, "title": f"{sentences[0]} {number}", "paragraphs": paragraphs})
    return articles


def measure_ours(articles: list[dict[str, object]]) -> float:
    """Return the seconds that a whole pass takes, from files to editions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "inbox").mkdir()
        for number, article in enumerate(articles):
            path = folder / "inbox" / f"{number}.txt"
            path.write_text("\n\n".join([article["title"], *article["paragraphs"]]) + "\n", encoding="utf-8")
            os.utime(path, (1e9, 1e9))
        config = folder / "syndicator.toml"
        config.write_text(
            f'[database]\nurl = "sqlite:///{folder}/store.db"\n[feeds]\ndirectory = "{folder}/feeds"\n'
            f'[models]\ndirectory = "{ROOT / "models"}"\n[[sources]]\nslug = "inbox"\ninbox = "inbox"\n',
            encoding="utf-8",
        )
        command = [sys.executable, "-c", "from syndicator.cli import main; main()", "run", "--json", "--config", config]
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        took = time.perf_counter() - began
    summary = json.loads(done.stdout)
    if summary["translated"] != len(articles):
        sys.exit(f"only {summary['translated']} of {len(articles)} articles were translated: {summary}")
    return took


def measure_peer(articles: list[dict[str, object]], python: Path) -> float:
    """Return the seconds that argostranslate takes for the same paragraphs, its start left out."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "articles.json"
        path.write_text(json.dumps(articles), encoding="utf-8")
        apart = {f"XDG_{kind}_HOME": f"{name}/{kind}" for kind in ("DATA", "CONFIG", "CACHE")}
        environment = os.environ | apart | {"ORT_DISABLE_TELEMETRY": "1", "HOME": name}
        packages = sorted(str(one) for one in (ROOT / "models").glob("*.argosmodel"))
        done = subprocess.run(
            [python, "-c", PEER, path, *packages], capture_output=True, text=True, check=True, env=environment
        )
    return float(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
