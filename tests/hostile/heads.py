"""Redirects, statuses, fields, and what is no HTTP at all. See `case`."""

from collections.abc import Iterator

from hostile.case import BROKEN, FORBIDDEN, OK, TEXT, Outcome, answer, sends, then, to
from hostile.server import Act, Link

from syndicator.errors import FetchError, Gone, Refused, Unavailable


def redirects() -> Iterator[tuple[str, Act, Outcome]]:
    """Yield where a redirect may lead."""
    yield "fine", sends(answer()), TEXT
    yield "redirects to itself", to(b"/redirects to itself".replace(b" ", b"%20")), (Unavailable, "redirects more than")
    yield "ping", to(b"/pong"), (Unavailable, "redirects more than")
    yield "pong", to(b"/ping"), (Unavailable, "redirects more than")
    for number in range(6):
        yield (
            f"hop{number}",
            to(f"/hop{number - 1}".encode() if number else b"/fine"),
            (TEXT if number < 5 else (Unavailable, "redirects more than 5 times")),
        )
    inside = """
        http://10.0.0.1/ http://172.16.0.1/ http://192.168.1.1/ http://169.254.169.254/latest/meta-data/ http://0.0.0.0/
        http://100.64.0.1/ http://127.0.0.2:PORT/fine http://127.2/ http://127.0.2/ http://2130706434/ http://0x7f000002/
        http://0x7f.2/ http://017700000002/ http://[::1]/ http://[::]/
        http://[::ffff:10.0.0.1]/ http://[::ffff:7f00:2]/ http://[::127.0.0.2]/ http://[64:ff9b::10.0.0.1]/
        http://[64:ff9b:1::a00:1]/ http://[2002:a00:1::]/ http://[2001:0:a00:1::]/ http://[fe80::1]/ http://[fd00::1]/
        http://[ff02::1]/ http://[fec0::1]/ http://[2001:db8::1]/ http://224.0.0.1/ http://255.255.255.255/
        http://192.88.99.1/ http://198.18.0.1/ http://240.0.0.1/ https://10.0.0.1/ http://user:pw@10.0.0.1/
        http://127.0.0.1:PORT@10.0.0.1/ //10.0.0.1/
    """
    for target in inside.split():
        yield f"to {target}", to(target.encode()), FORBIDDEN
    yield "to backslashes", to(rb"http:\\10.0.0.1\fine"), (Refused, "404")
    yield "to octal digits", to(b"http://0177.0.0.2/"), (FetchError, ".")
    yield "to a final dot", to(b"http://127.0.0.2./"), (FetchError, ".")
    yield "to wide digits", to("http://①②⑦.⓪.⓪.②/".encode()), (FetchError, ".")
    yield "to an address with a zone", to(b"http://[fe80::1%25eth0]/"), (FetchError, ".")
    for scheme in (
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "data:,x",
        "javascript:1",
        "gopher://127.0.0.1:70/",
        "ws://127.0.0.1/",
    ):
        yield f"to {scheme}", to(scheme.encode()), (Refused, "only http and https")
    for location, path in (
        (b"/fine", "absolute"),
        (b"fine", "relative"),
        (b"./x/../fine", "with dots"),
        (b"?x=1", "a query"),
        (b"//127.0.0.1:PORT/fine", "without scheme"),
        (b"/fine#top", "with a fragment"),
        (b"HTTP://127.0.0.1:PORT/fine", "in capitals"),
        (b"http://user:secret@127.0.0.1:PORT/fine", "with a password"),
        (b"  /fine  ", "with blanks"),
    ):
        outcome: Outcome = TEXT if location != b"?x=1" else (Unavailable, "redirects more than")
        yield f"location {path}", to(location), outcome
    for number, location in enumerate(
        [
            b"",
            b"http://",
            b"http://[::1",
            b"http://:80/",
            b"http://127.0.0.1:99999/",
            b"http://127.0.0.1:port/",
            b"http://a b/",
            b"http://\xff:x/",
            b"\x7f",
            b"http://%31%32/",
        ]
    ):
        yield f"location {number}: {location!r}", to(location), (FetchError, ".")
    yield "no location", sends(answer(b"", status=b"301 Moved")), (Unavailable, "redirects to nowhere")
    yield "a location of 90 KB", to(b"/" + b"a" * 90_000), (FetchError, ".")
    yield (
        "two locations",
        sends(answer(b"", b"Location: /fine", b"Location: http://10.0.0.1/", status=b"302 Found")),
        (FetchError, "."),
    )
    yield "300 with choices", sends(answer(TEXT, b"Location: /fine", status=b"300 Choose")), (Unavailable, "300")
    yield "a refresh field", sends(answer(TEXT, b"Refresh: 0; url=http://10.0.0.1/")), TEXT
    for status in (301, 303, 307, 308):
        yield f"a {status}", to(b"/fine", status=b"%d X" % status), TEXT


