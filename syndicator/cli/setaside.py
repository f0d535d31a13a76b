"""`syndicator set-aside`: what could not be read, and an operator's word on it."""

from typing import TYPE_CHECKING, Annotated

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, print_json, settings

if TYPE_CHECKING:
    from syndicator.config import Settings
    from syndicator.model import SetAside, Source
    from syndicator.store.sql import SqlStore

app = typer.Typer(name="set-aside", no_args_is_help=True, help="List, try again or drop what could not be read.")
SourceArgument = Annotated[str, typer.Argument(help="The source's slug.")]
Items = Annotated[list[str] | None, typer.Argument(help="The items, as `set-aside list` names them; all if none is.")]


@app.command("list")
def list_(
    config: ConfigOption = None,
    *,
    source: Annotated[str | None, typer.Option(help="Only of this source.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List what was set aside: source, item, since when, why.

    Example: `syndicator set-aside list --source press`
    """
    from syndicator.wiring import opened_store

    with opened_store(settings(config)) as store:
        found = [(slug, one) for slug, one in store.set_aside() if source in (None, slug)]
    if as_json:
        print_json(
            [{"source": slug, "item": one.origin_id, "since": one.since, "reason": one.reason} for slug, one in found]
        )
        return
    for slug, one in found:
        print(f"{slug}  {one.origin_id}  since {one.since:%Y-%m-%d %H:%M}  {one.reason}")
    if not found:
        print("nothing is set aside")


@app.command()
def retry(source: SourceArgument, items: Items = None, config: ConfigOption = None) -> None:
    """Try items again: their source is read whole with the next pass; files in `.rejected/` go back into the inbox.

    Example: `syndicator set-aside retry press letter.txt`
    """
    from syndicator.sources.inbox import bring_back
    from syndicator.wiring import opened_store

    loaded = settings(config)
    with opened_store(loaded) as store:
        chosen = _chosen(store, source, items)
        folder = _inbox(loaded, source)
        if folder is not None:
            for one in chosen:
                bring_back(folder, one)
        store.reconsider(source, [one.origin_id for one in chosen])
    print(f"{len(chosen)} will be tried again with the next pass")


@app.command()
def drop(source: SourceArgument, items: Items = None, config: ConfigOption = None) -> None:
    """Tell of items no more, as long as the reason stays the same. Files stay where they are.

    Example: `syndicator set-aside drop example-org "item 7"`
    """
    from syndicator.wiring import opened_store

    with opened_store(settings(config)) as store:
        chosen = _chosen(store, source, items)
        store.drop(source, [one.origin_id for one in chosen])
    print(f"{len(chosen)} dropped")


def _chosen(store: "SqlStore", source: str, items: list[str] | None) -> "list[SetAside]":
    """Return what is set aside of a source, or these items of it; refuse one that is not."""
    found = {one.origin_id: one for slug, one in store.set_aside() if slug == source}
    missing = [name for name in items or [] if name not in found]
    if missing:
        raise typer.BadParameter(f"{source} has set aside no {missing[0]!r}: see `syndicator set-aside list`")
    return [found[name] for name in items] if items else list(found.values())


def _inbox(loaded: "Settings", slug: str) -> "Source | None":
    from syndicator.model import SourceKind

    found = [one for one in loaded.source_list() if one.slug == slug and one.kind is SourceKind.INBOX]
    return found[0] if found else None
