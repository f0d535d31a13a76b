"""Find out what language a text is in, or say that it is undetermined.

Knows the witnesses and in what order to hear them: the letters (which languages can be written so), the words and
py3langid together (which of those it is), langdetect (on enough text, where it has a profile of the answer and the
others are not sure), and last what the source declares. Refuses to guess: where they disagree the language is
`UNDETERMINED`.
"""

import math
import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from syndicator.articles.evidence import weigh
from syndicator.articles.scripts import ALPHABETS, Scripts, find_scripts, languages_of, script
from syndicator.articles.tags import normalise_language
from syndicator.lookalikes import unmixed
from syndicator.model import UNDETERMINED, primary

if TYPE_CHECKING:
    from langdetect.detector_factory import DetectorFactory
    from py3langid.langid import LanguageIdentifier

MIN_LETTERS = 12
"""A text with fewer is in the one language that its letters allow, or in what the source declares, or undetermined."""
MIN_IDEOGRAPHS = 4
"""The same where a letter is a syllable or a word."""
ENOUGH_LETTERS = 150
"""From here on langdetect is asked, too. On titles it is wrong once in ten times and costs most of a millisecond."""
MARGIN = 0.3
"""By so much (natural logarithm) the first candidate must lead the second."""
MARGIN_AGAINST = 1.0
"""The same where py3langid alone would say another."""
CLEAR_MARGIN = 4.0
"""By so much a title must lead to be called another language than its body."""
SURE_MARGIN = 40.0
SURE_MARGIN_A_WORD = 1.0
"""With both, langdetect is not asked, which takes half of the time: of 3,300 such texts in 44 languages it objected to
none. The second is what a text half in another language has not: there it objected to some 30 of 1,100, then to 2."""
SAMPLE_CHARS = 6_000
"""Of a longer text the beginning and the middle are looked at, half each."""

