#!/usr/bin/env python3
"""Measure what is served a second, idle and while a run translates on every core, beside nginx on the same files.

    .venv/bin/python benchmarks/serve.py [--rounds 3] [--seconds 5] [--connections 32]

Needs wrk and nginx (Debian: wrk, nginx-light). Each round asks both servers in turn for the English Atom feed, with
gzip: first as a reader that holds it (`If-None-Match`, 304), then as one that does not (200). nginx gets the files
compressed beside (`gzip_static`) and one worker, as ours is one process. wrk keeps all connections busy, so that
latencies are those at the highest rate, and takes a core itself. Medians of the rounds; trust the CPU where other
programs share the machine: the translating process gives way to them, too.
"""

import argparse
import gzip
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from articles import ROOT, make_desk, make_texts, write_text
from processes import SYNDICATOR, clean_environment, tree

FEED = "/en/atom.xml"
TICKS = os.sysconf("SC_CLK_TCK")
NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  gzip_static on;
  types {{ application/atom+xml xml; text/html html; }}
  open_file_cache max=1000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port};
    root {feeds};
    add_header Cache-Control "public, max-age=300";
    add_header Vary Accept-Encoding;
  }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What wrk and the processor's accounts say of one run."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """A request, of the server alone."""
    load_cores: float
    """What the translating run took meanwhile."""


def main() -> None:
    """Prepare the files, measure round by round, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--entries", type=int, default=60, help="articles in the feed")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as running:
        folder = Path(scratch)
        feeds = publish(folder, asked.entries)
        servers = {
            "ours": running.enter_context(ours(folder)),
            "nginx": running.enter_context(nginx(folder, feeds)),
        }
        size_kb = (feeds / FEED[1:]).stat().st_size >> 10
        print(f"{FEED}: {size_kb} kB plain, {asked.connections} connections, load average {os.getloadavg()[0]:.1f}")
        found: dict[tuple[str, str, str], list[Round]] = {}
        for _ in range(asked.rounds):
            for state in ("idle", "translating"):
                with translating(folder) if state == "translating" else no_load() as load:
                    for kind in ("304", "200"):
                        for name, (port, pid) in servers.items():
                            one = ask(port, pid, kind=kind, load=load, asked=asked)
                            found.setdefault((state, kind, name), []).append(one)
        tell(found)


def publish(folder: Path, entries: int) -> Path:
    """Make a desk with articles, run it, and return its feeds, compressed beside for nginx."""
    config = make_desk(folder / "desk", models=ROOT / "models")
    for number, text in enumerate(make_texts(entries)):
        write_text(config.parent / "inbox" / f"{number}.txt", text)
    subprocess.run([*SYNDICATOR, "run", "--config", config], check=True, capture_output=True, env=clean_environment())
    copy = folder / "for-nginx"
    shutil.copytree(config.parent / "feeds", copy)
    for path in copy.rglob("*.xml"):
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 6))
    return copy


@contextmanager
def ours(folder: Path) -> Iterator[tuple[int, int]]:
    """Serve the desk; yield port and process id."""
    command = [*SYNDICATOR, "serve", "--port", "0", "--config", folder / "desk" / "syndicator.toml"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield int(line.strip().rstrip("/").rpartition(":")[2]), process.pid
        finally:
            process.terminate()


@contextmanager
def nginx(folder: Path, feeds: Path) -> Iterator[tuple[int, int]]:
    """Serve the copy with nginx; yield port and process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, feeds=feeds, port=port), encoding="utf-8")
    for path in [folder, *feeds.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", config, "-e", folder / "error.log"]
    with subprocess.Popen(command) as process:
        try:
            yield port, process.pid
        finally:
            process.terminate()


@contextmanager
def no_load() -> Iterator[None]:
    """Do nothing beside."""
    yield None


@contextmanager
def translating(folder: Path) -> Iterator[int]:
    """Keep a run translating on every core; yield its process id once the engine is at work."""
    desk = folder / "load"
    shutil.rmtree(desk, ignore_errors=True)
    config = make_desk(desk, models=ROOT / "models")
    for number, text in enumerate(make_texts(800)):
        write_text(config.parent / "inbox" / f"{number}.txt", text)
    with config.open("a", encoding="utf-8") as file:
        file.write("max_items = 100000\n")
    command = [*SYNDICATOR, "run", "--config", config]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while len(list(tree(process.pid))) < 2:  # noqa: PLR2004 - itself and the engine
                time.sleep(0.2)
                if process.poll() is not None:
                    sys.exit("the run that was to be the load has ended")
            time.sleep(3)  # until models are loaded
            yield process.pid
        finally:
            process.kill()


def ask(port: int, pid: int, *, kind: str, load: int | None, asked: argparse.Namespace) -> Round:
    """Have wrk ask for the feed for some seconds."""
    url = f"http://127.0.0.1:{port}{FEED}"
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as reply:  # noqa: S310 - loopback
        tag = reply.headers["ETag"]
    command = ["wrk", "-t1", f"-c{asked.connections}", f"-d{asked.seconds}s", "--latency"]
    command += ["-H", "Accept-Encoding: gzip", *(["-H", f"If-None-Match: {tag}"] if kind == "304" else []), url]
    before, load_before, began = cpu_s(pid), cpu_s(load), time.monotonic()
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    took = time.monotonic() - began
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"{url} failed:\n{told}")
    count = int(re.findall(r"(\d+) requests in", told)[0])
    return Round(
        rate=float(re.findall(r"Requests/sec: +([\d.]+)", told)[0]),
        p50_ms=_ms(re.findall(r" 50% +(\S+)", told)[0]),
        p99_ms=_ms(re.findall(r" 99% +(\S+)", told)[0]),
        cpu_ms=(cpu_s(pid) - before) * 1000 / count,
        load_cores=(cpu_s(load) - load_before) / took,
    )


def cpu_s(pid: int | None) -> float:
    """Return the processor time that a process and its children have taken."""
    ticks = 0
    for each in tree(pid) if pid else ():
        with suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def tell(found: dict[tuple[str, str, str], list[Round]]) -> None:
    """Print the medians."""
    print("| | | requests/s | p50 ms | p99 ms | CPU ms a request | cores translating |")
    print("|---|---|---|---|---|---|---|")
    for (state, kind, name), rounds in sorted(found.items()):
        values = [
            statistics.median(getattr(one, field) for one in rounds)
            for field in ("rate", "p50_ms", "p99_ms", "cpu_ms", "load_cores")
        ]
        rate, p50, p99, cpu, cores = values
        print(f"| {state}, {kind} | {name} | {rate:,.0f} | {p50:.1f} | {p99:.1f} | {cpu:.3f} | {cores:.2f} |")


def _ms(value: str) -> float:
    number, unit = re.findall(r"([\d.]+)(us|ms|s)", value)[0]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


if __name__ == "__main__":
    main()
