"""Keep an S3-compatible store equal to the published folder: changed files are put, files that are gone are removed.

What remains to be done is found by comparing the folder with the store's listing (its entity tags are the MD5 of what
was put), so whatever crashes, the next pass does the rest. A file is put as a whole, and replaces its object at once.
Knows obstore; refuses to know editions.
"""

import gzip
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from hashlib import md5
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from syndicator.errors import PublishError
from syndicator.publishing.kinds import LOOKED_AT, kind_of
from syndicator.publishing.mirrorplace import MirrorPlace

MARKER = ".syndicator-mirror"
"""The object that says that a place is ours: nothing is removed, or put, where others' objects are."""
FOLDER_MARK = "feeds.opml"
"""Without this file the folder is not what was published (a disk that is not mounted): nothing is done then."""
_FEEDS = frozenset({"atom.xml", "rss.xml", "feed.json", "feeds.opml"})
_FRONTS = frozenset({"index.html", "sitemap.xml", "sitemap-news.xml"})
_AT_A_TIME = 8
_TIMEOUT = timedelta(seconds=30)
_PATIENCE = timedelta(seconds=20)
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorReport:
    """What a pass came to."""

    put: int = 0
    removed: int = 0
    is_complete: bool = True
    """Nothing changed meanwhile, and nobody was in a hurry: the mirror is what the folder was."""


Stamp = tuple[int, int]


