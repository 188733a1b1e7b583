# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it: arguments in, one JSON line out."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
MODULE = "ansible_collections.intransit.tls.plugins.modules.listener_info"


def run(**arguments):
    done = subprocess.run(
        [sys.executable, "-m", MODULE, json.dumps({"ANSIBLE_MODULE_ARGS": arguments})],
        capture_output=True, text=True, timeout=120, check=False,
        env={"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PATH": "/usr/bin:/bin", "HOME": "/root"},
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_a_socket_is_named_with_its_owner_also_in_check_mode():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        for check in (False, True):
            result = run(ask=False, transports=["tcp"], _ansible_check_mode=check)
            row = next(row for row in result["listeners"] if row["port"] == port)
            assert not result["changed"] and row["process"] and row["classification"] == "not_tried"


def test_an_unknown_transport_is_refused():
    assert run(transports=["sctp"])["failed"]
