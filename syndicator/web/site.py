"""What the pages and orders of the server work with."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syndicator.config import Settings

if TYPE_CHECKING:
    from syndicator.store.sql import SqlStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The settings, and the store for as long as it is needed. A page finds it as `request.app.state.site`."""

    settings: Settings
    base: str
    """The path that everything is below, percent-encoded; begins and ends with a slash."""
    open_store: "Callable[[], AbstractContextManager[SqlStore]]"
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server is told to stop: what goes on for long ends then."""
