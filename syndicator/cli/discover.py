"""`syndicator sources discover`: which feeds a site has, and what to write into the config for them."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

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
    from syndicator.pipeline import Prospect, Prospects

Table = Mapping[str, str | bool]
"""The keys of a source in the config file."""


def discover(
    url: Annotated[str, typer.Argument(help="The address of a site, a page of it, or one of its feeds.")],
    config: ConfigOption = None,
    *,
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="SLUG", help="Add the feed that is shown under this slug.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find the feeds of a site, in all its languages, and show what is in them. Asks for 15 documents at most.

    Examples: `syndicator sources discover https://example.org/`,
    `syndicator sources discover example.org --add example-org`
    """
    from syndicator.pipeline import prospects
    from syndicator.wiring import SystemClock, fetching

    loaded = settings(config)
    with fetching(loaded) as fetcher:
        found = prospects(url if "://" in url else f"https://{url}", fetcher=fetcher, clock=SystemClock())
    known = {one.feed: one.slug for one in loaded.sources if one.feed}
    tables = _tables(found.feeds, known, {one.slug for one in loaded.sources})
    added = _wanted(tables, known, add or ())
    if added:
        add_checked(config_path(config), added)
    if as_json:
        print_json(_as_json(found, tables))
    else:
        _show(found, tables, known)
        for table in added:
            print(f"added {table['slug']}; try it: syndicator sources test {table['slug']}")
    if not found.feeds:
        raise typer.Exit(1)


def _tables(feeds: "Sequence[Prospect]", known: Mapping[str, str], taken: Collection[str]) -> list[Table]:
    """Return what would stand in the config for each feed; one that stands there keeps its slug."""
    from syndicator.sources.opml import slug_of

    taken = set(taken)
    tables: list[Table] = []
    for feed in feeds:
        slug = known.get(feed.url) or free_slug(slug_of(feed.title, feed.url), taken)
        taken.add(slug)
        table: dict[str, str | bool] = {"slug": slug, "feed": feed.url}
        if not feed.has_full_text:
            table["full_text"] = True
        tables.append(table)
    return tables


def _wanted(tables: Sequence[Table], known: Mapping[str, str], slugs: Collection[str]) -> list[Table]:
    """Return the tables of these slugs that are not in the config yet; of a single feed, any new slug will do."""
    by_slug = {table["slug"]: table for table in tables}
    if len(tables) == 1 and len(slugs) == 1 and not known.get(str(tables[0]["feed"])):
        return [{**tables[0], "slug": next(iter(slugs))}]
    if strange := [slug for slug in slugs if slug not in by_slug]:
        there = ", ".join(map(str, by_slug)) or "none"
        raise typer.BadParameter(f"no feed was found under {', '.join(strange)}; found: {there}")
    return [by_slug[slug] for slug in dict.fromkeys(slugs) if str(by_slug[slug]["feed"]) not in known]


def _as_json(found: "Prospects", tables: Sequence[Table]) -> dict[str, object]:
    return {
        "feeds": [
            {
                "slug": table["slug"],
                "url": one.url,
                "kind": one.kind,
                "title": one.title,
                "found": one.how,
                "language_declared": one.declared,
                "language_detected": one.detected,
                "items": one.items,
                "newest": one.newest,
                "has_full_text": one.has_full_text,
            }
            for one, table in zip(found.feeds, tables, strict=True)
        ],
        "sisters": [{"language": one.language, "url": one.url} for one in found.sisters],
        "problems": found.problems,
    }


def _show(found: "Prospects", tables: Sequence[Table], known: Mapping[str, str]) -> None:
    import tomlkit
    from rich.markup import escape
    from rich.table import Table as Columns

    out = console()
    columns = Columns("slug", "kind", "title", "language", "items", "newest", "full text", "found", "address", box=None)
    for one, table in zip(found.feeds, tables, strict=True):
        said = f" (says {one.declared})" if one.declared and one.declared != one.detected else ""
        columns.add_row(
            f"{table['slug']}{' (there)' if one.url in known else ''}",
            one.kind,
            escape(one.title or ""),
            escape((one.detected or "?") + said),
            str(one.items),
            f"{one.newest:%Y-%m-%d}" if one.newest else "-",
            "yes" if one.has_full_text else "no",
            one.how,
            escape(one.url),
        )
    if found.feeds:
        out.print(columns)
    else:
        out.print("no feed was found; a page can be read, too: syndicator sources add URL --page --link-selector …")
    for sister in found.sisters:
        out.print(f"in {sister.language}: {sister.url}", markup=False)
    for problem in found.problems:
        out.print(problem, markup=False)
    fresh = tomlkit.aot()
    for table in tables:
        if str(table["feed"]) not in known:
            fresh.append(tomlkit.item(dict(table)))
    if fresh:
        document = tomlkit.document()
        document.append("sources", fresh)
        out.print("\nFor the config file:\n", markup=False)
        out.print(tomlkit.dumps(document).strip(), markup=False)
