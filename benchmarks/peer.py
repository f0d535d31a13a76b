#!/usr/bin/env python3
"""Translate paragraphs with argostranslate as its users call it; run by `translate.py` in the peer's environment.

    PEER_PYTHON benchmarks/peer.py PACKAGES_FOLDER < {"timed": [[from, to, paragraph], …], "scored": […]}

Writes JSON: the seconds, and seconds of CPU, that the timed paragraphs took, the start left out, and the translations
of the scored ones. argostranslate's own sentence splitter would be downloaded: a simple one stands in for it.
"""

import json
import re
import sys
import time
from pathlib import Path

from argostranslate import package, translate


class Splitter:
    """What argostranslate asks for sentences."""

    def split_sentences(self, text: str) -> list[str]:
        """Return the sentences of a paragraph."""
        return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


def main() -> None:
    """Install, warm up, translate."""
    for one in sorted(Path(sys.argv[1]).glob("*.argosmodel")):
        package.install_from_path(one)
    asked = json.load(sys.stdin)
    routes = {}
    for pair in {(source, target) for source, target, _ in asked["timed"] + asked["scored"]}:
        routes[pair] = translate.get_translation_from_codes(*pair).underlying
        routes[pair].sentencizer = Splitter()
        routes[pair].translate("2026")  # loads the model
    began, used = time.perf_counter(), time.process_time()
    for source, target, paragraph in asked["timed"]:
        routes[source, target].translate(paragraph)
    wall_s, cpu_s = time.perf_counter() - began, time.process_time() - used
    scored = [routes[source, target].translate(line) for source, target, line in asked["scored"]]
    json.dump({"wall_s": wall_s, "cpu_s": cpu_s, "scored": scored}, sys.stdout)


if __name__ == "__main__":
    main()
