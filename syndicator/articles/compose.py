"""Make an Article of an Item: extract, clean, detect, identify. Pure, but for what the extractor reads in a page.

Knows which of the source's, the item's and the page's words count where they differ; refuses to know where an article
is kept and what becomes of it.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from syndicator.allowed import clean_text
from syndicator.articles.clean import clean_html, text_of, web_url
from syndicator.articles.detect import detect
from syndicator.articles.extract import Extracted, extract
from syndicator.articles.identity import article_id, content_hash
from syndicator.errors import ExtractError
from syndicator.model import (
    UNDETERMINED,
    Article,
    Category,
    Enclosure,
    Episode,
    Item,
    Known,
    Source,
    SourceKind,
    primary,
)

TITLE_LENGTH = 80
"""Of a title that we make from the body, in characters."""
SHORTEST_SENTENCE = 20
"""A shorter first sentence ("No.", "5 июля.") says too little to stand for a title."""
MOST_OF_EACH = 100
"""Authors, categories and media files of an article: each stands in every feed that we publish."""
FIRST_BLOCK = re.compile(
    r"(?P<before>(?:\s|<(?:div|article|section|header|main)(?: [^>]*)?>)*)"
    r"<(?P<name>h[1-6]|p)(?: [^>]*)?>(?P<inside>.*?)</(?P=name)>",
    re.DOTALL,
)
ELLIPSIS = re.compile(r"\s*(?:\[?(?:…|\.\.\.)\]?)\s*$")
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")


def compose(item: Item, source: Source, *, known: Known | None, now: datetime) -> Article | None:
    """Return the article that an item has become, or None if it is what is held already.

    `known` is what is held of it, `now` becomes `updated` of a new version. Raises `ExtractError` where there is
    nothing to publish: no article in its page, or neither title, body nor enclosure.
    """
    found = _extracted(item)
    item = replace(
        item,
        authors=item.authors[:MOST_OF_EACH],
        categories=item.categories[:MOST_OF_EACH],
        enclosures=item.enclosures[:MOST_OF_EACH],
    )
    article = _article(item, source, found, now=known.first_seen if known else now)
    article = replace(article, content_hash=content_hash(article))
    if known and known.content_hash == article.content_hash and _stays(known.language, source.language):
        return None
    body = text_of(article.html) or article.summary
    declared = item.language or (found.language if found else None)
    detection = detect(article.title, body, declared=declared, pinned=source.language)
    language, title_language = detection.language, detection.title_language
    if known and language == UNDETERMINED:  # an edit rarely changes the language; a doubt is no reason to unpublish
        language = known.language
        title_language = language if title_language == UNDETERMINED else title_language
    return replace(
        article,
        language=language,
        title_language=title_language,
        version=known.version + 1 if known else 1,
        published=known.published if known else article.published,
        updated=now,
    )


def _stays(language: str, pinned: str | None) -> bool:
    """Return whether the operator's word on the language, if any, leaves an article in the one that it has."""
    return pinned is None or primary(pinned) == primary(language)


def _extracted(item: Item) -> Extracted | None:
    """Return the article in an item's page; None without a page, or if the item's own text serves better."""
    if item.page is None:
        return None
    own = text_of(clean_html(item.html, base_url=None))
    try:
        found = extract(item.page)
    except ExtractError:
        if own:
            return None
        raise
    return found if len(text_of(found.html)) >= len(own) else None


