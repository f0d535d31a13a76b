"""TMX comes in from other programs as they write it, goes out as they read it, and can do no harm."""

import io
import os
import re
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate.storage.tmx import tmxfile

from syndicator.errors import ParseError
from syndicator.model import Correction, Remembered, Rendering
from syndicator.translation.memory import normalise
from syndicator.translation.tmx import Choice, Skipped, Unit, Variant, corrections, read_units, unit_of, write_tmx
from syndicator.translation.tmxreader import LONGEST_TEXT

ROOT = Path(__file__).parents[2]
HEADER = '<header srclang="{srclang}" segtype="sentence" datatype="plaintext" adminlang="en" creationtool="t"/>'
RU_EN = Choice(from_language="ru", to_language="en", file="desk.tmx")


def tmx(body: str, *, srclang: str = "ru", prolog: str = "") -> bytes:
    """Return a file with these units."""
    header = HEADER.format(srclang=srclang)
    return f'{prolog}<tmx version="1.4">{header}<body>\n{body}\n</body></tmx>'.encode()


def tu(ru: str = "Да.", en: str = "Yes.", *, attributes: str = "", of_en: str = "") -> str:
    """Return a unit in two languages; its texts may hold markup."""
    return (
        f'<tu {attributes}><tuv xml:lang="ru-RU"><seg>{ru}</seg></tuv>'
        f'<tuv xml:lang="en-US" {of_en}><seg>{en}</seg></tuv></tu>'
    )


def read(content: bytes) -> list[Unit]:
    return list(read_units(io.BytesIO(content)))


def texts(content: bytes) -> list[tuple[str, ...]]:
    """Return the texts of every unit."""
    return [tuple(variant.text for variant in unit.variants) for unit in read(content)]


def pairs(content: bytes, choice: Choice = RU_EN) -> list[tuple[str, str, str, str]]:
    """Return (from, to, source, target) of every correction."""
    found = [one for unit in read(content) for one in _list(corrections(unit, choice))]
    return [(one.from_language, one.to_language, one.source_text, one.target_text) for one in found]


def _list(outcome: list[Correction] | Skipped) -> list[Correction]:
    return outcome if isinstance(outcome, list) else []


