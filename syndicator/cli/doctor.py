"""`syndicator doctor`: check everything, say what to do."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, config_path, console, print_json, settings

if TYPE_CHECKING:
    from rich.console import Console

    from syndicator.config import Settings
    from syndicator.doctor import Finding

STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red"}


def doctor(
    config: ConfigOption = None,
    *,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Read every byte of models, store and feeds, however long it takes.")
    ] = False,
    air_gap: Annotated[
        bool, typer.Option("--air-gap", help="Translate without a network, before a witness, and show what was tried.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check config, permissions, space, store, clock, models, network policy, feeds and limits; say what to do.

    Changes nothing, and works beside a daemon. Ends with 1 if there is a problem; warnings alone end with 0.

    Examples: `syndicator doctor --thorough`, `syndicator doctor --air-gap`
    """
    if air_gap:
        _prove(settings(config), as_json=as_json)
        return
    from syndicator.doctor import Level, examine
    from syndicator.wiring import SystemClock

    path = config_path(config)
    found = []
    for one in examine(settings(path), path, at=SystemClock(), is_thorough=thorough):
        found.append(one)
        if not as_json:
            _show(one, console())
    if as_json:
        print_json(
            [{"subject": one.subject, "level": one.level, "text": one.text, "advice": one.advice} for one in found]
        )
    else:
        counts = {level: sum(one.level is level for one in found) for level in Level}
        print(", ".join(f"{count} {level.value}" for level, count in counts.items()))
    if any(one.level is Level.PROBLEM for one in found):
        raise typer.Exit(1)


def _prove(loaded: "Settings", *, as_json: bool) -> None:
    """Show what came of translating without a network; end with 1 unless it is proven that nothing was tried."""
    from syndicator.airgap import prove

    proof = prove(loaded)
    if as_json:
        print_json({**asdict(proof), "holds": proof.holds})
    else:
        where = "in a network namespace without an interface" if proof.is_isolated else "in the network of this machine"
        print(f"translated {where}, {proof.route}: {proof.source} -> {proof.text or 'nothing'}")
        print("connections attempted: " + ("; ".join(proof.attempts) or "none"))
        for problem in proof.problems:
            print(f"but {problem}")
        print("the air gap holds" if proof.holds else "not proven")
    if not proof.holds:
        raise typer.Exit(1)


def _show(one: "Finding", out: "Console") -> None:
    out.print(f"{one.level.value:8} {one.subject}: {one.text}", style=STYLES[one.level], markup=False)
    if one.advice:
        out.print(f"         -> {one.advice}", markup=False)
