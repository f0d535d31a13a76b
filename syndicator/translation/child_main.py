"""Translate in a process of its own, for a parent that asks over pipes and lives on when this process does not.

Started as `python -m syndicator.translation.child_main DIRECTORY BEAM_SIZE THREADS MEMORY_BYTES PARENT`. Knows the
limits that it sets itself before anything native runs; refuses to know what becomes of a text that breaks it.
"""

import ctypes
import os
import re
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from syndicator.errors import ModelError
from syndicator.translation import wire

if TYPE_CHECKING:
    from syndicator.translation.engine import ArgosTranslator

PROBE = "a а"
"""A word that goes through a model, whether it reads Latin (the first letter) or not (the other, Cyrillic)."""
NO_MEMORY = re.compile(
    "bad_alloc|(failed to|cannot|could not) allocate|resource temporarily unavailable", re.IGNORECASE
)
"""What native libraries say: libstdc++, MKL, Linux, and pthread_create when there is no room for a stack."""
NICE = 10
"""Of 19: beside a busy process of usual priority a tenth of a core, alone all of it."""
PR_SET_PDEATHSIG = 1
OOM_SCORE = "500"
"""Of -1000 to 1000: when the machine runs out of memory, the kernel is to end this process and not its parent."""


def main(directory: Path, *, beam_size: int, threads: int) -> None:
    """Answer requests until the parent closes its end. Any exception that isn't foreseen ends the process."""
    requests, replies = _take_pipes()
    from syndicator.translation.engine import ArgosTranslator  # noqa: PLC0415 - imported under the limits

    translator = ArgosTranslator(directory, beam_size=beam_size, threads=threads)
    while (request := wire.receive(requests)) is not None:
        replies.write(wire.pack(answer(translator, request)))
        replies.flush()


def answer(translator: "ArgosTranslator", request: wire.Message) -> wire.Message:
    """Do what is asked and return the reply, which tells of an error that is foreseen."""
    route = wire.route_in(request["route"])
    try:
        match request["do"]:
            case "load":
                # A model that can't translate one word is of no use for any text, and no text is to be blamed for it.
                translator.translate([PROBE], route)
                return {}
            case "translate":
                items = request["items"]
                linked = {items[n] for n in request["linked"]}
                found = translator.translate(items, route, effort=request["effort"], linked=linked)
                return {"found": wire.renderings_out(found)}
            case _:
                pairs = [(source, target) for source, target in request["items"]]
                return {"found": wire.links_out(translator.align(pairs, route))}
    except (MemoryError, ModelError) as error:
        return {"error": ("memory" if _is_out_of_memory(error) else "model", str(error))}


def confine(*, memory_bytes: int, parent: int) -> None:
    """Limit this process: its memory, no core file, and no life after its parent's.

    RLIMIT_DATA counts what can be written to, thread stacks included; RLIMIT_AS would count in the addresses that the
    allocator keeps for each thread, a hundred times what is used.
    """
    for kind, wanted in ((resource.RLIMIT_DATA, memory_bytes), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")
    _give_way()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before it could be tied to
        os._exit(1)


def _give_way() -> None:
    """Let others go first where processor time is short: readers wait for milliseconds, translations for minutes.

    Where Linux groups processes by session (autogroup), their groups are weighed, not they (sched(7)): so both.
    """
    os.nice(NICE)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICE), encoding="ascii")


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes to the parent, and point what native code may read or print to elsewhere."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return requests, replies


def _is_out_of_memory(error: BaseException | None) -> bool:
    """Say whether an error came of too little memory; native libraries have words for that, but no class."""
    while error is not None:
        if isinstance(error, MemoryError) or NO_MEMORY.search(str(error)):
            return True
        error = error.__cause__
    return False


if __name__ == "__main__":
    confine(memory_bytes=int(sys.argv[4]), parent=int(sys.argv[5]))
    main(Path(sys.argv[1]), beam_size=int(sys.argv[2]), threads=int(sys.argv[3]))
    os._exit(0)  # native threads are not waited for
