#!/usr/bin/env python3
"""Make a package of Argos's usual size out of a small one, of exactly the same function, so that its speed can be told.

    .venv/bin/python benchmarks/widen.py models/translate-en_ru-0_1.argosmodel SCRATCH [--check LINES.txt]

The starter models are small (256 wide, 4 + 2 layers); Argos's packages are Transformers of the size "base": 512 wide,
8 heads, 6 + 6 layers, 2,048 inside, 32,000 pieces. This makes such a one without training (after Net2Net, Chen et al.
2016): every feature, head and inner unit stands k times, what it is multiplied with divided by k, so that sums, means
and variances stay what they were; layers are added whose output is zero, before the given ones, so that the attention
that CTranslate2 returns, the last layer's, stays a real one; pieces are added that never win, of either script as many
as the given ones have. CTranslate2 spends the same work on it as on any other model of that shape.

`--check` translates the lines of a file with both, and tells how many come out alike.
"""

import argparse
import json
import math
import struct
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import sentencepiece
from ctranslate2.specs import common_spec, transformer_spec
from numpy.typing import NDArray
from sacrebleu import CHRF

Array = NDArray[np.float32]
Weights = Mapping[str, Array]
"""By name (`encoder/layer_0/ffn/linear_1/weight`), no longer quantised."""

WIDTH, LAYERS, PIECES = 512, 6, 32_000
POSITIONS = 2_048
NEVER = -1e4
"""The bias of a piece that must never be chosen."""
DTYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)
"""In the order of CTranslate2's `DataType`; the next, bfloat16, numpy does not know."""


def main() -> None:
    """Make the packages, and compare each with its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("folder", type=Path, help="where the package is written to, under the same name")
    parser.add_argument("--check", type=Path, help="a file of sentences, one a line")
    asked = parser.parse_args()
    made = widen_package(asked.package, asked.folder)
    print(f"{made}: {made.stat().st_size / 1e6:.0f} MB")
    if asked.check:
        lines = asked.check.read_text(encoding="utf-8").splitlines()[:500]
        compare(asked.package, made, lines)


def widen_package(package: Path, folder: Path) -> Path:
    """Write a package of base size with the function of `package` into `folder`; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / package.name
    with tempfile.TemporaryDirectory() as scratch:
        top = unpack(package, Path(scratch))
        widen_model(top / "model")
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for path in sorted(top.rglob("*")):
                archive.write(path, path.relative_to(scratch))
    return target


