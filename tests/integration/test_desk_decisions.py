"""Translating as a desk does it: memory, corrections, terms, holds, and making anew; real models, real processes."""

import json
import os
import sqlite3
from pathlib import Path

import pytest
from support.desk import ROOT, Desk

SOURCE = """
[[sources]]
slug = "inbox"
inbox = "inbox"
language = "ru"
"""
NO_PROCESSES = """
import sys
def forbid(event, args):
    if event == "subprocess.Popen":
        raise OSError("no process may be started")
sys.addaudithook(forbid)
"""
FIRST = "Министры встретились в Дели.\n\nОни обсудили развитие торговли. Следующая встреча пройдёт весной.\n"
BODY = [f"Предложение номер {number} говорит о погоде и о торговле." for number in range(100, 159)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk with one Russian inbox."""
    return Desk.make(tmp_path, SOURCE)


def review(desk: Desk) -> dict[str, object]:
    """Return the only translation with its segments."""
    [(article,)] = sqlite3.connect(desk.folder / "data" / "syndicator.db").execute("select id from articles").fetchall()
    found: dict[str, object] = json.loads(desk.call("review", "show", article, "--to", "en", "--json").stdout)
    return found


def test_one_changed_sentence_costs_one(desk: Desk) -> None:
    """Of an article of sixty sentences, the one that was edited is translated again, and no other."""
    desk.drop("a.txt", "Заголовок статьи\n\n" + " ".join(BODY) + "\n")
    first = desk.json("run")
    desk.drop("a.txt", "Заголовок статьи\n\n" + " ".join([*BODY[:30], "Это новое предложение.", *BODY[31:]]) + "\n")

    second = desk.json("run")

    assert first["segments"] == 60
    assert (second["changed"], second["translated"], second["segments"]) == (1, 1, 1)


def test_an_unchanged_store_costs_no_engine(desk: Desk, tmp_path: Path) -> None:
    """A second run translates nothing and starts no process: with processes forbidden, a new article can't be done."""
    (tmp_path / "forbid").mkdir()
    (tmp_path / "forbid" / "sitecustomize.py").write_text(NO_PROCESSES)
    forbidden = f"{tmp_path / 'forbid'}{os.pathsep}{ROOT}"
    desk.drop("a.txt", FIRST)
    desk.json("run")

    quiet = json.loads(desk.call("run", "--json", PYTHONPATH=forbidden).stdout)
    desk.drop("b.txt", "Другая статья\n\nО другом.\n")
    busy = json.loads(desk.call("run", "--json", PYTHONPATH=forbidden).stdout)

    assert (quiet["segments"], quiet["reasons"]) == (0, [])
    assert busy["translated"] == 0
    assert busy["reasons"]


def test_a_correction_outranks_the_model(desk: Desk) -> None:
    """What a person says of a sentence stands in this article and in every later one."""
    desk.drop("a.txt", FIRST)
    desk.json("run")
    found = review(desk)
    article, segments = found["article"], found["segments"]
    number = 1 + [one["source"] for one in segments].index("Они обсудили развитие торговли.")  # type: ignore[union-attr, index]

    desk.call("review", "correct", str(article), str(number), "They talked about trade.", "--to", "en")
    run = desk.json("run")
    desk.drop("b.txt", "Вторая статья\n\nОни обсудили развитие торговли.\n")
    later = desk.json("run")

    assert run["segments"] == 0
    assert later["segments"] == 1
    pages = [path.read_text() for path in (desk.feeds / "en" / "stories").rglob("*.html")]
    assert sum("They talked about trade." in page for page in pages) == 2


def test_a_correction_finds_the_articles_that_have_its_sentence(desk: Desk) -> None:
    """They are counted, and `retranslate --corrected` makes these anew and no others, without the engine."""
    desk.drop("a.txt", FIRST)
    desk.drop("b.txt", "Вторая статья\n\nОни обсудили развитие торговли.\n")
    desk.drop("c.txt", "Третья статья\n\nОна о другом.\n")
    desk.json("run")
    (desk.config.parent / "terms.csv").write_text("ru,en,kind\nДели,Nova Delhi,name\n")
    pair = ("--from", "ru", "--to", "en")

    none = desk.call("memory", "correct", "Такого никто не писал.", "Nobody wrote so.", *pair).stdout
    told = desk.call("memory", "correct", "Они обсудили развитие торговли.", "They talked about trade.", *pair).stdout
    done = desk.json("retranslate", "--route", "ru-en", "--corrected")
    desk.call("run")

    assert "retranslate" not in none
    assert "2 other translations have this otherwise: `syndicator retranslate --route ru-en --corrected`" in told
    assert done == {"outdated": 2, "translated": 2, "failed": 0}
    assert (desk.feeds / "en" / "atom.xml").read_text().count("They talked about trade.") >= 2
    assert desk.json("retranslate", "--route", "ru-en", "--corrected")["outdated"] == 0
    assert desk.json("retranslate", "--route", "ru-en", "--dry-run")["outdated"] == 1


def test_parked_sentences_are_freed_when_asked(desk: Desk) -> None:
    """`review unpark` gives what broke the engine to it again; the article that waited is translated at once."""
    desk.drop("a.txt", FIRST)
    desk.json("run")
    with sqlite3.connect(desk.folder / "data" / "syndicator.db") as store:
        store.execute("insert into parked select key, source_text, 'it crashed' from memory")
        store.execute("delete from memory")
    desk.drop("b.txt", "Министры встретились в Дели.\n\nОни обсудили развитие торговли.\n")

    failed = desk.json("run")
    told = desk.call("status").stdout
    freed = desk.json("review", "unpark")
    again = desk.json("run")

    assert failed["translated"] == 0
    assert "`syndicator review unpark`" in told
    assert freed["unparked"] > 1
    assert again["translated"] == 1
    assert desk.json("status")["parked"] == desk.json("status")["failures"] == []


def test_a_doubtful_translation_is_held_where_the_source_says_so(tmp_path: Path) -> None:
    """It is not published, `status` and `review` name it, and a person's approval publishes it, and is told."""
    desk = Desk.make(tmp_path, SOURCE + "hold_marks = 1\n[translation]\nterms = 'terms.csv'\n")
    (desk.config.parent / "terms.csv").write_text("ru,en,kind\nОни,,keep\n")
    desk.drop("a.txt", FIRST)

    summary = desk.json("run")

    [held] = desk.json("status")["held"]
    assert "held for review: 1" in " ".join(summary["reasons"])
    assert held["to"] == "en"
    assert held["marks"]
    stories = desk.feeds / "en" / "stories"
    assert not list(stories.rglob("*.html"))
    desk.call("review", "approve", held["article"], "--to", "en")
    assert desk.json("run")["segments"] == 0
    assert desk.json("status")["held"] == []
    assert list(stories.rglob("*.html"))
    assert 'term="reviewed"' in (desk.feeds / "en" / "atom.xml").read_text(encoding="utf-8")


def test_a_correction_counts_while_a_translation_is_held(tmp_path: Path) -> None:
    """It is told of, `retranslate` applies it, and what is doubtful no more is published."""
    desk = Desk.make(tmp_path, SOURCE + "hold_marks = 1\n[translation]\nterms = 'terms.csv'\n")
    (desk.config.parent / "terms.csv").write_text("ru,en,kind\nОни,,keep\n")
    desk.drop("a.txt", FIRST)
    desk.json("run")
    assert len(desk.json("status")["held"]) == 1
    pair = ("--from", "ru", "--to", "en")

    told = desk.call("memory", "correct", "Они обсудили развитие торговли.", "They talked about trade.", *pair).stdout
    done = desk.json("retranslate", "--route", "ru-en", "--corrected")
    desk.json("run")

    assert "`syndicator retranslate --route ru-en --corrected`" in told
    assert done == {"outdated": 1, "translated": 1, "failed": 0}
    assert desk.json("status")["held"] == []
    assert "They talked about trade." in (desk.feeds / "en" / "atom.xml").read_text(encoding="utf-8")


def test_other_terms_make_translations_anew_when_asked(desk: Desk) -> None:
    """A new term base changes nothing by itself; `retranslate` applies it without the engine, once."""
    desk.drop("a.txt", FIRST)
    desk.json("run")
    before = desk.files()
    (desk.config.parent / "terms.csv").write_text("ru,en,kind\nДели,Nova Delhi,name\n")

    quiet = desk.json("run")
    dry = desk.call("retranslate", "--route", "ru-en", "--dry-run").stdout
    done = desk.json("retranslate", "--route", "ru-en")
    again = desk.json("retranslate", "--route", "ru-en")

    assert quiet["segments"] == 0
    assert desk.files() == before
    assert "1 translations ru>en" in dry
    assert done == {"outdated": 1, "translated": 1, "failed": 0}
    assert again == {"outdated": 0, "translated": 0, "failed": 0}
    assert desk.json("run")["segments"] == 0


def test_explain_shows_sentences_side_by_side(desk: Desk) -> None:
    """With route, scores, terms and doubts."""
    told = desk.call(
        "translate", "ШОС провела встречу. Её участники говорили о торговле.", "--to", "en", "--explain"
    ).stdout
    [first, second] = desk.json("translate", "ШОС провела встречу. Её участники говорили о торговле.", "--to", "en")[
        "segments"
    ]

    assert "ru>en" in told
    assert "Её участники говорили о торговле." in told
    assert [one["source"] for one in first["terms"]] == ["ШОС"]
    assert second["score"] < 0
    assert {"kept", "repaired", "missed"} >= {one["outcome"] for one in first["terms"]}
