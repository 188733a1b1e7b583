# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it."""

from __future__ import annotations

import json
import socket

GIVEN = {"server": "127.0.0.1", "zone": "example.org", "key_name": "dane", "key_secret": "c2VjcmV0LXRlc3Q=",
         "records": [{"name": "a.example.org", "type": "TXT", "add": ["x"]}]}


def test_a_server_that_is_not_there_fails_and_the_secret_is_nowhere(run_module):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    result = run_module("dns_update", **GIVEN, port=port, timeout=2)
    assert result["failed"] and "gave no usable answer" in result["msg"]
    assert GIVEN["key_secret"] not in json.dumps(result)


def test_nothing_to_do_asks_nobody_also_in_check_mode(run_module):
    for check in (False, True):
        result = run_module("dns_update", **{**GIVEN, "records": []}, _ansible_check_mode=check)
        assert result["changed"] is False and result["added"] == []
