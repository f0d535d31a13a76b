"""`models test` measures what is installed and what could be."""

from pathlib import Path

import pytest
from support.desk import Desk
from support.packages import carried, relabelled
from support.session import session


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk with a short set of its own; not to be changed."""
    made = Desk.make(tmp_path_factory.mktemp("models-test") / "desk")
    (made.folder / "own.tsv").write_text(
        "Погода завтра будет хорошей.\tThe weather will be fine tomorrow.\n"
        "Полиция задержала трёх человек.\tPolice detained three people.\n",
        encoding="utf-8",
    )
    return made


def test_the_carried_set_measures_the_model_in_use(desk: Desk) -> None:
    """A hundred sentences, both scores with their signatures, speed, and what is doubtful."""
    found = desk.json("models", "test", "ru-en")
    (result,) = found["results"]
    assert (found["pair"], found["set"], result["sentences"]) == ("ru-en", "carried", 100)
    assert result["models"] == "installed ru_en 0.1"
    assert 20 < result["chrf"] < 100
    assert 1 < result["bleu"] < 100
    assert "nrefs:1" in result["chrf_signature"]
    assert "tok:13a" in result["bleu_signature"]
    assert result["sentences_per_second"] > 0
    assert result["words_per_second"] > result["sentences_per_second"]
    assert 0 <= result["marked_share"] <= 1


def test_a_package_is_set_beside_what_is_installed_and_not_installed(desk: Desk, tmp_path: Path) -> None:
    """Both are measured alike; afterwards the same models are there as before, and no scratch is left."""
    package = relabelled(tmp_path / "better[1].argosmodel", "ru_en", version="0.2")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    listing = ("models", "list", "--json")
    words = ("models", "test", "ru-en", "--set", "own.tsv", "--package", str(package))
    before, shown, listed, after = session(desk, listing, words, (*words, "--json"), listing, TMPDIR=str(scratch))
    assert "installed ru_en 0.1" in shown.out
    assert "better[1].argosmodel ru_en 0.2" in shown.out
    assert not list(scratch.glob("syndicator-*"))
    assert before.json == after.json
    old, new = listed.json["results"]
    assert (old["chrf"], old["bleu"], old["sentences"]) == (new["chrf"], new["bleu"], 2)


def test_a_pair_that_is_not_installed_can_be_tested_from_a_package(desk: Desk, tmp_path: Path) -> None:
    """A package alone is enough, with sentences for its pair; without one, the command that installs it is named."""
    package = relabelled(tmp_path / "de.argosmodel", "de_en", version="1.0")
    words = ("models", "test", "de-en", "--set", "own.tsv")
    alone, without = session(desk, (*words, "--package", str(package), "--json"), words)
    assert [one["models"] for one in alone.json["results"]] == ["de.argosmodel de_en 1.0"]
    assert without.code == 5
    assert "de-en" in without.told


def test_a_version_is_chosen(desk: Desk, tmp_path: Path) -> None:
    """Of several that are installed, the one that is named is measured."""
    own = Desk.make(tmp_path / "desk")
    newer = relabelled(tmp_path / "two.argosmodel", "ru_en", version="0.2")
    words = ("models", "test", "ru-en", "--set", str(desk.folder / "own.tsv"), "--json")
    _, newest, chosen, absent = session(
        own,
        ("models", "import", str(newer)),
        words,
        (*words, "--version", "0.1"),
        (*words, "--version", "0.3"),
    )
    assert newest.json["results"][0]["models"] == "installed ru_en 0.2"
    assert chosen.json["results"][0]["models"] == "installed ru_en 0.1"
    assert "syndicator: no ru-en 0.3 is installed" in absent.told


def test_what_can_not_be_measured_is_refused(desk: Desk) -> None:
    """A package of another pair, a bad line, no pair, no sentences, no such file: told at once, with the place."""
    (desk.folder / "bad.tsv").write_text("Да.\tYes.\nНет\n", encoding="utf-8")
    other, bad, *wrong = session(
        desk,
        ("models", "test", "ru-en", "--package", str(carried("en_ru"))),
        ("models", "test", "ru-en", "--set", "bad.tsv"),
        ("models", "test", "ru"),
        ("models", "test", "de-en"),
        ("models", "test", "ru-en", "--set", "none.tsv"),
    )
    assert "translates en-ru, not ru-en" in other.told
    assert "syndicator: bad.tsv:2: " in bad.told
    assert [one.code for one in wrong] == [2, 2, 2]
