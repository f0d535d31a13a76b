from support.renderings import aligned

from syndicator.model import Rendering
from syndicator.translation.edits import Edit, apply


def covered(rendering: Rendering, source: str) -> list[tuple[str, str]]:
    """Return the words that each link joins."""
    return [
        (source[link.source_start : link.source_end], rendering.text[link.target_start : link.target_end])
        for link in rendering.links
    ]


def test_links_go_on_to_cover_their_words() -> None:
    """What stands before, inside and behind an edit stays linked."""
    source = "рост на 5 процентов"
    rendering = aligned(source, "growth by 5 percent", "0-0 1-1 2-2 3-3")
    done = apply(rendering, [Edit(start=7, end=9, text="of about"), Edit(start=12, end=19, text="%")])
    assert done.text == "growth of about 5 %"
    assert covered(done, source) == [("рост", "growth"), ("на", "of about"), ("5", "5"), ("процентов", "%")]


def test_an_insertion_between_words_belongs_to_neither() -> None:
    """A space that is put in makes no word longer."""
    source = "5 %"
    rendering = aligned(source, "5 %", "0-0 1-1")
    assert covered(apply(rendering, [Edit(start=1, end=1, text="\u00a0")]), source) == [("5", "5"), ("%", "%")]


def test_what_is_removed_is_linked_no_more() -> None:
    """A word that is gone takes its link with it."""
    source = "в 2026 г."
    rendering = aligned(source, "in 2026 г.", "0-0 1-1 2-2")
    done = apply(rendering, [Edit(start=7, end=10, text="")])
    assert done.text == "in 2026"
    assert covered(done, source) == [("в", "in"), ("2026", "2026")]


def test_of_edits_that_overlap_the_first_given_counts() -> None:
    """Order says what matters more; edits that only touch are all made."""
    rendering = Rendering(text="abcdef")
    edits = [Edit(start=2, end=4, text="X"), Edit(start=3, end=5, text="Y"), Edit(start=0, end=2, text="Z")]
    assert apply(rendering, edits).text == "ZXef"


def test_nothing_to_do_changes_nothing() -> None:
    """Without edits the rendering is the same."""
    rendering = aligned("а б", "a b", "0-0 1-1")
    assert apply(rendering, []) is rendering
