"""Inbox folders on a real file system."""

import os
import queue
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syndicator.errors import ParseError, Refused, Unavailable
from syndicator.model import Item, Reading, Source, SourceKind
from syndicator.sources.articlefile import ArticleFile, read_article
from syndicator.sources.folder import Found, read_file
from syndicator.sources.inbox import LIMIT_BYTES, read_inbox
from syndicator.sources.watch import watch

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "config" / "inbox"
TEXT = b"A title\n\nA paragraph.\n\nAnother one.\n"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """Return an inbox whose folder is there and empty."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Source(slug="inbox", kind=SourceKind.INBOX, folder=folder)


def folder_of(source: Source) -> Path:
    """Return the folder of an inbox."""
    assert source.folder is not None
    return source.folder


def drop(source: Source, name: str, content: bytes = TEXT, *, age: float = 3600) -> Path:
    """Put a file into the inbox that was last changed `age` seconds before NOW."""
    path = folder_of(source) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (NOW.timestamp() - age,) * 2)
    return path


def look(source: Source, before: Reading | None = None) -> Reading:
    """Read the inbox, with the marks that the look before left."""
    return read_inbox(source, marks=before.marks if before else {}, now=NOW)


def article(name: str, content: bytes) -> Item:
    """Return the item in a file of that name."""
    file = ArticleFile(id=name, url=f"file:///inbox/{name}", content=content, modified=NOW - timedelta(days=1))
    return read_article(file, now=NOW)


# what is read


def test_the_sample_articles_are_all_read_and_dated() -> None:
    """The default inbox holds eight articles that need nothing explained."""
    source = Source(slug="inbox", kind=SourceKind.INBOX, folder=SAMPLES)

    reading = read_inbox(source, marks={}, now=datetime(2100, 1, 1, tzinfo=UTC))

    items = {item.origin_id: item for item in reading.items}
    assert len(items) == 8
    assert reading.set_aside == ()
    assert {item.published.year for item in items.values() if item.published} == {2025}
    assert items["sovet-chitalen.txt"].credit == "International Council of Reading Rooms"
    assert items["glacier-records.txt"].credit == "Всемирный союз горных наблюдателей"
    assert items["pervyj-sneg.txt"].title == "Первый снег выпал на неделю раньше обычного"
    assert items["mayak.eml"].title == "Маяк на мысе Тихом снова зажёгся"


def test_the_samples_that_are_not_utf8_kept_their_bytes() -> None:
    """Git left the encodings and line ends of the samples alone."""
    assert "Первый снег".encode("windows-1251") in (SAMPLES / "pervyj-sneg.txt").read_bytes()
    assert "Хранитель маяка".encode("koi8-r") in (SAMPLES / "mayak.eml").read_bytes()
    assert b"\r\n" in (SAMPLES / "choir-weekend.eml").read_bytes()


def test_files_in_subfolders_are_read_in_order_of_their_names(source: Source) -> None:
    """Article files are known by their suffix in any case; an item is named by its path below the inbox."""
    for name in ("c.TXT", "a/z.md", "b.htm", "a/deep/er.txt", "notes.pdf", "no-suffix"):
        drop(source, name)

    assert [item.origin_id for item in look(source).items] == ["a/deep/er.txt", "a/z.md", "b.htm", "c.TXT"]


@pytest.mark.parametrize("name", [".hidden.txt", ".git/a.txt", ".rejected/a.txt", "a.txt~", "a.txt.part", "old~/a.txt"])
def test_hidden_partial_and_backup_files_are_left_out(source: Source, name: str) -> None:
    """What no person dropped there as an article is neither read nor moved nor waited for."""
    path = drop(source, name)

    assert look(source) == Reading()
    assert path.exists()


def test_an_unchanged_file_is_not_read_again(source: Source) -> None:
    """A file with the same mark gives no item, and its mark stays."""
    drop(source, "a.txt")
    first = look(source)

    second = look(source, first)

    assert second.items == ()
    assert second.marks == first.marks != {}


def test_an_edited_file_gives_its_article_anew(source: Source) -> None:
    """Another text under the same name keeps the id."""
    drop(source, "a.txt")
    first = look(source)
    drop(source, "a.txt", b"A title\n\nA corrected paragraph.\n", age=60)

    second = look(source, first)

    assert [(item.origin_id, item.html) for item in second.items] == [("a.txt", "<p>A corrected paragraph.</p>")]


def test_a_removed_file_loses_its_mark(source: Source) -> None:
    """Dropped in again, it is read again."""
    path = drop(source, "a.txt")
    first = look(source)
    path.unlink()

    assert look(source, first).marks == {}


# what is still being written


@pytest.mark.parametrize("age", [0.0, 1.9, -30.0])
def test_a_file_changed_just_now_is_left_alone(source: Source, age: float) -> None:
    """No item, no mark, and another look in two seconds; a server's clock may be a little ahead."""
    drop(source, "a.txt", age=age)

    reading = look(source)

    assert (reading.items, reading.marks, reading.set_aside) == ((), {}, ())
    assert reading.retry_after == timedelta(seconds=2)


