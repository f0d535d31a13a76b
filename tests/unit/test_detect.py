"""Language detection: which witness decides, and when nobody does."""

import threading
from pathlib import Path

import pytest

from syndicator.articles import detect as module
from syndicator.articles.detect import Detection, Verdict, detect, detect_text
from syndicator.articles.evaluate import evaluate, read_labelled
from syndicator.articles.scripts import languages_of
from syndicator.articles.tags import normalise_language
from syndicator.errors import ParseError
from syndicator.model import UNDETERMINED

RUSSIAN = (
    "Правительство внесло в парламент проект бюджета на следующий год. Расходы на школы и больницы вырастут, сообщил "
    "министр финансов журналистам после заседания. Депутаты рассмотрят документ в октябре, а голосование ожидается "
    "в первых числах декабря."
)
ENGLISH = (
    "The government has submitted the draft budget for next year to parliament. Spending on schools and hospitals will "
    "rise, the finance minister told reporters after the meeting. Lawmakers will take up the document in October, and "
    "a vote is expected early in December."
)

NORWEGIAN_AND_DANISH = (
    "Regjeringen har lagt fram forslag til budsjett for neste år. Regeringen har fremlagt forslag til finanslov for "
    "næste år, og ministeren siger, at der er penge nok til skolerne."
)
ENGLISH_AND_NORDIC = f"{ENGLISH} {NORWEGIAN_AND_DANISH}"
MACEDONIAN_AND_BULGARIAN = "владата донесе закон правителството прие закон за бюджета " * 3


@pytest.mark.parametrize(
    ("title", "body", "language"),
    [
        ("Бюджет внесён в парламент", RUSSIAN, "ru"),
        ("Budget goes to parliament", ENGLISH, "en"),
        ("ПРЕЗИДЕНТ ПОДПИСАЛ УКАЗ О ПРИЗЫВЕ", "", "ru"),
        ("TEACHERS VOTE TO STRIKE OVER PAY", "", "en"),
        ("", RUSSIAN, "ru"),
        ("Правителството прие бюджета за догодина", "", "bg"),
        ("Владата донесе буџет за идната година", "", "mk"),
        ("Влада усвојила буџет за наредну годину", "", "sr"),
        ("Уряд схвалив бюджет на наступний рік", "", "uk"),
        ("Урад ухваліў бюджэт на наступны год", "", "be"),
        ("Үкімет келесі жылдың бюджетін бекітті", "", "kk"),
        ("Өкмөт кийинки жылдын бюджетин бекитти", "", "ky"),
        ("Der Bundestag hat den Haushalt beschlossen", "", "de"),
        ("東京で新しい美術館が開館", "", "ja"),
        ("Η κυβέρνηση κατέθεσε τον προϋπολογισμό", "", "el"),
    ],
)
def test_language_of_an_article(title: str, body: str, language: str) -> None:
    """An article's language is found from its title and body, whatever its script and case."""
    found = detect(title, body)

    assert (found.language, found.title_language) == (language, language)


def test_pinned_wins() -> None:
    """A pinned language is the language of both fields, even against every witness."""
    assert detect("Budget goes to parliament", ENGLISH, declared="en", pinned="RU_ru") == Detection(
        language="ru", title_language="ru", reason="pinned in the configuration"
    )


def test_declared_does_not_overrule_agreeing_witnesses() -> None:
    """A source that declares Russian for an English text is not believed."""
    assert detect("Budget goes to parliament", ENGLISH, declared="ru-RU").language == "en"


def test_russian_source_line_under_an_english_text() -> None:
    """A Russian source line does not make an English text Russian, nor undetermined."""
    found = detect("Budget goes to parliament", f"{ENGLISH}\n\nИсточник: Министерство финансов Российской Федерации")

    assert found.language == "en"


def test_source_line_as_long_as_the_text() -> None:
    """A Russian source line does not outweigh a short English text under a Russian source."""
    body = "On July 5 the Secretary-General met with the envoy.\n\nИсточник: Секретариат Шанхайской организации"
    assert detect("Secretary-General meets envoy", body, declared="ru").language == "en"


def test_source_line_alone_as_body() -> None:
    """Where the body is a credit alone, the title decides."""
    assert detect("Oil prices fall", "Фото: ООН").language == "en"


def test_russian_text_full_of_latin_names() -> None:
    """Latin names and acronyms do not make a Russian title English."""
    assert detect("Apple представила новый iPhone 17 Pro Max", "").language == "ru"


