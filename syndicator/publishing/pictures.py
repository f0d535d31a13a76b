"""The pictures of articles that we hold copies of: files below `media/`, and beside them what is known of each address.

A file is called by the hash of its content, so that it never changes; what is known of an address is a small JSON file
called by the hash of the address. Nothing is fetched here.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from syndicator.publishing import files

FOLDER = "media"
_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is known of a picture: where its copy is, or when to ask for it again."""

    url: str
    file: str | None = None
    """The copy's path below the directory; None where there is none."""
    width: int = 0
    height: int = 0
    is_shown: bool = False
    """The pages that show it are known to be due, or were written since it came."""
    failures: int = 0
    """In a row."""
    due: str | None = None
    """When to ask again, as ISO 8601."""

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is to be asked for: there is no copy, and it was not in vain just now."""
        return self.file is None and (self.due is None or datetime.fromisoformat(self.due) <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The copies below a directory."""

    directory: Path
    """Of all editions."""

    def known(self, url: str) -> Picture:
        """Return what is known of an address. A copy that somebody deleted counts as never had."""
        try:
            picture = Picture(**json.loads(self._note(url).read_bytes()))
        except (OSError, ValueError, TypeError):
            return Picture(url=url)
        if picture.url != url or (picture.file and not (self.directory / picture.file).is_file()):
            return Picture(url=url)
        return picture

    def copy_of(self, url: str) -> Picture | None:
        """Return the picture of which there is a copy; None where there is none."""
        picture = self.known(url)
        return picture if picture.file else None

    def keep(self, url: str, content: bytes, *, suffix: str, size: tuple[int, int]) -> Picture:
        """Keep a copy; the pages that show it are not written yet. Raises `PublishError`."""
        name = f"{FOLDER}/{hashlib.sha256(content).hexdigest()[:_DIGITS]}{suffix}"
        files.write_if_changed(self.directory / name, content, inside=self.directory)
        picture = Picture(url=url, file=name, width=size[0], height=size[1])
        self.note(picture)
        return picture

    def note(self, picture: Picture) -> None:
        """Keep what is known of an address. Raises `PublishError`."""
        content = json.dumps(asdict(picture), ensure_ascii=False, sort_keys=True).encode() + b"\n"
        files.write_if_changed(self._note(picture.url), content, inside=self.directory)

    def announce(self, picture: Picture) -> None:
        """Keep that the pages which show it are known to be due."""
        self.note(replace(picture, is_shown=True))

    def size_bytes(self) -> int:
        """Return what all copies take."""
        folder = self.directory / FOLDER
        return sum(each.stat().st_size for each in folder.glob("*") if each.suffix != ".json") if folder.is_dir() else 0

    def make_room(self, *, most_bytes: int, used: Callable[[], Collection[str]]) -> None:
        """Remove copies, those that came first before the others, until the rest takes no more than that.

        None goes that one of the addresses stands for which `used` gives; it is asked only where something must go.
        """
        files.sweep(self.directory / FOLDER)
        size = self.size_bytes()
        if size <= most_bytes:
            return
        addresses = used()
        notes = list(self._notes())
        shown = {picture.file for _, picture in notes if picture.url in addresses}
        for path, picture in notes:
            if picture.url not in addresses:
                files.remove(path)
        copies = [each for each in (self.directory / FOLDER).glob("*") if each.suffix != ".json"]
        for each in sorted(copies, key=lambda path: (path.stat().st_mtime_ns, path.name)):
            if size > most_bytes and f"{FOLDER}/{each.name}" not in shown:
                size -= each.stat().st_size
                files.remove(each)

    def _notes(self) -> Iterator[tuple[Path, Picture]]:
        for path in (self.directory / FOLDER).glob("*.json"):
            try:
                yield path, Picture(**json.loads(path.read_bytes()))
            except (OSError, ValueError, TypeError):  # damaged: as if it had never been
                files.remove(path)

    def _note(self, url: str) -> Path:
        digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
        return self.directory / FOLDER / f"{digest[:_DIGITS]}.json"
