from pathlib import Path

import pytest
from support.entries import a_masthead, an_entry

from syndicator.config import load
from syndicator.errors import ConfigError
from syndicator.model import Entry, Extent, Original, Segment
from syndicator.publishing.extent import EXCERPT_LENGTH, fitted, limited, opening
from syndicator.publishing.provenance import Package, provenance
from syndicator.wiring import make_masthead, opened_store

LONG = "Первая фраза совсем короткая. " + "Вторая фраза тянется и тянется, " * 20 + "и кончается."


def a_pair() -> Entry:
    """Make an entry that holds its original, too, sentence by sentence."""
    pair = Segment(source="Тайна.", target="A secret.", score=None, is_person=False, marks=(), terms=())
    return an_entry(summary="", html=f"<p>{LONG}</p>", original=Original(title="", html="<p>Тайна.</p>"), pairs=(pair,))


def test_full() -> None:
    """By default all of a text is published."""
    assert limited(an_entry(), Extent.FULL) == an_entry()


def test_headline() -> None:
    """Of a headline, nothing is left but the title and what says whose it is."""
    entry = limited(a_pair(), Extent.HEADLINE)
    assert (entry.html, entry.summary, entry.enclosures, entry.original, entry.pairs) == ("", "", (), None, ())
    assert (entry.title, entry.extent) == (an_entry().title, Extent.HEADLINE)
    assert (entry.attribution, entry.original_url) == (an_entry().attribution, an_entry().original_url)


def test_excerpt() -> None:
    """An excerpt is the beginning, as summary and as text, and no other part of the entry holds more."""
    entry = limited(a_pair(), Extent.EXCERPT)
    assert entry.summary.startswith("Первая фраза совсем короткая. Вторая")
    assert len(entry.summary) <= EXCERPT_LENGTH
    assert entry.html == f"<p>{entry.summary}</p>"
    assert (entry.original, entry.pairs, entry.extent) == (None, (), Extent.EXCERPT)
    assert entry.enclosures == an_entry().enclosures


def test_excerpt_of_summary() -> None:
    """A summary that the source wrote is the excerpt; one that is the whole text is cut, too."""
    assert limited(an_entry(), Extent.EXCERPT).html == "<p>A new bridge links both banks.</p>"
    assert len(limited(an_entry(summary=LONG), Extent.EXCERPT).summary) <= EXCERPT_LENGTH


def test_excerpt_of_nothing() -> None:
    """An entry without a text has an excerpt without one."""
    assert limited(an_entry(summary="", html=""), Extent.EXCERPT).html == ""


def test_excerpt_is_text() -> None:
    """What looks like markup in a summary is text in the excerpt."""
    assert limited(an_entry(summary="1 < 2 & <b>"), Extent.EXCERPT).html == "<p>1 &lt; 2 &amp; &lt;b&gt;</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short. Text.", "Short. Text."),
        ("One sentence here. Another one that goes on", "One sentence here."),
        ("Он сказал: «Я приду». И не пришёл, конечно же", "Он сказал: «Я приду»."),
        ("Is it so now? No, it is not at all like that", "Is it so now?"),
        ("At 5 p.m. Mr. Smith of the U.S. Treasury came", "At 5 p.m. Mr. Smith of the…"),
        ("Word after word without any end at all of it", "Word after word without any…"),
        ("Ну и? Дальше тянется фраза и не кончается всё", "Ну и? Дальше тянется фраза и…"),
        ("Unbroken" * 6, "UnbrokenUnbrokenUnbrokenUnbroke…"),
    ],
)
def test_opening(text: str, expected: str) -> None:
    """A text is cut after a sentence, else after a word; an abbreviation ends none, nor is too little enough."""
    assert opening(text, length=32) == expected


def test_by_source(tmp_path: Path) -> None:
    """How much is published is a matter of the source."""
    masthead = a_masthead(tmp_path, extents={"vestnik": Extent.HEADLINE})
    assert fitted(an_entry(), masthead=masthead).extent is Extent.HEADLINE
    masthead = a_masthead(tmp_path, extents={"other": Extent.HEADLINE})
    assert fitted(an_entry(), masthead=masthead).extent is Extent.FULL


@pytest.mark.parametrize(
    ("engine", "program", "packages"),
    [
        ("Argos ru_en 0.1 (CTranslate2)", "CTranslate2", (Package(name="ru_en", version="0.1"),)),
        (
            "Argos ru_en 0.1, en_de 1.9.2 (CTranslate2)",
            "CTranslate2",
            (Package(name="ru_en", version="0.1"), Package(name="en_de", version="1.9.2")),
        ),
        ("Argos ru_en (CTranslate2)", "Argos ru_en (CTranslate2)", ()),
        ("<script>", "<script>", ()),
        (" ", None, ()),
        (None, None, ()),
    ],
)
def test_provenance(engine: str | None, program: str | None, packages: tuple[Package, ...]) -> None:
    """Engine and packages are told apart where they are named as our translators name them."""
    made = provenance(an_entry(engine=engine))
    assert (made.engine, made.packages) == (program, packages)


def test_setting(tmp_path: Path) -> None:
    """What `publish` of a source says reaches the masthead; a word that it does not know is refused."""
    file = tmp_path / "syndicator.toml"
    source = '[[sources]]\nslug = "{}"\ninbox = "inbox"\n'
    file.write_text(source.format("a") + 'publish = "excerpt"\n' + source.format("b"), encoding="utf-8")
    settings = load(file)
    with opened_store(settings) as store:
        assert make_masthead(settings, store).extents == {"a": Extent.EXCERPT}
    file.write_text(source.format("a") + 'publish = "half"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="publish"):
        load(file)
