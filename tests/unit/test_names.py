from pathlib import Path

import pytest
from support.renderings import aligned

from syndicator.model import Rendering
from syndicator.translation.edits import apply
from syndicator.translation.names import NameBook, Role

BGN = NameBook.load(None, "bgn")


def spelled(
    source: str, target: str, links: str, *, pair: str = "ru-en", book: NameBook = BGN, article: tuple[str, ...] = ()
) -> tuple[str, list[str]]:
    """Return the target with its names spelled, and the doubts; `article` holds the article's other sentences."""
    from_language, to_language = pair.split("-")
    persons = book.find_persons([*article, source], from_language).get(source, ())
    rendering = aligned(source, target, links)
    edits, doubts = book.spell(source, persons, rendering, from_language=from_language, to_language=to_language)
    return apply(rendering, edits).text, doubts


def named(*segments: str, language: str = "ru") -> list[list[str]]:
    """Return the names found in the last segment, in the nominative."""
    return [
        [part.nominative for part in person.parts]
        for person in BGN.find_persons(segments, language).get(segments[-1], ())
    ]


@pytest.mark.parametrize(
    ("source", "target", "links", "expected"),
    [
        ("Слова Анны Кузнецовой о мире", "Words of Ann Kuznecovoy on peace", "0-0 1-2 2-3 4-5", "Anna Kuznetsova on"),
        ("Антониу Гутерриш прибыл", "Antoniu Guterrish arrived", "0-0 1-1 2-2", "António Guterres arrived"),
        ("Встретил Си Цзиньпина", "Met Si Tsinpin", "0-0 1-1 2-2", "Met Xi Jinping"),
        ("Владимир Зеленский сказал", "Vladimir Zelenskiy said", "0-0 1-1 2-2", "Volodymyr Zelensky said"),
        ("Роман Веры Заречной вышел", "A novel by Vera Zarechnoy is out", "0-1 1-3 2-4 3-6", "Vera Zarechnaya is"),
        ("Петра Ильича Чайковского", "Petr Iljich Chaikovskiy", "0-0 1-1 2-2", "Pyotr Ilyich Tchaikovsky"),
        ("Вместе с И. П. Соколовым", "Together with I. P. Sokoloff", "0-0 1-1 2-2 3-3 4-4", "I. P. Sokolov"),
        ("Дом Соколова Ивана", "House of Sokoloff Ivan", "0-0 1-2 2-3", "Sokolov Ivan"),
        ("Визит Эрдогана", "Erdogan's visit", "0-1 1-0", "Erdoğan's visit"),
        ("С Антониу Гутерришем", "With Anton Гутеррешим", "0-0 1-1 2-2", "With António Guterres"),
        ("ВЛАДИМИР ПУТИН ПРИБЫЛ", "VLADIMIR POUTIN ARRIVED", "0-0 1-1 2-2", "VLADIMIR PUTIN ARRIVED"),
        ("Тарас Ткаченко и Шавкат Мирзиёев", "Taras Tkatchenko and Shavkat Mirziev", "1-1 4-4", "Mirziyoyev"),
    ],
)
def test_a_russian_name_is_spelled_as_agreed(source: str, target: str, links: str, expected: str) -> None:
    """The table comes first, then the standard; a case, initials or capitals change nothing."""
    text, doubts = spelled(source, target, links)
    assert expected in text
    assert not doubts


@pytest.mark.parametrize(
    ("standard", "expected"),
    [("bgn", "Pyotr Tchaikovsky"), ("icao", "Petr Chaikovskii"), ("iso9", "Pëtr Čajkovskij")],
)
def test_the_standard_decides_on_russians(standard: str, expected: str) -> None:
    """Only BGN/PCGN has usual forms; the others go letter by letter."""
    book = NameBook.load(None, standard)
    assert spelled("Пётр Чайковский", "Petr Chaikowski", "0-0 1-1", book=book)[0] == expected
    assert spelled("Антониу Гутерриш", "Antoniu Guterrish", "0-0 1-1", book=book)[0] == "António Guterres"


def test_a_last_name_alone_is_told_by_the_whole_article() -> None:
    """Whoever was named in full is meant later, whatever the case."""
    introduced = ("Министр Олег Васнецов прибыл в Пекин.",)
    assert spelled("Слова Васнецова", "Words of Vasnecov", "0-0 1-2", article=introduced)[0] == "Words of Vasnetsov"
    assert spelled("Слова Васнецова", "Words of Vasnecov", "0-0 1-2")[0] == "Words of Vasnecov"


