"""The configuration: what is accepted, and how everything wrong is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from syndicator.config import find, load
from syndicator.config_file import add_sources, locate, remove_source
from syndicator.config_values import parse_duration
from syndicator.errors import ConfigError
from syndicator.model import SourceKind

ROOT = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "syndicator.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def test_everything_wrong_is_told_at_once_with_line_and_suggestion(tmp_path: Path) -> None:
    """Four mistakes give four problems, each with its line, its key and what would be right."""
    path = write(
        tmp_path,
        """
languages = ["ru"]
[feeds]
windw = 10
[schedule]
interval = "soon"
[[sources]]
slug = "one"
feed = "https://example.org/feed"
[[sources]]
slug = "Two Words"
feed = "ftp://example.org/feed"
""",
    )
    told = problems(path)
    assert [line.split(": ")[:2] for line in told] == [
        ["4", "feeds.windw"],
        ["6", "schedule.interval"],
        ["11", "sources[1].slug"],
        ["12", "sources[1].feed"],
    ]
    assert "did you mean 'window'?" in told[0]
    assert '"30m"' in told[1]
    assert "not an http or https address" in told[3]


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    """A file that is no TOML is refused with the line where it stops being so."""
    told = problems(write(tmp_path, 'languages = ["ru"]\nfeeds = [\n'))
    assert "is not TOML" in told[0]
    assert ":" in str(told[0])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('slug = "a"', "exactly one of feed, page and inbox"),
        ('slug = "a"\nfeed = "https://a.example/"\ninbox = "x"', "this one has feed and inbox"),
        ('slug = "a"\npage = "https://a.example/news"', "needs link_selector or link_pattern"),
        ('slug = "a"\npage = "https://a.example/news"\nlink_pattern = "("', "not a regular expression"),
        ('slug = "stories"\ninbox = "x"', "is taken by the program"),
        ('slug = "a"\ninbox = "x"\nlanguage = "русский"', "language"),
        ('inbox = "x"', "is missing"),
    ],
)
def test_a_source_that_can_not_work_is_refused(tmp_path: Path, source: str, words: str) -> None:
    """A source table that contradicts itself is refused in words."""
    assert any(words in line for line in problems(write(tmp_path, f"[[sources]]\n{source}\n")))


def test_two_sources_can_not_share_a_slug(tmp_path: Path) -> None:
    """Ids are made from slugs, so each source needs its own."""
    text = '[[sources]]\nslug = "a"\ninbox = "x"\n[[sources]]\nslug = "a"\ninbox = "y"\n'
    assert "two sources have the slug a" in problems(write(tmp_path, text))[0]


TOPIC = """
[[sources]]
slug = "kremlin"
feed = "https://example.org/feed"
[[topics]]
slug = "trade"
name = {en = "Trade", ru = "Торговля"}
sources = ["kremlin"]
words = ["торговля"]
"""


def test_a_topic_is_read(tmp_path: Path) -> None:
    """Its name is one for all or one for each language; its sources are there."""
    path = write(tmp_path, TOPIC + '[[topics]]\nslug = "b"\nname = "B"\ncategories = ["b"]\n')
    trade, other = load(path).topic_list()
    assert (trade.name, trade.name_in("ru"), trade.sources) == ("Trade", "Торговля", ("kremlin",))
    assert (trade.words, other.name_in("ru"), other.categories) == (("торговля",), "B", ("b",))


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('sources = ["kremlin"]', 'sources = ["krmlin"]', "8: topics[0].sources", "did you mean 'kremlin'?"),
        ('sources = ["kremlin"]', 'sources = ["tass"]', "8: topics[0].sources", "sources here: kremlin"),
        ('words = ["торговля"]', 'words = ["…"]', "9: topics[0].words", "no letter or digit"),
        ('words = ["торговля"]', "wrds = []", "9: topics[0].wrds", "did you mean 'words'?"),
        ('slug = "trade"', 'slug = "Trade"', "6: topics[0].slug", "lower-case letters"),
        ("{en =", "{english =", "7: topics[0].name", "'english' is no language tag"),
        ('{en = "Trade", ru = "Торговля"}', "{}", "7: topics[0].name", "is no name"),
        ('{en = "Trade", ru = "Торговля"}', '" "', "7: topics[0].name", "is no name"),
        ('sources = ["kremlin"]\nwords = ["торговля"]', "", "5: topics[0]", "at least one of sources, words"),
        ("[[topics]]", '[[topics]]\nslug = "trade"\nname = "T"\nwords = ["w"]\n[[topics]]', "5: topics", "two topics"),
    ],
)
def test_a_topic_that_can_not_be_is_refused(tmp_path: Path, old: str, new: str, line: str, words: str) -> None:
    """Each mistake is told where it is, with what would be right."""
    (told,) = problems(write(tmp_path, TOPIC.replace(old, new)))
    assert told.startswith(line)
    assert words in told


def test_the_environment_outranks_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`SYNDICATOR_TABLE__KEY` sets a key, whatever the file says; the rest of the table stays the file's."""
    path = write(tmp_path, '[feeds]\nwindow = 7\nbase_url = "https://a.example/f"\n')
    monkeypatch.setenv("SYNDICATOR_FEEDS__WINDOW", "9")
    feeds = load(path).feeds
    assert (feeds.window, feeds.base_url) == (9, "https://a.example/f/")


