"""Run one model: texts in, renderings out; texts and renderings in, word alignment out.

Knows CTranslate2 and how a translation goes wrong; refuses to know routes and where models are kept.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from syndicator.errors import ModelError
from syndicator.model import Link, Rendering
from syndicator.translation import alignment, capitals, shaping
from syndicator.translation.candidates import with_map
from syndicator.translation.packages import parse_metadata
from syndicator.translation.tokens import Pieces, Span, load_tokenizer

T = TypeVar("T")

BATCH_SENTENCES = 64
BATCH_PIECES = 2048
"""In all sentences of a batch together, of a beam of 1 or 2, less of a wider: what is held in memory grows with it."""
BATCH_HYPOTHESES = 128
"""Sentences times the beam: for each, the probabilities of all pieces are held several times over."""
AHEAD = 2
"""Batches for each thread that are with CTranslate2 at a time: none waits, and results are read while others run."""
LONGEST_LOOP = 8
"""Pieces. What is repeated when a model loops is a word or a short phrase."""
MAX_REPEATS = 3
"""In a row, unless the original repeats as often."""
UNREADABLE = ("\N{REPLACEMENT CHARACTER}", "\N{DOUBLE QUESTION MARK}")
"""What tokenizers write for half a character and for an unknown piece."""
CAREFUL: Mapping[str, Any] = {"beam_size": 2, "repetition_penalty": 1.2, "no_repeat_ngram_size": 4}
"""How a sentence is decoded when the first result could not be used: a beam of 5 mends no more, and takes half more."""
IN_HALVES = 2
"""The effort at which sentences are translated in two parts."""
ALIGNED_WHOLE = 60
"""Pieces: longer texts are aligned clause by clause."""
MAX_ALIGNED = 10_000
"""Characters, on either side."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a text is translated: `sentences`, which stand at `spans`; all between is carried over."""

    text: str
    spans: tuple[Span, ...]
    sentences: tuple[str, ...]
    is_shouting: bool = False

    @property
    def is_whole(self) -> bool:
        """Say whether the text goes to the model in one piece and as it is."""
        return self.sentences == (self.text,) and not self.is_shouting


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text and the one of its translation that renders it, with where they begin."""

    source: str
    target: str
    source_at: int
    target_at: int


class Model:
    """A loaded model. Thread-safe; the same text gives the same rendering, whatever it is translated together with."""

    def __init__(self, folder: Path, *, beam_size: int, threads: int) -> None:
        """Load an unpacked package to memory, whole; raise `ModelError` if that fails."""
        from ctranslate2 import Translator  # noqa: PLC0415 - native code, only where text is translated

        # Without a penalty for repeating: it spares a fourth of the second tries, but cuts long lists short.
        self._usual: Mapping[str, Any] = {"beam_size": beam_size}
        self._ahead = AHEAD * threads
        try:
            metadata = parse_metadata((folder / "metadata.json").read_bytes())
            self._languages = (metadata.from_code, metadata.to_code)
            codes = {"from_code": metadata.from_code, "to_code": metadata.to_code}
            self._tokenizer = load_tokenizer(folder, **codes)
            # One sentence a core is twice as fast as one sentence on two.
            with with_map(folder / "model", **codes, prefix=metadata.target_prefix) as (files, self._has_map):
                self._translator = Translator(
                    str(files), device="cpu", compute_type="int8", inter_threads=threads, intra_threads=1
                )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"The model in {folder} can't be loaded ({error}): import its package again.") from error
        self._prefix = [metadata.target_prefix] if metadata.target_prefix else []

    def translate(
        self, texts: Sequence[str], *, effort: int = 0, linked: Collection[str] = ()
    ) -> list[Rendering | None]:
        """Translate texts with the effort that `ports.Translator` names; None where no usable output came.

        Of those in `linked`, the short ones that are translated in one go come with their word links.
        """
        plans = self._plans(text for text in dict.fromkeys(texts) if shaping.is_well_formed(text))
        sentences = self._cut(sentence for plan in plans.values() for sentence in plan.sentences)
        if effort >= IN_HALVES:
            rendered = self._in_halves(sentences)
        else:
            options = CAREFUL if effort else self._usual
            whole = {text for text in linked if text in plans and plans[text].is_whole}
            rendered = self._render(sentences, linked=whole, **options)
        return [_assemble(plans[text], rendered) if text in plans else None for text in texts]

    def align(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Link, ...]]:
        """Link the words of texts and their renderings, whoever made these; empty where that can't be told."""
        stretches = {pair: self._stretches(*pair) for pair in dict.fromkeys(pairs)}
        asked = dict.fromkeys((one.source, one.target) for found in stretches.values() for one in found)
        links = self._follow(pair for pair in asked if pair[0] != pair[1])
        links |= {pair: alignment.identity(pair[0]) for pair in asked if pair[0] == pair[1]}
        return [_joined(stretches[pair], links) for pair in pairs]

    def _plans(self, texts: Iterable[str]) -> dict[str, Plan]:
        language = self._languages[0]
        loud = {text: capitals.is_shouting(text, language) for text in texts}
        change = {True: capitals.quieted, False: capitals.calmed}
        cut = self._tokenizer.cut([change[is_loud](text, language) for text, is_loud in loud.items()])
        plans = {}
        for (text, is_loud), source in zip(loud.items(), cut, strict=True):
            is_plain = len(source.pieces) <= shaping.MAX_PIECES and self._tokenizer.is_known(source.pieces)
            is_plain = is_plain and not shaping.ENDLESS.search(text)
            spans = shaping.parts(source if is_plain else self._tokenizer.locate(source.text))
            plans[text] = Plan(text, tuple(spans), tuple(source.text[start:end] for start, end in spans), is_loud)
        return plans

    def _cut(self, sentences: Iterable[str]) -> list[Pieces]:
        return self._tokenizer.cut(list(dict.fromkeys(sentences)))

    def _in_halves(self, sentences: Iterable[Pieces]) -> dict[str, Rendering | None]:
        """Translate sentences in two parts each, and a part that can't be had in two again; short ones whole."""
        plans = {sentence.text: self._halved(sentence.text) for sentence in sentences}
        parts = self._cut(part for plan in plans.values() for part in plan.sentences)
        rendered = self._render(parts, **self._usual)
        rendered |= self._render([part for part in parts if rendered[part.text] is None], **CAREFUL)
        failed = [part for part in parts if rendered[part.text] is None]
        again = [part for part in failed if len(self._halved(part.text).sentences) > 1]
        if again:
            rendered |= self._in_halves(again)
        return {text: _assemble(plan, rendered) for text, plan in plans.items()}

    def _halved(self, text: str) -> Plan:
        spans = tuple(shaping.halves(self._tokenizer.locate(text)))
        parts = tuple(text[start:end] for start, end in spans)
        if not parts or not all(any(map(str.isalpha, part)) for part in parts):
            return Plan(text, ((0, len(text)),), (text,))
        return Plan(text, spans, parts)

    def _render(
        self,
        sources: Iterable[Pieces],
        *,
        linked: Collection[str] = (),
        **options: Any,  # noqa: ANN401 - CTranslate2's own
    ) -> dict[str, Rendering | None]:
        """Translate sentences, longest first; return the renderings by text, of short ones in `linked` with links."""
        sources = [*sources]
        is_greedy = options["beam_size"] == 1
        wanted = {source.text for source in sources if source.text in linked and len(source.pieces) <= ALIGNED_WHOLE}
        if self._prefix and not is_greedy:
            wanted = set()  # `_first_looks` does not know which step would be mixed up
        first = {} if is_greedy else self._first_looks(one for one in sources if one.text in wanted)

        def start(batch: Sequence[Pieces]) -> list[Any]:
            going: list[Any] = self._translator.translate_batch(
                [source.pieces for source in batch],
                target_prefix=[self._prefix] * len(batch) if self._prefix else None,
                max_decoding_length=_limit(batch[0]) + len(self._prefix),
                return_scores=True,
                return_attention=any(source.text in wanted for source in batch),
                disable_unk=True,
                use_vmap=self._has_map,
                max_input_length=0,  # its default cuts the input without a word
                asynchronous=True,
                **options,
            )
            return going

        found: dict[str, Rendering | None] = {}
        batches = _batches(sources, length=lambda source: len(source.pieces), beam_size=options["beam_size"])
        for batch, results in self._run(batches, start):
            outputs = [result.hypotheses[0][len(self._prefix) :] for result in results]
            texts = self._tokenizer.join(outputs)
            for source, pieces, text, result in zip(batch, outputs, texts, results, strict=True):
                is_whole = 0 < len(pieces) < _limit(source)
                if not is_whole or not is_usable(source, Pieces(text=text, pieces=tuple(pieces))):
                    found[source.text] = None
                    continue
                links: tuple[Link, ...] = ()
                if source.text in wanted and (placed := self._tokenizer.place(pieces, text)):
                    attention = result.attention[0]
                    if source.text in first:
                        attention = [first[source.text], *attention[1:]]
                    located = self._tokenizer.locate(source.text)
                    links = alignment.align(located, placed, attention[len(self._prefix) :])
                found[source.text] = Rendering(text=text, score=result.scores[0], links=links)
        return found

    def _first_looks(self, sources: Iterable[Pieces]) -> dict[str, Sequence[float]]:
        """Return, by text, what the model looks at for the first piece of its output.

        Of a beam, CTranslate2 (4.8) returns in its place what it looked at in another sentence of the batch.
        """

        def start(batch: Sequence[Pieces]) -> list[Any]:
            going: list[Any] = self._translator.translate_batch(
                [source.pieces for source in batch],
                max_decoding_length=1,
                beam_size=1,
                return_attention=True,
                max_input_length=0,
                asynchronous=True,
            )
            return going

        return {
            source.text: result.attention[0][0]
            for batch, results in self._run(_batches(sources, length=lambda source: len(source.pieces)), start)
            for source, result in zip(batch, results, strict=True)
        }

    def _stretches(self, source: str, target: str) -> list[Stretch]:
        """Cut a text and its rendering at what was carried over, and what is long between into clauses."""
        if max(len(source), len(target)) > MAX_ALIGNED or not shaping.is_well_formed(source + target):
            return []
        source, target = map(_read_quietly, (source, target), self._languages)
        located = self._tokenizer.locate(source)
        starts = [start for start, _ in located.spans]
        stretches: list[Stretch] = []
        for own, other in alignment.anchored(source, shaping.known(located), target):
            is_long = bisect_left(starts, own[1]) - bisect_left(starts, own[0]) > ALIGNED_WHOLE
            whole = Stretch(source[slice(*own)], target[slice(*other)], own[0], other[0])
            stretches += _in_clauses(whole) if is_long else [whole]
        return stretches

    def _follow(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[Link, ...]]:
        """Lead the model through given translations, piece by piece, and see what it looks at."""
        located = [(self._tokenizer.locate(source), self._tokenizer.locate_target(target)) for source, target in pairs]
        short = [pair for pair in located if all(0 < len(one.pieces) <= shaping.MAX_PIECES for one in pair)]
        # Of like lengths together, since a batch takes as many steps as its longest target.
        short.sort(key=lambda pair: len(pair[1].pieces))

        def start(batch: Sequence[tuple[Pieces, Pieces]]) -> list[Any]:
            going: list[Any] = self._translator.translate_batch(
                [source.pieces for source, _ in batch],
                target_prefix=[[*self._prefix, *target.pieces] for _, target in batch],
                max_decoding_length=max(len(target.pieces) for _, target in batch) + len(self._prefix),
                beam_size=1,  # of more, CTranslate2 (4.8) mixes up the attention of the first step
                return_attention=True,
                max_input_length=0,
                asynchronous=True,
            )
            return going

        links = {}
        for batch, results in self._run(_batches(short, length=lambda pair: len(pair[0].pieces)), start):
            for (source, target), result in zip(batch, results, strict=True):
                attention = result.attention[0][len(self._prefix) :]
                links[source.text, target.text] = alignment.align(source, target, attention)
        return links

    def _run(
        self, batches: Iterable[list[T]], start: Callable[[list[T]], list[Any]]
    ) -> Iterator[tuple[list[T], list[Any]]]:
        """Yield every batch with its results, some batches after it was started."""
        going: deque[tuple[list[T], list[Any]]] = deque()
        try:
            for batch in batches:
                going.append((batch, start(batch)))
                if len(going) > self._ahead:
                    done, results = going.popleft()
                    yield done, [result.result() for result in results]
            for done, results in going:
                yield done, [result.result() for result in results]
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"CTranslate2 failed: {error}.") from error


