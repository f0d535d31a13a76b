"""`syndicator sources`: list, add, remove, test."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from syndicator.cli.shared import (
    ConfigOption,
    JsonOption,
    add_checked,
    config_path,
    console,
    free_slug,
    print_json,
    settings,
)

if TYPE_CHECKING:
    from syndicator.model import Source

app = typer.Typer(name="sources", no_args_is_help=True, help="List, add, remove or test what is read.")


@app.command("list")
def list_sources(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """List the sources with how they are doing.

    Example: `syndicator sources list --json`
    """
    from syndicator.model import SourceState
    from syndicator.wiring import opened_store

    loaded = settings(config)
    with opened_store(loaded) as store:
        states = store.source_states()
    rows = [(source, states.get(source.slug, SourceState(slug=source.slug))) for source in loaded.source_list()]
    if as_json:
        print_json(
            [
                {
                    "slug": source.slug,
                    "kind": source.kind,
                    "where": source.url or str(source.folder),
                    "group": source.group,
                    "name": state.about.name,
                    "language": source.language,
                    "condition": state.condition,
                    "detail": state.detail,
                    "checked": state.checked,
                    "due": state.due,
                }
                for source, state in rows
            ]
        )
        return
    from rich.table import Table

    table = Table("group", "source", "kind", "where", "condition", box=None)
    for source, state in sorted(rows, key=lambda row: row[0].group or ""):
        table.add_row(
            _plain(source.group or ""),
            source.slug,
            source.kind,
            source.url or str(source.folder),
            " ".join(filter(None, [state.condition, state.detail])),
        )
    console().print(table)


@app.command()
def add(
    where: Annotated[str, typer.Argument(help="URL of a feed, page or sitemap, or an inbox folder.")],
    config: ConfigOption = None,
    *,
    slug: Annotated[
        str | None, typer.Option(help="Its name in paths and ids, for good; made from WHERE if left out.")
    ] = None,
    page: Annotated[bool, typer.Option("--page", help="WHERE is a listing page or a sitemap, not a feed.")] = False,
    link_selector: Annotated[str | None, typer.Option(help="Page: CSS selector of the links to articles.")] = None,
    link_pattern: Annotated[str | None, typer.Option(help="Page: regular expression of article URLs.")] = None,
    name: Annotated[str | None, typer.Option(help="What the source is called in attributions.")] = None,
    language: Annotated[str | None, typer.Option(help="Pin the language of all its texts, such as ru.")] = None,
    rights: Annotated[str | None, typer.Option(help="Rights of its texts.")] = None,
    full_text: Annotated[bool, typer.Option("--full-text", help="Feed: fetch each article's page.")] = False,
) -> None:
    """Add a source to the configuration file; its comments and order stay.

    Examples: `syndicator sources add https://example.org/feed.xml --language en`,
    `syndicator sources add https://example.org/news --page --link-selector "h2 a"`,
    `syndicator sources add ./press --slug press`
    """
    from syndicator.config import load

    path = config_path(config)
    is_url = _is_url(where)
    if not is_url and not Path(where).is_dir():
        raise typer.BadParameter(f"{where} is neither an http(s) URL nor an existing folder")
    kind = "inbox" if not is_url else "page" if page or link_selector or link_pattern else "feed"
    taken = {one.slug for one in load(path).sources}
    values: dict[str, str | int | bool] = {
        "slug": slug or free_slug(_slug(where), taken),
        kind: where if is_url else _from(path.parent, Path(where).absolute()),
    }
    optional = {
        "name": name,
        "language": language,
        "rights": rights,
        "link_selector": link_selector,
        "link_pattern": link_pattern,
    }
    values |= {key: value for key, value in optional.items() if value is not None}
    if full_text:
        values["full_text"] = True
    add_checked(path, [values])
    print(f"added {values['slug']} to {path}; try it: syndicator sources test {values['slug']}")


@app.command()
def remove(slug: Annotated[str, typer.Argument(help="The source's slug.")], config: ConfigOption = None) -> None:
    """Take a source out of the configuration file. What it brought stays in the store and in the editions.

    Example: `syndicator sources remove example-org`
    """
    from syndicator.config_file import remove_source

    path = config_path(config)
    remove_source(path, slug)
    print(f"removed {slug} from {path}")


@app.command("test")
def try_source(
    which: Annotated[str, typer.Argument(help="A source's slug, or the URL of a feed.")],
    config: ConfigOption = None,
    *,
    limit: Annotated[int, typer.Option(help="Show this many articles.", min=1)] = 10,
    as_json: JsonOption = False,
) -> None:
    """Read a source now and show what would come of it. Nothing is stored.

    Example: `syndicator sources test https://example.org/feed.xml`
    """
    from syndicator import pipeline
    from syndicator.wiring import SystemClock, fetching

    loaded = settings(config)
    source = next((one for one in loaded.source_list() if one.slug == which), None) or _feed_at(which)
    with fetching(loaded) as fetcher:
        preview = pipeline.preview(source, fetcher=fetcher, clock=SystemClock())
    if as_json:
        print_json(
            {
                "name": preview.about.name if preview.about else None,
                "articles": [
                    {
                        "title": one.title,
                        "url": one.url,
                        "published": one.published,
                        "language": one.language,
                        "characters": len(one.html),
                    }
                    for one in preview.articles[:limit]
                ],
                "set_aside": [{"item": one.origin_id, "reason": one.reason} for one in preview.set_aside],
            }
        )
        return
    from rich.table import Table

    out = console()
    out.print(
        f"{(preview.about and preview.about.name) or source.slug}: {len(preview.articles)} articles", markup=False
    )
    table = Table("language", "published", "title", "characters", box=None)
    for one in preview.articles[:limit]:
        table.add_row(one.language, f"{one.published:%Y-%m-%d %H:%M}", _plain(one.title), str(len(one.html)))
    out.print(table)
    for aside in preview.set_aside:
        out.print(f"set aside {aside.origin_id}: {aside.reason}", markup=False)


def _feed_at(url: str) -> "Source":
    from syndicator.model import Source, SourceKind

    if not _is_url(url):
        raise typer.BadParameter(f"{url} is neither the slug of a source nor an http(s) URL")
    return Source(slug=_slug(url), kind=SourceKind.FEED, url=url)


def _is_url(where: str) -> bool:
    try:
        return urlsplit(where).scheme in {"http", "https"}
    except ValueError:  # a bracket without its other half
        return False


def _slug(where: str) -> str:
    """Make a slug of a host or folder name."""
    name = urlsplit(where).hostname or Path(where).absolute().name
    return re.sub(r"[^a-z0-9]+", "-", name.lower().removeprefix("www.")).strip("-")[:64].strip("-") or "source"


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _from(base: Path, folder: Path) -> str:
    """Return a folder's path as a config file in `base` has it: relative where it lies below, so that both can move."""
    return str(folder.relative_to(base)) if folder.is_relative_to(base) else str(folder)
