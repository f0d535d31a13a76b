"""Look into a model package, refuse it if it is hostile or broken, and unpack it.

Knows the format of Argos packages, a zip with one top folder that holds `metadata.json`, `model/` (CTranslate2) and a
SentencePiece or BPE model; refuses to know where models are kept.

A package is untrusted: it may come from anywhere. Everything is checked before the first byte is written, and sentence
splitters (`stanza/`, `minisbd/`), which are pickles and ONNX graphs that we never use, are not unpacked at all.
"""

import hashlib
import json
import os
import stat
import sys
import tempfile
import threading
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from syndicator.config_values import LANGUAGE
from syndicator.errors import ModelError

MAX_UNPACKED_BYTES = 2_000_000_000
MAX_RATIO = 100
"""Unpacked to packed. Weights hardly shrink (8 % for int8) and vocabularies shrink to a sixth; bombs reach 1,000."""
MAX_MEMBERS = 10_000
MAX_DEPTH = 10
END_BYTES = 22 + 65_535 + 20
"""What may stand at an archive's end: its end record with a comment, and zip64's locator before it."""
LONGEST_ENTRY_BYTES = 400
LOCAL_HEADER_BYTES = 30
UNICODE_PATH = 0x7075
"""The extra field that holds a name in UTF-8 (APPNOTE 4.6.9): unpackers differ on which of the two names counts."""
MAX_METADATA_BYTES = 64_000
MAX_METADATA_DEPTH = 20
VERSION_CHARACTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-")
TOKENIZERS = (("sentencepiece.model",), ("bpe.model",), ("source.spm", "target.spm"))
"""Sets of files, one of which a package must have: Argos has either of the first two, OPUS-MT has the third."""
KEPT = frozenset({"metadata.json", *(name for names in TOKENIZERS for name in names)})
MODEL_SUFFIXES = (".bin", ".json", ".txt")
"""Of what CTranslate2 reads: weights, configuration, vocabularies. Pickles and programs stay in the archive."""
KEPT_STEMS = ("readme", "license", "licence", "model_card", "notice")
CHUNK_BYTES = 1 << 20
ENVIRONMENT = threading.Lock()
"""Held while the process's environment, which is one for all threads, is other than it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a package says of itself; codes are Argos's own (`zt`, `pb`), fit to stand in a file name."""

    from_code: str
    to_code: str
    version: str
    """`0` where the package names none."""
    target_prefix: str = ""
    """A token that every translation must begin with; empty for none."""

    @property
    def name(self) -> str:
        """Return the name of the folder that the package is unpacked to: `ru_en-0.1`."""
        return f"{self.from_code}_{self.to_code}-{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a package holds, checked."""

    metadata: Metadata
    files: Mapping[str, zipfile.ZipInfo]
    """What is to be unpacked, by path below the top folder."""
    listing: str
    """SHA-256 over names, sizes and CRCs: tells cheaply, though not safely, whether two packages are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file as it was written."""

    sha256: str
    size_bytes: int


class ArgosPackage(Protocol):
    """What we use of `argostranslate.package.IPackage`."""

    type: str
    from_code: str
    to_code: str
    package_version: str
    links: list[str]
    target_prefix: str


