"""Say in the markup which sentences are in the original's language still. Pure; knows blocks and slots.

HTML 3.2.6.1: `lang` tells readers' programs how to pronounce, hyphenate and look up what stands there.
"""

from collections.abc import Collection
from dataclasses import replace

from syndicator.translation.blocks import Block, Place, Sentence, Skeleton
from syndicator.translation.slots import Kind, Slot


def with_language(skeleton: Skeleton, left: Collection[str], language: str) -> Skeleton:
    """Return a skeleton in which each sentence whose text is `left` as it is will stand in an element with its `lang`.

    One that an element begins or ends amid of gets none, nor do attributes: they can't have any.
    """
    if not left:
        return skeleton
    return tuple(_marked(piece, left, language) if isinstance(piece, Block) else piece for piece in skeleton)


def _marked(block: Block, left: Collection[str], language: str) -> Block:
    if block.place is not Place.CONTENT:
        return block
    for sentence in block.sentences:
        if sentence.text in left and not any(_is_crossed(slot, sentence) for slot in block.slots):
            block = _wrapped(block, sentence, (f'<span lang="{language}">', "</span>"))
    return block


def _wrapped(block: Block, sentence: Sentence, tags: tuple[str, str]) -> Block:
    """Put a slot around a sentence: into what holds it, and around what it holds."""
    around = [n for n, slot in enumerate(block.slots) if _holds(slot, sentence)]
    inside = {n for n, slot in enumerate(block.slots) if n not in around and _is_in(slot, sentence)}
    parent = around[-1] if around else None
    later = (n for n, slot in enumerate(block.slots) if n not in around and slot.start >= sentence.start)
    at = min(inside, default=next(later, len(block.slots)))
    new = Slot(start=sentence.start, end=sentence.end, kind=Kind.ELEMENT, parent=parent)
    slots = [*block.slots]
    for n, slot in enumerate(slots):
        if n in inside and slot.parent == parent:
            slots[n] = replace(slot, parent=at)
        elif slot.parent is not None and slot.parent >= at:
            slots[n] = replace(slot, parent=slot.parent + 1)
    markup = ((tags[0],), (tags[1],))
    return replace(
        block,
        slots=(*slots[:at], new, *slots[at:]),
        markup=(*block.markup[:at], markup, *block.markup[at:]),
    )


def _holds(slot: Slot, sentence: Sentence) -> bool:
    return slot.kind is Kind.ELEMENT and slot.start <= sentence.start and sentence.end <= slot.end


def _is_in(slot: Slot, sentence: Sentence) -> bool:
    if slot.start == slot.end:
        return sentence.start < slot.start < sentence.end
    return sentence.start <= slot.start and slot.end <= sentence.end


def _is_crossed(slot: Slot, sentence: Sentence) -> bool:
    """Say whether a slot begins or ends in a sentence, and only that."""
    is_apart = slot.end <= sentence.start or sentence.end <= slot.start
    return not (is_apart or _holds(slot, sentence) or _is_in(slot, sentence))
