"""Decline Russian names: which words of a name move, how they look in each case. Knows pymorphy3 through `morphology`.

Cases are named as OpenCorpora names them (https://opencorpora.org/dict.php?act=gram).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from syndicator.translation.morphology import morph
from syndicator.translation.terms.words import Words, cut, fold, is_abbreviation

CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
_CASES = {"gen1": "gent", "gen2": "gent", "acc2": "accs", "loc1": "loct", "loc2": "loct", "voct": "nomn"}
"""Second forms of a case, by the case."""
_ADJECTIVES = frozenset({"ADJF", "PRTF"})
_ADVERBS = frozenset({"ADVB", "CONJ"})
_SMALL = frozenset({"PREP", "CONJ", "PRCL"})
_PERSONAL = frozenset({"Name", "Surn", "Patr"})
_JOINED = "-"
_CACHED = 16_384
"""Words and names that are remembered; a news text has some thousand different words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a word of a text may be."""

    part: str
    """Part of speech: `NOUN`, `ADJF`."""
    case: str | None
    number: str | None
    gender: str | None
    """In the plural, where there is none, `plur`."""
    is_fixed: bool
    """The word never changes."""
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A Russian name or expression, its grammar told."""

    words: Words
    head: int | None
    """Which word is the noun that the others hang on; None where that can't be told."""
    moving: Mapping[int, Any]
    """The head, and what agrees with it, with the reading (of pymorphy3) that is to be inflected."""
    forms: tuple[frozenset[str], ...]
    """For each word, folded, what it may look like in a text."""

    @property
    def gender(self) -> str | None:
        """Return what verbs and adjectives agree with: a gender or `plur`; None for an abbreviation."""
        return _gender(self.moving[self.head].tag) if self.head is not None and self.head in self.moving else None

    def decline(self, case: str, number: str | None = None) -> str | None:
        """Return the name in a case, and in its own number where none is asked for; None where that can't be told."""
        if self.head is None:
            return self.words.text if case == "nomn" else None
        if self.head not in self.moving:
            return self.words.text
        noun = self.moving[self.head]
        wanted = {case, number or noun.tag.number}
        parts, after = [], 0
        for n, (start, end) in enumerate(self.words.spans):
            form = self.words.raw[n]
            if n in self.moving:
                inflected = _inflect(self.moving[n], wanted, noun.tag)
                if inflected is None:
                    return None
                form = _written(form, inflected)
                if "ё" not in self.words.text.lower():  # whoever writes no ё writes none in an ending
                    form = form.replace("ё", "е")
            parts += [self.words.text[after:start], form]
            after = end
        return "".join([*parts, self.words.text[after:]])


@lru_cache(maxsize=_CACHED)
def phrase(text: str) -> Phrase:
    """Tell the grammar of a name that is given in the nominative.

    The head is the last noun that has nothing before it but what agrees with it: adjectives, with `и` between them and
    what is joined to them by a hyphen. A noun that follows by a hyphen, and the further names of a person, move with
    it; all else behind it stays as it is.
    """
    words = cut(text)
    heads = [(n, noun) for n in range(len(words.raw)) for noun in _nouns(words.raw[n])]
    for n, noun in reversed(heads):
        before = _agreeing(words, n, noun.tag)
        if before is not None:
            moving = before | {n: noun} | _appositions(words, n, noun.tag)
            if "Fixd" in noun.tag and not all(map(morph().word_is_known, map(str.lower, words.raw[n + 1 :]))):
                break  # a surname before a name that we don't know: Си Цзиньпин
            return _phrase(words, n, {} if is_abbreviation(words.raw[n]) else moving)
    first = next((n for n, word in enumerate(words.raw) if is_abbreviation(word)), None)
    return _phrase(words, first if first == 0 else None, {})


@lru_cache(maxsize=_CACHED)
def shapes(text: str) -> frozenset[tuple[str, ...]]:
    """Return the words of a name, folded, as they stand together in every case, in its own number and the other.

    Nothing where that can't be told. `Phrase.forms` takes each word for itself, and so takes a faulty form, too.
    """
    told = phrase(text)
    declined = {told.decline(case, number) for case in CASES for number in (None, "sing", "plur")}
    found = {tuple(map(fold, cut(form).raw)) for form in declined if form}
    return frozenset(found) if told.head is not None else frozenset()


@lru_cache(maxsize=_CACHED)
def readings(word: str) -> tuple[Reading, ...]:
    """Return what a word of a text may be, likeliest first; nothing for a word in other letters."""
    return tuple(
        Reading(
            part=str(parse.tag.POS),
            case=_CASES.get(str(parse.tag.case), parse.tag.case and str(parse.tag.case)),
            number=parse.tag.number and str(parse.tag.number),
            gender=_gender(parse.tag),
            is_fixed="Fixd" in parse.tag,
            score=parse.score,
        )
        for parse in _parses(word)
        if parse.tag.POS
    )


