"""The article in each page of `pages/`: NAME.html is what came, NAME.json what its text must be and what it says."""

import json
from pathlib import Path

import pytest

from syndicator.articles.extract import extract
from syndicator.model import Document

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_article_of_a_page(path: Path) -> None:
    """The article comes out whole, with what its page says of it, and without what stands around it."""
    case = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = Document(
        url="https://origin.example/news/page",
        content=path.read_bytes(),
        media_type="text/html",
        charset=case["charset"],
    )
    found = extract(page)
    assert {
        "charset": case["charset"],
        "title": found.title,
        "url": found.url,
        "authors": list(found.authors),
        "published": found.published and found.published.isoformat(),
        "language": found.language,
        "rights": found.rights,
        "html": found.html.replace("><", ">\n<").split("\n"),
    } == case
