"""Make full batches of jobs that come one by one. Knows no database and no translation."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from syndicator.scaling.jobs import Pair

WINDOW_S = 0.2
"""How long a batch that is not full waits for one more job."""
STREAMS = 2
"""Batches at hand at a time: while one is taken apart or put together, the engine has the other."""

Outcome = dict[str, Exception]
"""By article id: why a job could not be done; those that were are absent."""


class Gatherer:
    """Gathers articles of one pair of languages until there are `size`, or no more come.

    `work` does a batch. Of one event loop; `run` must run meanwhile.
    """

    def __init__(self, work: Callable[[Pair, list[str]], Awaitable[Outcome]], *, size: int) -> None:
        self._work = work
        self._size = size
        self._gathered: dict[Pair, dict[str, asyncio.Future[None]]] = {}
        self._changed = asyncio.Event()

    async def translated(self, article_id: str, pair: Pair) -> None:
        """Wait until an article was part of a batch; raise what kept it from being done."""
        future = asyncio.get_running_loop().create_future()
        self._gathered.setdefault(pair, {})[article_id] = future
        self._changed.set()
        await future

    async def run(self) -> None:
        """Have batches done until cancelled."""
        async with asyncio.TaskGroup() as streams:
            for _ in range(STREAMS):
                streams.create_task(self._stream())

    async def _stream(self) -> None:
        while True:
            await self._changed.wait()
            await self._settle()
            if not self._gathered:  # the other stream has it
                self._changed.clear()
                continue
            pair = next(iter(self._gathered))  # the one that came first: no pair waits for ever
            await self._do(pair, self._take(pair))

    async def _settle(self) -> None:
        """Wait for a full batch, as long as more jobs come."""
        before = 0
        while before < (gathered := max(map(len, self._gathered.values()), default=0)) < self._size:
            before = gathered
            await asyncio.sleep(WINDOW_S)

    def _take(self, pair: Pair) -> dict[str, asyncio.Future[None]]:
        """Return a batch; what is beyond its size stays, behind the other pairs."""
        some = self._gathered.pop(pair)
        batch = {article_id: some.pop(article_id) for article_id in list(some)[: self._size]}
        if some:
            self._gathered[pair] = some
        if not self._gathered:
            self._changed.clear()
        return batch

    async def _do(self, pair: Pair, batch: dict[str, asyncio.Future[None]]) -> None:
        try:
            outcome = await self._work(pair, list(batch))
        except asyncio.CancelledError:
            for future in batch.values():
                future.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to the jobs, each of which reports it
            outcome = dict.fromkeys(batch, error)
        for article_id, future in batch.items():
            with suppress(asyncio.InvalidStateError):  # its job was given up meanwhile
                if article_id in outcome:
                    future.set_exception(outcome[article_id])
                else:
                    future.set_result(None)