_NO_TEXT = re.compile(
    r"""(?:https?://|www\.)\S+                                # a URL
      | \b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}    # an e-mail address
      | (?<!\w)[@\#]\w+                                       # a handle or hashtag
      | \b[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.[a-z]{2,4}\b   # a host
      | \b\w*\d\w*\b                                         # a number, or a word with one
    """,
    re.VERBOSE,
)
"""What is in no language. Bounded, since a text may be anything."""
_CREDIT_LINE = re.compile(r"^\s*(?:sources?|источники?|photos?|фото) ?[:–—-].{0,150}$", re.IGNORECASE | re.MULTILINE)
"""It names people and bodies in the words of the site, whatever language the text is in."""
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?…:«»“”„\"—–\n])\s*$")
_IDEOGRAPHIC = frozenset({"CJK", "KANA", "HANGUL", "THAI"})
_CYRILLIC_PROFILES = frozenset({"ru", "uk", "bg", "mk"})
_PROFILES = {"zh-cn": "zh", "zh-tw": "zh"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The language of an article and of its title, primary subtags or `UNDETERMINED`; and why, in words."""

    language: str
    title_language: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The language of one text, a primary subtag or `UNDETERMINED`; and why, in words."""

    language: str
    is_clear: bool
    """The witnesses left no doubt: enough to say that a title is in another language than its body."""
    reason: str


def detect(title: str, body: str, *, declared: str | None = None, pinned: str | None = None) -> Detection:
    """Tell the language of an article from its title and body, plain text both; either may be empty.

    `declared` is what the source says, heard last; `pinned` is the operator's word and ends the matter. The title's
    language differs from the article's only where the title alone is clear. Thread-safe; the first call loads models
    (about a second).
    """
    fixed = normalise_language(pinned)
    if fixed is not None:
        return Detection(language=primary(fixed), title_language=primary(fixed), reason="pinned in the configuration")
    of_title = detect_text(title, declared=declared)
    body = _CREDIT_LINE.sub("", body) if len(body) < SAMPLE_CHARS else body
    whole = detect_text(body, declared=declared)
    if not whole.is_clear:
        whole = _with_title(title, body, of_title=of_title, of_body=whole, declared=declared)
    if of_title.is_clear and of_title.language != whole.language:
        return Detection(
            language=whole.language,
            title_language=of_title.language,
            reason=f"{whole.reason}; title: {of_title.reason}",
        )
    return Detection(language=whole.language, title_language=whole.language, reason=whole.reason)


def _with_title(title: str, body: str, *, of_title: Verdict, of_body: Verdict, declared: str | None) -> Verdict:
    """Return the verdict on an article whose body alone is doubtful: a line, a credit, two languages, nothing."""
    if find_scripts(body).letters < MIN_LETTERS and of_title.language != UNDETERMINED:
        return of_title
    together = detect_text(f"{title}\n{body}", declared=declared)
    return together if together.is_clear or of_body.language == UNDETERMINED else of_body


def detect_text(text: str, *, declared: str | None = None) -> Verdict:
    """Tell the language of one plain text, in any script and case. Thread-safe."""
    tag = normalise_language(declared)
    claim = None if tag is None else primary(tag)
    sample = _NO_TEXT.sub(" ", unmixed(unicodedata.normalize("NFC", _sample(text)), is_cyrillic=True))
    scripts = find_scripts(sample)
    if scripts.main is None:
        return _undetermined("no letters")
    if scripts.second is not None and not _is_written_in(claim, scripts):
        return _undetermined(f"half in {scripts.main.title()} letters, half in {scripts.second.title()}")
    words = [(word, is_name) for word, is_name in _words(sample) if _same_script(word[0], scripts.main)]
    candidates = languages_of(scripts.main, (letter for word, _ in words for letter in word))
    if len(candidates) == 1:
        (language,) = candidates
        return Verdict(language=language, is_clear=True, reason=f"the letters allow {language} only")
    if scripts.letters < (MIN_IDEOGRAPHS if scripts.main in _IDEOGRAPHIC else MIN_LETTERS):
        return _from_little(candidates, claim)
    return _from_witnesses(words, candidates, claim)


def _undetermined(reason: str) -> Verdict:
    return Verdict(language=UNDETERMINED, is_clear=False, reason=reason)


def _sample(text: str) -> str:
    if len(text) <= SAMPLE_CHARS:
        return text
    half = SAMPLE_CHARS // 2
    middle = len(text) // 2
    return f"{text[:half]}\n{text[middle : middle + half]}"


def _is_written_in(claim: str | None, scripts: Scripts) -> bool:
    """Tell whether a text in two scripts may be in the declared language: code and names can outweigh the words."""
    if scripts.main == "CYRILLIC":
        return claim in ALPHABETS
    return scripts.main is not None and claim in languages_of(scripts.main, ())


def _same_script(letter: str, main: str) -> bool:
    return script(letter) == ("CJK" if main == "KANA" else main)


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each word in lower case, and whether it looks like a name: a capital that begins no sentence.

    In a text of capitals no word does.
    """
    has_case = any(character.islower() for character in text)
    for match in _WORD.finditer(text):
        word = match[0]
        begins = _SENTENCE_BEGINS.search(text, max(0, match.start() - 3), match.start()) is not None
        yield word.lower(), has_case and word[0].isupper() and not begins


def _from_little(candidates: frozenset[str], claim: str | None) -> Verdict:
    if claim is not None and claim in candidates:
        return Verdict(language=claim, is_clear=False, reason=f"too short to tell; declared {claim}")
    return _undetermined("too short to tell")


def _from_witnesses(words: list[tuple[str, bool]], candidates: frozenset[str], claim: str | None) -> Verdict:
    """Weigh words and models over two candidates or more; the claim settles only what they leave open."""
    if not candidates:
        return _undetermined("no model knows the script")
    text = " ".join(word for word, _ in words)
    evidence = weigh(words, candidates)
    opinion = _opinion(text, candidates)
    first, second = sorted(candidates, key=lambda language: (-evidence[language] - opinion[language], language))[:2]
    margin = evidence[first] + opinion[first] - evidence[second] - opinion[second]
    favourite = max(candidates, key=lambda language: (opinion[language], language))
    reason = f"words say {first}, py3langid {favourite}"
    rival = second if margin < (MARGIN if favourite == first else MARGIN_AGAINST) else None
    is_sure = margin >= max(SURE_MARGIN, SURE_MARGIN_A_WORD * len(words))
    if len(text) >= ENOUGH_LETTERS and not is_sure:
        heard = _langdetect(text, first, candidates)
        if heard is not None:
            reason = f"{reason}, langdetect {heard}"
            rival = heard if heard != first else rival
    if rival is None:
        return Verdict(language=first, is_clear=margin >= CLEAR_MARGIN, reason=reason)
    if claim is not None and claim in {first, rival}:
        return Verdict(language=claim, is_clear=False, reason=f"{reason}; in doubt with {rival}: declared {claim}")
    return _undetermined(f"{reason}; in doubt between {first} and {rival}")


def _opinion(text: str, candidates: frozenset[str]) -> dict[str, float]:
    """Return py3langid's log-probability of each candidate."""
    ranking: dict[str, float] = dict(_identifier().rank(text))
    return {language: math.log(ranking.get(language, 0.0) + 1e-9) for language in candidates}


def _langdetect(text: str, language: str, candidates: frozenset[str]) -> str | None:
    """Return langdetect's answer among the candidates; None where it has no profile of `language`, or no answer.

    Without the profile it would be sure of a neighbour: it calls Serbian Macedonian, and Kazakh Russian.
    """
    from langdetect.lang_detect_exception import LangDetectException  # noqa: PLC0415 - only for texts that are new

    factory = _factory(is_cyrillic=language in ALPHABETS)
    known = {name: 1.0 for name in factory.get_lang_list() if _PROFILES.get(name, name) in candidates}
    if language not in {_PROFILES.get(name, name) for name in known}:
        return None
    detector = factory.create()
    detector.set_prior_map(known)
    detector.append(text)
    try:
        name = str(detector.detect())
    except LangDetectException:
        return None
    return None if name == detector.UNKNOWN_LANG else _PROFILES.get(name, name)


_loading = threading.Lock()


def _identifier() -> "LanguageIdentifier":
    with _loading:
        return _load_identifier()


def _factory(*, is_cyrillic: bool) -> "DetectorFactory":
    with _loading:
        return _load_factory(_CYRILLIC_PROFILES if is_cyrillic else None)


@cache
def _load_identifier() -> "LanguageIdentifier":
    from py3langid.langid import LanguageIdentifier  # noqa: PLC0415 - imports numpy, 0.2 s

    return LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)


@cache
def _load_factory(names: frozenset[str] | None) -> "DetectorFactory":
    """Load the profiles named, or all but the Cyrillic ones: few make langdetect quick and leave less to mistake."""
    from langdetect.detector_factory import DetectorFactory  # noqa: PLC0415 - only for texts that are new

    factory = DetectorFactory()
    factory.set_seed(0)
    folder = files("langdetect").joinpath("profiles")
    profiles = sorted(profile.name for profile in folder.iterdir() if not profile.name.startswith(("_", ".")))
    factory.load_json_profile(
        [
            folder.joinpath(name).read_text(encoding="utf-8")
            for name in profiles
            if (name in names if names is not None else name not in _CYRILLIC_PROFILES)
        ]
    )
    return factory
