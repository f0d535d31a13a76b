"""A sentence that breaks the engine stands in the original's words: marked, never remembered, found by `retranslate`.

The fault comes from outside, by a `sitecustomize` on the child's path that kills it over a certain word.
"""

import json
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.desk import ROOT, Desk

SOURCE = '[[sources]]\nslug = "inbox"\ninbox = "inbox"\nlanguage = "ru"\n'
TEXT = "Новость дня\n\nПогода будет хорошей. Это отрава. Встреча прошла в Москве. Полиция задержала трёх человек.\n"
POISON = "Это отрава."
FAULT = """
import os, signal, sys
from pathlib import Path

if "syndicator.translation.child_main" in sys.orig_argv:
    with (Path(__file__).parent / "starts").open("a") as starts:
        print(os.getpid(), file=starts)

    from sentencepiece import SentencePieceProcessor as Processor

    def encode(self, text, *args, encode=Processor.encode, **options):
        if "отрав" in str(text):
            os.kill(os.getpid(), signal.SIGSEGV)
        return encode(self, text, *args, **options)

    Processor.encode = encode
"""


@dataclass(frozen=True, slots=True)
class Poisoned:
    """A desk with an article of five sentences, one of which kills the engine."""

    desk: Desk
    faults: Path

    @classmethod
    def make(cls, folder: Path) -> "Poisoned":
        """Write the fault and the article."""
        faults = folder / "faults"
        faults.mkdir()
        (faults / "sitecustomize.py").write_text(FAULT, encoding="utf-8")
        desk = Desk.make(folder / "desk", SOURCE)
        desk.drop("a.txt", TEXT)
        return cls(desk, faults)

    def json(self, *words: str) -> Any:  # noqa: ANN401 - what the command printed
        """Run a command with the faulty engine."""
        return json.loads(self.desk.call(*words, "--json", PYTHONPATH=f"{self.faults}{os.pathsep}{ROOT}").stdout)

    def starts(self) -> int:
        """Return how many children were started with the fault."""
        return len((self.faults / "starts").read_text(encoding="utf-8").splitlines())

    def rows(self, query: str) -> list[Any]:
        """Return the first column of what the store holds."""
        with sqlite3.connect(self.desk.folder / "data" / "syndicator.db") as store:
            return [row[0] for row in store.execute(query)]

    def english(self) -> str:
        """Return the English edition."""
        return (self.desk.feeds / "en" / "atom.xml").read_text(encoding="utf-8")


@pytest.fixture
def poisoned(tmp_path: Path) -> Poisoned:
    return Poisoned.make(tmp_path)


def test_one_broken_sentence_costs_no_article(poisoned: Poisoned) -> None:
    """The article comes out at once with that sentence marked; it is parked, not remembered, and not tried again."""
    first = poisoned.json("run")
    starts = poisoned.starts()
    again, dry = poisoned.json("run"), poisoned.json("retranslate", "--route", "ru-en", "--dry-run")
    vain = poisoned.json("retranslate", "--route", "ru-en")

    assert (first["translated"], first["failed"]) == (1, 0)
    assert POISON in poisoned.english()
    [doubtful] = poisoned.desk.json("review", "list")
    assert f"no translation: “{POISON}”" in doubtful["marks"]
    assert len(poisoned.desk.json("status")["parked"]) == 1
    remembered = poisoned.rows("select source_text from memory")
    assert (len(remembered), POISON in remembered) == (4, False)
    assert poisoned.rows("select made_with from translations") == [""]
    assert (again["translated"], again["segments"]) == (0, 0)
    assert (dry["outdated"], vain) == (1, {"outdated": 1, "translated": 1, "failed": 0})
    assert poisoned.starts() == starts


def test_an_engine_that_is_mended_brings_the_sentence(poisoned: Poisoned) -> None:
    """Unparked and asked for anew, it is translated, and the article is up to date from then on."""
    poisoned.json("run")

    poisoned.desk.call("review", "unpark")
    done = poisoned.desk.json("retranslate", "--route", "ru-en")
    poisoned.desk.json("run")

    assert done == {"outdated": 1, "translated": 1, "failed": 0}
    assert POISON not in poisoned.english()
    assert poisoned.desk.json("review", "list") == []
    assert poisoned.desk.json("retranslate", "--route", "ru-en", "--dry-run")["outdated"] == 0
