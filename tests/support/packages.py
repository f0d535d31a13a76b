"""Model packages to test with, all made from the real ones in `models/`, whatever those say."""

import json
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

CARRIED = Path(__file__).parents[2] / "models"
TOP = "translate-test"
LINK = 0o120777 << 16


def carried(pair: str) -> Path:
    """Return the package in `models/` that translates a pair (`ru_en`)."""
    for package in sorted(CARRIED.glob("*.argosmodel")):
        metadata = json.loads(read(package)["metadata.json"])
        if f"{metadata['from_code']}_{metadata['to_code']}" == pair:
            return package
    raise LookupError(f"models/ carries no package {pair}")


def read(package: Path) -> dict[str, bytes]:
    """Return a package's files by path below its top folder."""
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        return {name.split("/", 1)[1]: archive.read(name) for name in names}


def write(
    package: Path, files: Mapping[str, bytes], *, add: Iterable[tuple[zipfile.ZipInfo | str, bytes]] = ()
) -> Path:
    """Write a package of these files below one top folder, then of whatever else, as it is."""
    with zipfile.ZipFile(package, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{TOP}/{name}", content)
        for info, content in add:
            archive.writestr(info, content)
    return package


def relabelled(package: Path, pair: str, *, base: str = "ru_en", version: str = "0.1", **metadata: object) -> Path:
    """Write the package of `base` as if it were one of another pair or version."""
    from_code, to_code = pair.split("_")
    files = read(carried(base))
    labels = {"from_code": from_code, "to_code": to_code, "package_version": version, **metadata}
    return write(package, files | {"metadata.json": json.dumps(labels).encode()})


def endless(package: Path) -> Path:
    """Write a model that never comes to an end: it takes another piece for the end of a sentence."""
    files = read(carried("ru_en"))
    vocabulary = json.loads(files["model/shared_vocabulary.json"])
    config = json.loads(files["model/config.json"]) | {"eos_token": vocabulary[-1], "add_source_eos": False}
    return write(package, files | {"model/config.json": json.dumps(config).encode()})


def _with(
    package: Path, changes: Mapping[str, bytes | None], *, add: Iterable[tuple[zipfile.ZipInfo | str, bytes]] = ()
) -> Path:
    files = read(carried("ru_en")) | changes
    return write(package, {name: content for name, content in files.items() if content is not None}, add=add)


def _with_metadata(package: Path, metadata: object) -> Path:
    return _with(package, {"metadata.json": json.dumps(metadata).encode()})


def _adding(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> Callable[[Path], Path]:
    return lambda package: _with(package, {}, add=entries)


def _patched(package: Path, *, size_bytes: int = 1, **fields: int) -> Path:
    """Write a package whose directory lies about its last file, which has `size_bytes`."""
    _with(package, {})
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr(f"{TOP}/README.md", bytes(size_bytes))
        for field, value in fields.items():
            setattr(archive.filelist[-1], field, value)
    return package


def _link(package: Path) -> Path:
    info = zipfile.ZipInfo(f"{TOP}/model/vmap.txt")
    info.create_system, info.external_attr = 3, LINK
    return _with(package, {}, add=[(info, b"/etc/passwd")])


def _bomb(package: Path) -> Path:
    files = {"metadata.json": b'{"from_code": "ru", "to_code": "en"}', "sentencepiece.model": b"x"}
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (files | {"model/model.bin": bytes(50_000_000)}).items():
            archive.writestr(f"{TOP}/{name}", content)
    return package


def _cut_off(package: Path) -> Path:
    package.write_bytes(carried("ru_en").read_bytes()[:-1000])
    return package


def _flipped(package: Path) -> Path:
    """Write a package with one bit of its weights turned, as a bad disk or line does."""
    _with(package, {})
    content = bytearray(package.read_bytes())
    content[len(content) // 2] ^= 1
    package.write_bytes(content)
    return package


def _not_a_zip(package: Path) -> Path:
    package.write_bytes(b"<html>404</html>")
    return package


def _twice(package: Path) -> Path:
    """Write a package that holds one name twice: unpackers differ on which of the two counts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile says so, too
        return _with(package, {}, add=[(f"{TOP}/model/model.bin", b"x")])


def _renamed(package: Path) -> Path:
    """Write a package whose directory calls a file by another name than the file itself does."""
    _with(package, {}, add=[(f"{TOP}/README.md", b"x" * 100)])
    content = package.read_bytes()
    package.write_bytes(content.replace(f"{TOP}/README.md".encode(), f"{TOP}/README.MD".encode(), 1))
    return package


def _overlapping(package: Path) -> Path:
    """Write a package two of whose names lead to the same bytes."""
    _with(package, {})
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr(f"{TOP}/README.md", b"x" * 100)
        archive.writestr(f"{TOP}/LICENSE", b"x" * 100)
        archive.filelist[-1].header_offset = archive.filelist[-2].header_offset
    return package


def _nested_bomb(package: Path) -> Path:
    """Write a package of small files each of which takes in all that follow it (Fifield's bomb)."""
    _with(package, {})
    with zipfile.ZipFile(package, "a") as archive:
        for number in range(50):
            archive.writestr(f"{TOP}/model/v{number}.txt", b"x" * 100)
        end = archive.fp.tell() if archive.fp else 0
        for member in archive.filelist[-50:]:
            member.compress_size = member.file_size = end - member.header_offset - 60
    return package


def _zip64(package: Path) -> Path:
    """Write a package with an end record of zip64, which says again how large its directory is."""
    _with(package, {})
    content = package.read_bytes()
    end = len(content) - 22
    entries, size, start = struct.unpack("<HLL", content[end + 10 : end + 20])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    package.write_bytes(content[:end] + record + locator + content[end:])
    return package


def _crowded(package: Path) -> Path:
    """Write a package whose directory lists a million empty files: 70 MB, and 700 MB for who lists them."""
    _with(package, {})
    content = package.read_bytes()
    end = len(content) - 22
    size, start = struct.unpack("<LL", content[end + 12 : end + 20])
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", *([0] * 9), 24, *([0] * 6)) + b"x" * 24
    more = entry * 1_000_000
    record = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, size + len(more), start, 0)
    package.write_bytes(content[:end] + more + record)
    return package


def _second_name(package: Path) -> Path:
    """Write a package in which a file has another name for programs that read the Unicode path field."""
    info = zipfile.ZipInfo(f"{TOP}/README.md")
    name = b"../../stolen"
    info.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, zlib.crc32(info.filename.encode())) + name
    return _with(package, {}, add=[(info, b"x")])


def _lying_length(package: Path) -> Path:
    """Write a package whose metadata say in the directory that they are short, and go on for a megabyte."""
    described = json.dumps(PAIR | {"from_name": "x" * 1_000_000}).encode()
    with zipfile.ZipFile(_with(package, {"metadata.json": None}), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{TOP}/metadata.json", described)
        archive.filelist[-1].file_size = 100
    return package


PAIR = {"from_code": "ru", "to_code": "en", "package_version": "9"}
HOSTILE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "a path upwards": ("leads out", _adding((f"{TOP}/../../stolen", b"x"))),
    "a path upwards through the sibling": ("leads out", _adding((f"{TOP}/../en_ru-0.1/metadata.json", b"x"))),
    "an absolute path": ("leads out", _adding(("/tmp/stolen", b"x"))),  # noqa: S108 - it is never written
    "a drive": ("leads out", _adding(("C:/stolen", b"x"))),
    "a backslash": ("leads out", _adding((f"{TOP}/..\\stolen", b"x"))),
    "a control character": ("not a plain name", _adding((f"{TOP}/a\x07b", b"x"))),
    "a link": ("a link or a device", _link),
    "a second top folder": ("2 top folders", _adding(("en_ru-0.1/model/x", b"x"))),
    "a file outside the top folder": ("outside its top folder", _adding((TOP, b"x"))),
    "names that differ in case": ("twice", _adding((f"{TOP}/Model/MODEL.bin", b"x"))),
    "names that differ in composition": ("twice", _adding((f"{TOP}/model/й", b"x"), (f"{TOP}/model/и\u0306", b"x"))),
    "a file with a folder's name": ("a file and a folder", _adding((f"{TOP}/model", b"x"))),
    "deep folders": ("leads out", _adding((f"{TOP}/{'a/' * 50}b", b"x"))),
    "a bomb": ("it would take", _bomb),
    "a name twice": ("twice", _twice),
    "another name in the directory": ("differ", _renamed),
    "two names for the same bytes": ("overlaps", _overlapping),
    "files within files": ("overlaps|would take", _nested_bomb),
    "a zip64 directory": ("zip64", _zip64),
    "a million files": ("more than 10,000", _crowded),
    "a second name for a file": ("another name", _second_name),
    "metadata longer than they say": ("damaged|not a whole zip|not JSON", _lying_length),
    "a size of 3 GB": (
        "it would take",
        lambda package: _patched(package, size_bytes=30_000_000, file_size=3_000_000_000),
    ),
    "a locked file": ("encrypted", lambda package: _patched(package, flag_bits=1)),
    "metadata of a megabyte": (
        "longer than",
        lambda package: _with_metadata(package, PAIR | {"from_name": "x" * 1_000_000}),
    ),
    "metadata without a floor": ("not JSON", lambda package: _with(package, {"metadata.json": b"[" * 60_000})),
    "metadata in 100 layers": (
        "not a flat",
        lambda package: _with_metadata(package, PAIR | json.loads('{"links": %s}' % ("[" * 100 + "]" * 100))),
    ),
    "metadata that are a list": ("not a flat", lambda package: _with_metadata(package, [PAIR])),
    "a code that is a path": (
        "not a language code",
        lambda package: _with_metadata(package, PAIR | {"from_code": "../../ru"}),
    ),
    "a code with a folder": (
        "not a language code",
        lambda package: _with_metadata(package, PAIR | {"to_code": "en/x"}),
    ),
    "a code that is a number": ("not a language code", lambda package: _with_metadata(package, PAIR | {"to_code": 5})),
    "a version that is a path": (
        "not a version",
        lambda package: _with_metadata(package, PAIR | {"package_version": "../1"}),
    ),
    "another type": ("type 'sbd'", lambda package: _with_metadata(package, PAIR | {"type": "sbd"})),
    "no metadata": ("no metadata.json", lambda package: _with(package, {"metadata.json": None})),
    "no weights": ("no model/model.bin", lambda package: _with(package, {"model/model.bin": None})),
    "no tokenizer": ("neither", lambda package: _with(package, {"sentencepiece.model": None})),
    "weights of noise": ("can't be loaded", lambda package: _with(package, {"model/model.bin": b"noise" * 1000})),
    "a tokenizer of noise": (
        "can't be loaded",
        lambda package: _with(package, {"sentencepiece.model": b"noise" * 1000}),
    ),
    "half of itself": ("not a whole zip", _cut_off),
    "a turned bit": ("damaged", _flipped),
    "a web page": ("not a whole zip", _not_a_zip),
}
"""Packages that must be refused, by what is wrong with them: a word of the answer, and what writes one to a path."""
