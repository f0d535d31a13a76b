"""Put back telephone, account and article numbers, which stand in every language as they were written."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from syndicator.translation.edits import Edit
from syndicator.translation.typography.context import has_unit
from syndicator.translation.typography.numbers import SPACES

_GROUPED = rf"\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?![\d-]|[{SPACES}]\d)"
"""A number with its thousands separated: no telephone is written so."""
_CODE = re.compile(
    rf"""
      (?<![\w+]) \+(?!{_GROUPED})\d [\d{SPACES}()-]{{6,18}} \d (?!\w)                               # +7 (495) 123-45-67
    | (?<![\w-]) (?:\d{{1,4}}[{SPACES}-])? \(\d{{3,5}}\) [{SPACES}]? (?!{_GROUPED})
      \d [\d{SPACES}-]{{4,10}} \d (?![\w-])
    | (?<![\w.,-]) (?!\d{{4}}-\d\d-\d\d(?!\d)) (?:\d{{1,4}}[{SPACES}-]){{1,4}} \d{{2,4}}-\d{{2,4}} (?![\w-])  # 8 800 5
    | (?<!\w) [A-Z]{{2}}\d\d (?:[{SPACES}]?[A-Z\d]{{4}}){{2,7}} (?:[{SPACES}]?[A-Z\d]{{1,3}})? (?!\w)   # an IBAN
    | (?<![\w-]) (?=[A-Z\d/-]*[A-Z]) (?=(?:[A-Z/-]*\d){{4}}) [A-Z\d]+(?:[-/][A-Z\d]+)* (?![\w-])   # AB-10745/2
    | (?<![\w.,:/-]) \d{{9,}} (?![\w:/-]|[.,]\d)                                       # an account
    """,
    re.VERBOSE,
)
_RUN = re.compile(
    rf"(?<![\w.,:])\+?(?:[A-Z]{{1,4}}-?)?\d(?:[\dA-Z/()-]|[{SPACES}](?=[\d(])|[.,](?=\d))*(?<=[\dA-Z])(?!\w)"
)
"""What may have become of one."""
_SEPARATORS = rf"[{SPACES}()/–-]{{0,3}}"
_LEAST_DIGITS = 7
_ALIKE = 0.65


def codes(text: str) -> list[re.Match[str]]:
    """Return the numbers in a text that are names: of a telephone, an account, an article."""
    return [
        match
        for match in _CODE.finditer(text)
        if _is_long(match[0]) and not (match[0].isdigit() and has_unit(text, *match.span()))
    ]


def repair_codes(source: str, target: str) -> Iterator[Edit]:
    """Yield the edits that write the numbers of `codes` as the original has them."""
    taken: set[tuple[int, int]] = set()
    for match in codes(source):
        if match[0] in target:
            continue
        if there := _otherwise_parted(match[0], target):
            taken.add(there.span())
            yield Edit(start=there.start(), end=there.end(), text=match[0])
            continue
        runs = [run for run in _RUN.finditer(target) if run.span() not in taken and run[0] not in source]
        best = max(runs, key=lambda run: _likeness(match[0], run[0]), default=None)
        if best and _likeness(match[0], best[0]) >= _ALIKE:
            taken.add(best.span())
            yield Edit(start=best.start(), end=best.end(), text=match[0])


def _otherwise_parted(code: str, target: str) -> re.Match[str] | None:
    """Return where all of a code stands, with other separators: `RTX 4090` for `RTX4090`."""
    bare = _bare(code)
    lead = "".join(f"{re.escape(sign)}?" for sign in code[: code.index(bare[0])])
    return re.search(rf"(?<!\w){lead}{_SEPARATORS.join(bare)}(?!\w)", target)


def _is_long(code: str) -> bool:
    return sum(map(str.isdigit, code)) >= _LEAST_DIGITS or any(map(str.isalpha, code))


def _likeness(one: str, two: str) -> float:
    return SequenceMatcher(None, _bare(one), _bare(two), autojunk=False).ratio()


def _bare(code: str) -> str:
    return re.sub(r"[\W_]", "", code)