def inspect(package: Path) -> Contents:
    """Check a package without writing anything; raise `ModelError`, which names the package and what is wrong."""
    try:
        _check_directory(package)
        with zipfile.ZipFile(package) as archive:
            members = archive.infolist()
            _check_members(members, package_bytes=package.stat().st_size)
            _check_overlap(members, end=archive.start_dir)
            files = _below_top(members)
            _check_complete(files)
            metadata = parse_metadata(archive.read(files["metadata.json"]))
    except ModelError as error:
        raise ModelError(f"{package.name} is refused: {error}.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ModelError(f"{package.name} is not a whole zip archive ({error}): get it again.") from error
    except OSError as error:
        raise ModelError(f"{package.name} can't be read: {error.strerror or error}.") from error
    lines = sorted(f"{member.filename} {member.file_size} {member.CRC}" for member in members)
    kept = {path: member for path, member in files.items() if is_kept(path)}
    return Contents(metadata=metadata, files=kept, listing=hashlib.sha256("\n".join(lines).encode()).hexdigest())


def unpack(package: Path, contents: Contents, folder: Path) -> dict[str, Stored]:
    """Write the package's files below the empty `folder`, each synced to disk; return what was written, by path.

    Raises `ModelError` where a file's bytes differ from their checksum.
    """
    written = {}
    try:
        with zipfile.ZipFile(package) as archive:
            for path, member in sorted(contents.files.items()):
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                written[path] = _write(archive, member, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise ModelError(f"{package.name} is damaged ({error}): get it again.") from error
    for directory in {folder, *((folder / path).parent for path in written)}:
        sync_directory(directory)
    return written


def is_kept(path: str) -> bool:
    """Say whether a file of a package is of use to us or to someone who asks for its terms."""
    is_model = path.startswith("model/") and path.endswith(MODEL_SUFFIXES)
    return path in KEPT or is_model or ("/" not in path and path.lower().startswith(KEPT_STEMS))


def parse_metadata(raw: bytes) -> Metadata:
    """Read a `metadata.json`; raise `ModelError` if it is not that of a translation package."""
    if len(raw) > MAX_METADATA_BYTES:
        raise ModelError(f"its metadata.json is longer than {MAX_METADATA_BYTES:,} bytes")
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ModelError("its metadata.json is not JSON") from error
    if not isinstance(given, dict) or _depth(given) > MAX_METADATA_DEPTH:
        raise ModelError("its metadata.json is not a flat JSON object")
    return described(argos_package(given))


def described(package: ArgosPackage) -> Metadata:
    """Return the metadata of a translation package, checked; raise `ModelError` if it is of another kind or unfit."""
    if package.type != "translate":
        raise ModelError(f"it is a package of type {package.type[:20]!r}, not a translation model")
    for code in (package.from_code, package.to_code):
        if not LANGUAGE.fullmatch(code):
            raise ModelError(f"its metadata.json names the language {code[:40]!r}, which is not a language code")
    version = package.package_version or "0"
    if not (version[0].isalnum() and len(version) <= 32 and VERSION_CHARACTERS.issuperset(version)):  # noqa: PLR2004
        raise ModelError(f"its metadata.json names the version {version[:40]!r}, which is not a version")
    return Metadata(
        from_code=package.from_code,
        to_code=package.to_code,
        version=version,
        target_prefix=package.target_prefix,
    )


def argos_package(given: Mapping[str, Any]) -> ArgosPackage:
    """Return what Argos makes of a package description (an index entry or a metadata.json), absent fields filled in.

    Only text that is text is handed on: Argos itself fails in many ways on anything else.
    """
    names = ("type", "package_version", "from_code", "from_name", "to_code", "to_name", "target_prefix")
    fields: dict[str, Any] = {name: given[name] for name in names if isinstance(given.get(name), str)}
    if isinstance(given.get("package_version"), int | float):
        fields["package_version"] = str(given["package_version"])
    links = given.get("links")
    fields["links"] = [link for link in links if isinstance(link, str)] if isinstance(links, list) else []
    fields.setdefault("from_code", "")
    fields.setdefault("to_code", "")
    with _argos_kept_from_home():
        from argostranslate.package import AvailablePackage  # noqa: PLC0415 - its import makes folders, see above
    package: ArgosPackage = AvailablePackage(fields)
    return package


@contextmanager
def _argos_kept_from_home() -> Iterator[None]:
    """Let argostranslate be imported without a trace: its settings make folders in HOME and read files from there."""
    with ENVIRONMENT:
        if "argostranslate.settings" in sys.modules:
            yield
            return
        before = dict(os.environ)
        with tempfile.TemporaryDirectory(prefix="syndicator-argos-") as scratch:
            for name in [name for name in before if name.startswith(("ARGOS_", "SNAP"))]:
                del os.environ[name]
            os.environ.update(dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), scratch))
            try:
                yield
            finally:
                for name in os.environ.keys() - before.keys():
                    del os.environ[name]
                os.environ.update(before)


def _check_directory(package: Path) -> None:
    """Refuse a directory of more entries than may be listed: `zipfile` would list a million, at 500 bytes each.

    What it believes are the sizes in the end record (APPNOTE 4.3.16), or in that of zip64, which is for what no package
    has: 4 GB or 65,536 files.
    """
    with package.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - END_BYTES, 0))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0:
        return  # no archive at all, which `zipfile` tells in its words
    if tail[at - 20 :].startswith(b"PK\6\7"):
        raise ModelError("it is a zip64 archive, which no model of its size needs")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MAX_MEMBERS * LONGEST_ENTRY_BYTES:
        raise ModelError(f"it holds more than {MAX_MEMBERS:,} files")


