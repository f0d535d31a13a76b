"""Turn bytes of unknown encoding into text, or say that they are not text.

Knows byte order marks, UTF-8, UTF-16, the single-byte encodings of Cyrillic and windows-1252; refuses to guess at any
other unless it is declared. A wrong guess would publish rubbish, so doubtful bytes are a `ParseError`; only what was
fetched, which nobody can be asked to save again, may hold a few broken characters.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from syndicator.errors import ParseError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WINDOWS = "cp1251"
_MAC = "mac-cyrillic"
_GUESSED = (_WINDOWS, "koi8-r", "koi8-u", "cp866", "iso8859-5", "cp1252")
_CYRILLIC = (_WINDOWS, "koi8-r", "koi8-u", "cp866", "iso8859-5", _MAC)
_SINGLE_BYTE = (*_GUESSED, _MAC)
_WESTERN = "cp1252"
# These declarations mean windows-1252, which holds all of latin-1 that anyone types (WHATWG Encoding 4.2).
_MEANS_WESTERN = frozenset({"iso8859-1", "ascii"})
# Names that documents use and Python does not know (WHATWG Encoding 4.2).
_LABELS = {
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "maccyrillic": "mac-cyrillic",
    "x-cp1251": "cp1251",
    "win-1251": "cp1251",
    "x-cp1252": "cp1252",
    "dos-866": "cp866",
    "cp-866": "cp866",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "unicode": "utf-16-le",
    "ucs-2": "utf-16-le",
    "x-sjis": "shift_jis",
}
# Python codecs that are no character sets of documents. UTF-7 hides markup from those who look for it.
_REFUSED = frozenset({"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
# Files that are not text although all their bytes may be printable.
_OTHER_FORMATS = (
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
)

_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя "
_UKRAINIAN_BELARUSIAN = frozenset("іїєґў")
_OTHER_CYRILLIC = frozenset("јљњћђџѓќѕ")
# Row: a letter or a word's edge (the last); column: what follows it. 9 is as common as pairs get in Russian, 0 next to
# never: log2 of the share of all pairs, -17 to -6 spread over 0 to 9, in two million letters each of news and prose.
_COMMONNESS = (
    "067576674578781577843666640001669",
    "503006005026247064060301144720254",
    "803258047046468457450212510740048",
    "601065006026138061050001000000005",
    "815348317046467365360243200550046",
    "466776563768884588833556650000449",
    "620067006041061001040001000020004",
    "736464205034565041040000001440146",
    "557567476677775467823657540000579",
    "000030000022242005400024400000008",
    "804005307015058065660030000000007",
    "811418408045047105260003000580667",
    "721207007034467424071001000641048",
    "813358218050179025664043130760367",
    "178887666768885688834456540003559",
    "600007005025038382260010100420043",
    "835558528042558335573333400650356",
    "626147007077657646963424301560477",
    "817038008054369276261133000680258",
    "365664641356640566600416540001628",
    "400005005003005040222000000010002",
    "503002004003246032030000000000007",
    "501006006020003100030000000300004",
    "700007006042062030750000300040006",
    "601007006055044000340000000050003",
    "500006005000030000030000000020000",
    "000004000000000000000000000000030",
    "035336121636640345500603510000018",
    "031325033060470006400023500000448",
    "000000000043220121702000000000001",
    "050050120010120033500004240000207",
    "014244350245550124600434240000439",
    "789787679187898989876658520007370",
)
_PAIRS = {
    (first, second): int(points)
    for first, row in zip(_RUSSIAN, _COMMONNESS, strict=True)
    for second, points in zip(_RUSSIAN, row, strict=True)
}
_ONE_LETTER_WORDS = frozenset("àèéòóÀÈÉÒÓ")  # French, Italian, Spanish, Portuguese, Czech
_SIGNS = frozenset("«»„“”‘’‚‹›–—…•·†‡°№§©®™€±¿¡´`¨×½¼¾£¥¢²³µ¶ªº\xa0\xad\x85")
# Likeness of right readings: 5.0 and more from 8 letters on, 6.0 from 20 on, 6.6 from 90 on. Greek and Hebrew read as
# Russian reach 5.9 at most in a longer text.
_PLAUSIBLE = ((90, 6.0), (20, 5.6), (0, 4.6))
_PLAUSIBLE_WESTERN = 4.0
_CLEARLY_BETTER = 1.5
_ENOUGH_FOR_MAC = 20
"""Letters; a word alone in another encoding may look like this one, which hardly anybody uses any more."""
_SAMPLE_BYTES = 50_000
_MOST_CONTROLS = 0.01
_MOST_DAMAGE = 0.02
"""Of all characters of a fetched document."""
_HEAD_BYTES = 4096
_PAGE_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)

# Both have small letters but "я" in the same places: what tells them is where "я" and the capitals are.
_MAC_LETTERS = re.compile(rb"[\xe0-\xfe]\xdf|\xdf[\xe0-\xfe]|[\x80-\x9f](?=[\xe0-\xfe])")
_WINDOWS_LETTERS = re.compile(rb"[\xe0-\xfe]\xff|\xff[\xe0-\xfe]|[\xc0-\xde](?=[\xe0-\xff])")
_WORD = re.compile(r"[^\W\d_]+")
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_LINE = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f\ufffe\uffff]")
_EXPECTED_IN_UTF16 = re.compile(r"[\t\n\r -~\xa0-\u024f\u0400-\u04ff\u2010-\u203a\u20ac№]")
_ACCENTED = re.compile(r"[\xa0-\u024f]")
_SIGN_IN_WORD = re.compile(r"[^\W\d_][£¥²³¿¼½¾¶¢µ][^\W\d_]")


def decode_text(content: bytes, *, declared: str | None = None) -> str:
    """Return the text that the bytes hold, without byte order mark; nothing is replaced or left out.

    A mark decides first, then UTF-8, then the charset `declared`, if it gives plausible text; then UTF-16 without a
    mark, and what looks most like Russian or Western text in a single-byte encoding. Raises `ParseError` for bytes
    that are no text, or text in an encoding that can't be told.
    """
    return _decoded(content, [declared])


def decode_fetched(content: bytes, *, declared: Sequence[str | None] = ()) -> str:
    """Return the text of a document from the net, as `decode_text` does.

    `declared` is what HTTP and the document itself name, in this order; one that does not fit is passed over, and
    latin-1 comes last, since servers name it for want of a better one. A few NULs are left out, and a few broken
    characters in what is UTF-8 otherwise become U+FFFD. Raises `ParseError`.
    """
    trusted = sorted((charset for charset in declared if charset), key=lambda charset: _codec(charset) == _WESTERN)
    try:
        return _decoded(content, trusted)
    except ParseError:
        mended = content.replace(b"\0", b"")
        lost = len(content) - len(mended)
        if lost and lost <= len(content) * _MOST_DAMAGE:
            return decode_fetched(mended, declared=declared)
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
        if not _is_damaged_utf8(content) or text.count("\ufffd") > len(text) * _MOST_DAMAGE or not _is_clean(text):
            raise
        return text


def decode_page(content: bytes, *, declared: str | None = None) -> str:
    """Return the text of a web page from the net; what its meta element names counts after HTTP's `declared`."""
    named = _PAGE_CHARSET.search(content[:_HEAD_BYTES])
    return decode_fetched(content, declared=(declared, named[1].decode("ascii", "ignore") if named else None))


