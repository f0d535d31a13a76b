"""The child that translates dies, hangs, fills up or lies: one retry, then the text is found, and all else goes on.

Faults come from outside: by signal, by limit, or by a `sitecustomize` on the child's path that makes the tokenizer go
wrong over texts with a certain word.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from support.desk import wait_until
from support.packages import carried

from syndicator.errors import ModelError, NoRoute
from syndicator.model import Rendering, Route
from syndicator.translation.child import ChildTranslator, Limits
from syndicator.translation.engine import ArgosTranslator
from syndicator.translation.models import import_package

TEXTS = [
    "Полиция задержала трёх человек.",
    "Встреча прошла в Москве.",
    "12",
    "Погода завтра будет хорошей.",
    "Полиция задержала трёх человек.",
    "Учёные открыли новую планету.",
]
POISON = "Это отрава."
SOON = timedelta(seconds=3)
FAULTS = """
import os, signal, sys, time
from pathlib import Path

folder = Path(__file__).parent


def fault():
    match os.environ["FAULT"]:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exception":
            raise RuntimeError("Это отрава")
        case "memory":
            kept = []
            while True:
                kept.append(bytearray(10_000_000))
        case "print":
            os.write(1, b"x" * 9)
            print("stray", flush=True)
            assert sys.stdin.read() == "" and os.read(0, 1) == b""
        case "chatter":
            while True:
                os.write(2, b"x" * 99)
        case "once" | "crash once" if not (folder / "fault").exists():
            (folder / "fault.new").write_text(str(os.getpid()))
            (folder / "fault.new").rename(folder / "fault")
            if os.environ["FAULT"] == "crash once":
                os.kill(os.getpid(), signal.SIGSEGV)
            signal.pause()


if "syndicator.translation.child_main" in sys.orig_argv:
    with (folder / "starts").open("a") as starts:
        print(os.getpid(), file=starts)

    from sentencepiece import SentencePieceProcessor as Processor

    def encode(self, text, *args, encode=Processor.encode, **options):
        if "отрав" in str(text):
            fault()
        return encode(self, text, *args, **options)

    Processor.encode = encode
"""
Make = Callable[..., ChildTranslator]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a models directory with both carried pairs; not to be changed."""
    directory = tmp_path_factory.mktemp("models")
    for pair in ("ru_en", "en_ru"):
        import_package(carried(pair), directory)
    return directory


@pytest.fixture
def make(models: Path) -> Iterator[Make]:
    """Return what makes a translator with these limits; all that it made are closed in the end."""
    made = []

    def one(directory: Path = models, **limits: object) -> ChildTranslator:
        made.append(ChildTranslator(directory, beam_size=1, threads=1, limits=Limits(**limits)))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for translator in made:
        translator.close()


@pytest.fixture
def faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have children started from now on go wrong over poison, as $FAULT says; return the folder that tells of them."""
    folder = tmp_path / "faults"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(FAULTS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")])))
    monkeypatch.setenv("FAULT", "crash")
    return folder


def starts(faults: Path) -> int:
    """Return how many children were started."""
    return len((faults / "starts").read_text().splitlines())


def ru_en(translator: ChildTranslator | ArgosTranslator) -> Route:
    return translator.route("ru", "en")


def child_of(translator: ChildTranslator) -> int:
    """Return the process id of its child."""
    assert translator._child is not None
    return translator._child.pid


def is_running(pid: int) -> bool:
    """Say whether there is such a process, and not only its corpse."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def content(found: list[Rendering | None]) -> list[tuple[str, float | None] | None]:
    return [one and (one.text, one.score) for one in found]


@pytest.fixture(scope="module")
def expected(models: Path) -> list[tuple[str, float | None] | None]:
    """Return what the engine makes of TEXTS in a process like this one."""
    engine = ArgosTranslator(models, beam_size=1, threads=1)
    return content(engine.translate(TEXTS, ru_en(engine)))


Expected = list[tuple[str, float | None] | None]

# as it should be


def test_the_child_translates_as_the_engine_does(make: Make, expected: Expected) -> None:
    """The result is the engine's, in the order of the texts, equal ones included."""
    translator = make()
    assert content(translator.translate(TEXTS, ru_en(translator))) == expected


