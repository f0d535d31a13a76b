"""What may be connected to."""

from collections.abc import Iterator

from syndicator.config import Settings
from syndicator.doctor.finding import Finding, fine, warning


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
