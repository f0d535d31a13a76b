#!/usr/bin/env python3
"""Translate sentences with nothing but CTranslate2's `translate_batch`: the limit that a whole run is measured by.

    python benchmarks/limit.py MODELS_FOLDER BEAM_SIZE [SETTINGS] < {"ru-en": [sentence, …], …}

Run by `translate.py`. Every sentence comes once, tokenised beforehand and sorted by length. Unless SETTINGS are given,
they are searched on a part of the sentences first. Writes JSON: the settings, seconds, seconds of CPU.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import ctranslate2
import sentencepiece
from widen import unpack

CORES = os.cpu_count() or 1
THREADS = ((CORES, 1), (1, CORES))
"""Batches at a time, and threads for each."""
BATCHES = ((16, "examples"), (32, "examples"), (64, "examples"), (1_024, "tokens"), (2_048, "tokens"))
SAMPLE = 10
"""One sentence of so many is translated while settings are searched."""


def main() -> None:
    """Tokenise, search, translate."""
    models, beam_size = Path(sys.argv[1]), int(sys.argv[2])
    jobs = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as scratch:
        tokens, folders = {}, {}
        for pair, sentences in jobs.items():
            source, _, target = pair.partition("-")
            (package,) = models.glob(f"translate-{source}_{target}-*.argosmodel")
            top = unpack(package, Path(scratch) / pair)
            splitter = sentencepiece.SentencePieceProcessor(model_file=str(top / "sentencepiece.model"))
            encoded = (splitter.encode(one, out_type=str) for one in dict.fromkeys(sentences))
            tokens[pair] = sorted(encoded, key=len, reverse=True)
            folders[pair] = str(top / "model")
        settings = json.loads(sys.argv[3]) if sys.argv[3:] else _search(folders, tokens, beam_size=beam_size)
        inter, intra, size, kind = settings
        translators = _load(folders, inter, intra)
        wall_s, cpu_s = _translate(translators, tokens, batch=(size, kind), beam_size=beam_size)
    json.dump({"wall_s": wall_s, "cpu_s": cpu_s, "settings": settings}, sys.stdout)


def _search(
    folders: dict[str, str], tokens: dict[str, list[list[str]]], *, beam_size: int
) -> tuple[int, int, int, str]:
    """Return the settings that take a part of the sentences the least time."""
    sample = {pair: each[::SAMPLE] for pair, each in tokens.items()}
    took: dict[tuple[int, int, int, str], float] = {}
    for inter, intra in THREADS:
        translators = _load(folders, inter, intra)
        for size, kind in BATCHES:
            took[inter, intra, size, kind], _ = _translate(translators, sample, batch=(size, kind), beam_size=beam_size)
    return min(took, key=lambda settings: took[settings])


def _load(folders: dict[str, str], inter: int, intra: int) -> dict[str, ctranslate2.Translator]:
    return {
        pair: ctranslate2.Translator(folder, compute_type="int8", inter_threads=inter, intra_threads=intra)
        for pair, folder in folders.items()
    }


def _translate(
    translators: dict[str, ctranslate2.Translator],
    tokens: dict[str, list[list[str]]],
    *,
    batch: tuple[int, str],
    beam_size: int,
) -> tuple[float, float]:
    """Translate all; return the seconds, and the seconds of CPU, that it took."""
    size, kind = batch
    for translator in translators.values():
        translator.translate_batch([["▁"]], beam_size=beam_size)
    began, used = time.perf_counter(), time.process_time()
    for pair, each in tokens.items():
        translators[pair].translate_batch(each, beam_size=beam_size, max_batch_size=size, batch_type=kind)
    return time.perf_counter() - began, time.process_time() - used


if __name__ == "__main__":
    main()