def test_the_child_aligns_as_the_engine_does(make: Make, models: Path) -> None:
    """The links are the engine's, in the order of the pairs."""
    translator, engine = make(), ArgosTranslator(models, beam_size=1, threads=1)
    pairs = [("Встреча прошла в Москве.", "The meeting was in Moscow."), ("12", "12"), ("Да.", "Yes.")]
    found = translator.align(pairs, ru_en(translator))
    assert any(found)
    assert found == engine.align(pairs, ru_en(engine))


def test_effort_reaches_the_engine(make: Make, models: Path) -> None:
    """What is asked for with more effort is made with more effort."""
    translator, engine = make(), ArgosTranslator(models, beam_size=1, threads=1)
    text = ["Компания объявила о новых продуктах, а суд отложил заседание до понедельника из-за погоды."]
    by_effort = [content(translator.translate(text, ru_en(translator), effort=effort)) for effort in (0, 1, 2)]
    assert by_effort == [content(engine.translate(text, ru_en(engine), effort=effort)) for effort in (0, 1, 2)]
    assert by_effort[0] != by_effort[1]


def test_what_is_installed_is_told_without_a_child(make: Make, models: Path) -> None:
    """Route, pairs, provenance and settings are the engine's; no process is started for them, nor for no texts."""
    translator, engine = make(), ArgosTranslator(models, beam_size=1, threads=1)
    route = ru_en(translator)
    assert route == ru_en(engine)
    assert translator.pairs() == engine.pairs()
    assert translator.describe(route) == engine.describe(route)
    assert translator.decoding() == engine.decoding()
    assert translator.translate([], route) == []
    assert translator.align([], route) == []
    with pytest.raises(NoRoute):
        translator.route("ru", "de")
    assert translator._child is None


def test_threads_get_what_they_asked_for(make: Make) -> None:
    """Requests of several threads at once don't mix."""
    translator = make()
    route, back = ru_en(translator), translator.route("en", "ru")
    asked = [([f"{number}", *TEXTS[: number % 3]], back if number % 2 else route) for number in range(20)]
    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda one: translator.translate(*one), asked))
    assert found == [translator.translate(*one) for one in asked]


# ends and limits


