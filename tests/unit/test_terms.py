from pathlib import Path

import pytest

from syndicator.errors import ConfigError
from syndicator.model import Link, Outcome, Rendering
from syndicator.translation.edits import apply
from syndicator.translation.terms import Kind, Term, TermBase, enforce, load_terms, read_terms, write_terms

CARRIED = load_terms(None)
OWN = TermBase(
    own=(
        Term(wordings={"ru": ("торговый оборот",), "en": ("trade turnover",)}),
        Term(wordings={"en": ("Syndicator",)}, kind=Kind.KEEP),
        Term(wordings={"ru": ("ВТО",)}, kind=Kind.IGNORE),
    ),
    carried=CARRIED.carried,
)


def links(source: str, target: str, *pairs: tuple[str, str]) -> tuple[Link, ...]:
    """Link words of a source to words of a target, each named by its text."""
    return tuple(
        Link(
            source_start=source.index(one),
            source_end=source.index(one) + len(one),
            target_start=target.index(other),
            target_end=target.index(other) + len(other),
        )
        for one, other in pairs
    )


def settled(
    source: str, target: str, *pairs: tuple[str, str], base: TermBase = CARRIED, to: tuple[str, str] = ("ru", "en")
) -> tuple[str, list[Outcome]]:
    """Return the translation after its terms were enforced, and what became of each."""
    finder = base.finder(*to)
    rendering = Rendering(text=target, links=links(source, target, *pairs))
    edits, uses = enforce(source, finder.find(source), rendering)
    return apply(rendering, edits).text, [use.outcome for use in uses]


def test_fifty_bodies_are_carried_both_ways() -> None:
    """The Shanghai Cooperation Organization and its abbreviation among them."""
    assert len(CARRIED.carried) >= 84
    assert [one.agreed for one in CARRIED.finder("ru", "en").find("ШОС и Шанхайская организация сотрудничества")] == [
        "the SCO",
        "the Shanghai Cooperation Organization",
    ]
    assert [one.agreed for one in CARRIED.finder("en", "ru").find("The Shanghai Cooperation Organisation met.")] == [
        "Шанхайская организация сотрудничества"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "на заседании Шанхайской организации сотрудничества",
        "с Шанхайской Организацией Сотрудничества",
        "ШАНХАЙСКАЯ ОРГАНИЗАЦИЯ СОТРУДНИЧЕСТВА",
        "Совету Безопасности ООН",
        "для Организации Объединённых Наций",
    ],
)
def test_a_russian_name_is_found_in_any_form(text: str) -> None:
    """In every case, with ё or е, in capitals."""
    assert len(CARRIED.finder("ru", "en").find(text)) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Who is there?", []),
        ("WHO said so.", ["WHO"]),
        ("WHO SAID THAT?", []),
        ("The UN's report", ["UN"]),
        ("The UN Security Council met", ["UN Security Council"]),
        ("see https://example.org/UN/report", []),
        ("mail UN@example.org", []),
    ],
)
def test_english_terms_are_told_from_common_words(text: str, found: list[str]) -> None:
    """The longest counts; capitals matter; an address is left alone."""
    assert [one.text for one in CARRIED.finder("en", "ru").find(text)] == found


def test_a_plural_and_an_ignored_term() -> None:
    """A common term is found in the plural; one that the desk ignores is not found though it is carried."""
    assert [one.text for one in OWN.finder("en", "ru").find("trade turnovers")] == ["trade turnovers"]
    assert OWN.finder("ru", "en").find("заседание ВТО") == ()


def test_an_agreed_rendering_is_kept() -> None:
    """Nothing changes."""
    assert settled("ШОС заседает.", "The SCO is meeting.") == ("The SCO is meeting.", [Outcome.KEPT])


def test_another_known_rendering_is_replaced() -> None:
    """Wherever it stands, without any link."""
    source = "Шанхайская организация сотрудничества заседает."
    assert settled(source, "The Shanghai Cooperation Organisation is meeting.") == (
        "The Shanghai Cooperation Organization is meeting.",
        [Outcome.REPAIRED],
    )