def _decoded(content: bytes, declared: Sequence[str | None]) -> str:
    """Return the text in the first encoding that fits, those declared in their order; raise `ParseError`."""
    for start, name in _OTHER_FORMATS:
        if content.startswith(start):
            raise ParseError(f"this is {name}: save it as plain text, HTML or Markdown")
    text = next((text for text in _readings(content, declared) if text is not None), None)
    if text is not None:
        return text
    if not _is_clean(content.decode("latin-1")):
        raise ParseError("this is binary data, not text")
    if _is_damaged_utf8(content):
        raise ParseError("this is damaged UTF-8, with characters cut in two: save it again as UTF-8")
    text = _single_byte(content)
    if text is None:
        raise ParseError("the encoding of this text can't be told: save it as UTF-8")
    return text


def _readings(content: bytes, declared: Sequence[str | None]) -> Iterator[str | None]:
    """Yield the text as each encoding gives it, the surest first; None where it does not."""
    yield _marked(content)
    named = [codec for charset in declared if (codec := _codec(charset))]
    for codec in named:
        if codec.startswith(("iso2022", "hz")):  # looks like ASCII with escapes
            yield _declared(content, codec)
    yield _strict(content, "utf-8")
    for codec in named:
        yield _declared(content, codec)
    yield _utf16(content)


def _codec(charset: str | None) -> str | None:
    """Return Python's name of a declared charset; None where it is absent, unknown or not to be used."""
    if not charset:
        return None
    label = charset.strip().strip("\"'").lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return None
    return None if name.replace("_", "-") in _REFUSED else _WESTERN if name in _MEANS_WESTERN else name


def _strict(content: bytes, codec: str) -> str | None:
    """Return the text if all bytes are valid and it holds next to no control characters."""
    try:
        text = content.decode(codec)
    except (UnicodeError, LookupError):  # LookupError: a codec that is none of text, such as rot13 or zip
        return None
    return text if _is_clean(text) else None


def _is_clean(text: str) -> bool:
    return "\0" not in text and len(_CONTROL.findall(text)) <= len(text) * _MOST_CONTROLS


def _marked(content: bytes) -> str | None:
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], codec)
    return None


def _declared(content: bytes, codec: str | None) -> str | None:
    """Return the text in the declared encoding if it is plausible there, and not plainly Russian in another."""
    text = _strict(content, codec) if codec else None
    if text is None or codec is None:
        return None
    text = text.removeprefix("\ufeff")
    sample = _sample(content)
    best = _best(sample)
    if codec in _SINGLE_BYTE:
        is_beaten = _likeness(sample, codec) < _likeness(sample, best) - _CLEARLY_BETTER
        # They differ in capitals and я alone; where a text has neither, both are right.
        lean = _leaning_to_mac(sample)
        is_beaten |= {codec, best} == {_WINDOWS, _MAC} and (lean > 0 if codec == _WINDOWS else lean < 0)
        return text if _is_plausible(sample, codec) and not is_beaten else None
    strange = sum(unicodedata.category(character) in {"Cn", "Co"} for character in text)
    if strange > len(text) * _MOST_CONTROLS or "\ufffd" in text:
        return None
    return None if best in _CYRILLIC and _is_plausible(sample, best) else text


