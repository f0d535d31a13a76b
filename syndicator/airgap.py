"""Prove that translating needs no network: translate without one, before a witness, and tell what was tried.

The mechanism behind `doctor --air-gap`. Knows what counts as proof; refuses to know how it is shown.
"""

import os
from dataclasses import dataclass
from datetime import timedelta

from syndicator.config import Settings
from syndicator.errors import ModelError
from syndicator.model import Route
from syndicator.translation import wire
from syndicator.translation.child_process import Child
from syndicator.translation.halving import Broke
from syndicator.translation.witness import Witness
from syndicator.wiring import translating

TEXTS = {
    "ru": "Совет области утвердил бюджет на следующий год.",
    "en": "The council approved the budget for next year.",
}
LONGEST = timedelta(minutes=5)
WATCHED_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What came of translating without a network."""

    route: str
    """Of the models that were used."""
    source: str
    text: str
    """What was translated, and what became of it; empty if nothing did."""
    attempts: tuple[str, ...]
    """Connections, and sockets for such, that were tried: empty when all is well."""
    is_isolated: bool
    """There was no way out: the process had a network namespace of its own, without an interface."""
    is_watched: bool
    """The kernel told of every attempt, and told of the one that was made on purpose."""
    problems: tuple[str, ...]
    """What kept the process from being isolated or watched, or from translating."""

    @property
    def holds(self) -> bool:
        """Return whether it is proven: translated, watched all the while, and nothing tried."""
        return bool(self.text) and self.is_watched and not self.attempts


def prove(settings: Settings, *, pair: tuple[str, str] | None = None) -> Proof:
    """Translate a sentence from and to the languages of `pair`, or of the first route that there is a sentence for.

    It takes as long as loading the models. Raises `NoRoute` or `ModelError` if no model can be used at all.
    """
    with translating(settings) as translator:
        pairs = [pair] if pair else sorted(one for one in translator.pairs() if one[0] in TEXTS)
        if not pairs:
            raise ModelError("no model is installed that reads Russian or English: see `syndicator models list`")
        route = translator.route(*pairs[0])
    with Witness() as witness:
        text, failure = _translated(settings, route, witness)
        attempts = tuple(witness.attempts())
    named = {"namespace": "no network namespace could be made", "filter": "attempts could not be watched"}
    problems = [f"{named[key]} ({reason})" for key, reason in witness.problems.items()]
    return Proof(
        route=str(route),
        source=TEXTS[route.from_language],
        text=text,
        attempts=attempts,
        is_isolated="namespace" not in witness.problems,
        is_watched=witness.is_watching.is_set(),
        problems=(*problems, *filter(None, [failure])),
    )


def _translated(settings: Settings, route: Route, witness: Witness) -> tuple[str, str | None]:
    """Return the translation that an isolated child makes, empty with the reason if it makes none."""
    wanted = settings.translation
    end = witness.child_end.fileno()
    child = Child(
        [
            str(settings.models.directory.absolute()),
            str(wanted.beam_size),
            str(wanted.threads),
            str(wanted.memory_limit_mb << 20),
            str(os.getpid()),
            str(end),
        ],
        module="syndicator.translation.isolated_main",
        descriptors=[end],
    )
    try:
        items = [TEXTS[route.from_language]]
        asked = {"route": wire.route_out(route), "items": items, "effort": 0, "linked": []}
        child.ask({**asked, "do": "load"}, lambda _: None, within=LONGEST)
        found = child.ask({**asked, "do": "translate"}, lambda reply: wire.renderings_in(reply, items), within=LONGEST)
    except (Broke, ModelError) as error:
        return "", f"nothing was translated: {error}"
    finally:
        child.close()
    return (found[0].text, None) if found[0] else ("", "nothing was translated")
