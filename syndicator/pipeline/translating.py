"""Translate articles: segment, recall or translate, put together, keep.

Groups of articles go through one after the other, and while the engine is busy with one, the one before is put together
and the next is taken apart. What was translated is remembered at once, so that nothing is translated twice.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from syndicator.errors import ModelError
from syndicator.model import Waiting
from syndicator.pipeline.bench import Bench, TranslateReport

GROUP = 200
"""Articles taken apart and put together at a time: the engine batches sentences of equal length, and needs many."""
STREAMS = 2
"""Chunks at hand at a time: while the results of one are looked through, the engine has the other."""


def translate(
    waiting: Sequence[Waiting],
    *,
    bench: Bench,
    should_stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda _: None,
) -> TranslateReport:
    """Make these translations, the segments of many articles together; each article is kept as soon as it is whole.

    `should_stop` is asked between chunks of segments; what was translated by then is remembered. `progress` is told
    how many articles are done with. Interrupted, it leaves at once; what the engine is at then is lost.
    """
    # Terms, names and their patterns take 0.2 s to load, and most passes find nothing to translate.
    from syndicator.pipeline.group import Group, Run, pair_of  # noqa: PLC0415

    run = Run(bench=bench, should_stop=should_stop)
    reports = []
    ahead: deque[Group] = deque()
    streams = ThreadPoolExecutor(STREAMS, thread_name_prefix="translate")
    try:
        for jobs in _groups(waiting, key=pair_of):
            if should_stop():
                break
            try:
                group = Group.begin(jobs, run)
            except ModelError as error:
                impossible = frozenset({pair_of(jobs[0])})
                reports.append(TranslateReport(impossible=impossible, error=str(error)))
                continue
            group.going += [streams.submit(group.work) for _ in range(STREAMS)]
            ahead.append(group)
            if len(ahead) > 1:
                reports.append(ahead.popleft().end(progress))
        reports += [group.end(progress) for group in ahead]
    except BaseException:
        run.is_broken_off = True
        streams.shutdown(wait=False, cancel_futures=True)
        raise
    streams.shutdown()
    return TranslateReport(
        translated=sum(one.translated for one in reports),
        held=sum(one.held for one in reports),
        failed=sum(one.failed for one in reports),
        segments=sum(one.segments for one in reports),
        impossible=frozenset[tuple[str, str]]().union(*(one.impossible for one in reports)),
        error="; ".join(dict.fromkeys(one.error for one in reports if one.error)) or None,
        tallies=tuple(tally for one in reports for tally in one.tallies),
    )


def _groups(waiting: Iterable[Waiting], *, key: Callable[[Waiting], tuple[str, str]]) -> Iterator[list[Waiting]]:
    """Yield up to `GROUP` translations of one pair at a time, in order."""
    pairs: dict[tuple[str, str], list[Waiting]] = {}
    for one in waiting:
        pairs.setdefault(key(one), []).append(one)
    for jobs in pairs.values():
        rest = iter(jobs)
        while group := list(islice(rest, GROUP)):
            yield group
