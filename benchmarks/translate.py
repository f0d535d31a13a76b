#!/usr/bin/env python3
"""Measure whole runs, files to editions, beside argostranslate as its users call it and CTranslate2 alone, in one go.

    .venv/bin/python benchmarks/translate.py --models base --peer PEER_PYTHON --test DATA/ntrex [--rounds 3]

`--models base` makes packages of Argos's usual size out of the starter ones (`widen.py`); they translate no better, but
take as long as the packages that people use. `--peer` names the Python of an environment of its own with
`pip install argos-translate-lt` (it brings onnxruntime, which we never install); it gets the same paragraphs, a call
each, its beam of 4, its start left out. The limit is `limit.py`: the same sentences, tokenised, nothing else done, at
our beam. `--test STEM` scores ours at the default beam and the peer by chrF on the lines of STEM.en and STEM.ru.

Trust the seconds of CPU where other programs share the machine.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from articles import ROOT, Text, as_markdown, count_words, make_desk, make_texts, paragraphs_of, write_text
from processes import SYNDICATOR, Measured, measure
from sacrebleu import CHRF
from widen import widen_package

from syndicator.config import TranslationSettings

HERE = Path(__file__).parent
PAIRS = (("en", "ru"), ("ru", "en"))
PEER_BEAM = 4
"""argostranslate's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The same thing measured round by round."""

    name: str
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def add(self, wall_s: float, cpu_s: float) -> None:
        """Keep a round."""
        self.wall_s.append(wall_s)
        self.cpu_s.append(cpu_s)


