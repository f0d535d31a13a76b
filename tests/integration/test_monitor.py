"""What an operator's tools see of a running desk: metrics, health, readiness, and what systemd is told."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client.parser import text_string_to_metric_families
from support import samples
from support.desk import ROOT, Desk, stop, wait_until
from support.origin import Origin
from support.promql import asked

from syndicator.config import load
from syndicator.errors import ConfigError, ServeError
from syndicator.metrics import COUNTED, LOOKED_UP, Metrics
from syndicator.monitor.readiness import Readiness
from syndicator.monitor.server import Answers, answering, is_asked_rightly
from syndicator.monitor.vitals import Vitals
from syndicator.systemd import Notifier
from syndicator.wiring import open_desk

LISTEN = '[metrics]\nlisten = "127.0.0.1:0"\n'
INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'
DASHBOARD = ROOT / "deploy" / "grafana.json"
ALERTS = ROOT / "deploy" / "prometheus-alerts.yaml"
OF_PROMETHEUS = {"up"}
"""Metrics that Prometheus itself makes; the labels that it adds are `instance` and `job`."""


class Supervisor:
    """The socket that systemd would listen at."""

    def __init__(self, address: str) -> None:
        self.name = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self.told: list[str] = []

    def hear(self, wanted: str, *, seconds: float = 60) -> str:
        """Return the next message that holds `wanted`; raise TimeoutError if none comes."""
        self._socket.settimeout(seconds)
        while True:
            self.told.append(self._socket.recv(4096).decode())
            if wanted in self.told[-1]:
                return self.told[-1]

    def drain(self) -> None:
        """Drop what has come so far."""
        self._socket.settimeout(0)
        try:
            while True:
                self._socket.recv(4096)
        except BlockingIOError:
            return

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()


@dataclass(frozen=True, slots=True)
class Watched:
    """A daemon at work, and where to ask it."""

    desk: Desk
    process: subprocess.Popen[str]
    supervisor: Supervisor

    def ask(self, path: str, *, host: str | None = None, method: str = "GET") -> tuple[int, str]:
        """Return the status and text that come for a path."""
        place = re.findall(r"monitor_listens.*?http://([\d.:]+)/", self.desk.log())[-1]
        connection = http.client.HTTPConnection(place, timeout=60)
        try:
            connection.request(method, path, headers={"Host": host or place})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def value(self, name: str, **labels: str) -> float:
        """Return the sum of a metric's samples with these labels; 0 if there is none."""
        text = self.ask("/metrics")[1]
        samples_of = [one for family in text_string_to_metric_families(text) for one in family.samples]
        return sum(one.value for one in samples_of if one.name == name and labels.items() <= one.labels.items())