@pytest.mark.parametrize(
    ("segments", "names"),
    [
        (("Слова Ивана Иванова",), [["Иван", "Иванов"]]),
        (("Это Анна Иванова",), [["Анна", "Иванова"]]),
        (("Слова Александра Иванова",), []),
        (("Слова И. П. Соколова",), []),
        (("Александр Иванов прибыл", "Слова Александра Иванова"), [["Александр", "Иванов"]]),
        (("Александр Иванов и Анна Иванова", "Слова Иванова"), []),
        (("Анна Иванова прибыла", "Слова Ивановой"), [["Иванова"]]),
        (("Чарльз Дарвин прав",), [["Чарльз", "Дарвин"]]),
        (("Даниэль Окоро и Марта Линдквист",), []),
        (("Джон Болдуин приехал",), []),
        (("Ч. Болдин приехал",), []),
        (("Слова Соколова Ивана",), [["Соколов", "Иван"]]),
        (("Жуков Георгий Константинович родился здесь",), [["Жуков", "Георгий", "Константинович"]]),
        (("Слова Ивана Ильича Петрова",), [["Иван", "Ильич", "Петров"]]),
        (("Новая Анна приехала",), []),
        (("Владимир и Ростов — города",), []),
        (("Заседание Совета Безопасности ООН",), []),
    ],
)
def test_the_nominative_is_told_or_left(segments: tuple[str, ...], names: list[list[str]]) -> None:
    """Gender and case must agree; what several persons may be, and foreigners that no table has, are left out."""
    assert named(*segments) == names


def test_foreign_first_names_are_not_written_back() -> None:
    """Джон is John or Jon: the engine's form stays."""
    assert spelled("Джон Керри и Джон Сидоров", "Jon Kerri and Jon Sidorov", "0-0 1-1 3-3 4-4")[0] == (
        "John Kerry and Jon Sidorov"
    )


@pytest.mark.parametrize(
    ("source", "target", "links", "expected"),
    [
        ("words of Oleg Vasnetsov", "слова Олега Васнетсова", "0-0 2-1 3-2", "слова Олега Васнецова"),
        ("met with Melnikov", "встретился с Мелниковым", "0-0 1-1 2-2", "встретился с Мельниковым"),
        ("of John Smith", "Йона Смита", "1-0 2-1", "Джона Смита"),
        ("with António Guterres", "с Антонио Гутерресом", "0-0 1-1 2-2", "с Антониу Гутерришем"),
        ("Xi Jinping's aide", "помощник Кси Дзинпина", "0-1 1-2 2-0", "помощник Си Цзиньпина"),
        ("Angela Merkel's words", "слова Ангелы Меркели", "0-1 1-2 2-0", "слова Ангелы Меркель"),
        ("its director Klaus Winter", "директор Клайтер Винтер", "1-0 2-1 3-2", "директор Клаус Винтер"),
        ("met John F. Kennedy", "встретил Джона Ф. Кенеди", "0-0 1-1 2-2 3-3", "встретил Джона Ф. Кеннеди"),
        ("said Oleg Vasnetsov", "сказал Oleg Vasnetsov", "0-0 1-1 2-2", "сказал Олег Васнецов"),
        ("A letter to Leo Tolstoy", "Письмо Лео Толстою", "0-0 1-0 3-1 4-2", "Письмо Льву Толстому"),
        ("Monument to Fyodor Dostoevsky", "Памятник Фьодору Достоевски", "0-0 2-1 3-2", "Памятник Фёдору Достоевскому"),
        ("the wife of Fyodor Dostoevsky", "жена Фьодор Достоевски", "1-0 3-1 4-2", "жена Фёдора Достоевского"),
        ("with Sergei Lavrov", "с Сергеем Лаврова", "0-0 1-1 2-2", "с Сергеем Лавровым"),
        ("about Anna Akhmatova", "об Анна Ахмадовой", "0-0 1-1 2-2", "об Анна Ахматовой"),
        ("said Anna Akhmatova", "сказала Анне Ахматова", "0-0 1-1 2-2", "сказала Анне Ахматова"),
        ("Angela Merkel's words", "слова Ангела Меркельс", "0-1 1-2 2-0", "слова Ангела Меркель"),
        ("Xi Jinping's visit", "визит Кси Джинпинг", "0-1 1-2 2-0", "визит Си Цзиньпина"),
        ("for Kamala Harris", "для Камалы Харриса", "0-0 1-1 2-2", "для Камалы Харрис"),
    ],
)
def test_an_english_name_is_spelled_in_its_case(source: str, target: str, links: str, expected: str) -> None:
    """The Russian spelling is inflected as the words that it replaces."""
    article = ("Igor Melnikov came.",)
    assert spelled(source, target, links, pair="en-ru", article=article)[0] == expected