def test_title_in_another_language_than_its_body() -> None:
    """A title that is clearly in another language keeps its own; the article has the body's."""
    found = detect("Правительство внесло проект бюджета на следующий год", ENGLISH)

    assert (found.language, found.title_language) == ("en", "ru")


def test_doubtful_title_takes_the_language_of_its_body() -> None:
    """A title too short to tell, or in doubt, is in its body's language."""
    assert detect("Итоги", RUSSIAN).title_language == "ru"
    assert detect("Пожар", "").title_language == UNDETERMINED


def test_uncertain_title_takes_the_language_of_its_body() -> None:
    """A title that looks like another language, but not clearly, is in its body's."""
    assert detect_text("Зубристика преобладала").language == "sr"
    assert detect("Зубристика преобладала", RUSSIAN).title_language == "ru"


def test_capitals_change_nothing() -> None:
    """A title in capitals is judged as one without."""
    title = "биография яйцеклетки"

    assert detect_text(title.upper()) == detect_text(title)
    assert detect_text(title).language == "ru"


def test_sample_of_a_long_text() -> None:
    """Of a long text the beginning and the middle decide, not what is appended to it."""
    assert detect_text(RUSSIAN * 100 + ENGLISH * 70).language == "ru"


def test_text_in_two_languages() -> None:
    """A text half in Russian and half in English is undetermined, unless the source declares which it counts as."""
    assert detect("", f"{RUSSIAN}\n\n{ENGLISH}").language == UNDETERMINED
    assert detect("", f"{RUSSIAN}\n\n{ENGLISH}", declared="ru").language == "ru"


@pytest.mark.parametrize(
    "text", ["", "2024", "https://example.org/novosti/sbornaya", "press@example.org", "!!!", "@minfin #news"]
)
def test_nothing_to_read(text: str) -> None:
    """What is no text has no language, whatever the source declares."""
    assert detect_text(text, declared="ru").language == UNDETERMINED


def test_too_short_to_tell() -> None:
    """A word alone is undetermined, or in the declared language if that is written so."""
    assert detect_text("Привет").language == UNDETERMINED
    assert detect_text("Привет", declared="ru-RU").language == "ru"
    assert detect_text("Hello", declared="ru").language == UNDETERMINED


def test_letters_decide_on_a_short_text() -> None:
    """Letters that only one language has decide however short the text is."""
    assert detect_text("Її мрії").language == "uk"


@pytest.mark.parametrize("letter", "іїєґўәғқұүһңөђћѓќѕјљњџ")
def test_gate(letter: str) -> None:
    """A text with a letter that Russian lacks can't be Russian."""
    candidates = languages_of("CYRILLIC", f"новост{letter}")

    assert candidates
    assert "ru" not in candidates


def test_quoted_letters_pass_the_gate() -> None:
    """A few foreign letters in a long Russian text do not make it another language."""
    assert detect_text(f"{RUSSIAN} Об этом пишет «Львів».").language == "ru"


def test_langdetect_disagrees() -> None:
    """On enough text langdetect's objection leaves it undetermined, and what the source declares settles it."""
    assert "words say no, py3langid no, langdetect da" in detect_text(NORWEGIAN_AND_DANISH).reason
    assert detect_text(NORWEGIAN_AND_DANISH).language == UNDETERMINED
    assert detect_text(NORWEGIAN_AND_DANISH, declared="da-DK").language == "da"
    assert detect_text(NORWEGIAN_AND_DANISH, declared="no").language == "no"
    assert detect_text(NORWEGIAN_AND_DANISH, declared="ru").language == UNDETERMINED


def test_langdetect_is_not_asked_on_a_title() -> None:
    """A title is decided without langdetect, which is slow and often wrong on one."""
    assert detect_text("Правительство внесло проект бюджета").reason == "words say ru, py3langid ru"


def test_langdetect_is_not_asked_where_the_others_are_sure() -> None:
    """A text whose words leave no doubt is decided without langdetect; one that is half in another language is not."""
    assert detect_text(ENGLISH).reason == "words say en, py3langid en"
    assert "langdetect" in detect_text(ENGLISH_AND_NORDIC).reason


def test_langdetect_is_not_asked_about_what_it_does_not_know() -> None:
    """A Serbian text is Serbian although langdetect, without a profile of it, would call it Macedonian."""
    text = (
        "Влада је усвојила предлог буџета за наредну годину. Расходи за школе и болнице биће већи, рекао је министар "
    )
    found = detect_text(text * 2)

    assert (found.language, "langdetect" in found.reason) == ("sr", False)


def test_langdetect_is_seeded() -> None:
    """The same text gets the same answer from langdetect each time, though it samples at random."""
    candidates = frozenset({"ru", "bg", "mk", "uk"})

    assert len({module._langdetect(MACEDONIAN_AND_BULGARIAN, "bg", candidates) for _ in range(300)}) == 1


