import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.packages import CARRIED, carried, relabelled

from syndicator.errors import ModelError, Unavailable
from syndicator.model import ModelRef
from syndicator.translation import routes
from syndicator.translation.index import available
from syndicator.translation.manifest import sha256, tag
from syndicator.translation.models import import_package, install, install_carried, installed, is_pair, remove, verify

ROOT = Path(__file__).parents[2]
FORBIDDEN = ("argostranslate.translate", "minisbd", "onnxruntime", "spacy", "stanza", "torch")
URL = "https://example.org/ru_en.argosmodel"


def entry(**fields: object) -> dict[str, object]:
    """Return an index entry as Argos's index has them."""
    return {
        "package_version": "0.1",
        "argos_version": "1.5",
        "from_code": "ru",
        "from_name": "Russian",
        "to_code": "en",
        "to_name": "English",
        "links": [URL],
        "code": "translate-ru_en",
        "type": "translate",
    } | fields


def index(*entries: object) -> bytes:
    """Return an index."""
    return json.dumps(entries).encode()


def giving(package: Path) -> Callable[[str, Path], None]:
    """Return a download that gives this package, whatever the URL."""

    def download(_url: str, to: Path) -> None:
        to.write_bytes(package.read_bytes())

    return download


def unreachable(url: str, _to: Path) -> None:
    """Fail as a download does."""
    raise Unavailable(f"{url} did not answer")


def ref(pair: str, version: str = "1.0") -> ModelRef:
    """Return a model of this name."""
    from_language, to_language = pair.split("_")
    return ModelRef(from_language=from_language, to_language=to_language, version=version, digest="0")


# what is carried


def test_carried_packages_are_installed_once(tmp_path: Path) -> None:
    """Each carried package is installed; a second look finds nothing to do."""
    for package in CARRIED.glob("*.argosmodel"):
        (tmp_path / package.name).symlink_to(package)

    first, second = install_carried(tmp_path), install_carried(tmp_path)

    assert [model.problem for model in first] == [None] * len(list(CARRIED.glob("*.argosmodel")))
    assert second == []
    assert installed(tmp_path) == first
    assert [problem for _, problem in verify(tmp_path)] == [None] * len(first)


def test_changed_package_of_the_same_version_replaces_what_is_installed(tmp_path: Path) -> None:
    """A carried package with other contents under the same version is installed in place of the old one."""
    relabelled(tmp_path / "p.argosmodel", "ru_en")
    [before] = install_carried(tmp_path)
    relabelled(tmp_path / "p.argosmodel", "ru_en", from_name="Russian")

    [after] = install_carried(tmp_path)

    assert after.path == before.path
    assert after.ref.digest != before.ref.digest
    assert installed(tmp_path) == [after]


def test_digest_is_that_of_the_files_not_of_the_archive(tmp_path: Path) -> None:
    """Packing the same files again gives the same model."""
    one = import_package(relabelled(tmp_path / "one.argosmodel", "ru_en"), tmp_path / "one")
    other = import_package(relabelled(tmp_path / "other.argosmodel", "ru_en"), tmp_path / "other")

    assert one.ref == other.ref


def test_removed_model_stays_away(tmp_path: Path) -> None:
    """A removed model whose package is carried doesn't come back by itself, and does by an import."""
    package = relabelled(tmp_path / "p.argosmodel", "ru_en")
    install_carried(tmp_path)

    gone = remove("ru-en", tmp_path)

    assert [path.name for path in gone] == ["ru_en-0.1"]
    assert install_carried(tmp_path) == []
    assert installed(tmp_path) == []
    import_package(package, tmp_path)
    assert [model.problem for model in installed(tmp_path)] == [None]


