import pytest

from syndicator.translation.terms import load_terms
from syndicator.translation.terms.english import forms, indefinite, plural
from syndicator.translation.terms.inflection import CASES, phrase


@pytest.mark.parametrize(
    ("name", "case", "declined"),
    [
        ("Шанхайская организация сотрудничества", "gent", "Шанхайской организации сотрудничества"),
        ("Шанхайская организация сотрудничества", "accs", "Шанхайскую организацию сотрудничества"),
        (
            "Продовольственная и сельскохозяйственная организация ООН",
            "ablt",
            "Продовольственной и сельскохозяйственной организацией ООН",
        ),
        ("Международный Суд ООН", "accs", "Международный Суд ООН"),
        ("Генеральный секретарь ООН", "accs", "Генерального секретаря ООН"),
        ("Генеральный секретарь ООН", "ablt", "Генеральным секретарем ООН"),
        ("учёный секретарь", "ablt", "учёным секретарём"),
        ("военный совет", "datv", "военному совету"),
        ("Организация стран — экспортеров нефти", "loct", "Организации стран — экспортеров нефти"),
        (
            "Азиатско-Тихоокеанское экономическое сотрудничество",
            "gent",
            "Азиатско-Тихоокеанского экономического сотрудничества",
        ),
        ("страна-участница", "gent", "страны-участницы"),
        ("член-корреспондент", "ablt", "членом-корреспондентом"),
        ("торгово-промышленная палата", "datv", "торгово-промышленной палате"),
        ("агентство «Интерфакс»", "gent", "агентства «Интерфакс»"),
        ("Республика Корея", "loct", "Республике Корея"),
        ("Сергей Лавров", "gent", "Сергея Лаврова"),
        ("Мария Захарова", "datv", "Марии Захаровой"),
        ("Большая двадцатка", "gent", "Большой двадцатки"),
        ("ООН-Хабитат", "gent", "ООН-Хабитат"),
        ("ШОС", "ablt", "ШОС"),
        ("санкции", "datv", "санкциям"),
    ],
)
def test_names_are_declined(name: str, case: str, declined: str) -> None:
    """Adjectives agree, what hangs on the noun stays, capitals and ё are as the name has them."""
    assert phrase(name).decline(case) == declined


@pytest.mark.parametrize("name", ["Минцифры", "Ростех", "Си Цзиньпин", "оказать давление", "по существу"])
def test_what_the_dictionary_can_t_tell_is_not_declined(name: str) -> None:
    """It has a nominative only, and no other form is made up."""
    assert phrase(name).decline("nomn") == name
    assert phrase(name).decline("gent") is None


def test_a_name_takes_another_number_where_asked() -> None:
    """Its own else."""
    assert phrase("воздушный шар").decline("gent", "plur") == "воздушных шаров"
    assert phrase("воздушные силы").decline("gent") == "воздушных сил"


def test_every_carried_name_has_every_case() -> None:
    """And its nominative is the name itself."""
    for term in load_terms(None).carried:
        for text in term.wordings["ru"]:
            assert phrase(text).decline("nomn") == text
            assert None not in [phrase(text).decline(case) for case in CASES], text


@pytest.mark.parametrize(
    ("one", "many"),
    [("sanction", "sanctions"), ("policy", "policies"), ("box", "boxes"), ("woman", "women"), ("day", "days")],
)
def test_english_plurals(one: str, many: str) -> None:
    """Either is recognised as a form of the other."""
    assert plural(one) == many
    assert many in forms(one)
    assert one in forms(many)


def test_no_singular_is_made_of_a_word_in_s() -> None:
    """A `basi` or `bu` would be found nowhere, but a `new` in every text."""
    assert forms("bus") == {"bus", "buses"}
    assert "clas" not in forms("class")


@pytest.mark.parametrize(
    ("word", "article"),
    [
        ("SCO", "an"),
        ("UN", "a"),
        ("NATO", "a"),
        ("EU", "an"),
        ("CSTO", "a"),
        ("IMF", "an"),
        ("union", "a"),
        ("envoy", "an"),
        ("one-off", "a"),
    ],
)
def test_a_and_an(word: str, article: str) -> None:
    """As it is said, not as it is written."""
    assert indefinite(word) == article
