"""What a hostile package may cost, and what a crafted model in one may do: a little, and nothing."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.packages import HOSTILE, TOP, carried, read, relabelled, write

from syndicator.errors import ModelError
from syndicator.translation.models import import_package, installed

ROOT = Path(__file__).parents[2]
IMPORT_ALL = """
import json, pathlib, resource, sys, time
from syndicator.errors import ModelError
from syndicator.translation.models import import_package
for package in sorted(pathlib.Path(sys.argv[1]).glob("*.argosmodel")):
    start = time.process_time()
    try:
        import_package(package, pathlib.Path(sys.argv[2]))
    except ModelError as error:
        said = str(error)
    else:
        said = ""
    status = pathlib.Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0])
    print(json.dumps([package.stem, time.process_time() - start, peak, said]), flush=True)
children = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps(["children", children.ru_utime, children.ru_maxrss, "ended"]))
"""
MOST_CPU_SECONDS = 2
MOST_KILOBYTES = 200_000


def costs_of(packages: Path, models: Path) -> list[tuple[str, float, int, str]]:
    """Import all packages of a folder in a process of its own; return name, seconds, kB and what was said of each.

    What the models' own processes took comes last, as that of `children`.
    """
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, str(packages), str(models)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=250,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_hostile_package_is_refused_at_little_cost(tmp_path: Path) -> None:
    """Each in less than 2 s of processor time and 200 MB, in a process of its own, and nothing is left of it."""
    (tmp_path / "evil").mkdir()
    for number, (_, make) in enumerate(HOSTILE.values()):
        make(tmp_path / "evil" / f"{number:02}.argosmodel")

    costs = costs_of(tmp_path / "evil", tmp_path / "models")

    assert len(costs) == len(HOSTILE) + 1
    for name, seconds, kilobytes, said in costs:
        print(name, f"{seconds:.2f} s", f"{kilobytes / 1000:.0f} MB", said[:90])  # noqa: T201 - shown by `-s`
        assert said, name
        assert kilobytes < MOST_KILOBYTES, (name, said)
        assert seconds < MOST_CPU_SECONDS or name == "children", (name, said)
    assert [path.name for path in (tmp_path / "models" / "installed").iterdir()] == [".lock"]


def test_a_model_that_eats_memory_is_stopped(tmp_path: Path) -> None:
    """Files that become twenty times as much in memory are refused at four times their size and a little more."""
    (tmp_path / "evil").mkdir()
    vocabulary = b"[" + b'"a",' * 4_000_000 + b'"a"]'
    files = read(carried("ru_en")) | {"model/shared_vocabulary.json": vocabulary}
    write(tmp_path / "evil" / "a.argosmodel", files)

    [(_, _, _, said), (_, seconds, kilobytes, _)] = costs_of(tmp_path / "evil", tmp_path / "models")

    assert "its model can't be loaded" in said
    assert kilobytes < 300_000
    assert seconds < 20


def test_programs_and_pickles_stay_in_the_archive(tmp_path: Path) -> None:
    """Of the model's folder only weights, configuration and vocabularies are unpacked."""
    package = relabelled(tmp_path / "p.argosmodel", "ru_en")
    with zipfile.ZipFile(package, "a") as archive:
        for name in ("data.pkl", "x.py", "x.so", "x.onnx", "__init__.py"):
            archive.writestr(f"{TOP}/model/{name}", b"cos\nsystem\n(S'true'\ntR.")

    model = import_package(package, tmp_path / "models")

    names = {path.name for path in model.path.rglob("*")}
    assert {"model.bin", "sentencepiece.model"} <= names
    assert not names & {"data.pkl", "x.py", "x.so", "x.onnx", "__init__.py"}


def _varint(number: int) -> bytes:
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


CRAFTED: dict[str, dict[str, bytes]] = {
    "a tokenizer that names a piece of 2 GB": {"sentencepiece.model": b"\x0a" + _varint(1 << 31) + b"x" * 100},
    "a tokenizer without an end": {"sentencepiece.model": b"\xff" * 100_000},
    "a tokenizer of a million empty pieces": {"sentencepiece.model": b"\x0a\x00" * 1_000_000},
    "an empty tokenizer": {"sentencepiece.model": b""},
    "a normalizer that leads out of its table": {
        "sentencepiece.model": b"\x0a\x0e\x0a\x05<unk>\x15\x00\x00\x00\x00\x18\x02\x1a\x0c\x12\x0a\xff\xff\xff\x7f"
        + b"\xff" * 6
    },
    "weights that claim a variable of 4 GB": {
        "model/model.bin": b"\x06\0\0\0\x04\0abc\0\x01\0\0\0\x01\0\0\0\x02\0a\0\x01\xff\xff\xff\xff\0\xff\xff\xff\xff"
    },
    "weights that claim four billion variables": {
        "model/model.bin": b"\x06\x00\x00\x00\x0f\x00TransformerSpec\x07\x00\x00\x00\xff\xff\xff\xff"
    },
    "a vocabulary of another size": {"model/shared_vocabulary.json": b'["<unk>"]'},
    "a configuration without a floor": {"model/config.json": b"[" * 50_000},
}


@pytest.mark.parametrize("what", CRAFTED)
def test_crafted_model_costs_the_child_only(what: str, tmp_path: Path) -> None:
    """Files made to kill, to hang or to eat memory are refused in words; the model beside them stays."""
    import_package(relabelled(tmp_path / "en_ru", "en_ru", base="en_ru"), tmp_path / "models")
    files = read(carried("ru_en")) | CRAFTED[what]

    with pytest.raises(ModelError, match=r"is refused"):
        import_package(write(tmp_path / "crafted.argosmodel", files), tmp_path / "models")

    assert [model.path.name for model in installed(tmp_path / "models")] == ["en_ru-0.1"]
