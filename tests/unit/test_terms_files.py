from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.errors import ConfigError
from syndicator.translation.terms import (
    Kind,
    Term,
    TermBase,
    csvfile,
    load_terms,
    merge,
    problems,
    read_terms,
    tbx,
    write_terms,
)

TURNOVER = Term(wordings={"ru": ("товарооборот",), "en": ("trade turnover", "turnover of goods")}, note="not turnover")
KEEP = Term(wordings={"en": ("C++",)}, kind=Kind.KEEP)
MARTIF = """<?xml version="1.0"?>
<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">
<martif type="TBX-Basic" xml:lang="en"><text><body><termEntry id="1">
<descrip type="subjectField">trade</descrip>
<langSet xml:lang="en-GB">
<tig><term>commerce</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig>
<ntig><termGrp><term>trade <hi>turnover</hi></term></termGrp></ntig>
<tig><term>turnover | goods</term><termNote type="partOfSpeech">noun</termNote></tig>
</langSet>
<langSet xml:lang="ru"><tig><term>товаро\u00adоборот</term></tig></langSet>
</termEntry></body></text></martif>"""
DCT = """<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
 xmlns:min="http://www.tbxinfo.net/ns/min"><text><body><conceptEntry id="1">
<langSec xml:lang="en"><termSec><term>commerce</term></termSec>
<termSec><term>trade</term><min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec>
</langSec><langSec xml:lang="de"><termSec><term>Handel</term></termSec></langSec>
</conceptEntry></body></text></tbx>"""


def test_wordings_of_old_and_new_tbx_are_ranked(tmp_path: Path) -> None:
    """Preferred first, deprecated last, in TBX of 2008 and of 2019; inner markup and soft hyphens are left out."""
    (tmp_path / "old.tbx").write_text(MARTIF, encoding="utf-8")
    (tmp_path / "new.tbx").write_text(DCT, encoding="utf-8")

    [old], [new] = read_terms(tmp_path / "old.tbx"), read_terms(tmp_path / "new.tbx")

    assert old.wordings == {"en-GB": ("trade turnover", "turnover / goods", "commerce"), "ru": ("товарооборот",)}
    assert new.wordings == {"en": ("trade", "commerce"), "de": ("Handel",)}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ('<!DOCTYPE tbx [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><tbx/>', "entities"),
        ('<!DOCTYPE tbx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tbx>&a;</tbx>', "entities"),
        ("<tbx>" + "<a>" * 5000, "no XML"),
        (
            "<!DOCTYPE tbx [<!ENTITY a 'aaaaaaaaaa'>"
            + "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in pairwise("abcdefghi"))
            + "]><tbx note='&i;'/>",
            "no XML",
        ),
        ("<tbx><conceptEntry><langSec xml:lang='english'/></conceptEntry></tbx>", "'english' is no language tag"),
    ],
)
def test_hostile_tbx_is_refused(document: str, told: str) -> None:
    """Nothing is fetched, expanded or nested without end."""
    with pytest.raises(ConfigError, match=told):
        tbx.read(document.encode(), name="a.tbx")


def test_every_wrong_line_is_told_at_once(tmp_path: Path) -> None:
    """Each with its own line, also behind a cell that goes over two."""
    path = tmp_path / "terms.csv"
    path.write_text('ru,en,note\n"слово\nи дело",word and deed,\nслово,\nслово,word,a,b\n,,\n', encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        read_terms(path)
    assert [one.line for one in caught.value.problems] == [4, 5]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "names no language"),
        ("ru,en\nслово,word".encode("cp1251"), "is not UTF-8 text"),
        (b"ru,en,en\n", "two columns 'en'"),
        ('ru,en\n"слово,word\n'.encode(), "is no CSV"),
    ],
)
def test_what_is_no_term_base_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """In words that tell what to do."""
    path = tmp_path / "terms.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=told):
        read_terms(path)


