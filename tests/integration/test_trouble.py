"""Sources in trouble, as an operator sees them: through the command line and the daemon."""

from pathlib import Path

from support.desk import Desk, stop, wait_until
from support.origin import Origin

FEED = (
    '<rss version="2.0"><channel><title>В</title><link>https://v.example/</link><description/>'
    "<item><title>О бюджете</title>"
    "<guid>https://v.example/1</guid><description>Совет утвердил бюджет.</description></item></channel></rss>"
).encode()
SECRET = "s3cret-t0ken"  # noqa: S105 - it is here to be looked for


def test_a_secret_is_sent_and_never_shown(tmp_path: Path) -> None:
    """Neither `config show`, nor `status`, nor a log, nor the store or the feeds hold what only the origin may know."""
    desk = Desk.make(tmp_path / "desk")
    (desk.folder / "config" / "agency").write_text(f"X-Api-Key: file-{SECRET}\n", encoding="utf-8")
    with Origin() as origin:
        origin.add("/feed", body=FEED)
        origin.add("/broken", status=401)
        desk.write_config(
            f'[log]\nlevel = "debug"\n[[sources]]\nslug = "agency"\nfeed = "{origin.url("/feed")}"\n'
            'headers_file = "agency"\n'
            f'[[sources]]\nslug = "other"\nfeed = "{origin.url("/broken")}"\n'
        )
        variables = {"SYNDICATOR_SOURCE_OTHER_AUTHORIZATION": f"ann:env-{SECRET}"}
        said = ""
        for words in (
            ("config", "check"),
            ("run",),
            ("config", "show"),
            ("status",),
            ("status", "--json"),
            ("sources", "list", "--json"),
            ("sources", "test", "agency"),
        ):
            done = desk.call(*words, **variables)
            said += done.stdout + done.stderr
        assert origin.requests[0].headers["X-Api-Key"] == f"file-{SECRET}"
        assert any(asked.headers["Authorization"] for asked in origin.requests)
    assert "s3cret" not in said
    for path in desk.folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.name != "agency":
            assert b"s3cret" not in path.read_bytes(), path


def test_without_a_network_everything_else_goes_on(tmp_path: Path) -> None:
    """`[network] allow = "none"`: a feed is refused in words, an inbox comes out in both languages."""
    desk = Desk.make(tmp_path / "desk")
    desk.write_config(
        '[[sources]]\nslug = "press"\ninbox = "inbox"\n[[sources]]\nslug = "live"\nfeed = "http://127.0.0.1:9/feed"\n'
    )
    desk.config.write_text(desk.config.read_text().replace("[network]", '[network]\nallow = "none"'), encoding="utf-8")
    desk.drop("a.txt", "Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n")
    desk.call("run")
    live = next(one for one in desk.json("status")["sources"] if one["slug"] == "live")
    assert live["condition"] == "refused"
    assert '[network] allow = "none"' in live["detail"]
    assert (desk.feeds / "ru" / "atom.xml").exists()
    done = desk.call("models", "install", "de-en", code=6)
    assert 'allow = "none"' in done.stderr


def test_a_host_that_hangs_holds_one_reader(tmp_path: Path) -> None:
    """With two readers and five sources on a host that says nothing, the source on another host is read."""
    desk = Desk.make(tmp_path / "desk")
    with Origin() as silent, Origin() as lively:
        silent.raw("/hang", lambda *_: silent.stopping.wait(60))
        lively.add("/feed", body=FEED)
        hanging = "".join(f'[[sources]]\nslug = "s{n}"\nfeed = "{silent.url(f"/hang?{n}")}"\n' for n in range(5))
        desk.write_config(
            f'[schedule]\nreaders = 2\n{hanging}[[sources]]\nslug = "z"\nfeed = "{lively.url("/feed")}"\n'
        )
        daemon = desk.start("daemon")
        try:
            wait_until(lambda: "/feed" in lively.paths() and silent.requests)
            assert len(silent.requests) == 1
        finally:
            stop(daemon)
