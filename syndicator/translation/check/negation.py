"""Notice a negation that has come to nothing. Knows how Russian and English deny.

Languages deny differently: `fail` is `не смочь`, `not until` is `лишь`, Russian denies twice what English denies once.
So each place where the source plainly denies is held against all in the target that may deny, a prefix included, so
long as it stands at about the same place of the sentence.
"""

import re
from bisect import bisect

from syndicator.translation.check.text import Pair

_WINDOW = 0.5
"""Of a sentence: how far from its place in the source a negation may stand in the target …"""
_LONG = 120
"""… if the sentence has so many characters. In shorter ones it may stand anywhere."""

_WORDS = {
    "en": frozenset({"not", "no", "never", "nobody", "nothing", "neither", "cannot", "without"}),
    "ru": frozenset({"не", "нет", "без", "никто", "никогда", "нельзя", "невозможно"}),
}
"""One of these, or `n't`, is there wherever something is denied: quick to look for."""

_DENIALS = {
    "en": re.compile(
        r"""\b(?: (?<!\bor\ ) (?:not|\w+n't) (?!\ (?:only|just|merely|simply|least|until|before|unlike|unlikely|too
                                                  |to\ mention|wait|help\ but|far\ off)\b)
            | no (?!\W*\d) (?!\.) (?!\ (?:more|less|fewer|later|sooner|doubt|wonder|matter|few|small|stranger|exception
                                          |secret|better)\b)
            | never (?![^?]{0,200}\?) | cannot (?!\ (?:but|help)\b) | without (?!\ (?:a\ )?doubt)
            | nothing (?!\ (?:but|else|less|more|short)\b) | nobody | neither )\b""",
        re.VERBOSE,
    ),
    "ru": re.compile(
        r"""\b(?: (?<!\bли\ ) (?<!\bчуть\ ) (?<!\bедва\ ) (?<!\bпока\ ) (?<!\bбы\ ) (?<!\bесли\ ) (?<!\bдалеко\ )
                  (?<!\bнельзя\ ) (?<!\bмогу\ ) (?<!\bможем\ ) (?<!\bможет\ ) (?<!\bмогут\ ) (?<!\bмог\ ) (?<!\bмогла\ )
                  (?<!\bмогли\ )
                  не (?!\ (?:только|просто|столько|вполне|менее|более|больше|меньше|хуже|раз|реже|позднее|позже|раньше
                             |ранее|считая|говоря|без|исключено|зря|случайно|прочь|секрет|обош\w+|теря\w+|скрыва\w+
                             |мо\w+\ не|что\ иное|кто\ иной|то|покладая|смотря)\b)
            | без (?!\ (?:сомнени|исключени|малого|четверти|того|труда|проблем\b|\d)) | нет (?!,)
            | никогда (?![^?]{0,200}\?) | никто | нельзя | невозможно )\b""",
        re.VERBOSE,
    ),
}
"""What plainly denies; without what only seems to (`not least`, `чуть не`), or asks (`Have you never …?`)."""

_Pattern = re.Pattern[str]
_NEVER = re.compile(r"(?!)")
_PHRASES: dict[str, tuple[tuple[_Pattern, _Pattern, _Pattern], ...]] = {
    "en": (
        (
            re.compile(r"\bnot (?:only|just|merely|simply)\b"),
            re.compile(r"\b(?:помимо|кроме|также|тоже|еще|как)\b"),
            re.compile(r"\b(?:только|просто)\b"),
        ),
        (
            re.compile(r"\b(?:no|not) (?:less|fewer) than\b"),
            re.compile(r"\b(?:минимум|по крайней мере|от|более|больше|свыше|так(?:ой|ая|ое|ие)? же|столь)\b"),
            _NEVER,
        ),
        (
            re.compile(r"\b(?:no|not) (?:more|later|earlier|longer) than\b"),
            re.compile(""),
            re.compile(r"\b(?:более|больше|позже|позднее|раньше|ранее|дольше) (?:чем|\d)"),
        ),
    ),
    "ru": (
        (
            re.compile(r"\bне (?:только|просто)\b"),
            re.compile(
                r"\b(?:also|as well|both|besides|beyond|addition|aside|apart|along with|(?:more|other) than|too|but)\b"
            ),
            re.compile(r"\b(?:only|just)\b"),
        ),
        (
            re.compile(r"\bне (?:менее|меньше)\b"),
            re.compile(r"\b(?:at least|minimum|more|over|another|equally|as|just|exceed\w*|above|upwards?|some)\b"),
            _NEVER,
        ),
        (
            re.compile(r"\bне (?:более|больше|позднее|позже|раньше|ранее|дольше)\b"),
            re.compile(""),
            re.compile(r"\b(?:more|later|earlier|longer) than\b"),
        ),
    ),
}
"""Phrases that come to the contrary when they lose their negation: what may render them without one, what can't."""