def test_excel_s_files_are_read(tmp_path: Path) -> None:
    """Its Unicode text (UTF-16, tabs), and a first line that names the separator."""
    (tmp_path / "wide.csv").write_text("RU\tEN\tKind\nслово\tword\tTerm\n", encoding="utf-16")
    (tmp_path / "sep.csv").write_text("sep=;\r\nru;en;\r\nслово;word, or two;\r\n", encoding="utf-8-sig")

    assert read_terms(tmp_path / "wide.csv")[0].wordings == {"ru": ("слово",), "en": ("word",)}
    assert read_terms(tmp_path / "sep.csv")[0].wordings["en"] == ("word, or two",)


def test_a_table_keeps_its_layout(tmp_path: Path) -> None:
    """Separator, byte order mark, order of columns, permissions; and it is written where a link leads to."""
    path, link = tmp_path / "real.csv", tmp_path / "terms.csv"
    path.write_text("kind;en;ru\n;word;слово\n", encoding="utf-8-sig")
    path.chmod(0o640)
    link.symlink_to(path)

    write_terms(link, [*read_terms(link), TURNOVER])

    lines = path.read_bytes().decode("utf-8").splitlines()
    assert lines[0] == "\ufeffkind;en;ru;note"
    assert lines[2] == "term;trade turnover | turnover of goods;товарооборот;not turnover"
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert len(list(tmp_path.iterdir())) == 2


def test_a_failed_write_leaves_the_file(tmp_path: Path) -> None:
    """And nothing beside it."""
    path = tmp_path / "terms.csv"
    write_terms(path, [TURNOVER])
    before = path.read_bytes()
    with pytest.raises(UnicodeEncodeError):
        write_terms(path, [Term(wordings={"ru": ("\ud800",), "en": ("word",)})])
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_no_cell_is_a_formula() -> None:
    """What begins like one is written as text and read as it was."""
    term = Term(wordings={"en": ("=HYPERLINK(1)", "@desk"), "ru": ("+7",)}, note="- see")

    written = csvfile.write([term])

    assert written.splitlines()[1] == "'+7,'=HYPERLINK(1) | @desk,term,'- see"
    assert csvfile.read(written, name="a.csv") == [term]


words = st.text("абвёАЯzZ'’-+=,;\"\t&<>", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
wordings = st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)
terms = st.builds(
    lambda ru, en, kind, note: Term(wordings={"ru": ru, "en": en}, kind=kind, note=note),
    wordings,
    wordings,
    st.sampled_from(Kind),
    st.one_of(st.just(""), words),
)


@given(st.lists(terms, max_size=4))
def test_any_term_base_survives_csv_and_tbx(some: list[Term]) -> None:
    """Whatever signs are in it."""
    assert csvfile.read(csvfile.write(some), name="a.csv") == some
    assert tbx.read(tbx.write(some), name="a.tbx") == some


def test_the_digest_tells_content_alone(tmp_path: Path) -> None:
    """Not notes and file formats; but an own term counts otherwise than a carried one."""
    (tmp_path / "a.csv").write_text("ru;en\nслово;word\n", encoding="utf-8-sig")
    (tmp_path / "b.csv").write_text("en,ru,kind,note\nword,слово,term,why\n")

    assert load_terms(tmp_path / "a.csv").digest == load_terms(tmp_path / "b.csv").digest
    assert load_terms(tmp_path / "a.csv").digest != load_terms(tmp_path / "none.csv").digest
    assert TermBase(own=(TURNOVER,)).digest != TermBase(carried=(TURNOVER,)).digest


def test_merging_adds_and_fills_in() -> None:
    """New terms, languages and wordings come in under the tags that we use; the second time nothing changes."""
    theirs = [
        Term(wordings={"en-US": ("trade turnover", "turnover"), "de": ("Warenumsatz",)}, note="theirs"),
        KEEP,
    ]

    merged = merge([TURNOVER], theirs)

    assert (merged.added, merged.changed, merged.conflicts) == (1, 1, ())
    assert merged.terms[0].wordings == {
        "ru": ("товарооборот",),
        "en": ("trade turnover", "turnover of goods", "turnover"),
        "de": ("Warenumsatz",),
    }
    assert merged.terms[0].note == "not turnover"
    again = merge(merged.terms, theirs)
    assert (again.terms, again.added, again.changed) == (merged.terms, 0, 0)


