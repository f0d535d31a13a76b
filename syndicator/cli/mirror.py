"""`syndicator mirror`: bring the mirror up to date by hand."""

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, print_json, settings


def mirror(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Make the S3-compatible store that [mirror] names what the published folder is; 7 if that can't be done.

    `run` and `daemon` do so by themselves. Example: `syndicator mirror`
    """
    from syndicator.pipeline import mirror as mirror_once
    from syndicator.wiring import SystemClock, make_mirror

    one = make_mirror(settings(config))
    if one is None:
        raise typer.BadParameter('there is no mirror: write [mirror] url = "s3://bucket/prefix"')
    report = mirror_once(one, clock=SystemClock())
    if as_json:
        print_json({"put": report.put, "removed": report.removed, "is_complete": report.is_complete})
    else:
        print(f"{one.place.url}: {report.put} files put, {report.removed} removed")
