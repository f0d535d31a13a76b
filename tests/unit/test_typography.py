import pytest

from syndicator.model import Rendering
from syndicator.translation.edits import apply
from syndicator.translation.typography import typeset


def as_set(source: str, target: str, pair: str, *keep: str) -> str:
    """Return the target as it is published, with ~ for a no-break space."""
    from_language, to_language = pair.split("-")
    edits = typeset(source, target, from_language=from_language, to_language=to_language, keep=keep)
    return apply(Rendering(text=target), edits).text.replace("\u00a0", "~")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ('Газета "Известия" закрыта', "Газета «Известия» закрыта"),
        ("Газета “Известия” закрыта", "Газета «Известия» закрыта"),
        ('"Он сказал "нет" нам"', "«Он сказал „нет“ нам»"),
        ("«Он сказал «нет» нам»", "«Он сказал „нет“ нам»"),
        ('("Газпром")', "(«Газпром»)"),
        ('Клуб "Нефтяник"-2', "Клуб «Нефтяник»-2"),
        ('Он сказал: "Мы едем.', "Он сказал: «Мы едем."),
        ('Мы едем", - сказал он.', "Мы едем»,~— сказал он."),
        ("Д'Артаньян и О’Нил", "Д'Артаньян и О’Нил"),
        ('Экран 24" и 5\'10"', 'Экран 24" и 5\'10"'),
        ('"Экран 24" дюйма"', '«Экран 24" дюйма»'),
        ('"Итоги 2026"', "«Итоги 2026»"),
        ('Слово"слово', 'Слово"слово'),
        ("", ""),
    ],
)
def test_russian_quotation_marks(target: str, expected: str) -> None:
    """Outer marks are angled, inner ones low and high; apostrophes, inches and riddles stay."""
    assert as_set("", target, "en-ru") == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ('The "Izvestia" closed', "The “Izvestia” closed"),
        ("The «Izvestia» closed", "The “Izvestia” closed"),
        ('"He said "no" to us"', "“He said ‘no’ to us”"),
        ("«He said «no» to us»", "“He said ‘no’ to us”"),
        ("“He said ‘no’ to us”", "“He said ‘no’ to us”"),
        ("It isn't the ministers' fault", "It isn't the ministers' fault"),
        ("Rock 'n' roll in the '90s", "Rock 'n' roll in the '90s"),
        ('A 24" screen', 'A 24" screen'),
        ('Run <a href="x">', 'Run <a href="x">'),
    ],
)
def test_english_quotation_marks(target: str, expected: str) -> None:
    """Outer marks are double, inner ones single."""
    assert as_set("", target, "ru-en") == expected


