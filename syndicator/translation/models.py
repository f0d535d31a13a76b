"""Keep model packages: install, import, list, verify, remove.

Knows the folder they live in; refuses to know how anything is fetched or how a model translates.

::

    models/                      packages (*.argosmodel) carried with the program or dropped there by the operator
    models/installed/ru_en-0.1/  what was unpacked of one, with a manifest.json of every file's SHA-256 and size
    models/packages.json         the SHA-256 of every package that was ever downloaded

A folder appears under `installed/` complete or not at all: it is unpacked beside, synced and renamed into place.
"""

import fcntl
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from syndicator.errors import FetchError, ModelError
from syndicator.log import logger
from syndicator.model import UNDETERMINED, ModelRef
from syndicator.translation import manifest
from syndicator.translation.index import Offer, available
from syndicator.translation.manifest import InstalledModel
from syndicator.translation.packages import Contents, Stored, inspect, sync_directory, unpack

__all__ = ["InstalledModel", "Offer", "available", "import_package", "install", "install_carried", "installed"]
__all__ += ["remove", "verify"]

UNPACKING = ".unpacking-"
REPLACED = ".replaced-"
TRIAL = Path(__file__).with_name("trial.py")
TRIAL_SECONDS = 60
"""The starter models take 0.5 s, those of a gigabyte as long as the disk takes to read them."""


