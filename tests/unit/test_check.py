from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.translation.check import check, letters_by_script


def reasons(source: str, target: str, pair: str = "ru-en", score: float | None = None) -> tuple[str, ...]:
    """Return what is found."""
    from_language, to_language = pair.split("-")
    return check(source, target, from_language=from_language, to_language=to_language, score=score)


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
        ("Совет закрыл мост", "In 2019 the council closed the bridge", "number added"),
        ("Цены выросли на 7 %", "Prices rose by 7", "percentage differs"),
        ("Билет стоит 50 рублей", "A ticket costs 50 dollars", "currency differs"),
        ("Совет соберётся 9 мая", "The council meets on 9 March", "date differs"),
        ("Совет соберётся в пятницу", "The council meets on Thursday", "date differs"),
        ("Мост не открыли", "The bridge was opened", "negation lost"),
        ("Совет (семь человек) решил", "The council (seven people decided", "brackets differ"),
        ("Газета «Заря» закрыта", "The newspaper “Zarya is closed", "quotation marks differ"),
        (
            "Снег шёл всю ночь. Утром дороги расчистили, и автобусы вышли на линию.",
            "It snowed all night. The roads were cleared.",
            "part of the text missing",
        ),
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
        ("Вон там (слева) :)", "Over there (on the left)", "ru-en"),
        ("а) вступление", "(a) introduction", "ru-en"),
        ("“We are glad", "«Мы рады", "en-ru"),
        ("It's the miners' day", "Сегодня день шахтёра", "en-ru"),
        ("«Мы рады», — сказала она", "'We are glad,' she said", "ru-en"),
        ("С 5 до 10 % жителей", "From 5% to 10% of residents", "ru-en"),
        ("Страны еврозоны", "The euro countries", "ru-en"),
        ("Евро подорожал", "The euro rose", "ru-en"),
        ("He may come at 5", "Он может прийти в 5", "en-ru"),
        ("Охрана окружающей среды", "Environmental protection", "ru-en"),
        ("Он не пришёл", "He failed to come", "ru-en"),
        ("Не раз говорили", "It was said many times", "ru-en"),
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


@pytest.mark.parametrize(
    ("sign", "source", "target"),
    [line.split("\t") for line in Path(__file__).with_name("words_left.tsv").read_text("utf-8").splitlines()],
)
def test_one_untranslated_word_is_told(sign: str, source: str, target: str) -> None:
    """An English word left in Russian is marked (+); names, addresses and what both languages write are not (-)."""
    assert ("words left in the original's script" in reasons(source, target, "en-ru")) == (sign == "+")


def test_what_is_kept_is_neither_missing_nor_left() -> None:
    """An address or hashtag is put back, whatever the model made of it."""
    source, target = "Пишите #ШОС2023 на https://a.ru/2024", "Write #S203 to #ШОС2023 htps:/a.ru"
    languages = {"from_language": "ru", "to_language": "en"}

    assert check(source, target, **languages, kept="#ШОС2023 https://a.ru/2024") == ()
    assert len(check(source, target, **languages)) == 2


def test_what_the_engine_made_of_an_address_is_of_no_interest() -> None:
    """Its brackets, quotation marks and numbers go when the address is put back."""
    kept = "https://a.ru/a_(b)"

    assert check(f"См. {kept}", 'See "htp 5 a (b', from_language="ru", to_language="en", kept=kept) == ()


def test_only_whole_words_are_kept() -> None:
    """A word that is kept is no part of other words."""
    source, target = "Файл a весит 20 МБ", "The file a takes 30 MB"

    assert check(source, target, from_language="ru", to_language="en", kept="a") == ("number missing",)


def test_a_low_score_is_told() -> None:
    """What the engine thought improbable is marked, but not a name or a heading, and not what nobody judged."""
    source, target = "Совет открыл новый мост", "The council opened a new bridge"

    assert reasons(source, target, score=-2.5) == ("the engine was unsure",)
    assert reasons(source, target, score=-1.0) == reasons(source, target) == ()
    assert reasons("Новый мост", "A new bridge", score=-2.5) == ()


def test_faults_are_all_told() -> None:
    """Each fault has its own words."""
    found = reasons("В 2024 году мост (старый) не открыли", "In 2023 the bridge the bridge (old was opened")

    assert set(found) == {"repeats itself", "brackets differ", "number missing", "negation lost"}


@pytest.mark.parametrize("pair", ["ru-de", "de-en", "ru-zh"])
def test_what_we_do_not_know_is_not_compared(pair: str) -> None:
    """Between other languages a word for a number, a currency or a negation is nothing that we look for."""
    assert reasons("Не 5 dollars", "Fünf", pair) == ()


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["ru-en", "en-ru", "ru-de", "zh-ja"]))
def test_any_text_can_be_checked(source: str, target: str, pair: str) -> None:
    """Checks never fail, and say the same of the same."""
    assert reasons(source, target, pair) == reasons(source, target, pair)


@given(st.text(alphabet="0123456789.,:%$XVI'\"()«» -–/не not две two млн k", max_size=60))
def test_a_text_renders_itself(text: str) -> None:
    """What is carried over as it is has no number, bracket or quotation mark missing or added."""
    found = set(reasons(text, text))

    assert found <= {"no translation", "words left in the original's script", "negation lost", "number missing"}


def test_scripts_are_counted_by_letter() -> None:
    """Digits and punctuation have none; Japanese is counted as Han."""
    assert letters_by_script("Мир, peace 2023! 平和の") == {"Cyrillic": 3, "Latin": 5, "Han": 3}
