"""Translation memories come and go through the command line, and people's word counts."""

from pathlib import Path

import pytest
from support.desk import Desk
from support.session import session

PAIR = ("--from", "ru", "--to", "en")
JSON = "--json"
TMX = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="{srclang}" segtype="sentence" datatype="plaintext"/><body>
<tu changeid="Ann"><tuv xml:lang="ru-RU"><seg>Добрый  день!</seg></tuv><tuv xml:lang="en-US"><seg>Good day to <hi>you</hi>!</seg></tuv></tu>
<tu><tuv xml:lang="ru-RU"><seg>До свидания.</seg></tuv><tuv xml:lang="en-US"><seg>Goodbye.</seg></tuv></tu>
<tu><tuv xml:lang="ru-RU"><seg>Пусто.</seg></tuv><tuv xml:lang="en-US"><seg/></tuv></tu>
<tu><tuv xml:lang="de"><seg>Ja.</seg></tuv><tuv xml:lang="en-US"><seg>Yes.</seg></tuv></tu>
</body></tmx>
"""  # noqa: E501 - as CAT tools write it


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk.make(tmp_path / "desk", '[[sources]]\nslug = "press"\ninbox = "inbox"\n')
    (made.folder / "cat.tmx").write_text(TMX.format(srclang="ru"), encoding="utf-8")
    return made


def test_an_import_counts_and_can_be_started_again(desk: Desk) -> None:
    """What is new is told once; what says nothing is told with its reason; the second time nothing is new."""
    words = ("memory", "import", "cat.tmx", *PAIR)
    first, second, told = session(desk, (*words, JSON), (*words, JSON), words)
    assert first.json == {
        "units": 4,
        "corrections": 2,
        "new": 2,
        "skipped": {"without text, or with one that is too long": 1, "in other languages": 1},
        "outdated": 0,
    }
    assert second.json["new"] == 0
    assert "4 units, 2 corrections, 0 of them new" in told.out
    assert "1 in other languages" in told.out


def test_what_a_translator_wrote_is_what_is_published(desk: Desk) -> None:
    """A sentence of an article reads as the memory has it, whatever the model would write."""
    desk.drop("a.txt", "Приветствие министра\n\nДобрый день! Сегодня открылась выставка в Москве.\n")
    _, ran = session(desk, ("memory", "import", "cat.tmx"), ("run",))
    assert not ran.code, ran
    assert "Good day to you!" in (desk.feeds / "en" / "atom.xml").read_text(encoding="utf-8")


def test_both_ways_only_where_asked(desk: Desk) -> None:
    """An import into English says nothing on the way back; with `--both` it does."""
    words = ("memory", "import", "cat.tmx", *PAIR)
    back = ("memory", "similar", "Goodbye.", "--from", "en", "--to", "ru", JSON)
    _, nothing, both, found = session(desk, words, back, (*words, "--both", JSON), back)
    assert nothing.json == []
    assert both.json["new"] == 2
    assert found.json[0] == {"likeness": 1.0, "is_person": True, "source": "Goodbye.", "target": "До свидания."}


def test_a_file_without_a_direction_asks_for_one(desk: Desk) -> None:
    """Where any language may be the source, nothing is taken until one is named."""
    (desk.folder / "all.tmx").write_text(TMX.format(srclang="*all*"), encoding="utf-8")
    (done,) = session(desk, ("memory", "import", "all.tmx"))
    assert "0 corrections" in done.out
    assert "name it with --from" in done.out


def test_a_broken_file_is_told_with_its_line_and_what_stands_before_is_kept(desk: Desk) -> None:
    """Exit code 6; the good units count."""
    whole = TMX.format(srclang="ru")
    (desk.folder / "cut.tmx").write_text(whole.partition('<tu><tuv xml:lang="de"')[0], encoding="utf-8")
    done = desk.call("memory", "import", "cut.tmx", *PAIR, code=6)
    assert "cut.tmx:7: " in done.stderr
    assert "2 corrections" in done.stderr
    assert "Traceback" not in done.stderr
    (whole_file,) = session(desk, ("memory", "import", "cat.tmx", *PAIR, JSON))
    assert whole_file.json["new"] == 0


def test_an_export_holds_what_people_said_and_whose_word_it_was(desk: Desk) -> None:
    """Exported and imported elsewhere, a memory is the same; only the pair asked for goes out."""
    *_, everything, pair = session(
        desk,
        ("memory", "import", "cat.tmx"),
        ("memory", "correct", "Yes.", "Ja.", "--from", "en", "--to", "fr", "--by", "Cy"),
        ("memory", "export", "all.tmx", JSON),
        ("memory", "export", "ours.tmx", *PAIR, JSON),
    )
    assert (everything.json["units"], pair.json["units"]) == (3, 2)
    written = (desk.folder / "ours.tmx").read_text(encoding="utf-8")
    assert 'changeid="Ann"' in written
    assert 'changeid="cat.tmx"' in written
    assert "Ja." not in written
    other = Desk.make(desk.folder / "other")
    taken, _ = session(other, ("memory", "import", "../ours.tmx", JSON), ("memory", "export", "again.tmx", *PAIR))
    assert taken.json["new"] == 2
    assert (other.folder / "again.tmx").read_text(encoding="utf-8") == written


def test_the_machines_work_goes_out_where_asked_and_does_not_come_back_as_a_persons(desk: Desk) -> None:
    """`--all` has the models' translations too, corrected sentences as corrected; an import passes them over."""
    desk.drop("a.txt", "Погода завтра\n\nПогода завтра будет хорошей. До свидания.\n")
    ran, _, people, everything, back = session(
        desk,
        ("run",),
        ("memory", "correct", "До свидания.", "Farewell.", *PAIR),
        ("memory", "export", "people.tmx", *PAIR, JSON),
        ("memory", "export", "all.tmx", *PAIR, "--all", JSON),
        ("memory", "import", "all.tmx", *PAIR, JSON),
    )
    assert not ran.code, ran
    assert people.json["units"] == 1
    exported = everything.json["units"]
    assert exported >= 3
    written = (desk.folder / "all.tmx").read_text(encoding="utf-8")
    assert written.count("До свидания.") == 1
    assert "Farewell." in written
    assert written.count(">ru&gt;en</prop>") == exported - 1
    assert back.json == {
        "units": exported,
        "corrections": 1,
        "new": 0,
        "skipped": {"made by a machine and changed by nobody": exported - 1},
        "outdated": 0,
    }


