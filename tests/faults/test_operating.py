"""What an operator's machine does to a desk: files in the way, damaged models, and mistakes of our own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import feedparser
from support import samples
from support.desk import Desk
from support.rules import RULES
from support.store import StoppedClock, make_article, make_state, sqlite

from syndicator import pipeline
from syndicator.model import Link, ModelRef, Rendering, Route

INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'


def titles(desk: Desk, language: str) -> list[str]:
    return [one.title for one in feedparser.parse(str(desk.feeds / language / "atom.xml")).entries]


def test_an_edition_that_can_t_be_written_stops_no_other(tmp_path: Path) -> None:
    """A file where one language should be: exit code 7 and a sentence, the other is published, the next run mends."""
    desk = Desk.make(tmp_path / "desk", INBOX)
    desk.drop("a.txt", samples.PRESS_RU)
    desk.feeds.mkdir()
    (desk.feeds / "en").write_text("in the way")
    refused = desk.call("run", code=7)
    assert "can't be written" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert len(titles(desk, "ru")) == 1
    (desk.feeds / "en").unlink()
    summary = desk.json("run")
    assert (summary["new"], summary["translated"]) == (0, 0)
    assert len(titles(desk, "en")) == 1


def test_a_damaged_model_holds_up_nothing_but_its_own_pair(tmp_path: Path) -> None:
    """With ru>en damaged, English articles are still translated; the damage is told; a whole model mends it."""
    desk = Desk.make(tmp_path / "desk", INBOX, head='languages = ["en", "ru"]\ntranslation.batch_articles = 1\n')
    desk.call("models", "list")
    weights = next((desk.folder / "models" / "installed").glob("*ru_en*/**/model.bin"))
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    desk.drop("a.md", "# Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n")
    desk.drop("b.txt", "Открыта выставка картин\n\nВыставка работает каждый день. Вход свободный.\n")
    summary = desk.json("run")
    assert len(titles(desk, "ru")) == 2, summary
    assert titles(desk, "en") == ["Garden opens in spring"]
    assert "ru" in " ".join(summary["reasons"])
    weights.write_bytes(whole)
    desk.call("run")
    assert len(titles(desk, "en")) == 2


def test_a_model_that_proved_damaged_is_told_and_not_tried_again(tmp_path: Path) -> None:
    """What was found in use is in `status`, its articles wait, and other pairs go on, until the model is mended."""
    desk = Desk.make(tmp_path / "desk", INBOX)
    desk.call("models", "list")
    for package in (desk.folder / "models").glob("*.argosmodel"):
        package.unlink()  # it would be installed anew by itself
    weights = next((desk.folder / "models" / "installed").glob("*ru_en*/**/model.bin"))
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    desk.drop("b.txt", "Открыта выставка картин\n\nВыставка работает каждый день. Вход свободный.\n")
    assert "ru_en-0.1 is damaged" in " ".join(desk.json("run")["reasons"])
    told = desk.json("status")
    assert [one["has_route"] for one in told["waiting"]] == [False]
    assert "ru_en-0.1 is damaged: model/model.bin differs" in told["no_route"][0]
    assert told["failures"] == []
    assert "differs" in desk.call("models", "verify", code=5).stdout
    desk.drop("a.md", "# Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n")
    assert desk.json("run")["translated"] == 1
    weights.write_bytes(whole)
    desk.call("models", "verify")
    assert desk.json("run")["translated"] == 1


class Poison(str):
    """A text on which nothing works: it stands for whatever one article may break that we did not foresee."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> object:
        """Fail, but for what the database looks for."""
        if name.startswith("__"):
            return super().__getattribute__(name)
        raise RuntimeError(f"a mistake, looking for {name}")

    def __getitem__(self, _: object) -> str:
        """Fail."""
        raise RuntimeError("a mistake, taking a part")


@dataclass(frozen=True)
class Shouting:
    """A translator that writes in capitals, and one of whose answers breaks whoever uses it."""

    def route(self, from_language: str, to_language: str) -> Route:
        """See `ports.Translator`."""
        return Route(models=(ModelRef(from_language=from_language, to_language=to_language, version="1", digest=""),))

    def pairs(self) -> frozenset[tuple[str, str]]:
        """See `ports.Translator`."""
        return frozenset({("ru", "en")})

    def describe(self, route: Route) -> str:
        """See `ports.Translator`."""
        return f"Shouting {route}"

    def decoding(self) -> str:
        """See `ports.Translator`."""
        return "loud"

    def take_broken(self, texts: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        """See `ports.Translator`."""
        return {}

    def align(self, pairs: Sequence[tuple[str, str]], route: Route) -> list[tuple[Link, ...]]:  # noqa: ARG002
        """See `ports.Translator`."""
        return [() for _ in pairs]

    def translate(
        self,
        texts: Sequence[str],
        route: Route,  # noqa: ARG002
        *,
        effort: int = 0,  # noqa: ARG002
        linked: Collection[str] = (),  # noqa: ARG002
    ) -> list[Rendering | None]:
        """See `ports.Translator`."""
        return [
            Rendering(text=Poison(text.upper()) if "Номер 1" in text else text.upper(), links=(), score=None)
            for text in texts
        ]


def test_what_breaks_on_one_article_stops_no_other(tmp_path: Path) -> None:
    """A mistake of ours that one text shows fails that text, to be tried again later; the next one is translated."""
    maker, clock = sqlite(tmp_path), StoppedClock()
    store = maker()
    articles = [make_article(origin_id=f"{number}", id=f"story-{number}", title=f"Номер {number}") for number in "12"]
    store.save_reading(make_state(), articles)
    waiting = store.waiting(["en"], pairs={("ru", "en")}, now=clock.now(), limit=10)
    bench = pipeline.Bench(store=store, translator=Shouting(), clock=clock, rules=RULES, retry=timedelta(hours=1))
    report = pipeline.translate(waiting, bench=bench)
    assert (report.translated, report.failed) == (1, 1)
    assert [one.article_id for one in store.failures()] == ["story-1"]
    assert not store.waiting(["en"], pairs={("ru", "en")}, now=clock.now(), limit=10)
    maker.close()
