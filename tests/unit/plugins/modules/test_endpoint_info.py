# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""endpoint_info as a module: arguments in, observations out, in the order asked."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("check", [False, True])
def test_the_same_in_check_mode(check: bool, run_module: Any) -> None:
    port = free_port()
    result = run_module("endpoint_info", _ansible_check_mode=check, timeout=2, endpoints=[
        {"host": "127.0.0.1", "port": port}, {"host": "127.0.0.1", "port": port, "protocol": "http"}])
    assert result["changed"] is False
    https, http = result["endpoints"]
    assert (https["protocol"], http["protocol"]) == ("https", "http")
    assert https["reachable"] is False and https["error"] and https["plaintext"]["refused"] is None
    assert http["plaintext"]["how"] == "tcp_refused" and http["plaintext"]["refused"] is True
    assert https.keys() == http.keys()


@pytest.mark.parametrize(("option", "words"), [
    ({"endpoints": [{"host": "127.0.0.1", "port": 70000}]}, "from 1 to 65535"),
    ({"endpoints": [{"host": "127.0.0.1", "protocol": "gopher"}]}, "protocol"),
    ({"endpoints": [{"port": 1}]}, "host"),
    ({"endpoints": [], "policy": "nobody's"}, "nobody's"),
    ({}, "endpoints, resolver_files"),
])
def test_what_makes_no_sense_is_refused(option: dict[str, Any], words: str, run_module: Any) -> None:
    result = run_module("endpoint_info", **option)
    assert result["failed"] and words in result["msg"]


def test_nothing_to_look_at(run_module: Any) -> None:
    assert run_module("endpoint_info", endpoints=[])["endpoints"] == []


def test_name_servers_are_asked_without_any_endpoint(tmp_path: Path, run_module: Any) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("nameserver 127.0.0.9\n")
    result = run_module("endpoint_info", resolver_files=[str(path)])
    assert result["endpoints"] == [] and result["resolver"]["validating"] is False
    (row,) = result["resolver"]["servers"]
    assert (row["address"], row["file"]) == ("127.0.0.9", str(path))
    assert "resolver" not in run_module("endpoint_info", endpoints=[])
    assert "resolver" not in run_module("endpoint_info", resolver_files=[str(path)], estimate=True)
