"""Answer requests for the published files: which one, whether it is new to the client, in which form, how much of it.

The bytes are those on the disk. A file that is held and known to the client costs one look at the file system and no
routing: that is nearly all of what feed readers ask for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syndicator.publishing.kinds import HTML, XML
from syndicator.web.conditions import Span, Verdict, http_date, judge, wanted_span
from syndicator.web.messages import FILE_POLICY, GUARDS, POLICY, Header, Scope, Send, is_read
from syndicator.web.negotiation import acceptable_codings
from syndicator.web.notices import notice
from syndicator.web.paths import INDEX, Retired, as_sent, relative_path
from syndicator.web.shelf import CODINGS, PIECE, Form, Held, Shelf
from syndicator.web.topics import Topics

_KEEP_NOTICES = (b"cache-control", b"public, max-age=3600")


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is the same each time a form of a file is sent."""

    etag: bytes
    whole: tuple[Header, ...]
    """Header fields of 200 and, but for the length, of 206."""
    unchanged: tuple[Header, ...]
    """Of 304: what RFC 9110 15.4.5 demands."""
    refused: tuple[Header, ...]
    """Of 412 and 416."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The published files, as an ASGI application for GET and HEAD."""

    shelf: Shelf
    retired: Retired
    base: str
    """The path that the folder is reached at: begins and ends with a slash."""
    languages: Sequence[str]
    topics: Topics

    async def __call__(self, scope: Scope, send: Send, fields: Mapping[bytes, bytes]) -> None:
        """Answer one request; `fields` are its header fields."""
        if not is_read(scope):
            await self._notice(scope, send, 405, (b"allow", b"GET, HEAD"))
            return
        path = relative_path(scope["raw_path"], self.base.encode())
        if path is None:
            await self._outside(scope, send)
        elif (address := self.retired.new_address(path, self.base)) is not None:
            await self._notice(scope, send, 301, (b"location", address.encode()), _KEEP_NOTICES)
        elif self.retired.is_gone(path):
            await self._notice(scope, send, 410, _KEEP_NOTICES)
        elif (held := await self._file(path)) is not None and held.kind.is_gone:
            await self._notice(scope, send, 410)
        elif held is not None:
            await self._send(scope, send, held, fields)
        elif path and not path.endswith("/") and self.shelf.is_folder(path):
            await self._notice(scope, send, 301, (b"location", f"{self.base}{as_sent(path)}/".encode()), _KEEP_NOTICES)
        else:
            await self._notice(scope, send, 404)

    async def _file(self, path: str) -> Held | None:
        name = path + INDEX if not path or path.endswith("/") else path
        return self.shelf.at_hand(name) or await self.shelf.find(name)

    async def _send(self, scope: Scope, send: Send, held: Held, fields: Mapping[bytes, bytes]) -> None:
        is_document = held.kind.is_feed and fields.get(b"sec-fetch-dest") == b"document"
        shown = (await self._page_beside(held) or held) if is_document else held
        codings = acceptable_codings(fields.get(b"accept-encoding"), CODINGS)
        if not codings:
            await self._notice(scope, send, 406)
            return
        form = shown.forms.get(codings[0]) or await self.shelf.form(shown, codings[0])
        answer = self._answer_of(shown, form, is_document=is_document, varies=held.kind.is_feed)
        verdict = judge(fields, etag=answer.etag, modified=shown.modified)
        if verdict is Verdict.UNCHANGED:
            await send({"type": "http.response.start", "status": 304, "headers": answer.unchanged})
            await send({"type": "http.response.body", "body": b""})
        elif verdict is Verdict.FAILED:
            await self._notice(scope, send, 412, *answer.refused)
        elif scope["method"] == "HEAD":  # ranges are for GET alone (RFC 9110 14.2)
            await _begin(send, 200, answer.whole, form.length)
            await send({"type": "http.response.body", "body": b""})
        else:
            span = wanted_span(fields, etag=answer.etag, modified=shown.modified, length=form.length)
            await self._send_span(scope, send, shown, answer=answer, form=form, span=span)

    async def _send_span(
        self, scope: Scope, send: Send, held: Held, *, answer: Answer, form: Form, span: Span | None
    ) -> None:
        if span is None:
            await _begin(send, 200, answer.whole, form.length)
            await self._send_body(send, held, form, Span(0, form.length))
        elif span.start >= span.end:
            missing = (b"content-range", f"bytes */{form.length}".encode())
            await self._notice(scope, send, 416, missing, *answer.refused)
        else:
            part = (b"content-range", f"bytes {span.start}-{span.end - 1}/{form.length}".encode())
            await _begin(send, 206, (*answer.whole, part), span.end - span.start)
            await self._send_body(send, held, form, span)

    async def _send_body(self, send: Send, held: Held, form: Form, span: Span) -> None:
        """Send in pieces, each when the one before is under way: a thousand slow readers must not fill the memory."""
        if form.body is not None and span.end - span.start <= PIECE:
            await send({"type": "http.response.body", "body": form.body[span.start : span.end]})
            return
        if form.body is not None:
            for at in range(span.start, span.end, PIECE):
                piece = form.body[at : min(at + PIECE, span.end)]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        else:
            async for piece in self.shelf.pieces(held, span.start, span.end):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _answer_of(self, held: Held, form: Form, *, is_document: bool, varies: bool) -> Answer:
        """Return the header fields of a form; made once and kept with the file."""
        name = (form.tag, is_document, varies)
        kept = held.answers.get(name)
        if isinstance(kept, Answer):
            return kept
        links = self.topics.links(held.path) if held.kind.is_feed else ()
        answer = _made_answer(held, form, is_document=is_document, varies=varies, links=links)
        held.answers[name] = answer
        return answer

    async def _page_beside(self, feed: Held) -> Held | None:
        """Return the page that shows the same as a feed: who opens a feed in a browser wants to read."""
        folder = feed.path.rpartition("/")[0]
        return await self._file(f"{folder}/" if folder else "")

    async def _outside(self, scope: Scope, send: Send) -> None:
        """Lead from the server's root, or the base without its slash, to where the files are."""
        if self.base != "/" and scope["raw_path"] in {b"/", self.base.rstrip("/").encode()}:
            await self._notice(scope, send, 301, (b"location", self.base.encode()), _KEEP_NOTICES)
        else:
            await self._notice(scope, send, 404)

    async def _notice(self, scope: Scope, send: Send, status: int, *more: Header) -> None:
        await notice(scope, send, status, more=more, home=self.base, languages=self.languages)