def _article(item: Item, source: Source, found: Extracted | None, *, now: datetime) -> Article:
    """Return the first version of an item as an article, in no language yet; `now` is when it was first seen."""
    html = found.html if found else clean_html(item.html, base_url=item.base_url or item.url)
    # A feed's title is the editor's; on a listing page it is a link's text, often cut or with a date in it.
    titles = [clean_text(item.title), found.title if found else ""]
    title = next(filter(None, reversed(titles) if source.kind is SourceKind.PAGE else titles), "")
    html = _without_title(html, title)
    summary = clean_text(text_of(clean_html(item.summary, base_url=None)))
    enclosures = _enclosures(item)
    if not (title or html or summary or enclosures):
        raise ExtractError(f"{item.url or item.origin_id} has no title, no text and no media file")
    title = title or _beginning(text_of(html) or summary) or _name(enclosures) or clean_text(item.origin_id) or "—"
    published = item.published or (found.published if found else None) or now
    return Article(
        id=article_id(source.slug, item.origin_id),
        source=source.slug,
        origin_id=item.origin_id,
        version=1,
        url=(found.url if found else None) or web_url(item.url),
        title=title,
        html=html,
        summary="" if _repeats(summary, text_of(html)) else summary,
        language=UNDETERMINED,
        title_language=UNDETERMINED,
        authors=_plain(item.authors) or (found.authors if found else ()),
        published=min(published.astimezone(UTC), now),
        updated=now,
        first_seen=now,
        categories=_categories(item),
        enclosures=enclosures,
        rights=_line(item.rights) or (found.rights if found else None) or _line(source.rights),
        credit=_line(item.credit),
        section=_line(item.section),
        content_hash="",
    )


def _without_title(html: str, title: str) -> str:
    """Return a body without the heading or paragraph at its beginning that only repeats the title."""
    first = FIRST_BLOCK.match(html)
    if not title or first is None or clean_text(text_of(first["inside"])) != title:
        return html
    return clean_html(first["before"] + html[first.end() :], base_url=None)


def _beginning(text: str) -> str:
    """Return a title for a text that has none: its first sentence, or what fits of it, cut between words."""
    line = clean_text(text.partition("\n\n")[0])
    sentence = re.match(rf".{{{SHORTEST_SENTENCE},{TITLE_LENGTH}}}?[.!?…](?=\s|$)", line)
    if sentence:
        return sentence[0].removesuffix(".").rstrip()
    if len(line) <= TITLE_LENGTH:
        return line
    head = line[:TITLE_LENGTH]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:–—-") + "…"


def _repeats(summary: str, body: str) -> bool:
    """Return whether a summary is only the beginning of the body, perhaps cut off."""
    return clean_text(body).startswith(ELLIPSIS.sub("", summary))


def _enclosures(item: Item) -> tuple[Enclosure, ...]:
    """Return the enclosures that have a web address, each once."""
    kept: dict[str, Enclosure] = {}
    for enclosure in item.enclosures:
        url = web_url(enclosure.url, base_url=item.base_url or item.url)
        if url:
            length = enclosure.length_bytes
            kept.setdefault(
                url,
                Enclosure(
                    url=url,
                    media_type=_media_type(enclosure.media_type),
                    length_bytes=length if length and length > 0 else None,
                    title=_line(enclosure.title),
                    episode=_episode(enclosure.episode) if enclosure.episode else None,
                ),
            )
    return tuple(kept.values())


def _episode(episode: Episode) -> Episode | None:
    """Return what is said of an episode, with web addresses alone; None where nothing is left."""
    transcripts = (replace(each, url=web_url(each.url) or "") for each in episode.transcripts)
    kept = replace(
        episode,
        image_url=web_url(episode.image_url),
        chapters_url=web_url(episode.chapters_url),
        transcripts=tuple(
            replace(each, media_type=_media_type(each.media_type), language=_line(each.language))
            for each in transcripts
            if each.url
        ),
    )
    return kept if kept != Episode() else None


def _media_type(stated: str | None) -> str | None:
    media_type = clean_text(stated or "").lower()
    return media_type if MEDIA_TYPE.fullmatch(media_type) else None


def _categories(item: Item) -> tuple[Category, ...]:
    cleaned = (
        Category(term=clean_text(one.term), scheme=_line(one.scheme), label=_line(one.label)) for one in item.categories
    )
    return tuple(dict.fromkeys(one for one in cleaned if one.term))


def _name(enclosures: tuple[Enclosure, ...]) -> str:
    """Return what a media file is called, by its title or else its address."""
    if not enclosures:
        return ""
    return enclosures[0].title or clean_text(unquote(urlsplit(enclosures[0].url).path.rpartition("/")[2]))


def _plain(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(clean_text, names))))


def _line(text: str | None) -> str | None:
    return clean_text(text or "") or None
