"""Dates as feeds have them, Russian ones above all."""

from datetime import UTC, datetime

import pytest

from syndicator.sources.feedfields import parse_date

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Вт, 24 ноя 2026 10:00:00 +0300",
        "Вт, 24 Ноя 2026 10:00:00 MSK",
        "Втр, 24 Ноя 2026 10:00:00 +0300",
        "Tue, 24 Ноя 2026 10:00:00 +0300",
        "вторник, 24 ноября 2026 г., 10:00 (МСК)",
        "24 ноября 2026, 10:00 МСК",
        "24 ноября 2026 года, 10:00 +03:00",
        "24.11.2026 10:00 МСК",
        "24.11.2026 10:00:00 +0300",
        "Tue, 24 Nov 2026 10:00:00 +03",
        "Tue, 24 Nov 2026 10:00:00 +0300",
        "Tue, 24 Nov 2026 10:00:00 Europe/Moscow",
        "24 Nov 2026 10:00:00 MSK",
        "Tue Nov 24 10:00:00 MSK 2026",
        "2026-11-24T10:00:00+03:00",
        "2026-11-24T10:00:00+03",
        "2026-11-24 10:00:00 MSK",
        "20261124T070000Z",
        "20261124T100000+0300",
    ],
)
def test_moscow_time_is_understood(text: str) -> None:
    """However a feed writes ten o'clock in Moscow."""
    assert parse_date(text, now=NOW) == datetime(2026, 11, 24, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "24 ноября 2026 г. 10:00",
        "24 ноября 2026 года, 10:00",
        "10:00, 24 ноября 2026",
        "24.11.2026 10:00",
        "10:00 24.11.2026",
        "24/11/2026 10:00",
        "2026-11-24 10:00",
        "2026-11-24T10:00:00Z",
        "Tue, 24 Nov 26 10:00 Z",
        "November 24, 2026 10:00 AM",
    ],
)
def test_time_without_a_zone_is_utc(text: str) -> None:
    """Nobody knows better."""
    assert parse_date(text, now=NOW) == datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize("number", range(12))
def test_every_russian_month_is_understood(number: int) -> None:
    """In full, in the genitive, and cut to three or four letters."""
    names = [
        ("января", "янв", "янв."),
        ("февраля", "фев", "февр."),
        ("марта", "мар", "марта"),
        ("апреля", "апр", "апр."),
        ("мая", "май", "мая"),
        ("июня", "июн", "июнь"),
        ("июля", "июл", "июль"),
        ("августа", "авг", "авг."),
        ("сентября", "сен", "сент."),
        ("октября", "окт", "окт."),
        ("ноября", "ноя", "нояб."),
        ("декабря", "дек", "дек."),
    ][number]
    expected = datetime(2025, number + 1, 5, 9, 30, tzinfo=UTC)
    for name in names:
        assert parse_date(f"5 {name} 2025 09:30", now=NOW) == expected, name
        assert parse_date(f"Пн, 05 {name.capitalize()} 2025 12:30:00 +0300", now=NOW) == expected, name


@pytest.mark.parametrize(
    "text",
    ["", "вчера", "24 ноября", "ноябрь 2026", "32 ноября 2026", "24.13.2026", "2026-11-24T25:00:00", "1764000000", "7"],
)
def test_what_names_no_day_is_no_date(text: str) -> None:
    """A guess would be published as a fact."""
    assert parse_date(text, now=NOW) is None