def test_first_use_by_many_threads() -> None:
    """Threads that all come first load the models once and get the same answers as one alone."""
    texts = (MACEDONIAN_AND_BULGARIAN, ENGLISH_AND_NORDIC)
    module._load_factory.cache_clear()
    module._load_identifier.cache_clear()
    start = threading.Barrier(4)
    verdicts: list[list[Verdict]] = []

    def work() -> None:
        start.wait()
        verdicts.append([detect_text(text) for text in texts])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert verdicts == [[detect_text(text) for text in texts]] * 4
    assert module._load_identifier.cache_info().misses == 1
    assert module._load_factory.cache_info().misses == 2


def test_reason_names_the_witnesses() -> None:
    """The reason says who said what."""
    assert detect_text(ENGLISH_AND_NORDIC).reason == "words say en, py3langid en, langdetect en"


@pytest.mark.parametrize(
    "text", ["a." * 500_000, "a@" * 500_000, "x" * 1_000_000, "слово " * 200_000, "\u0301" * 100_000]
)
@pytest.mark.timeout(10)
def test_hostile_text_is_cheap(text: str) -> None:
    """No text, however long or odd, holds detection up: only a sample of it is looked at."""
    detect_text(text)


@pytest.mark.parametrize(
    ("tag", "normalised"),
    [
        ("RU_ru", "ru-RU"),
        ("ru", "ru"),
        ("rus", "ru"),
        ("EN-us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("sr_Latn", "sr-Latn"),
        ("de-1996", "de-1996"),
        ("ru_RU.UTF-8", "ru-RU"),
        (" en, ru ", "en"),
        ("iw", "he"),
        ("und", None),
        ("mul", None),
        ("C", None),
        ("русский", None),
        ("english", None),
        ("", None),
        (None, None),
    ],
)
def test_normalise_language(tag: str | None, normalised: str | None) -> None:
    """A tag is spelt as BCP 47 spells it; what names no one language is None."""
    assert normalise_language(tag) == normalised


def test_evaluate_counts() -> None:
    """Recall, confusion and the share of other Cyrillic called Russian are counted by label."""
    found = evaluate(
        [
            ("ru", "Правительство внесло проект бюджета"),
            ("ru", "Government submits draft budget to parliament"),
            ("uk", "Президент подписал указ о весеннем призыве"),
            ("uk", "Уряд схвалив бюджет на наступний рік"),
            ("de", "Правительство внесло проект бюджета"),
            ("de", "Der Bundestag hat den Haushalt beschlossen"),
        ]
    )

    assert found.total == 6
    assert found.recall == {"ru": 0.5, "uk": 0.5, "de": 0.5}
    assert found.confusion["ru"] == {"ru": 1, "en": 1}
    assert found.other_cyrillic_called_ru == pytest.approx(2 / 3)
    assert found.median_us > 0


def test_evaluate_nothing() -> None:
    """Nothing to measure is no error."""
    found = evaluate([])

    assert (found.total, found.recall, found.other_cyrillic_called_ru, found.median_us) == (0, {}, 0.0, 0.0)


def test_read_labelled(tmp_path: Path) -> None:
    """A labelled file gives primary tags and texts; blank lines and comments are skipped."""
    path = tmp_path / "titles.tsv"
    path.write_bytes("\ufeff# titles\r\nRU_ru\tЧто нового\r\n\r\nen\tWhat's\tnew\r\n".encode())

    assert read_labelled(path) == [("ru", "Что нового"), ("en", "What's\tnew")]


@pytest.mark.parametrize("line", ["ru Что нового", "русский\tЧто нового", "ru\t "])
def test_read_labelled_names_the_line(tmp_path: Path, line: str) -> None:
    """A line that is no label, tab and text is reported by its number."""
    path = tmp_path / "titles.tsv"
    path.write_text(f"en\tFine\n{line}\n", encoding="utf-8")

    with pytest.raises(ParseError, match=r"titles\.tsv:2: "):
        read_labelled(path)


def test_read_labelled_refuses_what_is_no_text(tmp_path: Path) -> None:
    """A file in another encoding, or none at all, is refused with the reason."""
    path = tmp_path / "titles.tsv"
    path.write_bytes("ru\tЧто нового".encode("cp1251"))

    with pytest.raises(ParseError, match="UTF-8"):
        read_labelled(path)
    with pytest.raises(ParseError, match="can't be read"):
        read_labelled(tmp_path / "absent.tsv")