def _check_overlap(members: list[zipfile.ZipInfo], *, end: int) -> None:
    """Refuse files that share bytes: a bomb of 10 MB can hold 281 TB so. `zipfile` looks for that only since 3.12.2."""
    placed = sorted(members, key=lambda member: member.header_offset)
    for member, following in zip(placed, [*(one.header_offset for one in placed[1:]), end], strict=True):
        least = LOCAL_HEADER_BYTES + len(member.orig_filename) + member.compress_size
        if member.header_offset < 0 or member.header_offset + least > following:
            raise ModelError(f"it holds {member.orig_filename[:80]!a}, which overlaps with what comes after it")


def _check_members(members: list[zipfile.ZipInfo], *, package_bytes: int) -> None:
    if len(members) > MAX_MEMBERS:
        raise ModelError(f"it holds more than {MAX_MEMBERS:,} files")
    total = sum(member.file_size for member in members)
    if total > MAX_UNPACKED_BYTES or total > MAX_RATIO * package_bytes:
        raise ModelError(f"unpacked it would take {total:,} bytes, which no model of its size does")
    for member in members:
        _check_member(member)


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    shown = ascii(name[:80])
    parts = name.rstrip("/").split("/")
    if any(part in {"", ".", ".."} for part in parts) or "\\" in name or ":" in name or len(parts) > MAX_DEPTH:
        raise ModelError(f"it holds the path {shown}, which leads out of its folder or nowhere")
    if any(unicodedata.category(character).startswith("C") for character in name) or len(name.encode()) > 255:  # noqa: PLR2004
        raise ModelError(f"it holds the file name {shown}, which is not a plain name")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ModelError(f"it holds {shown}, which is a link or a device")
    if member.flag_bits & 0x1:
        raise ModelError(f"it holds {shown}, which is encrypted")
    if UNICODE_PATH in _extra_fields(member.extra):
        raise ModelError(f"it holds {shown}, which has another name for other programs")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ModelError(f"it holds {shown}, which is packed in an unusual way")


def _extra_fields(extra: bytes) -> set[int]:
    """Return the kinds of a file's extra fields (APPNOTE 4.5)."""
    found = set()
    while len(extra) >= 4:  # noqa: PLR2004 - two numbers of two bytes: kind and length
        found.add(int.from_bytes(extra[:2], "little"))
        extra = extra[4 + int.from_bytes(extra[2:4], "little") :]
    return found


def _below_top(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the files by path below the one top folder; no two names that a file system could take for one."""
    files: dict[str, zipfile.ZipInfo] = {}
    taken: set[str] = set()
    folders: set[str] = set()
    tops = set()
    for member in members:
        path = PurePosixPath(member.orig_filename)
        tops.add(path.parts[0])
        below = path.parts[1:]
        depth = len(below) if member.is_dir() else len(below) - 1
        folders.update(_folded("/".join(below[: n + 1])) for n in range(depth))
        if member.is_dir():
            continue
        if not below:
            raise ModelError("it holds a file outside its top folder")
        name = "/".join(below)
        if _folded(name) in taken:
            raise ModelError(f"it holds {name[:80]!a} twice")
        taken.add(_folded(name))
        files[name] = member
    if len(tops) != 1:
        raise ModelError(f"it has {len(tops)} top folders and not one")
    if taken & folders:
        raise ModelError("it holds a file and a folder of the same name")
    return files


def _check_complete(files: Mapping[str, zipfile.ZipInfo]) -> None:
    for name in ("metadata.json", "model/model.bin"):
        if name not in files:
            raise ModelError(f"it has no {name}")
    if not any(all(name in files for name in names) for names in TOKENIZERS):
        raise ModelError("it has neither sentencepiece.model nor bpe.model")
    if files["metadata.json"].file_size > MAX_METADATA_BYTES:
        raise ModelError(f"its metadata.json is longer than {MAX_METADATA_BYTES:,} bytes")


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> Stored:
    digest = hashlib.sha256()
    size = 0
    with archive.open(member) as packed, target.open("xb") as file:
        while chunk := packed.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Stored(sha256=digest.hexdigest(), size_bytes=size)


def sync_directory(directory: Path) -> None:
    """Make what was created or renamed in a folder survive a power failure."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        deepest += 1
    return deepest
