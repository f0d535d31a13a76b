import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.translation.terms import Kind, Term, TermBase, load_terms
from syndicator.translation.terms.inflection import CASES, phrase

CARRIED = load_terms(None)
OWN = TermBase(
    own=(
        Term(wordings={"ru": ("день рождения",), "en": ("birthday",)}),
        Term(wordings={"ru": ("суд",), "en": ("court",)}),
        Term(wordings={"ru": ("министр обороны",), "en": ("minister of defence",)}),
        Term(wordings={"ru": ("Партия «Единая Россия»",), "en": ("the United Russia party",)}, kind=Kind.NAME),
        Term(wordings={"ru": ("Apple",), "en": ("Apple",)}, kind=Kind.NAME),
        Term(wordings={"en": ("C++",)}, kind=Kind.KEEP),
        Term(wordings={"ru": ("МОК",)}, kind=Kind.IGNORE),
        Term(wordings={"ru": ("ООН",), "en": ("the U.N.",)}, kind=Kind.BODY),
        Term(wordings={"ru": ("ООН",), "en": ("the second",)}, kind=Kind.BODY),
    ),
    carried=CARRIED.carried,
)


def found(text: str, *, to: tuple[str, str]) -> list[str]:
    """Return the terms of a text as they stand there."""
    terms = OWN.finder(*to).find(text)
    assert all(text[one.start : one.end] == one.text for one in terms)
    return [one.text for one in terms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Поздравил с днём рождения.", ["днём рождения"]),
        ("Два дня рождения", ["дня рождения"]),
        ("суды и судья", ["суды"]),
        ("суд-медэксперт", []),
        ("в партии «Единая Россия»", []),
        ('в Партии "Единая Россия"', ['Партии "Единая Россия']),
        ("члены Совета Безопасности ООН и Совета Европы", ["Совета Безопасности ООН", "Совета Европы"]),
        ("дал совет Европе", []),
        ("Организацией\u00a0Объединённых Наций", ["Организацией\u00a0Объединённых Наций"]),
        ("Организации стран-экспортеров нефти", ["Организации стран-экспортеров нефти"]),
        ("Программа ООН-Хабитат", ["ООН-Хабитат"]),
        ("саммит ШОС, БРИКС и Россия — НАТО", ["ШОС", "БРИКС", "НАТО"]),
        ("на сайте www.oon.ru/ООН и #ООН", []),
        ("язык C++ и C", ["C++"]),
        ("решение МОК", []),
        ("воз сена", []),
    ],
)
def test_russian_terms(text: str, expected: list[str]) -> None:
    """In any form; the longest; with its own signs; not in part of a word, nor where the desk ignores it."""
    assert found(text, to=("ru", "en")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two ministers of defence", ["ministers of defence"]),
        ("Courts were closed", ["Courts"]),
        ("a court-martial", []),
        ("an apple and Apple", ["Apple"]),
        ("the U.N. and the UN’s", ["U.N.", "UN"]),
        ("It was done by the U.N.", ["U.N"]),
        ("a UN-led mission", ["UN"]),
        ("UN Women", ["UN"]),
        ("THE COURT OF NATO", ["COURT", "NATO"]),
        ("report_UN.pdf, info@UN.org, @UN", []),
        ("the group of seven", []),
        ("the Group of Seven", ["Group of Seven"]),
    ],
)
def test_english_terms(text: str, expected: list[str]) -> None:
    """In singular, plural, possessive and capitals; a name only with its capital."""
    assert found(text, to=("en", "ru")) == expected


def test_the_desk_s_own_outranks_and_of_two_the_first_counts() -> None:
    """Whatever the carried base says."""
    [one] = OWN.finder("ru", "en").find("Доклад ООН")
    assert one.agreed == "the U.N."


def test_a_term_without_the_pair_s_languages_is_not_looked_for() -> None:
    """But a tag with a region serves its language."""
    base = TermBase(own=(Term(wordings={"en-GB": ("lorry",), "de": ("Lkw",)}),))
    assert [one.agreed for one in base.finder("en", "de").find("Two lorries.")] == ["Lkw"]
    assert base.finder("en", "ru").find("Two lorries.") == ()


def test_every_carried_name_is_found_in_every_case() -> None:
    """Alone in its text and as a whole."""
    finder = CARRIED.finder("ru", "en")
    for term in CARRIED.carried:
        for text in term.wordings["ru"]:
            for case in CASES:
                declined = phrase(text).decline(case)
                assert [one.text for one in finder.find(f"слово {declined}, слово")] == [declined]


@given(st.text("ШОСООН Совет Безопасности U.N.'s-_/@#+«»\u00ad\u0301 the", max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    """What is found stands where it is said to stand, in order, without overlap."""
    for pair in (("ru", "en"), ("en", "ru")):
        end = 0
        for one in OWN.finder(*pair).find(text):
            assert end <= one.start < one.end
            assert text[one.start : one.end] == one.text
            end = one.end
