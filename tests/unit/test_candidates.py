"""Which pieces a model may write."""

import json
from pathlib import Path

import pytest

from syndicator.translation.candidates import MAP, candidates_among, with_map

PIECES = ["<s>", "<0xC4>", "<0xD0>", ",", "▁мир", "ный", "▁Apple", "le", "▁peace", "▁a", "▁II", "▁мiр", "▁Čapek", "12"]


def test_english_has_no_cyrillic_piece() -> None:
    """Into English, a piece with any Cyrillic letter is left out, and nothing else is."""
    assert candidates_among(PIECES, from_code="ru", to_code="en") == [
        *("<s>", "<0xC4>", ",", "▁Apple", "le", "▁peace", "▁a", "▁II", "▁Čapek", "12")
    ]


def test_russian_keeps_what_latin_names_are_made_of() -> None:
    """Into Russian, pieces that begin an ordinary Latin word are left out; capitals, and what goes on, stay."""
    assert candidates_among(PIECES, from_code="en", to_code="ru") == [piece for piece in PIECES if piece != "▁peace"]


@pytest.mark.parametrize(("from_code", "to_code"), [("ru", "uk"), ("en", "de"), ("el", "en"), ("zt", "ru")])
def test_other_pairs_have_all_pieces(from_code: str, to_code: str) -> None:
    """Where scripts are the same, or not known to us, a model writes what it likes."""
    assert candidates_among(PIECES, from_code=from_code, to_code=to_code) is None


@pytest.mark.parametrize("pieces", [[], ["▁мир"], ["▁peace", ","]])
def test_a_map_leaves_something_out_and_something_in(pieces: list[str]) -> None:
    """No map is made that allows nothing, or all."""
    assert candidates_among(pieces, from_code="ru", to_code="en") is None


def model(folder: Path, **files: str) -> Path:
    """Make a model's folder with these files."""
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def test_map_stands_beside_the_model(tmp_path: Path) -> None:
    """The folder given has the model's files and the map, is gone afterwards, and the model's own is not touched."""
    folder = model(tmp_path / "model", shared_vocabulary=json.dumps(PIECES))
    (folder / MAP).write_text("somebody else's")

    with with_map(folder, from_code="ru", to_code="en", prefix="▁мир") as (given, has_map):
        assert has_map
        assert json.loads((given / "shared_vocabulary.json").read_text()) == PIECES
        map_ = (given / MAP).read_text(encoding="utf-8")

    assert map_.split() == [*(candidates_among(PIECES, from_code="ru", to_code="en") or ()), "▁мир"]
    assert map_.startswith("\t")
    assert not given.exists()
    assert (folder / MAP).read_text() == "somebody else's"


@pytest.mark.parametrize("text", ["not JSON", "{}", "[1]", ""])
def test_odd_vocabulary_has_no_map(text: str, tmp_path: Path) -> None:
    """What the vocabulary is not told by, CTranslate2 judges."""
    folder = model(tmp_path / "model", target_vocabulary=text)
    with with_map(folder, from_code="ru", to_code="en") as given:
        assert given == (folder, False)


def test_full_disk_costs_the_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room for a temporary folder, the model is loaded without."""
    folder = model(tmp_path / "model", shared_vocabulary=json.dumps(PIECES))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with with_map(folder, from_code="ru", to_code="en") as given:
        assert given == (folder, False)
