"""What is logged: events with constant names and named fields, each told of in docs/monitoring.md."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception"}
SECRET = re.compile(r"password|token|secret|authorization|cookie|header|html|title", re.IGNORECASE)


def calls() -> list[tuple[Path, ast.Call]]:
    """Return every call that logs: of a method named like a level, on `log`, `_log` or what `logger()` returns."""
    found = []
    for path in (ROOT / "syndicator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
                continue
            target = node.func.value
            name = target.func if isinstance(target, ast.Call) else target
            if ast.unparse(name).rpartition(".")[2] in {"log", "_log", "logger"}:
                found.append((path, node))
    return found


def events() -> dict[str, tuple[set[str], set[str]]]:
    """Return by event its levels and its fields."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for path, call in calls():
        where = f"{path}:{call.lineno}"
        assert len(call.args) == 1, where
        assert isinstance(call.args[0], ast.Constant), f"{where}: the name of an event is no constant"
        name = str(call.args[0].value)
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name), f"{where}: {name}"
        levels, fields = found.setdefault(name, (set(), set()))
        assert isinstance(call.func, ast.Attribute)
        levels.add({"exception": "error"}.get(call.func.attr, call.func.attr))
        fields.update(str(keyword.arg) for keyword in call.keywords)
    return found


def documented() -> dict[str, tuple[set[str], set[str]]]:
    """Return the same from the table in docs/monitoring.md."""
    told = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8").partition("## Events")[2]
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|([^|]*)\|", told, re.MULTILINE)
    return {name: (set(levels.split(", ")), set(re.findall(r"\w+", fields))) for name, levels, fields in rows}


def test_every_event_is_documented_as_it_is() -> None:
    """Name, levels and fields; none that there is not any more."""
    assert len(events()) > 30
    assert documented() == events()


def test_no_field_is_meant_for_a_secret_or_a_text() -> None:
    """Nothing of an article and no credential has a place in an event."""
    assert not {(name, field) for name, (_, fields) in events().items() for field in fields if SECRET.search(field)}
