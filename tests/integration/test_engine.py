"""The real engine on the carried models. Nothing here depends on how well they translate."""

import json
import re
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.packages import carried, endless, read, relabelled, write

from syndicator.errors import ModelError, NoRoute
from syndicator.model import Link, Rendering
from syndicator.translation import capitals, shaping
from syndicator.translation.alignment import words
from syndicator.translation.engine import ArgosTranslator
from syndicator.translation.inference import ALIGNED_WHOLE
from syndicator.translation.models import import_package, remove

SENTENCES = [
    "Министерство финансов опубликовало отчёт о бюджете за 2023 год.",
    "Полиция задержала трёх человек.",
    "Встреча прошла в Москве.",
    "Погода завтра будет хорошей.",
    "Президент подписал указ о мерах поддержки малого бизнеса.",
    "Компания объявила о новых продуктах.",
    "Суд отложил заседание до понедельника.",
    "Учёные открыли новую планету.",
    "Книга вышла на русском языке.",
    "Он родился в 1984 году.",
    "Дети пошли в школу.",
    "Река вышла из берегов.",
]
LOOPS = [
    "Безработица упала до исторического минимума",
    "Роскосмос назвал дату запуска станции",
    "Тайфун приближается к Приморью, аномальная жара установилась на юге.",
]
"""The carried model goes round in circles in one of these, at beam 1."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a models directory with ru_en and an en_de that speaks Russian; not to be changed."""
    directory = tmp_path_factory.mktemp("models")
    import_package(carried("ru_en"), directory)
    import_package(relabelled(directory / "en_de", "en_de", base="en_ru", version="1.0"), directory)
    return directory


@pytest.fixture(scope="module")
def translator(whole: Path) -> ArgosTranslator:
    """Return a translator over `whole`."""
    return ArgosTranslator(whole, beam_size=2, threads=2)


@pytest.fixture
def directory(whole: Path, tmp_path: Path) -> Path:
    """Return a models directory of one's own."""
    return shutil.copytree(whole, tmp_path / "models")


def to_english(translator: ArgosTranslator, texts: list[str]) -> list[Rendering | None]:
    """Translate from Russian."""
    return translator.translate(texts, translator.route("ru", "en"))


def one(translator: ArgosTranslator, text: str) -> Rendering:
    """Translate one text, which must succeed."""
    [rendering] = to_english(translator, [text])
    assert rendering is not None
    return rendering


def links(translator: ArgosTranslator, text: str, target: str) -> tuple[Link, ...]:
    """Align one Russian text with an English one."""
    [found] = translator.align([(text, target)], translator.route("ru", "en"))
    return found


def linked(translator: ArgosTranslator, text: str, target: str) -> list[tuple[str, str]]:
    """Return the linked words."""
    return [
        (text[link.source_start : link.source_end], target[link.target_start : link.target_end])
        for link in links(translator, text, target)
    ]


def sources(found: Iterable[Link]) -> set[tuple[int, int]]:
    """Return the ranges of the original's linked words."""
    return {(link.source_start, link.source_end) for link in found}


# what comes out


def test_output_has_the_order_of_the_input(translator: ArgosTranslator) -> None:
    """Each text's translation stands at its place, whatever lengths are mixed; equal texts have equal ones."""
    texts = [*SENTENCES, "", SENTENCES[0], "12"]

    found = to_english(translator, texts)

    assert found == [one(translator, text) for text in texts]
    assert found[0] == found[len(SENTENCES) + 1]
    assert len({rendering.text for rendering in found if rendering}) == len(set(texts))


@pytest.mark.parametrize("beam_size", [1, 4])
def test_company_changes_nothing(beam_size: int, whole: Path) -> None:
    """A text's rendering and score are the same alone and in any company, and so are its links."""
    translator = ArgosTranslator(whole, beam_size=beam_size, threads=2)
    texts = [f"{first} {second}" for first in SENTENCES for second in SENTENCES[:4]]

    together = to_english(translator, texts)

    assert to_english(translator, texts[::-1]) == together[::-1]
    assert [to_english(translator, [text])[0] for text in texts[:12]] == together[:12]
    pairs = [(text, one.text) for text, one in zip(texts, together, strict=True) if one]
    route = translator.route("ru", "en")
    assert [translator.align([pair], route)[0] for pair in pairs[:12]] == translator.align(pairs, route)[:12]


