"""Use syndicator from a program of your own: tell languages, translate, read a store (docs/library.md).

Only what is named here, `syndicator.errors` and `syndicator.model` are meant for other programs; all else may change
with any version. `syndicator` itself hands these names out, and loads this module when one is first asked for.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

from syndicator import log, pipeline
from syndicator.articles.detect import Detection
from syndicator.articles.detect import detect as detect_article
from syndicator.config import find, load
from syndicator.config_values import LANGUAGE
from syndicator.errors import StoreError, Unfit
from syndicator.model import UNDETERMINED, Item, Segment, primary
from syndicator.pipeline import Bench
from syndicator.ports import Store
from syndicator.wiring import open_bench, open_models, store_at

__all__ = ["Detection", "Translated", "Translator", "detect", "open_store", "open_translator"]
__all__ += ["translate_html", "translate_text"]

_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A text in another language."""

    text: str
    """Plain text, its paragraphs with blank lines between, or sanitised HTML: as what was given."""
    from_language: str
    to_language: str
    route: str
    """From language to language: `ru>en>de`."""
    engine: str
    """Engine and model packages, with their versions, in words."""
    marks: tuple[str, ...]
    """What to doubt in it, in words; empty where nothing was found."""
    segments: tuple[Segment, ...]
    """Its sentences beside their originals, in reading order."""


class Translator:
    """Translates many texts with the models once loaded; `open_translator` gives one. Thread-safe.

    The models run in a process of their own, started with the first text; threads share it. Nothing is stored and
    nothing is sent anywhere. After the `with` block it can't be used any more.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench: Bench | None = bench

    def translate_text(self, text: str, *, to: str, from_language: str | None = None) -> Translated:
        """Return a plain text in the language `to`; blank lines stand between paragraphs.

        Without `from_language` its language is detected. Raises `ExtractError` where there is no text, `Unfit` where
        it can't be translated (its language can't be told, or is `to` already), `NoRoute` where no model leads there,
        `ModelError` for a model that can't be used, ValueError for what is no language tag.
        """
        paragraphs = (" ".join(one.split()) for one in _PARAGRAPHS.split(text))
        html = "".join(f"<p>{escape(one, quote=False)}</p>" for one in paragraphs if one)
        return self._translate(html, to=to, from_language=from_language, told=pipeline.plain)

    def translate_html(self, html: str, *, to: str, from_language: str | None = None) -> Translated:
        """Return an HTML fragment in the language `to`, sanitised, its markup around the words that it stood around.

        Raises as `translate_text`.
        """
        return self._translate(html, to=to, from_language=from_language, told=str)

    def close(self) -> None:
        """Have every later call fail; `open_translator` does so at the end of its block."""
        self._bench = None

    def _translate(self, html: str, *, to: str, from_language: str | None, told: Callable[[str], str]) -> Translated:
        if (bench := self._bench) is None:
            raise RuntimeError("this translator is closed: its `with` block has ended")
        for language in (to, from_language):
            if language is not None and not LANGUAGE.fullmatch(language):
                raise ValueError(f"{language!r} is not a language tag such as ru or pt-BR")
        now = bench.clock.now()
        item = Item(origin_id="text", url=None, title="", html=html)
        article = pipeline.compose_text(item, language=from_language, now=now)
        if article.language == UNDETERMINED:
            raise Unfit("its language could not be told: give from_language")
        if primary(article.language) == primary(to):
            raise Unfit(
                f"it is in {article.language} already: give another language as to, or its own as from_language"
            )
        made = pipeline.translate_article(article, to_language=to, bench=bench)
        return Translated(
            text=told(made.html),
            from_language=article.language,
            to_language=made.language,
            route=made.route,
            engine=made.engine,
            marks=made.marks,
            segments=made.segments,
        )


@contextmanager
def open_translator(*, models: Path | str | None = None, config: Path | str | None = None) -> Iterator[Translator]:
    """Give a translator while the block lasts; its process ends with it.

    With `models`, a folder of Argos packages, those are used, and no configuration: `terms.csv` and `names.csv` in that
    folder count as the desk's. Else the configuration decides that `config` names, or that the command line would find,
    and corrections and memory of its store count. Raises `ConfigError`, `ModelError`, `StoreError`.
    """
    if models is not None and config is not None:
        raise ValueError("give models or config, not both")
    log.configure_unless_done(level="warning")
    with ExitStack() as closing:
        if models is not None:
            bench = closing.enter_context(open_models(Path(models).absolute()))
        else:
            settings = load(find(Path(config) if config is not None else None, os.environ))
            bench = closing.enter_context(open_bench(settings))
        translator = Translator(bench)
        closing.callback(translator.close)
        yield translator


def translate_text(
    text: str,
    *,
    to: str,
    from_language: str | None = None,
    models: Path | str | None = None,
    config: Path | str | None = None,
) -> Translated:
    """Translate one plain text. Models are loaded for it alone: take `open_translator` for more. Raises as both."""
    with open_translator(models=models, config=config) as translator:
        return translator.translate_text(text, to=to, from_language=from_language)


def translate_html(
    html: str,
    *,
    to: str,
    from_language: str | None = None,
    models: Path | str | None = None,
    config: Path | str | None = None,
) -> Translated:
    """Translate one HTML fragment. Models are loaded for it alone: take `open_translator` for more. Raises as both."""
    with open_translator(models=models, config=config) as translator:
        return translator.translate_html(html, to=to, from_language=from_language)


def detect(text: str, *, title: str = "", declared: str | None = None) -> Detection:
    """Tell the language of a text and of its title: primary subtags, or `und` where that can't be told; and why.

    `declared` is what whoever gave the text says. Thread-safe.
    """
    return detect_article(title, text, declared=declared)


@contextmanager
def open_store(place: Path | str) -> Iterator[Store]:
    """Give a store while the block lasts: that of a file, or of a database URL. Thread-safe; see `ports.Store`.

    It is brought up to date where an older version wrote it, and never made. It gives all that is held: how much of it
    may be published the configuration says (`publish`), and feeds and API obey. Raises `StoreError`.
    """
    log.configure_unless_done(level="warning")
    url = str(place) if "://" in str(place) else f"sqlite:///{Path(place).absolute()}"
    store = store_at(url)
    if store is None:
        raise StoreError(f"there is no store at {place}")
    try:
        yield store
    finally:
        store.close()