def test_single_marks_are_quotes_where_the_original_has_as_many() -> None:
    """'План' is a quotation if the English has one there, else it may be anything."""
    assert as_set("The “plan” failed", "'План' провалился", "en-ru") == "«План» провалился"
    assert as_set("The plan failed", "'План' провалился", "en-ru") == "'План' провалился"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("Москва - столица", "Москва~— столица"),
        ("Москва – столица", "Москва~— столица"),
        ("Москва — столица", "Москва~— столица"),
        ("Москва -- столица", "Москва~— столица"),
        ("слово—слово", "слово~— слово"),
        ("слово— слово", "слово~— слово"),
        ("закон Бойля—Мариотта", "закон Бойля—Мариотта"),
        ("кто-то, двух- и трёхлетний", "кто-то, двух- и трёхлетний"),
        ("10 - 5 = 5", "10 - 5 = 5"),
        ("https://un.org/a - сайт", "https://un.org/a~— сайт"),
    ],
)
def test_russian_dashes(target: str, expected: str) -> None:
    """A dash has spaces, the first of them unbreakable; what may be a minus or joins names stays."""
    assert as_set("", target, "en-ru") == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("Moscow - the capital", "Moscow—the capital"),
        ("Moscow — the capital", "Moscow—the capital"),
        ("“We go,” — he said", "“We go,” he said"),
        ("“We go”, - he said", "“We go”, he said"),
        ("a well-known two- or three-day trip", "a well-known two- or three-day trip"),
        ("https://un.org/a - site", "https://un.org/a — site"),
        ("10 - 5 = 5", "10 - 5 = 5"),
    ],
)
def test_english_dashes(target: str, expected: str) -> None:
    """A dash is closed up, except beside an address; after quoted speech and a comma there is none."""
    assert as_set("", target, "ru-en") == expected


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("3,500 people", "3,500 человек", "3~500 человек"),
        ("3,500 people", "3500 человек", "3500 человек"),
        ("3,500 people", "3 500 человек", "3~500 человек"),
        ("61,500 people", "61500 человек", "61~500 человек"),
        ("1,234,567.89 tonnes", "1,234,567.89 тонны", "1~234~567,89 тонны"),
        ("from 3.5 to 3,500", "с 3.5 до 3,500", "с 3,5 до 3~500"),
        ("rose 3.5", "рост 3.5", "рост 3,5"),
        ("$3.5bn", "$3.5bn", "$3,5bn"),
        ("magnitude 6.1", "магнитуда 6.1", "магнитуда 6,1"),
        ("Python 3.11 is 3.5 times faster", "Python 3.11 в 3.5 раза быстрее", "Python 3.11 в 3,5 раза быстрее"),
        ("see section 3.2", "см. раздел 3.2", "см. раздел 3.2"),
        ("at 10.30 and 10:30", "в 10.30 и 10:30", "в 10.30 и 10:30"),
        ("from 192.168.1.10", "с 192.168.1.10", "с 192.168.1.10"),
        ("won 3:1", "победа 3:1", "победа 3:1"),
        ("call +7 495 123 456", "тел. +7 495 123 456", "тел. +7 495 123 456"),
        ("1.500 things", "1.500 вещей", "1.500 вещей"),
        ("1.500 kg", "1.500 кг", "1,500 кг"),
        ("in 2026", "в 2026", "в 2026"),
        ("order 61500", "приказ 61500", "приказ 61500"),
        ("802.11n", "802.11n", "802.11n"),
        ("five", "3.5", "3.5"),
    ],
)
def test_figures_in_russian(source: str, target: str, expected: str) -> None:
    """Thousands and decimals change their marks where the original is sure to have that number, and only there."""
    assert as_set(source, target, "en-ru") == expected


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("3,5 раза", "3,5 times", "3.5 times"),
        ("1 200 человек", "1 200 people", "1,200 people"),
        ("1 200 человек", "1200 people", "1,200 people"),
        ("1200 человек", "1200 people", "1200 people"),
        ("12 500,75 рубля", "12 500,75 roubles", "12,500.75 roubles"),
        ("в 2024 300 человек", "in 2024 300 people", "in 2024 300 people"),
        ("3,500 вещи", "3,500 things", "3,500 things"),
        ("3,500 т", "3,500 t", "3.500 t"),
        ("пункты 1,2", "items 1,2", "items 1,2"),
        ("38,5 тысяч человек", "38500 people", "38,500 people"),
        ("Brent 71,35", "Brent 71,35", "Brent 71.35"),
    ],
)
def test_figures_in_english(source: str, target: str, expected: str) -> None:
    """So do they the other way round; years are never grouped."""
    assert as_set(source, target, "ru-en") == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("рост 5%", "рост 5~%"),
        ("рост 5 %.", "рост 5~%."),
        ("100%-ный, 5%20", "100%-ный, 5%20"),
        ("№5 и № 6", "№~5 и №~6"),
        ("Резолюция No. 5", "Резолюция №~5"),
        ("Chanel No. 5", "Chanel No. 5"),
        ("в 2020-2025", "в 2020–2025"),
        ("на 5-7%", "на 5–7~%"),
        ("Boeing 737-800, счёт 1-4", "Boeing 737-800, счёт 1-4"),
        ("2026-11-24", "2026-11-24"),
    ],
)
def test_signs_and_ranges_in_russian(target: str, expected: str) -> None:
    """Percent and number signs have a no-break space, sure ranges an en dash."""
    assert as_set("", target, "en-ru") == expected


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("", "up 5 %", "up 5%"),
        ("", "Resolution № 5 and №№ 6, 7", "Resolution No.~5 and Nos.~6, 7"),
        ("5–7 мячей", "5-7 balls", "5–7 balls"),
        ("", "5-7 balls", "5-7 balls"),
        ("", "pp. 5-7", "pp. 5–7"),
    ],
)
def test_signs_and_ranges_in_english(source: str, target: str, expected: str) -> None:
    """Percent signs are closed up, № becomes No.; the original's range is one here, too."""
    assert as_set(source, target, "ru-en") == expected


