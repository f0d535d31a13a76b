"""Hostile and broken packages, processes that die or meet: nothing is lost, nothing is half there."""

import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.packages import CARRIED, HOSTILE, carried, relabelled

from syndicator.errors import ModelError
from syndicator.translation.models import import_package, install_carried, installed, verify

ROOT = Path(__file__).parents[2]
INSTALL = """
import sys, pathlib
from syndicator.translation.models import install_carried
print(len(install_carried(pathlib.Path(sys.argv[1]))))
"""
IMPORT = """
import sys, pathlib, resource
from syndicator.translation.models import import_package
import_package(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
status = pathlib.Path("/proc/self/status").read_text()  # getrusage would count the process that started this one
ours = int(status.partition("VmHWM:")[2].split()[0])
print(max(ours, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a models directory with en_ru installed; not to be changed."""
    directory = tmp_path_factory.mktemp("whole")
    import_package(relabelled(directory / "en_ru", "en_ru", base="en_ru"), directory)
    return directory


@pytest.fixture
def directory(whole: Path, tmp_path: Path) -> Path:
    """Return a models directory with en_ru installed."""
    return shutil.copytree(whole, tmp_path / "outer" / "models")


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return every path below a folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def start(code: str, *arguments: Path) -> subprocess.Popen[str]:
    """Start Python on our code in a process group of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, start_new_session=True)


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_package_is_refused_and_changes_nothing(what: str, directory: Path, tmp_path: Path) -> None:
    """A package that is hostile or broken is refused by name, and every byte around it stays as it was."""
    reason, make = HOSTILE[what]
    package = make(tmp_path / "evil.argosmodel")
    before = tree(directory.parent)

    with pytest.raises(ModelError, match=rf"^evil\.argosmodel is .*{reason}"):
        import_package(package, directory)

    assert tree(directory.parent) == before


def test_stranger_in_the_models_directory_stops_nothing(tmp_path: Path) -> None:
    """A package that can't be used is reported; the others are installed."""
    (tmp_path / "a.argosmodel").write_text("<html>404</html>")
    relabelled(tmp_path / "b.argosmodel", "ru_en")

    first, second = install_carried(tmp_path)

    assert "a.argosmodel" in (first.problem or "")
    assert second.problem is None
    assert [model.path.name for model in installed(tmp_path)] == ["ru_en-0.1"]


def test_sentence_splitters_are_left_in_the_package(tmp_path: Path, directory: Path) -> None:
    """Pickles and ONNX graphs of sentence splitters are not unpacked."""
    package = relabelled(tmp_path / "p.argosmodel", "ru_en")
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr("translate-test/stanza/ru/tokenize/x.pt", b"a pickle")
        archive.writestr("translate-test/README.md", b"who made it")

    model = import_package(package, directory)

    names = {path.relative_to(model.path).as_posix() for path in model.path.rglob("*")}
    assert "README.md" in names
    assert not any(name.startswith("stanza") for name in names)


def test_turned_bit_is_found(directory: Path) -> None:
    """One bit turned in an installed model is found by `verify`, with the way to mend it."""
    weights = directory / "installed" / "en_ru-0.1" / "model" / "model.bin"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)

    [(model, problem)] = verify(directory)

    assert model.problem is None
    assert problem is not None
    assert "model/model.bin" in problem
    assert "models install en-ru" in problem


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("gone", r"model/model\.bin is missing"),
        ("longer", r"model/model\.bin has [\d,]+ bytes and not"),
        ("more", r"model/vmap\.txt does not belong"),
        ("no manifest", "no readable manifest"),
        ("noise for a manifest", "no readable manifest"),
        ("a list for a manifest", "no readable manifest"),
    ],
)
def test_damaged_model_is_listed_with_its_problem(damage: str, words: str, directory: Path) -> None:
    """A model with a file missing, changed in length or added, or without its manifest, is listed as unusable."""
    folder = directory / "installed" / "en_ru-0.1"
    if damage == "gone":
        (folder / "model" / "model.bin").unlink()
    elif damage == "longer":
        with (folder / "model" / "model.bin").open("ab") as file:
            file.write(b"x")
    elif damage == "more":
        (folder / "model" / "vmap.txt").write_text("x")
    elif damage == "no manifest":
        (folder / "manifest.json").unlink()
    else:
        (folder / "manifest.json").write_text("[]" if "list" in damage else "\0")

    [model] = installed(directory)

    assert (model.ref.from_language, model.ref.to_language) == ("en", "ru")
    assert re.search(f"{words}.* run `syndicator models install en-ru`", model.problem or "")


def test_damaged_model_is_healed_by_its_package(directory: Path) -> None:
    """A damaged model whose package lies in the models directory is installed anew."""
    (directory / "en_ru").rename(directory / "en_ru.argosmodel")
    (directory / "installed" / "en_ru-0.1" / "model" / "model.bin").unlink()

    install_carried(directory)

    assert verify(directory) == [(model, None) for model in installed(directory)]
    assert [model.problem for model in installed(directory)] == [None]


def test_death_between_two_renames_is_put_right(directory: Path) -> None:
    """A model that was being replaced when the machine died is there again after the next import."""
    root = directory / "installed"
    (root / "en_ru-0.1").rename(root / ".replaced-en_ru-0.1")
    shutil.copytree(root / ".replaced-en_ru-0.1", root / ".unpacking-abc")

    import_package(relabelled(directory / "ru_en", "ru_en"), directory)

    assert [model.path.name for model in installed(directory)] == ["en_ru-0.1", "ru_en-0.1"]
    assert sorted(path.name for path in root.iterdir()) == [".lock", "en_ru-0.1", "ru_en-0.1"]


def test_kill_while_unpacking_leaves_whole_models_only(tmp_path: Path) -> None:
    """`kill -9` in the middle of an import: no half model is listed, and the next start installs all."""
    for package in CARRIED.glob("*.argosmodel"):
        shutil.copy(package, tmp_path)
    process = start(INSTALL, tmp_path)
    while process.poll() is None and not list(tmp_path.glob("installed/.unpacking-*/model")):
        pass
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert installed(tmp_path) == []
    install_carried(tmp_path)
    assert [problem for _, problem in verify(tmp_path)] == [None] * len(list(CARRIED.glob("*.argosmodel")))
    assert not list(tmp_path.glob("installed/.unpacking-*"))


def test_processes_at_once_install_each_model_once(tmp_path: Path) -> None:
    """Three processes that start together install each carried package once between them."""
    shutil.copy(carried("ru_en"), tmp_path)
    processes = [start(INSTALL, tmp_path) for _ in range(3)]

    counts = [process.communicate()[0].strip() for process in processes]

    assert sorted(counts) == ["0", "0", "1"]
    assert [problem for _, problem in verify(tmp_path)] == [None]


@pytest.fixture
def unwritable(directory: Path) -> Path:
    """Return a models directory that can't be written, whoever runs the test."""
    (directory / "installed" / ".lock").unlink()
    (directory / "installed" / ".lock").mkdir()
    return directory


def test_unwritable_directory_is_an_error_in_words(unwritable: Path) -> None:
    """Where the models directory can't be written, the import says so and which directory it is."""
    with pytest.raises(ModelError, match=f"can't be installed in {unwritable}"):
        import_package(carried("ru_en"), unwritable)


def test_import_is_light(tmp_path: Path) -> None:
    """Importing a carried package takes less than 200 MB, its trial included."""
    kilobytes = start(IMPORT, carried("ru_en"), tmp_path).communicate()[0]

    assert int(kilobytes) < 200_000
