"""What becomes of plain texts; each pair of files in `conformance/press` is a layout and what it means."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicator.sources.dateline import parse_date
from syndicator.sources.paragraphs import lines_of, to_html
from syndicator.sources.press import parse_press_release

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
CASES = sorted((Path(__file__).parents[1] / "conformance" / "press").glob("*.txt"))


def _solid(*texts: str) -> str:
    return "".join("".join(texts).split())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_layout_is_told_apart_as_its_case_file_says(case: Path) -> None:
    """Section, date, author, title, paragraphs and source come out as written beside the text."""
    expected = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))

    release = parse_press_release(case.read_bytes().decode("utf-8"), now=NOW)

    assert {
        "section": release.section,
        "published": release.published and release.published.isoformat(),
        "title": release.title,
        "paragraphs": list(release.paragraphs),
        "credit": release.credit,
        "author": release.author,
    } == {"author": None} | expected


WORDS = st.text(alphabet="abcжзц,.;:!?»—-", min_size=1, max_size=9).map(lambda word: f"x{word}")
LINES = st.lists(WORDS, min_size=2, max_size=30).map(" ".join)  # of two words, so that none is metadata
LAYOUTS = st.lists(st.one_of(LINES, st.sampled_from(["", "  \t", "\xa0"])), max_size=25).map("\n".join)
METADATA = st.sampled_from(
    [
        "Новости",
        "News",
        "07.07.2023",
        "July 5, 2023",
        "1 234",
        "Views: 7",
        "Источник: X",
        "Source - Y",
        "http://a.b/",
        "",
    ]
)


@given(LAYOUTS)
def test_text_without_metadata_is_kept_to_the_last_character(text: str) -> None:
    """Title and paragraphs together hold every character but blanks, in order, however the lines are broken."""
    release = parse_press_release(text, now=NOW)

    assert _solid(release.title, *release.paragraphs) == _solid(text)


@given(st.lists(st.one_of(METADATA, LINES), max_size=20).map("\n".join))
def test_only_whole_lines_of_metadata_are_taken_away(text: str) -> None:
    """A line of text is never lost, whatever metadata stand around it."""
    release = parse_press_release(text, now=NOW)

    kept = _solid(release.title, *release.paragraphs, release.credit or "")
    assert all(_solid(line) in kept for line in text.split("\n") if line.startswith("x"))


@given(st.text())
@example("x y\n\x1f\nx y")  # white space to some functions of Python, not to others
def test_no_text_breaks_the_parser(text: str) -> None:
    """Whatever is dropped in, something of it remains, unless it was blank."""
    release = parse_press_release(text, now=NOW)

    assert bool(release.paragraphs) == any(lines_of(text.strip()))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("07.07.2023", "2023-07-07T00:00"),
        ("07.05.2023", "2023-05-07T00:00"),
        ("07.07.23", "2023-07-07T00:00"),
        ("7 июля 2023", "2023-07-07T00:00"),
        ("7 июля 2023 года, 14:30", "2023-07-07T14:30"),
        ("пятница, 7 июля 2023 г. в 14:30 (МСК)", "2023-07-07T11:30"),
        ("Дата публикации: 1 мая 2023", "2023-05-01T00:00"),
        ("July 5, 2023", "2023-07-05T00:00"),
        ("5th July 2023", "2023-07-05T00:00"),
        ("Sept. 5, 2023 at 2:30 p.m.", "2023-09-05T14:30"),
        ("July 5, 2023, 12:05 AM EDT", "2023-07-05T04:05"),
        ("2023-07-07", "2023-07-07T00:00"),
        ("2023-07-07T01:30:00.5+03:00", "2023-07-06T22:30"),
        ("07/05/2023", "2023-05-07T00:00"),
        ("07/25/2023", "2023-07-25T00:00"),
        ("25 декабря", "2025-12-25T00:00"),
        ("сегодня, 06:15", "2026-11-24T06:15"),
        ("вчера в 06:15", "2026-11-23T06:15"),
    ],
)
def test_dates_are_read_as_people_write_them(written: str, meant: str) -> None:
    """Day first, midnight UTC where no time and no zone is named, the last such day where no year is."""
    assert parse_date(written, now=NOW) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["31.02.2023", "2023", "14:30", "May", "today", "7 июля 2023 открылась", "07.07.2023.1"]
)
def test_what_is_not_wholly_a_date_is_none(text: str) -> None:
    """No date is made up from a part of a line, nor from a day that there is not."""
    assert parse_date(text, now=NOW) is None


@pytest.mark.parametrize(
    ("body", "month"),
    [("The doors of the library will open to all of the town.", 7), ("Les portes de la bibliothèque ouvrent.", 5)],
)
def test_a_date_with_slashes_is_american_only_in_english_text(body: str, month: int) -> None:
    """07/05/2023 is the 5th of July in English, the 7th of May in any other language."""
    release = parse_press_release(f"News\n07/05/2023\n\nTitle of it\n\n{body}\n\n{body}", now=NOW)

    assert release.published is not None
    assert release.published.month == month


@pytest.mark.parametrize("title", ["1984", "7 июля 2023"])
def test_a_number_or_date_alone_is_the_title_if_nothing_else_can_be(title: str) -> None:
    """What would be a counter or a date is the title where only long text follows."""
    release = parse_press_release(f"{title}\n\n{'Длинный текст. ' * 30}", now=NOW)

    assert release.title == title


def test_a_number_beside_a_date_is_a_counter_even_without_a_title() -> None:
    """A text without a title does not get its view counter for one."""
    release = parse_press_release(f"Новости\n07.07.2023\n123\n\n{'Длинный текст. ' * 30}", now=NOW)

    assert release.title == ""
    assert "123" not in "".join(release.paragraphs)


def test_html_has_lists_and_escaped_text() -> None:
    """Markers become list elements, a lone marker stays text, and nothing in the text is markup."""
    html = to_html(["a < b & <i>c</i>", "- one\n- two", "3. three\n4. four", "1. one\n7. seven", "- lone"])

    assert html.split("\n") == [
        "<p>a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;</p>",
        "<ul><li>one</li><li>two</li></ul>",
        '<ol start="3"><li>three</li><li>four</li></ol>',
        "<p>1. one<br>7. seven</p>",
        "<p>- lone</p>",
    ]
