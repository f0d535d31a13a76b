"""What breaks the engine is found by halving, whatever stands beside it."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from syndicator.translation.halving import MOST_BREAKS, Broke, settle


class Engine:
    """Doubles numbers; breaks over some of them, each time, and by chance at the asks of these numbers."""

    def __init__(self, poisonous: set[int], *, chance: frozenset[int] = frozenset()) -> None:
        self.poisonous = poisonous
        self.chance = chance
        self.asked: list[list[int]] = []
        self.breaks = 0

    def ask(self, batch: list[int]) -> list[int]:
        """Answer a batch."""
        self.asked.append(batch)
        if self.poisonous.intersection(batch) or len(self.asked) in self.chance:
            self.breaks += 1
            raise Broke("was ended by SIGSEGV")
        return [2 * number for number in batch]


@given(st.lists(st.integers(0, 2000), max_size=1000), st.sets(st.integers(0, 2000), max_size=3))
def test_all_are_answered_but_what_breaks_the_engine(batch: list[int], poisonous: set[int]) -> None:
    """Each question is answered or is one that broke the engine, and says how."""
    found, broken = settle(batch, Engine(poisonous).ask)
    assert found == {number: 2 * number for number in set(batch) - poisonous}
    assert broken == dict.fromkeys(poisonous.intersection(batch), "the engine was ended by SIGSEGV, twice")


@given(st.integers(1, 300), st.frozensets(st.integers(1, 20), max_size=3), st.sets(st.integers(0, 300), max_size=1))
def test_chance_is_no_guilt(size: int, chance: frozenset[int], poisonous: set[int]) -> None:
    """A question counts as broken only after it broke the engine twice all by itself."""
    engine = Engine(poisonous, chance=chance)
    found, broken = settle(range(size), engine.ask)
    alone = Counter(one[0] for one in engine.asked if len(one) == 1)
    assert all(alone[number] == 2 for number in broken)
    assert found.keys() | broken.keys() == set(range(size))


def test_one_break_costs_one_retry() -> None:
    """A batch that breaks the engine once is asked again as it is."""
    engine = Engine(set(), chance=frozenset({1}))
    settle([1, 2, 3], engine.ask)
    assert engine.asked == [[1, 2, 3], [1, 2, 3]]


def test_one_in_a_thousand_is_found_quickly() -> None:
    """Halves are not tried twice."""
    engine = Engine({777})
    settle(range(1000), engine.ask)
    assert engine.breaks <= 13


def test_the_same_question_is_asked_once() -> None:
    """A question that stands in a batch twice is asked once, and one that is broken is found once."""
    engine = Engine({7})
    assert settle([7, 8, 8, 7], engine.ask)[0] == {8: 16}
    assert all(len(set(one)) == len(one) for one in engine.asked)


def test_too_many_breaks_come_to_an_end() -> None:
    """An engine that breaks over everything is not asked for ever, and most questions stay without a verdict."""
    engine = Engine(set(range(1000)))
    found, broken = settle(range(1000), engine.ask)
    assert not found
    assert len(broken) < MOST_BREAKS / 2
    assert engine.breaks < MOST_BREAKS + 20


def test_nothing_is_asked_of_nothing() -> None:
    """An empty batch asks nothing."""
    engine = Engine(set())
    assert settle([], engine.ask) == ({}, {})
    assert not engine.asked
