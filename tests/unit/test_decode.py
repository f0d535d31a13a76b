"""Bytes of unknown encoding: short Russian texts in all that Russian was ever written in, and what is no text."""

import codecs
import gzip
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.decode import decode_fetched, decode_page, decode_text
from syndicator.errors import ParseError

RUSSIAN = (
    "Совет принял план работы",
    "Погода на завтра: дождь и ветер",
    "Открылась выставка старинных карт",
    "Ёжик в тумане: фильму исполнилось 50 лет",
    "В Женеве завершилась девятая встреча библиотекарей.",
    "Microsoft и Google договорились о стандарте",
    "Учёные объяснили, отчего шумит море в раковине",
    "Первый снег выпал на неделю раньше обычного, и к утру город стал белым.",
    "Матч Спартак - Зенит перенесён на 7 июля 2023 г.",
    "Подъезд к мосту закрыт: ищут объезд через Щёлково",
)
CYRILLIC = ("windows-1251", "koi8-r", "ibm866", "iso-8859-5")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", *CYRILLIC])
@pytest.mark.parametrize("text", [*RUSSIAN, *map(str.upper, RUSSIAN)])
def test_a_short_russian_text_is_read_in_any_encoding(text: str, encoding: str) -> None:
    """Nothing need be declared for 24 characters or more, in capitals, too."""
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "lie", ["koi8-r", "windows-1251", "iso-8859-1", "utf-8", "gbk", "utf-16", "rot13", "x-none", ""]
)
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "ibm866"])
def test_a_wrong_declaration_is_seen_through(encoding: str, lie: str) -> None:
    """A charset that gives rubbish, or does not exist, is not believed."""
    assert decode_text(RUSSIAN[4].encode(encoding), declared=lie) == RUSSIAN[4]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1252", "Il va à Paris où l’été est déjà là"),
        ("windows-1252", "Marco è qui e non è solo"),
        ("latin-1", "Não há informações"),
        ("windows-1252", "ÜBERGRÖSSEN FÜR MÄDCHEN"),
        ("windows-1252", "“Hello” – he said, and paid £5 for 3 m³"),
        ("windows-1252", "Hyvää yötä"),
        ("windows-1251", "Бібліотека відкрилася вчора у Києві, її відвідали діти"),
        ("koi8-u", "Бібліотека відкрилася вчора у Києві, її відвідали діти з Ґданська"),
        ("windows-1251", "Бібліятэка адкрылася ўчора ў Мінску, яе наведалі дзеці"),
        ("windows-1251", "Библиотеката отвори врати вчера в София"),
    ],
)
def test_other_languages_are_read_without_a_declaration(encoding: str, text: str) -> None:
    """Western text is windows-1252, and Ukrainian, Belarusian and Bulgarian are as good as Russian."""
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1250", "Zażółć gęślą jaźń w Łodzi"),
        ("windows-1253", "Η βιβλιοθήκη άνοιξε χθες στην Αθήνα με μεγάλη τελετή"),
        ("shift_jis", "図書館は昨日東京で開館しました。とても良い"),
        ("gb18030", "图书馆昨天在北京开馆，很好"),
        ("iso2022_jp", "図書館は昨日東京で開館しました"),
    ],
)
def test_a_true_declaration_is_needed_elsewhere(encoding: str, text: str) -> None:
    """What can't be told apart is refused, never guessed at; the declared charset makes it readable."""
    assert decode_text(text.encode(encoding), declared=encoding) == text
    if encoding != "iso2022_jp":  # it is ASCII to look at
        with pytest.raises(ParseError, match="save it as UTF-8"):
            decode_text(text.encode(encoding))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(b"text" * 100, mtime=0), "binary"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0", "binary"),
        (b"text with a \0 in it", "binary"),
        (b"%PDF-1.7\n1 0 obj", "a PDF document"),
        (b"{\\rtf1\\ansi Hello}", "an RTF document"),
        (b"PK\x03\x04 and more", "a zip archive"),
        (RUSSIAN[4].encode()[:-2], "damaged UTF-8"),
        (RUSSIAN[4].encode()[:20] + b"\xff" + RUSSIAN[4].encode()[20:], "damaged UTF-8"),
        ("Café déjà vu là-bas".encode() + b"\xc3", "damaged UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_in_words(content: bytes, reason: str) -> None:
    """Binary files, other formats and damaged text are a ParseError that says which."""
    with pytest.raises(ParseError, match=reason):
        decode_text(content)


def test_a_mark_wins_over_a_declaration_and_is_not_text() -> None:
    """A byte order mark decides, and is left out."""
    assert decode_text(codecs.BOM_UTF16_BE + "яю".encode("utf-16-be"), declared="utf-8") == "яю"


def test_utf7_is_never_decoded() -> None:
    """A declaration can't turn harmless ASCII into markup."""
    assert decode_text(b"+ADw-script+AD4-", declared="utf-7") == "+ADw-script+AD4-"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    """No character of a UTF-8 text is changed, but for a mark at its beginning."""
    assert decode_text(text.encode()) == text.removeprefix("\ufeff")


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "koi8-r", "utf-16", "gbk", "hz", "idna"]))
def test_any_bytes_are_text_or_refused(content: bytes, declared: str | None) -> None:
    """Nothing but ParseError is raised."""
    with suppress(ParseError):
        decode_text(content, declared=declared)


def test_a_fetched_text_may_hold_a_few_broken_characters() -> None:
    """A program that cuts a summary inside a character does not make a whole feed unreadable; the place shows."""
    whole = ("Совет обсудил бюджет области. " * 20).encode()
    assert decode_fetched(whole + "я".encode()[:1] + b"</p>") == whole.decode() + "\ufffd</p>"
    with pytest.raises(ParseError, match="damaged UTF-8"):
        decode_text(whole + "я".encode()[:1] + b"</p>")


def test_much_damage_is_not_published() -> None:
    """A fetched text with one broken character in ten is refused, not shown full of holes."""
    with pytest.raises(ParseError, match="damaged UTF-8"):
        decode_fetched(("Совет города".encode() + b"\xd0 ") * 30)


def test_a_stray_nul_in_a_fetched_text_is_left_out() -> None:
    """One NUL does not make a page binary data."""
    assert decode_fetched(b"<p>A page with a NUL \0 in the midst of it, and much more text.</p>").count("\0") == 0


def test_a_page_tells_its_charset_where_http_names_a_default() -> None:
    """A meta element outranks the latin-1 that servers name for want of a better one."""
    page = '<meta charset="gb2312"><p>公报全文如下,会议在北京举行</p>'
    assert decode_page(page.encode("gb2312"), declared="iso-8859-1") == page