def refusal(content: bytes) -> str:
    with pytest.raises(ParseError) as refused:
        read(content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        ("Take the <hi>red</hi> one.", "Take the red one."),
        ('<bpt i="1">&lt;b></bpt>Bold<ept i="1">&lt;/b></ept> text', "Bold text"),
        ('See <it pos="begin">[</it>there', "See there"),
        ('One<ph type="lb"/>two', "One two"),
        ("One<ph>&lt;br/></ph>two", "One two"),
        ("One<ph>&lt;img alt='<sub>a picture</sub>'></ph>two", "Onetwo"),
        ("Left<ut>{\\b </ut> alone", "Left alone"),
        ("In <hi>a <bpt i='1'>x</bpt>nest<ept i='1'>y</ept></hi>.", "In a nest."),
        ("  Two\n  lines  ", "Two lines"),
        ("И\u0306од", "Йод"),
        ("<![CDATA[a < b]]> &amp; c", "a < b & c"),
    ],
)
def test_text_is_kept_and_markup_dropped(segment: str, text: str) -> None:
    """Code of the original's format goes, text stays, a line break becomes a space; the rest is normalised."""
    assert texts(tmx(tu(en=segment))) == [("Да.", text)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1251"])
def test_encodings(encoding: str) -> None:
    """Byte order marks, UTF-16 with and without one, and what the declaration names are understood."""
    is_marked = encoding in {"utf-8-sig", "utf-16"}
    declared = (
        "" if is_marked else f'<?xml version="1.0" encoding="{encoding.removesuffix("-le").removesuffix("-be")}"?>'
    )
    assert texts(tmx(tu(), prolog=declared).decode().encode(encoding)) == [("Да.", "Yes.")]


def test_language_tags_are_understood_as_programs_write_them() -> None:
    """`lang` of TMX 1.1, underscores and capitals are tags; a variant without one is in no language."""
    body = (
        '<tu><tuv lang="RU"><seg>Да.</seg></tuv><tuv xml:lang="en_US"><seg>Yes.</seg></tuv>'
        "<tuv><seg>Oui.</seg></tuv></tu>"
    )
    assert pairs(tmx(body)) == [("ru", "en", "Да.", "Yes.")]
    assert [variant.language for variant in read(tmx(body))[0].variants] == ["RU", "en-US", ""]


def test_of_several_variants_each_source_counts_and_the_target_asked_for() -> None:
    """American and British English are both read; into English, the tag asked for decides, or else the first."""
    body = (
        '<tu><tuv xml:lang="ru"><seg>Цвет</seg></tuv><tuv xml:lang="en-US"><seg>Color</seg></tuv>'
        '<tuv xml:lang="en-GB"><seg>Colour</seg></tuv></tu>'
    )
    assert pairs(tmx(body)) == [("ru", "en", "Цвет", "Color")]
    assert pairs(tmx(body), Choice(from_language="ru", to_language="en-GB")) == [("ru", "en", "Цвет", "Colour")]
    assert pairs(tmx(body), Choice(from_language="en", to_language="ru")) == [
        ("en", "ru", "Color", "Цвет"),
        ("en", "ru", "Colour", "Цвет"),
    ]


def test_the_direction_is_what_was_asked_for_or_else_the_files() -> None:
    """Without a wish, texts are read from `srclang` of unit or header; both ways only where asked."""
    body = tu() + tu("Нет.", "No.", attributes='srclang="en-US"')
    assert pairs(tmx(body), Choice()) == [("ru", "en", "Да.", "Yes."), ("en", "ru", "No.", "Нет.")]
    assert pairs(tmx(tu()), Choice(to_language="en", is_both_ways=True)) == [
        ("ru", "en", "Да.", "Yes."),
        ("en", "ru", "Yes.", "Да."),
    ]
    assert pairs(tmx(tu()), Choice(from_language="de", to_language="en")) == []


def test_units_with_any_source_language_need_a_direction() -> None:
    """`*all*` leaves the direction open: it must be named, or both taken."""
    content = tmx(tu(), srclang="*all*")
    assert corrections(read(content)[0], Choice()) is Skipped.UNDIRECTED
    assert pairs(content, Choice(is_both_ways=True)) == [("ru", "en", "Да.", "Yes."), ("en", "ru", "Yes.", "Да.")]
    assert pairs(content) == [("ru", "en", "Да.", "Yes.")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (tu(en=""), Skipped.EMPTY),
        (tu(ru=" <ph>x</ph> "), Skipped.EMPTY),
        (tu(en="x" * (LONGEST_TEXT + 1)), Skipped.EMPTY),
        ('<tu><tuv xml:lang="ru"/><tuv xml:lang="en"><seg>x</seg></tuv></tu>', Skipped.EMPTY),
        ('<tu><tuv xml:lang="ru"><seg>Да.</seg></tuv></tu>', Skipped.OTHER_LANGUAGES),
        ("<tu/>", Skipped.OTHER_LANGUAGES),
    ],
)
def test_what_says_nothing_is_skipped_with_a_reason(body: str, reason: Skipped) -> None:
    """A unit without text, or without one of the languages, gives no correction, and the next is read."""
    first, second = read(tmx(body + tu()))
    assert corrections(first, RU_EN) is reason
    assert len(_list(corrections(second, RU_EN))) == 1


@pytest.mark.parametrize(
    ("unit", "by"),
    [
        (tu(), "desk.tmx"),
        (tu(attributes='creationid="Ann"'), "Ann"),
        (tu(attributes='creationid="Ann"', of_en='creationid="Bo"'), "Bo"),
        (tu(attributes='changeid="Cy"', of_en='creationid="Bo"'), "Cy"),
        (tu(of_en='changeid="  "'), "desk.tmx"),
    ],
)
def test_a_correction_is_by_whoever_changed_it_last(unit: str, by: str) -> None:
    """The variant's and the unit's `changeid`, then their `creationid`, then the file; a name given outranks all."""
    assert [one.by for one in _list(corrections(read(tmx(unit))[0], RU_EN))] == [by]
    named = Choice(from_language="ru", to_language="en", by="desk")
    assert [one.by for one in _list(corrections(read(tmx(unit))[0], named))] == ["desk"]


