"""Run one model: texts in, renderings with word alignment out.

Knows CTranslate2 and how a translation goes wrong; refuses to know routes and where models are kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from syndicator.errors import ModelError
from syndicator.model import Link, Rendering
from syndicator.translation import shaping
from syndicator.translation.alignment import align, identity, shift
from syndicator.translation.packages import parse_metadata
from syndicator.translation.tokens import Pieces, Span, load_tokenizer

BATCH_SENTENCES = 32
BATCH_PIECES = 2048
"""In all sentences of a batch together: what is held in memory grows with it."""
LONGEST_LOOP = 8
"""Pieces. What is repeated when a model loops is a word or a short phrase."""
MAX_REPEATS = 3
"""In a row, unless the original repeats as often."""
UNREADABLE = ("\N{REPLACEMENT CHARACTER}", "\N{DOUBLE QUESTION MARK}")
"""What tokenizers write for half a character and for an unknown piece."""
CAREFUL: Mapping[str, Any] = {"beam_size": 5, "repetition_penalty": 1.2, "no_repeat_ngram_size": 4}
"""How a sentence is decoded a second time, when the first result could not be used."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a text is translated: `sentences`, which stand at `spans`; all between is carried over."""

    text: str
    spans: tuple[Span, ...]
    sentences: tuple[str, ...]
    is_shouting: bool


class Model:
    """A loaded model. Thread-safe; the same text gives the same rendering, whatever it is translated together with."""

    def __init__(self, folder: Path, *, beam_size: int, threads: int) -> None:
        """Load an unpacked package to memory, whole; raise `ModelError` if that fails."""
        from ctranslate2 import Translator  # noqa: PLC0415 - native code, only where text is translated

        self._beam_size = beam_size
        try:
            metadata = parse_metadata((folder / "metadata.json").read_bytes())
            self._tokenizer = load_tokenizer(folder, from_code=metadata.from_code, to_code=metadata.to_code)
            # One sentence a core is twice as fast as one sentence on two.
            self._translator = Translator(
                str(folder / "model"), device="cpu", compute_type="int8", inter_threads=threads, intra_threads=1
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"The model in {folder} can't be loaded ({error}): import its package again.") from error
        self._prefix = [metadata.target_prefix] if metadata.target_prefix else []

    def translate(self, texts: Sequence[str]) -> list[Rendering | None]:
        """Translate texts; None where no usable output came."""
        plans = {text: self._plan(text) for text in dict.fromkeys(texts)}
        sentences = dict.fromkeys(sentence for plan in plans.values() for sentence in plan.sentences)
        sources = [self._tokenizer.encode(sentence) for sentence in sentences]
        rendered = self._render(sources, beam_size=self._beam_size)
        failed = [source for source in sources if rendered[source.text] is None]
        rendered |= self._render(failed, **CAREFUL)
        rendered |= {one.text: self._in_halves(one) for one in failed if rendered[one.text] is None}
        return [_assemble(plans[text], rendered) for text in texts]

    def _in_halves(self, source: Pieces) -> Rendering | None:
        """Translate a sentence that can't be had whole in two parts, and a part that can't be had in two again."""
        spans = tuple(shaping.halves(source))
        sentences = tuple(source.text[start:end] for start, end in spans)
        if len(sentences) < 2 or not all(any(map(str.isalpha, sentence)) for sentence in sentences):  # noqa: PLR2004
            return None
        parts = dict(zip(sentences, self.translate(sentences), strict=True))
        return _assemble(Plan(source.text, spans, sentences, is_shouting=False), parts)

    def _plan(self, text: str) -> Plan:
        is_shouting = shaping.is_shouting(text)
        shaped = shaping.quieted(text) if is_shouting else text
        spans = shaping.parts(self._tokenizer.encode(shaped))
        sentences = tuple(shaped[start:end] for start, end in spans)
        return Plan(text, tuple(spans), sentences, is_shouting)

    def _render(self, sources: Iterable[Pieces], *, beam_size: int, **options: Any) -> dict[str, Rendering | None]:  # noqa: ANN401 - CTranslate2's own
        """Translate sentences, longest first; return the renderings by text.

        Batches hold sentences of one length only: padding changes the order in which floats are added, and with it
        about 3 % of translations.
        """
        results = []
        try:
            running = []
            for batch in _batches(sources):
                going = self._start(batch, beam_size=beam_size, **options)
                running.append((batch, going, self._start_first(batch) if beam_size > 1 else going))
            for batch, going, begun in running:
                results += [(s, g.result(), b.result()) for s, g, b in zip(batch, going, begun, strict=True)]
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"CTranslate2 failed: {error}.") from error
        return {source.text: self._rendering(source, result, first) for source, result, first in results}

    def _start(self, batch: list[Pieces], *, max_pieces: int | None = None, **options: Any) -> list[Any]:  # noqa: ANN401 - CTranslate2's own
        going: list[Any] = self._translator.translate_batch(
            [list(source.pieces) for source in batch],
            target_prefix=[self._prefix] * len(batch) if self._prefix else None,
            asynchronous=True,
            max_input_length=0,  # its default cuts the input without a word
            max_decoding_length=max_pieces or _limit(batch[0]) + len(self._prefix),
            return_scores=True,
            return_attention=True,
            disable_unk=True,
            **options,
        )
        return going

    def _start_first(self, batch: list[Pieces]) -> list[Any]:
        """Decode the first piece alone, for its attention.

        CTranslate2 (4.8) mixes up the attention of a beam search's first step between the sentences of a batch.
        """
        return self._start(batch, max_pieces=1 + len(self._prefix), beam_size=1)

    def _rendering(self, source: Pieces, result: Any, first: Any) -> Rendering | None:  # noqa: ANN401 - CTranslate2's own
        begin = len(self._prefix)
        pieces = result.hypotheses[0][begin:]
        if not pieces or len(pieces) >= _limit(source):
            return None
        target = self._tokenizer.decode(pieces)
        if not is_usable(source, target):
            return None
        attention = first.attention[0][begin : begin + 1] + result.attention[0][begin + 1 :]
        return Rendering(text=target.text, links=align(source, target, attention), score=result.scores[0])


