"""What a source is called to readers who can't read its name."""

import pytest

from syndicator.translation.sourcenames import readable_name
from syndicator.translation.terms import Kind, Term, TermBase

TERMS = TermBase(
    own=(
        Term(wordings={"ru": ("Совет Европы", "СЕ"), "en": ("the Council of Europe",)}, kind=Kind.BODY),
        Term(wordings={"ru": ("вестник",), "en": ("herald",)}),
    )
)


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("Коммерсантъ", "en", "Kommersant"),
        ("Вестник «Север»", "en", "Vestnik «Sever»"),
        ("Вестник «Север»", "de-AT", "Vestnik «Sever»"),
        ("СОВЕТ ЕВРОПЫ", "en", "Council of Europe"),
        ("«Совет Европы»", "en-GB", "Council of Europe"),
        ("Совет Европы", "fr", "Sovet Yevropy"),
        ("Вестник", "en", "Vestnik"),
        ("Коммерсантъ", "ru", None),
        ("Коммерсантъ", "uk", None),
        ("Reuters", "ru", None),
        ("Reuters", "en", None),
        ("Українська правда", "en", None),
        ("", "en", None),
    ],
)
def test_readable_name(name: str, language: str, expected: str | None) -> None:
    """A body is called as agreed, another source by its letters; whoever reads Cyrillic is told nothing new."""
    assert readable_name(name, language, terms=TERMS, standard="bgn") == expected


def test_standard() -> None:
    """The letters are those of the desk's standard."""
    assert readable_name("Щит", "en", terms=TERMS, standard="iso9") == "Ŝit"
