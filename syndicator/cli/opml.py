"""`syndicator opml`: take sources from, and hand them to, another feed reader."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syndicator.cli.shared import ConfigOption, add_checked, config_path, free_slug, settings

if TYPE_CHECKING:
    from syndicator.config_tables import SourceSettings
    from syndicator.sources.opml import Subscription

app = typer.Typer(name="opml", no_args_is_help=True, help="Import or export the list of sources as OPML.")


@app.command("import")
def import_opml(
    file: Annotated[Path, typer.Argument(help="An OPML file from a feed reader.", exists=True, dir_okay=False)],
    config: ConfigOption = None,
) -> None:
    """Add every feed of an OPML file to the configuration, with its group; those that are there already stay.

    Example: `syndicator opml import subscriptions.opml`
    """
    from syndicator.config import load
    from syndicator.sources.opml import parse_opml

    path = config_path(config)
    outlines = parse_opml(file.read_bytes())
    added, skipped = _chosen(outlines, load(path).sources)
    if added:
        add_checked(path, added)
    for reason in skipped:
        print(f"skipped {reason}")
    print(f"added {len(added)} of {len(outlines)} feeds to {path}")


@app.command("export")
def export_opml(
    file: Annotated[Path | None, typer.Argument(help="Where to write; standard output if left out.")] = None,
    config: ConfigOption = None,
) -> None:
    """Write the feeds that are read as OPML, in their groups.

    The editions' own list is feeds/feeds.opml.

    Example: `syndicator opml export sources.opml`
    """
    from syndicator.sources.opml import write_opml

    content = write_opml([one for one in settings(config).source_list() if one.url])
    if file:
        file.write_bytes(content)
        print(f"wrote {file}")
    else:
        sys.stdout.write(content.decode())


def _chosen(
    outlines: "Sequence[Subscription]", there: "Sequence[SourceSettings]"
) -> tuple[list[dict[str, str]], list[str]]:
    """Return the tables of the feeds that are new, and why the others are left out."""
    from syndicator.config_values import check_url
    from syndicator.urls import canonical_url

    known = {canonical_url(one.feed): one.slug for one in there if one.feed}
    taken = {one.slug for one in there}
    added: list[dict[str, str]] = []
    skipped = []
    for outline in outlines:
        address = canonical_url(outline.url)
        if address in known:
            skipped.append(f"{outline.url}: it is there already, as {known[address]}")
            continue
        try:
            check_url(outline.url)
        except ValueError as error:
            skipped.append(f"{outline.title or outline.slug}: its address {error}")
            continue
        slug = free_slug(outline.slug, taken)
        taken.add(slug)
        known[address] = slug
        optional = {"name": outline.title, "group": outline.group}
        added.append({"slug": slug, "feed": outline.url} | {key: value for key, value in optional.items() if value})
    return added, skipped
