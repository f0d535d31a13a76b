"""Log one event per thing that happened: a constant name and fields. Never article text or a secret."""

import logging
import sys
from contextlib import suppress
from typing import Literal, TextIO

import structlog
from structlog.typing import FilteringBoundLogger

Level = Literal["debug", "info", "warning", "error"]


class Enduring:
    """A stream that loses what can't be written (a full disk, a closed pipe) and never fails whoever logs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write as far as that is possible."""
        with suppress(OSError, ValueError):  # ValueError: it is closed
            self._stream.write(text)

    def flush(self) -> None:
        """Hand on what was written as far as that is possible."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def configure(*, level: Level = "info", style: Literal["auto", "console", "json"] = "auto") -> None:
    """Send events to standard error, as lines for people or as a JSON object a line; `auto`: by who reads them.

    What libraries log by themselves is left out: what matters of it comes as an exception.
    """
    is_terminal = sys.stderr.isatty()
    logging.getLogger().addHandler(logging.NullHandler())
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if style == "json" or (style == "auto" and not is_terminal)
        else structlog.dev.ConsoleRenderer(colors=is_terminal)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=Enduring(sys.stderr)),  # type: ignore[arg-type]  # all it uses
    )


def configure_unless_done(*, level: Level) -> None:
    """Configure logging where the program that we are part of has not: else it would go to standard output."""
    if not structlog.is_configured():
        configure(level=level)


def logger() -> FilteringBoundLogger:
    """Return a logger; it obeys whatever `configure` was last told."""
    log: FilteringBoundLogger = structlog.get_logger()
    return log
