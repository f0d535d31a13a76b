"""Read and write term bases: CSV and TBX by the suffix of the file."""

import os
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from syndicator.errors import ConfigError, ConfigProblem
from syndicator.translation.terms import csvfile, tbx
from syndicator.translation.terms.term import Term
from syndicator.translation.terms.termbase import TermBase

LARGEST_BYTES = 100_000_000


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
        if path.stat().st_size > LARGEST_BYTES:
            raise ConfigError([ConfigProblem(file=str(path), line=None, key="", message="is larger than 100 MB")])
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            [ConfigProblem(file=str(path), line=None, key="", message=f"can't be read: {error.strerror}")]
        ) from error
    if path.suffix.lower() in {".tbx", ".xml"}:
        return tbx.read(content, name=str(path))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            [
                ConfigProblem(
                    file=str(path), line=None, key="", message="is not UTF-8 text", suggestion="save it as UTF-8"
                )
            ]
        ) from error
    return csvfile.read(text, name=str(path))


def write_terms(path: Path, terms: Sequence[Term]) -> None:
    """Write a CSV or TBX file, replaced whole or not at all."""
    is_tbx = path.suffix.lower() in {".tbx", ".xml"}
    content = tbx.write(terms) if is_tbx else csvfile.write(terms).encode("utf-8")
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=".terms-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