def installed(directory: Path) -> list[InstalledModel]:
    """Return every installed model, sorted by folder name, damaged ones too.

    Quick: looks at which files are there and how long they are, not into them; see `verify`. A folder that makes no
    sense is a model with a problem; only a directory that can't be listed raises `ModelError`.
    """
    try:
        folders = sorted(entry for entry in (directory / "installed").iterdir() if entry.is_dir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ModelError(f"The models in {directory} can't be listed: {error.strerror}.") from error
    models = [manifest.look_at(folder) for folder in folders if not folder.name.startswith(".")]
    return [model for model in models if model is not None]


def verify(directory: Path) -> list[tuple[InstalledModel, str | None]]:
    """Read every file of every installed model, and say what is wrong with each; None if nothing is.

    A model that failed in use and is whole after all is trusted again.
    """
    checked = [(model, manifest.damage(model)) for model in installed(directory)]
    for model, problem in checked:
        if model.problem and not problem:
            with suppress(OSError):  # it may belong to somebody else; the daemon's next start asks the model anyway
                manifest.trust(model.path)
    return checked


def import_package(package: Path, directory: Path) -> InstalledModel:
    """Install a package from a file; nothing is fetched.

    The model in place, if there is one of the same pair and version, is replaced. Raises `ModelError` if the package is
    damaged, hostile or can't be loaded; then everything is as it was.
    """
    contents = inspect(package)
    try:
        with _locked(directory):
            return _put_in_place(package, contents, directory / "installed")
    except OSError as error:
        raise ModelError(f"{package.name} can't be installed in {directory}: {error.strerror or error}.") from error


def install_carried(directory: Path) -> list[InstalledModel]:
    """Install every package in the models directory that is not installed yet or has other contents than what is.

    Returns what it dealt with, sorted by file name: a package that can't be used has a `problem` and stops nothing.
    Idempotent and quick when there is nothing to do; safe against another process doing the same. A model that was
    removed stays removed as long as its package does not change.
    """
    done = []
    for package in sorted(directory.glob("*.argosmodel")):
        try:
            contents = inspect(package)
            folder = directory / "installed" / contents.metadata.name
            if contents.listing == manifest.listing(folder):
                continue
            with _locked(directory):
                # Another process may have done it while we waited for the lock.
                if contents.listing != manifest.listing(folder):
                    done.append(_put_in_place(package, contents, directory / "installed"))
        except (ModelError, OSError) as error:
            logger().warning("package_refused", package=package.name, problem=str(error))
            ref = ModelRef(from_language=UNDETERMINED, to_language=UNDETERMINED, version="0", digest="")
            done.append(InstalledModel(ref=ref, path=package, size_bytes=0, problem=str(error)))
    return done


def install(
    pair: str,
    directory: Path,
    *,
    fetch_index: Callable[[], bytes],
    download: Callable[[str, Path], None],
    progress: Callable[[str], None] = lambda _step: None,
) -> InstalledModel:
    """Install the newest package that the index offers for a pair (`ru-de`), unless it is installed and whole.

    `fetch_index` gets the index; `download(url, to)` gets a package, going on where an earlier try left `to`; both
    raise `FetchError`. `progress` is told each step in words.

    The package must have the SHA-256 and size that the index names. Argos's own index names none, so the first
    download of a version is trusted and its SHA-256 recorded in `packages.json`: a later one with another SHA-256 is
    refused with `ModelError`, as is a pair that the index does not have.
    """
    progress("looking into the package index")
    offers = [offer for offer in available(fetch_index()) if is_pair(pair, offer.from_code, offer.to_code)]
    if not offers:
        raise ModelError(f"The package index has no model {pair}: look for a chain, such as over English.")
    offer = offers[0]
    for model in installed(directory):
        if model.path.name == offer.name and manifest.damage(model) is None:
            return model
    package = directory / "installed" / ".downloads" / f"{offer.name}.argosmodel"
    try:
        package.parent.mkdir(parents=True, exist_ok=True)
        url = _download(offer, package, download=download, progress=progress)
        progress("checking and unpacking")
        found = _check_download(offer, package, directory=directory)
        _check_pair(offer, package)
        model = import_package(package, directory)
        _record(directory, offer.name, {"pair": f"{offer.from_code}-{offer.to_code}", "url": url, **asdict(found)})
        package.unlink()
    except OSError as error:
        raise ModelError(f"{offer.name} can't be installed in {directory}: {error.strerror or error}.") from error
    return model


def remove(name: str, directory: Path) -> list[Path]:
    """Remove a model by its folder's name, or all versions of a pair (`ru-en`); return the folders that are gone.

    Where its package lies in the models directory, a mark stays, so that `install_carried` does not bring it back.
    Raises `ModelError` if there is no such model.
    """
    chosen = [model for model in installed(directory) if _is_named(model, name)]
    if not chosen:
        raise ModelError(f"No model {name} is installed: see `syndicator models list`.")
    try:
        with _locked(directory):
            carried = {mark for package in directory.glob("*.argosmodel") if (mark := _listing(package))}
            for model in chosen:
                _take_away(model.path, carried=carried)
    except OSError as error:
        raise ModelError(f"{name} can't be removed from {directory}: {error.strerror or error}.") from error
    return [model.path for model in chosen]


def is_pair(text: str, from_code: str, to_code: str) -> bool:
    """Say whether someone who wrote `ru-en`, `ru_en` or `ru>en` means this pair."""
    return re.sub("[_>]", "-", text).lower() == f"{from_code}-{to_code}".lower()


def _is_named(model: InstalledModel, name: str) -> bool:
    from_code, _, to_code = model.path.name.rsplit("-", 1)[0].partition("_")
    return (
        name == model.path.name
        or is_pair(name, from_code, to_code)
        or is_pair(name, model.ref.from_language, model.ref.to_language)
    )


def _put_in_place(package: Path, contents: Contents, root: Path) -> InstalledModel:
    """Unpack beside, try, rename into place. The lock must be held."""
    _tidy(root)
    target = root / contents.metadata.name
    folder = Path(tempfile.mkdtemp(prefix=UNPACKING, dir=root))
    try:
        folder.chmod(0o755)  # mkdtemp makes it private, but the daemon may run as another user than the operator
        files = unpack(package, contents, folder)
        _try(package, folder)
        manifest.write(folder, package, contents=contents, files=files)
        if target.exists():
            target.rename(root / f"{REPLACED}{target.name}")
        folder.rename(target)
        sync_directory(root)
        _tidy(root)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    model = manifest.look_at(target)
    if model is None or model.problem:
        raise ModelError(f"{package.name} did not arrive whole in {target}: check the disk.")
    return model


def _try(package: Path, folder: Path) -> None:
    """Load the model in a child process; raise `ModelError` if that fails, however it fails."""
    command = [sys.executable, "-P", str(TRIAL), str(folder)]
    try:
        outcome = subprocess.run(command, capture_output=True, text=True, timeout=TRIAL_SECONDS, check=False)  # noqa: S603 - our own file, and a folder that we made
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"{package.name} is refused: its model did not load in {TRIAL_SECONDS} s.") from error
    if outcome.returncode:
        reason = (outcome.stderr.strip().splitlines() or [f"the process ended with {outcome.returncode}"])[-1]
        raise ModelError(f"{package.name} is refused: its model can't be loaded ({reason[:200]}).")


