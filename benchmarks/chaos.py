#!/usr/bin/env python3
"""Kill workers at random while a desk works, restart PostgreSQL in mid-run, and see that nothing is lost or twice.

    .venv/bin/python benchmarks/chaos.py [--minutes 10] [--workers 3] [--seed 1] [--restart-every 120]

Articles drop into the inbox all the time. At the end, all is left alone until it is done; then every article must have
one entry in each edition, every job must be gone, and the feeds must be those that a single pass makes of the store.
Ends with 1 if not.
"""

import argparse
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import psycopg
from support.desk import Desk, wait_until
from support.postgres import Server, new_server

CAREFUL = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
KILL = 0.2
"""How likely a process is killed after each article: every six seconds or so."""
TEXT = "Встреча номер {number} прошла в столице\n\nМинистры {number} стран обсудили вопросы торговли и культуры.\n"


def main() -> None:
    """Make trouble, then look."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--restart-every", type=float, default=120, help="seconds between restarts of PostgreSQL")
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    server = new_server(**CAREFUL)
    with tempfile.TemporaryDirectory() as folder:
        url = server.new_database()
        tables = f'[[sources]]\nslug = "press"\ninbox = "inbox"\n[database]\nurl = "{url}"\n[feeds]\nwindow = 1000\n'
        desk = Desk.make(Path(folder) / "desk", tables)
        processes = [desk.start("daemon"), desk.start("daemon")] + [desk.start("worker") for _ in range(asked.workers)]
        try:
            dropped = make_trouble(desk, server, processes, asked, chance)
            problems = look(desk, url, dropped)
        finally:
            for process in processes:
                process.kill()
                process.wait()
            server.stop()
        taken = desk.log().count("job_taken_over")
        print(f"{dropped} articles, {taken} jobs taken over, log of {len(desk.log().splitlines())} lines")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


def make_trouble(
    desk: Desk,
    server: Server,
    processes: list[subprocess.Popen[str]],
    asked: argparse.Namespace,
    chance: random.Random,
) -> int:
    """Drop articles and kill, for so many minutes; return how many articles there are."""
    end = time.monotonic() + 60 * asked.minutes
    restart = time.monotonic() + asked.restart_every
    dropped = kills = restarts = 0
    while time.monotonic() < end:
        desk.drop(f"{dropped}.txt", TEXT.format(number=dropped))
        dropped += 1
        if chance.random() < KILL:
            victim = chance.randrange(len(processes))
            processes[victim].kill()
            processes[victim].wait()
            processes[victim] = desk.start("daemon" if victim < 2 else "worker")  # noqa: PLR2004 - two of these
            kills += 1
        if time.monotonic() > restart:
            server.stop(how=signal.SIGQUIT)  # as pg_ctl restart -m immediate
            server.start()
            restart = time.monotonic() + asked.restart_every
            restarts += 1
        time.sleep(chance.uniform(0.5, 2))
    print(f"{kills} kills, {restarts} restarts of PostgreSQL", flush=True)
    return dropped


def look(desk: Desk, url: str, dropped: int) -> list[str]:
    """Wait until all is done, and return what is wrong."""

    def count(query: str) -> int:
        with psycopg.connect(url) as connection:
            row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    problems = []
    try:
        wait_until(lambda: count("SELECT count(*) FROM translations") >= dropped, seconds=900)
        wait_until(lambda: count("SELECT count(*) FROM editions WHERE changed <> published") == 0, seconds=300)
        wait_until(
            lambda: count("SELECT count(*) FROM procrastinate_jobs WHERE task_name <> 'publish'") == 0, seconds=300
        )
    except TimeoutError as error:
        problems.append(f"not all was done: {error}")
    for table in ("articles", "translations"):
        found = count(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
        problems += [f"{found} {table} of {dropped}"] if found != dropped else []
    for language in ("ru", "en"):
        text = (desk.feeds / language / "atom.xml").read_text(encoding="utf-8")
        ids = re.findall(r"<entry\b.*?<id>(.*?)</id>", text, re.DOTALL)
        if len(set(ids)) != len(ids):
            problems.append(f"{language}: {len(ids) - len(set(ids))} entries stand there twice")
        if len(ids) != min(dropped, 1000):
            problems.append(f"{language}: {len(ids)} entries of {min(dropped, 1000)}")
    return problems


if __name__ == "__main__":
    main()
