"""A disk of a few kilobytes, to be filled."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.programs import program


@contextmanager
def small_disk(place: Path, *, kilobytes: int, inodes: int = 0) -> Iterator[Path]:
    """Mount an empty disk (tmpfs) on a folder while the context lasts; skip the test where that is not allowed."""
    place.mkdir(parents=True, exist_ok=True)
    options = f"size={kilobytes}k" + (f",nr_inodes={inodes}" if inodes else "")
    command = [program("mount"), "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run([program("umount"), "-l", str(place)], check=True)


def fill(place: Path, *, leave_bytes: int = 0) -> Path:
    """Write a file that takes all the room on a disk but `leave_bytes`; return it."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096) == 4096:
                pass
        except OSError:
            pass
    if leave_bytes:
        with ballast.open("r+b") as file:
            file.truncate(max(ballast.stat().st_size - leave_bytes, 0))
    return ballast
