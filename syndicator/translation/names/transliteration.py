"""Write Russian names in Latin letters, by three standards. Pure; knows letters and no names."""

import re

STANDARDS = ("bgn", "icao", "iso9")

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_BGN = dict(
    zip(
        _CYRILLIC,
        (*"abvgde", "yo", "zh", *"ziyklmnoprstuf", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"),
        strict=True,
    )
)
_ICAO = _BGN | {"ё": "e", "й": "i", "ъ": "ie", "ю": "iu", "я": "ia"}
_ISO9 = dict(zip(_CYRILLIC, "abvgdeëžzijklmnoprstufhcčšŝʺyʹèûâ", strict=True))

_CONTEXT = (
    # е is ye at the beginning and after vowels, й, ь and ъ (BGN/PCGN 1947).
    (re.compile(r"(?:(?<![^\W\d_])|(?<=[аеёиоуыэюяйьъ]))е", re.IGNORECASE), "ye"),
    (re.compile(r"(?<=[жчшщ])ё", re.IGNORECASE), "e"),
    (re.compile(r"[иы]й(?![^\W\d_])", re.IGNORECASE), "y"),
    (re.compile(r"(?<=ь)и", re.IGNORECASE), "yi"),
)


def to_latin(name: str, standard: str) -> str:
    """Write a Russian name, in the nominative, by `bgn`, `icao` or `iso9`; what is no Russian letter stays.

    `bgn` is BGN/PCGN 1947 as newspapers simplify it: Соловьёв is Solovyov, Горбачёв Gorbachev, Горький Gorky.
    """
    table = {"bgn": _BGN, "icao": _ICAO, "iso9": _ISO9}[standard]
    special: dict[int, tuple[int, str]] = {}
    if standard == "bgn":
        special = {m.start(): (m.end(), latin) for pattern, latin in _CONTEXT for m in pattern.finditer(name)}
    parts: list[str] = []
    position = 0
    while position < len(name):
        letter = name[position]
        end, latin = special.get(position, (position + 1, table.get(letter.lower(), letter)))
        parts.append(latin.capitalize() if letter.isupper() else latin)
        position = end
    return "".join(parts)