def _made_answer(held: Held, form: Form, *, is_document: bool, varies: bool, links: tuple[Header, ...]) -> Answer:
    """Return the header fields of a form.

    The same bytes under another media type are another representation and have another entity tag.
    """
    is_raw_document = is_document and held.kind.is_feed
    etag = f'"{form.tag}-doc"' if is_raw_document else f'"{form.tag}"'
    media_type = XML if is_raw_document and "xml" in held.kind.media_type else held.kind.media_type
    same = (
        (b"etag", etag.encode()),
        (b"cache-control", f"public, max-age={int(held.kind.max_age.total_seconds())}".encode()),
        (b"vary", b"Accept-Encoding, Sec-Fetch-Dest" if varies else b"Accept-Encoding"),
    )
    coding = () if form.coding == "identity" else ((b"content-encoding", form.coding.encode()),)
    whole = (
        (b"content-type", media_type.encode()),
        *coding,
        (b"last-modified", http_date(held.modified)),
        *same,
        *links,
        (b"accept-ranges", b"bytes"),
        (b"content-security-policy", POLICY if media_type == HTML else FILE_POLICY),
        *GUARDS,
    )
    return Answer(etag.encode(), whole, same, same[:1])


async def _begin(send: Send, status: int, headers: tuple[Header, ...], length: int) -> None:
    content_length = (b"content-length", str(length).encode())
    await send({"type": "http.response.start", "status": status, "headers": (*headers, content_length)})
