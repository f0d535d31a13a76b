"""Markup that tries to run, from `tests/hostile/html/vectors.txt`, and the same in more dresses."""

import re
from collections.abc import Iterator
from pathlib import Path

HOSTILE = Path(__file__).parents[1] / "hostile"
_ESCAPE = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})")
_SCHEMES = ("javascript:boom()", "JAVASCRIPT:boom()", "java\tscript:boom()", "vbscript:boom()", "data:text/html,boom")
_HOLDERS = (
    '<a href="{}">a</a>',
    '<img src="{}">',
    '<video src="{}" poster="{}"></video>',
    '<audio src="{}"></audio>',
    '<source src="{}">',
    '<q cite="{}">a</q>',
    '<iframe src="{}"></iframe>',
    '<form action="{}"><button formaction="{}">a</button></form>',
    '<object data="{}"></object>',
    '<svg><a xlink:href="{}">a</a></svg>',
)


def vectors() -> list[str]:
    """Return every vector, each once, in order."""
    lines = (HOSTILE / "html" / "vectors.txt").read_text(encoding="utf-8").splitlines()
    written = [_unescaped(line) for line in lines if line and not line.startswith("# ")]
    return list(dict.fromkeys([*written, *_products()]))


def _products() -> Iterator[str]:
    """Yield each scheme that runs in each place that holds an address."""
    for holder in _HOLDERS:
        for scheme in _SCHEMES:
            yield holder.replace("{}", scheme)


def _unescaped(line: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), line)
