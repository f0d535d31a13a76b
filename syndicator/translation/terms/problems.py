"""Tell what is wrong, or may be, in a term base. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from syndicator.model import primary
from syndicator.translation.terms.inflection import is_known, phrase
from syndicator.translation.terms.term import Kind, Term
from syndicator.translation.terms.termbase import TermBase
from syndicator.translation.terms.words import fold, is_abbreviation, make_wording

_LANGUAGES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el "
    "en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu "
    "ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na "
    "nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so "
    "sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
"""ISO 639-1; tags of three letters are not looked at."""
_LONGEST = 200
"""Characters. A name that is longer is most likely a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a term base that a person should look at."""

    place: str
    """`terms.csv:12`."""
    text: str
    """What is wrong, in words."""
    is_error: bool
    """Something will not work as it is meant; else it is but a hint."""

    def __str__(self) -> str:
        """Return `terms.csv:12: what is wrong`."""
        return f"{self.place}: {self.text}" if self.place else self.text


def problems(base: TermBase) -> tuple[Problem, ...]:
    """Return what is wrong in the desk's own terms, in their order."""
    carried = {key: term for term in base.carried for key in _keys(term)}
    seen: dict[tuple[str, str], Term] = {}
    found: list[Problem] = []
    for term in base.own:
        found += _alone(term)
        for (language, text), written in _keys(term).items():
            before = seen.setdefault((language, text), term)
            if before is not term:
                found.append(_twice(term, before, written))
            elif (other := carried.get((language, text))) and _agreed(other) != _agreed(term):
                words = f"{written!r} outranks the carried term {_shown(other)}"
                found.append(Problem(place=term.place, text=words, is_error=False))
    return tuple(dict.fromkeys(found))


def _alone(term: Term) -> Iterator[Problem]:
    """Yield what is wrong with a term by itself."""
    for language, texts in term.wordings.items():
        if len(primary(language)) == 2 and primary(language) not in _LANGUAGES.split():  # noqa: PLR2004 - a code of ISO 639-1
            yield _error(term, f"no language has the code {language!r}")
        for text in texts:
            yield from _wording(term, text, primary(language))


def _wording(term: Term, text: str, language: str) -> Iterator[Problem]:
    wording = make_wording(text, language, term.kind)
    if not wording.folded:
        yield _error(term, f"{text!r} has no word in it")
    elif len(text) > _LONGEST:
        yield _error(term, f"{text[:40]!r}… is too long for a term")
    elif len(text) == 1:
        yield _hint(term, f"{text!r} is a single letter and will be found in many places")
    elif term.kind is Kind.TERM and text[:1].isupper() and text[1:].islower() and language in {"en", "ru"}:
        yield _hint(term, f"{text!r} begins with a capital, and so will its renderings: is it a name?")
    if language == "ru" and term.kind not in (Kind.KEEP, Kind.IGNORE) and wording.folded:
        yield from _russian(term, text)


def _russian(term: Term, text: str) -> Iterator[Problem]:
    if all(map(is_abbreviation, text.split())):
        return
    if phrase(text).head is None:
        yield _hint(
            term, f"{text!r} has no noun in the nominative that is known: it is put in as it stands or not at all"
        )
    elif not is_known(text):
        yield _hint(term, f"{text!r} has a word that the dictionary does not know: its forms are guessed")


def _keys(term: Term) -> dict[tuple[str, str], str]:
    """Return the wordings of a term by what they are compared by."""
    return {
        (
            primary(language),
            text if text.isupper() else fold(make_wording(text, primary(language), term.kind).text),
        ): text
        for language, texts in term.wordings.items()
        for text in texts
    }


def _twice(term: Term, before: Term, text: str) -> Problem:
    if _agreed(before) == _agreed(term):
        return _error(term, f"{text!r} stands in {before.place} already")
    return _error(term, f"{text!r} stands in {before.place}, too, with another rendering; the first counts")


def _agreed(term: Term) -> dict[str, str]:
    return {primary(language): texts[0] for language, texts in term.wordings.items()} | {"kind": term.kind}


def _shown(term: Term) -> str:
    return " / ".join(texts[0] for texts in term.wordings.values())


def _error(term: Term, text: str) -> Problem:
    return Problem(place=term.place, text=text, is_error=True)


def _hint(term: Term, text: str) -> Problem:
    return Problem(place=term.place, text=text, is_error=False)