def test_removal_takes_all_versions_of_a_pair_or_one_folder(tmp_path: Path) -> None:
    """A pair names all its versions, a folder one; others stay."""
    for pair, version in (("ru_en", "0.1"), ("ru_en", "0.2"), ("ru_en", "0.3"), ("en_ru", "0.1")):
        import_package(relabelled(tmp_path / "p", pair, version=version), tmp_path)

    remove("ru_en-0.2", tmp_path)
    one = [model.path.name for model in installed(tmp_path)]
    remove("ru-en", tmp_path)

    assert one == ["en_ru-0.1", "ru_en-0.1", "ru_en-0.3"]
    assert sorted(path.name for path in (tmp_path / "installed").iterdir()) == [".lock", "en_ru-0.1"]


def test_removing_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Removing a pair that is not installed says so."""
    with pytest.raises(ModelError, match="No model ru-de is installed"):
        remove("ru-de", tmp_path)


def test_empty_directory_has_no_models(tmp_path: Path) -> None:
    """A models directory that doesn't exist holds no models."""
    assert installed(tmp_path / "none") == []
    assert install_carried(tmp_path / "none") == []


# names


@pytest.mark.parametrize(
    ("code", "expected"), [("ru", "ru"), ("zt", "zh-Hant"), ("pb", "pt-BR"), ("PT-br", "pt-BR"), ("ZH-hans", "zh-Hans")]
)
def test_engine_codes_become_tags(code: str, expected: str) -> None:
    """Argos's own codes become BCP 47 tags in their usual case."""
    assert tag(code) == expected


@pytest.mark.parametrize("text", ["ru-en", "ru_en", "ru>en", "RU-EN"])
def test_pair_can_be_written_in_three_ways(text: str) -> None:
    """A pair is understood with a hyphen, an underscore or an arrow."""
    assert is_pair(text, "ru", "en")
    assert not is_pair(text, "en", "ru")


# the index


def test_index_offers_the_newest_first() -> None:
    """Offers are sorted by pair, then version, newest first, compared as numbers."""
    offers = available(
        index(*(entry(package_version=version) for version in ("1.9", "1.10", "1.0")), entry(from_code="de"))
    )

    assert [offer.name for offer in offers] == ["de_en-0.1", "ru_en-1.10", "ru_en-1.9", "ru_en-1.0"]


def test_index_entries_that_make_no_sense_are_left_out() -> None:
    """Other kinds of package, wrong types, hostile codes, and links that we can't follow don't spoil the rest."""
    offers = available(
        index(
            None,
            5,
            [],
            {},
            entry(type="sbd"),
            entry(from_code="../../x"),
            entry(from_code=None),
            entry(to_code=["en"]),
            entry(package_version="1/2"),
            entry(links=None),
            entry(links=["ipfs://x", "file:///etc/passwd", 7]),
            entry(links=["http://a.example/p", "ipfs://x", URL]),
        )
    )

    assert [offer.urls for offer in offers] == [(URL, "http://a.example/p")]


def test_index_hash_and_size_are_read_where_given() -> None:
    """An index may name SHA-256 and size; nonsense there counts as absent."""
    good, bad = available(
        index(entry(sha256="A" * 64, size=5), entry(package_version="0.0", sha256="A" * 63, size="5"))
    )

    assert (good.sha256, good.size_bytes) == ("a" * 64, 5)
    assert (bad.sha256, bad.size_bytes) == (None, None)


@pytest.mark.parametrize("raw", [b"", b"<html>", b'{"a": 1}', b"[" * 100_000, b"\xff"])
def test_what_is_no_index_is_refused(raw: bytes) -> None:
    """Anything but a JSON list is refused, naming the setting to look at."""
    with pytest.raises(ModelError, match="index_url"):
        available(raw)


# installing from the index


