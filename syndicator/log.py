"""Log one event per thing that happened: a constant name and fields. Never article text or a secret."""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import FilteringBoundLogger

Level = Literal["debug", "info", "warning", "error"]


def configure(*, level: Level = "info", style: Literal["console", "json"] = "console") -> None:
    """Send events to standard error, as lines for people or as a JSON object a line.

    What libraries log by themselves is left out: what matters of it comes as an exception.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
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
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def logger() -> FilteringBoundLogger:
    """Return a logger; it obeys whatever `configure` was last told."""
    log: FilteringBoundLogger = structlog.get_logger()
    return log
