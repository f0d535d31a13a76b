import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.renderings import aligned

from syndicator.model import Link, Outcome, Rendering
from syndicator.translation.edits import apply
from syndicator.translation.terms import Kind, Term, TermBase, enforce, load_terms

CARRIED = load_terms(None)
BASE = TermBase(
    own=(
        Term(wordings={"en": ("unmanned aircraft",), "ru": ("беспилотник",)}),
        Term(wordings={"ru": ("санкция",), "en": ("measure of restriction",)}),
        Term(wordings={"en": ("Fund",), "ru": ("Фонд",)}, kind=Kind.NAME),
        Term(wordings={"en": ("Windows",)}, kind=Kind.KEEP),
        Term(wordings={"ru": ("оборот",), "en": ("turnover", "commerce")}),
        Term(wordings={"ru": ("вселенная",), "en": ("universe",)}),
    ),
    carried=CARRIED.carried,
)
RU_EN, EN_RU = ("ru", "en"), ("en", "ru")


def enforced(source: str, target: str, pairs: str = "", *, to: tuple[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """Return the text after its terms were enforced, and for each term its rendering and what became of it."""
    finder = BASE.finder(*to)
    rendering = aligned(source, target, pairs)
    edits, uses = enforce(source, finder.find(source), rendering)
    return apply(rendering, edits).text, [(use.target, use.outcome.value) for use in uses]


@pytest.mark.parametrize(
    ("source", "target", "pairs", "expected"),
    [
        ("The SCO summit", "Саммит SCO", "1-1 2-0", "Саммит ШОС"),
        ("the UN's position", "позиция Объединённой Нации", "1-1 1-2 2-0", "позиция ООН"),
        ("with the World Bank", "с Мировым банком", "0-0 2-1 3-2", "со Всемирным банком"),
        ("In the World Bank they", "В Мировой банк они", "0-0 2-1 3-2 4-3", "Во Всемирный банк они"),
        ("In the World Bank they", "В Мировом банке они", "0-0 2-1 3-2 4-3", "Во Всемирном банке они"),
        ("on the Union State", "о Союзе штатов", "0-0 2-1 3-2", "о Союзном государстве"),
        ("on the African Union", "о Союзе Африки", "0-0 2-2 3-1", "об Африканском союзе"),
        ("The African Union accepts it", "Африканский блок берёт его", "1-0 2-1 3-2 4-3", "Африканский союз берёт его"),
        ("the head of the Arctic Council", "глава совета Арктики", "1-0 4-2 5-1", "глава Арктического совета"),
        ("because of the World Bank", "из-за Мирового банка", "0-0 3-1 4-2", "из-за Всемирного банка"),
        ("because of the World Bank", "из-за World Bank", "0-0 3-1 4-2", "из-за Всемирного банка"),
        ("He called the World Bank", "Он звал World Bank", "0-0 1-1 3-2 4-3", None),
        ("to the World Bank", "к World Bank", "0-0 2-1 3-2", "к Всемирному банку"),
        ("Two unmanned aircraft", "Два безлюдных самолёта", "0-0 1-1 2-2", "Два беспилотника"),
        ("by unmanned aircraft", "безлюдными самолётами", "0-0 1-0 2-1", "беспилотниками"),
        ("a member of the Fund", "член фонда", "1-0 4-1", "член Фонда"),
        ("saw the African Union", "видел Африканскую сеть", "0-0 2-1 3-2", "видел Африканский союз"),
        (
            "saw the World Trade Organization",
            "видел Мировую сеть",
            "0-0 2-1 4-2",
            "видел Всемирную торговую организацию",
        ),
        ("members of the African Union", "члены организации", "0-0 4-1", "члены Африканского союза"),
        ("THE WORLD BANK HELPS", "МИРОВОЙ БАНК ПОМОГАЕТ", "1-0 2-1 3-2", "ВСЕМИРНЫЙ БАНК ПОМОГАЕТ"),
    ],
)
def test_a_russian_rendering_fits_its_place(source: str, target: str, pairs: str, expected: str | None) -> None:
    """It has the case that its words had or that the preposition asks for, and the preposition sounds right."""
    text, [(_, outcome)] = enforced(source, target, pairs, to=EN_RU)
    assert (text, outcome) == ((target, "missed") if expected is None else (expected, "repaired"))


@pytest.mark.parametrize(
    ("source", "target", "pairs"),
    [
        ("The African Union agreed", "Африканская группа согласилась", "1-0 2-1 3-2"),
        ("the new Eurasian Economic Union", "новая экономическая группа", "1-0 2-1 3-1 4-2"),
        ("The United Nations say", "Объединённые Нации говорят", "1-0 2-1 3-2"),
    ],
)
def test_a_gender_that_others_agree_with_is_not_changed(source: str, target: str, pairs: str) -> None:
    """«Союз согласилась» is worse than another name."""
    text, [(_, outcome)] = enforced(source, target, pairs, to=EN_RU)
    assert (text, outcome) == (target, "missed")


@pytest.mark.parametrize(
    ("source", "target", "pairs", "expected"),
    [
        ("саммит ШОС прошёл.", "A SHOS summit was held.", "0-2 1-1 2-3", "An SCO summit was held."),
        ("три доклада ШОС", "three SHOS reports", "0-0 1-2 2-1", "three SCO reports"),
        ("в ШОС", "in SHOS", "0-0 1-1", "in the SCO"),
        ("в ШОС", "in the SHOS", "0-0 1-1 1-2", "in the SCO"),
        ("для ООН и ЕС", "for the ONU and ES", "0-0 1-2 2-3 3-4", "for the UN and the EU"),
        ("сайт ШОС", "SHOS’s site", "0-1 1-0", "SCO’s site"),
        ("(ШОС) решила", "(SHOS) decided", "0-0 1-1", "(SCO) decided"),
        ("САММИТ ШОС ИДЁТ", "SUMMIT OF SHOS GOES", "0-0 1-1 1-2 2-3", "SUMMIT OF THE SCO GOES"),
        ("новые санкции", "new sanctions", "0-0 1-1", "new measures of restriction"),
        ("Это санкция.", "It is a sanction.", "0-0 1-2 1-3", "It is a measure of restriction."),
        ("эта вселенная", "an area", "0-0 1-1", "a universe"),
        ("версия Windows", "window version", "0-1 1-0", "Windows version"),
        ("заседание Совета Европы", "the Council of Europe's meeting", "0-4 1-1 2-3", None),
    ],
)
def test_an_english_rendering_fits_its_place(source: str, target: str, pairs: str, expected: str | None) -> None:
    """With one article, in the number and the capitals of what it replaces, beside the signs that stood there."""
    text, uses = enforced(source, target, pairs, to=RU_EN)
    assert text == (expected or target)
    assert {outcome for _, outcome in uses} == {"repaired" if expected else "kept"}


@pytest.mark.parametrize(
    ("source", "target", "pairs"),
    [
        ("ШОС сегодня решила", "today SHOS decided", "0-0 0-2 1-0 2-2"),
        ("ШОС решила", "SHOS will not decide", "0-0 0-1 0-2 0-3 1-3"),
        ("ШОС решила", "SHOS not there decided", "0-0 0-1 0-2 1-3"),
        ("ШОС решила", "SHOS really decided what people said", "0-0 0-1 0-2 0-3 0-4 0-5"),
        ("под эгидой ШОС", "SHOS-led", "0-0 1-0 2-0"),
        ("Лига арабских государств", "Arab League of 22 states", "0-1 1-0 1-3 2-4"),
        ("Лига арабских государств", "the Arab (League) states", "0-2 1-1 2-3"),
        ("Совет Европы решил", "Council of the Europeans decided", "1-3 2-4"),
        ("ШОС и решила", "решила", ""),
    ],
)
def test_what_can_t_be_replaced_safely_is_missed(source: str, target: str, pairs: str) -> None:
    """Words in two places, with a negation, too many, part of a compound, with a number or a sign, half a name."""
    text, uses = enforced(source, target, pairs, to=RU_EN)
    assert text == target
    assert [outcome for _, outcome in uses] == ["missed"]


def test_one_word_for_two_terms_is_neither() -> None:
    """Replacing it by the one would lose the other."""
    text, uses = enforced("встреча ШОС-ООН", "SHOSONU meeting", "0-1 1-0", to=RU_EN)
    assert text == "SHOSONU meeting"
    assert [outcome for _, outcome in uses] == ["missed", "missed"]


def test_a_name_in_a_longer_one_is_not_its_own() -> None:
    """The UN of the UN Security Council does not stand for the UN that is missing."""
    source = "Совет Безопасности ООН и ООН"
    text, uses = enforced(source, "the UN Security Council and they", to=RU_EN)
    assert text == "the UN Security Council and they"
    assert uses == [("UN Security Council", "kept"), ("the UN", "missed")]


def test_each_occurrence_counts_once() -> None:
    """Two mentions of which one is kept: the other is repaired where its own words are."""
    text, uses = enforced("ШОС и ШОС", "the SCO and SHOS", "0-1 1-2 2-3", to=RU_EN)
    assert text == "the SCO and the SCO"
    assert uses == [("SCO", "kept"), ("the SCO", "repaired")]


def test_an_occurrence_counts_for_the_term_that_it_is_linked_to() -> None:
    """Not for the first of two."""
    text, uses = enforced("ШОС и снова ШОС", "SHOS and again the SCO", "0-0 1-1 2-2 3-4", to=RU_EN)
    assert text == "SCO and again the SCO"
    assert uses == [("SCO", "repaired"), ("SCO", "kept")]


def test_known_wordings_are_replaced_without_links() -> None:
    """Another spelling, the untranslated name, wrong capitals, a faulty ending."""
    assert enforced("ШОС решила", "ШОС decided", to=RU_EN)[0] == "SCO decided"
    assert enforced("Шанхайская организация сотрудничества", "shanghai cooperation organization", to=RU_EN)[1] == [
        ("Shanghai Cooperation Organization", "repaired")
    ]
    assert enforced("for the UN Security Council", "для Совбеза ООН", to=EN_RU)[0] == "для Совета Безопасности ООН"
    text, _ = enforced("a head of the European Commission", "глава Европейского комиссии", to=EN_RU)
    assert text == "глава Европейской комиссии"


def test_another_common_word_is_replaced_only_where_it_is_linked() -> None:
    """It may well render something else."""
    assert enforced("оборот и продажи", "volume and commerce", "1-1 2-2", to=RU_EN)[1] == [("turnover", "missed")]
    assert enforced("оборот вырос", "commerce grew", "0-0 1-1", to=RU_EN)[0] == "turnover grew"


def test_a_text_that_is_nothing_but_a_term_needs_no_links() -> None:
    """A table cell, a title."""
    assert enforced("ШОС", "Shoes", to=RU_EN) == ("SCO", [("SCO", "repaired")])
    assert enforced("ШОС растёт", "Shoes grow", to=RU_EN)[1] == [("the SCO", "missed")]


def test_addresses_are_not_touched() -> None:
    """Neither looked into nor replaced."""
    text, uses = enforced("Сайт ООН", "https://un.org/UN site", "0-1 1-0", to=RU_EN)
    assert text == "https://un.org/UN site"
    assert uses == [("the UN", "missed")]


TEXTS = st.lists(
    st.sampled_from(
        ["the", "of", "SCO", "UN's", "Council", "SHOS,", "«ООН»", "Совет", "Европы", "и", "в", "(не)", "a.b/UN"]
    ),
    min_size=1,
    max_size=8,
).map(" ".join)
PLACES = st.tuples(st.integers(0, 60), st.integers(1, 12), st.integers(0, 60), st.integers(1, 12))


@given(TEXTS, TEXTS, st.lists(PLACES, max_size=8), st.sampled_from([RU_EN, EN_RU]))
def test_any_links_are_survived(source: str, target: str, places: list[tuple[int, ...]], to: tuple[str, str]) -> None:
    """Edits don't overlap, what is kept or repaired then stands in the text, and the second time nothing changes."""
    links = tuple(
        Link(source_start=a, source_end=min(len(source), a + n), target_start=b, target_end=min(len(target), b + m))
        for a, n, b, m in places
        if a < len(source) and b < len(target)
    )
    finder, rendering = BASE.finder(*to), Rendering(text=target, links=links)
    found = finder.find(source)

    edits, uses = enforce(source, found, rendering)

    assert all(one.end <= two.start or two.end <= one.start for one in edits for two in edits if one is not two)
    done = apply(rendering, edits)
    assert [use.source for use in uses] == [one.text for one in found]
    assert all(use.target in done.text for use in uses if use.outcome is not Outcome.MISSED)
