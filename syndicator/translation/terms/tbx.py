"""Term bases as TBX: reads ISO 30042:2019 (`tbx`) and the older `martif`, writes TBX-Basic of 2019 in DCA style.

Hostile until read: no entities, no document type but a bare one, nothing fetched.
"""

from collections.abc import Iterator, Sequence

from lxml import etree

from syndicator.errors import ConfigError, ConfigProblem
from syndicator.translation.terms.term import Kind, Term

NAMESPACE = "urn:iso:std:iso:30042:ed-2"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ENTRIES = {"conceptEntry", "termEntry"}
_SECTIONS = {"langSec", "langSet"}
_KIND = "x-syndicator-kind:"
"""Begins the note that keeps our kind of a term, for which TBX-Basic has no field."""


def read(content: bytes, *, name: str) -> list[Term]:
    """Read a TBX file; raise `ConfigError` if it is none. In each language, preferred terms come first."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _wrong(name, f"is no XML: {error}") from error
    document = root.getroottree().docinfo.internalDTD
    if document is not None and any(True for _ in document.iterentities()):
        raise _wrong(name, "declares entities, which a term base has no need of")
    if _local(root) not in {"tbx", "martif"}:
        raise _wrong(name, f"is no TBX: its root is {_local(root)}")
    return [term for entry in root.iter() if _local(entry) in _ENTRIES and (term := _term(entry, name))]


def write(terms: Sequence[Term]) -> bytes:
    """Write a TBX file in UTF-8."""
    root = etree.Element("tbx", {"type": "TBX-Basic", "style": "dca", _LANG: "en"}, nsmap={None: NAMESPACE})
    header = etree.SubElement(root, "tbxHeader")
    description = etree.SubElement(etree.SubElement(header, "fileDesc"), "sourceDesc")
    etree.SubElement(description, "p").text = "syndicator"
    body = etree.SubElement(etree.SubElement(root, "text"), "body")
    for number, term in enumerate(terms, 1):
        entry = etree.SubElement(body, "conceptEntry", {"id": f"c{number}"})
        if term.note:
            etree.SubElement(entry, "note").text = _legal(term.note)
        etree.SubElement(entry, "note").text = f"{_KIND}{term.kind}"
        for language, texts in term.wordings.items():
            section = etree.SubElement(entry, "langSec", {_LANG: language})
            for n, text in enumerate(texts):
                one = etree.SubElement(section, "termSec")
                etree.SubElement(one, "term").text = _legal(text)
                status = "preferredTerm-admn-sts" if n == 0 else "admittedTerm-admn-sts"
                etree.SubElement(one, "termNote", {"type": "administrativeStatus"}).text = status
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _term(entry: etree._Element, name: str) -> Term | None:
    """Return the term of an entry; None for one without a wording."""
    wordings: dict[str, tuple[str, ...]] = {}
    for section in entry.iter():
        language = section.get(_LANG, "").replace("_", "-")
        if _local(section) in _SECTIONS and language:
            ranked = sorted(_wordings(section), key=lambda pair: pair[0])
            wordings[language] = tuple(dict.fromkeys(text for _, text in ranked))
    wordings = {language: texts for language, texts in wordings.items() if texts}
    notes = ["".join(note.itertext()).strip() for note in entry.iter() if _local(note) == "note"]
    kinds = [note.removeprefix(_KIND) for note in notes if note.startswith(_KIND)]
    kind = Kind(kinds[0]) if kinds and kinds[0] in set(Kind) else Kind.TERM
    if not wordings or (len(wordings) < 2 and kind not in (Kind.KEEP, Kind.IGNORE)):  # noqa: PLR2004
        return None
    note = " ".join(note for note in notes if not note.startswith(_KIND))
    return Term(wordings=wordings, kind=kind, note=note, place=f"{name}:{entry.sourceline}")


def _wordings(section: etree._Element) -> Iterator[tuple[int, str]]:
    """Yield (rank, wording): preferred terms before admitted ones; deprecated ones are still recognised, last."""
    for one in section.iter():
        if _local(one) != "term":
            continue
        text = " ".join("".join(one.itertext()).split())
        around = one.getparent()
        notes = (
            " ".join("".join(note.itertext()) for note in around.iter() if _local(note) == "termNote")
            if around is not None
            else ""
        )
        rank = 0 if "preferred" in notes else 2 if "deprecated" in notes or "superseded" in notes else 1
        if text:
            yield rank, text


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _legal(text: str) -> str:
    return "".join(
        sign for sign in text if sign >= " " and sign not in "\ufffe\uffff" and not "\ud800" <= sign <= "\udfff"
    )


def _wrong(name: str, message: str) -> ConfigError:
    return ConfigError([ConfigProblem(file=name, line=None, key="", message=message)])