@pytest.fixture(scope="module")
def ru_en(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a package ru_en 0.1."""
    return relabelled(tmp_path_factory.mktemp("package") / "ru_en.argosmodel", "ru_en")


def test_other_pair_than_asked_for_is_refused(tmp_path: Path) -> None:
    """A package that calls itself by another pair than the index does is refused: it would replace that pair."""
    other = relabelled(tmp_path / "other", "en_de")

    with pytest.raises(ModelError, match=r"calls itself en_de-0\.1"):
        install("ru-en", tmp_path, fetch_index=lambda: index(entry()), download=giving(other))

    assert installed(tmp_path) == []
    assert not list(tmp_path.rglob("*.argosmodel"))


def test_install_checks_records_and_cleans_up(tmp_path: Path, ru_en: Path) -> None:
    """An installed package's SHA-256 is recorded, the download is deleted, and each step is told."""
    steps: list[str] = []

    model = install(
        "ru-en", tmp_path, fetch_index=lambda: index(entry()), download=giving(ru_en), progress=steps.append
    )

    record = json.loads((tmp_path / "packages.json").read_text())
    assert model.problem is None
    assert record == {
        "ru_en-0.1": {
            "pair": "ru-en",
            "url": URL,
            "sha256": sha256(ru_en),
            "size_bytes": ru_en.stat().st_size,
        }
    }
    assert steps == ["looking into the package index", f"downloading {URL}", "checking and unpacking"]
    assert not list(tmp_path.rglob("*.argosmodel"))


def test_install_of_what_is_there_downloads_nothing(tmp_path: Path, ru_en: Path) -> None:
    """A pair that is installed and whole is not downloaded again; a damaged one is."""
    first = install("ru-en", tmp_path, fetch_index=lambda: index(entry()), download=giving(ru_en))

    second = install("ru-en", tmp_path, fetch_index=lambda: index(entry()), download=unreachable)
    (first.path / "model" / "model.bin").write_bytes(b"x" * (first.path / "model" / "model.bin").stat().st_size)
    with pytest.raises(Unavailable):
        install("ru-en", tmp_path, fetch_index=lambda: index(entry()), download=unreachable)

    assert second == first


def test_other_bytes_under_a_recorded_version_are_refused(tmp_path: Path, ru_en: Path) -> None:
    """A version that was installed once is refused when it comes with another SHA-256."""
    install("ru-en", tmp_path, fetch_index=lambda: index(entry()), download=giving(ru_en))
    remove("ru-en", tmp_path)
    other = relabelled(tmp_path / "other", "ru_en", from_name="Russian")

    with pytest.raises(ModelError, match=r"recorded in packages\.json"):
        install("ru-en", tmp_path, fetch_index=lambda: index(entry()), download=giving(other))

    assert installed(tmp_path) == []
    assert not list(tmp_path.rglob("*.argosmodel"))


@pytest.mark.parametrize("fields", [{"sha256": "0" * 64}, {"size": 7}])
def test_other_bytes_than_the_index_names_are_refused(fields: dict[str, object], tmp_path: Path, ru_en: Path) -> None:
    """A package of another SHA-256 or size than the index names is refused and deleted."""
    with pytest.raises(ModelError, match="other than the index names"):
        install("ru-en", tmp_path, fetch_index=lambda: index(entry(**fields)), download=giving(ru_en))

    assert installed(tmp_path) == []
    assert not list(tmp_path.rglob("*.argosmodel"))


def test_next_address_is_tried_and_the_last_failure_told(tmp_path: Path, ru_en: Path) -> None:
    """Where one address fails the next is tried; where all fail the failure goes on."""
    two = index(entry(links=["https://a.example/p", "https://b.example/p"]))

    def second_only(url: str, to: Path) -> None:
        if "b.example" not in url:
            raise Unavailable("no")
        giving(ru_en)(url, to)

    with pytest.raises(Unavailable, match=r"b\.example"):
        install("ru-en", tmp_path, fetch_index=lambda: two, download=unreachable)
    assert install("ru-en", tmp_path, fetch_index=lambda: two, download=second_only).problem is None


def test_broken_off_download_goes_on_where_it_was(tmp_path: Path, ru_en: Path) -> None:
    """What an earlier try left is still there for the next one, under the same name."""
    content = ru_en.read_bytes()

    def in_two_halves(_url: str, to: Path) -> None:
        so_far = to.stat().st_size if to.exists() else 0
        with to.open("ab") as file:
            file.write(content[so_far : so_far + len(content) // 2 + 1])
        if so_far == 0:
            raise Unavailable("broken off")

    with pytest.raises(Unavailable):
        install("ru-en", tmp_path, fetch_index=lambda: index(entry()), download=in_two_halves)

    assert install("ru-en", tmp_path, fetch_index=lambda: index(entry()), download=in_two_halves).problem is None


def test_pair_that_the_index_lacks_is_an_error(tmp_path: Path) -> None:
    """A pair that no package is offered for says so."""
    with pytest.raises(ModelError, match="no model ru-de"):
        install("ru-de", tmp_path, fetch_index=lambda: index(entry()), download=unreachable)


# routes


def test_shortest_chain_wins_and_ties_are_settled_by_name() -> None:
    """The route is the shortest chain; among equally short ones the first by name, in whatever order models come."""
    models = [ref("ru_fr"), ref("fr_de"), ref("ru_en"), ref("en_de"), ref("de_it"), ref("ru_it"), ref("it_ru")]

    for order in (models, models[::-1]):
        assert str(routes.find(order, "ru", "de")) == "ru>en>de"
        assert str(routes.find(order, "ru", "it")) == "ru>it"


def test_newest_version_wins() -> None:
    """Of several versions of a pair the newest is taken."""
    route = routes.find([ref("ru_en", "1.9"), ref("ru_en", "1.10"), ref("ru_en", "1.2")], "ru", "en")

    assert route is not None
    assert route.models[0].version == "1.10"


def test_exact_language_wins_over_the_newest() -> None:
    """Who asks for Brazilian Portuguese gets it; who asks for Portuguese gets the language at large."""
    models = [ref("en_pt-BR", "9"), ref("en_pt", "1")]

    exact, at_large = routes.find(models, "en", "pt-BR"), routes.find(models, "en-GB", "pt")

    assert exact is not None
    assert exact.to_language == "pt-BR"
    assert at_large is not None
    assert at_large.to_language == "pt"


def test_reachable_pairs_are_those_with_a_route() -> None:
    """Every pair that a chain leads to is named, no language to itself."""
    models = [ref("ru_en"), ref("en_ru"), ref("en_de")]

    pairs = routes.reachable(models)

    assert pairs == {("ru", "en"), ("en", "ru"), ("en", "de"), ("ru", "de")}
    assert all(routes.find(models, *pair) for pair in pairs)
    assert routes.find(models, "de", "ru") is None
    assert routes.find(models, "ru", "ru") is None


# side effects


def test_nothing_is_left_in_home_and_nothing_forbidden_is_imported(tmp_path: Path) -> None:
    """Reading an index, importing a package and translating make no file in HOME and import no splitter or torch."""
    home = tmp_path / "home"
    home.mkdir()
    code = f"""
import os, pathlib, sys
from syndicator.translation.engine import ArgosTranslator
from syndicator.translation.models import available, import_package
before = dict(os.environ)
available({index(entry())!r})
import_package(pathlib.Path({str(carried("ru_en"))!r}), pathlib.Path({str(tmp_path / "models")!r}))
translator = ArgosTranslator(pathlib.Path({str(tmp_path / "models")!r}), beam_size=1, threads=1)
assert translator.translate(["Привет"], translator.route("ru", "en"))
assert dict(os.environ) == before
print([name for name in {FORBIDDEN!r} if name in sys.modules])
"""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "ARGOS_"))}
    environment |= {"HOME": str(home), "PYTHONPATH": str(ROOT), "ARGOS_PACKAGES_DIR": str(home / "argos")}

    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=120
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")
    assert list(home.rglob("*")) == []