@pytest.mark.parametrize(
    ("source", "target", "pairs", "result"),
    [
        ("ШОС заседает.", "SHOS meets.", [("ШОС", "SHOS")], "The SCO meets."),
        (
            "Встреча в ШОС, сказал он.",
            "A meeting in SOS, he said.",
            [("ШОС,", "SOS,")],
            "A meeting in the SCO, he said.",
        ),
        ("Доклад ШОС вышел.", "The SOS's report is out.", [("ШОС", "SOS's")], "The SCO's report is out."),
    ],
)
def test_linked_words_are_replaced(source: str, target: str, pairs: list[tuple[str, str]], result: str) -> None:
    """With one article, the punctuation and the possessive that stood there, and a capital where a sentence begins."""
    assert settled(source, target, *pairs) == (result, [Outcome.REPAIRED])


@pytest.mark.parametrize(
    ("target", "pairs", "result"),
    [
        (
            "На встрече Шанхайского общества решено.",
            [("Shanghai", "Шанхайского"), ("Organization", "общества")],
            "Шанхайской организации сотрудничества",
        ),
        (
            "Он связан с Шанхайским обществом.",
            [("Shanghai", "Шанхайским"), ("Organization", "обществом.")],
            "Шанхайской организацией сотрудничества",
        ),
    ],
)
def test_a_russian_rendering_takes_the_case_of_its_place(
    target: str, pairs: list[tuple[str, str]], result: str
) -> None:
    """Adjective and noun agree, and the genitive behind them stays."""
    source = "Of the Shanghai Cooperation Organization it is."
    text, outcomes = settled(source, target, *pairs, to=("en", "ru"))

    assert result in text
    assert outcomes == [Outcome.REPAIRED]


def test_words_that_also_render_others_are_not_touched() -> None:
    """It is missed then, and told."""
    source, target = "ШОС заседает сегодня.", "Meeting today."
    assert settled(source, target, ("ШОС", "Meeting"), ("заседает", "Meeting")) == (target, [Outcome.MISSED])


def test_what_is_never_translated_stands_letter_for_letter() -> None:
    """In either direction."""
    assert settled("Программа Syndicator вышла.", "The Sindikator is out.", ("Syndicator", "Sindikator"), base=OWN) == (
        "The Syndicator is out.",
        [Outcome.REPAIRED],
    )


@pytest.mark.parametrize("name", ["terms.csv", "terms.tbx"])
def test_a_term_base_survives_its_file(tmp_path: Path, name: str) -> None:
    """Wordings, kinds and notes, as CSV and as TBX."""
    write_terms(tmp_path / name, CARRIED.carried)

    assert [(one.wordings, one.kind, one.note) for one in read_terms(tmp_path / name)] == [
        (one.wordings, one.kind, one.note) for one in CARRIED.carried
    ]


def test_tbx_is_read_by_another_tool(tmp_path: Path) -> None:
    """The toolkit that CAT tools use finds every entry."""
    from translate.storage.tbx import tbxfile  # noqa: PLC0415 - a tool for this test alone

    old = tmp_path / "old.tbx"
    old.write_bytes(
        b'<?xml version="1.0"?><martif type="TBX" xml:lang="en"><text><body><termEntry id="1">'
        b'<langSet xml:lang="en"><tig><term>trade turnover</term></tig></langSet>'
        b'<langSet xml:lang="ru"><tig><term>\xd1\x82\xd0\xbe\xd0\xb2\xd0\xb0\xd1\x80</term></tig></langSet>'
        b"</termEntry></body></text></martif>"
    )
    theirs = tbxfile.parsefile(str(old))

    [ours] = read_terms(old)
    assert ours.wordings["en"] == (theirs.units[0].source,)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "слово,word\n", "no language tag"),
        ("a.csv", "ru,en,kind\nслово,word,noun\n", "'noun' is unknown"),
        ("a.csv", "ru,en\nслово,\n", "one language only"),
        ("a.tbx", "<tbx>", "no XML"),
        ("a.tbx", "<html/>", "no TBX"),
        ("a.tbx", '<!DOCTYPE tbx [<!ENTITY a "aaa">]><tbx>&a;</tbx>', "entities"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path: Path, name: str, content: str, told: str) -> None:
    """And nothing of it is taken over."""
    path = tmp_path / name
    path.write_text(content)

    with pytest.raises(ConfigError) as caught:
        read_terms(path)
    assert told in str(caught.value.problems[0])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_spreadsheet_s_csv_is_read(tmp_path: Path, separator: str) -> None:
    """With a byte order mark, too."""
    path = tmp_path / "a.csv"
    path.write_text(separator.join(["ru", "en"]) + "\r\n" + separator.join(["слово", "word"]), encoding="utf-8-sig")

    assert read_terms(path)[0].wordings == {"ru": ("слово",), "en": ("word",)}
