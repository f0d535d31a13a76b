"""`syndicator opml`: take sources from, and hand them to, another feed reader."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from syndicator.cli.shared import ConfigOption, config_path, free_slug, settings

app = typer.Typer(name="opml", no_args_is_help=True, help="Import or export the list of sources as OPML.")


@app.command("import")
def import_opml(
    file: Annotated[Path, typer.Argument(help="An OPML file from a feed reader.", exists=True, dir_okay=False)],
    config: ConfigOption = None,
) -> None:
    """Add every feed of an OPML file to the configuration; those that are there already are left as they are.

    Example: `syndicator opml import subscriptions.opml`
    """
    from syndicator.config import load
    from syndicator.config_file import add_sources
    from syndicator.sources.opml import parse_opml

    path = config_path(config)
    there = load(path).sources
    outlines = parse_opml(file.read_bytes())
    known = {one.feed for one in there}
    taken = {one.slug for one in there}
    added: list[dict[str, str]] = []
    for outline in outlines:
        if outline.url in known:
            continue
        known.add(outline.url)
        slug = free_slug(outline.slug, taken)
        taken.add(slug)
        added.append({"slug": slug, "feed": outline.url} | ({"name": outline.title} if outline.title else {}))
    add_sources(path, added)
    print(f"added {len(added)} of {len(outlines)} feeds to {path}")


@app.command("export")
def export_opml(
    file: Annotated[Path | None, typer.Argument(help="Where to write; standard output if left out.")] = None,
    config: ConfigOption = None,
) -> None:
    """Write the feeds that are read as OPML.

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