def test_a_variable_that_sets_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt variable is not passed over in silence."""
    monkeypatch.setenv("SYNDICATOR_DATABSE__URL", "sqlite:///x")
    assert problems(write(tmp_path, "")) == [
        "SYNDICATOR_DATABSE__URL: sets nothing (did you mean SYNDICATOR_DATABASE__URL?)"
    ]


def test_a_wrong_variable_is_named_instead_of_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment gets wrong is told by the variable's name."""
    monkeypatch.setenv("SYNDICATOR_FEEDS__WINDOW", "many")
    assert problems(write(tmp_path, "[feeds]\nwindow = 1\n"))[0].startswith("SYNDICATOR_FEEDS__WINDOW: ")


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    """Feeds, models, database and inboxes are found from the file's folder, wherever the program is started."""
    folder = tmp_path / "etc"
    folder.mkdir()
    settings = load(write(folder, '[database]\nurl = "sqlite:///../d/s.db"\n[[sources]]\nslug = "a"\ninbox = "in"\n'))
    assert settings.database.url == f"sqlite:///{tmp_path}/d/s.db"
    assert settings.feeds.directory == tmp_path / "feeds"
    assert settings.source_list()[0].folder == folder / "in"


def test_a_disabled_source_is_not_read(tmp_path: Path) -> None:
    """`enabled = false` keeps a source in the file and out of the readings."""
    assert load(write(tmp_path, '[[sources]]\nslug = "a"\ninbox = "in"\nenabled = false\n')).source_list() == ()


def test_a_source_without_an_interval_takes_the_schedule_s(tmp_path: Path) -> None:
    """The interval of [schedule] is every source's unless it names its own."""
    text = '[schedule]\ninterval = "2h"\n[[sources]]\nslug = "a"\nfeed = "https://a.example/f"\n'
    text += '[[sources]]\nslug = "b"\ninbox = "in"\ninterval = "5m"\n'
    a, b = load(write(tmp_path, text)).source_list()
    assert (a.interval, b.interval) == (timedelta(hours=2), timedelta(minutes=5))
    assert (a.kind, b.kind) == (SourceKind.FEED, SourceKind.INBOX)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("1.5h", 5400), ("2d", 172_800), ("1w", 604_800)]
)
def test_durations_are_written_as_people_do(text: str, seconds: int) -> None:
    """A number and a letter make a duration."""
    assert parse_duration(text) == timedelta(seconds=seconds)


def test_the_file_is_looked_for_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option comes first, then the variable, then config/, then the XDG place."""
    monkeypatch.chdir(tmp_path)
    xdg = tmp_path / "xdg"
    (xdg / "syndicator").mkdir(parents=True)
    (tmp_path / "config").mkdir()
    in_xdg, in_config = xdg / "syndicator" / "syndicator.toml", tmp_path / "config" / "syndicator.toml"
    named, by_option = tmp_path / "named.toml", tmp_path / "option.toml"
    for path in (in_xdg, in_config, named, by_option):
        path.write_text("", encoding="utf-8")
    environment = {"XDG_CONFIG_HOME": str(xdg), "SYNDICATOR_CONFIG": str(named)}
    assert find(by_option, environment) == by_option
    assert find(None, environment) == named
    del environment["SYNDICATOR_CONFIG"]
    assert find(None, environment) == in_config
    in_config.unlink()
    assert find(None, environment) == in_xdg
    in_xdg.unlink()
    with pytest.raises(ConfigError, match="syndicator init"):
        find(None, environment)


def test_adding_and_removing_a_source_leaves_the_rest_as_it_was(tmp_path: Path) -> None:
    """Comments, order and spacing survive the program's edits."""
    text = '# mine\nlanguages = ["ru"]   # only this\n\n[[sources]]\nslug = "a"\ninbox = "in"\n'
    path = write(tmp_path, text)
    add_sources(path, [{"slug": "b", "feed": "https://b.example/f"}])
    assert [source.slug for source in load(path).source_list()] == ["a", "b"]
    assert path.read_text(encoding="utf-8").startswith(text)
    remove_source(path, "b")
    assert path.read_text(encoding="utf-8").strip() == text.strip()
    with pytest.raises(ConfigError, match="no source 'b'"):
        remove_source(path, "b")


