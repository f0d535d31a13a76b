"""Translate as `child_main` does, out of the network and before a witness.

Started as `python -m syndicator.translation.isolated_main DIRECTORY BEAM_SIZE THREADS MEMORY_BYTES PARENT WITNESS`, the
last being a Unix socket. Before anything of a model is loaded, what could be done is told there in a line, and one
attempt is made on purpose: a witness that does not see that one sees nothing.
"""

import json
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from syndicator.translation.child_main import confine, main
from syndicator.translation.isolation import hand_over, leave_network

CONTROL = ("192.0.2.1", 9)
"""An address of TEST-NET-1 (RFC 5737), and `discard`."""


def isolate(witness: socket.socket) -> None:
    """Leave the network, call the witness, and make the attempt that it must see."""
    told: dict[str, str | None] = {"namespace": None, "filter": None}
    try:
        leave_network()
    except OSError as error:
        told["namespace"] = error.strerror or str(error)
    witness.sendall(json.dumps(told).encode() + b"\n")
    try:
        hand_over(witness)
    except OSError as error:
        witness.sendall(json.dumps({"filter": error.strerror or str(error)}).encode() + b"\n")
        return
    with suppress(OSError), socket.socket() as control:
        control.connect(CONTROL)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[6])) as called:
        isolate(called)
    confine(memory_bytes=int(sys.argv[4]), parent=int(sys.argv[5]))
    main(Path(sys.argv[1]), beam_size=int(sys.argv[2]), threads=int(sys.argv[3]))
    os._exit(0)  # native threads are not waited for
