"""Term bases as TBX: reads ISO 30042:2019 (`tbx`) and the older `martif`, writes TBX-Basic of 2019 in DCA style.

Hostile until read: no entities, nothing fetched, no more than the limits of libxml2 allow.
"""

from collections.abc import Iterator, Sequence

from lxml import etree

from syndicator.errors import ConfigError, ConfigProblem
from syndicator.translation.terms.term import (
    LONGEST,
    SINGLE,
    Kind,
    Term,
    clean,
    clean_language,
    is_language,
    is_too_long,
)

NAMESPACE = "urn:iso:std:iso:30042:ed-2"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ENTRIES = frozenset({"conceptEntry", "termEntry"})
_SECTIONS = frozenset({"langSec", "langSet"})
_STATUS = "administrativeStatus"
_KIND = "x-syndicator-kind:"
"""Begins the note that keeps our kind of a term, for which TBX-Basic has no field."""
_PREFERRED, _ADMITTED, _DEPRECATED = range(3)
_RANKS = (("preferred", _PREFERRED), ("deprecated", _DEPRECATED), ("superseded", _DEPRECATED))


def read(content: bytes, *, name: str) -> list[Term]:
    """Read a TBX file; in each language, preferred terms come first and deprecated ones last.

    Entries in one language only say nothing to a translator and are left out. Raises `ConfigError` with everything that
    is wrong.
    """
    root = _parsed(content, name)
    terms, problems = [], []
    for entry in root.iter():
        if _local(entry) in _ENTRIES:
            wrong = [tag for section in _sections(entry) if not is_language(tag := _language(section))]
            for tag in wrong:
                message = f"{tag!r} is no language tag"
                problems.append(ConfigProblem(file=name, line=entry.sourceline, key="", message=message))
            if not wrong and (term := _term(entry, name)):
                terms.append(term)
    if problems:
        raise ConfigError(problems)
    return terms


def write(terms: Sequence[Term]) -> bytes:
    """Write a TBX file in UTF-8."""
    root = etree.Element("tbx", {"type": "TBX-Basic", "style": "dca", _LANG: "en"}, nsmap={None: NAMESPACE})
    description = etree.SubElement(etree.SubElement(root, "tbxHeader"), "fileDesc")
    etree.SubElement(etree.SubElement(description, "sourceDesc"), "p").text = "Written by syndicator"
    body = etree.SubElement(etree.SubElement(root, "text"), "body")
    for number, term in enumerate(terms, 1):
        entry = etree.SubElement(body, "conceptEntry", {"id": f"c{number}"})
        for note in filter(None, [term.note, f"{_KIND}{term.kind}"]):
            etree.SubElement(entry, "note").text = clean(note)
        for language, texts in term.wordings.items():
            section = etree.SubElement(entry, "langSec", {_LANG: language})
            for n, text in enumerate(texts):
                one = etree.SubElement(section, "termSec")
                etree.SubElement(one, "term").text = clean(text)
                status = "preferredTerm-admn-sts" if n == 0 else "admittedTerm-admn-sts"
                etree.SubElement(one, "termNote", {"type": _STATUS}).text = status
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _parsed(content: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _wrong(name, f"is no XML: {(error.msg or '').partition(', line')[0]}", line=error.lineno) from error
    document = root.getroottree().docinfo.internalDTD
    if document is not None and any(True for _ in document.iterentities()):
        raise _wrong(name, "declares entities, which a term base has no need of")
    if _local(root) not in {"tbx", "martif"}:
        raise _wrong(name, f"is no TBX: its root is {_local(root)[:40]}")
    return root


def _term(entry: etree._Element, name: str) -> Term | None:
    """Return the term of an entry; None for one that has no rendering."""
    wordings: dict[str, tuple[str, ...]] = {}
    for section in _sections(entry):
        ranked = sorted(_wordings(section), key=lambda pair: pair[0])
        before = wordings.get(_language(section), ())
        if texts := tuple(dict.fromkeys((*before, *(text for _, text in ranked)))):
            wordings[_language(section)] = texts
    notes = [clean("".join(note.itertext())) for note in entry.iter() if _local(note) == "note"]
    told = next((note.removeprefix(_KIND) for note in notes if note.startswith(_KIND)), "")
    kind = Kind(told) if told in set(Kind) else Kind.TERM
    if is_too_long(wordings) or len(wordings) < (1 if kind in SINGLE else 2):  # a term and its rendering
        return None
    note = "; ".join(note for note in notes if note and not note.startswith(_KIND))[:LONGEST]
    return Term(wordings=wordings, kind=kind, note=note, place=f"{name}:{entry.sourceline}")


def _wordings(section: etree._Element) -> Iterator[tuple[int, str]]:
    """Yield (rank, wording)."""
    for one in section.iter():
        around = one.getparent()
        # `|` stands between wordings in our CSV.
        text = clean("".join(one.itertext()).replace("|", "/")) if _local(one) == "term" else ""
        if text and around is not None:
            yield _rank(around), text


def _rank(around: etree._Element) -> int:
    """Return how good a term is by its status: in a `termNote` (DCA, TBX of 2008) or an element of its own (DCT)."""
    if _local(around) == "termGrp" and (outer := around.getparent()) is not None:
        around = outer
    for one in around.iter():
        if _local(one) == _STATUS or (_local(one) == "termNote" and one.get("type") == _STATUS):
            status = "".join(one.itertext()).lower()
            return next((rank for word, rank in _RANKS if word in status), _ADMITTED)
    return _ADMITTED


def _sections(entry: etree._Element) -> Iterator[etree._Element]:
    return (one for one in entry.iter() if _local(one) in _SECTIONS)


def _language(section: etree._Element) -> str:
    return clean_language(section.get(_LANG) or section.get("lang") or "")


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _wrong(name: str, message: str, *, line: int | None = None) -> ConfigError:
    return ConfigError([ConfigProblem(file=name, line=line, key="", message=message)])
