"""Translate one text by hand: nothing is kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from syndicator.articles.clean import text_of
from syndicator.articles.compose import compose
from syndicator.errors import ExtractError, Unfit
from syndicator.model import UNDETERMINED, Article, Item, Source, SourceKind, Translation, Waiting, primary
from syndicator.pipeline.bench import Bench


def plain(html: str) -> str:
    """Return the text of an article's HTML, with blank lines between its blocks."""
    return text_of(html)


def compose_text(item: Item, *, language: str | None, now: datetime) -> Article:
    """Make an article of a text that belongs to no source. Raises `ExtractError` if there is no text in it.

    Its title is empty where the text has none: the beginning that a feed would show for one would be there twice.
    """
    source = Source(slug="text", kind=SourceKind.INBOX, language=language)
    article = compose(item, source, known=None, now=now)
    if article is None:
        raise ExtractError("there is no text in it")
    is_made_up = not item.title.strip() and plain(article.html).startswith(article.title.removesuffix("…"))
    return replace(article, title="") if is_made_up else article


def translate_article(
    article: Article, *, to_language: str, bench: Bench, progress: Callable[[int, int], None] = lambda _, __: None
) -> Translation:
    """Translate one article and keep nothing; corrections and memory count. Raises `TranslateError`.

    `progress` is told (segments done, segments in all).
    """
    if article.language == UNDETERMINED:
        raise Unfit("its language could not be told: name it with --from")
    if primary(article.language) == primary(to_language):
        raise Unfit(f"it is in {article.language} already: name another language with --to, or its own with --from")
    from syndicator.pipeline.group import Group, Run  # noqa: PLC0415  # as in `translate`

    job = Waiting(
        article_id=article.id,
        article_version=article.version,
        from_language=primary(article.language),
        to_language=to_language,
    )
    run = Run(bench=bench, should_stop=lambda: False, keeps=False)
    group = Group.begin([job], run, articles={article.id: article})
    total = len(group.keys)
    while group.missing or group.unaligned:
        group.work_once()
        progress(total - len(group.missing), total)
    [(_, prepared)] = group.prepared
    return group.finished(prepared)
