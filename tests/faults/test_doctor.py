"""`doctor` finds what an operator would otherwise have to know, says what to do, and touches nothing."""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from support import samples
from support.desk import Desk
from support.smalldisk import fill, small_disk
from support.store import StoppedClock
from typer.testing import CliRunner

from syndicator import pipeline
from syndicator.cli import app
from syndicator.config import load
from syndicator.doctor import Finding, Level, examine
from syndicator.doctor.places import places
from syndicator.store.lock import held_by_daemon
from syndicator.wiring import make_masthead, opened_store

SOURCES = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'
HEAD = 'languages = ["en", "ru"]\nfeeds.base_url = "https://desk.example/"\n'


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk with an article in both editions; not to be changed."""
    desk = Desk.make(tmp_path_factory.mktemp("whole") / "desk", SOURCES, head=HEAD)
    desk.drop("a.txt", samples.PRESS_RU)
    desk.call("run")
    return desk


@pytest.fixture
def desk(whole: Desk, tmp_path: Path) -> Desk:
    """Return a copy of that desk."""
    return Desk(shutil.copytree(whole.folder, tmp_path / "desk", symlinks=True))


def examined(
    desk: Desk, *, is_thorough: bool = False, now: datetime | None = None, until: str | None = None
) -> list[Finding]:
    """Return what is found up to a subject, but for the clock of the machine that the tests run on."""
    at = StoppedClock(now or datetime.now(UTC))
    found = []
    for one in examine(load(desk.config), desk.config, at=at, is_thorough=is_thorough):
        if one.text != "nothing keeps the clock right":
            found.append(one)
        if one.subject == until:
            break
    return found


def told(desk: Desk, subject: str, **options: object) -> list[tuple[Level, str]]:
    """Return what is wrong with a subject."""
    # The feeds, which come last, are rendered anew: that takes longer than all else.
    until = None if subject in {"feeds", "network"} else "memory"
    found = [one for one in examined(desk, until=until, **options) if one.level is not Level.OK]  # type: ignore[arg-type]
    assert all(one.advice for one in found)
    return [(one.level, one.text) for one in found if one.subject == subject]


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file below a folder, its time and content, but for what SQLite makes beside an open store."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in {".db-shm", ".db-wal"}
    }


def test_a_sound_desk(desk: Desk) -> None:
    """All is well but that no daemon runs; nothing is changed by looking, and each subject has its line."""
    before = tree(desk.folder)
    found = examined(desk, is_thorough=True)
    assert [one.subject for one in found if one.level is not Level.OK] == ["daemon"]
    assert tree(desk.folder) == before
    subjects = {"config", "data", "feeds", "models", "inbox press", "space", "leftovers", "store", "daemon", "clock"}
    assert subjects | {"memory", "network", "limits", "locale", "versions"} <= {one.subject for one in found}
    assert "each exactly what the store says" in next(one.text for one in reversed(found) if one.subject == "feeds")


def test_before_the_first_run(tmp_path: Path) -> None:
    """A desk that never ran has no problems, and gets no store from being looked at."""
    desk = Desk.make(tmp_path / "desk", SOURCES)
    assert not [one for one in examined(desk) if one.level is Level.PROBLEM]
    assert not (desk.folder / "data").exists()


def test_feeds_that_somebody_changed(desk: Desk) -> None:
    """Files that are missing, changed or of no edition are named."""
    (desk.feeds / "en" / "atom.xml").write_bytes((desk.feeds / "en" / "atom.xml").read_bytes() + b" ")
    (desk.feeds / "ru" / "press" / "rss.xml").unlink()
    (desk.feeds / "de").mkdir()
    (desk.feeds / "de" / "atom.xml").write_text("<feed/>")
    (desk.feeds / "README.md").write_text("Ours.")
    assert told(desk, "feeds") == [
        (Level.PROBLEM, "missing: ru/press/rss.xml"),
        (Level.PROBLEM, "not what the store says: en/atom.xml"),
        (Level.WARNING, "of no edition: de/atom.xml"),
    ]


def test_feeds_of_a_large_store_that_are_not_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are too many articles to compare every byte, feeds that are missing are found all the same."""
    monkeypatch.setattr(import_module("syndicator.doctor.feeds"), "FEW_ARTICLES", 0)
    assert told(desk, "feeds") == []
    (desk.feeds / "en" / "rss.xml").unlink()
    assert told(desk, "feeds") == [(Level.PROBLEM, "not all there: en/")]


