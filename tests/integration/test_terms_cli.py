from pathlib import Path

from support.desk import Desk


def test_terms_come_in_and_go_out(tmp_path: Path) -> None:
    """From TBX into the desk's own CSV, out again as TBX, and what a text holds is told."""
    desk = Desk.make(tmp_path)
    given = tmp_path / "given.csv"
    given.write_text("ru,en,kind\nторговый оборот,trade turnover,term\n")

    first = desk.call("terms", "import", str(given)).stdout
    again = desk.call("terms", "import", str(given)).stdout
    desk.call("terms", "export", str(tmp_path / "out.tbx"), "--own")

    assert "1 new" in first
    assert "0 new, 0 changed" in again
    assert "trade turnover" in (tmp_path / "out.tbx").read_text()
    assert desk.json("terms", "check", "рост торгового оборота")[0]["target"] == "trade turnover"
    assert len(desk.json("terms", "list")) > 84
    assert "0 problems" in desk.call("terms", "check").stdout


def test_contradictions_are_told(tmp_path: Path) -> None:
    """With the lines where they stand, and exit code 3."""
    desk = Desk.make(tmp_path)
    (desk.config.parent / "terms.csv").write_text("ru,en\nоборот,turnover\nоборот,trade\n")

    assert "'оборот' stands in" in desk.call("terms", "check", code=3).stdout


def test_a_broken_term_base_stops_the_run_with_its_line(tmp_path: Path) -> None:
    """Exit code 3, and the article is not translated without the agreed terms."""
    desk = Desk.make(tmp_path, '[[sources]]\nslug = "inbox"\ninbox = "inbox"\n')
    (desk.config.parent / "terms.csv").write_text("ru,en,kind\nоборот,turnover,verb\n")
    desk.drop("a.txt", "Рост оборота\n\nОборот растёт второй год подряд.\n")

    assert "'verb' is unknown" in desk.call("config", "check", code=3).stderr
    refused = desk.call("run", code=3)

    assert "terms.csv" in refused.stderr
    assert "'verb' is unknown" in refused.stderr


def test_what_contradicts_the_desk_is_told_and_left(tmp_path: Path) -> None:
    """Unless the file is to win; then what it replaces is told, too."""
    desk = Desk.make(tmp_path)
    own = desk.config.parent / "terms.csv"
    own.write_text("ru;en\nоборот;turnover\n")
    given = tmp_path / "given.tbx"
    given.write_text(
        "<tbx><text><body><conceptEntry><langSec xml:lang='ru'><termSec><term>оборот</term></termSec></langSec>"
        "<langSec xml:lang='en-US'><termSec><term>sales</term></termSec></langSec></conceptEntry></body></text></tbx>"
    )

    told = desk.json("terms", "import", str(given))
    assert (told["added"], told["changed"], len(told["conflicts"])) == (0, 0, 1)
    assert own.read_text() == "ru;en\nоборот;turnover\n"

    assert "(replaced)" in desk.call("terms", "import", str(given), "--replace").stdout
    assert "оборот;sales | turnover" in own.read_text()


def test_terms_are_listed_by_language_and_search(tmp_path: Path) -> None:
    """The desk's own before the carried ones."""
    desk = Desk.make(tmp_path)
    (desk.config.parent / "terms.csv").write_text("ru,de,note\nоборот,Umsatz,nicht the SCO\n")

    assert [one["wordings"]["de"] for one in desk.json("terms", "list", "--from", "ru", "--to", "de")] == [["Umsatz"]]
    found = desk.json("terms", "list", "--search", "the sco")
    assert [one["is_own"] for one in found] == [True, False]
    assert "the SCO" in desk.call("terms", "list", "--search", "ШОС").stdout


def test_terms_of_a_file_are_shown_by_line(tmp_path: Path) -> None:
    """Its language is detected; a text too short to tell must be named."""
    desk = Desk.make(tmp_path)
    text = tmp_path / "text.txt"
    text.write_text("Сегодня в столице открылось заседание.\n\nПриехали послы стран ШОС. Выступил глава Интерпола.\n")

    assert [(one["line"], one["target"]) for one in desk.json("terms", "check", str(text))] == [
        (3, "the SCO"),
        (3, "INTERPOL"),
    ]
    assert "--from" in desk.call("terms", "check", "12", code=2).stderr


def test_a_file_of_another_kind_is_not_written(tmp_path: Path) -> None:
    """The suffix says what is written."""
    desk = Desk.make(tmp_path)
    assert "neither" in desk.call("terms", "export", str(tmp_path / "out.xlsx"), code=2).stderr
    assert not (tmp_path / "out.xlsx").exists()