def unpack(package: Path, folder: Path) -> Path:
    """Unpack a package and return its top folder."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    (metadata,) = folder.glob("*/metadata.json")
    return metadata.parent


def widen_model(folder: Path) -> None:
    """Replace a CTranslate2 model by a wide one that does the same. Refuses any that is no plain pre-norm one."""
    given = read_weights(folder / "model.bin")
    if not given["encoder/pre_norm"] or "encoder/position_encodings/encodings" in given:
        sys.exit(f"{folder} has its norms after its layers or positions of its own: that is not supported")
    if given["encoder/activation"] != given["decoder/activation"]:
        sys.exit(f"{folder} has two kinds of activation: that is not supported")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    pieces = json.loads((folder / "shared_vocabulary.json").read_text(encoding="utf-8"))
    spec = _widen(given)
    unused = [f"{pieces[number % len(pieces)]}#{number}" for number in range(PIECES - len(pieces))]
    spec.register_source_vocabulary(pieces + unused)
    spec.register_target_vocabulary(pieces + unused)
    for key, value in config.items():
        setattr(spec.config, key, value)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


# Reading CTranslate2's binary format, which it can write but not read into a specification.


def read_weights(path: Path) -> dict[str, Array]:
    """Return the variables of a `model.bin` (version 6; `model_spec.py`, `_serialize`), aliases followed."""
    file = _Reader(path.read_bytes())
    version, spec = file.number("I"), file.text()
    if version != 6 or spec != "TransformerSpec":  # noqa: PLR2004 - the version that ctranslate2 4 writes
        sys.exit(f"{path} is a {spec} in version {version}: only a TransformerSpec in version 6 can be read")
    file.number("I")  # the revision of the specification
    stored = {}
    for _ in range(file.number("I")):
        name = file.text()
        stored[name] = file.array()
    for _ in range(file.number("I")):
        alias = file.text()
        stored[alias] = stored[original := file.text()]
        if f"{original}_scale" in stored:
            stored[f"{alias}_scale"] = stored[f"{original}_scale"]
    scales = {name for name in stored if name.endswith("_scale")}
    return {
        name: value / stored[f"{name}_scale"][:, None] if f"{name}_scale" in scales else value
        for name, value in stored.items()
        if name not in scales
    }


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int = 0

    def number(self, kind: str) -> int:
        (value,) = struct.unpack_from(f"<{kind}", self.data, self.at)
        self.at += struct.calcsize(f"<{kind}")
        return int(value)

    def text(self) -> str:
        size = self.number("H")
        self.at += size
        return self.data[self.at - size : self.at - 1].decode()

    def array(self) -> Array:
        shape = [self.number("I") for _ in range(self.number("B"))]
        dtype = DTYPES[self.number("B")]
        size = self.number("I")
        self.at += size
        values = np.frombuffer(self.data[self.at - size : self.at], dtype=dtype)
        return values.reshape(shape).astype(np.float32)


# Widening.


def _widen(given: Weights) -> transformer_spec.TransformerSpec:
    width = given["encoder/layer_norm/gamma"].size
    times, rest = divmod(WIDTH, width)
    heads = int(given["encoder/num_heads"]) * times
    if rest:
        sys.exit(f"a model {width} wide can't be widened to {WIDTH}")
    wide = _Widening(given, times)
    spec = transformer_spec.TransformerSpec.from_config(
        LAYERS,
        heads,
        pre_norm=True,
        activation=common_spec.Activation(int(given["encoder/activation"])),
        alignment_layer=int(given["decoder/alignment_layer"]),
        alignment_heads=int(given["decoder/alignment_heads"]),
    )
    embeddings = wide.embeddings("decoder/embeddings/weight")
    for name, side in (("encoder", spec.encoder), ("decoder", spec.decoder)):
        side.position_encodings.encodings = np.tile(sinusoids(POSITIONS, width), times)
        wide.norm(side.layer_norm, f"{name}/layer_norm")
        real = sum(f"{name}/layer_{number}/ffn/linear_1/bias" in given for number in range(LAYERS))
        for number, layer in enumerate(side.layer):
            own = max(0, number - (LAYERS - real))  # the first ones repeat the first one, silenced
            wide.layer(layer, f"{name}/layer_{own}", is_silent=number < LAYERS - real)
    spec.encoder.embeddings[0].weight = embeddings
    spec.decoder.embeddings.weight = embeddings
    _projection(spec.decoder.projection, wide)
    return spec


def _projection(spec: common_spec.LinearSpec, wide: "_Widening") -> None:
    pieces = len(wide.given["decoder/projection/weight"])
    wide.linear(spec, "decoder/projection", rows_stay=True)
    spec.weight = _with_rows(spec.weight, PIECES)
    bias = np.full(PIECES, NEVER, dtype=np.float32)
    bias[:pieces] = wide.given.get("decoder/projection/bias", 0.0)
    spec.bias = bias


@dataclass(frozen=True, slots=True)
class _Widening:
    """What fills specifications with weights that stand so many times."""

    given: Weights
    times: int

    def embeddings(self, name: str) -> Array:
        """Return embeddings; CTranslate2 multiplies them by the root of the width, which grows."""
        return _with_rows(np.tile(self.given[name], self.times) / math.sqrt(self.times), PIECES)

    def norm(self, spec: common_spec.LayerNormSpec, scope: str) -> None:
        spec.gamma = np.tile(self.given[f"{scope}/gamma"], self.times)
        spec.beta = np.tile(self.given[f"{scope}/beta"], self.times)

    def linear(
        self,
        spec: common_spec.LinearSpec,
        scope: str,
        *,
        blocks: int = 1,
        rows_stay: bool = False,
        is_silent: bool = False,
    ) -> None:
        """Fill a layer: `blocks` stand one over another in it (queries, keys, values); silent, it gives nothing."""
        rows = 1 if rows_stay else self.times
        parts = np.split(self.given[f"{scope}/weight"], blocks)
        spec.weight = np.concatenate([np.tile(part, (rows, self.times)) / self.times for part in parts])
        if f"{scope}/bias" in self.given:
            spec.bias = np.concatenate([np.tile(part, rows) for part in np.split(self.given[f"{scope}/bias"], blocks)])
        if is_silent:
            spec.weight, spec.bias = np.zeros_like(spec.weight), np.zeros_like(spec.bias)

    def layer(self, spec: transformer_spec.TransformerDecoderLayerSpec, scope: str, *, is_silent: bool) -> None:
        """Fill an encoder's or a decoder's layer; silent, it hands on what it was given, since it only adds to that."""
        own = spec.self_attention
        self.norm(own.layer_norm, f"{scope}/self_attention/layer_norm")
        self.linear(own.linear[0], f"{scope}/self_attention/linear_0", blocks=3)
        self.linear(own.linear[1], f"{scope}/self_attention/linear_1", is_silent=is_silent)
        if cross := getattr(spec, "attention", None):
            self.norm(cross.layer_norm, f"{scope}/attention/layer_norm")
            self.linear(cross.linear[0], f"{scope}/attention/linear_0")
            self.linear(cross.linear[1], f"{scope}/attention/linear_1", blocks=2)
            self.linear(cross.linear[2], f"{scope}/attention/linear_2", is_silent=is_silent)
        self.norm(spec.ffn.layer_norm, f"{scope}/ffn/layer_norm")
        self.linear(spec.ffn.linear_0, f"{scope}/ffn/linear_0")
        self.linear(spec.ffn.linear_1, f"{scope}/ffn/linear_1", is_silent=is_silent)


def _with_rows(matrix: Array, rows: int) -> Array:
    return np.concatenate([matrix, np.zeros((rows - len(matrix), matrix.shape[1]), dtype=np.float32)])


def sinusoids(length: int, width: int) -> Array:
    """Return what CTranslate2 computes for positions where a model has none: sines, then cosines, from 1 on."""
    half = width // 2
    rates = np.exp(np.arange(half) * -(math.log(10_000) / (half - 1)))
    angles = np.arange(1, length + 1)[:, None] * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


# Comparing.


def compare(package: Path, made: Path, lines: Sequence[str]) -> None:
    """Print how many sentences both translate alike, and the chrF of one against the other.

    In float32 all must be alike. In int8 they can't be: the last bit of a sum decides how an activation is rounded.
    """
    for compute_type in ("float32", "int8"):
        theirs, ours = (_translate(one, lines, compute_type) for one in (package, made))
        alike = sum(one == other for one, other in zip(ours, theirs, strict=True))
        chrf = CHRF().corpus_score(ours, [theirs]).score
        print(f"{compute_type}: {alike} of {len(lines)} sentences alike ({alike / len(lines):.1%}), chrF {chrf:.2f}")


def _translate(package: Path, lines: Sequence[str], compute_type: str) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        top = unpack(package, Path(scratch))
        splitter = sentencepiece.SentencePieceProcessor(model_file=str(top / "sentencepiece.model"))
        translator = ctranslate2.Translator(str(top / "model"), compute_type=compute_type)
        pieces = [splitter.encode(line, out_type=str) for line in lines]
        results = translator.translate_batch(pieces, beam_size=1, max_batch_size=32)
        return [splitter.decode(result.hypotheses[0]) for result in results]


if __name__ == "__main__":
    main()
