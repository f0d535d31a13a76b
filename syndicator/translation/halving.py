"""Find what breaks the engine. Pure: knows how to halve; refuses to know what is asked, and how it is asked."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MOST_BREAKS = 64
"""Before no more is halved: one broken text among 1,000 costs a dozen breaks, ten of them 80."""


class Broke(Exception):
    """The engine broke over a question; the text says how: `was ended by SIGSEGV`."""


def settle(
    batch: Sequence[Question], ask: Callable[[list[Question]], list[Answer]]
) -> tuple[dict[Question, Answer], dict[Question, str]]:
    """Ask a batch, once more if the engine breaks over it, then in halves.

    Return the answers, and of the questions that broke the engine twice, all by themselves, how they did it. After
    `MOST_BREAKS` those that are left in a half that breaks are in neither: nobody knows which of them it was. Raises
    whatever else `ask` raises.
    """
    found: dict[Question, Answer] = {}
    broken: dict[Question, str] = {}
    breaks = 0
    waiting = [(list(dict.fromkeys(batch)), 2)] if batch else []
    while waiting:
        part, tries = waiting.pop()
        try:
            found |= zip(part, ask(part), strict=True)
        except Broke as error:
            breaks += 1
            if tries > 1:
                waiting.append((part, tries - 1))
            elif len(part) == 1:
                broken[part[0]] = f"the engine {error}, twice"
            elif breaks < MOST_BREAKS:
                middle = len(part) // 2
                # The batch has had its retry and halves get none; but nothing is called broken after one try.
                waiting += [(half, 2 if len(half) == 1 else 1) for half in (part[middle:], part[:middle])]
    return found, broken
