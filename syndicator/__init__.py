"""Pick up new articles, translate them on this machine, publish one edition per language.

The flow, and where each step lives::

    read(source)            sources/  fetch, parse          a Source -> Items          (untrusted)
                            articles/ extract, clean,
                                      detect, identify      an Item -> an Article      (trusted from here on)
                            store/    keep                  one transaction; the source's own state last
    translate(article, to)  translation/ segment, recall,
                                      translate, check      an Article -> a Translation
                            store/    keep                  one transaction
    publish(edition)        publishing/ select, render,
                                      write                 Entries -> files, replaced whole, only if bytes differ

`pipeline` holds these three straight lines, `daemon` runs them on a schedule, `cli` by hand, `wiring` puts the parts
together, `library` is for other programs. `policy` decides, `ports` say what can be swapped, `model` holds the values,
`errors` what can go wrong. Imports go down only: cli, library > daemon > wiring > pipeline > the five packages above >
policy > ports > config > model > errors, log.
"""

import importlib

__version__ = "0.1.0"
__all__ = ["Detection", "Translated", "Translator", "detect", "open_store", "open_translator"]
__all__ += ["translate_html", "translate_text"]


def __getattr__(name: str) -> object:
    """Return one of the names that other programs use; `library` is loaded only then, and with it much else."""
    if name in __all__:
        return getattr(importlib.import_module("syndicator.library"), name)
    raise AttributeError(f"module 'syndicator' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the names that there are."""
    return sorted([*globals(), *__all__])
