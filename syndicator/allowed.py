"""Say which markup may be published, and let nothing else through: elements, attributes, addresses, characters.

Used twice: on what comes in (`articles.clean`, which also repairs and tidies), and once more on what goes out
(`publishing.feed.body_of`), so that what is published is safe by itself, whatever the store holds. Characters that XML
can't carry, and those that are not seen but change what is, go in both places.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import nh3

from syndicator.urls import without_tracking


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLOCKS = _words(
    "address article aside blockquote caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr"
    " li main ol p pre section summary table tbody tfoot thead tr ul"
)
INLINE = _words(
    "a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strike strong sub sup"
    " time tt u var wbr"
)
TAGS = BLOCKS | INLINE | _words("audio col colgroup source td th video")
CONTENT_TOO = _words(
    "applet button canvas embed iframe math noembed noframes option script select style svg template textarea title xmp"
)
"""Elements that go together with what is in them; of all others outside TAGS the content stays."""
NUMBERS = _words("colspan height rowspan span start value width")
ADDRESSES = _words("cite href poster src")
VALUES = {
    "dir": {"ltr", "rtl", "auto"},
    "translate": {"yes", "no", ""},
    "scope": {"row", "col", "rowgroup", "colgroup"},
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title", "translate"},
    "a": {"href", "hreflang"},
    "audio": {"src"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {"alt", "height", "src", "width"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"reversed", "start"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"height", "poster", "src", "width"},
}
PLAYER = {"audio": {"controls": ""}, "video": {"controls": ""}}
"""A player without controls could only be started by autoplay, which we never let through."""
LINK_REL = "noopener noreferrer"
"""Reading pages stay out of reach of what they link to, and no origin learns who reads which edition. Not `nofollow`:
these links credit the people whose texts we carry."""
WEB = frozenset({"http", "https"})
SCHEMES = WEB | {"mailto"}
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
LONGEST_NUMBER = 5
MOST_TAGS = 50_000
"""In one document; more takes parsers and us minutes. The longest articles in earnest have some ten thousand."""
MOST_ATTRIBUTES = 1_000
"""In one tag: parsers look for each among those before it."""
_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+"""
_ATTRIBUTES = re.compile(rf"<[a-z][^\s/>]*+((?:{_ATTRIBUTE})*+)", re.IGNORECASE)
"""A tag up to its end as HTML's tokenizer takes it (13.2.5.32 to 40); what it took is not looked at again: linear."""
_EACH = re.compile(_ATTRIBUTE)

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What is no Char in XML 1.0 (2.2)."""
INVISIBLE = re.compile("[\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


def allowed(html: str, *, base_url: str | None) -> str:
    """Return what the lists above let through of an HTML fragment. What is clean comes out as it is, byte for byte.

    Relative addresses are resolved against `base_url`; without one they go.
    """
    passed: str = _cleaner(base_url).clean(html).replace("&nbsp;", "\u00a0")
    return characters(passed)  # last: a reference such as &#1; is a character only now


@lru_cache(maxsize=64)  # to make one takes as long as to clean a paragraph
def _cleaner(base_url: str | None) -> nh3.Cleaner:
    def judge(tag: str, attribute: str, value: str) -> str | None:
        if attribute in ADDRESSES:
            return address(value, base_url, SCHEMES if tag == "a" else WEB)
        return _value(attribute, value)

    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(CONTENT_TOO),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=judge,
        set_tag_attribute_values=PLAYER,
        url_schemes=set(SCHEMES),
        link_rel=LINK_REL,
    )


def clean_text(text: str) -> str:
    """Return plain text in NFC on one line: no control or invisible characters, single spaces. Idempotent."""
    return unicodedata.normalize("NFC", " ".join(characters(text).split()))


def is_crowded(html: str) -> bool:
    """Return whether markup has so many tags, or so many attributes in one, that no parser should see it."""
    if html.count("<") > MOST_TAGS:
        return True
    long = (found[1] for found in _ATTRIBUTES.finditer(html) if len(found[1]) > MOST_ATTRIBUTES)
    return any(sum(1 for _ in _EACH.finditer(attributes)) > MOST_ATTRIBUTES for attributes in long)


def characters(text: str) -> str:
    """Drop what no text of ours may hold."""
    return INVISIBLE.sub("", ILLEGAL.sub("", text))


def address(url: str, base_url: str | None, schemes: frozenset[str]) -> str | None:
    """Return an address that may be published, absolute and without tracking; None for any other scheme or none."""
    url = characters(url).strip()
    try:
        whole = urljoin(characters(base_url or ""), re.sub(r"[\t\r\n]", "", url))
        parts = urlsplit(whole)
        _ = parts.port  # a port that is no number raises
    except ValueError:
        return None
    if parts.scheme not in schemes or (parts.scheme in WEB and not parts.hostname):
        return None
    lower = parts.scheme + whole[len(parts.scheme) :]
    return without_tracking(re.sub(r"\s", "%20", lower))


def _value(attribute: str, value: str) -> str | None:
    """Return an attribute's value if it is one of those the attribute can have."""
    value = clean_text(value)
    if attribute in NUMBERS:
        number = value.removesuffix("px")
        return number if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER else None
    if attribute in VALUES:
        return value.lower() if value.lower() in VALUES[attribute] else None
    if attribute in ("lang", "hreflang"):
        return value if LANGUAGE.fullmatch(value) else None
    return value