def test_a_child_that_is_killed_in_mid_batch_costs_a_retry(
    make: Make, faults: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost or called broken when somebody kills the child."""
    monkeypatch.setenv("FAULT", "once")
    translator = make()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(translator.translate, [*TEXTS, POISON], ru_en(translator))
        wait_until((faults / "fault").exists)
        os.kill(int((faults / "fault").read_text()), signal.SIGKILL)
        found = asked.result(60)
    assert all(found)
    assert translator.take_broken([POISON]) == {}
    assert starts(faults) == 2


def test_a_child_that_is_killed_while_idle_costs_no_retry(
    make: Make, faults: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next request gets a new one, and is still asked once more when that breaks."""
    monkeypatch.setenv("FAULT", "crash once")
    translator = make()
    translator.translate(TEXTS, ru_en(translator))
    os.kill(child_of(translator), signal.SIGKILL)  # with no time for it to be gone: that must not matter
    assert all(translator.translate([POISON], ru_en(translator)))
    assert starts(faults) == 3


def test_a_child_that_hangs_costs_a_retry(make: Make, expected: Expected) -> None:
    """What gives no answer in time is killed, and a new child asked, though the request is larger than a pipe holds."""
    translator = make(timeout=SOON, each_character=timedelta(0))
    translator.translate(TEXTS, ru_en(translator))
    stopped = child_of(translator)
    os.kill(stopped, signal.SIGSTOP)
    found = translator.translate([*TEXTS, "1" * 200_000], ru_en(translator))
    assert content(found[:-1]) == expected
    assert not is_running(stopped)


def test_a_child_that_chatters_on_is_hanging(make: Make, faults: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Output on standard error does not count as an answer, and is not kept."""
    monkeypatch.setenv("FAULT", "chatter")
    translator = make(timeout=timedelta(seconds=0.2))
    assert translator.translate([POISON], ru_en(translator)) == [None]
    assert translator.take_broken([POISON]) == {POISON: "the engine gave no answer within 0 s, twice"}
    assert starts(faults) == 2


def test_an_idle_child_ends(make: Make, expected: Expected) -> None:
    """Its memory is free again after a set time; the next request gets a new child."""
    translator = make(idle=timedelta(seconds=0.1))
    found = translator.translate(TEXTS, ru_en(translator))
    wait_until(lambda: translator._child is None)
    assert content(found) == content(translator.translate(TEXTS, ru_en(translator))) == expected


def test_a_request_at_the_moment_of_idleness_is_not_lost(make: Make, faults: Path) -> None:
    """A child that is ended for idleness is never taken for one that broke."""
    translator = make(idle=timedelta(0))
    found = [translator.translate(["Да."], ru_en(translator)) for _ in range(5)]
    assert all(one == found[0] for one in found)
    assert found[0] != [None]
    assert translator.take_broken(["Да."]) == {}
    assert starts(faults) <= 5


def test_the_child_outlives_the_thread_that_asked_first(make: Make) -> None:
    """It is tied to its parent's life, not to that of any thread of the desk."""
    translator = make()
    asking = Thread(target=translator.translate, args=(TEXTS, ru_en(translator)))
    asking.start()
    asking.join()
    first = child_of(translator)
    translator.translate(TEXTS, ru_en(translator))
    assert child_of(translator) == first
    assert is_running(first)


def test_signals_to_stop_are_for_the_parent(make: Make) -> None:
    """Ctrl-C, a closed terminal and systemd's stop leave the child at work; it has a session of its own."""
    translator = make()
    translator.translate(TEXTS, ru_en(translator))
    first = child_of(translator)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(first, number)
    translator.translate(TEXTS, ru_en(translator))
    assert child_of(translator) == first
    assert os.getsid(first) == first


def test_no_child_is_left_when_the_parent_is_killed(
    models: Path, faults: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child ends with its parent, even while it hangs."""
    monkeypatch.setenv("FAULT", "once")
    code = f"""if True:
        import pathlib
        from syndicator.translation.child import ChildTranslator
        translator = ChildTranslator(pathlib.Path({str(models)!r}), beam_size=1, threads=1)
        translator.translate([{POISON!r}], translator.route("ru", "en"))
    """
    parent = subprocess.Popen([sys.executable, "-c", code])
    wait_until((faults / "fault").exists)
    child = int((faults / "fault").read_text())
    assert is_running(child)
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_running(child))


def test_closing_ends_what_is_at_hand(make: Make, faults: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that hangs fails at once when the desk is closed, and so do later ones."""
    monkeypatch.setenv("FAULT", "once")
    translator = make()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(translator.translate, [POISON], ru_en(translator))
        wait_until((faults / "fault").exists)
        translator.close()
        with pytest.raises(ModelError, match="stopped"):
            asked.result(60)
    with pytest.raises(ModelError, match="stopped"):
        translator.translate(TEXTS, ru_en(translator))
    assert not is_running(int((faults / "fault").read_text()))
    assert starts(faults) == 1


def test_the_child_is_limited(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a limit on its memory, leaves no core file, and is not told our settings."""
    monkeypatch.setenv("SYNDICATOR_DATABASE__URL", "postgresql://desk:secret@localhost/news")
    translator = make(memory_bytes=500 << 20)
    translator.translate(TEXTS, ru_en(translator))
    folder = Path(f"/proc/{child_of(translator)}")
    limits = dict(line.rsplit(maxsplit=3)[:2] for line in (folder / "limits").read_text().splitlines()[1:-2])
    assert limits["Max data size"] == str(500 << 20)
    assert limits["Max core file size"] == "0"
    assert b"secret" not in (folder / "environ").read_bytes()


# what breaks it


def test_a_poisonous_text_is_found(make: Make, faults: Path) -> None:
    """Of a batch all is translated but the text that kills the engine, and that is told once."""
    translator = make()
    found = translator.translate([*TEXTS, POISON, *TEXTS, POISON], ru_en(translator))
    assert found == [*found[: len(TEXTS)], None, *found[: len(TEXTS)], None]
    assert all(found[: len(TEXTS)])
    assert translator.take_broken(TEXTS) == {}
    assert translator.take_broken([POISON, *TEXTS]) == {POISON: "the engine was ended by SIGSEGV, twice"}
    assert translator.take_broken([POISON, *TEXTS]) == {}
    assert starts(faults) <= 8


@pytest.mark.parametrize(
    ("fault", "reason"), [("exception", "ended with exit code 1"), ("memory", "ran out of memory")]
)
def test_a_text_that_breaks_the_engine_in_other_ways_is_found(
    fault: str, reason: str, make: Make, faults: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception that nobody foresaw, or memory that runs out, is a break, too; the text is not in what is told."""
    monkeypatch.setenv("FAULT", fault)
    translator = make(memory_bytes=300 << 20)
    first, second = translator.translate(["Да.", POISON], ru_en(translator))
    assert first is not None
    assert second is None
    assert translator.take_broken([POISON]) == {POISON: f"the engine {reason}, twice"}
    assert starts(faults) == 4


def test_a_text_that_breaks_alignment_has_no_links(make: Make, faults: Path) -> None:
    """The other pairs get theirs; a pair that can't be aligned is not kept from being translated."""
    translator = make()
    pairs = [("Встреча прошла в Москве.", "The meeting was in Moscow."), (POISON, "This is poison.")]
    first, second = translator.align(pairs, ru_en(translator))
    assert first
    assert second == ()
    assert translator.take_broken([POISON]) == {}
    assert starts(faults) == 4


def test_prints_of_native_code_do_no_harm(make: Make, faults: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed in the child, or read from its standard input, stays away from the messages."""
    monkeypatch.setenv("FAULT", "print")
    translator = make()
    assert all(translator.translate([*TEXTS, POISON], ru_en(translator)))
    assert starts(faults) == 1


# when no text is to blame


def test_too_little_memory_is_no_fault_of_a_text(make: Make, faults: Path) -> None:
    """Where the models don't fit, that is said, with the setting; nothing is called broken."""
    translator = make(memory_bytes=40 << 20)
    with pytest.raises(ModelError, match=r"translation\.memory_limit_mb \(40 MB now\)"):
        translator.translate(TEXTS, ru_en(translator))
    assert translator.take_broken(TEXTS) == {}
    assert starts(faults) == 2


def test_models_that_fit_only_one_at_a_time_take_turns(make: Make, faults: Path) -> None:
    """A child that others have filled is not the last word."""
    roomy = make()
    routes = [ru_en(roomy), roomy.route("en", "ru")]
    expected = [roomy.translate(["Да.", "Yes."], route) for route in routes]
    both = int(Path(f"/proc/{child_of(roomy)}/status").read_text().partition("VmData:")[2].split()[0]) << 10
    translator = make(memory_bytes=both - (10 << 20))
    assert [translator.translate(["Да.", "Yes."], route) for route in routes] == expected
    assert starts(faults) > 2


def test_a_damaged_model_is_told(models: Path, tmp_path: Path, make: Make) -> None:
    """What the engine says of a model comes through, and nothing is called broken."""
    directory = tmp_path / "models"
    for source in models.rglob("*"):
        if source.is_file():
            path = directory / source.relative_to(models)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.read_bytes())
    weights = directory / "installed" / "ru_en-0.1" / "model" / "model.bin"
    content = bytearray(weights.read_bytes())
    content[-1000] ^= 1
    weights.write_bytes(content)
    translator = make(directory)
    with pytest.raises(ModelError, match=r"ru_en-0\.1 is damaged"):
        translator.translate(TEXTS, ru_en(translator))
    assert all(translator.translate(["Yes."], translator.route("en", "ru")))
    for seen in (translator, make(directory)):
        assert ("ru", "en") not in seen.pairs()
        with pytest.raises(ModelError, match=r"ru_en-0\.1 is damaged: model/model\.bin differs"):
            seen.route("ru", "en")
    content[-1000] ^= 1
    weights.write_bytes(content)
    mended = make(directory)
    assert all(mended.translate(TEXTS, ru_en(mended)))


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("exit 3", "ended with exit code 3"),
        ("echo No space left >&2; exit 1", r"ended with exit code 1 \(No space left\)"),
        ("head -c 99 /dev/zero; sleep 99", "gave a senseless answer"),
        ("yes; sleep 99", "gave a senseless answer"),
        ("exec >&-; sleep 99", "was ended by SIGKILL"),
    ],
)
def test_a_child_that_can_not_start_is_told(
    program: str, reason: str, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the child says nothing, or nonsense, before it has seen a text, the models can't be used."""
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    translator = make()
    with pytest.raises(ModelError, match=f"^The models of ru>en can't be used, the engine {reason}: "):
        translator.translate(TEXTS, ru_en(translator))
    assert translator.take_broken(TEXTS) == {}


def test_no_python_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be started, the reason comes through."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    translator = make()
    with pytest.raises(ModelError, match="No such file"):
        translator.translate(TEXTS, ru_en(translator))