def _take_away(folder: Path, *, carried: set[str]) -> None:
    mark = manifest.listing(folder)
    hidden = folder.with_name(f"{UNPACKING}{folder.name}")  # a name that `_tidy` removes, should we be interrupted
    folder.rename(hidden)
    shutil.rmtree(hidden)
    if mark in carried:
        manifest.write_removed(folder, mark)
    sync_directory(folder.parent)


def _tidy(root: Path) -> None:
    """Put right what a process that died in `_put_in_place` or `_take_away` left behind. The lock must be held."""
    for entry in list(root.iterdir()):
        if entry.name.startswith(UNPACKING):
            shutil.rmtree(entry)
        elif entry.name.startswith(REPLACED):
            target = root / entry.name.removeprefix(REPLACED)
            if target.exists():
                shutil.rmtree(entry)
            else:
                entry.rename(target)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Keep other processes, and other threads of this one, from changing what is installed."""
    root = directory / "installed"
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _listing(package: Path) -> str | None:
    try:
        return inspect(package).listing
    except ModelError:
        return None


def _download(
    offer: Offer, package: Path, *, download: Callable[[str, Path], None], progress: Callable[[str], None]
) -> str:
    """Get a package from the first of its addresses that gives it; return that address."""
    failure = None
    for url in offer.urls:
        progress(f"downloading {url}")
        try:
            download(url, package)
        except FetchError as error:
            failure = error
        else:
            return url
    raise failure or ModelError(f"{offer.name} has no address to get it from.")


def _check_download(offer: Offer, package: Path, *, directory: Path) -> Stored:
    """Compare a downloaded package with the index and with what was recorded; a wrong one is deleted."""
    found = Stored(sha256=manifest.sha256(package), size_bytes=package.stat().st_size)
    recorded = _records(directory).get(offer.name, {})
    for who, digest, size in (
        ("the index names", offer.sha256, offer.size_bytes),
        ("was recorded in packages.json when it was first installed", recorded.get("sha256"), None),
    ):
        if digest not in {None, found.sha256} or size not in {None, found.size_bytes}:
            package.unlink()
            raise ModelError(
                f"{offer.name} is refused: it has {found.size_bytes:,} bytes and SHA-256 {found.sha256}, which is "
                f"other than {who}. Try again later; something between here and there may have changed it."
            )
    return found


def _check_pair(offer: Offer, package: Path) -> None:
    """Refuse and delete a package that would be installed as another pair than the one asked for."""
    metadata = inspect(package).metadata
    if (metadata.from_code, metadata.to_code) != (offer.from_code, offer.to_code):
        package.unlink()
        raise ModelError(f"{offer.name} is refused: what was downloaded calls itself {metadata.name}.")


def _records(directory: Path) -> dict[str, Any]:
    try:
        records = json.loads((directory / "packages.json").read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ModelError(f"{directory / 'packages.json'} is damaged: restore or delete it.") from error
    return records if isinstance(records, dict) else {}


def _record(directory: Path, name: str, record: dict[str, Any]) -> None:
    with _locked(directory):
        records = _records(directory)
        records.setdefault(name, record)
        manifest.write_json(directory / "packages.json", records)
