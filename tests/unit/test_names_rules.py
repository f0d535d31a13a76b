from pathlib import Path

import pytest

from syndicator.errors import ConfigError
from syndicator.translation.names.cyrillic import to_cyrillic
from syndicator.translation.names.declension import decline, read_patronymic, read_surname
from syndicator.translation.names.folding import likeness
from syndicator.translation.names.table import carried, read_own
from syndicator.translation.names.transliteration import to_latin


@pytest.mark.parametrize(
    ("name", "bgn", "icao", "iso9"),
    [
        ("Соловьёв", "Solovyov", "Solovev", "Solovʹëv"),
        ("Хрущёв", "Khrushchev", "Khrushchev", "Hruŝëv"),
        ("Достоевский", "Dostoyevsky", "Dostoevskii", "Dostoevskij"),
        ("Егор Ильич", "Yegor Ilyich", "Egor Ilich", "Egor Ilʹič"),
        ("Подъячев", "Podyachev", "Podieiachev", "Podʺâčev"),
        ("Юрий Белый", "Yury Bely", "Iurii Belyi", "Ûrij Belyj"),
        ("Щукин-Цой", "Shchukin-Tsoy", "Shchukin-Tsoi", "Ŝukin-Coj"),
    ],
)
def test_the_standards(name: str, bgn: str, icao: str, iso9: str) -> None:
    """BGN/PCGN as newspapers simplify it, Doc 9303, ISO 9:1995."""
    assert [to_latin(name, standard) for standard in ("bgn", "icao", "iso9")] == [bgn, icao, iso9]


@pytest.mark.parametrize(
    ("name", "is_female", "is_surname", "forms"),
    [
        ("Путин", False, True, "Путин Путина Путину Путина Путиным Путине"),
        ("Иванова", True, True, "Иванова Ивановой Ивановой Иванову Ивановой Ивановой"),
        ("Зеленский", False, True, "Зеленский Зеленского Зеленскому Зеленского Зеленским Зеленском"),
        ("Навальная", True, True, "Навальная Навальной Навальной Навальную Навальной Навальной"),
        ("Гутерриш", False, True, "Гутерриш Гутерриша Гутерришу Гутерриша Гутерришем Гутеррише"),
        ("Лев", False, False, "Лев Льва Льву Льва Львом Льве"),
        ("Пётр", False, False, "Пётр Петра Петру Петра Петром Петре"),
        ("Илья", False, False, "Илья Ильи Илье Илью Ильей Илье"),
        ("Георгий", False, False, "Георгий Георгия Георгию Георгия Георгием Георгии"),
        ("Ольга", True, False, "Ольга Ольги Ольге Ольгу Ольгой Ольге"),
        ("Любовь", True, False, "Любовь Любови Любови Любовь Любовью Любови"),
        ("Сергей", False, False, "Сергей Сергея Сергею Сергея Сергеем Сергее"),
        ("Обама", False, True, "Обама Обамы Обаме Обаму Обамой Обаме"),
    ],
)
def test_names_decline(name: str, is_female: bool, is_surname: bool, forms: str) -> None:  # noqa: FBT001 - a test's row
    """Native and foreign ones, by the rules for names."""
    assert decline(name, is_female=is_female, is_surname=is_surname) == tuple(forms.split())


@pytest.mark.parametrize(
    ("name", "is_female"), [("Моди", False), ("Бербок", True), ("Громыко", False), ("Меркель", True)]
)
def test_some_names_never_decline(name: str, is_female: bool) -> None:  # noqa: FBT001 - a test's row
    """Those that end in most vowels, and a woman's that ends in a consonant."""
    assert set(decline(name, is_female=is_female, is_surname=True)) == {name}


@pytest.mark.parametrize("nominative", ["Иванов", "Сорокин", "Ильинский", "Ткачук", "Геворкян"])
@pytest.mark.parametrize("is_female", [False, True])
def test_a_declined_surname_is_read_back(nominative: str, is_female: bool) -> None:  # noqa: FBT001 - a test's row
    """Every form leads to the nominative that it came from, among others."""
    if is_female and nominative[-2:] in {"ов", "ин"}:
        nominative += "а"
    elif is_female and nominative.endswith("ий"):
        nominative = nominative[:-2] + "ая"
    for case, form in enumerate(decline(nominative, is_female=is_female, is_surname=True)):
        readings = {(one.nominative, one.is_female, int(one.case)) for one in read_surname(form)}
        assert (nominative, is_female, case) in readings


def test_words_that_are_no_surnames_are_not_read() -> None:
    """Short and other words give nothing."""
    assert not [word for word in ("Лев", "Иные", "Дон", "Москва", "Берлин"[:3]) if list(read_surname(word))]


def test_patronymics_are_read() -> None:
    """Both genders, in any case."""
    assert {one.nominative for one in read_patronymic("Ивановичем")} == {"Иванович"}
    assert {one.nominative for one in read_patronymic("Ильиничной")} == {"Ильинична"}
    assert list(read_patronymic("Москва")) == []


@pytest.mark.parametrize(
    ("latin", "is_female", "cyrillic"),
    [
        ("Vasnetsov", False, "Васнецов"),
        ("Melnikov", False, "Мельников"),
        ("Solovyov", False, "Соловьёв"),
        ("Vasilyev", False, "Васильев"),
        ("Petrovsky", False, "Петровский"),
        ("Kuznetsova", True, "Кузнецова"),
        ("Tkachenko", True, "Ткаченко"),
        ("Smith", False, None),
        ("Brzov", False, None),
    ],
)
def test_a_surname_is_written_back(latin: str, is_female: bool, cyrillic: str | None) -> None:  # noqa: FBT001 - a test's row
    """Only where the dictionary has just one that fits: a soft sign can't be seen in English."""
    assert to_cyrillic(latin, is_female=is_female) == cyrillic


def test_likeness_ignores_the_standard() -> None:
    """One name in two standards is alike; two names are not."""
    assert likeness("Chaikovskii", "Tchaikovsky") > 0.9
    assert likeness("Guterrish", "Guterres") > 0.7
    assert likeness("President", "Guterres") < 0.5


def test_the_carried_table_is_sound() -> None:
    """It can be read, names nobody twice, and has first names that decide on genders in both languages."""
    entries = carried()
    persons = [name for entry in entries if entry.part in {"person", "whole"} for name in entry.ru]
    assert len(persons) == len(set(persons)) > 150
    assert sum(entry.part == "first" for entry in entries) > 300
    assert all(name[0].isupper() and " " in name for name in persons)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("name,other\nа,b\n", 1, "columns"),
        ("ru,en\nИванов,\n", 2, "both"),
        ("ru,en,part\nИванов,Ivanov,middle\n", 2, "part"),
        ("ru,en,gender\nИванов,Ivanov,x\n", 2, "gender"),
    ],
)
def test_a_faulty_table_is_refused_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    """The operator is told where."""
    own = tmp_path / "names.csv"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_own(own)
    [problem] = caught.value.problems
    assert (problem.file, problem.line) == (str(own), line)
    assert message in problem.message


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """A table is UTF-8, with or without a byte order mark."""
    own = tmp_path / "names.csv"
    own.write_bytes("ru,en\nИванов,Ivanoff\n".encode("utf-8-sig"))
    assert [entry.en for entry in read_own(own)] == [("Ivanoff",)]
    own.write_bytes("ru,en\nИванов,Ivanoff\n".encode("cp1251"))
    with pytest.raises(ConfigError):
        read_own(own)
