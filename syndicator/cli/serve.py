"""`syndicator serve` and `token`: what is published over HTTP, and the token for orders."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syndicator.cli.shared import ConfigOption, config_path, settings

if TYPE_CHECKING:
    from syndicator.config import Settings

tokens = typer.Typer(name="token", help="The token that orders over HTTP need.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(serve)
    app.add_typer(tokens)


def serve(
    config: ConfigOption = None,
    *,
    host: Annotated[str | None, typer.Option(help="Serve at this name or address; else [web] host.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="At this port; else [web] port.")] = None,
    tied: Annotated[bool, typer.Option("--tied", hidden=True)] = False,
) -> None:
    """Serve the editions over HTTP until SIGTERM or SIGINT. SIGHUP re-reads the configuration.

    Examples: `syndicator serve`, `syndicator serve --host 0.0.0.0 --port 8080`
    """
    from syndicator.web.server import serve as serve_until_stopped

    path = config_path(config)

    def load_settings() -> "Settings":
        return settings(path)

    def ready(address: str) -> None:
        print(f"serving {address}", flush=True)

    serve_until_stopped(load_settings, host=host, port=port, ready=ready, tied=tied)


def command_line(config: Path) -> list[str]:
    """Return the command that the daemon runs beside itself."""
    start = "from syndicator.cli import main; main()"
    return [sys.executable, "-P", "-c", start, "serve", "--tied", "--config", str(config)]


@tokens.command("new")
def new(config: ConfigOption = None) -> None:
    """Make a new token, print it once, and keep only its hash; the one before is of no use any more.

    Example: `syndicator token new`
    """
    print(make_token(settings(config)))


def make_token(loaded: "Settings") -> str:
    """Return a new token for these settings."""
    from syndicator.web.tokens import new_token

    return new_token(loaded.web.token)
