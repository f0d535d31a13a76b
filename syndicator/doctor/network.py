"""What may be connected to."""

from collections.abc import Iterator

from syndicator.config import Settings
from syndicator.doctor.finding import Finding, fine, problem, warning
from syndicator.errors import ConfigError, SyndicatorError
from syndicator.pipeline import mirror_state
from syndicator.wiring import make_mirror


def network(settings: Settings) -> Iterator[Finding]:
    """Tell the network policy in words, and what in the settings contradicts it."""
    remote = [one.slug for one in settings.sources if one.enabled and not one.inbox]
    hubs = [*settings.websub.hubs, *(one.url.partition("?")[0] for one in settings.webhooks)]
    if settings.network.allow == "none":
        yield fine("network", 'nothing is ever connected to ([network] allow = "none"); `doctor --air-gap` proves it')
        if remote:
            yield warning(
                "network", f"so these sources can't be read: {', '.join(remote)}", "disable them, or allow it"
            )
        if hubs:
            yield warning(
                "network",
                f"so these hubs and webhooks are told nothing: {', '.join(hubs)}",
                "leave them out, or allow it",
            )
        return
    private = {*settings.network.allow_private, *(place for one in settings.sources for place in one.allow_private)}
    inside = f"; inside your network also {', '.join(sorted(private))}" if private else ""
    told = f", {len(hubs)} hubs and webhooks are told what changed" if hubs else ""
    yield fine("network", f"{len(remote)} sources are asked{told}{inside}; articles go nowhere")
    if any(place.startswith(("0.0.0.0/0", "::/0")) for place in private):
        yield warning("network", "allow_private opens every address", "name the one host or network that is meant")


def mirror(settings: Settings) -> Iterator[Finding]:
    """Look whether the mirror can be reached, and how its last pass went."""
    try:
        one = make_mirror(settings)
    except ConfigError:  # told with the rest of the config
        return
    if one is None:
        return
    try:
        one.reach()
    except SyndicatorError as error:
        yield problem("mirror", str(error), "see that [mirror] endpoint, region, keys and [network] are right")
        return
    last = mirror_state(settings.feeds.directory)
    if last and last["error"]:
        yield warning("mirror", f"the last pass failed: {last['error']}", "it is tried again by itself")
    else:
        yield fine("mirror", f"{one.place.url} can be reached")
