"""syndicator as a part of other programs: what its documentation shows is what happens."""

import doctest
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from support.desk import ROOT, environment
from support.serving import fill_desk
from support.store import sqlite

import syndicator
from syndicator import Translator, open_store, open_translator
from syndicator.errors import ConfigError, ExtractError, StoreError, Unfit


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that looks like the repository's after a run, and work in it."""
    (tmp_path / "models").mkdir()
    for package in (ROOT / "models").glob("*.argosmodel"):
        (tmp_path / "models" / package.name).symlink_to(package)
    (tmp_path / "data").mkdir()
    maker = sqlite(tmp_path / "data")
    fill_desk(maker())
    maker.close()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def translator() -> Iterator[Translator]:
    with open_translator(models=ROOT / "models") as translator:
        yield translator


def test_the_documentation(here: Path) -> None:
    """Every example on the page runs, and comes to what it says."""
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(page, {}, "library.md", "docs/library.md", 0)
    assert len(examples.examples) > 15
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    told: list[str] = []
    assert runner.run(examples, out=told.append).failed == 0, "".join(told)
    assert not (here / "nowhere.db").exists()


def test_import_is_quick() -> None:
    """`import syndicator` loads nothing of it; asking for a name does; what there is not is no attribute."""
    code = (
        "import sys, syndicator; print(sorted(name for name in sys.modules if name.startswith('syndicator.')));"
        "print('translate_text' in dir(syndicator), hasattr(syndicator, 'nothing'), syndicator.detect.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout == "[]\nTrue False detect\n"


def test_names() -> None:
    """What the package hands out is what it says and what its stub says; it is marked as typed."""
    for name in syndicator.__all__:
        assert getattr(syndicator, name).__module__.startswith("syndicator.")
    stub = (files("syndicator") / "__init__.pyi").read_text(encoding="utf-8")
    assert {line.split(" as ")[1] for line in stub.splitlines() if " as " in line} == set(syndicator.__all__)
    assert (files("syndicator") / "py.typed").is_file()


def test_threads_share_a_translator(translator: Translator) -> None:
    """Many threads get what one would get."""
    texts = [f"The city garden has {number} gates." for number in range(3)]
    alone = [translator.translate_text(one, to="ru").text for one in texts]
    found: dict[str, str] = {}

    def work(text: str) -> None:
        found[text] = translator.translate_text(text, to="ru").text

    threads = [threading.Thread(target=work, args=[text]) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[one] for one in texts] == alone


@pytest.mark.parametrize(
    ("text", "to", "error"),
    [
        ("", "ru", ExtractError),
        (" \n\n ", "ru", ExtractError),
        ("1234", "ru", Unfit),
        ("The bridge is open.", "en-GB", Unfit),
        ("The bridge is open.", "nonsense!", ValueError),
    ],
)
def test_what_can_not_be_translated(translator: Translator, text: str, to: str, error: type[Exception]) -> None:
    """Each reason has its error."""
    with pytest.raises(error):
        translator.translate_text(text, to=to)


def test_text_is_text(translator: Translator) -> None:
    """What looks like markup in a plain text is text; lines of a paragraph are joined."""
    made = translator.translate_text("The bridge & the <b>river</b>\nare open.", to="ru")
    assert "&amp;" not in made.text
    assert "\n" not in made.text
    assert len(made.segments) == 1


def test_closed(here: Path) -> None:
    """After its block a translator says that it is closed, and a missing store or config is not made up."""
    with open_translator(models="models") as one:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        one.translate_text("The bridge is open.", to="ru")
    with pytest.raises(ConfigError), open_translator(config=here / "none.toml"):
        pass
    with pytest.raises(ValueError, match="not both"), open_translator(models="a", config="b"):
        pass
    with pytest.raises(StoreError), open_store(here / "none.db"):
        pass
    assert sorted(path.name for path in here.iterdir()) == ["data", "models"]