def statuses() -> Iterator[tuple[str, Act, Outcome]]:
    """Yield statuses that were not asked for."""
    yield "304 to an unconditional request", sends(b"HTTP/1.1 304 Not Modified\r\n\r\n"), (Unavailable, "304")
    yield "304 with a body", sends(answer(TEXT, status=b"304 Not Modified")), (Unavailable, "304")
    yield (
        "206 unasked",
        sends(answer(TEXT, b"Content-Range: bytes 0-9/999", status=b"206 Partial")),
        (Unavailable, "206"),
    )
    yield "204 with a body", sends(answer(TEXT, status=b"204 No Content")), (Unavailable, "204")
    yield "205", sends(answer(b"", status=b"205 Reset")), (Unavailable, "205")
    yield (
        "101 to no upgrade",
        then(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", Link.hang),
        (Unavailable, "."),
    )
    yield "100 and no more", sends(b"HTTP/1.1 100 Continue\r\n\r\n"), BROKEN
    yield "hints and an answer", sends(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 20 + answer()), TEXT
    for status, outcome in (
        (b"000 Zero", BROKEN),
        (b"99 Odd", BROKEN),
        (b"1000 Odd", BROKEN),
        (b"600 Odd", (FetchError, ".")),
        (b"999 No", (FetchError, ".")),
        (b"299 Fine", (Unavailable, "299")),
        (b"400 No", (Refused, "400")),
        (b"401 No", (Refused, "401")),
        (b"407 Proxy", (Refused, "407")),
        (b"410 Gone", (Gone, "410")),
        (b"413 No", (Refused, "413")),
        (b"418 Teapot", (Refused, "418")),
        (b"429 Wait", (Unavailable, "429")),
        (b"431 No", (Refused, "431")),
        (b"500 No", (Unavailable, "500")),
        (b"503 Wait", (Unavailable, "503")),
        (b"511 Log in", (Unavailable, "511")),
    ):
        yield f"status {status.decode()}", sends(answer(TEXT, status=status)), outcome


def fields() -> Iterator[tuple[str, Act, Outcome]]:
    """Yield odd and hostile header fields."""
    for name, value in (
        ("unquoted", b"abc"),
        ("of 8 bits", b'"\xca\xee\xe4"'),
        ("with a control character", b'"a\x01b"'),
        ("folded", b'"a\r\n b"'),
        ("empty", b""),
        ("of 90 KB", b'"' + b"a" * 90_000 + b'"'),
        ("weak", b'W/"a"'),
        ("a list", b'"a", "b"'),
        ("a lie", b"*"),
    ):
        yield f"an etag {name}", sends(answer(TEXT, b"ETag: " + value)), TEXT
    yield "an etag of 1 MB", sends(answer(TEXT, b"ETag: " + b"a" * 1_000_000)), BROKEN
    yield "a thousand etags", sends(answer(TEXT, *[b'ETag: "%d"' % number for number in range(1000)])), TEXT
    yield "a date that is none", sends(answer(TEXT, b"Last-Modified: \xff\xff yesterday", b"Date: now")), TEXT
    yield (
        "a thousand cookies",
        sends(answer(TEXT, *[b"Set-Cookie: a%d=b; Path=/" % number for number in range(1000)])),
        TEXT,
    )
    yield "a cookie for everybody", sends(answer(TEXT, b"Set-Cookie: a=b; Domain=com; Path=/")), TEXT
    yield "ten thousand fields", sends(answer(TEXT, *[b"A: b"] * 10_000)), TEXT
    yield "fields of 200 KB", sends(answer(TEXT, *[b"A: " + b"b" * 1000] * 200)), BROKEN
    yield "a field without a colon", sends(OK + b"nonsense\r\n\r\n"), BROKEN
    yield "a field without a name", sends(OK + b": value\r\n\r\n"), BROKEN
    yield "a blank before the colon", sends(OK + b"Content-Length : 3\r\n\r\nabc"), BROKEN
    yield "a name of 8 bits", sends(OK + b"N\xffme: x\r\n\r\n"), BROKEN
    yield "a NUL in a value", sends(OK + b"X: a\0b\r\n\r\n"), BROKEN
    yield "a CR in a value", sends(OK + b"X: a\rSet-Cookie: b\r\n\r\n"), BROKEN
    yield (
        "an escape sequence in the reason",
        sends(answer(TEXT, status=b"404 \x1b[2J\x1b]0;x\x07")),
        (Refused, "answered 404 Not Found$"),
    )
    yield "a field that injects another", sends(answer(TEXT, b"X: a\r\nLocation: http://10.0.0.1/")), TEXT
    yield "no fields", sends(b"HTTP/1.1 200 OK\r\n\r\n" + TEXT), TEXT
    yield "line feeds alone", sends(b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"), b"hello"
    yield "a content type of 50 KB", sends(answer(TEXT, b"Content-Type: text/html; charset=" + b"x" * 50_000)), TEXT
    yield "a content type of rubbish", sends(answer(TEXT, b"Content-Type: \xff/\xff;;;=\x01")), TEXT
    for value in (
        b"-1",
        b"1e9",
        b"999999999999999999999",
        b"never",
        b"\xff",
        b"Fri, 31 Dec 9999 23:59:59 GMT",
        b"Mon, 99 Abc 2026",
    ):
        yield (
            f"retry after {value!r}",
            sends(answer(b"", b"Retry-After: " + value, status=b"503 Wait")),
            (Unavailable, "503"),
        )
    for value in (
        b"max-age=-1",
        b"max-age=99999999999999",
        b"max-age=x",
        b"no-store, max-age=5",
        b"=,;\xff",
        b'max-age="7"',
    ):
        yield f"cache control {value!r}", sends(answer(TEXT, b"Cache-Control: " + value)), TEXT


def protocols() -> Iterator[tuple[str, Act, Outcome]]:
    """Yield what is not HTTP/1.1."""
    for name, sent in (
        ("nothing", b""),
        ("HTTP/0.9", b"<html>hello</html>"),
        ("a preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("frames of HTTP/2", b"\0\0\0\4\0\0\0\0\0" * 9),
        ("HTTP/2.0", b"HTTP/2.0 200 OK\r\n\r\nx"),
        ("HTTP/3.7", b"HTTP/3.7 200 OK\r\n\r\nx"),
        ("HTTP/1.1 without a status", b"HTTP/1.1\r\n\r\nx"),
        ("http in small letters", b"http/1.1 200 OK\r\n\r\nx"),
        ("SSH", b"SSH-2.0-OpenSSH_9.2\r\n"),
        ("SMTP", b"220 mail ESMTP\r\n"),
        ("ICY", b"ICY 200 OK\r\n\r\nx"),
        ("a TLS alert", b"\x15\3\1\0\2\2\x28"),
        ("rubbish", bytes(range(256)) * 9),
        ("NULs", bytes(999)),
        ("a byte order mark", b"\xef\xbb\xbf" + answer()),
        ("a status of letters", b"HTTP/1.1 abc OK\r\n\r\nx"),
        ("a line feed", b"\n"),
        ("half a status line", b"HTTP/1.1 20"),
        ("half a head", OK + b"Content-Le"),
        ("an old request", b"GET / HTTP/1.0\r\n\r\n"),
    ):
        yield f"sends {name}", sends(sent), BROKEN
    yield "empty lines before the answer", sends(b"\r\n\r\n" + answer()), (FetchError, ".")
    yield "HTTP/1.0", sends(b"HTTP/1.0 200 OK\r\n\r\n" + TEXT), TEXT
    yield "a second answer behind the first", sends(answer() + answer(b"evil")), TEXT
    yield "a status without a reason", sends(b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx"), b"x"
    for name, sent in (
        ("before the answer", b""),
        ("in the status line", b"HTTP/1"),
        ("in the head", OK + b"X: y"),
        ("in the body", answer(length=9999)),
    ):
        yield f"resets {name}", then(sent, Link.reset), BROKEN
    yield "resets in a chunk", then(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc", Link.reset), BROKEN
    yield "resets in a body without a length", then(OK + b"\r\nabc", Link.reset), (FetchError, ".")
    yield "closes in the body", sends(answer(length=9999)), BROKEN