def _batches(sources: Iterable[Pieces]) -> Iterator[list[Pieces]]:
    """Yield sentences of equal length together, the longest first, so that no core waits for a late long one."""
    by_length = sorted(sources, key=lambda source: len(source.pieces), reverse=True)
    for length, group in groupby(by_length, key=lambda source: len(source.pieces)):
        same = list(group)
        size = max(1, min(BATCH_SENTENCES, BATCH_PIECES // max(1, length)))
        yield from (same[n : n + size] for n in range(0, len(same), size))


def is_usable(source: Pieces, target: Pieces) -> bool:
    """Say whether an output can be a translation: it says something, is readable and doesn't go round in circles."""
    if not any(map(str.isalnum, target.text)):
        return False
    if any(sign in target.text and sign not in source.text for sign in UNREADABLE):
        return False
    return repeats(target.pieces) <= max(MAX_REPEATS, repeats(source.pieces))


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
    text = ""
    links: list[Link] = []
    score = 0.0
    translated = 0
    after = 0
    for (start, end), sentence in zip(plan.spans, plan.sentences, strict=True):
        part = rendered[sentence]
        if part is None or part.score is None:
            return None
        links += identity(plan.text[after:start], source_at=after, target_at=len(text))
        text += plan.text[after:start]
        links += shift(part.links, source_by=start, target_by=len(text))
        text += shaping.shouted(part.text) if plan.is_shouting else part.text
        score += part.score * len(part.text)
        translated += len(part.text)
        after = end
    links += identity(plan.text[after:], source_at=after, target_at=len(text))
    text += plan.text[after:]
    return Rendering(text=text, links=tuple(links), score=score / translated if translated else None)
