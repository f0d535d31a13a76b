"""Read and write term bases: CSV and TBX by the suffix of the file."""

import codecs
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from syndicator.errors import ConfigError, ConfigProblem
from syndicator.translation.terms import csvfile, tbx
from syndicator.translation.terms.term import Term
from syndicator.translation.terms.termbase import TermBase

LARGEST_BYTES = 20_000_000
_TBX = frozenset({".tbx", ".xml"})
_MODE = 0o644


def load_terms(own: Path | None) -> TermBase:
    """Return the desk's own terms, none if the file is not there, over those that the package carries.

    Raises `ConfigError` with everything that is wrong in the file.
    """
    carried = csvfile.read((files(__package__) / "starter.csv").read_text(encoding="utf-8"), name="starter.csv")
    mine = read_terms(own) if own and own.exists() else []
    return TermBase(own=tuple(mine), carried=tuple(carried))


def read_terms(path: Path) -> list[Term]:
    """Read a CSV or TBX file; raise `ConfigError` if it can't be read."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise _wrong(path, f"can't be read: {error.strerror}") from error
    if len(content) > LARGEST_BYTES:
        raise _wrong(path, f"is larger than {LARGEST_BYTES // 1_000_000} MB")
    if path.suffix.lower() in _TBX:
        return tbx.read(content, name=str(path))
    try:
        return csvfile.read(_decoded(content), name=str(path))
    except UnicodeDecodeError as error:
        raise _wrong(path, "is not UTF-8 text", "save it as UTF-8 (in Excel: CSV UTF-8)") from error


def write_terms(path: Path, terms: Sequence[Term]) -> None:
    """Write a CSV or TBX file, replaced whole or not at all. A table keeps its layout, separator and byte order mark.

    Raises OSError.
    """
    path = path.resolve()
    if path.suffix.lower() in _TBX:
        _replace(path, tbx.write(terms))
        return
    like, mark = None, b""
    with suppress(OSError, UnicodeDecodeError):
        there = path.read_bytes()
        mark = codecs.BOM_UTF8 if there.startswith(codecs.BOM_UTF8) else b""
        like = csvfile.layout(_decoded(there)) if there.strip() else None
    _replace(path, mark + csvfile.write(terms, like).encode())


def _decoded(content: bytes) -> str:
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # Excel's "Unicode text"
    text = content.decode("utf-16" if is_wide else "utf-8-sig")
    return text.replace("\0", "")


def _replace(path: Path, content: bytes) -> None:
    """Write beside, to the disk, then rename: rename replaces at once or not at all."""
    mode = path.stat().st_mode & 0o777 if path.exists() else _MODE
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".terms-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _wrong(path: Path, message: str, suggestion: str | None = None) -> ConfigError:
    return ConfigError([ConfigProblem(file=str(path), line=None, key="", message=message, suggestion=suggestion)])
