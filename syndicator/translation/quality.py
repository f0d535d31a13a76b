"""Measure how well and how fast a route translates a set of sentences with reference translations.

Knows what is counted; refuses to know which figure is good enough and where the models come from.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from syndicator.decode import decode_text
from syndicator.errors import ParseError
from syndicator.model import Route, primary
from syndicator.ports import Translator
from syndicator.translation.check import check

CARRIED = Path(__file__).with_name("testset.tsv")
"""100 sentences of news from Russian to English and 100 others from English to Russian, written for this."""
_PART = 100
"""Sentences handed to the translator at once: as many as an article or two has."""
_PAIR = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-[A-Z]{2})?)[-_>]([A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-[A-Z]{2})?)")
_TOKENIZERS = {"zh": "zh", "zt": "zh", "yue": "zh", "ja": "char", "th": "char"}
"""How BLEU finds words in a target language, where that is not by spaces; the names are sacrebleu's."""
# What typography sets after the engine, or what two good writers differ in, tells nothing of a model.
_FOLDED = str.maketrans({"ё": "е", "Ё": "Е", "\xa0": " ", "\u202f": " "} | dict.fromkeys("«»“”„", '"'))
_FOLDED |= str.maketrans(dict.fromkeys("’‘", "'") | dict.fromkeys("–—−", "-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence and how a person translated it."""

    source: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of translating a set of sentences."""

    sentences: int
    chrf: float
    """chrF2 over the whole set, 0 to 100; quotation marks, dashes, no-break spaces and ё are folded first."""
    chrf_signature: str
    bleu: float
    """Likewise."""
    bleu_signature: str
    seconds: float
    """Wall-clock time of all, models loaded."""
    source_words: int
    marked: int
    """Sentences that a check finds something doubtful in; empty ones are among them."""
    empty: int
    """Sentences of which nothing usable came: empty, cut off or going round in circles."""
    marks: dict[str, int]
    """How many sentences have a mark, by mark, commonest first."""
    translations: tuple[str, ...]
    """In the order of the set; "" where nothing usable came."""

    @property
    def marked_share(self) -> float:
        """Return the share of marked sentences, 0 to 1."""
        return self.marked / self.sentences

    @property
    def sentences_per_second(self) -> float:
        """Return the speed in sentences."""
        return self.sentences / self.seconds

    @property
    def words_per_second(self) -> float:
        """Return the speed in words of the original, told apart by spaces."""
        return self.source_words / self.seconds


def measure(
    examples: Sequence[Example],
    translator: Translator,
    route: Route,
    *,
    progress: Callable[[int], None] = lambda _done: None,
) -> Measured:
    """Translate the sentences, at least one, as the engine does at first try, and compare with the references.

    `progress` is told how many are done. Raises `ModelError` and `Unfit`, as the translator does.
    """
    sources = [example.source for example in examples]
    translator.translate(sources[:1], route)  # loads the models
    texts: list[str] = []
    begin = time.perf_counter()
    for start in range(0, len(sources), _PART):
        rendered = translator.translate(sources[start : start + _PART], route)
        texts += [rendering.text.strip() if rendering else "" for rendering in rendered]
        progress(len(texts))
    seconds = time.perf_counter() - begin
    chrf, chrf_signature, bleu, bleu_signature = _scores(
        texts, [example.reference for example in examples], language=primary(route.to_language)
    )
    marks = [
        check(source, text, from_language=route.from_language, to_language=route.to_language)
        for source, text in zip(sources, texts, strict=True)
    ]
    return Measured(
        sentences=len(examples),
        chrf=chrf,
        chrf_signature=chrf_signature,
        bleu=bleu,
        bleu_signature=bleu_signature,
        seconds=seconds,
        source_words=sum(len(source.split()) for source in sources),
        marked=sum(map(bool, marks)),
        empty=texts.count(""),
        marks=dict(Counter(mark for some in marks for mark in dict.fromkeys(some)).most_common()),
        translations=tuple(texts),
    )


def parse_pair(text: str) -> tuple[str, str] | None:
    """Return the two languages that someone who wrote `ru-en`, `ru_en` or `ru>en` means; None if it is no pair."""
    found = _PAIR.fullmatch(text)
    return (found[1], found[2]) if found else None


def read_examples(path: Path, from_language: str, to_language: str) -> list[Example]:
    """Return the sentences of a file: source and reference, tab between, one pair a line; never an empty list.

    Before the source may stand a pair (`ru-en`); then lines of other pairs are left out. Blank lines and lines that
    begin with `#` are skipped. Raises `ParseError`, naming the line, where a line is anything else, and for a file
    that is no text, or has nothing for the languages; `OSError` where it can't be read.
    """
    wanted = (primary(from_language), primary(to_language))
    try:
        content = decode_text(path.read_bytes())
    except ParseError as error:
        raise ParseError(f"{path} can't be read: {error}") from error
    found = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        pair, source, reference = _fields(line)
        if not source or not reference:
            raise ParseError(f"{path}:{number}: expected a sentence, a tab and its translation, or these after a pair")
        if pair in (None, wanted):
            found.append(Example(source=source, reference=reference))
    if not found:
        raise ParseError(f"{path} has no sentence for {'-'.join(wanted)}")
    return found


def _fields(line: str) -> tuple[tuple[str, str] | None, str, str]:
    """Return pair, source and reference of a line; empty texts if it is no such line."""
    fields = [field.strip() for field in line.split("\t")]
    match fields:
        case [source, reference]:
            return None, source, reference
        case [named, source, reference] if pair := parse_pair(named):
            return (primary(pair[0]), primary(pair[1])), source, reference
    return None, "", ""


def _scores(texts: list[str], references: list[str], *, language: str) -> tuple[float, str, float, str]:
    """Return chrF, its signature, BLEU and its signature."""
    from sacrebleu.metrics.bleu import BLEU  # noqa: PLC0415 - heavy, and only for measuring
    from sacrebleu.metrics.chrf import CHRF  # noqa: PLC0415 - likewise

    folded = [text.translate(_FOLDED) for text in texts]
    against = [[reference.translate(_FOLDED) for reference in references]]
    chrf, bleu = CHRF(), BLEU(tokenize=_TOKENIZERS.get(language, "13a"))
    chrf_score, bleu_score = chrf.corpus_score(folded, against), bleu.corpus_score(folded, against)
    return chrf_score.score, str(chrf.get_signature()), bleu_score.score, str(bleu.get_signature())
