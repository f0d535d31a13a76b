"""Write a big download into a file that a broken one is resumed from. Knows ranges (RFC 9110 14), not connections."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2

from syndicator.errors import Refused, Unavailable
from syndicator.sources.codings import decoded
from syndicator.sources.guard import Deadline
from syndicator.sources.httpheaders import codings

Progress = Callable[[int, int | None], None]
"""Told the bytes on disk and, where it is known, how many there will be."""

_CONTENT_RANGE = re.compile(r"bytes (?:([0-9]{1,15})-[0-9]{1,15}|\*)/([0-9]{1,15}|\*)")

_STALLED_BYTES = 256 * 1024
"""The time limit starts anew when so many bytes have come: a big file may take long, a stalled one may not."""


class PartFile:
    """The beginning of a download: `NAME.part`, and in `NAME.part.tag` the validator that it was sent under.

    Not shared between threads or processes.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._path = target.with_name(target.name + ".part")
        self._tag = target.with_name(target.name + ".part.tag")

    def size_bytes(self) -> int:
        """Return how much is there."""
        return self._path.stat().st_size if self._path.exists() else 0

    def headers(self) -> dict[bytes, bytes]:
        """Return the fields that ask for the rest, if the origin's file is still the same; none where it can't tell."""
        if not self.size_bytes() or not self._tag.exists():
            return {}
        return {b"Range": b"bytes=%d-" % self.size_bytes(), b"If-Range": self._tag.read_bytes()}

    def is_whole(self, headers: Mapping[str, str]) -> bool:
        """Return whether a 416 says that the origin's file ends where ours does."""
        found = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
        return found is not None and found.group(2) == str(self.size_bytes())

    def receive(
        self, response: httpx2.Response, deadline: Deadline, *, seconds: float, max_bytes: int, progress: Progress
    ) -> None:
        """Append a 206's body, or begin anew with a 200's; `seconds` is how long a stall may last."""
        total = self._begin(response, max_bytes)
        done = self.size_bytes()
        mark = done
        with self._path.open("ab") as file:
            progress(done, total)
            for piece in decoded(response.iter_raw(), codings(response.headers)):
                done += len(piece)
                if done > max_bytes:
                    raise Refused(f"the download is larger than the {max_bytes:,} bytes allowed")
                file.write(piece)
                progress(done, total)
                if done - mark >= _STALLED_BYTES:
                    mark = done
                    deadline.restart(seconds)
            file.flush()
            os.fsync(file.fileno())
        if total is not None and done != total:
            raise Unavailable(f"the download ended after {done:,} of {total:,} bytes")

    def _begin(self, response: httpx2.Response, max_bytes: int) -> int | None:
        """Make the part file fit the answer; return how large the whole will be, None if unknown."""
        if response.status_code == httpx2.codes.PARTIAL_CONTENT:
            found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
            if not found or found.group(1) != str(self.size_bytes()):
                self.discard()
                raise Unavailable("the origin sent another part of the file than was asked for")
            length = found.group(2)
        else:
            self.discard()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._keep_validator(response)
            is_encoded = "content-encoding" in response.headers
            length = "*" if is_encoded else response.headers.get("content-length", "*")
        total = int(length) if length.isdigit() else None
        if total is not None and total > max_bytes:
            raise Refused(f"the download has {total:,} bytes, and {max_bytes:,} are allowed")
        return total

    def _keep_validator(self, response: httpx2.Response) -> None:
        if "content-encoding" in response.headers:
            return  # offsets would count other bytes than those on disk
        fields = {key.lower(): value for key, value in reversed(response.headers.raw)}
        validator = fields.get(b"etag", b"")
        if not validator or validator.startswith(b"W/"):  # If-Range takes no weak ones (RFC 9110 13.1.5)
            validator = fields.get(b"last-modified", b"")
        if validator:
            self._tag.write_bytes(validator)

    def discard(self) -> None:
        """Forget what is there."""
        self._path.unlink(missing_ok=True)
        self._tag.unlink(missing_ok=True)

    def finish(self) -> None:
        """Give the file its name, replacing an older one."""
        self._path.replace(self._target)
        self._tag.unlink(missing_ok=True)
