#!/usr/bin/env python3
"""Measure the memory that one fetch of a document at its size limit takes, plain and packed, and of one beyond it.

`.venv/bin/python benchmarks/fetch_memory.py [MEGABYTES]`: each case in a process of its own; the peak is what the
kernel counts (VmHWM) above what the process had before it asked.
"""

import gzip
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import brotli

from syndicator.sources.codings import zstd

PACKERS = {
    "plain": bytes,
    "gzip": gzip.compress,
    "br": lambda body: brotli.compress(body, quality=4),
    "zstd": zstd.compress,
}

ASK = """
import sys
from pathlib import Path
from syndicator.config import NetworkSettings
from syndicator.errors import FetchError
from syndicator.sources.http import HttpFetcher

def status(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])

fetcher = HttpFetcher(NetworkSettings(allow_private=("127.0.0.1",)), user_agent="test")
fetcher.fetch(sys.argv[1] + "/small")
before = status("VmRSS")
try:
    got = len(fetcher.fetch(sys.argv[1] + sys.argv[2]).content)
except FetchError as error:
    got = type(error).__name__
print(got, (status("VmHWM") - before) / 1024)
"""


def main(megabytes: int) -> None:
    """Print a line for each case."""
    line = b"<p>The council approved the budget for next year.</p>\n"
    body = (line * (megabytes * 1_000_000 // len(line) + 1))[: megabytes * 1_000_000]
    bodies = {f"/{name}": pack(body) for name, pack in PACKERS.items()}
    bodies |= {f"/bomb-{name}": pack(bytes(1_000_000_000)) for name, pack in PACKERS.items() if name != "plain"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = bodies.get(self.path, b"x")
            self.send_response(200)
            coding = self.path.strip("/").removeprefix("bomb-")
            if coding in PACKERS and coding != "plain":
                self.send_header("Content-Encoding", coding)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for path, sent in bodies.items():
            url = f"http://127.0.0.1:{server.server_address[1]}"
            done = subprocess.run(
                [sys.executable, "-c", ASK, url, path],
                capture_output=True,
                text=True,
                check=True,
                cwd=Path(__file__).parents[1],
            )
            got, peak = done.stdout.split()
            print(
                f"{path[1:]:10} {len(sent) / 1e6:8.3f} MB sent, {got:>10} got, peak {float(peak):6.1f} MiB above before"
            )
        server.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
