"""A headless Chromium to look at pages with, over the DevTools protocol on a pipe: no port, no driver, no download.

It starts without anything of the tester's, in a profile that is thrown away, and can reach this machine alone.
"""

import base64
import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = "chromium-headless-shell"
_OPTIONS = (
    "--remote-debugging-pipe",
    "--no-sandbox",  # continuous integration runs as root, in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# The protocol's pipe is on descriptors 3 and 4, which may be taken by the other of the two.
_LAUNCH = """
import os, sys
from fcntl import F_DUPFD, fcntl
there = [fcntl(int(each), F_DUPFD, 10) for each in sys.argv[1:3]]
os.dup2(there[0], 3), os.dup2(there[1], 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""
_SECONDS = 60


class BrowserError(Exception):
    """The browser did not do what it was told."""


@dataclass
class Browser:
    """A running browser with one page at a time."""

    process: subprocess.Popen[bytes]
    to: int
    back: int
    buffer: bytes = b""
    number: int = 0
    events: deque[dict[str, Any]] = field(default_factory=deque)

    def send(self, method: str, *, page: "Page | None" = None, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401
        """Call a method of the protocol and return its result; events that come meanwhile are kept."""
        self.number += 1
        number = self.number
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if page is not None:
            message["sessionId"] = page.id
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def read(self) -> dict[str, Any]:
        """Return the next message; raise BrowserError when none comes."""
        deadline = time.monotonic() + _SECONDS
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.back], [], [], max(0, deadline - time.monotonic()))
            more = os.read(self.back, 1 << 20) if ready else b""
            if not more:
                raise BrowserError("the browser has gone" if ready else f"no answer in {_SECONDS} s")
            self.buffer += more
        message, _, self.buffer = self.buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    @contextlib.contextmanager
    def page(
        self, *, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True
    ) -> "Iterator[Page]":
        """Open an empty page of a size, in a light or dark theme, with or without scripts; close it at the end."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(browser=self, id=session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.send(f"{domain}.enable")
        page.look(width=width, height=height, dark=dark)
        page.send("Emulation.setScriptExecutionDisabled", value=not script)
        try:
            yield page
        finally:
            self.send("Target.disposeBrowserContext", browserContextId=context)


@dataclass
class Page:
    """A page; what it asked for and what it complained of is kept."""

    browser: Browser
    id: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    loaded_bytes: int = 0
    loads: int = 0

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401
        """Call a method of the protocol on this page."""
        result = self.browser.send(method, page=self, **parameters)
        self.collect()
        return result

    def look(self, *, width: int, height: int = 900, dark: bool) -> None:
        """Give the page a size and a theme, also while it is open."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, address: str) -> None:
        """Go to an address and wait until all is loaded."""
        before = self.loads
        answer = self.send("Page.navigate", url=address)
        if "errorText" in answer:
            raise BrowserError(f"{address}: {answer['errorText']}")
        self.wait(lambda: self.loads > before)
        self.evaluate("document.fonts.ready.then(() => true)")

    def wait(self, condition: Callable[[], object]) -> None:
        """Take in what the page reports until a condition is true."""
        while not condition():
            self.browser.events.append(self.browser.read())
            self.collect()

    def collect(self) -> None:
        """Take in what has been reported about this page; what belongs to another is dropped with it."""
        while self.browser.events:
            event = self.browser.events.popleft()
            if event.get("sessionId") == self.id:
                self._take(event["method"], event["params"])

    def _take(self, method: str, told: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Network.loadingFinished":
            self.loaded_bytes += int(told["encodedDataLength"])
        elif method == "Network.loadingFailed":
            self.complaints.append(f"not loaded: {told.get('blockedReason') or told['errorText']}")
        elif method == "Page.loadEventFired":
            self.loads += 1
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(told["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.complaints.append(told["entry"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(str([each.get("value") for each in told["args"]]))

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401
        """Return the value of a JavaScript expression, awaited if it is a promise."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(f"{expression[:200]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def press(self, key: str, *, code: int, text: str = "") -> None:
        """Press and let go of a key, named as `KeyboardEvent.key`; `code` is its Windows virtual key code."""
        shared = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        kind = "keyDown" if text else "rawKeyDown"
        self.send("Input.dispatchKeyEvent", type=kind, **shared, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **shared)

    def point(self, selector: str) -> None:
        """Move the pointer to the middle of an element's first line."""
        self.evaluate(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})")
        box = self.evaluate(
            f"(() => {{ const box = document.querySelector({selector!r}).getClientRects()[0];"
            " return [box.x + Math.min(20, box.width / 2), box.y + box.height / 2]; })()"
        )
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=box[0], y=box[1])

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Write what the page looks like as PNG, what can be seen or the `whole` of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = self.send("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(picture))


@contextlib.contextmanager
def browser(program: str) -> Iterator[Browser]:
    """Start the browser; end it, and all that it started, in the end."""
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        command_in, to = os.pipe()
        back, answers_out = os.pipe()
        command = [program, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        environment = {**os.environ, "HOME": profile, "XDG_CONFIG_HOME": profile, "XDG_CACHE_HOME": profile}
        process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, str(command_in), str(answers_out), *command],
            pass_fds=(command_in, answers_out),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(command_in)
        os.close(answers_out)
        started = Browser(process=process, to=to, back=back)
        try:
            yield started
        finally:
            with contextlib.suppress(BrowserError, OSError):
                started.send("Browser.close")
            os.close(to)
            os.close(back)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