def test_a_machines_work_is_nobodys_word_until_somebody_changed_it(tmp_path: Path) -> None:
    """What we exported of the machine's is skipped when it comes back as it was, and counts once it was edited."""
    made = Remembered(key="k", source_text="Да.", rendering=Rendering(text="Yes.", score=-0.1), route="ru>de>en")
    write_tmx(tmp_path / "a.tmx", [unit_of(made)])
    content = (tmp_path / "a.tmx").read_bytes()
    (unit,) = read(content)
    assert (unit.route, unit.source_language) == ("ru>de>en", "ru")
    assert corrections(unit, RU_EN) is Skipped.MACHINE
    edited = content.replace(b'xml:lang="en"', b'xml:lang="en" changeid="Ann"')
    assert [one.by for one in _list(corrections(read(edited)[0], RU_EN))] == ["Ann"]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE tmx [<!ENTITY a "b">]>',
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd" [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        "<!DOCTYPE tmx [<!ELEMENT seg ANY>]>",
    ],
)
def test_a_dtd_that_declares_anything_is_refused(declaration: str) -> None:
    """No entity is ever defined, wherever it would come from."""
    assert "declares entities" in refusal(tmx(tu(), prolog=f"\n{declaration}"))


def test_the_dtd_of_tmx_is_accepted_and_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual document type line does no harm; what the DTD beside the file says has no effect."""
    (tmp_path / "tmx14.dtd").write_text('<!ENTITY hello "pwned">', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for line in (
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">',
        '<!DOCTYPE tmx SYSTEM "http://127.0.0.1:9/tmx14.dtd">',
        '<!DOCTYPE tmx PUBLIC "-//LISA OSCAR:1998//DTD for Translation Memory eXchange//EN" "tmx14.dtd" >',
    ):
        assert texts(tmx(tu(), prolog=line)) == [("Да.", "Yes.")]
        assert "&hello;" in refusal(tmx(tu(en="&hello;"), prolog=line))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file:1: "),
        (b"PK\x03\x04 not xml", "the file:1: "),
        (b"<html><body/></html>", "root element is html"),
        (tmx("\n\n<tu>"), "the file:5: "),
        (tmx(tu(en="&#1;")), "the file:2: "),
        (tmx(tu(en="&nbsp;")), "undefined entity"),
        (tmx("<tu><tu/></tu>"), "inside another"),
        (tmx(tu())[:-9], "the file:3: "),
        (tmx("<a>" * 70 + "</a>" * 70), "nested"),
        (tmx("<tu>" + "<tuv/>" * 501 + "</tu>"), "more than 500 variants"),
        (tmx(f'<tu a="{"x" * 1_200_000}"/>'), "longer than any file needs"),
        (tmx("<!--" + "x" * 1_200_000), "longer than any file needs"),
        (tmx(tu(), prolog='<?xml version="1.0" encoding="shift_jis"?>'), "encoding"),
        (tmx(tu(), prolog='<?xml version="1.0" encoding="no-such"?>'), "encoding"),
        ("Да".encode("cp1251") + tmx(""), "the file:1: "),
    ],
)
def test_what_is_no_tmx_is_refused_with_its_line(content: bytes, reason: str) -> None:
    """Anything else than TMX, broken, cut off or monstrous, is a ParseError that says where."""
    told = refusal(content)
    assert reason in told
    assert re.match(r"the file:\d+: ", told)


def test_what_stands_before_a_mistake_is_read() -> None:
    """Units are handed over one by one: the good ones come before the error."""
    units = read_units(io.BytesIO(tmx(tu() * 3000 + "<broken")))
    assert [len(next(units).variants) for _ in range(2000)] == [2] * 2000
    with pytest.raises(ParseError):
        list(units)


class Endless(io.RawIOBase):
    """A file of many units that is nowhere in memory."""

    def __init__(self, units: int) -> None:
        self._left = units
        self._begun = False

    def read(self, _size: int = -1, /) -> bytes:
        """Return a hundred units a time."""
        if not self._begun:
            self._begun = True
            return tmx("").partition(b"\n")[0]
        if not self._left:
            return b""
        self._left -= 100
        return (tu("Раз. " * 20, "One. " * 20) * 100).encode() + (b"" if self._left else b"</body></tmx>")


def test_a_large_file_takes_no_more_memory_than_a_small_one() -> None:
    """Ten megabytes go by within one."""
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_units(Endless(30_000))) == 30_000  # type: ignore[arg-type]
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 1_000_000


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=40
)
TEXTS = WORDS.map(normalise).filter(bool)
CORRECTIONS = st.builds(
    Correction,
    from_language=st.sampled_from(["ru", "kk"]),
    to_language=st.sampled_from(["en", "de"]),
    source_text=TEXTS,
    target_text=TEXTS,
    by=TEXTS,
)


@given(st.lists(CORRECTIONS, max_size=5))
def test_what_goes_out_comes_in_again(made: list[Correction]) -> None:
    """Corrections that were exported and imported are the same, with whose word they are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.tmx"
        assert write_tmx(path, map(unit_of, made)) == len(made)
        with path.open("rb") as file:
            assert [one for unit in read_units(file) for one in _list(corrections(unit, Choice()))] == made


