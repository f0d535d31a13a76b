"""`syndicator models`: list, install, import, remove, verify."""

from pathlib import Path
from typing import Annotated

import typer

from syndicator.cli.shared import ConfigOption, JsonOption, console, print_json, settings

app = typer.Typer(name="models", no_args_is_help=True, help="Manage the translation models on this machine.")
Pair = Annotated[str, typer.Argument(help="From and to, such as ru-en.")]


@app.command("list")
def list_models(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """List the installed models; a damaged one is named with its problem.

    Example: `syndicator models list`
    """
    from syndicator.translation.models import install_carried, installed

    directory = settings(config).models.directory
    install_carried(directory)
    found = installed(directory)
    if as_json:
        print_json(
            [
                {
                    "from": one.ref.from_language,
                    "to": one.ref.to_language,
                    "version": one.ref.version,
                    "size_bytes": one.size_bytes,
                    "sha256": one.ref.digest,
                    "problem": one.problem,
                }
                for one in found
            ]
        )
        return
    for one in found:
        size = f"{one.size_bytes / 1e6:.0f} MB"
        print(f"{one.ref.from_language}>{one.ref.to_language}  {one.ref.version}  {size}  {one.problem or 'ok'}")
    if not found:
        print(
            "no models installed: `syndicator models install ru-en` gets one, `models import FILE` takes it from a file"
        )


@app.command()
def install(pair: Pair, config: ConfigOption = None) -> None:
    """Download a pair from the Argos package index, check it and put it into place. A broken-off download goes on.

    Example: `syndicator models install de-en`
    """
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from syndicator.wiring import install_model

    loaded = settings(config)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console(stderr=True)) as progress:
        task = progress.add_task(pair, total=None)
        done = install_model(loaded, pair, lambda so_far, total: progress.update(task, completed=so_far, total=total))
    print(f"installed {done.ref.from_language}>{done.ref.to_language} {done.ref.version}")


@app.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(help="An Argos package (.argosmodel).", exists=True, dir_okay=False)],
    config: ConfigOption = None,
) -> None:
    """Install a package from a file. Needs no network.

    Example: `syndicator models import translate-de_en-1_9.argosmodel`
    """
    from syndicator.translation.models import import_package

    done = import_package(file, settings(config).models.directory)
    print(f"installed {done.ref.from_language}>{done.ref.to_language} {done.ref.version}")


@app.command()
def remove(pair: Pair, config: ConfigOption = None) -> None:
    """Remove a pair. What it translated stays.

    Example: `syndicator models remove de-en`
    """
    from syndicator.translation.models import remove as remove_model

    for path in remove_model(pair, settings(config).models.directory):
        print(f"removed {path}")


@app.command()
def verify(config: ConfigOption = None) -> None:
    """Compare every file of every model with the SHA-256 recorded when it was installed.

    Example: `syndicator models verify`
    """
    from syndicator.translation.models import verify as verify_models

    checked = verify_models(settings(config).models.directory)
    for one, problem in checked:
        print(f"{one.ref.from_language}>{one.ref.to_language}  {one.ref.version}  {problem or 'ok'}")
    if any(problem for _, problem in checked):
        raise typer.Exit(5)
