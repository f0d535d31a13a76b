"""What the pages and orders of the server work with."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from syndicator.config import Settings
from syndicator.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The settings, and the store for as long as it is needed. A page finds it as `request.app.state.site`."""

    settings: Settings
    base: str
    """The path that everything is below; begins and ends with a slash."""
    open_store: Callable[[], AbstractContextManager[Store]]
