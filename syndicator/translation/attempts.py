"""Translate segments, look at what came out, and try again what looks wrong. Knows when a second try is worth its time.

Each effort is one request for all the segments that need it. What is tried again depends on the segment alone, so the
same text gives the same rendering whatever it is translated together with.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from syndicator.model import Rendering, Route
from syndicator.ports import Translator
from syndicator.translation.check import BROKEN_OFF, EMPTY, check

EFFORTS = 3
"""As `Translator.translate` numbers them, from 0."""
_MENDED = BROKEN_OFF | {
    "negation lost",
    "unreadable characters",
    "percentage differs",
    "currency differs",
    "date differs",
}
"""What a further effort is worth its time for.

A low score isn't among it: a wider beam finds what the model likes better, and that is no better to read. Nor is what
is cheap to repair or seldom mended: single numbers, quotation marks, words left.
"""
_NO_SCORE = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one effort made of a segment."""

    effort: int
    rendering: Rendering | None
    complaints: tuple[str, ...]
    """As `check` words them."""


def translate_checked(
    texts: Mapping[str, str], translator: Translator, route: Route, *, linked: Collection[str] = ()
) -> dict[str, Rendering | None]:
    """Translate segments, and once or twice more those that came out doubtful; return the best of each.

    `texts` holds for each segment what of it is `kept` (see `check`); those `linked` get links where these cost
    nothing. The result has the same keys and order; None where no effort brought anything. Raises what
    `Translator.translate` raises.
    """
    languages = {"from_language": route.from_language, "to_language": route.to_language}
    attempts: dict[str, list[Attempt]] = {text: [] for text in texts}
    waiting = list(texts)
    for effort in range(EFFORTS):
        if not waiting:
            break
        found = translator.translate(waiting, route, effort=effort, linked=linked)
        for text, rendering in zip(waiting, found, strict=True):
            complaints = (
                check(text, rendering.text, kept=texts[text], score=rendering.score, **languages)
                if rendering
                else (EMPTY,)
            )
            attempts[text].append(Attempt(effort=effort, rendering=rendering, complaints=complaints))
        waiting = [text for text in waiting if is_worth_more(attempts[text])]
    return {text: choose(made).rendering for text, made in attempts.items()}


def choose(attempts: Sequence[Attempt]) -> Attempt:
    """Return the best of one or more attempts: fewest complaints, then the higher score, then the least effort.

    One that brought nothing is worse than any other.
    """
    return min(attempts, key=_rank)


def is_worth_more(attempts: Sequence[Attempt]) -> bool:
    """Say whether one more effort may mend what is wrong with the best attempt so far.

    The second retry, in halves, is for sentences that the model can't follow to their end.
    """
    complaints = frozenset(choose(attempts).complaints)
    return bool(complaints & _MENDED if len(attempts) == 1 else complaints & BROKEN_OFF)


def _rank(attempt: Attempt) -> tuple[bool, int, float, int]:
    score = attempt.rendering.score if attempt.rendering else None
    return (
        attempt.rendering is None,
        len(attempt.complaints),
        -(_NO_SCORE if score is None else score),
        attempt.effort,
    )
