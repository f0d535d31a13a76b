"""Renderings as an engine would give them, with links written as aligners write them: `0-1 1-0`."""

import re

from syndicator.model import Link, Rendering
from syndicator.translation.blocks import Sentence


def aligned(source: str, target: str, pairs: str) -> Rendering:
    """Return `target` as the rendering of `source`; each pair names a source word and a target word, from 0."""
    sources, targets = (list(re.finditer(r"\S+", text)) for text in (source, target))
    links = [
        Link(
            source_start=sources[int(s)].start(),
            source_end=sources[int(s)].end(),
            target_start=targets[int(t)].start(),
            target_end=targets[int(t)].end(),
        )
        for s, t in (pair.split("-") for pair in pairs.split())
    ]
    return Rendering(text=target, links=tuple(links), score=-0.1)


def swapped(sentence: Sentence) -> Rendering:
    """Return a sentence with the case of every letter swapped, each word linked to itself."""
    words = range(len(sentence.text.split()))
    return aligned(sentence.text, sentence.text.swapcase(), " ".join(f"{n}-{n}" for n in words))
