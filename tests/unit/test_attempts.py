"""Which attempt counts and when another is made; once with the real engine on the carried models."""

from pathlib import Path

import pytest
from support.packages import carried, endless

from syndicator.model import Rendering
from syndicator.translation.attempts import Attempt, choose, is_worth_more, translate_checked
from syndicator.translation.check import check
from syndicator.translation.engine import ArgosTranslator
from syndicator.translation.models import import_package

LANGUAGES = {"from_language": "ru", "to_language": "en"}
EASY = ["Погода завтра будет хорошей.", "12 000", "Суд отложил заседание до понедельника."]
HARD = [
    "Бабушка испекла пирожки с капустой, яйцом и зелёным луком, а дедушка принёс из погреба квашеные яблоки.",
    "Слесарь-инструментальщик шестого разряда Пантелеймон Кузьмич Подберёзовиков не снимал кепку 17 лет.",
    "Щеглы, чижи, снегири и свиристели склёвывали рябину прямо у крыльца заколоченной дачи.",
    "В саду цвели флоксы, георгины, ноготки, львиный зев, настурции и душистый горошек, посаженный в 1996 году.",
    "Плотник не выстрогал топорище, кузнец не подковал кобылу, а мельник не смолол и 8 мешков ржи.",
    "Скрипач настраивал скрипку, гобоист чистил гобой, а литаврист подтягивал 4 литавры перед увертюрой.",
    "Ледокол пробил торосы у мыса Желания, и караван из 11 сухогрузов вышел в Карское море.",
    "Черепаху Тортиллу, по преданию, выкормили пиявками, ряской и головастиками из пруда №3.",
]


def attempt(effort: int, text: str | None, *complaints: str, score: float | None = -1.0) -> Attempt:
    """Return an attempt; None for one that brought nothing."""
    rendering = None if text is None else Rendering(text=text, score=score)
    return Attempt(effort=effort, rendering=rendering, complaints=complaints)


NOTHING = attempt(0, None, "no translation")


def test_fewest_complaints_win() -> None:
    """A later attempt with less to complain of is better, whatever its score."""
    first, second = attempt(0, "a", "number missing", "negation lost"), attempt(1, "b", "date differs", score=-2.0)

    assert choose([first, second]) is second
    assert choose([second, first]) is second


def test_among_equals_the_score_decides_then_the_effort() -> None:
    """The engine's own opinion comes second; of attempts that are alike the cheapest stays."""
    first, second, third = (attempt(n, "a", "date differs", score=score) for n, score in enumerate([-1.2, -1.0, -1.0]))

    assert choose([first, second, third]) is second
    assert choose([third, first]) is third
    assert choose([attempt(1, "b", score=None), attempt(2, "c", score=-9.0)]).effort == 2


def test_something_is_better_than_nothing() -> None:
    """However much is wrong with it."""
    poor = attempt(1, "a", "repeats itself", "number missing", "negation lost", score=None)

    assert choose([NOTHING, poor]) is poor
    assert choose([NOTHING]) is NOTHING


@pytest.mark.parametrize(
    ("attempts", "is_worth"),
    [
        ([attempt(0, "a")], False),
        ([attempt(0, "a", "date differs")], True),
        ([attempt(0, "a", "number missing")], False),
        ([attempt(0, "a", "the engine was unsure")], False),
        ([attempt(0, "a", "the engine was unsure", "negation lost")], True),
        ([NOTHING], True),
        ([attempt(0, "a", "number missing"), attempt(1, "b", "number missing")], False),
        ([attempt(0, "a", "number missing"), attempt(1, "b", "repeats itself", "date differs")], False),
        ([attempt(0, "a", "repeats itself"), attempt(1, "b")], False),
        ([attempt(0, "a", "repeats itself"), attempt(1, "b", "part of the text missing")], True),
        ([attempt(0, "a", "length differs too much"), attempt(1, None, "no translation")], True),
        ([NOTHING, attempt(1, None, "no translation")], True),
        ([NOTHING, attempt(1, "a", "number missing")], False),
    ],
)
def test_a_second_retry_is_for_what_is_broken_off(attempts: list[Attempt], is_worth: bool) -> None:  # noqa: FBT001 - a column of the table
    """Any doubt but a low score is worth one more try, and only a text that is not whole two."""
    assert is_worth_more(attempts) is is_worth


# with the engine


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> ArgosTranslator:
    """Return a translator over the carried Russian model."""
    directory = tmp_path_factory.mktemp("models")
    import_package(carried("ru_en"), directory)
    return ArgosTranslator(directory, beam_size=2, threads=2)


def complaints(text: str, rendering: Rendering | None) -> tuple[str, ...]:
    """Return what there is to complain of."""
    return check(text, rendering.text, **LANGUAGES, score=rendering.score) if rendering else ("no translation",)


def test_each_segment_gets_the_best_of_its_attempts(translator: ArgosTranslator) -> None:
    """No segment is worse for the further attempts, some are better, and what was right at once stays."""
    route = translator.route("ru", "en")
    texts = [*HARD, *EASY]
    first, second, third = (translator.translate(texts, route, effort=effort) for effort in range(3))

    found = translate_checked(dict.fromkeys(texts, ""), translator, route)

    assert list(found) == texts
    before = [complaints(text, rendering) for text, rendering in zip(texts, first, strict=True)]
    after = [complaints(text, rendering) for text, rendering in found.items()]
    assert sum(map(len, after)) < sum(map(len, before))
    for n, (text, rendering) in enumerate(found.items()):
        assert rendering in (first[n], second[n], third[n]), text
        assert len(after[n]) <= len(before[n])
        assert before[n] or rendering == first[n]


def test_the_company_of_a_segment_does_not_matter(translator: ArgosTranslator) -> None:
    """The same text gives the same rendering alone."""
    route = translator.route("ru", "en")
    together = translate_checked(dict.fromkeys([*HARD[:3], *EASY], ""), translator, route)

    for text in (HARD[0], EASY[0]):
        assert translate_checked({text: ""}, translator, route) == {text: together[text]}


def test_what_is_kept_is_no_reason_to_try_again(translator: ArgosTranslator) -> None:
    """What the engine made of an address is replaced later: if all else is right, the first attempt stays."""
    texts = {
        "Погода завтра будет хорошей, подробности на https://a.org/4711/0815.": "https://a.org/4711/0815.",
        "Встреча прошла в Москве #ШОС2023": "#ШОС2023",
    }
    route = translator.route("ru", "en")
    first = [one for one in translator.translate(list(texts), route) if one]

    found = translate_checked(texts, translator, route)

    for (text, kept), rendering in zip(texts.items(), first, strict=True):
        assert check(text, rendering.text, kept=kept, **LANGUAGES) or found[text] == rendering


def test_what_never_comes_is_none(tmp_path: Path) -> None:
    """A model that never ends gives nothing, with whatever effort; that is told, and other texts have theirs."""
    import_package(endless(tmp_path / "endless"), tmp_path)
    translator = ArgosTranslator(tmp_path, beam_size=2, threads=1)

    found = translate_checked({EASY[0]: "", "12": ""}, translator, translator.route("ru", "en"))

    assert found[EASY[0]] is None
    assert found["12"] is not None


def test_nothing_is_nothing(translator: ArgosTranslator) -> None:
    """Without segments nothing is asked."""
    assert translate_checked({}, translator, translator.route("ru", "en")) == {}