def test_feeds_of_editions_that_are_published_no_more(desk: Desk) -> None:
    """Editions that the settings no longer ask for are not waited for."""
    for more in ("feeds.bilingual = true\n", ""):
        desk.write_config(SOURCES, head=HEAD + more)
        settings = load(desk.config)
        with opened_store(settings) as store:
            pipeline.publish(store=store, masthead=make_masthead(settings, store))
    [(level, text)] = told(desk, "feeds")
    assert (level, text.startswith("of no edition: ")) == (Level.WARNING, True)


def test_feeds_older_than_the_settings(desk: Desk) -> None:
    """Editions that are still to be written under new settings are told."""
    desk.write_config(SOURCES, head=HEAD + "feeds.window = 7\n")
    [(level, text)] = told(desk, "feeds")
    assert (level, "older than the store" in text) == (Level.WARNING, True)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("missing", "though editions were published"),
        ("empty", "is empty"),
        ("noise", "not a syndicator"),
        ("hole", "damaged"),
    ],
)
def test_a_damaged_store(what: str, reason: str, desk: Desk) -> None:
    """A store that is missing, empty or damaged is a problem, with the command that restores it; it stays as it is."""
    path = desk.folder / "data" / "syndicator.db"
    content = path.read_bytes()
    if what == "missing":
        path.unlink()
    else:
        hole = content[:40960] + b"\x55" * 20000 + content[60960:]
        path.write_bytes({"empty": b"", "noise": b"noise " * 9999, "hole": hole}[what])
    before = tree(desk.folder)
    [(level, text)] = told(desk, "store")
    assert (level, reason in text) == (Level.PROBLEM, True), text
    assert any("`syndicator restore FILE`" in (one.advice or "") for one in examined(desk))
    assert tree(desk.folder) == before


