"""Where the marks of the plot of delays go. Pure: the template draws them, and puts the words beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log10

from syndicator.web.figures import HOURS, Delay

WIDTH, HEIGHT = 360, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 350, 12, 180
TICKS = tuple(timedelta(seconds=seconds) for seconds in (1, 10, 60, 600, 3600, 36_000, 360_000))
_LEAST, _MOST = (log10(TICKS[n].total_seconds()) for n in (0, -1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One hour of a language."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A language's hours; told apart by shape and dashes, not by colour alone."""

    language: str
    marks: tuple[Mark, ...]
    number: int

    @property
    def points(self) -> str:
        """Return them as SVG's `points`."""
        return " ".join(f"{mark.x},{mark.y}" for mark in self.marks)


def lines(found: Sequence[Delay]) -> list[Line]:
    """Return what to draw, on a scale where each step up is ten times as long or thereabouts."""
    return [
        Line(
            language=one.language,
            number=number % 3,
            marks=tuple(
                Mark(x=across(hour), y=height(delay)) for hour, delay in enumerate(one.by_hour) if delay is not None
            ),
        )
        for number, one in enumerate(found)
    ]


def across(hour: int) -> float:
    """Return where an hour stands: 0 is the oldest."""
    return round(_LEFT + (_RIGHT - _LEFT) * (hour + 0.5) / HOURS, 1)


def height(delay: timedelta) -> float:
    """Return where a delay stands; what is off the scale stands at its end."""
    exponent = log10(max(delay.total_seconds(), 1))
    share = (min(max(exponent, _LEAST), _MOST) - _LEAST) / (_MOST - _LEAST)
    return round(_BOTTOM - (_BOTTOM - _TOP) * share, 1)
