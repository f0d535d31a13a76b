"""Cut text into the pieces that a model knows, and put pieces together to text, saying where each stands.

Knows SentencePiece and BPE; refuses to know what a model makes of the pieces. Spans are character ranges [start, end).
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Protocol

from syndicator.errors import ModelError

Span = tuple[int, int]

_SPACE = "\N{LOWER ONE EIGHTH BLOCK}"
"""What stands for a space in SentencePiece's pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """A text in pieces."""

    text: str
    pieces: tuple[str, ...]
    spans: tuple[Span, ...] = ()
    """Of each piece in `text`, in order; empty where a piece has no character of its own (a byte of one)."""
    unknown: tuple[bool, ...] = ()
    """Of each piece: whether the model has no piece for these characters. Empty where it has one for all."""


class Tokenizer(Protocol):
    """Cuts text into pieces and puts pieces together. Thread-safe."""

    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """Cut texts in the source language, without `spans` and `unknown`: half the time of `locate`."""

    def is_known(self, pieces: Sequence[str]) -> bool:
        """Say whether the model has a piece for every character that these were cut from."""

    def locate(self, text: str) -> Pieces:
        """Cut a text in the source language and tell where each piece stands."""

    def locate_target(self, text: str) -> Pieces:
        """Cut a text in the target language and tell where each piece stands."""

    def join(self, cut: Sequence[list[str]]) -> list[str]:
        """Return the texts, in the target language, that these lists of pieces make."""

    def place(self, pieces: Sequence[str], text: str) -> Pieces | None:
        """Tell where each of these pieces stands in the text that `join` made of them; None where that can't be told.

        A model need not cut its output as `locate_target` would.
        """


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
        ids = range(self._source.get_piece_size())
        self._known = {self._source.id_to_piece(n) for n in ids if not _is_unknown(self._source, n)}

    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """Cut texts in the source language, without `spans` and `unknown`."""
        cut = self._source.encode(list(texts), return_type=str, num_threads=1)
        return [Pieces(text=text, pieces=tuple(pieces)) for text, pieces in zip(texts, cut, strict=True)]

    def is_known(self, pieces: Sequence[str]) -> bool:
        """Say whether no piece is a byte or stands for unknown characters."""
        return self._known.issuperset(pieces)

    def locate(self, text: str) -> Pieces:
        """Cut a text; spans are those of the text as given, not as SentencePiece normalises it."""
        return _located(self._source, text)

    def locate_target(self, text: str) -> Pieces:
        """Cut a text in the target language in the same way."""
        return _located(self._target, text)

    def join(self, cut: Sequence[list[str]]) -> list[str]:
        """Put pieces of the target language together."""
        # Threads of its own would wait for the cores that CTranslate2 is busy on.
        texts: list[str] = self._target.decode(list(cut), num_threads=1) if cut else []
        return texts

    def place(self, pieces: Sequence[str], text: str) -> Pieces | None:
        """Lay the pieces end to end; where some are bytes or stand for unknown characters, that is not the text."""
        written = [piece.replace(_SPACE, " ") for piece in pieces]
        lead = 1 if written and written[0].startswith(" ") else 0  # dropped by `join`
        ends = list(accumulate(map(len, written), initial=-lead))
        if "".join(written)[lead:] != text:
            return None
        return Pieces(text=text, pieces=tuple(pieces), spans=tuple((max(0, a), b) for a, b in pairwise(ends)))


def _is_unknown(model: Any, number: int) -> bool:  # noqa: ANN401 - SentencePiece has no types
    return bool(model.is_unknown(number) or model.is_byte(number))


def _located(model: Any, text: str) -> Pieces:  # noqa: ANN401 - SentencePiece has no types
    found = model.encode(text, return_type="offset_mapping")
    unknown = tuple(_is_unknown(model, number) for number in found["ids"])
    return Pieces(text=text, pieces=tuple(found["pieces"]), spans=tuple(found["offsets"]), unknown=unknown)


class BytePairs:
    """Moses words in byte pairs (subword-nmt), as in some older Argos packages: one model for both languages.

    Moses changes quotation marks, dashes and spaces, so spans are looked for and may be empty. No piece counts as
    unknown: only the CTranslate2 vocabulary could tell.
    """

    def __init__(self, model: Path, *, from_code: str, to_code: str) -> None:
        from argostranslate.tokenizer import BPETokenizer  # noqa: PLC0415 - sacremoses takes 0.5 s to import

        self._tokenizer: Any = BPETokenizer(model, from_code, to_code)
        # Moses escapes and splits by language: abbreviations, apostrophes.
        self._target: Any = BPETokenizer(model, to_code, from_code)
        try:
            self._tokenizer.lazy_load()
            self._target.lazy_load()
        except SystemExit as error:  # how subword-nmt says that a line of the model makes no sense
            raise ValueError("not a BPE model") from error

    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """Cut texts in the source language, without `spans`."""
        return [Pieces(text=text, pieces=tuple(self._tokenizer.encode(text))) for text in texts]

    def is_known(self, pieces: Sequence[str]) -> bool:  # noqa: ARG002 - there is no telling
        """Say yes."""
        return True

    def locate(self, text: str) -> Pieces:
        """Cut a text in the source language and look for each piece."""
        return _looked_for(self._tokenizer, text)

    def locate_target(self, text: str) -> Pieces:
        """Cut a text in the target language and look for each piece."""
        return _looked_for(self._target, text)

    def join(self, cut: Sequence[list[str]]) -> list[str]:
        """Put pieces of the target language together."""
        return [self._tokenizer.decode(pieces) for pieces in cut]

    def place(self, pieces: Sequence[str], text: str) -> Pieces | None:
        """Cut the text anew; where that gives other pieces, there is no telling."""
        found = self.locate_target(text)
        return found if found.pieces == tuple(pieces) else None


def _looked_for(tokenizer: Any, text: str) -> Pieces:  # noqa: ANN401 - argostranslate has no types
    pieces = tokenizer.encode(text)
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