def test_a_contradiction_is_a_conflict() -> None:
    """Ours stays, unless theirs is to come first; then ours is still recognised."""
    theirs = Term(wordings={"ru": ("Товарооборот",), "en": ("trade volume",)})

    kept, replaced = merge([TURNOVER], [theirs]), merge([TURNOVER], [theirs], is_theirs_first=True)

    assert kept.terms == (TURNOVER,)
    assert replaced.terms[0].wordings["en"] == ("trade volume", "trade turnover", "turnover of goods")
    assert [(one.ours, one.theirs) for one in kept.conflicts] == [(TURNOVER, theirs)]
    assert replaced.conflicts == kept.conflicts


def test_an_abbreviation_is_not_the_word_of_the_same_letters() -> None:
    """`МОТ` is not `мот`."""
    spender = Term(wordings={"ru": ("мот",), "en": ("spendthrift",)})
    body = Term(wordings={"ru": ("МОТ",), "en": ("the ILO",)}, kind=Kind.BODY)
    assert merge([spender], [body]).added == 1


@pytest.mark.parametrize(
    ("term", "told", "is_error"),
    [
        (Term(wordings={"ru": ("товарооборот",), "en": ("sales",)}, place="t.csv:3"), "too, with another", True),
        (Term(wordings={"ru": ("товарооборот",), "en": ("trade turnover",)}, place="t.csv:3"), "already", True),
        (Term(wordings={"ry": ("слово",), "en": ("word",)}), "no language has the code 'ry'", True),
        (Term(wordings={"ru": ("—",), "en": ("dash",)}), "no word in it", True),
        (Term(wordings={"ru": ("слово " * 40,), "en": ("word",)}), "too long", True),
        (Term(wordings={"ru": ("ООН",), "en": ("UNO",)}, kind=Kind.BODY), "outranks the carried", False),
        (Term(wordings={"ru": ("Торговый оборот",), "en": ("trade",)}), "begins with a capital", False),
        (Term(wordings={"ru": ("Ростех",), "en": ("Rostec",)}, kind=Kind.NAME), "no noun", False),
        (Term(wordings={"ru": ("Росатом",), "en": ("Rosatom",)}, kind=Kind.NAME), "forms are guessed", False),
    ],
)
def test_problems_are_told(term: Term, told: str, *, is_error: bool) -> None:
    """What can't work as an error, what may be meant as a hint."""
    base = TermBase(own=(TURNOVER, term), carried=load_terms(None).carried)
    assert [(told in one.text, one.is_error) for one in problems(base) if told in one.text][:1] == [(True, is_error)]


def test_the_carried_base_has_no_problem() -> None:
    """No wording stands in it twice, and the dictionary knows every Russian name but one."""
    found = problems(TermBase(own=load_terms(None).carried))
    assert [str(one) for one in found if one.is_error] == []
    assert [one.text.partition("'")[2].partition("'")[0] for one in found] == [
        "Азиатско-Тихоокеанское экономическое сотрудничество"
    ]


def test_a_term_that_no_table_has_room_for_is_not_taken_over(tmp_path: Path) -> None:
    """Else the desk's own table could not be read any more after an import."""
    entry = (
        "<conceptEntry><langSec xml:lang='ru'><termSec><term>{}</term></termSec></langSec>"
        "<langSec xml:lang='en'><termSec><term>one</term></termSec></langSec></conceptEntry>"
    )
    body = entry.format("а" * 200_000) + entry.format("раз")
    head = "<tbx type='TBX-Basic' style='dca' xml:lang='en' xmlns='urn:iso:std:iso:30042:ed-2'>"
    (tmp_path / "a.tbx").write_text(f"{head}<text><body>{body}</body></text></tbx>", encoding="utf-8")
    (tmp_path / "a.csv").write_text(f"ru,en\n{'а' * 2_000},one\n", encoding="utf-8")

    write_terms(tmp_path / "own.csv", read_terms(tmp_path / "a.tbx"))

    assert [one.wordings["ru"] for one in read_terms(tmp_path / "own.csv")] == [("раз",)]
    with pytest.raises(ConfigError, match="too long for a term"):
        read_terms(tmp_path / "a.csv")
