"""How often a Russian text is read in the encoding that it is in. Floors: a change that reads fewer is seen.

`pytest tests/quality/test_encodings.py -s` prints the shares; docs/reliability.md has them.
"""

from pathlib import Path

import pytest

from syndicator.decode import decode_fetched
from syndicator.errors import ParseError

LINES = (Path(__file__).parent / "titles.tsv").read_text(encoding="utf-8").splitlines()
TITLES = [line.split("\t")[1] for line in LINES if line.startswith("ru\t")]
TEXTS = {
    "words": [word for title in TITLES for word in title.split() if len(word) >= 8 and word.isalpha()][:100],
    "titles": TITLES[:100],
    "paragraphs": [" ".join(TITLES[n : n + 5]) for n in range(0, 100, 5)],
}
DECLARATIONS: dict[str, tuple[str | None, ...]] = {
    "nothing": (None,),
    "itself": ("itself",),
    "utf-8": ("utf-8",),
    "latin-1": ("iso-8859-1",),
    "another": ("another",),
    "HTTP lies, XML not": ("iso-8859-1", "itself"),
}
FLOORS = {
    ("windows-1251", "words"): 0.95,
    ("koi8-r", "words"): 0.92,
    ("ibm866", "words"): 0.85,
    ("x-mac-cyrillic", "words"): 0.95,
    ("x-mac-cyrillic", "titles"): 0.9,
    ("x-mac-cyrillic", "paragraphs"): 0.9,
}
"""What is not here is read without a mistake, and so is all that is declared rightly."""
CODECS = {"x-mac-cyrillic": "mac-cyrillic"}
ENCODINGS = ["windows-1251", "koi8-r", "iso-8859-5", "ibm866", "x-mac-cyrillic", "utf-16-le", "utf-16-be", "utf-16"]


def share(encoding: str, texts: list[str], declared: tuple[str | None, ...]) -> float:
    """Return which share of the texts is read right; a text that the encoding can't hold does not count."""
    another = "koi8-r" if encoding == "windows-1251" else "windows-1251"
    labels = tuple({"itself": encoding, "another": another}.get(label or "", label) for label in declared)
    read = []
    for text in texts:
        try:
            content = text.encode(CODECS.get(encoding, encoding))
        except UnicodeEncodeError:
            continue
        try:
            read.append(decode_fetched(content, declared=labels) == text)
        except ParseError:
            read.append(False)
    return sum(read) / len(read)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_russian_is_read_whatever_is_declared(encoding: str, kind: str) -> None:
    """A right declaration is always enough; without one, or with a lie, the letters themselves tell."""
    shares = {name: share(encoding, TEXTS[kind], labels) for name, labels in DECLARATIONS.items()}

    print(f"{encoding:15} {kind:10}", *(f"{name} {part:.1%}" for name, part in shares.items()), sep="  ")  # noqa: T201
    assert shares.pop("itself") == shares.pop("HTTP lies, XML not") == 1
    assert min(shares.values()) >= FLOORS.get((encoding, kind), 1)
