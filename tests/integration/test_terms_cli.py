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
    desk = Desk.make(tmp_path)
    (desk.config.parent / "terms.csv").write_text("ru,en,kind\nоборот,turnover,verb\n")

    refused = desk.call("run", code=3)

    assert "terms.csv" in refused.stderr
    assert "'verb' is unknown" in refused.stderr
