"""What a test or a bigger machine park must be able to swap, as contracts. Every adapter passes the same suite.

::

    Clock  Fetcher  Translator    world.py
    Store                         store.py, with its parts in memory.py and editions.py
    Dispatcher                    dispatcher.py
"""

from syndicator.ports.dispatcher import Dispatcher
from syndicator.ports.store import Store
from syndicator.ports.world import Clock, Fetcher, Translator

__all__ = ["Clock", "Dispatcher", "Fetcher", "Store", "Translator"]
