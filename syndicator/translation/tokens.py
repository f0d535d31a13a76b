"""Cut text into the pieces that a model knows, and put pieces together to text, saying where each stands.

Knows SentencePiece and BPE; refuses to know what a model makes of the pieces. Spans are character ranges [start, end).
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from syndicator.errors import ModelError

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """A text in pieces."""

    text: str
    pieces: tuple[str, ...]
    spans: tuple[Span, ...]
    """Of each piece in `text`, in order; empty where a piece has no character of its own (a byte of one)."""
    unknown: tuple[bool, ...] = ()
    """Of each piece, when text was cut: whether the model has no piece for these characters."""


class Tokenizer(Protocol):
    """Cuts text into pieces and puts pieces together. Thread-safe."""

    def encode(self, text: str) -> Pieces:
        """Cut a text."""

    def decode(self, pieces: list[str]) -> Pieces:
        """Put pieces together."""


def load_tokenizer(folder: Path, *, from_code: str, to_code: str) -> Tokenizer:
    """Return the tokenizer of an unpacked package; raise `ModelError` if it can't be loaded."""
    try:
        if (folder / "source.spm").exists():
            return SentencePieces(folder / "source.spm", folder / "target.spm")
        if (folder / "sentencepiece.model").exists():
            return SentencePieces(folder / "sentencepiece.model")
        return BytePairs(folder / "bpe.model", from_code=from_code, to_code=to_code)
    except (RuntimeError, OSError, ValueError) as error:
        raise ModelError(f"The tokenizer in {folder} can't be loaded ({error}): import its package again.") from error


class SentencePieces:
    """SentencePiece models: one for both languages (Argos), or one for each (OPUS-MT)."""

    def __init__(self, source: Path, target: Path | None = None) -> None:
        from sentencepiece import SentencePieceProcessor  # noqa: PLC0415 - native code, only where text is translated

        self._source = SentencePieceProcessor(model_file=str(source))
        self._target = SentencePieceProcessor(model_file=str(target)) if target else self._source

    def encode(self, text: str) -> Pieces:
        """Cut a text; spans are those of the text as given, not as SentencePiece normalises it."""
        found = self._source.encode(text, return_type="offset_mapping")
        unk = self._source.unk_id()
        unknown = tuple(n == unk or self._source.is_byte(n) for n in found["ids"])
        return Pieces(text=text, pieces=tuple(found["pieces"]), spans=tuple(found["offsets"]), unknown=unknown)

    def decode(self, pieces: list[str]) -> Pieces:
        """Put pieces together."""
        found = self._target.decode(pieces, return_type="offset_mapping")
        return Pieces(text=found["text"], pieces=tuple(pieces), spans=tuple(found["offsets"]))


class BytePairs:
    """Moses words in byte pairs (subword-nmt), as in some older Argos packages.

    Moses changes quotation marks, dashes and spaces, so spans are looked for and may be empty.
    """

    def __init__(self, model: Path, *, from_code: str, to_code: str) -> None:
        from argostranslate.tokenizer import BPETokenizer  # noqa: PLC0415 - sacremoses takes 0.5 s to import

        self._tokenizer: Any = BPETokenizer(model, from_code, to_code)
        try:
            self._tokenizer.lazy_load()
        except SystemExit as error:  # how subword-nmt says that a line of the model makes no sense
            raise ValueError("not a BPE model") from error

    def encode(self, text: str) -> Pieces:
        """Cut a text. No piece counts as unknown: only the CTranslate2 vocabulary could tell."""
        pieces = self._tokenizer.encode(text)
        spans = _find(_whole_words(pieces), text)
        return Pieces(text=text, pieces=tuple(pieces), spans=spans, unknown=(False,) * len(pieces))

    def decode(self, pieces: list[str]) -> Pieces:
        """Put pieces together."""
        text = self._tokenizer.decode(pieces)
        return Pieces(text=text, pieces=tuple(pieces), spans=_find(_whole_words(pieces), text))


def _whole_words(pieces: list[str]) -> list[tuple[str, int]]:
    """Return the words that byte pairs stand for, each with the number of its pieces."""
    words, begun, count = [], "", 0
    for piece in pieces:
        begun, count = begun + piece.removesuffix("@@"), count + 1
        if not piece.endswith("@@"):
            words.append((begun, count))
            begun, count = "", 0
    return [*words, (begun, count)] if count else words


def _find(words: list[tuple[str, int]], text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    after = 0
    for word, count in words:
        # Moses escapes (&apos;) and marks hyphens that it split at (@-@).
        plain = re.sub("^@(.+)@$", r"\1", html.unescape(word))
        start = text.find(plain, after, after + len(plain) + 40)
        span = (start, start + len(plain)) if start >= 0 else (after, after)
        after = span[1]
        spans += [span] * count
    return tuple(spans)
