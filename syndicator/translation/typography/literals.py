"""Find what is carried over letter for letter: addresses, file names, hashtags, handles, code, telephone numbers."""

import re
from bisect import bisect_right
from collections.abc import Sequence

_LITERAL = re.compile(
    r"""
      (?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{0,15}://[^\s<>«»“”„"]+        # https://example.org/a
    | (?<!\w)www\.[^\s<>«»“”„"]+
    | (?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+                     # press@example.org
    | (?<!\w)[@\#][\w-]*\w                                              # @handle, #hashtag
    | (?<![\w.-])[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.[A-Za-z][A-Za-z0-9]{1,9}(?:/[^\s<>«»“”„"]*)?  # un.org, a.pdf
    | (?<![\w.-])\w[\w-]+\.[a-z](?![\w.])                               # main.c
    | (?<!\w)[A-Za-z]:\\[^\s<>«»“”„"]+                                  # C:\files
    | (?<![\w/])[~.]{0,2}/[\w.-]+(?:/[\w.-]*)+                          # /etc/hosts
    | `[^`]+`
    | <[A-Za-z/!][^<>]*>
    | \{[^{}\s]*\}
    | (?<![\w%])%(?:\([^()\s]*\))?[sd](?!\w)                            # %s
    | (?<!\w)[A-Za-z][\w-]*="[^"]*"                                     # lang="ru"
    | (?<!\w)[A-Za-z][\w.]*\([^()\s]*\)                                 # print(x)
    | (?<!\w)\w+(?:(?:_+|::|->|==?|=>)\w+)+                             # a_name, x=5
    | (?<!\S)--?[A-Za-z][\w-]*                                          # --verbose
    | \+\d[\d\ \u00a0()-]{6,18}\d                                       # +7 495 123-45-67
    | (?<![\d-])(?:\d{1,4}[ \u00a0-]){0,4}\d{1,4}-\d{1,4}-\d{1,4}(?![\d-])   # 8 800 555-35-35, 2026-11-24
    """,
    re.VERBOSE,
)


def literals(text: str, keep: Sequence[str] = ()) -> tuple[tuple[int, int], ...]:
    """Return the ranges of `text` that must not be touched, in order, without overlaps."""
    found = [*(match.span() for match in _LITERAL.finditer(text)), *kept_ranges(text, keep)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def kept_ranges(text: str, keep: Sequence[str]) -> list[tuple[int, int]]:
    """Return where in `text` the words of `keep` stand, in order."""
    words = sorted({word for word in keep if word and word in text}, key=len, reverse=True)
    if not words:
        return []
    kept = "|".join(map(re.escape, words))
    return [match.span() for match in re.finditer(rf"(?<!\w)(?:{kept})(?!\w)", text)]


def is_free(start: int, end: int, fixed: Sequence[tuple[int, int]]) -> bool:
    """Say whether the range [start, end), or the place where both are equal, has no literal in it or around it."""
    after = bisect_right(fixed, (end, -1)) if start < end else bisect_right(fixed, (start, -1))
    return not any(first < max(end, start) and start < last for first, last in fixed[max(after - 1, 0) : after + 1])
