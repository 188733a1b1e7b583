# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What proof.yml wrote: evidence of verify for good hosts and the weak one, and of discover for all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def read_evidence(wire: Any, name: str = "") -> Any:
    """Return this host's part of the evidence of verify, or of that called ``name``."""
    folder = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])
    document = json.loads((folder / f"{name or ('weak' if wire.name == 'weak' else 'good')}.json").read_text(encoding="utf-8"))
    return next(host for host in document["hosts"] if host["host"] == wire.name)


def list_failed(host: Any) -> set[str]:
    """Return the controls that fail on a host, of medium severity or worse."""
    rows = [row for endpoint in host["endpoints"] for row in endpoint["findings"]]
    assert rows, host
    return {row["control"] for row in rows if row["status"] in ("fail", "error") and row["severity"] in ("medium", "high", "critical")}


def prove_verdict(wire: Any, expected: dict[int, str], weak: set[str]) -> None:
    """Assert that verify passes every port of a good host, and that the weak one fails by ``weak``.

    Args:
        wire: the host.
        expected: ports of a good host to their protocols.
        weak: controls that have to fail on the weak host.
    """
    host = read_evidence(wire)
    if wire.name == "weak":
        assert weak <= list_failed(host), list_failed(host)
        return
    assert {row["observation"]["port"]: row["observation"]["protocol"] for row in host["endpoints"]} == expected
    assert {row["verdict"] for row in host["endpoints"]} == {"pass"}, list_failed(host)


def find_listening(wire: Any, process: str) -> dict[int, str]:
    """Return the ports of a process with what discover calls them."""
    rows = read_evidence(wire, "listening")["listeners"]
    return {row["port"]: row["classification"] for row in rows if row["process"] == process and row["transport"] == "tcp"}
