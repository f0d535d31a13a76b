"""Translate sentences with the installed models: the adapter of `ports.Translator` that is always used.

Knows which models are there and chains them; refuses to know what sentences belong to. It touches no network, and
never imports `argostranslate.translate`, which would (docs/decisions/0002-no-onnxruntime.md).
"""

import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from syndicator.errors import ModelError, NoRoute
from syndicator.model import Link, ModelRef, Rendering, Route, primary
from syndicator.translation import manifest, routes, shaping
from syndicator.translation.alignment import compose, same_words
from syndicator.translation.inference import CAREFUL, Model
from syndicator.translation.manifest import InstalledModel
from syndicator.translation.models import installed


class ArgosTranslator:
    """Argos packages, run by CTranslate2 on the CPU.

    What is installed or removed while it runs is noticed. A model is read from disk once, when first needed, after its
    files were compared with their SHA-256; a damaged one is never run.
    """

    def __init__(self, directory: Path, *, beam_size: int, threads: int) -> None:
        """Use the models installed in `directory`; `threads` sentences are translated at a time, 0 for one a core."""
        self._directory = directory
        self._beam_size = beam_size
        self._threads = threads or len(os.sched_getaffinity(0))
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._installed: dict[ModelRef, InstalledModel] = {}
        self._damaged: dict[ModelRef, str] = {}
        self._loaded: dict[ModelRef, Model] = {}

    def route(self, from_language: str, to_language: str) -> Route:
        """Return the shortest chain of usable models; raise `NoRoute`, naming the command that would install one.

        Raises `ModelError` where the only chain goes over a damaged model.
        """
        usable, damaged = self._models()
        found = routes.find(usable, from_language, to_language)
        if found is None and (blocked := routes.find([*usable, *damaged], from_language, to_language)):
            raise ModelError(next(damaged[model] for model in blocked.models if model in damaged))
        if found is None:
            pair = (primary(from_language), primary(to_language))
            raise NoRoute(f"no model {'>'.join(pair)}: run `syndicator models install {'-'.join(pair)}`")
        return found

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return every (from, to) pair of primary language subtags that `route` would find a chain for."""
        return routes.reachable(self._models()[0])

    def decoding(self) -> str:
        """Return the decoding settings that change the output: `beam 1, then 2/1.2/4, parts 150/250, int8, mapped`."""
        careful = "/".join(map(str, CAREFUL.values()))
        return f"beam {self._beam_size}, then {careful}, parts {shaping.PART_PIECES}/{shaping.MAX_PIECES}, int8, mapped"

    def describe(self, route: Route) -> str:
        """Return engine and packages in words, for provenance: `Argos ru_en 0.1, en_de 1.0 (CTranslate2)`."""
        names = [f"{model.from_language}_{model.to_language} {model.version}" for model in route.models]
        return f"Argos {', '.join(names)} (CTranslate2)"

    def translate(
        self, texts: Sequence[str], route: Route, *, effort: int = 0, linked: Collection[str] = ()
    ) -> list[Rendering | None]:
        """Translate whole sentences; the result has the same length and order.

        Most of those in `linked` come with their word links, none over a chain: `align` finds them.
        `effort` is 0 for the beam as configured, 1 for 2 and against repetition, 2 for halves. A text with
        nothing to translate in it (no letter, or none of the original's script) is carried over as it is. The score of
        a chain is that of its weakest model. Raises `ModelError`.
        """
        first, *others = [self._load(ref) for ref in route.models]
        places = [n for n, text in enumerate(texts) if not shaping.is_carried_over(text, route.from_language)]
        asked = [texts[n] for n in places]
        found = dict(zip(places, first.translate(asked, effort=effort, linked=() if others else linked), strict=True))
        for model in others:
            before = {n: rendering for n, rendering in found.items() if rendering}
            after = model.translate([rendering.text for rendering in before.values()], effort=effort)
            found |= {n: _chained(before[n], rendering) for n, rendering in zip(before, after, strict=True)}
        return [found[n] if n in found else Rendering(text=text) for n, text in enumerate(texts)]

    def align(self, pairs: Sequence[tuple[str, str]], route: Route) -> list[tuple[Link, ...]]:
        """Tell for each (source, target) which words of the target render which of the source, whoever wrote it.

        The result has the same length and order; links stand in target order. Over a chain, links lead through what
        the models make of the source. Empty where nothing can be told. Raises `ModelError`.
        """
        models = [self._load(ref) for ref in route.models]
        asked = [pair for pair in dict.fromkeys(pairs) if not shaping.is_carried_over(pair[0], route.from_language)]
        found = dict(zip(asked, _align(models, asked), strict=True))
        return [found[pair] if pair in found else same_words(*pair) for pair in pairs]

    def unload(self) -> None:
        """Let go of all models; they are loaded again when next needed."""
        with self._lock:
            self._loaded.clear()

    def distrust(self, route: Route, problem: str) -> None:
        """Take the models of a route that a problem names for damaged, from now on, after a restart and in `status`."""
        with self._lock:
            for ref in route.models:
                model = self._installed.get(ref)
                if model is None or ref in self._damaged or model.path.name not in problem:
                    continue
                self._damaged[ref] = problem
                with suppress(OSError):  # the models may belong to somebody else: then it counts until a restart
                    manifest.distrust(model, problem.removeprefix(_complaint(model, "")))

    def _models(self) -> tuple[list[ModelRef], dict[ModelRef, str]]:
        """Return the usable models, and of the others what is wrong with them; look again if the folder changed."""
        with self._lock:
            self._look()
            usable = [ref for ref in self._installed if ref not in self._damaged]
            return usable, dict(self._damaged)

    def _look(self) -> None:
        """Notice what was installed, removed or replaced since the last look. The lock must be held."""
        try:
            status = (self._directory / "installed").stat()
            seen = (status.st_ino, status.st_mtime_ns)
        except (FileNotFoundError, NotADirectoryError):
            seen = None
        if seen == self._seen and seen:
            return
        self._installed = {model.ref: model for model in installed(self._directory)}
        self._damaged = {
            ref: _complaint(model, model.problem) for ref, model in self._installed.items() if model.problem
        }
        self._loaded = {ref: model for ref, model in self._loaded.items() if ref in self._installed}
        self._seen = seen

    def _load(self, ref: ModelRef) -> Model:
        with self._lock:
            self._look()
            if ref in self._loaded:
                return self._loaded[ref]
            model = self._installed.get(ref)
            if model is None:
                pair = f"{ref.from_language}-{ref.to_language}"
                raise ModelError(f"model {pair} {ref.version} is not installed any more: translate again")
            problem = self._damaged.get(ref) or _complaint(model, manifest.damage(model))
            if problem:
                self._damaged[ref] = problem
                raise ModelError(problem)
            try:
                self._loaded[ref] = Model(model.path, beam_size=self._beam_size, threads=self._threads)
            except ModelError as error:
                self._damaged[ref] = str(error)
                raise
            return self._loaded[ref]


def _complaint(model: InstalledModel, problem: str | None) -> str:
    return "" if problem is None else f"model {model.path.name} is damaged: {problem}"


def _chained(before: Rendering, after: Rendering | None) -> Rendering | None:
    """Return the rendering that two models make one after the other."""
    if after is None:
        return None
    scores = [score for score in (before.score, after.score) if score is not None]
    return Rendering(text=after.text, score=min(scores, default=None))


def _align(models: Sequence[Model], pairs: Sequence[tuple[str, str]]) -> list[tuple[Link, ...]]:
    """Align over a chain of models."""
    first, *others = models
    if not others:
        return first.align(pairs)
    between = first.translate([source for source, _ in pairs])
    told = [(*pair, one.text) for pair, one in zip(pairs, between, strict=True) if one]
    before = first.align([(source, middle) for source, _, middle in told])
    after = _align(others, [(middle, target) for _, target, middle in told])
    chained = map(compose, before, after)
    return [next(chained) if one else () for one in between]
