"""What `syndicator status` tells."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from syndicator import policy
from syndicator.config import Settings
from syndicator.model import Condition, Effect, SourceState
from syndicator.pipeline import mirror_state
from syndicator.pipeline.publishing import published
from syndicator.publishing.notify import PING
from syndicator.publishing.webhook import ENDED, MESSAGE
from syndicator.wiring import missing_routes, open_desk

MOST_LISTED = 20
MOST_PINGS = 10_000

ADVICE = {
    Condition.NEW: "not looked at yet",
    Condition.OK: "",
    Condition.MOVED: "write the new address into the config",
    Condition.EMPTY: "what it brought stays; if it stays empty, look whether its address is still right",
    Condition.FLIPPING: "tell the origin: two of its servers seem to hold different texts",
    Condition.WAITING: "asked again once that time is over",
    Condition.FAILING: "tried again by itself",
    Condition.WEB_PAGE: "tried again by itself; if it stays so, look for the feed's address, or read the page itself",
    Condition.CAPTIVE: "other sources got the same answer: this network wants a log-in, or stands between you and them",
    Condition.REFUSED: "asked again once a day; check its address",
    Condition.GONE: "not asked any more; remove it, or give its new address",
}


def gather(settings: Settings) -> dict[str, Any]:
    """Return the state of everything, ready for JSON."""
    with open_desk(settings) as desk:
        states = desk.store.source_states()
        return {
            "counts": desk.store.counts(),
            "sources": [_source(states.get(one.slug, SourceState(slug=one.slug))) for one in desk.sources],
            "waiting": [
                {"from": pair[0], "to": pair[1], "articles": count, "has_route": pair in desk.translator.pairs()}
                for pair, count in sorted(desk.store.waiting_counts(settings.languages).items())
            ],
            "no_route": [reason for _, reason in missing_routes(desk)],
            "failures": [
                {
                    "article": one.article_id,
                    "to": one.language,
                    "attempts": one.attempts,
                    "reason": one.reason,
                    "due": one.due,
                }
                for one in desk.store.failures()
            ],
            "held": [
                {
                    "article": one.article_id,
                    "to": one.language,
                    "title": one.title,
                    "reason": reason,
                    "marks": one.marks,
                }
                for one, reason in desk.store.held()
            ],
            "marked": [
                {"article": one.article_id, "to": one.language, "title": one.title, "marks": one.marks}
                for one in desk.store.translations(marked=True, limit=MOST_LISTED)
            ],
            "parked": [{"segment": one.source_text, "reason": one.reason} for one in desk.store.parked()],
            "undetermined": [
                {"article": one.id, "source": one.source, "title": one.title, "url": one.url}
                for one in desk.store.undetermined(limit=MOST_LISTED)
            ],
            "set_aside": [
                {"source": slug, "item": one.origin_id, "since": one.since, "reason": one.reason}
                for slug, one in desk.store.set_aside()
            ],
            **_untold(desk.store.effects_due(now=policy.NEVER, limit=MOST_PINGS)),
            "mirror": None if desk.mirror is None else {"url": desk.mirror.place.url, **_mirrored(settings)},
            "editions": [
                {
                    "language": one.key.language,
                    "source": one.key.source,
                    "topic": one.key.topic,
                    "is_bilingual": one.key.is_bilingual,
                    "is_current": one.changed == one.published,
                }
                for one in published(desk.store.editions(), desk.masthead)
            ],
        }


def show(found: dict[str, Any], out: Console) -> None:
    """Print it for people, with what to do."""
    counts = found["counts"]
    out.print(", ".join(f"{counts[key]} {key.replace('_', ' ')}" for key in counts))
    table = Table("source", "condition", "checked", "next", "", box=None)
    for one in found["sources"]:
        table.add_row(one["slug"], one["condition"], _when(one["checked"]), _when(one["due"]), escape(one["detail"]))
    out.print(table)
    for one in found["waiting"]:
        if one["has_route"]:
            out.print(f"waiting for {one['from']}>{one['to']}: {one['articles']}")
    for reason in found["no_route"]:
        out.print(reason, markup=False)
    for one in found["failures"]:
        out.print(f"translation of {one['article']} to {one['to']} failed: {one['reason']}", markup=False)
    _show_pings(found, out)
    _show_webhooks(found, out)
    _show_mirror(found, out)
    _show_doubts(found, out)
    _show_kept_back(found, out)


def _show_pings(found: dict[str, Any], out: Console) -> None:
    """Tell which hubs could not be told, a line for each reason."""
    lines: dict[str, list[dict[str, Any]]] = {}
    for one in found["pings"]:
        if one["reason"]:
            following = f"tried again {_when(one['due'])}" if one["due"] else "given up until the feed changes again"
            lines.setdefault(f"{following}: {one['reason']}", []).append(one)
    for line, pings in lines.items():
        what = pings[0]["feed"] if len(pings) == 1 else f"{len(pings)} feeds"
        out.print(f"hub {pings[0]['hub']} was not told of {what}, {line}", markup=False)


def _show_webhooks(found: dict[str, Any], out: Console) -> None:
    """Tell which programs could not be told, a line for each edition."""
    for one in found["webhooks"]:
        if one["reason"]:
            following = f"tried again {_when(one['due'])}" if one["due"] else "given up until the edition changes again"
            if one["is_over"]:
                following = "told no more; take it out of the config, or put it back in after a run without it"
            where = f"webhook {one['webhook']} was not told of the edition {one['edition']}"
            out.print(f"{where}, {following}: {one['reason']}", markup=False)


def _mirrored(settings: Settings) -> dict[str, Any]:
    return mirror_state(settings.feeds.directory) or {"at": None, "error": None}


def _show_mirror(found: dict[str, Any], out: Console) -> None:
    """Tell how the mirror is doing."""
    if one := found["mirror"]:
        how = one["error"] or ("up to date" if one.get("is_complete") else "not complete, tried again by itself")
        out.print(f"mirror {one['url']}, {_when(one['at'])}: {how if one['at'] else 'nothing yet'}", markup=False)


def _untold(effects: Sequence[Effect]) -> dict[str, Any]:
    """Return what hubs and programs were not yet told."""
    found: dict[str, Any] = {"pings": [], "webhooks": []}
    for one in effects:
        due = None if one.due >= policy.NEVER else one.due
        tries = {"attempts": one.attempts, "reason": one.reason, "due": due}
        if one.key.kind == PING:
            found["pings"].append({"hub": one.key.target, "feed": one.key.subject, **tries})
        elif one.key.kind == MESSAGE:
            where = one.key.target.partition("?")[0]  # what follows may be a key
            is_over = (one.reason or "").startswith(ENDED)
            found["webhooks"].append({"webhook": where, "edition": one.key.subject, **tries, "is_over": is_over})
    return found


def _show_doubts(found: dict[str, Any], out: Console) -> None:
    if found["held"]:
        out.print("\nHeld for review (`syndicator review show`, `approve`, `correct`):")
    for one in found["held"][:MOST_LISTED]:
        out.print(f"  {one['article']} {one['to']}: {one['title']} ({one['reason']})", markup=False)
    if found["marked"]:
        out.print("\nPublished with doubtful sentences, the newest:")
    for one in found["marked"]:
        more = f" (and {len(one['marks']) - 1} more)" if len(one["marks"]) > 1 else ""
        out.print(f"  {one['article']} {one['to']}: {one['marks'][0]}{more}", markup=False)
    if found["parked"]:
        out.print("\nSentences that broke the engine, not given to it again until `syndicator review unpark`;")
        out.print("`syndicator memory correct` writes them:")
    for one in found["parked"][:MOST_LISTED]:
        out.print(f"  {one['segment'][:80]}: {one['reason']}", markup=False)


def _show_kept_back(found: dict[str, Any], out: Console) -> None:
    if found["undetermined"]:
        out.print("\nLanguage not known, so not translated (a source's `language` pins it):")
    for one in found["undetermined"]:
        out.print(f"  {one['source']}: {one['title']}", markup=False)
    if found["set_aside"]:
        out.print("\nSet aside (`syndicator set-aside retry`, `drop`):")
    for one in found["set_aside"][:MOST_LISTED]:
        out.print(f"  {one['source']}: {one['item']}: {one['reason']}", markup=False)
    if len(found["set_aside"]) > MOST_LISTED:
        out.print(f"  and {len(found['set_aside']) - MOST_LISTED} more: `syndicator status --set-aside` lists all")


def _source(state: SourceState) -> dict[str, Any]:
    detail = "; ".join(filter(None, [state.detail, ADVICE[state.condition]]))
    return {
        "slug": state.slug,
        "name": state.about.name,
        "condition": state.condition,
        "detail": detail,
        "checked": state.checked,
        "succeeded": state.succeeded,
        "due": state.due,
        "failures": state.failures,
    }


def _when(moment: Any) -> str:  # noqa: ANN401
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"