def _utf16(content: bytes) -> str | None:
    """Return the text if it is UTF-16 without a mark in Latin or Cyrillic letters."""
    for codec in ("utf-16-le", "utf-16-be"):
        text = _strict(content, codec)
        is_expected = text and len(_EXPECTED_IN_UTF16.findall(text)) >= len(text) * 0.9
        if text and is_expected and len(_ACCENTED.findall(text)) * 2 <= len(text):  # binary data is all "ÿ"
            return text
    return None


def _is_damaged_utf8(content: bytes) -> bool:
    """Say whether most of what is not ASCII is UTF-8; read as anything else, it would be rubbish."""
    text = content.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(character > "\x7f" for character in text) - bad
    return good >= 3 * bad


def _single_byte(content: bytes) -> str | None:
    """Return the most likely reading in an encoding of one byte a character; None if none is plausible."""
    sample = _sample(content)
    best = _best(sample)
    return _strict(content, best) if _is_plausible(sample, best) else None


def _best(sample: bytes) -> str:
    """Return the likeliest single-byte encoding; the first of equals, so koi8-u only where it makes a difference."""
    best = max(_GUESSED, key=lambda codec: _likeness(sample, codec))
    if _leaning_to_mac(sample) <= 0:
        return best
    is_mac = best == _WINDOWS or (
        len(_HIGH.findall(sample)) >= _ENOUGH_FOR_MAC and _likeness(sample, _MAC) > _likeness(sample, best)
    )
    return _MAC if is_mac else best


def _leaning_to_mac(sample: bytes) -> int:
    """Return how many more letters speak for mac-cyrillic than for windows-1251."""
    return len(_MAC_LETTERS.findall(sample)) - len(_WINDOWS_LETTERS.findall(sample))


def _is_plausible(sample: bytes, codec: str) -> bool:
    likeness = _likeness(sample, codec)
    if codec == _WESTERN:
        return likeness >= _PLAUSIBLE_WESTERN
    high_bytes = len(_HIGH.findall(sample))
    return likeness >= next(least for size, least in _PLAUSIBLE if high_bytes >= size)


def _sample(content: bytes) -> bytes:
    """Return the first lines that are not ASCII: a page may begin with many that tell nothing."""
    lines: list[bytes] = []
    size = 0
    for match in _HIGH_LINE.finditer(content):
        lines.append(match[0][: _SAMPLE_BYTES - size])
        size += len(lines[-1])
        if size >= _SAMPLE_BYTES:
            break
    return b"\n".join(lines)


def _likeness(sample: bytes, codec: str) -> float:
    """Return how much the bytes, read in a single-byte encoding, look like text: about 7 if they do, below 4 if not."""
    try:
        text = sample.decode(codec)
    except UnicodeError:
        return -9.0
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    points = [point for word in words for point in (_western(word) if codec == _WESTERN else _russian(word))]
    # Nobody writes a capital in the midst of a word; a wrong reading swaps capitals and small letters.
    points += [-5 for word in words for first, second in pairwise(word) if first.islower() and second.isupper()]
    odd = [
        character for character in text if character > "\x7f" and not character.isalpha() and character not in _SIGNS
    ]
    points += [-6] * (len(odd) + len(_SIGN_IN_WORD.findall(text)))
    if not points:  # only quotation marks, dashes and the like, which windows-1251 has in the same places
        is_latin = re.search("[A-Za-z]", text) is not None
        return (7.0 if codec == _WESTERN else 6.0) if is_latin else 0.0
    return sum(points) / len(points)


def _russian(word: str) -> list[int]:
    """Return points for each pair of neighbouring letters, the word's edges included."""
    return [_pair(pair) for pair in pairwise(f" {word.lower().replace('ё', 'е')} ")]


def _pair(pair: tuple[str, str]) -> int:
    if pair in _PAIRS:
        return _PAIRS[pair]
    strangers = set(pair) - set(_RUSSIAN)
    return (
        5 if strangers <= _UKRAINIAN_BELARUSIAN else 3 if strangers <= _OTHER_CYRILLIC | _UKRAINIAN_BELARUSIAN else -4
    )


def _western(word: str) -> list[int]:
    """Return points for each letter that is not ASCII: in Western languages it stands beside an ASCII letter."""
    if len(word) == 1:
        return [10 if word in _ONE_LETTER_WORDS else 0]
    points = []
    for before, letter, after in zip(f" {word}", word, f"{word[1:]} ", strict=False):
        if letter > "ÿ" and letter not in "ŠšŽžŒœŸ":
            points.append(-4)
        elif not letter.isascii():
            points.append(7 if "A" <= before <= "z" or "A" <= after <= "z" else 1)
    return points
