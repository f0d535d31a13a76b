"""Read an inbox of many files, twice: time and memory of the first look and of one that finds nothing new.

Run: `python benchmarks/inbox.py [FILES]` (100,000 if left out); figures in docs/reliability.md.
"""

import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from syndicator.model import Source, SourceKind
from syndicator.sources.inbox import read_inbox

TEXT = "Новость {}\n\nПервый абзац новости, в котором сказано главное.\n\nВторой абзац.\n"
A_FOLDER = 1000
"""Files."""


def main(count: int) -> None:
    """Make the files, look twice, print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            path = Path(folder) / f"{number // A_FOLDER:03}" / f"{number}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text(TEXT.format(number), encoding="utf-8")
            os.utime(path, (1_700_000_000, 1_700_000_000))
        source = Source(slug="inbox", kind=SourceKind.INBOX, folder=Path(folder))
        marks: dict[str, str] = {}
        for look in ("first look", "second look"):
            start = time.process_time()
            reading = read_inbox(source, marks=marks, now=datetime.now(UTC))
            seconds = time.process_time() - start
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            print(f"{look}: {len(reading.items):,} items, {len(reading.marks):,} marks, {seconds:.1f} s, {peak:.0f} MB")
            marks = dict(reading.marks)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
