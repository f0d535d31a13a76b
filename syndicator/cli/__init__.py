"""The command line: commands, what they print, exit codes. The only package that prints.

Heavy modules are imported where a command needs them, so that `syndicator --help` answers at once.
"""

import io
import os
import sys
from typing import Annotated

import typer

from syndicator import __version__, errors
from syndicator.cli import (
    backup,
    config,
    discover,
    doctor,
    jobs,
    memory,
    mirror,
    models,
    modeltest,
    opml,
    retranslate,
    review,
    serve,
    setaside,
    sources,
    store,
    terms,
    texts,
    webhook,
)

EXIT_CODES: tuple[tuple[type[errors.SyndicatorError], int], ...] = (
    (errors.ConfigError, 3),
    (errors.StoreError, 4),
    (errors.TranslateError, 5),
    (errors.FetchError, 6),
    (errors.ParseError, 6),
    (errors.ExtractError, 6),
    (errors.PublishError, 7),
    (errors.ServeError, 8),
)
"""0 is success, 1 a failure without a class of its own, 2 a wrong call, 130 an interrupt (docs/cli.md)."""


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"syndicator {__version__}")
        raise typer.Exit


app = typer.Typer(
    name="syndicator",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Read sources, translate them on this machine, publish one edition per language as Atom and RSS.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong call, 3 configuration, 4 store, 5 translation or models, "
    "6 a source, 7 publishing, 8 serving, 130 interrupted.",
)
jobs.register(app)
texts.register(app)
serve.register(app)
backup.register(app)
app.command()(doctor.doctor)
app.command()(retranslate.retranslate)
app.command()(mirror.mirror)
models.app.command("test")(modeltest.test_models)
sources.app.command("discover")(discover.discover)
app.add_typer(sources.app)
app.add_typer(models.app)
app.add_typer(terms.app)
app.add_typer(memory.app)
app.add_typer(review.app)
app.add_typer(setaside.app)
app.add_typer(store.app)
app.add_typer(config.app)
app.add_typer(opml.app)
app.add_typer(webhook.app)


@app.callback()
def top(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a command."""


INTERRUPTED = 130


def main() -> None:
    """Run the command line; foreseen failures become one sentence on standard error and an exit code."""
    _make_streams_hold()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except errors.SyndicatorError as error:
        sys.stderr.write(f"syndicator: {error}\n")
        sys.exit(next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1))
    except BrokenPipeError:  # the reader of our output went away (`| head`)
        sys.stderr.close()
        os._exit(1)  # flushing standard output at exit would complain once more
    except OSError as error:  # of a file that a command was told to write or read, or of standard output
        where = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"syndicator: {where}{error.strerror or error}\n")
        os._exit(1)  # standard output may be what is full
    except SystemExit as end:
        if end.code == INTERRUPTED:
            sys.stderr.flush()
            os._exit(INTERRUPTED)  # without waiting for threads that read from an origin that hangs
        raise


def _make_streams_hold() -> None:
    """Have output never fail for a character that the terminal can't show, nor for a stream that is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  # open until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