@pytest.mark.parametrize("beam_size", [1, 4])
def test_links_come_with_a_rendering(beam_size: int, whole: Path) -> None:
    """They are those that `align` would find, at no cost to the text; of what is not asked for, there are none."""
    translator = ArgosTranslator(whole, beam_size=beam_size, threads=2)
    route = translator.route("ru", "en")
    texts = [f"{first} {second}" for first in SENTENCES for second in SENTENCES[:4]]
    plain = translator.translate(texts, route)

    found = translator.translate(texts, route, linked=set(texts[1:]))

    there = [one for one in found[1:] if one and one.links]
    assert [one and one.text for one in found] == [one and one.text for one in plain]
    assert found[0] == plain[0]
    assert len(there) > len(texts) * 0.8
    # A model may cut its output into other pieces than its tokenizer does; that moves few links.
    pairs = [(text, one.text) for text, one in zip(texts, found, strict=True) if one and one.links]
    same = [
        len({*one.links} & {*links}) / len(links)
        for one, links in zip(there, translator.align(pairs, route), strict=True)
    ]
    assert sum(same) / len(same) > 0.97
    firsts = [
        [{link for link in links if not link.target_start} for links in (one.links, aligned)]
        for one, aligned in zip(there, translator.align(pairs, route), strict=True)
    ]
    assert sum(ours == theirs for ours, theirs in firsts) / len(firsts) > 0.97


def test_long_text_comes_without_links(translator: ArgosTranslator) -> None:
    """What has more than `ALIGNED_WHOLE` pieces is aligned clause by clause, afterwards; a piece less has links."""
    model = translator._load(translator.route("ru", "en").models[0])

    def pieces(text: str) -> int:
        return len(model._tokenizer.locate(text).pieces)

    texts = [" ".join(["Встреча прошла в Москве,"] + ["и в Москве,"] * n + ["и в Москве."]) for n in range(40)]
    over = next(text for text in texts if pieces(text) > ALIGNED_WHOLE)
    under = [text for text in texts if pieces(text) <= ALIGNED_WHOLE]

    long, *short = translator.translate([over, *under], translator.route("ru", "en"), linked={over, *under}, effort=1)

    assert long is not None
    assert not long.links
    assert any(one and one.links for one in short[-4:])


