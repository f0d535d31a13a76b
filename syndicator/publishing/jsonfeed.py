"""Write an edition as a JSON Feed 1.1 (jsonfeed.org/version/1.1). What only we say stands in `_syndicator`."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from syndicator.model import Category, EditionKey, Entry
from syndicator.publishing.attribution import attribution, rights_of
from syndicator.publishing.feed import (
    UNKNOWN_TYPE,
    attached,
    authors_of,
    body_of,
    edition_subtitle,
    edition_title,
    media_type_of,
    related_editions,
    source_name,
    summary_of,
    title_of,
)
from syndicator.publishing.masthead import INDEX, Masthead, edition_folder, original_address, story_path, versions
from syndicator.publishing.podcast import episode_of
from syndicator.publishing.provenance import provenance
from syndicator.publishing.text import iri, language_tag, link

FILE = "feed.json"
MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def render_json(key: EditionKey, entries: Sequence[Entry], *, masthead: Masthead, created: datetime) -> bytes:
    """Return the JSON Feed of an edition: `entries` in their order; it was updated with the newest, else `created`."""
    folder = edition_folder(key)
    name = source_name(key, entries)
    updated = max((entry.updated for entry in entries), default=created)
    publisher = _without_none({"name": masthead.publisher, "url": masthead.site})
    feed = {
        "version": VERSION,
        "title": edition_title(key, name, masthead=masthead),
        "home_page_url": masthead.url(folder + INDEX),
        "feed_url": masthead.url(folder + FILE),
        "description": edition_subtitle(key, name, masthead=masthead),
        "language": key.language,
        "authors": [publisher],
        **({"hubs": [{"type": "WebSub", "url": hub} for hub in masthead.hubs]} if masthead.hubs else {}),
        "_syndicator": _without_none(
            {
                "updated": updated.isoformat(),
                "rights": masthead.rights,
                "editions": [
                    {"language": other.language, "feed_url": masthead.url(edition_folder(other) + FILE)}
                    for other in related_editions(key, entries, masthead=masthead)
                ],
            }
        ),
        "items": [item(entry, edition=key.language, masthead=masthead) for entry in entries],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def item(entry: Entry, *, edition: str, masthead: Masthead) -> dict[str, Any]:
    """Return an entry as it stands in the feed of an edition; it is `fitted` already."""
    original = original_address(entry, edition=edition, masthead=masthead)
    told = {
        "id": entry.ids.json,
        "url": masthead.url(story_path(edition, entry.story)),
        "external_url": link(entry.original_url),
        "title": title_of(entry, edition=edition),
        "content_html": attribution(entry, reader=edition, original=original) + "\n" + body_of(entry),
        "summary": summary_of(entry) or None,
        "image": _image(entry),
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": name} for name in authors_of(entry)],
        "tags": list(dict.fromkeys(_tags(entry))) or None,
        "language": language_tag(entry.language),
        "attachments": _attachments(entry) or None,
        "_syndicator": _extension(entry, edition=edition, masthead=masthead),
    }
    return _without_none(told)


def _image(entry: Entry) -> str | None:
    images = (address for each, address in attached(entry) if (media_type_of(each) or "").startswith("image/"))
    episode = episode_of(entry)
    return next(images, None) or (link(episode.image_url) if episode else None)


def _tags(entry: Entry) -> list[str]:
    named = [(category.label or "").strip() or category.term for category in entry.categories]
    return [tag.strip() for tag in (*named, entry.section or "") if tag.strip()]


def _attachments(entry: Entry) -> list[dict[str, Any]]:
    return [
        _without_none(
            {
                "url": address,
                "mime_type": media_type_of(enclosure) or UNKNOWN_TYPE,
                "title": enclosure.title,
                "size_in_bytes": enclosure.length_bytes if (enclosure.length_bytes or 0) > 0 else None,
                "duration_in_seconds": enclosure.episode.duration_seconds if enclosure.episode else None,
            }
        )
        for enclosure, address in attached(entry)
    ]


def _extension(entry: Entry, *, edition: str, masthead: Masthead) -> dict[str, Any]:
    """Return whose text an entry is, how it came about, and where else the story stands."""
    source = entry.attribution
    made = provenance(entry)
    return _without_none(
        {
            "story": entry.story,
            "extent": entry.extent.value,
            "source": _without_none(
                {
                    "name": source.name,
                    "language": language_tag(source.language),
                    "url": link(source.home_url),
                    "feed_url": link(source.feed_url),
                    "id": iri(source.self_id),
                    "rights": source.rights,
                }
            ),
            "original": _without_none(
                {"url": link(entry.original_url), "language": language_tag(entry.original_language)}
            ),
            "rights": rights_of(entry),
            "credit": entry.credit,
            "categories": [_category(each) for each in entry.categories if each.term.strip()],
            "section": entry.section,
            "episode": _episode(entry),
            "provenance": _without_none(
                {
                    "kind": "machine-translation" if made.is_translation else "original",
                    "route": made.route,
                    "engine": made.engine,
                    "packages": [{"name": one.name, "version": one.version} for one in made.packages],
                    "translated": made.translated.isoformat() if made.translated else None,
                    "is_reviewed": made.is_reviewed,
                    "doubts": list(entry.marks),
                }
                if made.is_translation
                else {"kind": "original"}
            ),
            "siblings": [
                {"language": other.language, "url": masthead.url(other.path)}
                for other in versions(entry, edition=edition, masthead=masthead)[1:]
            ],
        }
    )


def _episode(entry: Entry) -> dict[str, Any] | None:
    """Return what podcast programs want to know of an entry that JSON Feed has no fields for."""
    episode = episode_of(entry)
    if episode is None:
        return None
    stated = {
        "number": episode.number,
        "season": episode.season,
        "kind": episode.kind,
        "is_explicit": episode.is_explicit,
        "chapters_url": link(episode.chapters_url),
        "transcripts": [
            _without_none({"url": address, "mime_type": one.media_type, "language": language_tag(one.language)})
            for one in episode.transcripts
            if (address := link(one.url))
        ]
        or None,
    }
    return _without_none(stated) or None


def _category(category: Category) -> dict[str, str]:
    return _without_none({"term": category.term, "scheme": iri(category.scheme), "label": category.label})


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    """Return an object without what is not known: JSON Feed knows no null."""
    return {name: value for name, value in values.items() if value is not None}