def test_a_correction_by_hand_is_kept_once(desk: Desk) -> None:
    """Said again, it is nothing new; said otherwise, the newest counts."""
    said = ("memory", "correct", " Добрый   день! ")
    first, again, other, found = session(
        desk,
        (*said, "Hello!", *PAIR, JSON),
        (*said, "Hello!", *PAIR, JSON),
        (*said, "Good day!", *PAIR, JSON),
        ("memory", "similar", "Добрый день!", *PAIR, JSON),
    )
    assert [one.json["new"] for one in (first, again, other)] == [True, False, True]
    assert [(one["source"], one["target"]) for one in found.json] == [("Добрый день!", "Good day!")]


def test_what_resembles_a_sentence_is_shown_best_first(desk: Desk) -> None:
    """A reviewer sees likeness, who it is from, and both texts, at most so many."""
    held = {
        "Министр открыл выставку в Москве.": "The minister opened an exhibition in Moscow.",
        "Министр открыл выставку в Минске.": "The minister opened an exhibition in Minsk.",
        "Погода была хорошей.": "The weather was fine.",
    }
    asked = ("memory", "similar", "Министр открыл выставку в Москве", *PAIR)
    *_, listed, shown, nothing = session(
        desk,
        *(("memory", "correct", source, target, *PAIR) for source, target in held.items()),
        (*asked, JSON),
        (*asked, "--limit", "1"),
        ("memory", "similar", "qqq", *PAIR),
    )
    found = listed.json
    assert found[0]["target"] == "The minister opened an exhibition in Moscow."
    assert [one["likeness"] for one in found] == sorted((one["likeness"] for one in found), reverse=True)
    assert 0.5 < found[1]["likeness"] < found[0]["likeness"] <= 1
    assert "a person" in shown.out
    assert "in Minsk" not in shown.out
    assert "nothing like it" in nothing.out


def test_wrong_calls_are_refused(desk: Desk) -> None:
    """What can't be meant ends with code 2 and a reason, and changes nothing."""
    wrong = [
        ("import", "absent.tmx"),
        ("import", "cat.tmx", "--from", "Russian!"),
        ("export", "no/such/folder.tmx"),
        ("export", "all.tmx", "--all"),
        ("correct", "  ", "Hello!", *PAIR),
        ("correct", "Привет!", "", *PAIR),
        ("correct", "Привет!", "Hello!", "--from", "ru", "--to", "ru-RU"),
        ("similar", "Привет!", "--from", "ru"),
        ("similar", "Привет!", *PAIR, "--limit", "0"),
    ]
    outcomes = session(desk, *(("memory", *words) for words in wrong))
    assert [words for words, one in zip(wrong, outcomes, strict=True) if one.code != 2 or not one.told] == []
    assert not (desk.folder / "data").exists()