def test_an_edit_keeps_permissions_and_links_and_never_leaves_what_is_wrong(tmp_path: Path) -> None:
    """The file behind a link is edited, with its mode; what a check refuses is not written."""
    path = write(tmp_path, "# mine\n")
    path.chmod(0o640)
    link = tmp_path / "linked.toml"
    link.symlink_to(path)
    add_sources(link, [{"slug": "b", "feed": "https://b.example/f"}])
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="not an http or https address"):
        add_sources(link, [{"slug": "c", "feed": "c"}], check=lambda text: load(path, planned=text))
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([path.name, link.name])


def test_locate_finds_keys_of_every_spelling() -> None:
    """A key is found under its table, as a dotted key, and in the right one of several tables."""
    text = "a.b = 1\n[t]\nx = 1\n[[s]]\nk = 1\n[[s]]\n# k = 2\nk = 3\n"
    assert locate(text, ("a", "b")) == 1
    assert locate(text, ("t", "x")) == 3
    assert locate(text, ("s", 1, "k")) == 8
    assert locate(text, ("s", 1, "missing")) == 6
    assert locate(text, ("nowhere",)) is None


@pytest.mark.parametrize("name", ["syndicator.toml", "newsroom.toml"])
def test_the_configurations_that_we_carry_are_right(name: str) -> None:
    """Both example files load without a problem."""
    assert load(ROOT / "config" / name).source_list()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('languages = "en"', "1", "is not a list but 'en' (write a list"),
        ('languages = [""]', "1", "write a language tag such as ru"),
        ("a = 1\na = 2", "2", "is not TOML"),
        ('[schedule]\ninterval = "999999w"', "2", "less than or equal to 366 days"),
        ('[network]\ntimeout = "0s"', "2", "greater than 0 seconds"),
        ('[network]\nallow_private = ["10.0.0.0/8", "home", "1.2.3.4/99"]', "2", "'home', '1.2.3.4/99': no address"),
        ('[feeds]\ndirectory = "a\\u0000b"', "2", "holds a NUL character"),
        ('[models]\ndirectory = "~nobody-here/x"', "2", "names a user that there is not"),
        ('[[sources]]\nslug = "a"\nfeed = "https://a.example/"\nlink_pattern = "x"', "1", "belong to a page"),
        ('[[sources]]\nslug = "a"\ninbox = "a"\nfull_text = true', "1", "belongs to a feed"),
        ('\n[[sources]]\nslug = "a"\ninbox = "a"\n[[sources]]\nslug = "a"\ninbox = "b"', "2", "have the slug a"),
    ],
)
def test_each_mistake_is_one_problem_with_its_line(tmp_path: Path, text: str, line: str, words: str) -> None:
    """What would fail at run time, or be left out silently, is told before; nothing is told twice."""
    told = problems(write(tmp_path, text))
    assert len(told) == 1, told
    assert told[0].split(": ")[0] == line
    assert words in told[0]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SYNDICATOR_FEEDS__WINDWO", "5"),
        ("syndicator_feeds__window", "x"),
        ("SYNDICATOR_FEEDS", '{"window": 0}'),
        ("SYNDICATOR_SOURCES", '[{"slug": "a"}]'),
    ],
)
def test_a_mistake_in_the_environment_names_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """Not a line of the file, which says nothing of the kind."""
    monkeypatch.setenv(variable, value)
    told = problems(write(tmp_path, "[feeds]\nwindow = 5\n"))
    assert [one.split(":")[0] for one in told] == [variable]
