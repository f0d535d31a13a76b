"""Turn the single fields of a feed into our values.

Pure; knows how titles, names, dates and links go wrong in the wild, refuses to know the formats that hold them.
"""

import html
import re
import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from syndicator.allowed import ILLEGAL

# Only names of HTML elements count as tags: `List<T>` in a title is text.
_INLINE = "a|abbr|b|bdi|bdo|big|cite|code|del|em|font|i|img|ins|kbd|mark|nobr|q|s|samp|small|span|strike|strong|sub|sup"
_INLINE += "|tt|u|var|wbr"
_BLOCK = "br|div|h[1-6]|hr|li|ol|p|ul"
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>|<!--.{0, 500}?-->", re.IGNORECASE | re.DOTALL)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")

_EMAIL_THEN_NAME = re.compile(r"\S+@\S+\s*\((.+)\)")
_NAME_THEN_EMAIL = re.compile(r"(.+?)\s*[<(]\S+@\S+[>)]")
_EMAIL = re.compile(r"<?\S+@\S+\.\S+>?")
_LONGEST_NAME = 300

_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d+))?\s*(Z|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE
)
_RFC_822 = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s+)?\d{1,2}\s+[A-Za-z]{3}\s+(?:\d\d|[1-9]\d{3})\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s.*)?"
)
# Zones that RFC 822 does not know and feeds use; the standard library reads them as UTC.
_ZONES = {
    "MSK": "+0300",
    "МСК": "+0300",
    "MSD": "+0400",
    "CET": "+0100",
    "CEST": "+0200",
    "EET": "+0200",
    "EEST": "+0300",
}
_ZONE = re.compile(rf"\(?\b({'|'.join(_ZONES)})\b\)?(?! \d{{4}})")
_HOURS = re.compile(r"(:\d\d\s*[+-]\d\d)$")  # an offset without minutes, which the standard library takes for minutes
_PLACE = re.compile(r"\bEurope/Moscow\b")
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})?")  # ISO 8601, basic format
_WEEKDAY = re.compile(r"^[^\W\d]{2,11}[.,]+ (?=\d)")  # of whichever language
_LONGEST_DATE = 100
_FIRST_YEAR = 1970
_DATEPARSER = threading.Lock()  # its caches are not made for threads

_LONGEST_URL = 4096
_MOST_DIGITS = 15
"""Of a file's length in bytes: a petabyte."""


def clean(text: object) -> str:
    """Return a string without the characters that XML can't hold; an empty one for anything that is no string."""
    return ILLEGAL.sub("", text) if isinstance(text, str) else ""


def one_line(text: str) -> str:
    """Return a text with each run of white space as one space, and none at the ends."""
    return " ".join(text.split())


def plain_title(markup: str, *, is_escaped_twice: bool = False) -> str:
    """Return the text of a title in HTML, as one line.

    With `is_escaped_twice`, references that are left after one unescaping are resolved, too: RSS titles are text by
    the letter of the specification and HTML by custom, and many programs escape them once too often.
    """
    text = html.unescape(_BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", markup)))
    if is_escaped_twice and _ENTITY.search(text):
        text = html.unescape(text)
    return one_line(clean(text))


def paragraphs(text: str) -> str:
    """Return plain text as HTML: blank lines part paragraphs, line ends stay line ends."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts).replace("\n", "<br>")


def absolute_url(href: object, base: str) -> str | None:
    """Return an http or https URL, resolved against `base`; None where there is none to be had."""
    text = clean(href).strip()
    if not text or len(text) > _LONGEST_URL:
        return None
    try:
        url = urljoin(base, text)
        parts = urlsplit(url)
    except ValueError:  # such as a bracket that opens no IPv6 address
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def length_bytes(value: object) -> int | None:
    """Return the length that an enclosure declares; None where it is none that a file can have."""
    digits = str(value).strip() if isinstance(value, str | int) else ""
    is_length = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    return (int(digits) or None) if is_length else None


def author_name(text: object) -> str:
    """Return the name in an author field without the address in it (RSS: `a@b.example (Ann)`); empty if none."""
    name = plain_title(clean(text), is_escaped_twice=True)
    if len(name) > _LONGEST_NAME:  # no name, and too long for these patterns
        return name
    for pattern in (_EMAIL_THEN_NAME, _NAME_THEN_EMAIL):
        if found := pattern.fullmatch(name):
            return found.group(1).strip(" \"'")
    return "" if _EMAIL.fullmatch(name) else name


def parse_date(text: object, *, now: datetime) -> datetime | None:
    """Return the moment that a date names, in UTC; None where it names none, or one before 1970 or after tomorrow.

    Reads ISO 8601 and RFC 822; else dates in Russian or English words or in digits (day first), which need a day, a
    month and a year. Without a zone it is UTC.
    """
    value = one_line(clean(text))
    if not value or len(value) > _LONGEST_DATE:
        return None
    value = _BASIC.sub(r"\1-\2-\3T\4:\5:\6\7", value)
    value = _HOURS.sub(r"\g<1>00", _ZONE.sub(lambda found: _ZONES[found.group(1)], _PLACE.sub("+0300", value)))
    try:
        moment = _iso(value) or _rfc_822(value) or _in_words(value)
        moment = moment and (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
    if moment is None or moment.year < _FIRST_YEAR or moment > now + timedelta(days=1):
        return None
    return moment


def _iso(value: str) -> datetime | None:
    found = _ISO.fullmatch(value)
    if not found:
        return None
    day, time, fraction, zone = found.groups()
    microseconds = f".{fraction[:6]:0<6}" if fraction and len(time) > len("00:00") else ""
    return datetime.fromisoformat(f"{day}T{time or '00:00'}{microseconds}{(zone or '').upper()}")


def _rfc_822(value: str) -> datetime | None:
    if not _RFC_822.fullmatch(value):
        return None
    return parsedate_to_datetime(value)


def _in_words(value: str) -> datetime | None:
    import dateparser  # noqa: PLC0415 - with its first use it takes 0.3 s, and few feeds need it

    with _DATEPARSER:
        return dateparser.parse(
            _WEEKDAY.sub("", value, count=1),
            languages=["ru", "en"],
            settings={
                "DATE_ORDER": "DMY",
                "PARSERS": ["absolute-time"],
                "REQUIRE_PARTS": ["day", "month", "year"],
                "RETURN_AS_TIMEZONE_AWARE": True,
                "TIMEZONE": "UTC",
            },
        )
