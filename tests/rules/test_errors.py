"""The tree of errors and the drawing of it are the same."""

import re

from syndicator import errors


def drawn() -> set[tuple[str, str]]:
    """Return (class, parent) pairs as the docstring of `errors` draws them."""
    pairs, path = set(), []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"    ((?:[│ ]   )*)(?:[├└]── )?([A-Z]\w+)", line):
            depth = 0 if "──" not in line else len(found[1]) // 4 + 1
            path[depth:] = [found[2]]
            if depth:
                pairs.add((found[2], path[depth - 1]))
    return pairs


def test_the_drawing_shows_every_error_under_its_parent() -> None:
    """A class that is missing from the drawing, or drawn elsewhere, is found."""
    real = {
        (one.__name__, one.__mro__[1].__name__)
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.SyndicatorError) and one is not errors.SyndicatorError
    }
    assert drawn() == real
