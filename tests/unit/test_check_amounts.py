import pytest

from syndicator.translation.check.text import read


def values(text: str, language: str) -> list[set[float]]:
    """Return for each number of a text what it may be, where that is one value."""
    return [{one[0] for one in amount.readings if len(one) == 1} for amount in read(text, language).amounts]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("7", "en", 7),
        ("1,234,567", "en", 1_234_567),
        ("1 234 567,5", "ru", 1_234_567.5),
        ("1\u00a0428,6 млн", "ru", 1_428_600_000),
        ("1,428.6 million", "en", 1_428_600_000),
        ("3.5", "en", 3.5),
        ("3,5", "ru", 3.5),
        ("2 тыс. человек", "ru", 2_000),
        ("5bn", "en", 5e9),
        ("twenty-five", "en", 25),
        ("двадцать пять", "ru", 25),
        ("сто двадцать пять", "ru", 125),
        ("двумястами", "ru", 200),
        ("two hundred", "en", 200),
        ("полтора миллиона", "ru", 1_500_000),
        ("1990s", "en", 90),
        ("90-х", "ru", 1990),
        ("World War II", "en", 2),
        ("ХХ век", "ru", 20),
        ("XIV век", "ru", 14),
        ("3 p.m.", "en", 15),
        ("18:00", "ru", 18),
    ],
)
def test_a_number_is_read_by_value(text: str, language: str, value: float) -> None:
    """However it is written."""
    [found] = values(text, language)

    assert value in found


def test_what_is_no_number_is_none() -> None:
    """Words that look like numbers in part, single Roman letters, and languages whose words we don't know."""
    assert values("Семья пятилась, I and V, тривиально", "ru") == []
    assert read("Im Jahr 2023", "de").amounts == ()


def test_a_range_shares_its_scale() -> None:
    """`2-3 million` may be two millions, or two and three millions."""
    first, second = values("2-3 million", "en")

    assert first == {2, 2_000_000}
    assert second == {3_000_000}


@pytest.mark.parametrize(("text", "total"), [("5 тыс. 200 человек", 5_200), ("2 млн 300 тыс. рублей", 2_300_000)])
def test_what_follows_a_scale_may_be_of_the_same_number(text: str, total: int) -> None:
    """Thousands and the rest of them, millions and thousands."""
    first, second = values(text, "ru")

    assert total in first & second


def test_what_is_larger_than_a_scale_is_a_number_of_its_own() -> None:
    """In `5 thousand 2026` there are two."""
    first, second = values("5 thousand 2026 models", "en")

    assert (first, second) == ({5_000}, {2026})


def test_a_season_has_two_years() -> None:
    """The second year may be written in two figures."""
    assert values("2018/19", "en")[1] == {19, 2019}


@pytest.mark.parametrize(
    ("text", "reading", "months"),
    [
        ("24.11.2026", (24, 2026), {11}),
        ("11/24/2026", (24, 2026), {11, 24}),
        ("2026-11-24", (24, 2026), {11}),
        ("24.11.26", (24, 2026), {11}),
    ],
)
def test_a_date_is_day_month_and_year(text: str, reading: tuple[int, int], months: set[int]) -> None:
    """The month is told apart, since it may become a word."""
    [found] = read(text, "en").amounts

    assert reading in found.readings
    assert found.months == months


@pytest.mark.parametrize(
    ("text", "is_percent"),
    [
        ("5 %", True),
        ("5,5\u00a0%", True),
        ("5 percent", True),
        ("five per cent", True),
        ("5-процентный", True),
        ("пять процентов", True),
        ("5 people, a large percentage", False),
    ],
)
def test_percentages_are_told(text: str, is_percent: bool) -> None:  # noqa: FBT001 - a column of the table
    """By sign or by word, in figures or not, beside the number."""
    found = read(text, "ru").amounts or read(text, "en").amounts

    assert [amount.is_percent for amount in found] == [is_percent]
