# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What scenarios' tests look through: tools nobody here wrote, run from outside over the wire.

Loaded by pytest in every scenario (.config/molecule/config.yml).  Tests of hosts take
``host`` (testinfra, over SSH as molecule's inventory says) and these fixtures::

    def test_floor(wire):
        assert "no peer certificate" in wire.openssl(443, "-tls1_1").said
        assert wire.curl("http://{name}/").status == 301

Every call is made on the controller against the host's address.  ``{name}`` stands for
the host's name and resolves to that address.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COLLECTIONS = Path(__file__).resolve().parents[2] / ".cache" / "collections"
SEPARATOR = "\n---intransit-curl---"


@dataclass(frozen=True)
class Said:
    """What a program printed: both streams, and the code it ended with."""

    code: int
    said: str


@dataclass(frozen=True)
class Reply:
    """An HTTP reply as curl saw it; ``code`` is curl's own, 0 where it got a reply."""

    code: int
    status: int
    headers: dict[str, list[str]]
    body: str
    said: str


@dataclass(frozen=True)
class Wire:
    """The wire to one host."""

    address: str
    name: str
    hostname: str

    def openssl(self, port: int, *options: str, server_name: str = "", send: str = "Q\n", timeout: int = 20) -> Said:
        """Run ``openssl s_client``; options come after, so a test may loosen the client itself.

        Refusal of old versions is only proven with ``-cipher ALL:@SECLEVEL=0``: the
        client refuses them by itself otherwise.
        """
        command = ["openssl", "s_client", "-connect", f"{self.address}:{port}",
                   "-servername", server_name or self.hostname, *options]
        return run(command, send, timeout)

    def gnutls(self, port: int, *options: str, send: str = "", timeout: int = 20) -> Said:
        """Run ``gnutls-cli`` without judging the certificate."""
        command = ["gnutls-cli", "--insecure", "--port", str(port), "--sni-hostname", self.hostname, *options,
                   self.address]
        return run(command, send, timeout)

    def curl(self, url: str, *options: str, timeout: int = 20) -> Reply:
        """Fetch ``url`` (``{name}`` is this host) without following redirects or judging the certificate."""
        url = url.replace("{name}", self.hostname)
        name = url.split("/")[2].split(":")[0]
        resolve = [word for port in port_of(url) for word in ("--resolve", f"{name}:{port}:{self.address}")]
        command = ["curl", "--silent", "--show-error", "--insecure", "--max-time", str(timeout), *resolve,
                   "--write-out", SEPARATOR + '{"status": "%{http_code}", "headers": %{header_json}}', *options, url]
        answer = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=timeout + 5, check=False
        )
        body, _, facts = answer.stdout.rpartition(SEPARATOR)
        known = json.loads(facts) if facts else {"status": 0, "headers": {}}
        return Reply(answer.returncode, int(known["status"]), known["headers"], body, answer.stderr.strip())

    def observe(self, *endpoints: dict[str, Any], depth: str = "policy", **options: Any) -> list[dict[str, Any]]:
        """Look with our own probe: endpoints get this host's address and name where they name none."""
        from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

        wanted = [{"host": self.hostname, "address": self.address, **endpoint} for endpoint in endpoints]
        return [seen.to_dict() for seen in observe(wanted, depth, **options)]


def port_of(url: str) -> list[str]:
    """Return the ports of ``url`` and of its secure twin, for name resolution."""
    explicit = url.split("/")[2].partition(":")[2]
    return [explicit] if explicit else ["80", "443"]


def run(command: list[str], send: str, timeout: int) -> Said:
    """Run a client and return what it said; a client that hangs is stopped and says so."""
    try:
        answer = subprocess.run(
            command, input=send.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired as error:
        return Said(-1, (error.stdout or b"").decode(errors="replace") + f"\n[stopped after {timeout} s]")
    return Said(answer.returncode, answer.stdout.decode(errors="replace"))


@pytest.fixture
def wire(host: Any) -> Wire:
    """The wire to the host that the test is about."""
    variables = host.ansible.get_variables()
    name = variables["inventory_hostname"]
    return Wire(str(variables["ansible_host"]), name, host.check_output("hostname --fqdn"))


@pytest.fixture
def release(host: Any) -> str:
    """The release's short name: ``debian12`` or ``debian13``."""
    return f"debian{str(host.system_info.release).partition('.')[0]}"


@pytest.fixture
def root(host: Any) -> Any:
    """The host, seen by root: ``root.file("/etc/ssl/private")``."""
    with host.sudo():
        yield host


def pytest_configure(config: pytest.Config) -> None:
    """Put the collections on the path, for our own probe."""
    if str(COLLECTIONS) not in sys.path:
        sys.path.insert(0, str(COLLECTIONS))


