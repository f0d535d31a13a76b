"""Tell which pieces a model may write, and load it so. Knows scripts and CTranslate2's files; refuses to know decoding.

What is left out would be an untranslated word anyway. It is a quarter to a half of a vocabulary that both languages
share, and weighing a piece costs as much whether it can win or not.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from syndicator.translation.segment import script_of

MAP = "vmap.txt"
VOCABULARIES = ("shared_vocabulary.json", "target_vocabulary.json")
"""What CTranslate2 writes since its version 3; an older model, with its vocabulary as plain text, has no map."""
_SPACE = re.compile(r"\s")
"""What a map parts its pieces with."""
_NEVER = {
    ("Cyrillic", "Latin"): re.compile("[\u0400-\u052f]|^<0xD[0-4]>$"),
    # Names, and what they are put together from, may stay in Latin letters.
    ("Latin", "Cyrillic"): re.compile("▁[a-z]{2}"),
}
"""By the scripts of the original and of its translation: what a piece has that no translation needs.

A byte is one with which a Cyrillic letter begins in UTF-8.
"""


@contextmanager
def with_map(folder: Path, *, from_code: str, to_code: str, prefix: str = "") -> Iterator[tuple[Path, bool]]:
    """Give the folder to load a model from while the context lasts, and whether it has a vocabulary map.

    What every translation begins with (`prefix`) is allowed. Models are read whole as they are loaded, and their
    folders are never written to. Without a map where there is nothing to leave out, or no room for a temporary folder.
    """
    candidates = candidates_among(_pieces(folder), from_code=from_code, to_code=to_code)
    if candidates is None:
        yield folder, False
        return
    # One line, for whatever the original: a map that looked at that would allow each sentence the words of those that
    # it is translated together with, and its translation would depend on them.
    line = "\t" + " ".join(filter(None, (*candidates, prefix))) + "\n"
    with ExitStack() as stack:
        try:
            # No model is called damaged because some other disk is full.
            scratch = Path(stack.enter_context(TemporaryDirectory(prefix="syndicator-", ignore_cleanup_errors=True)))
            for file in folder.iterdir():
                if file.name != MAP:
                    (scratch / file.name).symlink_to(file.absolute())
            (scratch / MAP).write_text(line, encoding="utf-8")
        except OSError:
            yield folder, False
            return
        yield scratch, True


def candidates_among(pieces: Sequence[str], *, from_code: str, to_code: str) -> list[str] | None:
    """Return which pieces a model may write; None where it may write all of them."""
    never = _NEVER.get((script_of(from_code), script_of(to_code)))
    if never is None:
        return None
    allowed = [piece for piece in pieces if not never.search(piece) and not _SPACE.search(piece)]
    return allowed if 0 < len(allowed) < len(pieces) else None


def _pieces(folder: Path) -> list[str]:
    """Return what a model may write; nothing of one whose vocabulary is not as we know it."""
    for name in VOCABULARIES:
        try:
            found = json.loads((folder / name).read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(found, list) and all(isinstance(piece, str) for piece in found):
            return found
    return []
