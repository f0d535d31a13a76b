"""Decide which programs are to be told of which editions, what they are told, and sign it. Sends nothing.

Messages are those of Standard Webhooks 1.0 (standardwebhooks.com). What decides is what the store says was published
before: so a crash between the files and their being kept as published loses nothing.
"""

import binascii
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from syndicator.errors import ConfigError, ConfigProblem
from syndicator.model import EditionKey, EditionState, Effect, EffectKey, Entry
from syndicator.publishing import atom, jsonfeed, rss
from syndicator.publishing.feed import title_of
from syndicator.publishing.masthead import INDEX, Masthead, edition_folder, story_path
from syndicator.publishing.text import link

MESSAGE = "webhook"
"""The kind of effect by which a program is told of an edition: `target` is its address, `subject` the language."""
ENDED = "it wants no more: "
"""How the reason of an effect begins whose receiver answered 410: it is told nothing any more."""
MOST_ENTRIES = 50
"""Some 20 kB, as the specification advises."""
_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
"""Bytes of a secret (Standard Webhooks, "Signature scheme")."""
_LARGEST_FILE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A program that wants to be told when an edition changed."""

    url: str
    languages: tuple[str, ...]
    """Of the editions that it wants to hear of; none: all."""
    secrets: tuple[bytes, ...] = field(repr=False)
    """Each signs; more than one while the receiver changes from one to another."""

    def wants(self, key: EditionKey) -> bool:
        """Return whether it is told of an edition: of those of whole languages, which hold every story once."""
        return key == EditionKey(language=key.language) and (not self.languages or key.language in self.languages)


def load_secrets(file: Path | None, variable: str | None, environment: Mapping[str, str]) -> tuple[bytes, ...]:
    """Return the secrets, one a line, that a file or an environment variable holds; raise `ConfigError` without them.

    Each is `whsec_` and base64 of 24 to 64 bytes. No message shows any of it.
    """
    where = str(file or variable)
    try:
        text = file.read_bytes()[:_LARGEST_FILE].decode("ascii") if file else environment[variable or ""]
    except KeyError as error:
        raise _wrong(where, "is not set in the environment") from error
    except OSError as error:
        raise _wrong(where, f"can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _wrong(where, "holds something that is no secret") from error
    found = tuple(_secret(line.strip(), where) for line in text.splitlines() if line.strip())
    if not found:
        raise _wrong(where, "holds no secret")
    return found


def _secret(text: str, where: str) -> bytes:
    try:
        secret = b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _wrong(where, "holds something that is no secret") from error
    if not _SHORTEST <= len(secret) <= _LONGEST:
        raise _wrong(where, f"holds a secret of {len(secret)} bytes; it has {_SHORTEST} to {_LONGEST}")
    return secret


def _wrong(where: str, message: str) -> ConfigError:
    hint = 'write one made by: echo "whsec_$(openssl rand -base64 32)"'
    return ConfigError([ConfigProblem(file=None, line=None, key=where, message=message, suggestion=hint)])


def messages(
    edition: EditionState, webhooks: Sequence[Webhook], waiting: Sequence[Effect]
) -> tuple[dict[str, str], list[EffectKey]]:
    """Return from which change on each program is yet to be told of an edition, by its mark, and the messages to send.

    `waiting` are all messages that have not arrived. While one of an edition waits, what is published meanwhile is told
    with it: so messages never overtake each other, and a receiver that is down has one of an edition at most.
    """
    by_key = {one.key: one for one in waiting}
    ended = {one.key.target for one in waiting if (one.reason or "").startswith(ENDED)}
    since: dict[str, str] = {}
    wanted: list[EffectKey] = []
    for hook in webhooks:
        if not hook.wants(edition.key):
            continue
        key = EffectKey(kind=MESSAGE, target=hook.url, subject=edition.key.language)
        before = edition.announced.get(mark(hook.url))
        if key in by_key and before is not None:
            since[mark(hook.url)] = before
        elif edition.changed != edition.published:
            since[mark(hook.url)] = str(edition.published)
        if edition.changed != edition.published and hook.url not in ended:
            wanted.append(key)
    return since, wanted


def mark(url: str) -> str:
    """Return the name under which an edition keeps from which change on a program is yet to be told."""
    return f"{MESSAGE} {sha256(url.encode()).hexdigest()[:32]}"


def identifier(effect: Effect, *, store: str) -> str:
    """Return the id of a message: the same each time that it is tried, never that of another. `store` names ours."""
    key = effect.key
    digest = sha256("\n".join([store, key.target, key.subject, str(effect.number)]).encode())
    return f"msg_{digest.hexdigest()[:40]}"


def message(key: EditionKey, entries: Sequence[Entry], *, masthead: Masthead, at: datetime) -> bytes:
    """Return what a program is told of an edition; `entries` are those that are new or changed, `fitted`."""
    folder = edition_folder(key)
    files = {"page": INDEX, "atom": atom.FILE, "rss": rss.FILE, "json_feed": jsonfeed.FILE}
    data = {
        "language": key.language,
        "feeds": {name: masthead.url(folder + file) for name, file in files.items()},
        "entries": [_entry(one, key.language, masthead) for one in entries[:MOST_ENTRIES]],
        "is_complete": len(entries) <= MOST_ENTRIES,
    }
    return _body("edition.changed", data, at)


def trial(*, at: datetime) -> bytes:
    """Return a message that tells nothing: to see whether it arrives."""
    return _body("webhook.test", {}, at)


def headers(name: str, content: bytes, secrets: Sequence[bytes], *, at: datetime) -> dict[str, str]:
    """Return the header fields of a message: its id, when it is tried, and a signature with each secret."""
    seconds = str(int(at.timestamp()))
    signed = b".".join([name.encode(), seconds.encode(), content])
    signatures = (b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets)
    return {
        "webhook-id": name,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _entry(entry: Entry, edition: str, masthead: Masthead) -> dict[str, Any]:
    return {
        "story": entry.story,
        "id": entry.ids.atom,
        "title": title_of(entry, edition=edition),
        "url": masthead.url(story_path(edition, entry.story)),
        "original_url": link(entry.original_url),
        "source": entry.attribution.name,
        "is_translation": entry.route is not None,
        "published": entry.published.isoformat(),
        "updated": entry.updated.isoformat(),
    }


def _body(kind: str, data: dict[str, Any], at: datetime) -> bytes:
    told = {"type": kind, "timestamp": at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
