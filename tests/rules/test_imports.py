"""What may be imported where: third-party roots stay in one package each, and telemetry stays out."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "syndicator"

HOMES = {
    "alembic": {"store"},
    "apscheduler": {"daemon"},
    "argostranslate": {"translation"},
    "babel": {"publishing", "web"},
    "backports": {"sources"},
    "brotli": {"sources", "web"},
    "ctranslate2": {"translation"},
    "fastfeedparser": {"sources"},
    "feedgen": {"publishing"},
    "feedparser": {"sources"},
    "httptools": {"web"},
    "httpx2": {"sources"},
    "jinja2": {"publishing", "web"},
    "langdetect": {"articles"},
    "markupsafe": {"publishing", "web"},
    "nh3": {"allowed"},
    "obstore": {"publishing"},
    "prometheus_client": {"metrics"},
    "py3langid": {"articles"},
    "pydantic": {"config", "config_delivery", "config_problems", "config_tables", "config_values"},
    "pydantic_settings": {"config"},
    "pymorphy3": {"translation"},
    "rapidfuzz": {"store"},
    "razdel": {"translation"},
    "rich": {"cli"},
    "sacrebleu": {"translation"},
    "segno": {"publishing"},
    "sentencepiece": {"translation"},
    "sentencex": {"translation"},
    "snowballstemmer": {"web"},
    "sqlalchemy": {"store"},
    "starlette": {"web"},
    "structlog": {"log"},
    "tomlkit": {"config_file", "cli"},
    "trafilatura": {"articles"},
    "typer": {"cli"},
    "uvicorn": {"web"},
    "uvloop": {"web"},
    "watchfiles": {"sources"},
}
NEVER = {"onnxruntime", "minisbd", "stanza", "torch", "spacy", "translate"}


def imports() -> list[tuple[str, str]]:
    """Return (place, third-party root) for every import: place is the module or package below `syndicator`."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            found += [(place, name) for name in names]
    return found


def test_third_party_roots_stay_in_their_packages() -> None:
    """A library is known in one place only."""
    strays = {(place, name) for place, name in imports() if place not in HOMES.get(name.split(".")[0], {place})}
    assert not strays


def test_the_engine_of_argos_is_never_imported() -> None:
    """`argostranslate.translate` would bring onnxruntime and downloads with it."""
    assert not {(place, name) for place, name in imports() if name.startswith("argostranslate.translate")}
    assert not {(place, name) for place, name in imports() if name.split(".")[0] in NEVER}


@pytest.mark.parametrize("module", ["syndicator.cli", "syndicator.wiring", "syndicator.daemon"])
def test_nothing_that_we_load_brings_telemetry(module: str) -> None:
    """With everything of ours imported, none of the libraries that phone home or are too large is there."""
    code = f"import {module}, sys; print(sorted(set(sys.modules) & {NEVER!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
