"""Read and write what is known of an unpacked model.

Knows the manifest and Argos's language codes; refuses to know how models come and go. `manifest.json` stands in the
model's folder: codes and version, every file's SHA-256 and size, the digest over them (that of what `sha256sum` prints
for all files, sorted by path) and which package they came from. A manifest that says `removed` stands alone. Beside the
folder stands what was found wrong with its model in use; that counts for as long as its files stay untouched.
"""

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from syndicator.model import UNDETERMINED, ModelRef
from syndicator.translation.packages import Contents, Stored, sync_directory

MANIFEST = "manifest.json"
TAGS = {"zt": "zh-Hant", "pb": "pt-BR"}
"""Argos's own language codes, and the BCP 47 tags they stand for."""
FOLDER = re.compile(r"([A-Za-z0-9-]+)_([A-Za-z0-9-]+)-([0-9A-Za-z.+]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledModel:
    """An unpacked model package."""

    ref: ModelRef
    path: Path
    size_bytes: int
    problem: str | None
    """Why it can't be used and what to do, in words; None if nothing is known to be wrong with it."""


def look_at(folder: Path) -> InstalledModel | None:
    """Return the model in a folder; None for one that was removed.

    Never raises: a folder that makes no sense is a model with a problem. Looks at which files are there and how long
    they are, not into them.
    """
    try:
        manifest = read(folder)
        if manifest.get("removed"):
            return None
        ref = _ref(manifest["from_code"], manifest["to_code"], manifest["version"], digest=manifest["digest"])
        sizes = {name: int(stored["size_bytes"]) for name, stored in manifest["files"].items()}
        difference = _difference(folder, sizes)
        trouble = f"{difference}; {_remedy(ref)}" if difference else _distrust(folder)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        parts = FOLDER.fullmatch(folder.name)
        from_code, to_code, version = parts.groups() if parts else (UNDETERMINED, UNDETERMINED, "0")
        ref = _ref(from_code, to_code, version, digest="")
        sizes, trouble = {}, f"it has no readable {MANIFEST}; {_remedy(ref)}"
    return InstalledModel(ref=ref, path=folder, size_bytes=sum(sizes.values()), problem=trouble)


def damage(model: InstalledModel) -> str | None:
    """Read every file of a model, and say what is wrong with it and what to do; None if nothing is."""
    if model.problem and model.problem != _distrust(model.path):
        return model.problem
    try:
        files = read(model.path)["files"]
        wrong = [name for name, stored in sorted(files.items()) if sha256(model.path / name) != stored["sha256"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        return f"it can't be read ({error}); {_remedy(model.ref)}"
    return f"{', '.join(wrong)} differs from what was installed; {_remedy(model.ref)}" if wrong else None


def distrust(model: InstalledModel, problem: str) -> None:
    """Remember what was found wrong with a model in use: `look_at` tells it until a file of the model changes.

    Whoever watches the directory of models sees that something changed. Raises `OSError`.
    """
    write_json(_mark(model.path), {"problem": problem, "files": _times(model.path)})


def trust(folder: Path) -> None:
    """Forget what was found wrong with a model in use. Raises `OSError`."""
    _mark(folder).unlink(missing_ok=True)


def listing(folder: Path) -> str | None:
    """Return the `Contents.listing` of the package that a folder was unpacked from, removed since or not.

    None for a folder that is missing or damaged.
    """
    model = look_at(folder)
    if model is not None and model.problem:
        return None
    found: str | None = read(folder).get("listing")
    return found


def write(folder: Path, package: Path, *, contents: Contents, files: dict[str, Stored]) -> None:
    """Write the manifest of what was unpacked from `package`."""
    lines = [f"{stored.sha256}  {path}\n" for path, stored in sorted(files.items())]
    manifest = {
        "from_code": contents.metadata.from_code,
        "to_code": contents.metadata.to_code,
        "version": contents.metadata.version,
        "digest": hashlib.sha256("".join(lines).encode()).hexdigest(),
        "package": {"name": package.name, "sha256": sha256(package), "size_bytes": package.stat().st_size},
        "listing": contents.listing,
        "files": {path: asdict(stored) for path, stored in sorted(files.items())},
    }
    write_json(folder / MANIFEST, manifest)


def write_removed(folder: Path, mark: str) -> None:
    """Make a folder that says: the model from the package with this listing was removed on purpose."""
    folder.mkdir()
    write_json(folder / MANIFEST, {"removed": True, "listing": mark})


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest as it stands there; raise `OSError` or `ValueError` if there is none."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    return manifest


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Replace a JSON file, whole and synced."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    sync_directory(path.parent)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tag(code: str) -> str:
    """Return the BCP 47 tag, in its usual case, of one of Argos's language codes."""
    first, *rest = TAGS.get(code.lower(), code).split("-")
    cases = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cases.get(len(part), str.lower)(part) for part in rest)])


def _distrust(folder: Path) -> str | None:
    """Return what was found wrong with a model in use, if its files are those that it was found with."""
    try:
        told = json.loads(_mark(folder).read_bytes())
        return str(told["problem"]) if told["files"] == _times(folder) else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _mark(folder: Path) -> Path:
    return folder.with_name(f".damaged-{folder.name}.json")


def _times(folder: Path) -> dict[str, int]:
    """Return when each file was last written to, in nanoseconds."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }


def _difference(folder: Path, sizes: dict[str, int]) -> str | None:
    found = {
        path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if not path.is_dir()
    }
    del found[MANIFEST]
    for name in sorted(sizes.keys() | found.keys()):
        if name not in found:
            return f"{name} is missing"
        if name not in sizes:
            return f"{name} does not belong to it"
        if found[name] != sizes[name]:
            return f"{name} has {found[name]:,} bytes and not {sizes[name]:,}"
    return None


def _ref(from_code: str, to_code: str, version: str, *, digest: str) -> ModelRef:
    return ModelRef(from_language=tag(from_code), to_language=tag(to_code), version=version, digest=digest)


def _remedy(ref: ModelRef) -> str:
    return f"run `syndicator models install {ref.from_language}-{ref.to_language}` or import its package again"