def test_what_is_right_stays() -> None:
    """A name in its agreed spelling gives neither edits nor doubts, in any case and with a possessive."""
    assert spelled("Визит Гутерриша", "Guterres’s visit", "0-1 1-0") == ("Guterres’s visit", [])
    assert spelled("with Guterres", "с Гутерришем", "0-0 1-1", pair="en-ru") == ("с Гутерришем", [])


def test_a_name_that_is_nowhere_is_doubtful() -> None:
    """The doubt names the person; a linked word that looks like no such name stays."""
    assert spelled("Сказал Гутерриш", "The President said", "0-2 1-1") == (
        "The President said",
        ["name may be wrong: Гутерриш"],
    )
    assert spelled("Вот Анна Иванова", "Here is Anna", "0-0 1-2") == ("Here is Anna", ["name may be wrong: Иванова"])


def test_without_links_only_what_is_very_much_alike_is_replaced() -> None:
    """Poor links do not matter then; a mere likeness is not enough."""
    assert spelled("Сказал Гутерриш", "Guterrish said", "")[0] == "Guterres said"
    assert spelled("Сказал Гутерриш", "Guterman said", "") == ("Guterman said", ["name may be wrong: Гутерриш"])


def test_a_long_list_of_names_is_left_alone() -> None:
    """Nothing in it can be told apart, and comparing all with all would take for ever."""
    source, target = "Антониу Гутерриш, " * 500, "Antoniu Guterrish, " * 500
    assert spelled(source, target, "0-0") == (target, [])


def test_one_persons_name_never_replaces_anothers() -> None:
    """A wrong link between two names does no harm."""
    text = "Ivanov met Ivanova"
    assert spelled("Олег Иванов встретил Ольгу Иванову", text, "1-2 4-0")[0] == text


def test_a_segment_without_names_is_not_reported() -> None:
    """Only segments with persons need links."""
    assert BGN.find_persons(["Погода хорошая.", "Прибыл Лавров."], "ru").keys() == {"Прибыл Лавров."}
    assert BGN.find_persons(["Nice weather."], "en") == {}
    assert BGN.find_persons(["Antonio Guterres"], "de") == {}


def test_other_pairs_are_left_alone() -> None:
    """There are standards for Russian and English alone."""
    persons = BGN.find_persons(["Прибыл Лавров"], "ru")["Прибыл Лавров"]
    assert BGN.spell("Прибыл Лавров", persons, Rendering(text="Lawrow"), from_language="ru", to_language="de") == (
        [],
        [],
    )


def test_parts_stand_where_the_segment_has_them() -> None:
    """Ranges are the segment's own."""
    segment = "Это сказал Олег Васнецов."
    [person] = BGN.find_persons([segment], "ru")[segment]
    assert [(segment[part.start : part.end], part.role) for part in person.parts] == [
        ("Олег", Role.FIRST),
        ("Васнецов", Role.LAST),
    ]
    assert person.name == "Олег Васнецов"


def test_a_desks_own_table_outranks(tmp_path: Path) -> None:
    """A last name or a person of the desk's replaces what the package says, under any standard."""
    own = tmp_path / "names.csv"
    own.write_text("ru,en\nЛавров,Lavroff\nПётр Сычёв,Peter Sytchoff\n", encoding="utf-8")
    for standard in ("bgn", "icao"):
        book = NameBook.load(own, standard)
        assert spelled("Сергей Лавров", "Sergei Lavrov", "0-0 1-1", book=book)[0] == "Sergei Lavroff"
        assert spelled("Сычёва видели", "Sychev was seen", "0-0 1-2", book=book)[0] == "Sytchoff was seen"
        assert spelled("by Lavroff", "Лавроффым", "1-0", pair="en-ru", book=book)[0] == "Лавровым"


def test_the_digest_tells_books_apart(tmp_path: Path) -> None:
    """A new exception or standard is a new digest; the same content is the same one."""
    own = tmp_path / "names.csv"
    own.write_text("ru,en\nСычёв,Sytchoff\n", encoding="utf-8")
    books = [NameBook.load(None, "bgn"), NameBook.load(None, "icao"), NameBook.load(own, "bgn")]
    assert len({book.digest for book in books}) == len(books)
    assert NameBook.load(tmp_path / "none.csv", "bgn").digest == BGN.digest
