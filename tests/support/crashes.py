"""Kill each job, or fail its disk, at chosen moments; start it again; compare with what an undisturbed one makes.

A program, since it forks: everything is imported once, and each trial is a fork that works on a fresh copy of a desk.
The clock stands still, so that the outcome must be the same to the byte. `strace -e inject` (strace(1)) kills or fails
at the N-th call of a kind that a thread makes; random moments are a timer's.

    python crashes.py FOLDER FEED_URL JOB[,JOB…] SEED MOMENTS CALLS
"""

import importlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from support.desk import Desk as Place
from support.store import StoppedClock
from typer.testing import CliRunner

from syndicator import cli, pipeline
from syndicator.config import load
from syndicator.errors import SyndicatorError
from syndicator.store.sql import open_store
from syndicator.wiring import Desk, bench, make_masthead, open_desk

CLOCK = StoppedClock()
CALLS = {
    "rename": "rename,renameat,renameat2",
    "fsync": "fsync,fdatasync",
    "pwrite64": "pwrite64",
    "unlink": "unlink,unlinkat",
}
"""By the name that they are told under: the system calls of a kind."""
INBOX = "\n".join(
    f"{text}\n"
    for text in (
        "Открыта выставка картин",
        "",
        "Выставка работает каждый день. Вход свободный.",
    )
)
ENGLISH = "Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n"
TMX = """<?xml version="1.0"?><tmx version="1.4"><header creationtool="t" creationtoolversion="1" segtype="sentence"
o-tmf="t" adminlang="en" srclang="ru" datatype="plaintext"/><body>{units}</body></tmx>"""
UNIT = "<tu><tuv xml:lang='ru'><seg>Фраза {0}.</seg></tuv><tuv xml:lang='en'><seg>Sentence {0}.</seg></tuv></tu>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is disturbed: from which state of a desk it starts, what it does, what must come of it."""

    starts_from: str
    work: Callable[[Place], None]
    outcome: Callable[[Place], object]


@contextmanager
def at_work(place: Place) -> Iterator[Desk]:
    """Open a desk whose clock stands still."""
    settings = load(place.config)
    store = open_store(settings.database.url, authority="desk.example", clock=CLOCK)
    with closing(store), open_desk(settings) as desk:
        yield replace(desk, store=store, clock=CLOCK, masthead=make_masthead(settings, store))


def read(place: Place) -> None:
    """Read every source, under the lock that a pass holds."""
    with at_work(place) as desk, desk.store.daemon_lock():
        _read(desk)


def translate(place: Place) -> None:
    """Translate all that waits."""
    with at_work(place) as desk, desk.store.daemon_lock():
        _translate(desk)


def publish(place: Place) -> None:
    """Publish what changed."""
    with at_work(place) as desk, desk.store.daemon_lock():
        pipeline.publish(store=desk.store, masthead=desk.masthead)


def run(place: Place) -> None:
    """Make a whole pass."""
    with at_work(place) as desk, desk.store.daemon_lock():
        _read(desk)
        _translate(desk)
        pipeline.publish(store=desk.store, masthead=desk.masthead)


def _read(desk: Desk) -> None:
    for source in desk.sources:
        report = pipeline.read(source, store=desk.store, fetcher=desk.fetcher, clock=desk.clock, chance=0.5)
        if report.error:
            raise SyndicatorError(report.error)


def _translate(desk: Desk) -> None:
    waiting = desk.store.waiting(["en", "ru"], pairs=desk.translator.pairs(), now=CLOCK.now(), limit=100)
    report = pipeline.translate(waiting, bench=bench(desk))
    if report.error:
        raise SyndicatorError(report.error)


def command(*words: str) -> Callable[[Place], None]:
    """Return what runs a command; `{}` in it is the desk's folder."""

    def call(place: Place) -> None:
        filled = [word.replace("{}", str(place.folder)) for word in words]
        done = CliRunner().invoke(cli.app, [*filled, "--config", str(place.config)])
        if done.exit_code:
            raise done.exception if isinstance(done.exception, SyndicatorError) else RuntimeError(done.output)

    return call


