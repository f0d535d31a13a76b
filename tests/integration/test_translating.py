"""Translating from the command line: what the operator sees where routes are long, texts bare and models bad."""

from pathlib import Path

import feedparser
import pytest
from support.desk import Desk
from support.packages import carried, endless, relabelled

INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'
EXHIBITION = "Открыта выставка картин\n\nВыставка работает каждый день. Вход свободный.\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path / "desk", INBOX)


def test_a_german_article_comes_into_russian_over_english(desk: Desk, tmp_path: Path) -> None:
    """With de>en from a file beside the carried en>ru, a German text stands in both editions, by which route too."""
    package = relabelled(tmp_path / "translate-de_en-1_9.argosmodel", "de_en", base="en_ru", version="1.9")
    desk.write_config('[[sources]]\nslug = "press"\ninbox = "inbox"\nlanguage = "de"\n')
    desk.drop("a.txt", "Neue Bibliothek geöffnet\n\nDie Bibliothek ist jeden Tag geöffnet. Der Eintritt ist frei.\n")
    assert desk.json("run")["held"] == 2

    desk.call("models", "import", str(package))
    summary = desk.json("run")

    assert (summary["translated"], summary["held"]) == (2, 0)
    [entry] = feedparser.parse(str(desk.feeds / "ru/atom.xml")).entries
    assert "Argos de_en 1.9, en_ru " in entry.content[0].value
    assert desk.json("translate", "Guten Tag, Berlin.", "--from", "de", "--to", "ru")["route"] == "de>en>ru"


def test_a_text_without_a_title_is_printed_once(desk: Desk) -> None:
    """A sentence on the command line has no title that would repeat it; a file with a title keeps it."""
    found = desk.json("translate", "Музей открыт каждый день.", "--to", "en")
    assert found["title"] == ""
    assert found["html"]
    path = desk.drop("a.txt", EXHIBITION)
    assert desk.json("translate", str(path), "--to", "en")["title"]


def test_a_text_that_no_model_can_do_is_told_with_every_run(desk: Desk, tmp_path: Path) -> None:
    """It is in no edition in another language, counts as failed once, and is named until it is translated."""
    (desk.folder / "models" / carried("ru_en").name).unlink()
    desk.call("models", "import", str(endless(tmp_path / "endless.argosmodel")))
    desk.drop("a.txt", EXHIBITION)

    first, second = desk.json("run"), desk.json("run")

    assert (first["failed"], second["failed"]) == (1, 0)
    for summary in (first, second):
        assert any("syndicator status" in reason for reason in summary["reasons"])
    assert "Открыта выставка картин" in desk.json("status")["failures"][0]["reason"]
    assert not feedparser.parse(str(desk.feeds / "en/atom.xml")).entries
    assert len(feedparser.parse(str(desk.feeds / "ru/atom.xml")).entries) == 1