class Mirror:
    """The mirror of one folder. For one thread at a time; what it remembers only saves time.

    `check` raises where the endpoint may not be connected to; it is asked before each pass.
    """

    def __init__(
        self, place: MirrorPlace, folder: Path, *, max_age: timedelta, is_packed: bool, check: Callable[[], None]
    ) -> None:
        self.place = place
        self.folder = folder
        self._max_age = max_age
        self._is_packed = is_packed
        self._check = check
        self._digests: dict[str, tuple[Stamp, str]] = {}
        """By name, what a file was when its digest was made."""
        self._tags: dict[str, tuple[str, str]] = {}
        """By name, the digest of what was put and the tag that it got: some stores make others than we would."""

    def reach(self) -> None:
        """Look whether the place can be reached and listed; raise `PublishError` if not."""
        self._check()
        with _Told(self.place):
            next(iter(obstore.list(self._store(), chunk_size=1)), None)

    def update(self, *, should_stop: Callable[[], bool] = lambda: False) -> MirrorReport:
        """Make the mirror what the folder is: pages and archives first, then feeds, what is gone last.

        A file that changes meanwhile is left for the next pass, so that no feed is there before the pages it links to.
        Raises `PublishError`, after which the next pass does what was not done.
        """
        self._check()
        if not (self.folder / FOLDER_MARK).is_file():
            raise PublishError(f"{self.folder} holds no editions: nothing is mirrored to {self.place.url}")
        with _Told(self.place):
            store = self._store()
            there = self._there(store)
            local = self._files()  # only now: what another process puts meanwhile must not be taken for gone
            wanted = [name for name in local if not self._is_there(name, local[name], there.get(name))]
            done = self._put_all(store, sorted(wanted, key=_rank), local, should_stop)
            is_complete = done == len(wanted)
            gone = sorted(there.keys() - local.keys() - {MARKER}) if is_complete else []
            if gone:
                obstore.delete(store, gone)
        return MirrorReport(put=done, removed=len(gone), is_complete=is_complete)

    def _store(self) -> S3Store:
        place = self.place
        return S3Store(
            place.bucket,
            prefix=place.prefix or None,
            endpoint=place.endpoint,
            aws_endpoint_url_s3=place.endpoint,  # or a variable of the environment would outrank it
            region=place.region,
            virtual_hosted_style_request=False,
            skip_signature=False,
            credential_provider=self._credentials,
            client_options={
                "allow_http": place.endpoint.startswith("http://"),
                "timeout": _TIMEOUT,
                # There is no proxy; only naming one, and what is excepted from it, keeps those of the environment out.
                "proxy_url": "http://127.0.0.1:9",
                "proxy_excludes": urlsplit(place.endpoint).hostname or "",
            },
            retry_config={"max_retries": 2, "retry_timeout": _PATIENCE},
        )

    def _credentials(self) -> "obstore.store.S3Credential":
        place = self.place
        return {"access_key_id": place.key, "secret_access_key": place.secret, "token": place.token, "expires_at": None}

    def _there(self, store: S3Store) -> dict[str, str]:
        """Return the objects by name with their tags; mark an empty place as ours, and refuse one that is not."""
        found = {one["path"]: (one["e_tag"] or "").strip('"') for some in obstore.list(store) for one in some}
        if MARKER not in found:
            if found:
                raise PublishError(
                    f"{self.place.url} holds objects that are not of a mirror: name an empty place, or put an object "
                    f"{MARKER} there to have all that is in it replaced and removed"
                )
            obstore.put(store, MARKER, b"syndicator\n", attributes={"Content-Type": "text/plain"}, use_multipart=False)
        return found

    def _files(self) -> dict[str, Stamp]:
        """Return the published files by name: no hidden ones, and no links."""
        found = dict(_walk(self.folder, ""))
        for kept in (self._digests, self._tags):
            for name in kept.keys() - found.keys():
                del kept[name]
        return found

    def _is_there(self, name: str, stamp: Stamp, tag: str | None) -> bool:
        """Return whether an object with this tag is what a file is now."""
        digest = self._digest(name, stamp)
        return digest is not None and (tag == digest or (digest, tag) == self._tags.get(name))

    def _digest(self, name: str, stamp: Stamp) -> str | None:
        """Return the tag that a file has as an object; None where it is not to be read now."""
        kept = self._digests.get(name)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        body = self._body(name, stamp)
        if body is None:
            return None
        digest = md5(body[0], usedforsecurity=False).hexdigest()
        self._digests[name] = (stamp, digest)
        return digest

    def _body(self, name: str, stamp: Stamp) -> tuple[bytes, dict[str, str]] | None:
        """Return what is put for a file, with the header fields it is to have; None where it changed since the look."""
        path = self.folder / name
        try:
            content = path.read_bytes()
            if _stamp(path.stat()) != stamp:
                return None
        except OSError:
            return None
        kind = kind_of(name, content[:LOOKED_AT], max_age=self._max_age)
        fields = {
            "Content-Type": kind.media_type,
            "Cache-Control": f"public, max-age={int(kind.max_age.total_seconds())}",
        }
        if self._is_packed and kind.is_compressible:
            return gzip.compress(content, 6, mtime=0), {**fields, "Content-Encoding": "gzip"}
        return content, fields

    def _put_all(
        self, store: S3Store, names: list[str], local: Mapping[str, Stamp], should_stop: Callable[[], bool]
    ) -> int:
        """Put files in the order of their ranks, each rank when the one before is there; return how many were put."""

        def put(name: str) -> bool:
            body = None if should_stop() else self._body(name, local[name])
            if body is None:
                return False
            made = obstore.put(store, name, body[0], attributes=body[1], use_multipart=False)
            self._tags[name] = (md5(body[0], usedforsecurity=False).hexdigest(), (made["e_tag"] or "").strip('"'))
            return True

        done = 0
        pool = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="mirror")
        try:
            for rank in sorted({_rank(name)[0] for name in names}):
                ours = [name for name in names if _rank(name)[0] == rank]
                put_now = sum(pool.map(put, ours))
                done += put_now
                if put_now < len(ours):  # what links to the missing ones waits
                    break
        finally:  # after a failure nothing more is begun: a store that is down would fail a thousand times
            pool.shutdown(cancel_futures=True)
        return done


class _Told:
    """Turn what obstore raises into a `PublishError` without keys."""

    def __init__(self, place: MirrorPlace) -> None:
        self._place = place

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, BaseError | OSError | ValueError):
            words = self._place.without_secrets(" ".join(str(error).partition("Debug source")[0].split()))
            raise PublishError(f"{self._place.url} could not be brought up to date: {words[:_LONGEST]}") from error


def _rank(name: str) -> tuple[int, str]:
    """Return when a file is put: what is linked to before what links to it."""
    path = PurePosixPath(name)
    if path.name in _FEEDS and "archive" not in path.parts:
        return 2, name
    return (1 if path.name in _FRONTS else 0), name


def _walk(folder: Path, below: str) -> Iterator[tuple[str, Stamp]]:
    try:
        with os.scandir(folder) as found:
            inside = [one for one in found if not one.name.startswith(".")]
    except OSError as error:
        raise PublishError(f"{folder} can't be read: {error.strerror or error}") from error
    for one in inside:
        name = f"{below}{one.name}"
        if one.is_dir(follow_symlinks=False):
            yield from _walk(Path(one.path), f"{name}/")
        elif one.is_file(follow_symlinks=False):
            yield name, _stamp(one.stat(follow_symlinks=False))


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_size