@pytest.mark.parametrize(
    ("source", "target", "pair", "expected"),
    [
        ("24.11.2026 в Дели", "24.11.2026 in Delhi", "ru-en", "24 November 2026 in Delhi"),
        ("24 ноября 2026 года", "24 ноября 2026 года", "ru-en", "24 November 2026"),
        ("24.13.2026", "24.13.2026", "ru-en", "24.13.2026"),
        ("версия 24.11.2026", "version 24.11.2026", "ru-en", "version 24.11.2026"),
        ("2026-11-24", "2026-11-24", "ru-en", "2026-11-24"),
        ("в Дели", "24.11.2026 in Delhi", "ru-en", "24.11.2026 in Delhi"),
        ("on November 24, 2026", "November 24, 2026", "en-ru", "24 ноября 2026~года"),
        ("on 24 November 2026", "24 November 2026 года", "en-ru", "24 ноября 2026 года"),
        ("on 11/24/2026", "11/24/2026", "en-ru", "24.11.2026"),
        ("on 24/11/2026", "24/11/2026", "en-ru", "24.11.2026"),
        ("on 3/4/2026", "3/4/2026", "en-ru", "3/4/2026"),
    ],
)
def test_dates(source: str, target: str, pair: str, expected: str) -> None:
    """A whole date changes its form where the original has the same and it can mean one day only."""
    assert as_set(source, target, pair) == expected


@pytest.mark.parametrize(
    ("source", "target", "pair", "expected"),
    [
        ("cost $5 million.", "стоит $5 million.", "en-ru", "стоит 5~млн долл."),
        ("cost US$3.5 billion", "US$3.5 billion", "en-ru", "3,5~млрд долл. США"),
        ("cost $5 million", "стоит $5 млн", "en-ru", "стоит $5~млн"),
        ("5 млн долл.", "costs 5 млн долл.", "ru-en", "costs $5 million."),
        ("за 3,5 млрд руб. всё", "for 3,5 млрд руб. all", "ru-en", "for 3.5 billion roubles all"),
        ("5 million people", "5 million человек", "en-ru", "5~млн человек"),
        ("5 млн человек", "5 млн people", "ru-en", "5 million people"),
    ],
)
def test_money_and_large_numbers(source: str, target: str, pair: str, expected: str) -> None:
    """Amounts that were left in the original's form are written as the target language does."""
    assert as_set(source, target, pair) == expected


@pytest.mark.parametrize(
    ("source", "target", "pair", "expected"),
    [
        ("", "т.е. в 2026г. было 5 млн. человек и т.д.", "en-ru", "т.~е. в 2026~г. было 5~млн человек и~т.~д."),
        ("many, e.g. two", "много, e.g. два", "en-ru", "много, например, два"),
        ("many", "много, e.g. два", "en-ru", "много, e.g. два"),
        ("т. е. да и т. п.", "т. е. yes и т. п.", "ru-en", "i.e. yes etc."),
        ("в 2026 г. было", "in 2026 г. there was", "ru-en", "in 2026 there was"),
        ("было в 2026 г.", "it was in 2026 г.", "ru-en", "it was in 2026."),
        ("в 2025–2026 гг., но", "in 2025-2026 гг., but", "ru-en", "in 2025–2026, but"),
    ],
)
def test_abbreviations(source: str, target: str, pair: str, expected: str) -> None:
    """Russian ones have no-break spaces; those of the other language go where the original has them."""
    assert as_set(source, target, pair) == expected


def test_what_is_kept_is_not_touched() -> None:
    """A literal stays as it is; beside it the rules hold."""
    text = 'Run 3,5 - 5% "now" of f"{x}" - 5%'
    assert as_set(text, text, "ru-en", "3,5 - 5%", 'f"{x}"') == 'Run 3,5 - 5% “now” of f"{x}" — 5%'


def test_an_edit_is_as_short_as_can_be() -> None:
    """Word links stay exact: a no-break space is inserted, and the number beside it not replaced."""
    [edit] = typeset("5%", "рост 5%", from_language="en", to_language="ru")
    assert (edit.start, edit.end, edit.text) == (6, 6, "\u00a0")