_HINTS = {
    "en": re.compile(
        r"""\b(?: no | not | \w+n't | never | nobody | none | nothing | nowhere | neither | nor | without | cannot
            | cant | hardly | barely | scarcely | rarely | seldom | little | unless | instead | rather | wrong | free
            | far\ from | keep(?:s|ing)? | kept | miss(?:ed|ing)? | lack\w* | fail\w* | fals\w+ | resist\w+ | ill-\w+
            | refus\w+ | reject\w* | den[iy]\w* | avoid\w* | absen\w+ | ignor\w+ | declin\w+ | prevent\w* | non\w+
            | until | zero | almost | empty | blank | exclu\w+ | depriv\w+ | non-\w+ | \w{3,}less
            | un(?!i|der|til|cle|esc|fortun|anim|believ)\w{3,} | mis(?!sil|ter|s\b|sion)\w+
            | dis(?:a[bdglp]|be|co[nu]|eng|h|i[nl]|like|loy|miss|ob|or|q|reg|res|sat|su|tru)\w+
            | in(?:ab|ac[ct]|adeq|adm|alien|app|cap|comp(?:at|et|leten|reh)|cons|corr|cred|def|dep|dir|disp|effe|effi|eq
                  |esc|evit|exp(?:er|l)|humane|suff|sec|sign|soluble|tang|toler|val|vis|vul)\w+
            | im(?:po[st]s|prob|mor|pat|perf|pers|pract|prop|mat)\w+ | il(?:leg|lit|lic|log)\w+
            | ir(?:reg|rel|resp|rev|rat)\w+ )\b""",
        re.VERBOSE,
    ),
    "ru": re.compile(
        r"""\b(?: не | нет | нету | ни | без | вряд | едва | мало | вместо | редко | наоборот | плохо | плох[аио]й
            | ничего | никак(?:ого|ой|их)
            | не(?!дел|дав|кот|фт|ред|задол|мец|мк|скол|вест|др|рв|движ|б[оае]|жн|ки|го\b|й\b|му\b|м\b|кто|что|однок
                  |медл|обх|смотр|сут|сти\b|сет|сем\b|ся\b|е\b|много\b|вероятн|имовер)\w+
            | бе[зс](?!опас|ед|пок|ит\b)\w+ | анти\w+ | лиш(?!ь)\w+ | отка[жз]\w+ | отклон\w+ | отсутств\w+
            | запре[тщ]\w+ | прекра[тщ]\w+ | избе[гж]\w+ | отриц\w+ | опроверг\w+ | упус\w+ | утрат\w+ | уклон\w+
            | исключ\w+ | воздерж\w+ | забы\w+ | переста[лнт]\w* | провал\w+ )\b""",
        re.VERBOSE,
    ),
}
"""What may deny."""


def has_lost_negation(pair: Pair) -> bool:
    """Say whether the source plainly denies something and nothing in the target does, thereabouts."""
    source, target = pair.source, pair.target
    if _WORDS[source.language].isdisjoint(source.vocabulary) and "n't" not in source.plain:
        return False
    denials = [match.start() / len(source.plain) for match in _DENIALS[source.language].finditer(source.plain)]
    phrases = [ways for phrase, *ways in _PHRASES[source.language] if phrase.search(source.plain)]
    if not denials and not phrases:
        return False
    hints = [match.start() / len(target.plain) for match in _HINTS[target.language].finditer(target.plain)]
    if not hints and any(bad.search(target.plain) or not good.search(target.plain) for good, bad in phrases):
        return True
    window = _WINDOW if len(source.plain) >= _LONG else 1
    return any(bisect(hints, denial + window) == bisect(hints, denial - window) for denial in denials)