def held(place: Place) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables of a store, but for the inodes of files in the inbox: each trial has its own."""
    found = rows(place.folder / "data" / "syndicator.db")
    found["marks"] = [(source, item, str(mark).rpartition("-")[0]) for source, item, mark in found["marks"]]
    return found


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables of a database that is whole."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in sorted(tables)}  # noqa: S608


def published(place: Place) -> object:
    """Return all files of the feeds, and the store. Half-written files must be gone."""
    return place.files(), held(place)


def corrected(place: Place) -> object:
    """Return the corrections, without when they were made."""
    with closing(sqlite3.connect(place.folder / "data" / "syndicator.db")) as connection:
        return sorted(connection.execute("SELECT source_text, target_text, by FROM corrections"))


def backed_up(place: Place) -> object:
    """Return what the backup holds, and that nothing is beside it."""
    assert not list(place.folder.glob("data/*replaced*"))
    return rows(place.folder / "copy.db")


def restored(place: Place) -> object:
    """Return what the restored store holds, but for its epoch, which is random."""
    found = held(place)
    found["meta"] = [row for row in found["meta"] if row[0] != "epoch"]
    return found


def imported(place: Place) -> object:
    """Return all files of the installed models."""
    top = place.folder / "models" / "installed"
    return {
        str(path.relative_to(top)): path.stat().st_size
        for path in top.rglob("*")
        if path.is_file() and path.name not in {"manifest.json", ".lock"}
    }


JOBS = {
    "read": Job(starts_from="new", work=read, outcome=held),
    "translate": Job(starts_from="read", work=translate, outcome=held),
    "publish": Job(starts_from="translated", work=publish, outcome=published),
    "run": Job(starts_from="new", work=run, outcome=published),
    "backup": Job(starts_from="translated", work=command("backup", "{}/copy.db", "--force"), outcome=backed_up),
    "restore": Job(starts_from="backed-up", work=command("restore", "{}/copy.db"), outcome=restored),
    "import-model": Job(
        starts_from="no-models", work=command("models", "import", "{}/package.argosmodel"), outcome=imported
    ),
    "import-memory": Job(starts_from="new", work=command("memory", "import", "{}/memory.tmx"), outcome=corrected),
}


def prepare(top: Path, feed: str) -> None:
    """Make the desks that jobs start from. The memory knows every sentence, so that no trial waits for the engine."""
    sources = f'[[sources]]\nslug = "press"\ninbox = "inbox"\n[[sources]]\nslug = "live"\nfeed = "{feed}"\n'
    head = 'languages = ["en", "ru"]\nfeeds.base_url = "https://desk.example/"\n'
    new = Place.make(top / "new", sources, head=head, has_installed=False)
    new.drop("a.txt", INBOX)
    new.drop("b.txt", ENGLISH)
    (new.folder / "memory.tmx").write_text(TMX.format(units="".join(map(UNIT.format, range(3000)))), encoding="utf-8")
    package = next((new.folder / "models").glob("*ru_en*"))
    shutil.copy(package, new.folder / "package.argosmodel")
    scratch = Place(shutil.copytree(new.folder, top / "scratch", symlinks=True))
    forked(_told_what_it_imports(run), scratch)
    for name in json.loads((scratch.folder / "modules").read_text()):
        with suppress(ImportError):
            importlib.import_module(name)  # so that no trial spends its time on it
    shutil.copytree(scratch.folder / "models" / "installed", new.folder / "models" / "installed")
    forked(lambda place: _give_memory(scratch, place), new)
    for name, before, job in (("read", "new", read), ("translated", "read", translate)):
        forked(job, Place(shutil.copytree(top / before, top / name, symlinks=True)))
    copied = Place(shutil.copytree(top / "translated", top / "backed-up", symlinks=True))
    forked(command("backup", "{}/copy.db"), copied)
    forked(publish, copied)
    bare = shutil.copytree(new.folder, top / "no-models", symlinks=True)
    shutil.rmtree(bare / "models")
    (bare / "models").mkdir()
    for name in ("new", "read", "translated", "backed-up"):
        shutil.move(top / name / "models", top / f"{name}-models")
        (top / name / "models").symlink_to(top / f"{name}-models")


def _told_what_it_imports(work: Callable[[Place], None]) -> Callable[[Place], None]:
    """Return the same work, after which the names of all modules are in the file `modules` of the desk."""

    def told(place: Place) -> None:
        work(place)
        (place.folder / "modules").write_text(json.dumps(sorted(sys.modules)))

    return told


def _give_memory(of: Place, to: Place) -> None:
    with at_work(to):
        pass
    with closing(sqlite3.connect(to.folder / "data" / "syndicator.db")) as connection, connection:
        connection.execute("ATTACH ? AS known", [str(of.folder / "data" / "syndicator.db")])
        connection.execute("INSERT INTO memory SELECT * FROM known.memory")


def fork(work: Callable[[Place], None], place: Place) -> tuple[int, int]:
    """Fork a process that does some work once the pipe that is returned with it is written to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(reading)
        return child, writing
    code = 1
    try:
        os.close(writing)
        os.setsid()  # its own children end with it
        os.read(reading, 1)
        log = os.open(place.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        work(place)
        code = 0
    except SyndicatorError as error:
        os.write(2, f"foreseen: {error}\n".encode())
        code = 3
    except BaseException:  # noqa: BLE001 - told by the exit code and in the log
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def forked(work: Callable[[Place], None], place: Place) -> None:
    """Do some work in a process of its own, to its good end."""
    child, begin = fork(work, place)
    os.close(begin)
    _, status = os.waitpid(child, 0)
    assert status == 0, f"{status}\n{(place.folder / 'log').read_text()}"


def killed_after(seconds: float, work: Callable[[Place], None], place: Place) -> bool:
    """Kill some work after so long; return whether it had not ended by then."""
    while signal.sigtimedwait([signal.SIGCHLD], 0):
        pass  # of children that were waited for
    child, begin = fork(work, place)
    os.close(begin)
    is_caught = signal.sigtimedwait([signal.SIGCHLD], seconds) is None
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _end_group(child)
    if is_caught:
        signal.sigwait([signal.SIGCHLD])
    return is_caught


def disturbed(calls: str, what: str, work: Callable[[Place], None], place: Place) -> int:
    """Do some work with `strace -e inject=<calls>:<what>` on it; return the status that it ended with."""
    child, begin = fork(work, place)
    tracer = subprocess.Popen(
        [
            "strace",
            "-f",
            "-q",
            "-o",
            os.devnull,
            "-e",
            f"trace={calls}",
            "-e",
            f"inject={calls}:{what}",
            "-p",
            str(child),
        ]
    )
    status_file = Path(f"/proc/{child}/status")
    while "TracerPid:\t0\n" in status_file.read_text():
        assert tracer.poll() is None, "strace can't attach"
        time.sleep(0.002)
    os.close(begin)
    _, status = os.waitpid(child, 0)
    _end_group(child)
    tracer.wait()
    return status


def _end_group(leader: int) -> None:
    """End what a killed process left running: its own children would end by themselves, a little later."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


class Trials:
    """All trials of one job."""

    def __init__(self, name: str, top: Path) -> None:
        self.name, self.job, self._top = name, JOBS[name], top
        calm = self._fresh()
        began = time.monotonic()
        forked(self.job.work, calm)
        self.seconds = time.monotonic() - began
        self._expected = self.job.outcome(calm)
        self.told: dict[str, int] = {}

    def _fresh(self) -> Place:
        folder = self._top / "trial"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._top / self.job.starts_from, folder, symlinks=True)
        return Place(folder)

    def _look(self, place: Place, what: str) -> None:
        """Start the job again and compare."""
        for path in place.feeds.rglob("*.xml"):
            assert path.read_bytes().rstrip().endswith(b">"), f"{self.name}, {what}: {path} is not whole"
        forked(self.job.work, place)
        found = self.job.outcome(place)
        assert found == self._expected, f"{self.name}, {what}: {difference(self._expected, found)}"
        left = [path for path in place.folder.rglob("*.tmp") if place.feeds in path.parents]
        assert not left, f"{self.name}, {what}: {left}"

    def at_moments(self, count: int, chance: random.Random) -> None:
        """Kill at random moments."""
        for _ in range(count):
            place = self._fresh()
            after = chance.uniform(0, self.seconds)
            self._count("moments", is_caught=killed_after(after, self.job.work, place))
            self._look(place, f"killed after {after:.3f} s")

    def at_calls(self, kind: str, numbers: list[int]) -> None:
        """Kill at the N-th call, for each number, up to the first that is not reached."""
        for number in numbers:
            place = self._fresh()
            status = disturbed(CALLS[kind], f"signal=KILL:when={number}", self.job.work, place)
            is_caught = os.WIFSIGNALED(status)
            assert is_caught or status == 0, f"{self.name}, {kind} {number}: {(place.folder / 'log').read_text()}"
            if not is_caught:
                return
            self._count(kind, is_caught=True)
            self._look(place, f"killed at {kind} {number}")

    def with_errors(self, kind: str, error: str, numbers: list[int]) -> None:
        """Have the N-th call fail, for each number: the job says so in words, or comes to its end all the same."""
        for number in numbers:
            place = self._fresh()
            status = disturbed(CALLS[kind], f"error={error}:when={number}", self.job.work, place)
            code = os.waitstatus_to_exitcode(status)
            log = (place.folder / "log").read_text() if (place.folder / "log").exists() else ""
            assert code in {0, 3}, f"{self.name}, {error} at {kind} {number}: {code} {log}"
            self._count(f"{kind} {error}", is_caught=code == 3)
            self._look(place, f"{error} at {kind} {number}")

    def _count(self, what: str, *, is_caught: bool) -> None:
        self.told[what] = self.told.get(what, 0) + 1
        if is_caught:
            self.told[f"{what}, in mid-work"] = self.told.get(f"{what}, in mid-work", 0) + 1


def difference(expected: object, found: object) -> str:
    """Return where two outcomes differ, shortly."""
    if isinstance(expected, tuple) and isinstance(found, tuple):
        return "; ".join(difference(one, other) for one, other in zip(expected, found, strict=True) if one != other)
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = [key for key in {*expected, *found} if expected.get(key) != found.get(key)]
        return f"{keys}: " + "; ".join(
            f"{expected.get(key)!r:.1500} became {found.get(key)!r:.1500}" for key in keys[:3]
        )
    return f"{expected!r:.1500} became {found!r:.1500}"


def main() -> None:
    """Try all jobs that are named, and print what was tried as JSON, by job."""
    top, feed, names = Path(sys.argv[1]), sys.argv[2], sys.argv[3].split(",")
    seed, moments, calls = map(int, sys.argv[4:7])
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    prepare(top, feed)
    numbers = list(range(1, calls + 1)) if calls >= 10 else [1, 2, 3, 5, 8][:calls]
    for name in names:
        trials = Trials(name, top)
        trials.at_moments(moments, random.Random(seed))
        for kind in CALLS:
            trials.at_calls(kind, numbers)
        trials.with_errors("fsync", "EIO", numbers)
        trials.with_errors("pwrite64", "ENOSPC", numbers)
        sys.stdout.write(json.dumps({name: trials.told}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
