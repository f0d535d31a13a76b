import pytest

from syndicator.translation.check import check, letters_by_script


def reasons(source: str, target: str, pair: str = "ru-en") -> tuple[str, ...]:
    """Return what is found."""
    from_language, to_language = pair.split("-")
    return check(source, target, from_language=from_language, to_language=to_language)


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("Привет", "", "no translation"),
        ("Привет", " \n", "no translation"),
        ("Это очень хорошая новость", "This is is is is good news", "repeats itself"),
        (
            "Совет принял решение по бюджету",
            "The Council of the Council of the Council of the Council of",
            "repeats itself",
        ),
        ("Министры обсудили торговлю, транспорт и связь на встрече.", "The ministers.", "length differs too much"),
        ("Короткая новость", "A short piece of news that goes on and on without an end", "length differs too much"),
        ("В 2023 году приехали 150 гостей", "In 2023 guests came", "number missing"),
        ("Цена 1 234,5 рубля", "The price is 1 235.5 roubles", "number missing"),
        ("Министр прибыл в Москву", "Ministr прибыл to Moscow", "words left in the original's script"),
        ("Привет", "Hello ⁇", "unreadable characters"),
    ],
)
def test_a_fault_is_named(source: str, target: str, reason: str) -> None:
    """Each has its words."""
    assert reasons(source, target) == (reason,)


@pytest.mark.parametrize(
    ("source", "target", "pair"),
    [
        ("Население 1 428,6 млн", "Population 1,428.6 million", "ru-en"),
        ("Население 1\u00a0428,6 млн", "Population 1428.6 million", "ru-en"),
        ("07.07.2023 в Дели", "July 7, 2023, in Delhi", "ru-en"),
        ("11.12.2023 в Дели", "December 11, 2023, in Delhi", "ru-en"),
        ("5 человек", "Five people", "ru-en"),
        ("Да, да, да, да, да!", "Yes, yes, yes, yes, yes!", "ru-en"),
        ("Да", "Yes, of course", "ru-en"),
        ("Use Microsoft Office Online", "Используйте Microsoft Office Online", "en-ru"),
        ("Да здравствует мир во всём мире и дружба", "世界和平与友谊万岁", "ru-zh"),
        ("Дякую за увагу", "Спасибо за внимание", "uk-ru"),
    ],
)
def test_what_languages_do_differently_is_no_fault(source: str, target: str, pair: str) -> None:
    """Numbers are grouped, months spelled, names kept; short texts grow, and some scripts are dense."""
    assert reasons(source, target, pair) == ()


def test_an_untranslated_rest_is_told_from_names() -> None:
    """Two words that are no names are enough."""
    assert reasons("Growth at Apple Inc. was 5.2% last year", "Рост в Apple Inc. 5.2% last year", "en-ru") == (
        "words left in the original's script",
    )


def test_what_is_kept_is_neither_missing_nor_left() -> None:
    """An address or hashtag is put back, whatever the model made of it."""
    source, target = "Пишите #ШОС2023 на https://a.ru/2024", "Write #S203 to #ШОС2023 htps:/a.ru"
    languages = {"from_language": "ru", "to_language": "en"}

    assert check(source, target, **languages, kept="#ШОС2023 https://a.ru/2024") == ()
    assert len(check(source, target, **languages)) == 2


def test_scripts_are_counted_by_letter() -> None:
    """Digits and punctuation have none; Japanese is counted as Han."""
    assert letters_by_script("Мир, peace 2023! 平和の") == {"Cyrillic": 3, "Latin": 5, "Han": 3}
