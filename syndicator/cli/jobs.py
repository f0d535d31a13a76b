"""`syndicator init`, `run`, `daemon`, `worker`, `status`: the main job."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, config_path, console, print_json, settings

DEFAULT_CONFIG = """\
# syndicator: every key is described in docs/config.md; `syndicator config show` prints those in force.
languages = ["en", "ru"]

[publisher]
name = "My syndicator"
# contact = "mailto:desk@example.org"      # origins see it in our requests

[database]
url = "sqlite:///../data/syndicator.db"

[feeds]
directory = "../feeds"
# base_url = "https://example.org/feeds/"  # where readers reach that folder

[models]
directory = "../models"

[[sources]]
slug = "inbox"
inbox = "inbox"
name = "Inbox"

# [[sources]]
# slug = "example"
# feed = "https://example.org/feed.xml"
"""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(init)
    app.command()(run)
    app.command()(daemon)
    app.command()(worker)
    app.command()(status)


def init(
    folder: Annotated[Path, typer.Argument(help="Where to begin; made if it is not there.")] = Path(),
    config: ConfigOption = None,
) -> None:
    """Begin anew: write FOLDER/config/syndicator.toml with an inbox beside it, and make the store. Overwrites nothing.

    Example: `syndicator init desk && cd desk && syndicator models install ru-en && syndicator run`
    """
    from syndicator.cli.serve import make_token
    from syndicator.config import load
    from syndicator.wiring import opened_store

    path = config or folder / "config" / "syndicator.toml"
    if path.exists():
        raise typer.BadParameter(f"{path} is there already")
    (path.parent / "inbox").mkdir(parents=True, exist_ok=True)
    path.write_text(DEFAULT_CONFIG, encoding="utf-8")
    loaded = load(path)
    loaded.models.directory.mkdir(parents=True, exist_ok=True)
    with opened_store(loaded):
        pass
    token = None if loaded.web.token.exists() else make_token(loaded)
    print(f"wrote {path}, and made {loaded.database.url}. Next:")
    print("  syndicator models install ru-en        (and en-ru; or `syndicator models import FILE`)")
    print(f"  put articles into {path.parent / 'inbox'}, or add feeds: syndicator sources add URL")
    print("  syndicator run")
    if token:
        print("Orders over HTTP need this token, which is shown only now; `syndicator token new` makes another:")
        print(f"  {token}")


def run(
    config: ConfigOption = None,
    *,
    due: Annotated[bool, typer.Option("--due", help="Read only sources that are due by their interval.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make one pass: read all sources, translate what is new, publish what changed.

    Examples: `syndicator run`, `syndicator run --config config/newsroom.toml --json`
    """
    from syndicator.cli.onepass import one_pass, show

    loaded = settings(config)
    summary = one_pass(loaded, only_due=due, out=console(stderr=True))
    if as_json:
        print_json(summary)
    else:
        show(summary, loaded, console())


def daemon(
    config: ConfigOption = None,
    *,
    serve: Annotated[bool, typer.Option("--serve", help="Serve the editions as `syndicator serve` does, too.")] = False,
) -> None:
    """Work on a schedule until SIGTERM or SIGINT. SIGHUP re-reads the configuration.

    With a store on PostgreSQL it hands out work to `syndicator worker`, too, and a second daemon stands by.

    Example: `syndicator daemon --serve --config /etc/syndicator/syndicator.toml`
    """
    from syndicator.cli.serve import command_line
    from syndicator.scaling.queue import is_possible

    path = config_path(config)
    beside = command_line(path) if serve else None
    load_settings = partial(settings, path)
    if is_possible(load_settings().database.url):
        from syndicator.scaling.worker import run_scheduler

        run_scheduler(load_settings, beside=beside)
    else:
        from syndicator.daemon import run_daemon

        run_daemon(load_settings, beside=beside)


def worker(
    config: ConfigOption = None,
    *,
    queues: Annotated[
        str, typer.Option("--queues", help="What to do: some of read, translate, publish and inbox, with commas.")
    ] = "read,translate,publish",
    routes: Annotated[
        str | None,
        typer.Option("--routes", help="What to translate, as ru-en,en-ru.", show_default="all that it has models for"),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="What the log calls it.", show_default="host-pid")] = None,
) -> None:
    """Do the work that a daemon hands out, on this machine, until SIGTERM or SIGINT. The store must be on PostgreSQL.

    Examples: `syndicator worker`, `syndicator worker --queues translate --routes ru-en,en-ru --name gpu-1`
    """
    from syndicator.scaling.worker import default_name, parse_duties, run_worker

    duties = parse_duties(queues, routes, name=name or default_name())
    run_worker(partial(settings, config_path(config)), duties)


def status(
    config: ConfigOption = None,
    *,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="Only what was set aside, all of it.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the sources, what waits and why, articles without a known language, and what was set aside.

    Examples: `syndicator status`, `syndicator status --set-aside`
    """
    from syndicator.cli.report import gather, show

    if set_aside:
        from syndicator.cli.setaside import list_

        list_(config, source=None, as_json=as_json)
        return

    loaded = settings(config)
    found = gather(loaded)
    if as_json:
        print_json(found)
    else:
        show(found, console())