def test_characters_that_xml_has_no_place_for_are_left_out(tmp_path: Path) -> None:
    """A control character in the store does not spoil the file."""
    write_tmx(tmp_path / "a.tmx", [Unit(variants=(Variant(language="en", text="a\x00\x1f\ufffeb", by="x\x08y"),))])
    (unit,) = read((tmp_path / "a.tmx").read_bytes())
    assert unit.variants == (Variant(language="en", text="ab", by="xy"),)


def test_an_export_replaces_the_file_whole_or_leaves_it(tmp_path: Path) -> None:
    """When something fails midway, the old file stands and nothing lies beside it."""
    path = tmp_path / "memory.tmx"
    path.write_bytes(b"old")

    def units() -> Iterator[Unit]:
        yield Unit(variants=())
        raise OSError("the store went away")

    with pytest.raises(OSError, match="went away"):
        write_tmx(path, units())
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["memory.tmx"]  # noqa: PTH208 - hidden ones too, by name


def test_translate_toolkit_reads_what_we_write(tmp_path: Path) -> None:
    """Another implementation sees the same languages and texts."""
    made = [
        Correction(
            from_language="ru", to_language="en", source_text="«Да» & <нет>", target_text="“Yes” & <no>", by="Ann"
        ),
        Correction(from_language="ru", to_language="en", source_text="Кот.", target_text="A cat.", by="Bo"),
    ]
    path = tmp_path / "memory.tmx"
    write_tmx(path, map(unit_of, made), source_language="ru")
    with path.open("rb") as file:
        seen = tmxfile(file, sourcelanguage="ru", targetlanguage="en")
    assert [(str(unit.source), str(unit.target)) for unit in seen.units] == [
        (one.source_text, one.target_text) for one in made
    ]


def test_we_read_what_translate_toolkit_writes() -> None:
    """A file of another implementation gives its texts."""
    made = tmxfile(sourcelanguage="ru", targetlanguage="en")
    made.addtranslation("«Да» & <нет>", "ru", "“Yes” & <no>", "en", comment="a note")
    made.addtranslation("Кот.", "ru", "A cat.", "en")
    written = io.BytesIO()
    made.serialize(written)
    assert pairs(written.getvalue()) == [("ru", "en", "«Да» & <нет>", "“Yes” & <no>"), ("ru", "en", "Кот.", "A cat.")]


def test_nothing_of_translate_toolkit_is_in_the_program() -> None:
    """The toolkit is GPL: it checks us from outside and is never imported by us."""
    code = "import sys, syndicator.translation.tmx; print('translate' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "syndicator").rglob("*.py"))
    assert not re.search(r"^\s*(?:from|import) translate\b", sources, re.MULTILINE)