@contextmanager
def watched(desk: Desk, supervisor: Supervisor, **variables: str) -> Iterator[Watched]:
    """Run a daemon that is watched; end it for sure."""
    process = desk.start("daemon", NOTIFY_SOCKET=supervisor.name, **variables)
    try:
        wait_until(lambda: "daemon_started" in desk.log() or process.poll() is not None)
        assert process.poll() is None, desk.log()
        yield Watched(desk, process, supervisor)
    finally:
        process.kill()
        process.wait()
        supervisor.close()


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Run a desk that has read, translated and published; one of its sources is broken."""
    folder = tmp_path_factory.mktemp("monitor")
    with Origin() as origin:
        origin.add("/en.atom", body=samples.ATOM_EN.encode(), headers={"Content-Type": "application/atom+xml"})
        origin.add("/broken", status=500)
        sources = "".join(
            f'[[sources]]\nslug = "{slug}"\nfeed = "{origin.url(path)}"\n'
            for slug, path in (("science", "/en.atom"), ("broken", "/broken"))
        )
        desk = Desk.make(folder / "desk", LISTEN + INBOX + sources)
        desk.drop("a.txt", samples.PRESS_RU)
        with watched(desk, Supervisor(str(folder / "notify")), WATCHDOG_USEC="1000000") as found:
            wait_until(lambda: len(re.findall(r"translated .*articles=1|translated .*articles=2", desk.log())) >= 1)
            wait_until(lambda: found.value("syndicator_delay_seconds_count") == 2)
            yield found


@pytest.fixture(scope="module")
def scraped(at_work: Watched) -> Mapping[str, frozenset[str]]:
    """Return every metric that a scrape yields, as PromQL names it, with its labels."""
    status, text = at_work.ask("/metrics")
    assert status == 200
    names: dict[str, frozenset[str]] = {}
    for family in text_string_to_metric_families(text):
        suffixes = {"counter": ["_total"], "summary": ["_sum", "_count"], "histogram": ["_bucket", "_sum", "_count"]}
        described = COUNTED.get(f"{family.name}_total") or COUNTED.get(family.name) or LOOKED_UP.get(family.name)
        for suffix in suffixes.get(family.type, [""]):
            labels = set(described.labels) if described else set()
            names[family.name + suffix] = frozenset(labels | ({"le"} if suffix == "_bucket" else set()))
        for one in family.samples:
            assert set(one.labels) == names[one.name], one
    return names


def expressions() -> list[str]:
    """Return every expression of the dashboard and of the alerts."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    variables = [one["query"]["query"] for one in dashboard["templating"]["list"] if one["type"] == "query"]
    rules = [rule["expr"] for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    return [*panels, *variables, *rules]


def test_dashboard_and_alerts_ask_for_what_there_is(scraped: Mapping[str, frozenset[str]]) -> None:
    """Every metric that an expression names is in a real scrape, and has the labels that it is asked by."""
    assert len(expressions()) > 40
    for expression in expressions():
        found = asked(expression)
        assert found.metrics, expression
        assert found.metrics <= scraped.keys() | OF_PROMETHEUS, expression
        labels = {"instance", "job"}.union(*(scraped.get(name, frozenset()) for name in found.metrics))
        assert found.labels <= labels, expression


def test_what_is_asked_for_is_found_in_an_expression() -> None:
    """The check above sees names and labels wherever they stand."""
    found = asked(
        'sum by (le, a) (rate(x_total{b=~"$b",c!="by (z)"}[5m])) / on(d) group_left(e) y unless time() - z < 1'
    )
    assert found.metrics == {"x_total", "y", "z"}
    assert found.labels == {"le", "a", "b", "c", "d", "e"}


def test_every_metric_is_scraped_shown_and_documented(scraped: Mapping[str, frozenset[str]]) -> None:
    """None is declared that no scrape yields, that the dashboard leaves out, or that docs/monitoring.md does."""
    told = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    shown = {name for expression in expressions() for name in asked(expression).metrics}
    for name, one in {**COUNTED, **LOOKED_UP}.items():
        suffix = {"summary": "_count", "histogram": "_bucket"}.get(one.kind, "")
        assert name + suffix in scraped
        assert any(used.startswith(name) for used in shown), name
        assert f"| `{name}` | {', '.join(one.labels) or '–'} | {one.words} |" in told


def test_every_alert_says_what_to_do() -> None:
    """Five alerts, each with its words and a section in docs/monitoring.md that its runbook leads to."""
    told = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    assert len(rules) == 5
    for rule in rules:
        assert {"summary", "description", "runbook"} == set(rule["annotations"])
        assert rule["annotations"]["runbook"] == f"docs/monitoring.md#{rule['alert'].lower()}"
        assert f"\n### {rule['alert']}\n" in told


def test_names_follow_the_rules_of_prometheus() -> None:
    """Ours begin alike, counters end in _total and nothing else does, times are in seconds."""
    for name, one in {**COUNTED, **LOOKED_UP}.items():
        assert re.fullmatch(r"syndicator_[a-z_]+", name)
        assert name.endswith("_total") == (one.kind == "counter"), name
        assert one.kind not in {"summary", "histogram"} or name.endswith("_seconds")
        assert not re.search(r"_(ms|minutes|hours|count|sum|bucket|info_total)$", name), name


def test_counts_are_what_happened(at_work: Watched) -> None:
    """Looks by result, articles, segments, words and time of the engine, translations, editions, queues."""
    assert at_work.value("syndicator_fetches_total", source="science", result="read") == 1
    assert at_work.value("syndicator_fetches_total", source="broken", result="unavailable") >= 1
    assert at_work.value("syndicator_source_failures", source="broken") >= 1
    assert at_work.value("syndicator_source_condition", source="broken", condition="failing") == 1
    assert at_work.value("syndicator_sources", condition="ok") == 2
    assert at_work.value("syndicator_articles_read_total", source="press", change="new") == 1
    assert at_work.value("syndicator_translations_total", outcome="published") == 2
    for pair in ({"from_language": "ru", "to_language": "en"}, {"from_language": "en", "to_language": "ru"}):
        assert at_work.value("syndicator_segments_total", **pair) >= 2
        assert at_work.value("syndicator_words_total", **pair) > at_work.value("syndicator_segments_total", **pair)
        assert 0 < at_work.value("syndicator_engine_seconds_total", **pair) < 120
    assert at_work.value("syndicator_waiting_translations") == 0
    assert at_work.value("syndicator_editions_written_total") >= 4
    assert at_work.value("syndicator_source_delay_seconds_count", source="press") == 1
    assert at_work.value("syndicator_healthy") == 1
    assert at_work.value("syndicator_step_last_success_timestamp_seconds", step="publish") > 1.7e9


def test_it_is_alive_and_ready(at_work: Watched) -> None:
    """Both say so; the latter after it had the running translator translate a sentence. HEAD gets the same."""
    for path in ("/healthz", "/readyz"):
        assert at_work.ask(path) == (200, "ok\n")
        assert at_work.ask(path, method="HEAD") == (200, "")
    assert at_work.ask("/elsewhere")[0] == 404


def test_a_page_of_another_name_reads_nothing(at_work: Watched) -> None:
    """A browser that was led here under a name of somebody else's gets no metrics."""
    assert at_work.ask("/metrics", host="evil.example")[0] == 421
    assert at_work.ask("/metrics", host="prometheus-target:9464")[0] == 200


@pytest.mark.parametrize(
    ("field", "answered"),
    [
        ("127.0.0.1:9464", True),
        ("[::1]:9464", True),
        ("localhost", True),
        ("syndicator:9464", True),
        ("desk.example:9464", True),
        ("DESK.example", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example:9464", False),
        (None, True),
    ],
)
def test_who_is_asked(field: str | None, *, answered: bool) -> None:
    """An address, a name without a dot, and the name that is listened at; nothing else."""
    assert is_asked_rightly(field, host="desk.example") is answered


def test_systemd_is_told(at_work: Watched) -> None:
    """Ready with how it is, signs of life, reloading and ready again, a refused config in words, stopping."""
    supervisor, desk = at_work.supervisor, at_work.desk
    assert "STATUS=3 sources, editions in en, ru" in supervisor.hear("READY=1")
    supervisor.drain()  # as many signs of life as systemd would have taken meanwhile
    supervisor.hear("WATCHDOG=1")
    before = desk.config.read_text(encoding="utf-8")
    desk.config.write_text("[[sources]\n", encoding="utf-8")
    at_work.process.send_signal(signal.SIGHUP)
    assert re.search(r"^MONOTONIC_USEC=\d+$", supervisor.hear("RELOADING=1"), re.MULTILINE)
    assert "refused" in supervisor.hear("READY=1")
    desk.config.write_text(before.replace(INBOX, ""), encoding="utf-8")
    at_work.process.send_signal(signal.SIGHUP)
    supervisor.hear("RELOADING=1")
    assert "STATUS=2 sources" in supervisor.hear("READY=1")
    assert at_work.value("syndicator_translations_total") == 2  # counts outlive the settings
    assert stop(at_work.process) == 0
    supervisor.hear("STOPPING=1")


def test_a_job_that_hangs_is_told_and_no_sign_of_life_is_given(tmp_path: Path) -> None:
    """/healthz names it, and systemd is told, and left to end the process."""
    with Origin() as origin:
        origin.raw("/slow", lambda _asked, _connection: bool(origin.stopping.wait(100)) and None)
        slow = f'[[sources]]\nslug = "slow"\nfeed = "{origin.url("/slow")}"\n'
        desk = Desk.make(tmp_path / "desk", LISTEN + '[schedule]\nstuck = "3s"\n' + slow)
        with watched(desk, Supervisor(f"@syndicator-test-{os.getpid()}"), WATCHDOG_USEC="200000") as found:
            found.supervisor.hear("WATCHDOG=1")
            wait_until(lambda: found.ask("/healthz")[0] == 503)
            assert "'read slow' has given no sign of life" in found.ask("/healthz")[1]
            found.supervisor.hear("STATUS=the job 'read slow'")
            assert "work_stands_still" in desk.log()
            with pytest.raises(TimeoutError):
                found.supervisor.hear("WATCHDOG=1", seconds=1)
            assert found.value("syndicator_healthy") == 0
            assert found.value("syndicator_job_age_seconds", step="read") >= 3


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path / "desk", LISTEN + INBOX)


def vitals(**changes: timedelta) -> Vitals:
    limits = {"stuck_after": timedelta(hours=1), **changes}
    return Vitals(Metrics(version="1"), since=datetime.now(UTC), **limits)


def test_a_scheduler_that_stands_still_is_told() -> None:
    """A job whose turn does not come is told, unless it runs, or the ticks are to end."""
    signs = vitals(ticks_within=timedelta())
    assert signs.complaint() is None
    signs.expect_ticks(["publish"])
    assert "publish has not had its turn" in str(signs.complaint())
    with signs.at_hand("publish"):
        assert signs.complaint() is None
    signs.expect_ticks([])
    assert signs.complaint() is None


def test_who_asks_whether_to_stop_is_alive() -> None:
    """A job that goes on for long is not stuck while it asks."""
    signs = vitals(stuck_after=timedelta(microseconds=1))
    with signs.at_hand("translate"):
        wait_until(signs.complaint)
    signs = vitals(stuck_after=timedelta(minutes=1))
    asking = signs.beating("translate", lambda: True)
    assert asking()  # also where it is not at hand
    with signs.at_hand("translate"):
        before = signs._signs["translate"]
        assert asking()
        assert signs._signs["translate"] > before


def test_without_models_it_is_not_ready(desk: Desk) -> None:
    """A desk of two languages needs one; a desk of one language may do without."""
    for package in (desk.folder / "models").iterdir():
        package.unlink()
    with open_desk(load(desk.config)) as opened:
        assert Readiness(opened, vitals()).complaint() == "no model translates into en or ru"
    desk.write_config(INBOX, head='languages = ["ru"]\n')
    with open_desk(load(desk.config)) as opened:
        assert Readiness(opened, vitals()).complaint() is None


def test_a_translation_that_does_not_come_in_time_is_told(desk: Desk) -> None:
    """Unless the engine is at work for the desk itself. So is a store that is gone."""
    with open_desk(load(desk.config)) as opened:
        signs = vitals()
        impatient = Readiness(opened, signs, patience=timedelta())
        assert impatient.complaint() == "no sentence was translated within 0 s"
        with signs.at_hand("translate"):
            assert impatient.complaint() is None
        Path(opened.settings.database.url.removeprefix("sqlite:///")).unlink()
        assert "is gone" in str(impatient.complaint())


@pytest.mark.parametrize("listen", ["9464", ":9464", "127.0.0.1", "::1:9464", "127.0.0.1:65536", "[127.0.0.1]:80"])
def test_an_address_needs_host_and_port(desk: Desk, listen: str) -> None:
    """To listen at all addresses must be said, as "0.0.0.0:9464"."""
    desk.write_config(f'[metrics]\nlisten = "{listen}"\n')
    with pytest.raises(ConfigError, match=r'metrics.listen: .*write it as "127.0.0.1:9464"'):
        load(desk.config)


def test_an_address_that_can_t_be_had_is_told() -> None:
    """In words that name the setting."""
    answers = Answers(metrics=lambda _: (b"", ""), health=lambda: None, readiness=lambda: None)
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ServeError, match=r"choose another for \[metrics\] listen"),
        answering(taken.getsockname(), answers),
    ):
        pass


def test_nobody_is_told_where_there_is_nobody() -> None:
    """No socket, one that is gone, and a watchdog that is another process's are no error."""
    Notifier.of({}).ready("")
    Notifier.of({"NOTIFY_SOCKET": "/nowhere/notify"}).alive()
    assert Notifier.of({"WATCHDOG_USEC": "5000000"}).watchdog == timedelta(seconds=5)
    assert Notifier.of({"WATCHDOG_USEC": "5000000", "WATCHDOG_PID": "1"}).watchdog is None
    assert Notifier.of({"WATCHDOG_USEC": "0"}).watchdog is None
