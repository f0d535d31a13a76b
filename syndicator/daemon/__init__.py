"""Run the jobs on a schedule until told to stop. Knows threads and signals; the work is done elsewhere.

shift.py    the ticking jobs, under one version of the settings
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import timedelta

from syndicator import __version__
from syndicator.companion import Companion
from syndicator.config import Settings
from syndicator.daemon.shift import TICK, Shift
from syndicator.errors import ConfigError, SyndicatorError
from syndicator.log import logger
from syndicator.metrics import Metrics
from syndicator.monitor.watching import watched
from syndicator.systemd import Notifier
from syndicator.wiring import open_desk, opened_store

GRACE = timedelta(seconds=8)
"""What is at hand gets this long to finish; then the process ends all the same, since a crash loses nothing."""
STOPS = frozenset({signal.SIGTERM, signal.SIGINT})
SIGNALS = STOPS | {signal.SIGHUP}
CLOCK_CHECK = timedelta(seconds=20)


def run_daemon(load: Callable[[], Settings], *, beside: Sequence[str] | None = None) -> None:
    """Work until SIGTERM or SIGINT; SIGHUP takes new settings from `load`, unless they are broken.

    `beside` is a command to keep running meanwhile; SIGHUP goes on to it.

    Call in the main thread. Raises `Busy` if another daemon holds the store, and what `load` raises at the start. If
    a job does not end within `GRACE` of the signal to stop, the process exits here.
    """
    log = logger()
    # Blocked in all threads, so that `sigwait` below is the one place where a signal arrives.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    settings = load()
    notifier = Notifier.of(os.environ)
    with opened_store(settings) as store, store.daemon_lock(), _beside(beside) as companion:
        _keep_house(settings, load, companion, notifier)
    log.info("daemon_stopped")


def _beside(command: Sequence[str] | None) -> AbstractContextManager[Companion | None]:
    return Companion(command) if command else nullcontext()


def _keep_house(
    settings: Settings, load: Callable[[], Settings], companion: Companion | None, notifier: Notifier
) -> None:
    """Work under the store's daemon lock until a signal to stop."""
    log = logger()
    metrics = Metrics(version=__version__)
    before: Settings | None = None
    while True:
        with ExitStack() as closing:
            try:
                desk = closing.enter_context(open_desk(settings))
                vitals = closing.enter_context(watched(desk, metrics, notifier))
            except SyndicatorError as error:
                if before is None:
                    raise
                log.warning("config_refused", problems=[str(error)])
                settings, before = before, None
                continue
            shift = Shift(desk, vitals)
            shift.start()
            log.info("daemon_started", pid=os.getpid(), sources=len(desk.sources), languages=list(settings.languages))
            notifier.ready(f"{len(desk.sources)} sources, editions in {', '.join(settings.languages)}")
            following = _await_orders(shift, settings, load, notifier)
            if companion:
                companion.end_soon() if following is None else companion.send(signal.SIGHUP)
            if not _end(shift, is_last=following is None) or following is None:
                return
        settings, before = following, settings


def _end(shift: Shift, *, is_last: bool) -> bool:
    """Let the work at hand finish; return whether to go on. Before a stop it gets `GRACE`, then the process ends here.

    Before other settings it gets all the time it wants: nobody is in a hurry but who sends a signal to stop meanwhile.
    """
    log = logger()
    shift.halt()
    while not is_last and not shift.is_over(within=TICK / 8):
        is_last = signal.sigtimedwait(STOPS, 0) is not None
    if is_last and not shift.is_over(within=GRACE):
        log.warning("daemon_left_work", at_hand=sorted(shift.at_hand()))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # a fetch may hang for longer than a stop may take; interpreter exit would wait for it
    return not is_last


def _await_orders(
    shift: Shift, settings: Settings, load: Callable[[], Settings], notifier: Notifier
) -> Settings | None:
    """Wait for a signal; return new settings to go on with, or None to stop.

    When the store was restored meanwhile, the same settings are returned: all begins anew with what is there.
    """
    log = logger()
    while True:
        received = signal.sigtimedwait(SIGNALS, CLOCK_CHECK.total_seconds())
        if received is None:
            shift.mind_the_clock()
            continue
        if shift.has_lost_its_store:
            log.info("store_replaced")
            return settings
        log.info("signal_received", signal=signal.Signals(received.si_signo).name)
        if received.si_signo != signal.SIGHUP:
            notifier.stopping()
            return None
        notifier.reloading()
        try:
            following = load()
        except ConfigError as error:
            log.warning("config_refused", problems=[str(problem) for problem in error.problems])
        else:
            if following.database.url == settings.database.url:
                return following
            log.warning("config_refused", problems=["database.url: the daemon must be restarted to change its store"])
        notifier.ready("the new settings were refused: the log says why")