@pytest.mark.parametrize("age", [2.0, -86400.0])
def test_a_file_is_read_two_seconds_after_its_last_change(source: Source, age: float) -> None:
    """A date far in the future does not keep a file waiting until then."""
    drop(source, "a.txt", age=age)

    reading = look(source)

    assert len(reading.items) == 1
    assert reading.retry_after is None


def test_a_file_with_a_partial_copy_beside_it_is_left_alone(source: Source) -> None:
    """Browsers put a placeholder beside the part that they are loading; a forgotten part blocks nothing."""
    drop(source, "a.txt", b"")
    part = drop(source, "a.txt.part", age=60)
    drop(source, "b.txt")
    drop(source, "b.txt.part", age=3600)

    reading = look(source)

    assert [item.origin_id for item in reading.items] == ["b.txt"]
    assert reading.retry_after == timedelta(seconds=2)
    assert part.exists()


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a file that is longer than its size says")
def test_a_file_that_grows_while_it_is_read_is_left_alone() -> None:
    """What was read is not what the file is: nobody sees half an article."""
    folder = os.open("/proc", os.O_RDONLY)
    found = Found(id="version", path=("version",), directory=folder, status=Path("/proc/version").stat())
    try:
        with pytest.raises(Unavailable, match="still being written"):
            read_file(found, limit_bytes=LIMIT_BYTES)
    finally:
        os.close(folder)


# what can't be read


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"\x00\x01\x02\xff" * 50, "binary data"),
        ("a.txt", b"%PDF-1.4 and so on", "a PDF document"),
        ("a.txt", "Библиотека".encode()[:-1], "damaged UTF-8"),
        ("a.txt", b"", "empty"),
        ("a.md", b" \n\t\n", "empty"),
        ("a.md", b"---\ntitle:\n---\n", "holds no text"),
        ("a.html", b"<html><script>x()</script><!-- x --></html>", "holds no text"),
        ("a.eml", b"This is only a line of text.", "no e-mail message"),
        ("a.eml", b"From: a@b.c\nSubject: x\n\n", "holds no text"),
        ("a.eml", b"From: a@b.c\nContent-Transfer-Encoding: base64\n\nA", "damaged"),
    ],
)
def test_an_unreadable_file_is_moved_away_with_the_reason(
    source: Source, name: str, content: bytes, reason: str
) -> None:
    """The file is whole in `.rejected`, the reason in words beside it, and the look tells of it."""
    path = drop(source, f"sub/{name}", content)

    reading = look(source)

    rejected = folder_of(source) / ".rejected" / "sub" / name
    assert not path.exists()
    assert rejected.read_bytes() == content
    assert reason in rejected.with_name(f"{name}.reason.txt").read_text(encoding="utf-8")
    assert [aside.origin_id for aside in reading.set_aside] == [f"sub/{name}"]
    assert reason in reading.set_aside[0].reason
    assert (reading.items, reading.marks) == ((), {})


