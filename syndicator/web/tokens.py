"""Make, keep and check the token that orders need. Kept is only its hash, in a file that no other user can read."""

import hashlib
import os
import secrets
from hmac import compare_digest
from pathlib import Path

_BYTES = 32
"""Of chance: nothing to guess, so that one round of SHA-256 is hash enough."""


def new_token(path: Path) -> str:
    """Return a new token and keep its hash at `path`, replacing the one before; raise OSError if that can't be."""
    token = secrets.token_urlsafe(_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123 - opened above, for this user alone
            file.write(_hash(token) + "\n")
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return token


def is_token(given: str, path: Path) -> bool:
    """Return whether this is the token whose hash is kept at `path`; False where none is kept. In constant time."""
    try:
        kept = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return False
    return compare_digest(_hash(given), kept) and bool(given)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
