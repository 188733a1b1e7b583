# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was seen of hosts, good and hostile, and a real Chromium for pages, driven over a pipe: no driver, no port."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Optional

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOSTILE = "=cmd|'/C calc'!A1\r\n<script>alert(1)</script>]]>\x00\x1b[2J\ud800\ufffe&amp;\u202e"


def seen_at(name: str = "https_good", **changes: Any) -> dict[str, Any]:
    """One observation of tests/data, with some keys changed."""
    return {**json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")), **changes}


@pytest.fixture
def sample() -> Callable[..., dict[str, Any]]:
    return seen_at


@pytest.fixture
def judged() -> Callable[..., dict[str, Any]]:
    """Make the document of a run with one host, web1, on which this was seen; ``parsed``: certificates were read."""
    def make(*seen: dict[str, Any], fail_on: str = "low", exceptions: Any = (), parsed: bool = False,
             **more: Any) -> dict[str, Any]:
        policy = resolve(policy="intermediate")
        known = add_certificates(seen, policy, NOW) if parsed else list(seen)
        rows = [make_record(policy, known, now=NOW, host="web1", exceptions=exceptions, **more)]
        return make_document(rows, now=NOW, fail_on=fail_on, exceptions=exceptions)

    return make


@pytest.fixture
def hostile() -> dict[str, Any]:
    """The document of a run in which every server, certificate and host has a name that is an attack."""
    seen = seen_at("submission_good", error=HOSTILE)
    seen["plaintext"] = {"refused": False, "how": "accepted", "detail": HOSTILE, "transcript": []}
    seen["certificates"][0] = {"position": 0, "sha256": HOSTILE, "subject": HOSTILE, "issuer": HOSTILE,
                               "dns_names": [HOSTILE], "not_after": HOSTILE}
    return make_document([make_record(resolve(), [seen], now=NOW, host=HOSTILE)], now=NOW)


FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
    "--disable-background-networking", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Chromium:
    """One browser with one page.  Messages are JSON with a zero byte behind each (DevTools protocol)."""

    def __init__(self, program: str, profile: Path) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # Chromium reads commands from descriptor 3 and writes answers to 4 (dash cannot move descriptors above 9).
        line = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", line, program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=(to_browser, from_browser),
        )
        os.close(to_browser)
        os.close(from_browser)
        self._number = 0
        self._buffer = b""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session: Optional[str] = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    _session = None

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come before are kept."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])
            self.events.append(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            data = os.read(self._read, 1 << 20)
            assert data, "Chromium went away"
            self._buffer += data
        message, self._buffer = self._buffer.split(b"\0", 1)
        return dict(json.loads(message))

    def open(self, path: Path, fragment: str = "") -> float:
        """Open a local page and return the seconds until its script was done."""
        self.events.clear()
        begin = time.monotonic()
        self.call("Page.navigate", url=f"file://{path}{fragment}")
        while self.run("document.body && document.body.dataset.ready") != "yes":
            assert time.monotonic() - begin < 60, "the page never got ready"
            time.sleep(0.05)
        return time.monotonic() - begin

    def run(self, script: str) -> Any:
        """Evaluate an expression in the page and return its value."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def screenshot(self, path: Path, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Write a picture of what is on the screen."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def paper(self, path: Path) -> None:
        """Print to PDF."""
        data = self.call("Page.printToPDF", printBackground=True, landscape=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def requests(self) -> list[str]:
        """Return the addresses that the page asked for."""
        self.run("1")
        return [
            str(event["params"]["request"]["url"]) for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Return errors of the page: exceptions, and what its security policy stopped."""
        self.run("1")
        return [
            json.dumps(event["params"]) for event in self.events
            if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening")
        ]

    def close(self) -> None:
        """End the browser."""
        try:
            os.close(self._write)
            os.close(self._read)
        finally:
            self._process.terminate()
            self._process.wait(timeout=20)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Start Chromium once; where it is not installed the tests that need it are skipped, and say so."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("INTRANSIT_NEEDS_CHROMIUM"):
            pytest.fail("Chromium is not installed (Debian package chromium), and this run must not skip it.")
        pytest.skip("Chromium is not installed (Debian package chromium).")
    browser = Chromium(program, tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()