def test_a_file_that_is_too_large_is_moved_away(source: Source) -> None:
    """Ten million bytes are read, one more is not."""
    os.truncate(drop(source, "a.txt", b""), LIMIT_BYTES + 1)
    os.utime(folder_of(source) / "a.txt", (0, 0))
    drop(source, "b.txt", b"Title\n" + b"word " * ((LIMIT_BYTES - 6) // 5))

    reading = look(source)

    assert [item.origin_id for item in reading.items] == ["b.txt"]
    assert "10,000,001 bytes" in reading.set_aside[0].reason


def test_nothing_in_rejected_is_overwritten(source: Source) -> None:
    """Each of three bad files of one name keeps its bytes and its reason."""
    for number in range(3):
        drop(source, "a.txt", b"\0" * (number + 1))
        look(source)

    names = sorted(path.name for path in (folder_of(source) / ".rejected").iterdir())
    assert names == sorted(f"a{n}.txt{end}" for n in ("", "-2", "-3") for end in ("", ".reason.txt"))
    assert (folder_of(source) / ".rejected" / "a-3.txt").read_bytes() == b"\0\0\0"


def test_a_bad_file_that_cannot_be_moved_stays_and_is_not_tried_again(source: Source) -> None:
    """The reason is told once; the mark keeps the next look from reading it."""
    (folder_of(source) / ".rejected").write_text("in the way")
    path = drop(source, "a.txt", b"\0")

    first = look(source)
    second = look(source, first)

    assert path.exists()
    assert "can't be moved" in first.set_aside[0].reason
    assert (second.items, second.set_aside, second.marks) == ((), (), first.marks)


def test_a_missing_folder_is_unavailable(source: Source) -> None:
    """The message says what to do; somebody may create or mount it."""
    folder_of(source).rmdir()

    with pytest.raises(Unavailable, match="does not exist: create it"):
        look(source)
    with pytest.raises(Refused, match="names no folder"):
        look(replace(source, folder=None))


# what is hostile


def test_nothing_outside_the_folder_is_read(source: Source, tmp_path: Path) -> None:
    """A symlink is named and left where it is; a symlinked folder is not gone into."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.txt").write_bytes(TEXT)
    (folder_of(source) / "key.txt").symlink_to(secret / "key.txt")
    (folder_of(source) / "inside").symlink_to(secret)
    (folder_of(source) / "lost.txt").symlink_to("nowhere")

    reading = look(source)

    assert reading.items == ()
    assert {aside.origin_id for aside in reading.set_aside} == {"inside", "key.txt", "lost.txt"}
    assert all("symbolic link" in aside.reason for aside in reading.set_aside)


def test_nothing_outside_the_folder_is_written(source: Source, tmp_path: Path) -> None:
    """A `.rejected` that leads elsewhere is not followed."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder_of(source) / ".rejected").symlink_to(elsewhere)
    path = drop(source, "a.txt", b"\0")

    reading = look(source)

    assert path.exists()
    assert list(elsewhere.iterdir()) == []
    assert "can't be moved" in reading.set_aside[0].reason


def test_a_pipe_is_set_aside_without_waiting_for_a_writer(source: Source) -> None:
    """A named pipe with an article's name can't hang the reader."""
    os.mkfifo(folder_of(source) / "a.txt")

    reading = look(source)

    assert reading.set_aside[0].reason == "this is a named pipe, not a file"


def test_folders_nested_without_end_are_set_aside(source: Source) -> None:
    """The walk stops at a depth and says where."""
    drop(source, "/".join(["d"] * 40) + "/a.txt")

    reading = look(source)

    assert reading.items == ()
    assert "too deeply" in reading.set_aside[0].reason


def test_any_name_gives_clean_ids(source: Source) -> None:
    """Names are NFC; bytes that are no UTF-8 are written out; two names that look alike stay two articles."""
    drop(source, "\u0438\u0306.txt")
    drop(source, "\u0438\u0306-2.txt")
    drop(source, "\u0439-2.txt")
    drop(source, os.fsdecode(b"caf\xe9.txt"))

    ids = [item.origin_id for item in look(source).items]

    assert len(set(ids)) == 4
    assert {"\u0439.txt", "\u0439-2.txt", "caf\\xe9.txt"} <= set(ids)
    assert all(name.encode() for name in ids)


# what formats give


def test_a_text_becomes_escaped_html() -> None:
    """Markup in a plain text stays text, and lists become lists."""
    item = article("a.txt", b"Title\n\n<b>Not bold</b> & more\n\n- one\n- two\n\nSource: Us\n")

    assert item.html == "<p>&lt;b&gt;Not bold&lt;/b&gt; &amp; more</p>\n<ul><li>one</li><li>two</li></ul>"
    assert (item.title, item.credit, item.published) == ("Title", "Us", NOW - timedelta(days=1))


def test_an_html_file_becomes_a_page_in_utf8() -> None:
    """Whatever it was in; its charset is declared anew, and its head tells title, language, author and date."""
    html = (
        '<html lang="ru"><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
        '<title>Новый мост — Газета</title><meta name="author" content="Пётр"><meta name="date" content="2025-03-01">'
        "</head><body><h1>Новый мост</h1><p>Мост открыт.</p></body></html>"
    )

    item = article("a.html", html.encode("windows-1251"))

    assert item.page is not None
    assert item.page.content.decode("utf-8") == html.replace("windows-1251", "utf-8")
    assert (item.page.charset, item.page.media_type, item.page.url) == ("utf-8", "text/html", "file:///inbox/a.html")
    assert (item.title, item.language, item.authors) == ("Новый мост", "ru", ("Пётр",))
    assert item.published == datetime(2025, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<time datetime="2025-03-01T10:00:00+03:00">вчера</time>', datetime(2025, 3, 1, 7, tzinfo=UTC)),
        (
            '<script type="application/ld+json">{"datePublished": "2025-03-02"}</script>',
            datetime(2025, 3, 2, tzinfo=UTC),
        ),
        ('<span class="date">3 марта 2025</span>', datetime(2025, 3, 3, tzinfo=UTC)),
        ("", NOW - timedelta(days=1)),
    ],
)
def test_the_date_of_an_html_file_is_found(head: str, published: datetime) -> None:
    """In a time element, in linked data or standing alone; else it is when the file was changed."""
    assert article("a.htm", f"<h1>T</h1>{head}<p>Text</p>".encode()).published == published


def test_markdown_has_front_matter_and_no_html() -> None:
    """The first heading is the title and no part of the body; markup written as HTML stays text."""
    item = article(
        "a.md",
        b'---\ntitle: "A Title"\nDate: 5 July 2023\nauthor: Ann\nlang: en\nsource: The Paper\nurl: https://a.example/b\n'
        b"tags:\n  - one\n---\n\n# A *Title*\n\nText <b>x</b>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    )

    assert item.html.startswith("<p>Text &lt;b&gt;x&lt;/b&gt;</p>\n<table>")
    assert (item.title, item.authors, item.language) == ("A Title", ("Ann",), "en")
    assert (item.credit, item.url) == ("The Paper", "https://a.example/b")
    assert item.published == datetime(2023, 7, 5, tzinfo=UTC)


def test_front_matter_may_be_folded_and_hold_lists() -> None:
    """Values in lines below their key, and lists in either of YAML's ways, are read whole."""
    text = "---\ntitle: >-\n  A folded title\n  goes on\nauthors:\n  - Ann\n  - 'Bob'\ntags: [a, b]\n---\n\nText."
    item = article("a.md", text.encode())
    assert (item.title, item.authors, item.html) == ("A folded title goes on", ("Ann", "Bob"), "<p>Text.</p>")
    assert article("a.md", b"---\nauthor: [Ann, Bob]\n---\n\nText.").authors == ("Ann", "Bob")


@pytest.mark.parametrize(
    ("text", "title", "html"),
    [
        ("Intro.\n\n# Title\n\nText", "Title", "<p>Intro.</p>\n<p>Text</p>"),
        ("Intro.\n\n## Part\n\nText", "", "<p>Intro.</p>\n<h2>Part</h2>\n<p>Text</p>"),
        ("## Title\n\nText\n\n*Source:* Us", "Title", "<p>Text</p>"),
        ("---\nNo front matter, but a rule.\n\nText", "", "<hr />\n<p>No front matter, but a rule.</p>\n<p>Text</p>"),
        ("---\ntitle: Mine\nurl: javascript:x\n---\n# Other\n\nText", "Mine", "<h1>Other</h1>\n<p>Text</p>"),
    ],
)
def test_the_title_of_markdown_is_its_first_heading(text: str, title: str, html: str) -> None:
    """A heading further down is a title only if it is of the first level; nothing else leaves the body."""
    item = article("a.md", text.encode())

    assert (item.title, item.html, item.url) == (title, html, None)


MULTIPART = """From: =?utf-8?B?0JDQvdC90LA=?= <anna@a.example>, b@b.example
Subject: Fwd: =?utf-8?B?0J/RgNC40LLQ?= =?utf-8?B?tdGC?=
Date: Wed, 05 Jul 2023 10:00:00 +0300
Content-Language: ru, en
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain

Plain text.
--a
Content-Type: text/html; charset=x-unknown

<html><head><title>T</title><style>p {}</style></head><body>1 &lt; 2<p>Rich text.</p><img src="cid:1"></body></html>
--a--
--m
Content-Type: text/html
Content-Disposition: attachment; filename=secret.html

<p>Attached.</p>
--m--
"""


def test_a_message_gives_its_best_body_and_headers() -> None:
    """HTML rather than plain text, without attachments; encoded words may be cut inside a character."""
    item = article("a.eml", MULTIPART.encode())

    assert item.html == "1 &lt; 2<p>Rich text.</p>"
    assert (item.title, item.authors, item.language) == ("Привет", ("Анна", "b@b.example"), "ru")
    assert item.published == datetime(2023, 7, 5, 7, tzinfo=UTC)


def test_a_plain_message_goes_through_the_press_layout() -> None:
    """Its date and source are found, and a title besides the subject stays in the body."""
    text = "Новости\n07.07.2023\n\nЗаголовок\n\nТекст.\n\nИсточник: Мы\n"
    head = "From: a@a.example\nSubject: Тема\nContent-Type: text/plain; charset=koi8-r\n\n"

    item = article("a.eml", head.encode("koi8-r") + text.encode("koi8-r"))

    assert (item.title, item.section, item.credit) == ("Тема", "Новости", "Мы")
    assert item.html == "<p>Заголовок</p>\n<p>Текст.</p>"
    assert item.published == datetime(2023, 7, 7, tzinfo=UTC)


def test_a_message_cut_around_pictures_is_put_together() -> None:
    """Every piece of the text is kept, and a forwarded message's, too."""
    parts = "".join(f"--m\nContent-Type: text/plain\n\nPiece {number} of it.\n" for number in (1, 2))
    inner = "--m\nContent-Type: message/rfc822\n\nSubject: inner\n\nPiece 3 of it.\n"
    head = "Subject: S\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n"

    item = article("a.eml", f"{head}{parts}{inner}--m--\n".encode())

    assert [f"Piece {number}" in item.html for number in (1, 2, 3)] == [True, True, True]


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: x\n" + b"To: a@b.c\n" * 30_000 + b"\ntext",
        b"Subject: x\nFrom: " + b"(" * 20_000 + b"\n\ntext",
        b"Subject: x\nContent-Type: multipart/mixed; boundary=\n\ntext",
        b"Subject: x\n" + b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 3000,
        b'Subject: =?utf-8?B?!!!?=\nDate: 99 Foo\nContent-Type: text/plain; charset="\xff"\n\ntext',
    ],
)
def test_a_hostile_message_is_read_or_refused(content: bytes) -> None:
    """Nothing but ParseError is raised, and soon."""
    try:
        item = article("a.eml", content)
    except ParseError:
        return
    assert "text" in item.html


