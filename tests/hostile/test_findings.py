"""All that ever broke one of the fuzzed functions, and all vectors and documents of ours, through each of them."""

from pathlib import Path

import pytest
from support.targets import TARGETS
from support.vectors import HOSTILE, vectors

FINDINGS = sorted(path for path in (HOSTILE / "findings").glob("*/*") if path.is_file())
DOCUMENTS = sorted((HOSTILE / "html").iterdir())


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_finding_stays_mended(path: Path) -> None:
    """Bytes that the fuzzer found break nothing any more."""
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
@pytest.mark.parametrize("target", ["feed", "page", "decode", "metadata", "package"])
def test_hostile_document_is_read_or_refused(target: str, path: Path) -> None:
    """A document made to do harm is understood or refused in words, whoever gets it."""
    TARGETS[target](path.read_bytes())


@pytest.mark.parametrize("target", ["clean", "segment", "render"])
def test_every_vector_goes_through_every_function(target: str) -> None:
    """Markup that tries to run does not get through, wherever in an entry it stands."""
    for vector in vectors():
        pieces = [vector.replace("\t", " ")] * 10 if target == "render" else [vector]
        TARGETS[target]("\t".join(pieces).encode("utf-8", "replace"))
