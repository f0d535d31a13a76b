"""Edit a text in several passes and tell in the end what became of the original's characters."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from syndicator.translation.edits import Edit


class WorkingText:
    """A text under edit. Each character of the original has a cell that holds what stands for it now."""

    def __init__(self, original: str) -> None:
        self._original = original
        self._cells = list(original)

    @property
    def text(self) -> str:
        """Return the text as it is now."""
        return "".join(self._cells)

    def make(self, edits: Sequence[Edit]) -> None:
        """Make edits to the text as it is now. They must not overlap, and insert nothing into an empty text."""
        owners = [cell for cell, text in enumerate(self._cells) for _ in text]
        starts = {cell: position for position, cell in reversed(list(enumerate(owners)))}
        # From the right, so that what stands before an edit is still where it was.
        for edit in sorted(edits, reverse=True):
            is_insertion = edit.start == edit.end
            first = owners[max(edit.start - is_insertion, 0)]
            last = owners[max(edit.end - 1, 0)]
            joined = "".join(self._cells[first : last + 1])
            begin = edit.start - starts[first]
            rest = joined[begin + edit.end - edit.start :]
            self._cells[first : last + 1] = [joined[:begin] + edit.text + rest] + [""] * (last - first)

    def edits(self) -> list[Edit]:
        """Return all that was done as edits to the original, in order, each as short as can be."""
        return list(self._edits())

    def _edits(self) -> Iterator[Edit]:
        start = 0
        while start < len(self._cells):
            end = start + 1
            while end < len(self._cells) and not self._cells[end]:
                end += 1
            old, new = self._original[start:end], self._cells[start]
            if old != new:
                head = _shared(old, new)
                tail = _shared(old[head:][::-1], new[head:][::-1])
                yield Edit(start=start + head, end=end - tail, text=new[head : len(new) - tail])
            start = end


def _shared(one: str, two: str) -> int:
    """Return how many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
