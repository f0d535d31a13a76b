"""Every kind of page in a real browser, in both languages and themes, on a phone and on a desk.

Screenshots of all lie in the folder that $SCREENSHOTS names, where it is set.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from support.chromium import PROGRAM, Browser, Page, browser
from support.desk import wait_until
from support.edition import LANGUAGES, published
from support.picture import png
from support.programs import program
from support.serving import DESK_SOURCES, Served, fill_desk, served
from support.store import sqlite

from syndicator.model import EditionKey, Topic
from syndicator.publishing.edition import publish_gone
from syndicator.publishing.pictures import Pictures

AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = {
    "all": "index.html",
    "front-en": "en/index.html",
    "front-ru": "ru/index.html",
    "source-en": "en/weekly/index.html",
    "source-ru": "ru/weekly/index.html",
    "topic-en": "en/topics/bridges/index.html",
    "topic-ru": "ru/topics/bridges/index.html",
    "bilingual-en": "en/bilingual/index.html",
    "bilingual-ru": "ru/bilingual/index.html",
    "subscribe-en": "en/subscribe.html",
    "subscribe-ru": "ru/subscribe.html",
    "translation-en": "en/stories/story001.html",
    "translation-ru": "ru/stories/story001.html",
    "original-ru": "ru/stories/story000.html",
    "pictures-en": "en/stories/story002.html",
    "pictures-ru": "ru/stories/story002.html",
    "gone-en": "en/stories/withdrawn.html",
    "gone-ru": "ru/stories/withdrawn.html",
}
PHONE, DESK = 360, 1280
LOOKS = [(PHONE, False), (DESK, True), (PHONE, True), (DESK, False)]
"""Width, and whether it is dark."""
TAB, DOWN, RIGHT, SPACE = ("Tab", 9), ("ArrowDown", 40), ("ArrowRight", 39), (" ", 32)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, as any web host does, and says nothing."""

    def log_message(self, *_: object) -> None:
        """Leave out what would stand between the tests' lines."""

    def do_GET(self) -> None:
        """Answer; what our pages do not have (images of articles, in this test) is not here."""
        super().do_GET()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Give the address and the folder of published editions that lie some way below the server's root."""
    root = tmp_path_factory.mktemp("site")
    with hosted(root) as host:
        publish_all_kinds(root / "some" / "where", f"{host}some/where/")
        yield f"{host}some/where/", root / "some" / "where"


def publish_all_kinds(folder: Path, address: str) -> None:
    """Publish editions with a topic and both languages at once, stories that went, copies of a source's images."""
    pictures = Pictures(directory=folder)
    pictures.keep("https://vestnik.example/bridge.jpg", png(640, 360), suffix=".png", size=(640, 360))
    topic = Topic(slug="bridges", name="Bridges", names=(("en", "Bridges"), ("ru", "Мосты")))
    masthead = published(folder, base_url=address, source_images={"wire": "cache"}, topics=(topic,), has_bilingual=True)
    for language in LANGUAGES:
        publish_gone(EditionKey(language=language), ["withdrawn"], masthead=masthead)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of editions that have more stories, of usual length, than a page has room for."""
    folder = tmp_path_factory.mktemp("large")
    published(folder, base_url="https://news.example/", stories=100, is_long=True)
    return folder


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """Serve a folder and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give a running Chromium."""
    with browser(program(PROGRAM)) as started:
        yield started


def is_ours(address: str, site: str) -> bool:
    """Tell whether a request stays with us; the image of the sample article is linked to by the settings."""
    return address.startswith(site) or address == "https://vestnik.example/bridge.jpg"


def without_images(complaints: list[str]) -> list[str]:
    """Leave out that the sample article's image is not to be had: nothing beyond this machine is."""
    return [one for one in complaints if "ERR_NAME_NOT_RESOLVED" not in one]


