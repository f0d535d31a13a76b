"""Words for thousands and more after a figure: 38 тысяч is 38,000."""

import re

from syndicator.translation.typography.numbers import SPACES, Number

_ZEROS = {"thousand": 3, "тыс": 3, "million": 6, "млн": 6, "миллион": 6, "billion": 9, "млрд": 9, "миллиард": 9}
_SCALE = re.compile(rf"[{SPACES}-]?({'|'.join(_ZEROS)})", re.IGNORECASE)


def scale_after(text: str, end: int) -> int:
    """Return how many zeros the word after a figure that ends there stands for; 0 without one."""
    match = _SCALE.match(text, end)
    return _ZEROS[match[1].lower()] if match else 0


def scaled(number: Number, zeros: int) -> Number | None:
    """Return a number with its zeros written out; None where it has decimals left."""
    if zeros < number.decimals:
        return None
    digits = number.digits.lstrip("0") + "0" * (zeros - number.decimals)
    return Number(digits=digits, decimals=0, is_grouped=True)