def test_damaged_models(desk: Desk) -> None:
    """A file that is cut short is found at once; a turned bit when looked for."""
    ru, en = sorted(desk.folder.glob("models/installed/*/model/model.bin"), key=lambda path: "en_ru" in str(path))
    content = bytearray(en.read_bytes())
    content[len(content) // 2] ^= 1
    en.write_bytes(content)
    assert told(desk, "models") == []
    [(level, text), *_] = told(desk, "models", is_thorough=True)
    assert (level, text.startswith("en>ru 0.1: ")) == (Level.PROBLEM, True)
    ru.write_bytes(b"short")
    assert [text.split(" ")[0] for level, text in told(desk, "models") if level is Level.PROBLEM] == ["ru>en"]
    assert [text for _, text in told(desk, "models")][-1] == "none leads from ru to en: such articles wait"


def test_a_clock_that_is_wrong(desk: Desk) -> None:
    """A clock that is behind what was written is a problem."""
    [(level, text)] = told(desk, "clock", now=datetime.now(UTC) - timedelta(days=3650))
    assert (level, "the store was written on" in text) == (Level.PROBLEM, True)
    (desk.folder / "data" / "syndicator.db").unlink()
    [(level, text)] = told(desk, "clock", now=datetime.now(UTC) - timedelta(hours=1))
    assert (level, "syndicator.toml was written on" in text) == (Level.PROBLEM, True)


def test_half_written_files(desk: Desk) -> None:
    """What a killed writer left behind is named."""
    for name in ("feeds/en/.atom.xml.0123456789abcdef.tmp", "data/.copy.db.0123456789abcdef.tmp"):
        (desk.folder / name).write_text("half")
    [(level, text)] = told(desk, "leftovers")
    assert level is Level.WARNING
    assert ".atom.xml.0123456789abcdef.tmp" in text
    assert ".copy.db.0123456789abcdef.tmp" in text


def test_a_running_daemon(desk: Desk) -> None:
    """The process that holds the store is named; looking does not take the lock."""
    with held_by_daemon(desk.folder / "data" / "syndicator.db"):
        assert told(desk, "daemon") == []
        assert any(f"process {os.getpid()} is at work" in one.text for one in examined(desk))
    assert [text for _, text in told(desk, "daemon")] == ["none is running"]


def test_agreements_that_can_t_be_read(desk: Desk) -> None:
    """A broken term base is a problem of the config."""
    (desk.config.parent / "terms.csv").write_text("no,columns\nthat,we know\n")
    assert [level for level, _ in told(desk, "config")] == [Level.PROBLEM]


def test_a_file_in_the_way(desk: Desk) -> None:
    """A file where the feeds should be is a problem."""
    shutil.rmtree(desk.feeds)
    desk.feeds.write_text("in the way")
    assert (Level.PROBLEM, f"{desk.feeds} is not a folder") in told(desk, "feeds")


def test_what_everybody_may_change(desk: Desk) -> None:
    """A config that everybody on the machine may write is a warning."""
    desk.config.chmod(desk.config.stat().st_mode | stat.S_IWOTH)
    assert [level for level, _ in told(desk, "config")] == [Level.WARNING]


def test_a_source_s_own_headers(desk: Desk) -> None:
    """A file of header fields that is missing is a problem; one that others may read, a warning."""
    secret = desk.config.parent / "agency"
    desk.write_config(
        f'{SOURCES}[[sources]]\nslug = "a"\nfeed = "https://a.example/"\nheaders_file = "agency"\n', head=HEAD
    )
    assert [level for level, _ in told(desk, "config")] == [Level.PROBLEM]
    secret.write_text("X-Api-Key: 123456\n")
    secret.chmod(0o644)
    assert told(desk, "config") == [(Level.WARNING, f"{secret} can be read by everybody on this machine")]
    secret.chmod(0o600)
    assert told(desk, "config") == []


def test_a_network_policy_that_contradicts_the_sources(desk: Desk) -> None:
    """Sources on the network and no network: told, with their names."""
    policy = '[[sources]]\nslug = "far"\nfeed = "https://feed.example/"\n'
    desk.write_config(SOURCES + policy)
    desk.config.write_text(desk.config.read_text().replace("[network]\n", '[network]\nallow = "none"\n'))
    assert [text for _, text in told(desk, "network")] == ["so these sources can't be read: far"]


def test_a_full_disk(desk: Desk) -> None:
    """A disk with hardly any room, or hardly any file left, is a problem."""
    shutil.rmtree(desk.feeds)
    with small_disk(desk.feeds, kilobytes=2048, inodes=300) as disk:
        fill(disk)
        [(level, text)] = told(desk, "space")
        assert (level, str(disk) in text) == (Level.PROBLEM, True)
    with small_disk(desk.feeds, kilobytes=2_000_000, inodes=300) as disk:
        assert [level for level, _ in told(desk, "space")] == [Level.PROBLEM]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_permissions_of_another_user(whole: Desk) -> None:
    """What the user of the daemon may not read or write is named, file by file, with the command that mends it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        desk = Desk(Path(shutil.copytree(whole.folder, Path(folder) / "desk", symlinks=True)))
        (desk.inbox / "a.txt").chmod(0o600)
        settings = load(desk.config)
        found = as_nobody(lambda: [f"{one.text} -> {one.advice}" for one in places(settings, desk.config)])
        for subject in ("data", "feeds", "models"):
            assert any(f"chown 65534 {desk.folder / subject}" in one for one in found), found
        assert any("can't read" in one and "a.txt" in one for one in found)


def as_nobody(look: Callable[[], list[str]]) -> list[str]:
    """Return what a function returns in a process of a user who owns nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setresuid(65534, 65534, 65534)
            os.write(writing, json.dumps(look()).encode())
        except BaseException as error:  # noqa: BLE001 - for the parent to raise
            os.write(writing, json.dumps([f"{type(error).__name__}: {error}"]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a pipe
        told = pipe.read()
    os.waitpid(child, 0)
    return list(json.loads(told))


def test_the_command(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with 0 while there are warnings only, with 1 when there is a problem; told as text and as JSON."""
    monkeypatch.setenv("COLUMNS", "200")
    done = CliRunner().invoke(app, ["doctor", "--config", str(desk.config)])
    assert (done.exit_code, "warning  daemon: none is running\n         -> start it" in done.stdout) == (0, True)
    (desk.feeds / "en" / "atom.xml").unlink()
    done = CliRunner().invoke(app, ["doctor", "--json", "--config", str(desk.config)])
    assert (done.exit_code, '"missing: en/atom.xml"' in done.stdout) == (1, True)
