"""Fuzz what strangers' bytes go through, guided by coverage (atheris): `make fuzz`, or `scripts/fuzz [TARGET …]`.

Every target of `tests/support/targets.py` runs for its share of FUZZ_SECONDS (an hour in all if unset) in a process of
its own, from the corpus that earlier runs left in `build/fuzz/corpus` and from the documents of the tests.
A finding is written to `build/fuzz/findings`; mend it, then move the file to `tests/hostile/findings/TARGET/`, where a
test keeps it. Ends with 1 if there was a finding.
"""

import argparse
import io
import json
import os
import re
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
BUILD = ROOT / "build" / "fuzz"
CASES = ROOT / "tests"
LONGEST_BYTES = 20_000
SLOWEST_SECONDS = 5
"""Of processor time for one input: so other work on the machine makes no finding."""
HANGS_SECONDS = 600
MOST_MEGABYTES = 1500
NAMES = ("feed", "file", "page", "clean", "segment", "render", "decode", "metadata", "package")


def main() -> int:
    """Run the targets named, all if none is; print a line for each."""
    parser = argparse.ArgumentParser(description="Fuzz what strangers' bytes go through.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(NAMES)}; all if none is named")
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("FUZZ_SECONDS", "3600")), help="in all")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments, options = parser.parse_known_args()
    if unknown := set(arguments.targets) - set(NAMES):
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    if arguments.inside:
        return inside(arguments.targets[0], options)
    targets = arguments.targets or NAMES
    outcomes = [fuzz(name, seconds=max(arguments.seconds // len(targets), 1)) for name in targets]
    return 1 if any(outcomes) else 0


def fuzz(name: str, *, seconds: int) -> bool:
    """Fuzz one target; return whether something was found."""
    corpus, findings = BUILD / "corpus" / name, BUILD / "findings" / name
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (corpus / f"seed-{number:04}").write_bytes(seed[:LONGEST_BYTES])
    before = set(findings.iterdir())
    command = [sys.executable, __file__, name, "--inside", str(corpus), f"-artifact_prefix={findings}/"]
    command += [
        f"-max_total_time={seconds}",
        f"-timeout={HANGS_SECONDS}",
        f"-report_slow_units={HANGS_SECONDS}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
    ]
    command += [f"-max_len={LONGEST_BYTES}", f"-dict={ROOT / 'fuzz' / 'dictionary.txt'}", "-print_final_stats=1"]
    start, processor = time.monotonic(), _processor_seconds()
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    (BUILD / f"{name}.log").write_text(done.stderr)
    executions = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
    coverage = re.findall(r"cov: (\d+)", done.stderr)
    found = sorted(set(findings.iterdir()) - before)
    print(
        f"{name:9} {int(executions[1]) if executions else 0:>10,} executions  {time.monotonic() - start:>6.0f} s  "
        f"{_processor_seconds() - processor:>6.0f} s of processor  coverage {coverage[-1] if coverage else '-'}  "
        f"findings {len(found)}",
        *(str(path.relative_to(ROOT)) for path in found),
        flush=True,
    )
    if done.returncode and not found:
        print(done.stderr[-3000:], file=sys.stderr)
    return done.returncode != 0


def _processor_seconds() -> float:
    """Return what ended children have cost: beside other work, less than the clock says."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def inside(name: str, options: list[str]) -> int:
    """Be the process that fuzzes one target."""
    import atheris  # noqa: PLC0415 - only this process has it

    with atheris.instrument_imports(include=["syndicator", "feedparser", "fastfeedparser"]):
        from support.targets import TARGETS  # noqa: PLC0415 - instrumented as it is imported

    def target(content: bytes) -> None:
        start = time.process_time()
        TARGETS[name](content)
        assert time.process_time() - start < SLOWEST_SECONDS, "too slow"  # noqa: S101 - what makes a finding

    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()
    return 0


def seeds(name: str) -> Iterator[bytes]:
    """Yield the documents to begin with."""
    found = [path for path in (CASES / "hostile" / "findings" / name).glob("*") if path.is_file()]
    documents = {
        "feed": ["conformance/feeds_in/*.xml", "conformance/feeds_in/*.json", "hostile/xml/*.xml"],
        "page": ["conformance/pages/*.html", "hostile/html/*.html"],
        "decode": ["conformance/feeds_in/*.xml", "conformance/press/*.txt", "conformance/pages/*.html"],
        "metadata": ["conformance/pages/*.json"],
    }
    for pattern in documents.get(name, ()):
        found += [path for path in CASES.glob(pattern) if not path.name.endswith(".expected.json")]
    yield from (path.read_bytes() for path in found)
    if name in {"clean", "segment", "render"}:
        yield from markup(name)
    elif name == "file":
        yield from files()
    elif name == "metadata":
        yield b'{"from_code": "ru", "to_code": "en", "package_version": "1.9", "type": "translate", "links": ["https://a/b"]}'
        yield b'[{"from_code": "ru", "to_code": "en", "package_version": "1.9", "links": ["https://a/b"], "size": 5}]'
        yield b'{"from_code":"a","to_code":"b","version":"1","digest":"","files":{"x":{"sha256":"","size_bytes":1}}}'
    elif name == "package":
        yield from packages()


def markup(name: str) -> Iterator[bytes]:
    """Yield the vectors that the tests know, as the target wants them."""
    plain = "<p title='x'>Раз. <b>Два</b> <a href=/x>т</a> <code>x</code></p>".encode()
    paths = sorted((CASES / "hostile" / "html").glob("*.txt"))
    for vector in [plain, *(line for path in paths for line in path.read_bytes().split(b"\n"))]:
        yield b"\t".join([vector] * 10) if name == "render" else vector


def files() -> Iterator[bytes]:
    """Yield article files behind the byte that says of which kind they are."""
    suffixes = [".eml", ".htm", ".html", ".md", ".txt"]
    samples = [*(ROOT / "config" / "inbox").iterdir(), *(CASES / "conformance" / "press").glob("*.txt")]
    for path in samples:
        if path.suffix in suffixes:
            yield bytes([suffixes.index(path.suffix)]) + path.read_bytes()


def packages() -> Iterator[bytes]:
    """Yield small archives in the form of a package."""
    described = json.dumps({"from_code": "ru", "to_code": "en", "package_version": "1.9"})
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", compression) as archive:
            archive.writestr("t/metadata.json", described)
            archive.writestr("t/sentencepiece.model", b"x" * 30)
            archive.writestr("t/model/model.bin", b"x" * 30)
            archive.writestr("t/README.md", b"x")
        yield written.getvalue()


if __name__ == "__main__":
    sys.exit(main())
