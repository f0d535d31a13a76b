"""Try a model in a process of its own: a crafted SentencePiece file can kill the process that loads it.

Run as a script with an unpacked package's folder as its only argument; imports nothing of ours, so that the child can
start from this file alone. Ends with 0 if the model loads and translates; says why not on standard error otherwise.
"""

import resource
import sys
from pathlib import Path

import ctranslate2
import sentencepiece

MAX_CPU_SECONDS = 120
MAX_MEMORY_BYTES = 8 << 30
"""Of address space, several times what the largest model in use takes."""


def main(folder: Path) -> None:
    """Load the model in `folder` and translate a word with it."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pieces = ["a"]
    for name in ("source.spm", "target.spm", "sentencepiece.model"):
        if (folder / name).exists():
            pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / name)).encode("a", return_type=str)
    translator = ctranslate2.Translator(str(folder / "model"), compute_type="int8", intra_threads=1)
    translator.translate_batch([pieces], beam_size=1, max_decoding_length=8)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
