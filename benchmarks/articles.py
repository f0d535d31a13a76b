"""Make the articles that the benchmarks translate, and the folders and settings of a run over them."""

import json
import os
import random
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

ROOT = Path(__file__).parents[1]
SENTENCES_A_PARAGRAPH = 3
PARAGRAPHS = 4
SETTLED = 1e9
"""When the files were written, in seconds since 1970: long ago, so that nobody can still be writing them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A made-up article; no two share a sentence."""

    language: str
    title: str
    paragraphs: tuple[tuple[str, ...], ...]
    """The sentences of each."""

    def sentences(self) -> list[str]:
        """Return all that is to be translated, sentence by sentence."""
        return [self.title, *(sentence for paragraph in self.paragraphs for sentence in paragraph)]

    def blocks(self) -> list[str]:
        """Return the title and the paragraphs as a reader sees them."""
        return [self.title, *(" ".join(paragraph) for paragraph in self.paragraphs)]


def make_texts(count: int, *, paragraphs: int = PARAGRAPHS) -> list[Text]:
    """Return articles, Russian and English in turn, of titles of the quality set, numbered so that none comes twice."""
    lines = (ROOT / "tests" / "quality" / "titles.tsv").read_text(encoding="utf-8").splitlines()
    pool = {
        language: [text for tag, _, text in (line.partition("\t") for line in lines) if tag == language]
        for language in ("ru", "en")
    }
    chance = random.Random(7)
    texts = []
    for number in range(count):
        language = ("ru", "en")[number % 2]
        title, *chosen = chance.sample(pool[language], 1 + paragraphs * SENTENCES_A_PARAGRAPH)
        body = [f"{sentence.rstrip('.!?')} {number}." for sentence in chosen]
        cut = range(0, len(body), SENTENCES_A_PARAGRAPH)
        cut_up = tuple(tuple(body[at : at + SENTENCES_A_PARAGRAPH]) for at in cut)
        texts.append(Text(language=language, title=f"{title} {number}", paragraphs=cut_up))
    return texts


def count_words(texts: list[Text]) -> int:
    """Return how many words there are, as blanks divide them."""
    return sum(len(block.split()) for text in texts for block in text.blocks())


def write_text(path: Path, text: Text) -> None:
    """Write an article as a file of plain text."""
    path.write_text("\n\n".join(text.blocks()) + "\n", encoding="utf-8")
    os.utime(path, (SETTLED, SETTLED))


def make_desk(folder: Path, *, models: Path, beam_size: int | None = None) -> Path:
    """Make a desk in `folder` with an empty inbox, and return its configuration; without a beam, with the default."""
    (folder / "inbox").mkdir(parents=True)
    config = folder / "syndicator.toml"
    beam = f"[translation]\nbeam_size = {beam_size}\n" if beam_size else ""
    # A name in quotes is written alike in JSON and TOML.
    store, feeds, packages = (
        json.dumps(str(one)) for one in (f"sqlite:///{folder}/store.db", folder / "feeds", models)
    )
    config.write_text(
        f"[database]\nurl = {store}\n[feeds]\ndirectory = {feeds}\n[models]\ndirectory = {packages}\n"
        f'{beam}[[sources]]\nslug = "inbox"\ninbox = "inbox"\n',
        encoding="utf-8",
    )
    return config


def as_markdown(lines: list[str]) -> str:
    """Return lines as a Markdown file of a paragraph each, in which nothing is markup."""
    escaped = [re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", line.strip()) for line in lines]
    return "\n\n".join(["---\ntitle: Lines\n---", *escaped]) + "\n"


def paragraphs_of(html: str) -> list[str]:
    """Return the texts of the paragraphs in HTML without nesting."""
    return [unescape(re.sub("<[^>]*>", "", one)) for one in re.findall(r"<p\b[^>]*>(.*?)</p>", html, re.DOTALL)]