def look_over(page: Page, name: str) -> None:
    """Expect of an open page that it shows itself well at each width and in each theme, and that axe finds nothing."""
    page.evaluate(AXE.read_text(encoding="utf-8") + ";true")
    for width, dark in LOOKS:
        page.look(width=width, dark=dark)
        assert page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [width, dark]
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(Path(folder) / f"{name}-{width}-{'dark' if dark else 'light'}.png", whole=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if (width, dark) in LOOKS[:2]:
            assert found_by_axe(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str, site: tuple[str, Path], chromium: Browser) -> None:
    """No page complains, asks elsewhere, scrolls sideways or has anything that axe finds, in any theme and size."""
    address, _ = site
    with chromium.page() as page:
        page.open(address + PAGES[name])
        look_over(page, name)
        if name.startswith("translation"):
            page.evaluate("document.getElementById('view-both').click()")
            look_over(page, name.replace("translation", "both"))
        assert [each for each in page.requests if not is_ours(each, address)] == []
        assert without_images(page.complaints) == []


@pytest.mark.parametrize("name", ["pictures-en", "pictures-ru"])
def test_copies_of_pictures(name: str, site: tuple[str, Path], chromium: Browser) -> None:
    """A page with copies shows the picture in its size, with the words that describe it, and asks nobody else."""
    address, _ = site
    with chromium.page(width=PHONE) as page:
        page.open(address + PAGES[name])
        shown = "document.querySelector('.text .t img')"
        page.evaluate(f"{shown}.scrollIntoView()")
        assert page.evaluate(f"{shown}.decode().then(() => {shown}.naturalWidth)") == 640
        assert page.evaluate(f"{shown}.alt") in {"The bridge", "Мост"}
        assert page.evaluate(f"{shown}.getBoundingClientRect().width") <= PHONE
        assert [each for each in page.requests if not each.startswith(address)] == []
        assert page.complaints == []


def test_older_page(large: Path, chromium: Browser) -> None:
    """The page with older stories holds to the same, and leads back."""
    with hosted(large) as address, chromium.page() as page:
        page.open(address + "ru/older.html")
        look_over(page, "older-ru")
        assert page.evaluate("document.querySelector('.newer').href") == address + "ru/index.html"
        assert [each for each in page.requests if not each.startswith(address)] == []
        assert page.complaints == []


@pytest.fixture(scope="module")
def server(site: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a served desk with stories, delays and a source in trouble."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(site[1], folder / "feeds")
    (folder / "config" / "inbox").mkdir(parents=True)
    (folder / "data").mkdir()
    stores = sqlite(folder / "data")
    fill_desk(stores())
    stores.close()
    with served(folder, DESK_SOURCES) as running:
        yield running


SERVED = {
    "front-served": "ru/",
    "search-en": "en/search?q=bridge",
    "search-ru": "ru/search?q=%D0%BC%D0%BE%D1%81%D1%82%D1%8B",
    "search-nothing-ru": "ru/search?q=%D1%81%D0%BB%D0%BE%D0%BD",
    "status-en": "status?lang=en",
    "status-ru": "status?lang=ru",
    "missing-en": "en/stories/missing.html",
    "missing-ru": "ru/stories/missing.html",
    "gone-served-ru": "ru/stories/withdrawn.html",
}
UNLIKE_OTHERS = {"missing-en": "404", "missing-ru": "404", "gone-served-ru": "410"}
"""Pages that come with a status that the browser's console notes."""


@pytest.mark.parametrize("name", SERVED)
def test_served_page(name: str, server: Served, chromium: Browser) -> None:
    """The same holds of what only the server has: search, status, and what it says where there is nothing."""
    address = f"http://{server.host}:{server.port}/"
    with chromium.page() as page:
        page.open(address + SERVED[name])
        look_over(page, name)
        assert [each for each in page.requests if not is_ours(each, address)] == []
        noted = [f"the server responded with a status of {UNLIKE_OTHERS[name]} "] if name in UNLIKE_OTHERS else []
        found = without_images(page.complaints)
        assert len(found) == len(noted)
        assert all(words in complaint for words, complaint in zip(noted, found, strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_status_for_anybody(language: str, server: Served, chromium: Browser) -> None:
    """Through a proxy, status holds to the same, and shows neither where sources are read nor what went wrong."""
    address = f"http://{server.host}:{server.port}/status?lang={language}"
    detail = "document.querySelector('.sources').textContent.includes('origin.example')"
    with chromium.page() as page:
        page.open(address)
        assert page.evaluate(detail)
        page.send("Network.setExtraHTTPHeaders", headers={"X-Forwarded-For": "192.0.2.7"})
        page.open(address)
        assert not page.evaluate(detail)
        look_over(page, f"status-anybody-{language}")
        assert page.complaints == []


def test_search_box(server: Served, chromium: Browser) -> None:
    """What is typed into the front page's box is searched for, without scripts, too."""
    with chromium.page(script=False) as page:
        page.open(f"http://{server.host}:{server.port}/ru/")
        page.evaluate("document.getElementById('q').value = 'мосты'; document.querySelector('.ask').submit()")
        wait_until(lambda: page.evaluate("document.querySelectorAll('.found mark').length") > 0)


def test_status_is_live(server: Served, chromium: Browser) -> None:
    """The status page says that its numbers are kept up to date once the first came."""
    with chromium.page() as page:
        page.open(f"http://{server.host}:{server.port}/status?lang=en")
        wait_until(lambda: page.evaluate("!document.getElementById('live').hidden"))
        assert page.evaluate("document.querySelector('[data-live=articles]').textContent") == "3"
        assert page.complaints == []


def found_by_axe(page: Page) -> list[str]:
    """Return what axe finds wrong, with the element."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = page.evaluate(
        f"axe.run({{runOnly: {json.dumps(RULES)}, resultTypes: ['violations']}}).then((done) => done.violations.map("
        "(one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 160) + ' ' + node.failureSummary)))"
    )
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = false; })")
    return [str(each) for each in found]


def test_axe_is_what_it_says() -> None:
    """The rules are those that the note beside them names."""
    digest = hashlib.sha256(AXE.read_bytes()).hexdigest()
    assert digest in (AXE.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_view_is_light(language: str, large: Path, chromium: Browser) -> None:
    """A front page, with all that it loads, stays under 60 kB, uncompressed; 100 usual stories find room, or nearly."""
    with hosted(large) as address, chromium.page() as page:
        page.open(f"{address}{language}/index.html")
        count = page.evaluate("document.querySelectorAll('.story').length")
        size = page.loaded_bytes
    assert count >= 95
    assert size < 60_000


@pytest.mark.parametrize("name", ["front-ru", "translation-en", "subscribe-en"])
def test_from_the_disk(name: str, site: tuple[str, Path], chromium: Browser) -> None:
    """A page opened as a file has its style, its scripts and its links."""
    _, folder = site
    with chromium.page() as page:
        page.open((folder / PAGES[name]).as_uri())
        assert page.evaluate("getComputedStyle(document.querySelector('.bar')).display") == "flex"
        links = page.evaluate("[...document.querySelectorAll('.bar a')].map((link) => link.href)")
        assert links
        assert all(Path(link.removeprefix("file://")).is_file() for link in links)
        assert without_images(page.complaints) == []


def visible(page: Page, selector: str) -> bool:
    """Tell whether an element can be seen."""
    return bool(page.evaluate(f"document.querySelector({selector!r}).checkVisibility()"))


@pytest.mark.parametrize("script", [True, False])
def test_views(script: bool, site: tuple[str, Path], chromium: Browser) -> None:  # noqa: FBT001
    """The translation, the original or both are shown as the keyboard chooses, without scripts, too."""
    address, _ = site
    with chromium.page(script=script) as page:
        page.open(address + PAGES["translation-en"])
        assert (visible(page, ".row .t"), visible(page, ".row .o")) == (True, False)
        for _ in range(40):
            page.press(TAB[0], code=TAB[1])
            if page.evaluate("document.activeElement.id") == "view-translation":
                break
        page.press(RIGHT[0], code=RIGHT[1])
        assert page.evaluate("document.activeElement.id") == "view-original"
        assert (visible(page, "h1 .t"), visible(page, "h1 .o")) == (False, True)
        assert (visible(page, ".row .t"), visible(page, ".row .o")) == (False, True)
        page.press(RIGHT[0], code=RIGHT[1])
        tops = page.evaluate(
            "[...document.querySelectorAll('.row [data-s=\"3\"]')].map((each) => each.getBoundingClientRect().top)"
        )
        assert len(tops) == 2
        assert abs(tops[0] - tops[1]) < 1, "a sentence stands beside its own"
        outline = "getComputedStyle(document.activeElement.nextElementSibling).outlineStyle"
        assert page.evaluate(outline) == "solid"


LIT = "[...document.querySelectorAll('.lit')].map((each) => each.textContent.replace('?', '').trim())"
SECOND = ["Мост открыли в понедельник.", "The bridge was opened on Monday."]


def test_pair_lights_up(site: tuple[str, Path], chromium: Browser) -> None:
    """The sentence under the pointer lights up with its other half; the arrow keys go from one to the next."""
    address, _ = site
    with chromium.page() as page:
        page.open(address + PAGES["translation-en"])
        page.evaluate("document.getElementById('view-both').click()")
        page.point(".row .o [data-s='1']")
        assert page.evaluate(LIT) == SECOND
        page.point(".kicker")
        assert page.evaluate(LIT) == []
        page.evaluate("document.querySelector('.t [tabindex=\"0\"]').focus()")
        assert page.evaluate(LIT) == SECOND
        page.press(DOWN[0], code=DOWN[1])
        assert "".join(page.evaluate(LIT)).startswith("Строили его")
        assert page.evaluate("document.querySelectorAll('.text [tabindex=\"0\"]:not(.scroll)').length") == 1


def test_doubt_leads_to_its_reason_and_back(site: tuple[str, Path], chromium: Browser) -> None:
    """A doubtful sentence is underlined, says why, and is linked with the list above the text."""
    address, _ = site
    with chromium.page() as page:
        page.open(address + PAGES["translation-en"])
        assert page.evaluate("getComputedStyle(document.querySelector('.t .doubtful')).textDecorationStyle") == "wavy"
        flag = "document.querySelector('.flag')"
        assert page.evaluate(f"{flag}.getAttribute('aria-label')") == "number missing"
        page.evaluate(f"{flag}.click()")
        assert page.evaluate("document.querySelector(':target').textContent").startswith("number missing")
        assert visible(page, ":target"), "what is folded away opens"
        page.evaluate("document.querySelector(':target a').click()")
        assert page.evaluate("document.querySelector(':target').textContent").startswith("It will carry 2,000")


def test_keyboard_reaches_everything(site: tuple[str, Path], chromium: Browser) -> None:
    """The Tab key goes through all that can be operated, with a focus that can be seen; the text comes first."""
    address, _ = site
    for name in ("front-en", "translation-ru", "subscribe-ru"):
        with chromium.page() as page:
            page.open(address + PAGES[name])
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            wanted = page.evaluate(
                "[...document.querySelectorAll('a, button, input, select, summary')].filter("
                "(each) => each.checkVisibility() && each.type !== 'radio').length"
            )
            reached = set()
            for number in range(wanted + 10):
                page.press(TAB[0], code=TAB[1])
                told = page.evaluate(
                    "(() => { const at = document.activeElement; at.dataset.n ??= String(Math.random());"
                    " const seen = at.type === 'radio' ? at.nextElementSibling : at;"
                    " return [at.tagName, at.className, at.type ?? '', at.dataset.n,"
                    " getComputedStyle(seen).outlineStyle]; })()"
                )
                if told[0] == "BODY":
                    break
                assert told[4] != "none", told
                assert number or told[1] == "skip", "the way to the text comes first"
                if told[0] in ("A", "BUTTON", "INPUT", "SELECT", "SUMMARY") and told[2] != "radio":
                    reached.add(told[3])
            assert len(reached) == wanted


def test_filter(site: tuple[str, Path], chromium: Browser) -> None:
    """Stories are filtered by words, ё being е, and by source; without scripts, links lead to the sources' pages."""
    address, _ = site
    shown = "document.querySelectorAll('.story:not([hidden])').length"
    with chromium.page() as page:
        page.open(address + PAGES["front-ru"])
        assert page.evaluate(shown) == 12
        type_in = "document.querySelector('#filter').value = {!r}; document.querySelector('#filter').dispatchEvent("
        page.evaluate(type_in.format("вёстник МОСТ") + "new Event('input'))")
        assert page.evaluate(shown) == 8
        assert page.evaluate("document.querySelector('.filter [role=status]').textContent") == "8 / 12"
        page.evaluate("document.querySelector('#from').value = 'wire'")
        page.evaluate("document.querySelector('#from').dispatchEvent(new Event('change'))")
        assert page.evaluate(shown) == 4
        page.evaluate(type_in.format("slon") + "new Event('input'))")
        assert page.evaluate("document.querySelector('.filter [role=status]').textContent") == "Ничего не нашлось."
        assert not visible(page, ".day")
    with chromium.page(script=False) as page:
        page.open(address + PAGES["front-ru"])
        assert not visible(page, ".filter")
        links = page.evaluate("[...document.querySelectorAll('.sections a')].map((link) => link.href)")
        sections = ("bilingual", "topics/bridges", "weekly", "vestnik", "wire")
        assert links == [f"{address}ru/{section}/index.html" for section in sections]


def test_copying_an_address(site: tuple[str, Path], chromium: Browser) -> None:
    """A button puts a feed's address on the clipboard; without scripts there is none."""
    address, _ = site
    with chromium.page() as page:
        page.open(address + PAGES["subscribe-en"])
        page.evaluate(
            "Object.defineProperty(navigator, 'clipboard',"
            " {value: {writeText: (text) => { window.copied = text; return Promise.resolve(); }}})"
        )
        page.evaluate("document.querySelector('[data-copy]').click()")
        assert page.evaluate("window.copied") == f"{address}en/atom.xml"
        assert page.evaluate("document.querySelector('[data-copy]').textContent") == "Copied"
        page.evaluate("document.querySelector('details').open = true")
        code = "document.querySelector('.ways img')"
        assert page.evaluate(f"{code}.decode().then(() => {code}.naturalWidth)") > 0, (
            "the code is there to be photographed"
        )
    with chromium.page(script=False) as page:
        page.open(address + PAGES["subscribe-en"])
        assert not visible(page, "[data-copy]")


def test_print(site: tuple[str, Path], chromium: Browser) -> None:
    """On paper there is the text and whose it is, nothing to be operated."""
    address, _ = site
    with chromium.page() as page:
        page.open(address + PAGES["translation-en"])
        page.send("Emulation.setEmulatedMedia", media="print")
        assert visible(page, ".attribution")
        assert not [each for each in (".bar", ".views", ".flag") if visible(page, each)]