def is_known(text: str) -> bool:
    """Say whether the dictionary knows the words of a name that are to be inflected."""
    told = phrase(text)
    return told.head is not None and all(morph().word_is_known(told.words.raw[n].lower()) for n in told.moving)


@lru_cache(maxsize=_CACHED)
def _parses(word: str) -> tuple[Any, ...]:
    """Return what pymorphy3 makes of a word, likeliest first."""
    return tuple(morph().parse(word))


def _phrase(words: Words, head: int | None, moving: Mapping[int, Any]) -> Phrase:
    forms = []
    for n, word in enumerate(words.raw):
        folded = {fold(word)}
        if n in moving:
            same = (one for one in _parses(word) if one.tag.POS == moving[n].tag.POS and "nomn" in one.tag)
            folded |= {fold(form.word) for one in same for form in one.lexeme}
        elif head is None and not is_abbreviation(word):
            folded |= {fold(form.word) for one in _parses(word) for form in one.lexeme}
        forms.append(frozenset(folded))
    return Phrase(words=words, head=head, moving=moving, forms=tuple(forms))


def _nouns(word: str) -> Iterator[Any]:
    """Yield the readings of a word as a noun in the nominative, the likeliest last.

    A plural of a word that the dictionary doesn't know is none: Минцифры.
    """
    is_known = morph().word_is_known(word.lower())
    if any(one.tag.POS in _SMALL for one in _parses(word)[:1]):  # «по» is software, too
        return
    for one in reversed(_parses(word)):
        if one.tag.POS == "NOUN" and one.tag.case == "nomn" and (is_known or one.tag.number == "sing"):
            yield one


def _agreeing(words: Words, head: int, tag: Any) -> dict[int, Any] | None:  # noqa: ANN401 - pymorphy3 has no types
    """Return the words before a noun that agree with it, with their readings; None if one stands there that doesn't."""
    found = {}
    for n in range(head):
        alike = [one for one in _parses(words.raw[n]) if _agrees(one.tag, tag)]
        # «Большая» is a form of «больший», too, which is in no name.
        adjective = next((one for one in alike if one.normal_form != "больший"), None)
        if adjective is not None and not is_abbreviation(words.raw[n]):
            found[n] = adjective
        elif words.gap(n) == _JOINED:
            is_noun = morph().word_is_known(words.raw[n].lower()) and any(_nouns(words.raw[n]))
            is_name = is_abbreviation(words.raw[n]) and words.raw[n + 1][:1].isupper()
            if is_noun or is_name:  # страна-участница, of which both move; ООН-Хабитат, of which nothing does
                return None
        elif not any(one.tag.POS in _ADVERBS for one in _parses(words.raw[n])):
            return None
    return found


def _agrees(tag: Any, noun: Any) -> bool:  # noqa: ANN401
    is_adjective = tag.POS in _ADJECTIVES and tag.case == "nomn" and tag.number == noun.number
    return is_adjective and (noun.number == "plur" or noun.gender in {tag.gender, None})


def _appositions(words: Words, head: int, tag: Any) -> dict[int, Any]:  # noqa: ANN401
    """Return the words behind a noun that move with it."""
    found = {}
    for n in range(head + 1, len(words.raw)):
        is_joined = words.gap(n - 1) == _JOINED and words.raw[n][:1].islower()
        is_name = _PERSONAL & tag.grammemes and words.gap(n - 1) == " "
        alike = (
            one
            for one in _parses(words.raw[n])
            if one.tag.case == "nomn"
            and one.tag.number == tag.number
            and one.tag.POS == "NOUN"
            and (not is_name or (_PERSONAL & one.tag.grammemes and one.tag.gender in {tag.gender, None}))
        )
        noun = next(alike, None) if is_joined or is_name else None
        if noun is None:
            break
        found[n] = noun
    return found


def _inflect(parse: Any, wanted: set[str], noun: Any) -> str | None:  # noqa: ANN401
    """Return a word in a case and number; an adjective in the gender of its noun, too, and where it matters alive."""
    ways = [wanted]
    if parse.tag.POS in _ADJECTIVES:
        gender = {str(noun.gender)} if "sing" in wanted and noun.gender else set()
        animacy = {str(noun.animacy)} if "accs" in wanted and noun.animacy else set()
        ways = [wanted | gender | animacy, wanted | gender]
    form = next(filter(None, map(parse.inflect, ways)), None)
    return None if form is None else str(form.word)


def _written(ours: str, form: str) -> str:
    """Return a form as we write the word: what is common from ours, with its capitals, the ending from the form."""
    same = 0
    while same < min(len(ours), len(form)) and fold(ours[same]) == fold(form[same]):
        same += 1
    return ours[:same] + (form[same:].upper() if is_abbreviation(ours) else form[same:])


def _gender(tag: Any) -> str | None:  # noqa: ANN401
    return "plur" if tag.number == "plur" else tag.gender and str(tag.gender)
