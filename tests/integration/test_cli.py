"""The command line as an operator uses it: every command, its output for people and for scripts, its exit codes."""

import hashlib
import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from support import samples
from support.desk import COMMAND, ROOT, Desk, environment, wait_until
from support.origin import Origin

from syndicator.config import load

INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path / "desk", INBOX)


def call(*words: str, cwd: Path, code: int = 0, text: str | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, cwd=cwd, env=environment(), check=False, input=text
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def test_help_answers_without_loading_the_program(tmp_path: Path) -> None:
    """`--help` imports neither the engine, nor the store, nor an HTTP client."""
    heavy = ("ctranslate2", "sqlalchemy", "httpx2", "pydantic", "trafilatura", "feedgen", "numpy")
    code = (
        "import sys\nfrom syndicator.cli import main\nsys.argv = ['syndicator', '--help']\n"
        f"try:\n    main()\nexcept SystemExit:\n    print([one for one in {heavy!r} if one in sys.modules])"
    )
    done = subprocess.run([COMMAND[0], "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version_is_told(tmp_path: Path) -> None:
    """`--version` prints the version."""
    assert call("--version", cwd=tmp_path).stdout.startswith("syndicator 0.")


def test_init_makes_a_desk_that_runs(tmp_path: Path) -> None:
    """`init`, a model from a file, an article in the inbox, `run`: the edition is there. A second `init` is refused."""
    call("init", "desk", cwd=tmp_path)
    folder = tmp_path / "desk"
    for package in (ROOT / "models").glob("*.argosmodel"):
        call("models", "import", str(package), cwd=folder)
    Desk(folder).drop("a.txt", samples.PRESS_RU)
    call("run", cwd=folder)
    assert (folder / "feeds" / "en" / "atom.xml").is_file()
    assert "is there already" in call("init", "desk", cwd=tmp_path, code=2).stderr


def test_a_broken_config_is_told_in_full_and_nothing_is_done(desk: Desk) -> None:
    """Exit code 3, one line a problem with file and line, and no traceback; no store is made."""
    desk.config.write_text("languages = []\n[feeds]\nwindow = 0\n", encoding="utf-8")
    for command in (["run"], ["status"], ["config", "check"]):
        done = desk.call(*command, code=3)
        assert f"{desk.config}:1: languages:" in done.stderr
        assert f"{desk.config}:3: feeds.window:" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (desk.folder / "data").exists()


def test_config_show_prints_what_is_in_force_without_passwords(desk: Desk) -> None:
    """Defaults, file and environment are shown together; a database password is not."""
    done = desk.call("config", "show", "--json", SYNDICATOR_DATABASE__URL="postgresql://me:secret@host/x")
    shown = json.loads(done.stdout)
    assert shown["database"]["url"] == "postgresql://me:***@host/x"
    assert shown["publisher"]["name"] == "Test Desk"
    assert "window = 100" in desk.call("config", "show").stdout


def test_sources_are_added_tested_listed_and_removed(desk: Desk) -> None:
    """A feed goes through its whole life by command."""
    with Origin() as origin:
        origin.add("/feed", body=samples.RSS_RU.encode(), headers={"Content-Type": "application/rss+xml"})
        url = origin.url("/feed")
        desk.call("sources", "add", url, "--slug", "vestnik", "--rights", "CC BY 4.0")
        tried = desk.json("sources", "test", "vestnik")
        assert tried["name"] == "Городской вестник"
        assert [one["language"] for one in tried["articles"]] == ["ru", "ru"]
        assert desk.json("sources", "test", url)["articles"] == tried["articles"]
        assert "Завтра ожидается дождь" in desk.call("sources", "test", "vestnik").stdout
        assert not (desk.folder / "data").exists(), "testing a source stores nothing"
        desk.call("run")
        listed = {one["slug"]: one for one in desk.json("sources", "list")}
        assert (listed["vestnik"]["condition"], listed["vestnik"]["name"]) == ("ok", "Городской вестник")
        desk.call("sources", "remove", "vestnik")
        assert [one["slug"] for one in desk.json("sources", "list")] == ["press"]


def test_a_source_that_would_break_the_config_is_not_added(desk: Desk) -> None:
    """The file stays as it was when the addition would make it wrong."""
    before = desk.config.read_bytes()
    desk.call("sources", "add", "https://a.example/feed", "--slug", "press", code=3)
    desk.call("sources", "add", "/nowhere/at/all", code=2)
    assert desk.config.read_bytes() == before


def test_testing_an_inbox_moves_nothing(desk: Desk) -> None:
    """A look at an inbox leaves an unreadable file where it is; a run moves it and says why beside it."""
    desk.drop("photo.txt", bytes(range(256)) * 4)
    desk.drop("a.txt", samples.PRESS_RU)
    tried = desk.json("sources", "test", "press")
    assert [one["title"] for one in tried["articles"]] == ["В столице прошла встреча министров культуры"]
    assert [one["item"] for one in tried["set_aside"]] == ["photo.txt"]
    assert (desk.inbox / "photo.txt").exists()
    desk.call("run")
    assert not (desk.inbox / "photo.txt").exists()
    assert (desk.inbox / ".rejected" / "photo.txt").exists()
    assert (desk.inbox / ".rejected" / "photo.txt.reason.txt").read_text(encoding="utf-8").strip()


def test_opml_comes_in_and_goes_out(desk: Desk) -> None:
    """Feeds of an OPML file become sources once; the export holds them."""
    opml = desk.folder / "in.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline text="News"><outline text="Science Weekly" type="rss" '
        'xmlUrl="https://science.example/feed"/><outline title="Вестник" xmlUrl="https://vestnik.example/feed"/>'
        '</outline><outline text="no feed" htmlUrl="https://x.example/"/></body></opml>',
        encoding="utf-8",
    )
    assert "added 2 of 2" in desk.call("opml", "import", str(opml)).stdout
    text = desk.config.read_text(encoding="utf-8")
    again = desk.call("opml", "import", str(opml)).stdout
    assert "added 0 of 2" in again
    assert "skipped https://vestnik.example/feed: it is there already, as vestnik-example" in again
    assert desk.config.read_text(encoding="utf-8") == text
    listed = desk.json("sources", "list")
    assert {one["slug"]: one["group"] for one in listed if one["kind"] == "feed"} == {
        "science-weekly": "News",
        "vestnik-example": "News",
    }
    assert "News" in desk.call("sources", "list").stdout
    sources = {one["slug"]: one["where"] for one in listed}
    assert sources["science-weekly"] == "https://science.example/feed"
    assert sources["vestnik-example"] == "https://vestnik.example/feed"
    exported = desk.call("opml", "export").stdout
    assert 'xmlUrl="https://vestnik.example/feed"' in exported
    assert '<outline text="News"' in exported
    assert "Вестник" in exported


def test_opml_names_that_the_program_needs_itself(desk: Desk) -> None:
    """A feed called like a folder of ours gets another name, and the rest of the file comes in with it."""
    opml = desk.folder / "in.opml"
    names = ("stories", "Archive", "x")
    feeds = "".join(f'<outline text="{name}" xmlUrl="https://{name}.example/"/>' for name in names)
    opml.write_text(f'<opml version="2.0"><body>{feeds}</body></opml>', encoding="utf-8")
    assert "added 3 of 3" in desk.call("opml", "import", str(opml)).stdout
    slugs = {one.slug for one in load(desk.config).sources}
    assert {"stories-2", "archive-2", "x"} <= slugs


def test_an_opml_file_brings_no_passwords(desk: Desk) -> None:
    """A feed with credentials in its address, or of another scheme, is left out and told; comments stay."""
    opml = desk.folder / "in.opml"
    with desk.config.open("a", encoding="utf-8") as file:
        file.write("# the desk's own words\n")
    feeds = ["https://user:secret@a.example/", "ftp://b.example/", "https://c.example/x", "HTTPS://C.example:443/x"]
    lines = "".join(f'<outline text="{url[-3:]}" xmlUrl="{url}"/>' for url in feeds)
    opml.write_text(f"<opml version='2.0'><body>{lines}</body></opml>", encoding="utf-8")
    said = desk.call("opml", "import", str(opml)).stdout
    assert "added 1 of 4" in said
    assert said.count("skipped") == 3
    assert "secret" not in said
    assert "# the desk's own words" in desk.config.read_text(encoding="utf-8")


def test_an_opml_file_with_entities_is_refused(desk: Desk) -> None:
    """A declared entity, in whatever encoding, stops the import; so does a file that is no OPML."""
    bomb = '<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "aa">]><opml><body/></opml>'
    for content in (bomb.encode(), bomb.encode("utf-16"), b"<html/>", b"\x00\x01"):
        path = desk.folder / "bad.opml"
        path.write_bytes(content)
        desk.call("opml", "import", str(path), code=6)


def test_translate_prints_a_translation(desk: Desk) -> None:
    """A text, a file and standard input are translated; where no model leads, the exit code says so."""
    text = "Музей открыт каждый день."
    direct = desk.call("translate", text, "--to", "en").stdout.strip()
    assert direct
    assert not any("а" <= letter <= "я" for letter in direct.lower())
    path = desk.drop("a.txt", samples.PRESS_RU)
    found = json.loads(desk.call("translate", str(path), "--to", "en", "--json").stdout)
    assert (found["from"], found["to"], found["route"]) == ("ru", "en", "ru>en")
    assert "1523" not in found["html"]
    refused = desk.call("translate", text, "--to", "de", code=5)
    assert "syndicator models install ru-de" in refused.stderr
    assert not (desk.folder / "data").exists()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Завтра в городе ожидается сильный дождь", "ru"),
        ("Завтра в місті очікується сильний дощ", "uk"),
        ("12345", "und"),
    ],
)
def test_detect_tells_a_language(desk: Desk, text: str, language: str) -> None:
    """Russian is told from Ukrainian, and a text that could be anything is left undetermined."""
    assert json.loads(desk.call("detect", text, "--json").stdout)["language"] == language


