"""A process that runs beside ours."""

import signal
import sys
import threading

from syndicator.companion import Companion

SILENT = [
    *(sys.executable, "-c"),
    "import signal, sys; signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM}); sys.stdin.read()",
]


def test_a_signal_to_stop_does_not_wait_for_a_companion_that_hangs() -> None:
    """Signals that are blocked to be waited for later, as the daemon does, still end the wait, and the companion."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        with Companion(SILENT):
            assert signal.sigtimedwait({signal.SIGTERM}, 0) is not None
    finally:
        signal.sigtimedwait({signal.SIGTERM}, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert not [each for each in threading.enumerate() if each.name == "companion"]