def main() -> None:
    """Run all in turn, round by round, and print the tables."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        models = prepare_models(asked.models, Path(scratch))
        compare_speed(asked, models)
        if asked.test:
            compare_quality(asked, models)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", choices=("starter", "base"), default="starter")
    parser.add_argument("--beam", type=int, nargs="+", default=[TranslationSettings().beam_size, PEER_BEAM])
    parser.add_argument("--peer", type=Path, help="without it, only ours and the limit are measured")
    parser.add_argument("--test", type=Path, metavar="STEM", help="score the lines of STEM.en and STEM.ru, too")
    parser.add_argument("--lines", type=int, default=300, help="so many of them")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def prepare_models(size: str, scratch: Path) -> Path:
    """Return a folder of packages, installed."""
    models = scratch / "models"
    models.mkdir()
    for package in sorted((ROOT / "models").glob("*.argosmodel")):
        if size == "base":
            widen_package(package, models)
        else:
            (models / package.name).symlink_to(package)
    measure([*SYNDICATOR, "run", "--config", make_desk(scratch / "first", models=models)])  # installs them
    return models


def compare_speed(asked: argparse.Namespace, models: Path) -> None:
    """Measure in turn, and print each round and the medians."""
    texts = make_texts(asked.articles)
    words = count_words(texts)
    print(f"{len(texts)} articles, {words} source words, {asked.models} models", flush=True)
    ours = {beam: Series(name=f"syndicator run, beam {beam}") for beam in asked.beam}
    limits = {beam: Series(name=f"translate_batch, beam {beam}") for beam in asked.beam}
    peer = Series(name=f"argostranslate, beam {PEER_BEAM}")
    settings: dict[int, str | None] = dict.fromkeys(asked.beam)
    for _ in range(asked.rounds):
        for beam in asked.beam:
            run = run_ours(texts, models, beam_size=beam)
            ours[beam].add(run.wall_s, run.cpu_s)
            _tell(ours[beam], words, f"{run.peak_mb:.0f} MB in {run.processes} processes at most")
            settings[beam], *took = run_limit(texts, models, beam_size=beam, settings=settings[beam])
            limits[beam].add(*took)
            _tell(limits[beam], words, f"settings {settings[beam]}")
        if asked.peer:
            peer.add(*run_peer(asked.peer, models, timed=texts)[:2])
            _tell(peer, words, "")
    print("\nmedians of ratios, by wall clock and by CPU")
    for beam in asked.beam:
        _tell_ratio(ours[beam], limits[beam])
        if asked.peer:
            _tell_ratio(ours[beam], peer)


def run_ours(texts: list[Text], models: Path, *, beam_size: int) -> Measured:
    """Measure a whole pass, from files to editions."""
    with tempfile.TemporaryDirectory() as name:
        config = make_desk(Path(name) / "desk", models=models, beam_size=beam_size)
        for number, text in enumerate(texts):
            write_text(config.parent / "inbox" / f"{number}.txt", text)
        run = measure([*SYNDICATOR, "run", "--json", "--config", config])
    summary = json.loads(run.stdout)
    if summary["translated"] != len(texts):
        sys.exit(f"only {summary['translated']} of {len(texts)} articles were translated: {summary}")
    return run


def run_limit(texts: list[Text], models: Path, *, beam_size: int, settings: str | None) -> tuple[str, float, float]:
    """Return the settings, seconds, and seconds of CPU, of CTranslate2 alone; without settings, it searches them."""
    jobs = {f"{source}-{target}": _sentences(texts, source) for source, target in PAIRS}
    limit = (sys.executable, HERE / "limit.py", models, str(beam_size))
    told = json.loads(measure([*limit, settings] if settings else limit, stdin=json.dumps(jobs)).stdout)
    return json.dumps(told["settings"]), told["wall_s"], told["cpu_s"]


def _sentences(texts: Iterable[Text], language: str) -> list[str]:
    return [sentence for text in texts if text.language == language for sentence in text.sentences()]


def run_peer(
    python: Path, models: Path, *, timed: Iterable[Text] = (), scored: Iterable[tuple[str, str, str]] = ()
) -> tuple[float, float, list[str]]:
    """Return seconds, seconds of CPU, and the translations of what is to be scored: (from, to, line) each."""
    paragraphs = [
        (source, target, block)
        for text in timed
        for source, target in PAIRS
        if source == text.language
        for block in text.blocks()
    ]
    with tempfile.TemporaryDirectory() as name:
        apart = {f"XDG_{kind}_HOME": f"{name}/{kind}" for kind in ("DATA", "CONFIG", "CACHE")}
        done = measure(
            [python, HERE / "peer.py", models],
            stdin=json.dumps({"timed": paragraphs, "scored": list(scored)}),
            environment=apart | {"ORT_DISABLE_TELEMETRY": "1", "HOME": name},
        )
    told = json.loads(done.stdout.splitlines()[-1])
    return told["wall_s"], told["cpu_s"], told["scored"]


def compare_quality(asked: argparse.Namespace, models: Path) -> None:
    """Print the chrF of ours at the default beam, and of the peer, on the same lines."""
    lines = {
        language: asked.test.with_name(f"{asked.test.name}.{language}").read_text(encoding="utf-8").splitlines()
        for language in ("en", "ru")
    }
    for source, target in PAIRS:
        sources, references = lines[source][: asked.lines], lines[target][: asked.lines]
        ours = translate_lines(sources, models, source=source, target=target)
        told = f"{source}-{target}, {len(sources)} lines: chrF {_chrf(ours, references):.2f} ours"
        if asked.peer:
            *_, theirs = run_peer(asked.peer, models, scored=[(source, target, line) for line in sources])
            told += f", {_chrf(theirs, references):.2f} argostranslate"
        print(told, flush=True)


def translate_lines(lines: list[str], models: Path, *, source: str, target: str) -> list[str]:
    """Return lines as `syndicator translate` translates them, each a paragraph of its own."""
    with tempfile.TemporaryDirectory() as name:
        config = make_desk(Path(name) / "desk", models=models)
        file = Path(name) / "lines.md"
        file.write_text(as_markdown(lines), encoding="utf-8")
        options = ("--from", source, "--to", target, "--json", "--config", config)
        translated = paragraphs_of(json.loads(measure([*SYNDICATOR, "translate", file, *options]).stdout)["html"])
    if len(translated) != len(lines):
        sys.exit(f"{len(lines)} lines came back as {len(translated)} paragraphs")
    return translated


def _chrf(translated: list[str], references: list[str]) -> float:
    return float(CHRF().corpus_score(translated, [references]).score)


def _tell(series: Series, words: int, more: str) -> None:
    wall_s, cpu_s = series.wall_s[-1], series.cpu_s[-1]
    print(f"{series.name:26} {wall_s:7.1f} s {words / wall_s:7.0f} words/s {cpu_s:7.1f} s CPU  {more}", flush=True)


def _tell_ratio(ours: Series, other: Series) -> None:
    wall, cpu = (
        statistics.median(one / our for our, one in zip(mine, theirs, strict=True))
        for mine, theirs in ((ours.wall_s, other.wall_s), (ours.cpu_s, other.cpu_s))
    )
    print(f"{ours.name} is {wall:.2f} times ({cpu:.2f}) as fast as {other.name}")


if __name__ == "__main__":
    main()