def test_detect_measures_itself(desk: Desk) -> None:
    """`detect --eval FILE --json` has the documented keys; a broken line is named."""
    labelled = desk.folder / "labelled.tsv"
    labelled.write_text(
        "ru\tЗавтра в городе ожидается сильный дождь\nen\tHeavy rain is expected in the city tomorrow\n"
        "uk\tЗавтра в місті очікується сильний дощ\n",
        encoding="utf-8",
    )
    measured = json.loads(desk.call("detect", "--eval", str(labelled), "--json").stdout)
    assert measured["recall"] == {"en": 1.0, "ru": 1.0, "uk": 1.0}
    assert measured["other_cyrillic_called_ru"] == 0
    assert measured["median_us"] > 0
    labelled.write_text("ru\tа б в\nno tab here\n", encoding="utf-8")
    assert "2" in desk.call("detect", "--eval", str(labelled), code=6).stderr


def test_models_are_installed_from_an_index_verified_and_removed(desk: Desk) -> None:
    """A pair comes from an index over HTTP, goes on after a broken-off download, and damage is found."""
    shutil.rmtree(desk.folder / "models")
    (desk.folder / "models").mkdir()
    content = (ROOT / "models" / "translate-ru_en-0_1.argosmodel").read_bytes()
    with Origin() as origin:
        offer = {
            "package_version": "0.1",
            "argos_version": "1.9.0",
            "from_code": "ru",
            "from_name": "Russian",
            "to_code": "en",
            "to_name": "English",
            "links": [origin.url("/ru_en.argosmodel")],
            "code": "translate-ru_en",
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        origin.add("/index.json", body=json.dumps([offer]).encode(), headers={"Content-Type": "application/json"})
        origin.add("/ru_en.argosmodel", body=content, headers={"ETag": '"1"', "Accept-Ranges": "bytes"})
        index = {"SYNDICATOR_MODELS__INDEX_URL": origin.url("/index.json")}
        assert desk.json("models", "list") == []
        missing = desk.call("models", "install", "ru-de", code=5, **index)
        assert "ru" in missing.stderr
        assert "de" in missing.stderr
        desk.call("models", "install", "ru-en", **index)
    listed = desk.json("models", "list")
    assert [(one["from"], one["to"], one["version"], one["problem"]) for one in listed] == [("ru", "en", "0.1", None)]
    assert "ok" in desk.call("models", "verify").stdout
    weights = next((desk.folder / "models" / "installed").rglob("model.bin"))
    damaged = bytearray(weights.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    weights.write_bytes(damaged)
    desk.call("models", "verify", code=5)
    refused = desk.call("translate", "Музей открыт каждый день.", "--to", "en", code=5)
    assert "Traceback" not in refused.stderr
    desk.call("models", "remove", "ru-en")
    assert desk.json("models", "list") == []


def test_a_file_dropped_just_now_is_waited_for(desk: Desk) -> None:
    """`cp article inbox/ && syndicator run` publishes the article, though it may not have settled yet."""
    desk.drop("a.txt", samples.PRESS_RU, age_seconds=0)
    summary = desk.json("run")
    assert (summary["new"], summary["sources"][0]["is_complete"]) == (1, True)


def test_a_file_that_is_not_there_is_not_taken_for_a_text(desk: Desk) -> None:
    """A mistyped file name is told."""
    assert "there is no file relaese.txt" in desk.call("translate", "relaese.txt", "--from", "ru", code=2).stderr


def test_status_names_what_is_kept_back_and_why(desk: Desk) -> None:
    """An article without a known language and a rejected file are both shown."""
    desk.drop("short.txt", "№ 5\n")
    desk.drop("photo.txt", bytes(range(256)) * 4)
    desk.drop("mix.txt", "12 / 7 / 2023\n\n100 200 300 400\n")
    desk.call("run")
    shown = desk.call("status").stdout
    assert "photo.txt" in shown
    assert desk.json("status")["counts"]["undetermined"] >= 1
    assert "Language not known" in shown


def test_a_damaged_store_is_named_and_left_alone(desk: Desk) -> None:
    """Nothing starts afresh over a store that can't be read."""
    desk.call("run")
    database = desk.folder / "data" / "syndicator.db"
    database.write_bytes(b"not a database" * 1000)
    refused = desk.call("run", code=4)
    assert str(database) in refused.stderr
    assert database.read_bytes().startswith(b"not a database")


def test_an_interrupted_run_ends_quietly(desk: Desk) -> None:
    """Ctrl-C ends a run with code 130 and without a traceback; what is done is kept."""
    for number in range(40):
        desk.drop(f"{number}.txt", f"Выставка номер {number}\n\nВыставка {number} открыта каждый день до вечера.\n")
    process = desk.start("run")
    wait_until((desk.folder / "data" / "syndicator.db").exists)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert "Traceback" not in desk.log()


def test_output_holds_whatever_the_terminal_can_t_show(desk: Desk) -> None:
    """On an ASCII terminal Cyrillic is written as escapes, and JSON stays JSON; on a full disk one sentence tells."""
    desk.call("sources", "add", str(desk.inbox), "--slug", "second", "--name", "Вторая")
    ascii_only = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    shown = json.loads(desk.call("config", "show", "--json", **ascii_only).stdout)
    assert shown["sources"][1]["name"] == "Вторая"
    assert "\\u0412" in desk.call("config", "show", **ascii_only).stdout
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            desk.command("config", "show"),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "syndicator: No space left on device\n")


def test_odd_arguments_get_a_sentence(desk: Desk) -> None:
    """Half an address, a file where a folder should be, an empty language: a sentence each, and no traceback."""
    for code, words in (
        (2, ["sources", "add", "https://[x"]),
        (1, ["opml", "export", str(desk.folder / "missing" / "x")]),
        (1, ["init", str(desk.config)]),
        (2, ["translate", "Добрый день", "--to", ""]),
        (5, ["translate", "Добрый день", "--to", "ru"]),
    ):
        done = subprocess.run(
            [*COMMAND, *words], capture_output=True, text=True, cwd=desk.folder, env=environment(), check=False
        )
        assert done.returncode == code, (words, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.stderr


def test_two_feeds_of_one_host_get_slugs_of_their_own(desk: Desk) -> None:
    """A slug made from the host is numbered when it is taken."""
    for number in (1, 2):
        desk.call("sources", "add", f"https://news.example/{number}.xml")
    assert [one["slug"] for one in desk.json("sources", "list")] == ["press", "news-example", "news-example-2"]


def test_ctrl_c_does_not_wait_for_an_origin_that_hangs(desk: Desk) -> None:
    """A run that reads from a hanging origin ends at once, with code 130."""
    with Origin() as origin:
        origin.raw("/slow", lambda _asked, _connection: bool(origin.stopping.wait(60)) and None)
        desk.write_config(f'[[sources]]\nslug = "slow"\nfeed = "{origin.url("/slow")}"\n')
        process = desk.start("run")
        wait_until(lambda: origin.requests)
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 130
    assert "Traceback" not in desk.log()
