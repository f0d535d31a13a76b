"""Find out whether what we work with is there: the store, and models that translate a sentence."""

import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from datetime import timedelta

from syndicator.errors import SyndicatorError
from syndicator.monitor.vitals import Vitals
from syndicator.wiring import Desk

SENTENCES = {
    "ru": "Совет области утвердил бюджет на следующий год.",
    "en": "The council approved the budget for next year.",
}
FRESH = timedelta(minutes=1)
"""A translation that succeeded counts for so long: whoever asks every second is not to keep the engine busy."""
PATIENCE = timedelta(seconds=10)
"""Who asks waits no longer: supervisors give up after some seconds themselves."""


class Readiness:
    """Whether a desk is ready, asked by anybody at any time. Thread-safe; the engine is asked once at a time."""

    def __init__(self, desk: Desk, vitals: Vitals, *, patience: timedelta = PATIENCE) -> None:
        self._desk = desk
        self._vitals = vitals
        self._patience = patience
        self._lock = threading.Lock()
        self._trial: Future[str | None] | None = None
        self._succeeded: float | None = None
        """When a sentence was last translated, by the monotonic clock."""

    def complaint(self) -> str | None:
        """Return in words what is missing; None if nothing is. It may take as long as the patience."""
        try:
            self._desk.store.effects_due(now=self._desk.clock.now(), limit=1)
            return None if self._is_fresh() else self._tried()
        except SyndicatorError as error:
            return str(error)

    def _is_fresh(self) -> bool:
        with self._lock:
            return self._succeeded is not None and time.monotonic() - self._succeeded < FRESH.total_seconds()

    def _tried(self) -> str | None:
        """Have a sentence translated, or wait for it where somebody does already; return what came of that."""
        with self._lock:
            trial = self._trial
            if trial is None:
                trial = self._trial = Future()
                threading.Thread(target=self._try, args=[trial], name="readiness", daemon=True).start()
        try:
            return trial.result(self._patience.total_seconds())
        except NotInTime:
            # One request at a time goes to the engine, and it may have long ones: then it is at work, and that is well.
            if self._vitals.is_at_hand("translate") and self._vitals.complaint() is None:
                return None
            return f"no sentence was translated within {self._patience.total_seconds():.0f} s"

    def _try(self, trial: "Future[str | None]") -> None:
        try:
            complaint = self._translate()
        except SyndicatorError as error:
            complaint = str(error)
        except BaseException as error:  # noqa: BLE001 - it belongs to the threads that wait
            self._forget(trial)
            trial.set_exception(error)
            return
        self._forget(trial, succeeded=complaint is None)
        trial.set_result(complaint)

    def _forget(self, trial: "Future[str | None]", *, succeeded: bool = False) -> None:
        """Have whoever asks from now on ask anew."""
        with self._lock:
            if self._trial is trial:
                self._trial = None
            if succeeded:
                self._succeeded = time.monotonic()

    def _translate(self) -> str | None:
        """Have a sentence translated along one of the desk's routes; return what is wrong."""
        desk = self._desk
        wanted = desk.settings.languages
        pairs = sorted(pair for pair in desk.translator.pairs() if pair[1] in wanted)
        pairs.sort(key=lambda pair: (pair[0] not in SENTENCES, pair[0] not in wanted))
        if not pairs:
            # One edition alone may be of texts in its own language, which nobody need translate.
            return f"no model translates into {' or '.join(wanted)}" if len(wanted) > 1 else None
        sentence = SENTENCES.get(pairs[0][0], SENTENCES["en"])
        (found,) = desk.translator.translate([sentence], desk.translator.route(*pairs[0]))
        return None if found and found.text else f"nothing came out of the model {'-'.join(pairs[0])}"
