"""Find the chain of models from one language to another. Pure; knows languages and versions only."""

from collections import deque
from collections.abc import Iterable

from syndicator.model import ModelRef, Route, primary
from syndicator.translation.index import version_key

Pair = tuple[str, str]


def find(models: Iterable[ModelRef], from_language: str, to_language: str) -> Route | None:
    """Return the shortest chain; among equally short ones the first by language names. None if there is none.

    Languages are compared by primary subtag. Of several models of a pair, one for exactly the languages asked for
    comes first, then one for the languages at large (`pt` before `pt-BR`), then the newest version.
    """
    by_pair: dict[Pair, list[ModelRef]] = {}
    for model in models:
        by_pair.setdefault((primary(model.from_language), primary(model.to_language)), []).append(model)
    chain = _shortest(sorted(by_pair), primary(from_language), primary(to_language))
    if not chain:
        return None

    def fitness(model: ModelRef) -> tuple[object, ...]:
        return (
            model.to_language.lower() == to_language.lower(),
            model.from_language.lower() == from_language.lower(),
            "-" not in model.to_language,
            "-" not in model.from_language,
            version_key(model.version),
            model.digest,
        )

    return Route(models=tuple(max(by_pair[pair], key=fitness) for pair in chain))


def reachable(models: Iterable[ModelRef]) -> frozenset[Pair]:
    """Return every pair of primary subtags that `find` would find a chain for."""
    pairs = sorted({(primary(model.from_language), primary(model.to_language)) for model in models})
    languages = sorted({language for pair in pairs for language in pair})
    return frozenset((first, last) for first in languages for last in languages if _shortest(pairs, first, last))


def _shortest(pairs: list[Pair], first: str, last: str) -> list[Pair]:
    """Search breadth first; return the pairs to go by, none if there is no way or nowhere to go."""
    came_by: dict[str, Pair] = {}
    waiting = deque([first] if first != last else [])
    while waiting:
        here = waiting.popleft()
        for pair in pairs:
            if pair[0] == here and pair[1] not in came_by and pair[1] != first:
                came_by[pair[1]] = pair
                waiting.append(pair[1])
    chain: list[Pair] = []
    while last in came_by:
        chain.insert(0, came_by[last])
        last = came_by[last][0]
    return chain
