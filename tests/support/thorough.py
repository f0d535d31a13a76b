"""How much is tried: a sample with the other tests, all of it with `make faults`."""

import os

IS_LONG = os.environ.get("FAULTS") == "all"


def times(few: int, many: int) -> int:
    """Return how often to try something."""
    return many if IS_LONG else few
