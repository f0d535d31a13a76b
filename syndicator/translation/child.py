"""Translate in a child process: the adapter of `ports.Translator` that the desk uses.

Knows what to do when the child ends or hangs; refuses to know how a model translates. Models are native code over files
that came from elsewhere: a crafted text or file can end the process that they run in, or keep it busy for ever.

::

    any thread  --request-->  the keeper, one thread  --pipes-->  the child, with the models
                <--Future---

The keeper alone starts, asks and ends the child, one request at a time. So no request can meet a child that is just
being ended for idleness, and the thread that the child's life is tied to lives as long as it is of use.
"""

import os
import signal
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TypeVar

from syndicator.errors import ModelError
from syndicator.log import logger
from syndicator.model import Link, Rendering, Route
from syndicator.translation import wire
from syndicator.translation.child_process import Child
from syndicator.translation.engine import ArgosTranslator
from syndicator.translation.halving import Broke, settle

Answer = TypeVar("Answer")

LOADING = timedelta(minutes=5)
"""For the models of a route: reading them from a slow disk twice, once for their checksums."""
SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the child may take."""

    memory_bytes: int = 2048 << 20
    """Of writable memory, thread stacks included (8 MB a thread and model)."""
    timeout: timedelta = timedelta(minutes=2)
    """For a request, however short."""
    each_character: timedelta = timedelta(milliseconds=10)
    """More for each model that it goes through: 40 times what two cores take with a beam of 2."""
    idle: timedelta = timedelta(minutes=5)
    """Without a request, until the child is ended and its memory is free again."""


class ChildTranslator:
    """Installed models in a child process, which is started when first needed and ended when idle.

    What breaks the child costs one retry in a new one; then the batch is halved until the text that does it is found.
    Only a text that by itself broke two children, each of which had translated a word just before, counts as broken.
    """

    def __init__(self, directory: Path, *, beam_size: int, threads: int, limits: Limits | None = None) -> None:
        """Use the models installed in `directory`; `threads` sentences are translated at a time, 0 for one a core."""
        self._limits = limits or Limits()
        self._arguments = (str(directory.absolute()), str(beam_size), str(threads), str(self._limits.memory_bytes))
        # It only looks at what is installed: nothing native is loaded into this process.
        self._installed = ArgosTranslator(directory, beam_size=beam_size, threads=threads)
        self._lock = Lock()
        self._broken: dict[str, str] = {}
        self._requests: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._keeper: Thread | None = None
        self._child: Child | None = None
        self._is_closed = False

    def route(self, from_language: str, to_language: str) -> Route:
        """Return the shortest chain of usable models; raise `NoRoute`, naming the command that would install one.

        Raises `ModelError` where the only chain goes over a damaged model.
        """
        return self._installed.route(from_language, to_language)

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return every (from, to) pair of primary language subtags that `route` would find a chain for."""
        return self._installed.pairs()

    def describe(self, route: Route) -> str:
        """Return engine and packages in words, for provenance."""
        return self._installed.describe(route)

    def decoding(self) -> str:
        """Return the decoding settings that change the output."""
        return self._installed.decoding()

    def translate(
        self, texts: Sequence[str], route: Route, *, effort: int = 0, linked: Collection[str] = ()
    ) -> list[Rendering | None]:
        """Translate whole sentences; the result has the same length and order, and links as the engine's.

        None stands where no usable output came, where the text broke the engine (`take_broken`), and where too much
        else in the same request did. Raises `ModelError`.
        """

        def ask(batch: list[str]) -> list[Rendering | None]:
            message = {
                "do": "translate",
                "route": wire.route_out(route),
                "items": batch,
                "effort": effort,
                "linked": [n for n, text in enumerate(batch) if text in linked],
            }
            characters = sum(map(len, batch))
            return self._ask(message, route, lambda reply: wire.renderings_in(reply, batch), characters=characters)

        with self._lock:
            wanted = [text for text in texts if text not in self._broken]  # it would break the next child, too
        if not wanted:
            return [None for _ in texts]
        found, broken = self._request(lambda: settle(wanted, ask))
        with self._lock:
            self._broken |= broken
        return [found.get(text) for text in texts]

    def take_broken(self, texts: Collection[str]) -> dict[str, str]:
        """Return, and forget, which of these texts broke the engine, each with what happened."""
        with self._lock:
            return {text: self._broken.pop(text) for text in dict.fromkeys(texts) if text in self._broken}

    def align(self, pairs: Sequence[tuple[str, str]], route: Route) -> list[tuple[Link, ...]]:
        """Tell for each (source, target) which words of the target render which of the source.

        The result has the same length and order; empty where that can't be told. Raises `ModelError`.
        """

        def ask(batch: list[tuple[str, str]]) -> list[tuple[Link, ...]]:
            message = {"do": "align", "route": wire.route_out(route), "items": batch}
            characters = sum(len(source) + len(target) for source, target in batch)
            return self._ask(message, route, lambda reply: wire.links_in(reply, batch), characters=characters)

        if not pairs:
            return []
        found, _ = self._request(lambda: settle(pairs, ask))
        return [found.get(pair, ()) for pair in pairs]

    def close(self) -> None:
        """End the child; a request that it is at fails with `ModelError`, as does any after this."""
        with self._lock:
            self._is_closed = True
            keeper, child = self._keeper, self._child
            self._requests.put(None)
        if child:
            child.end()
        if keeper:
            keeper.join()

    def _request(self, work: Callable[[], Answer]) -> Answer:
        """Have the keeper do something; wait for it, and return or raise what came of it."""
        outcome: Future[Answer] = Future()

        def do() -> None:
            try:
                outcome.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it belongs to the thread that waits
                outcome.set_exception(error)

        with self._lock:
            self._refuse_if_closed()
            if self._keeper is None:
                self._keeper = Thread(target=self._keep, name="translation child's keeper", daemon=True)
                self._keeper.start()
            self._requests.put(do)
        return outcome.result()

    # What follows runs in the keeper.

    def _keep(self) -> None:
        # Inherited by the child: whoever stops all of us at once, as a terminal or systemd does, is to find the parent
        # at work on a graceful end, and not to kill the child in the middle of a batch.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        while self._serve():
            pass
        self._discard()

    def _serve(self) -> bool:
        """Wait for a request and do it, or end the child when none comes; return whether there may be more."""
        try:
            do = self._requests.get(timeout=self._limits.idle.total_seconds() if self._child else None)
        except Empty:
            self._discard()
            return True
        if do:
            do()
        return do is not None

    def _ask(
        self, message: wire.Message, route: Route, read: Callable[[wire.Message], Answer], *, characters: int
    ) -> Answer:
        """Have the child do something with texts; return what `read` makes of its reply.

        Raises `Broke`, after which the child is gone, and `ModelError`.
        """
        child = self._with_models(route)
        try:
            within = self._limits.timeout + self._limits.each_character * characters * len(route.models)
            return child.ask(message, read, within=within)
        except (Broke, ModelError) as error:
            self._refuse_if_closed()
            # The models were fine a moment ago: it is the texts, unless loading them again shows otherwise.
            reason = str(error) if isinstance(error, Broke) else f"failed ({error})"
            logger().warning("translation_child_broke", pid=child.pid, reason=reason, route=str(route))
            self._discard()
            raise Broke(reason) from error

    def _with_models(self, route: Route) -> Child:
        """Return a child that has loaded the models of a route and translated a word with them.

        Raises `ModelError` if it can't, or breaks over that twice: so far no text is to blame.
        """
        reason = ""
        fresh = 0
        while fresh < 2:  # noqa: PLR2004 - tries of a child of its own
            fresh += self._child is None
            child = self._child or self._start()
            within = self._limits.timeout if route in child.loaded else LOADING
            try:
                # Also where they are loaded: one that was killed while idle, as for memory, must not count as broken
                # by the text to come. It takes some milliseconds.
                child.ask({"do": "load", "route": wire.route_out(route)}, lambda _: None, within=within)
            except Broke as error:
                self._refuse_if_closed()
                self._discard()  # other models may have filled it: they won't be in the next one
                # What it said over texts may hold some of them, and is not for the log.
                reason = f"{error} ({child.said})" if child.said and not child.loaded else str(error)
                logger().warning("translation_child_broke", pid=child.pid, reason=reason, loading=str(route))
            except ModelError as error:
                # Only the child reads what is in the files: tell our own look at them, or it offers the route for ever.
                self._installed.distrust(route, str(error))
                raise
            else:
                child.loaded.add(route)
                return child
        raise ModelError(
            f"The models of {route} can't be used, the engine {reason}: install them anew, or raise "
            f"translation.memory_limit_mb ({self._limits.memory_bytes >> 20} MB now)."
        )

    def _start(self) -> Child:
        self._refuse_if_closed()
        try:
            child = Child([*self._arguments, str(os.getpid())])
        except OSError as error:
            raise ModelError(f"No process can be started to translate in ({error.strerror}).") from error
        with self._lock:
            self._child = child
            is_closed = self._is_closed
        if is_closed:
            self._discard()
        self._refuse_if_closed()
        return child

    def _discard(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            child, self._child = self._child, None
        if child:
            child.close()

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise ModelError("Translation has been stopped.")