# watching


@pytest.fixture
def changes(source: Source, tmp_path: Path) -> Iterator[queue.Queue[set[Path]]]:
    """Watch two folders, the second of which is missing, and gather what changed."""
    gathered: queue.Queue[set[Path]] = queue.Queue()
    stop = threading.Event()
    folders = [folder_of(source), tmp_path / "later"]

    def gather() -> None:
        for changed in watch(folders, stop=stop):
            gathered.put(changed)

    thread = threading.Thread(target=gather)
    thread.start()
    yield gathered
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive(), "watching must end when it is told to"


def test_what_was_dropped_before_the_watch_began_is_told(source: Source, changes: queue.Queue[set[Path]]) -> None:
    """Between a first reading and the watch there is a moment in which nobody would notice a file."""
    assert changes.get(timeout=20) == {folder_of(source)}


def test_a_change_in_a_watched_folder_is_noticed(source: Source, changes: queue.Queue[set[Path]]) -> None:
    """Soon, and by the folder as it was given; reading it and `.rejected` are no changes."""
    changes.get(timeout=20)  # it watches
    drop(source, "sub/a.txt")
    assert changes.get(timeout=20) == {folder_of(source)}

    drop(source, ".rejected/b.txt")
    (folder_of(source) / "sub" / "a.txt").read_bytes()
    with pytest.raises(queue.Empty):
        changes.get(timeout=2)


def test_a_folder_that_appears_or_is_replaced_is_watched(
    source: Source, changes: queue.Queue[set[Path]], tmp_path: Path
) -> None:
    """Its appearing is a change, and so is what happens in it from then on."""
    later = replace(source, folder=tmp_path / "later")
    changes.get(timeout=20)  # it watches, and `later` is not there yet

    drop(later, "a.txt")
    while folder_of(later) not in changes.get(timeout=20):
        continue

    shutil.rmtree(folder_of(later))
    drop(later, "a.txt")
    with suppress(queue.Empty):
        while changes.get(timeout=3):  # until all that has been told
            continue
    drop(later, "b.txt")
    assert folder_of(later) in changes.get(timeout=20)