@pytest.mark.parametrize(("beam_size", "has_links"), [(1, True), (2, False)])
def test_links_beside_a_target_prefix(beam_size: int, has_links: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """Of a beam, the engine can't tell which step is mixed up beside a prefix: then there are no links with it."""
    import_package(relabelled(tmp_path / "p", "ru_en", target_prefix="▁Москва"), tmp_path)
    translator = ArgosTranslator(tmp_path, beam_size=beam_size, threads=1)

    found = translator.translate(SENTENCES, translator.route("ru", "en"), linked=set(SENTENCES))

    assert any(one and one.links for one in found) == has_links
    for one in filter(None, found):
        assert {(link.target_start, link.target_end) for link in one.links} <= set(words(one.text))


def test_threads_may_share_it(whole: Path) -> None:
    """Threads that translate at once get what one alone gets, from a model that was loaded once."""
    translator = ArgosTranslator(whole, beam_size=2, threads=2)
    ref = translator.route("ru", "en").models[0]
    with ThreadPoolExecutor(4) as pool:
        loaded = set(pool.map(lambda _n: translator._load(ref), range(4)))
        found = list(pool.map(lambda _n: to_english(translator, SENTENCES), range(8)))

    assert len(loaded) == 1
    assert found == [to_english(translator, SENTENCES)] * 8


@pytest.mark.parametrize("text", ["", "  \n", "12 345", "—", "Windows 11", "https://example.org/"])
def test_nothing_to_translate_is_carried_over(text: str, translator: ArgosTranslator) -> None:
    """Text without a Russian letter comes back as it is, its words linked to themselves."""
    assert one(translator, text) == Rendering(text=text)
    assert linked(translator, text, text) == [(text[start:end], text[start:end]) for start, end in words(text)]


@pytest.mark.parametrize("sign", ["😀", "👩\u200d🚀", "你好", "Київ", "ქართული"])
def test_what_the_model_has_no_piece_for_is_carried_over(sign: str, translator: ArgosTranslator) -> None:
    """Emoji and foreign words stand in the translation as in the original, linked to themselves."""
    text = f"Встреча прошла в Москве {sign} и в Лондоне."

    found = one(translator, text).text

    assert f" {sign} " in found
    assert "\ufffd" not in found
    pairs = linked(translator, text, found)
    assert "".join(source for source, target in pairs if source == target and source in sign) == sign


def test_space_around_a_text_is_kept(translator: ArgosTranslator) -> None:
    """Space before and after a text stays, and links know of it."""
    bare, spaced = one(translator, SENTENCES[1]), one(translator, f"  {SENTENCES[1]}\n")

    assert spaced.text == f"  {bare.text}\n"
    moved = [link.source_start for link in links(translator, f"  {SENTENCES[1]}\n", spaced.text)]
    assert moved == [link.source_start + 2 for link in links(translator, SENTENCES[1], bare.text)]


def test_capitals_are_translated_as_a_sentence(translator: ArgosTranslator) -> None:
    """A text in capitals is translated and aligned as if it were not, and put back to capitals."""
    quiet = one(translator, SENTENCES[0])

    loud = one(translator, SENTENCES[0].upper())

    assert loud.text == quiet.text.upper()
    aligned = links(translator, SENTENCES[0].upper(), loud.text)
    assert aligned == links(translator, SENTENCES[0], capitals.quieted(loud.text, "en"))


def test_long_text_is_never_cut_off(translator: ArgosTranslator) -> None:
    """A text of thousands of pieces is translated to its end."""
    text = ", ".join(sentence.rstrip(".").lower() for sentence in SENTENCES * 12) + "."

    found = one(translator, text)

    assert len(words(found.text)) > len(words(text)) / 2
    assert "2023" in found.text[-len(found.text) // 6 :]


def test_model_that_never_ends_gives_none(tmp_path: Path) -> None:
    """An output that reaches the length limit is no translation, whatever the effort; others are not touched."""
    import_package(endless(tmp_path / "endless"), tmp_path)
    translator = ArgosTranslator(tmp_path, beam_size=2, threads=1)
    route = translator.route("ru", "en")

    for effort in range(3):
        found = translator.translate([SENTENCES[0], "12", SENTENCES[1]], route, effort=effort)
        assert found == [None, Rendering(text="12"), None]


def test_text_that_is_none_gives_none(translator: ArgosTranslator) -> None:
    """Half a surrogate pair has no translation and no links; what stands beside it has."""
    found = to_english(translator, ["Привет \ud83d мир", SENTENCES[1]])

    assert found == [None, one(translator, SENTENCES[1])]
    assert links(translator, "Привет \ud83d мир", "Hello world") == ()


def test_no_word_is_written_in_the_script_of_the_original(tmp_path: Path) -> None:
    """A model that would write nothing but Cyrillic, called one into English, writes no such letter at any effort."""
    import_package(relabelled(tmp_path / "p", "ru_en", base="en_ru"), tmp_path / "models")
    text = "The ministers met in Moscow on Friday, Россия."
    for beam_size in (1, 4):
        translator = ArgosTranslator(tmp_path / "models", beam_size=beam_size, threads=1)
        route = translator.route("ru", "en")
        found = [translator.translate([text], route, effort=effort)[0] for effort in range(3)]
        assert any(found)
        assert not any(re.search("[а-яё]", one.text, re.IGNORECASE) for one in found if one)


# efforts


def test_first_effort_does_not_try_again(whole: Path) -> None:
    """What goes round in circles is given up at once; most is had at the next effort, which forbids that."""
    translator = ArgosTranslator(whole, beam_size=1, threads=2)
    route = translator.route("ru", "en")
    given_up = [text for text in LOOPS if translator.translate([text], route) == [None]]

    assert given_up
    assert any(translator.translate(given_up, route, effort=1))


def test_second_effort_has_its_own_beam(whole: Path) -> None:
    """At effort 1 the configured beam counts for nothing."""
    found = []
    for beam_size in (1, 2):
        translator = ArgosTranslator(whole, beam_size=beam_size, threads=2)
        found.append([translator.translate(SENTENCES, translator.route("ru", "en"), effort=n) for n in (0, 1)])

    assert found[0][0] != found[1][0]
    assert found[0][1] == found[1][1]


def test_third_effort_translates_halves(translator: ArgosTranslator) -> None:
    """The rendering is that of both halves, in order; what is too short for halves is translated whole."""
    text = "Министерство финансов опубликовало отчёт, президент подписал указ о мерах поддержки."
    halves = ["Министерство финансов опубликовало отчёт,", "президент подписал указ о мерах поддержки."]

    short, found = translator.translate(["Да.", text], translator.route("ru", "en"), effort=2)

    assert found is not None
    assert found.text == " ".join(one(translator, half).text for half in halves)
    assert short == one(translator, "Да.")


# links


def test_links_are_words_and_cover_both_sides(translator: ArgosTranslator) -> None:
    """Links stand in target order, are whole words, and leave no word of the original out."""
    for text, found in zip(SENTENCES, to_english(translator, SENTENCES), strict=True):
        assert found is not None
        assert found.score is not None
        assert found.score < 0
        aligned = links(translator, text, found.text)
        targets = [(link.target_start, link.target_end) for link in aligned]
        assert sources(aligned) == set(words(text))
        assert set(targets) <= set(words(found.text))
        assert targets == sorted(targets)


def test_anybodys_words_can_be_linked(translator: ArgosTranslator) -> None:
    """A rendering that no model would give is linked by what the model looks at when it is led through it."""
    text, target = "Полиция задержала трёх человек.", "Three people were detained by the police."

    found = links(translator, text, target)

    assert sources(found) == set(words(text))
    assert {(link.target_start, link.target_end) for link in found} == set(words(target))
    assert ("задержала", "detained") in linked(translator, text, target)


def test_every_clause_of_a_long_text_is_linked(translator: ArgosTranslator) -> None:
    """A text longer than attention carries is linked clause by clause: to its end, each word near its own place."""
    clauses = [sentence.rstrip(".").lower() for sentence in SENTENCES * 6]
    text = ", ".join(clauses)
    target = ", ".join(one(translator, clause).text.rstrip(".") for clause in clauses)

    found = links(translator, text, target)

    assert sources(found) == set(words(text))
    assert all(abs(link.source_start / len(text) - link.target_start / len(target)) < 0.1 for link in found)


@pytest.mark.parametrize(
    ("text", "target"),
    [("", ""), ("Привет", ""), ("", "Hello"), (" ", "\n"), ("Привет", "Hi " * 5000), ("да, " * 5000, "yes, " * 5000)],
)
def test_where_links_can_not_be_told_there_are_none(text: str, target: str, translator: ArgosTranslator) -> None:
    """Nothing, and what is too long to follow, has no links, beside pairs that have."""
    pairs = [(text, target), (SENTENCES[1], "Police detained three people.")]

    none, some = translator.align(pairs, translator.route("ru", "en"))

    assert none == ()
    assert sources(some) == set(words(SENTENCES[1]))


def test_carried_over_text_that_was_changed_keeps_what_is_the_same(translator: ArgosTranslator) -> None:
    """Of a text with nothing to translate in it, the words that stand in its rendering too are linked."""
    assert linked(translator, "Windows 11 Pro", "Microsoft Windows 11") == [("Windows", "Windows"), ("11", "11")]


# chains


def test_chain_goes_over_the_language_between(translator: ArgosTranslator) -> None:
    """Where no model translates directly, the texts go through a chain, and links lead from end to end."""
    route = translator.route("ru-RU", "de")
    text = SENTENCES[0]

    [found] = translator.translate([text], route)

    assert str(route) == "ru>en>de"
    assert found is not None
    between = one(translator, text)
    [last] = translator.translate([between.text], translator.route("en", "de"))
    assert last is not None
    assert found.text == last.text
    assert found.score == min(filter(None, [between.score, last.score]))
    [links_found] = translator.align([(text, found.text)], route)
    assert sources(links_found) <= set(words(text))
    assert {(link.target_start, link.target_end) for link in links_found} <= set(words(found.text))
    assert len(links_found) >= len(words(text)) / 2


def test_provenance_names_engine_and_packages(translator: ArgosTranslator) -> None:
    """A route is described by its packages, their versions, and the engine."""
    version = json.loads(read(carried("ru_en"))["metadata.json"])["package_version"]

    assert translator.describe(translator.route("ru", "en")) == f"Argos ru_en {version} (CTranslate2)"
    assert translator.describe(translator.route("ru", "de")) == f"Argos ru_en {version}, en_de 1.0 (CTranslate2)"


def test_pairs_are_those_with_a_route(translator: ArgosTranslator) -> None:
    """Direct and chained pairs are named, no others."""
    assert translator.pairs() == {("ru", "en"), ("en", "de"), ("ru", "de")}


def test_missing_route_names_the_command(translator: ArgosTranslator) -> None:
    """Where no chain leads, the message is the command that installs a model."""
    with pytest.raises(NoRoute, match=r"^no model de>ru: run `syndicator models install de-ru`$"):
        translator.route("de-AT", "ru")


def test_decoding_tells_beams_apart(whole: Path) -> None:
    """Another beam is another key in the memory; the number of threads is not."""
    first, second, third = (
        ArgosTranslator(whole, beam_size=beam, threads=n).decoding() for beam, n in [(1, 1), (1, 2), (2, 1)]
    )

    assert first == second != third


# models that come, go and break


def test_installed_model_is_noticed(tmp_path: Path) -> None:
    """A model installed while the translator is in use is found without a restart."""
    translator = ArgosTranslator(tmp_path, beam_size=1, threads=1)
    with pytest.raises(NoRoute):
        translator.route("ru", "en")

    import_package(carried("ru_en"), tmp_path)

    assert one(translator, SENTENCES[1]).text


def test_removed_model_is_noticed(directory: Path) -> None:
    """A model removed while the translator is in use is not used any more, not even on a route found before."""
    translator = ArgosTranslator(directory, beam_size=1, threads=1)
    route = translator.route("ru", "en")
    translator.translate(SENTENCES[:1], route)

    remove("ru-en", directory)

    assert translator.pairs() == {("en", "de")}
    with pytest.raises(ModelError, match="not installed any more"):
        translator.translate(SENTENCES[:1], route)


def test_turned_bit_makes_a_model_unusable_until_it_is_mended(directory: Path) -> None:
    """A model with one wrong bit is never run; its routes say which it is and what to do, until it is mended."""
    weights = next((directory / "installed").glob("ru_en-*/model/model.bin"))
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    translator = ArgosTranslator(directory, beam_size=1, threads=1)

    with pytest.raises(ModelError, match=r"model ru_en-.* is damaged: model/model\.bin .*models install ru-en"):
        to_english(translator, SENTENCES[:1])
    with pytest.raises(ModelError, match=r"model ru_en-.* is damaged"):
        translator.route("ru", "de")
    assert translator.pairs() == {("en", "de")}

    import_package(carried("ru_en"), directory)
    assert one(translator, SENTENCES[1]).text


# other kinds of package


def test_package_with_two_tokenizers_works(tmp_path: Path, translator: ArgosTranslator) -> None:
    """A package with source.spm and target.spm (OPUS-MT) translates."""
    files = read(carried("ru_en"))
    tokenizer = files.pop("sentencepiece.model")
    import_package(write(tmp_path / "p", files | {"source.spm": tokenizer, "target.spm": tokenizer}), tmp_path)

    assert one(ArgosTranslator(tmp_path, beam_size=2, threads=2), SENTENCES[0]) == one(translator, SENTENCES[0])


def test_package_with_byte_pairs_works(tmp_path: Path) -> None:
    """A package with bpe.model translates, or says that it can't: with another model's pieces there is no telling."""
    files = read(carried("ru_en"))
    del files["sentencepiece.model"]
    import_package(write(tmp_path / "p", files | {"bpe.model": "#version: 0.2\nп р\n".encode()}), tmp_path)

    found = to_english(ArgosTranslator(tmp_path, beam_size=1, threads=1), ["12", *SENTENCES])

    assert found[0] == Rendering(text="12")
    assert len(found) == 1 + len(SENTENCES)


def test_target_prefix_is_not_part_of_the_translation(tmp_path: Path) -> None:
    """A token that the package wants every translation to begin with is not shown, and takes no word's place."""
    import_package(relabelled(tmp_path / "p", "ru_en", target_prefix="▁Москва"), tmp_path)

    translator = ArgosTranslator(tmp_path, beam_size=2, threads=1)

    found = one(translator, SENTENCES[1])

    assert "Москва" not in found.text
    assert sources(links(translator, SENTENCES[1], found.text)) == set(words(SENTENCES[1]))
    assert linked(translator, "в", "in") == [("в", "in")]


def test_long_text_goes_to_the_model_in_parts(translator: ArgosTranslator) -> None:
    """The translation of a long text is that of its parts, in order."""
    text = ", ".join(sentence.rstrip(".").lower() for sentence in SENTENCES * 4) + "."
    model = next(iter(translator._loaded.values()))
    spans = shaping.parts(model._tokenizer.locate(text))

    assert len(spans) > 1
    assert one(translator, text).text == " ".join(one(translator, text[start:end]).text for start, end in spans)
