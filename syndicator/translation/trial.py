"""Try a model in a process of its own: a crafted SentencePiece file can kill the process that loads it.

Run as a script with an unpacked package's folder as its only argument; imports nothing of ours, so that the child can
start from this file alone. Ends with 0 if the model loads and translates; says why not on standard error otherwise.
"""

import resource
import sys
from pathlib import Path

import ctranslate2
import sentencepiece

MAX_CPU_SECONDS = 20
"""Many times what loading takes; the time that a disk takes is not counted."""
BASE_BYTES = 128 << 20
TIMES_ITS_SIZE = 4
"""Memory that a model may take beside the program's own (40 MB), for each byte on the disk: weights of full precision
are there once more while they are made small."""


def main(folder: Path) -> None:
    """Load the model in `folder` and translate a word with it."""
    size_bytes = sum(path.stat().st_size for path in folder.rglob("*"))
    memory_bytes = BASE_BYTES + TIMES_ITS_SIZE * size_bytes
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pieces = ["a"]
    for name in ("source.spm", "target.spm", "sentencepiece.model"):
        if (folder / name).exists():
            pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / name)).encode("a", return_type=str)
    translator = ctranslate2.Translator(str(folder / "model"), compute_type="int8", intra_threads=1)
    translator.translate_batch([pieces], beam_size=1, max_decoding_length=8)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