def _batches(items: Iterable[T], *, length: Callable[[T], int], beam_size: int = 1) -> Iterator[list[T]]:
    """Yield items of equal length together, the longest first, so that no core waits for a late long one.

    Batches hold one length only: padding changes the order in which floats are added, and with it about 3 % of
    translations.
    """
    for pieces, group in groupby(sorted(items, key=length, reverse=True), key=length):
        same = list(group)
        most = min(BATCH_PIECES, 2 * BATCH_PIECES // beam_size)
        size = max(1, min(BATCH_SENTENCES, BATCH_HYPOTHESES // beam_size, most // max(1, pieces)))
        yield from (same[n : n + size] for n in range(0, len(same), size))


def is_usable(source: Pieces, target: Pieces) -> bool:
    """Say whether an output can be a translation: it says something, is readable and doesn't go round in circles."""
    if not any(map(str.isalnum, target.text)):
        return False
    if any(sign in target.text and sign not in source.text for sign in UNREADABLE):
        return False
    # Where hardly a piece stands twice, nothing stands more than `MAX_REPEATS` times: most sentences end here.
    if len(target.pieces) - len(set(target.pieces)) < MAX_REPEATS:
        return True
    most = repeats(target.pieces)
    return most <= MAX_REPEATS or most <= repeats(source.pieces)


def repeats(pieces: Sequence[str]) -> int:
    """Return how often in a row the most repeated phrase with a letter stands; 1 where none is repeated."""
    most = 1
    for size in range(1, LONGEST_LOOP + 1):
        streak = 0
        for n in range(size, len(pieces)):
            streak = streak + 1 if pieces[n] == pieces[n - size] else 0
            times = streak // size + 1
            if times > most and any(map(str.isalpha, "".join(pieces[n - size + 1 : n + 1]))):
                most = times
    return most


def _limit(source: Pieces) -> int:
    """Return how many pieces a translation can have; one that reaches it was cut off or runs away."""
    return 2 * len(source.pieces) + 10


def _assemble(plan: Plan, rendered: Mapping[str, Rendering | None]) -> Rendering | None:
    """Put a text together from its translated parts and what stands between them; None if a part failed."""
    if plan.is_whole:
        return rendered[plan.text]
    texts = []
    score = 0.0
    after = translated = 0
    for (start, end), sentence in zip(plan.spans, plan.sentences, strict=True):
        part = rendered[sentence]
        if part is None or part.score is None:
            return None
        texts += [plan.text[after:start], capitals.shouted(part.text) if plan.is_shouting else part.text]
        score += part.score * len(part.text)
        translated += len(part.text)
        after = end
    text = "".join([*texts, plan.text[after:]])
    return Rendering(text=text, score=score / translated if translated else None)


def _read_quietly(text: str, language: str) -> str:
    """Return a text as the model reads it: without capitals that say nothing."""
    return capitals.quieted(text, language) if capitals.is_shouting(text, language) else capitals.calmed(text, language)


def _in_clauses(whole: Stretch) -> list[Stretch]:
    return [
        Stretch(
            whole.source[slice(*own)], whole.target[slice(*other)], whole.source_at + own[0], whole.target_at + other[0]
        )
        for own, other in alignment.clauses(whole.source, whole.target)
    ]


def _joined(stretches: Iterable[Stretch], links: Mapping[tuple[str, str], tuple[Link, ...]]) -> tuple[Link, ...]:
    """Move the links of stretches to where these stand in the whole, in target order."""
    found: list[Link] = []
    for one in stretches:
        own = links.get((one.source, one.target), ())
        found += alignment.shift(own, source_by=one.source_at, target_by=one.target_at)
    return tuple(sorted(found, key=lambda link: (link.target_start, link.source_start)))
