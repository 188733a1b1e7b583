# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it."""

from __future__ import annotations

import socket


def test_a_resolver_that_does_not_answer_is_an_error_of_every_row_also_in_check_mode(run_module):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        for check in (False, True):
            result = run_module("dns_info", endpoints=[{"host": "mail.example.org", "protocol": "smtp"}], domains=["example.org"],
                                resolvers=["127.0.0.1"], port=silent.getsockname()[1], timeout=0.3, _ansible_check_mode=check)
            assert not result.get("failed") and not result["changed"]
            assert result["endpoints"][0]["tlsa"]["status"] == result["domains"][0]["mta_sts"]["status"] == "error"
            assert result["endpoints"][0]["port"] == 25 and result["resolver"]["trusted"]


def test_an_unusable_resolver_is_refused(run_module):
    result = run_module("dns_info", names=["example.org"], resolvers=["one.example.org"])
    assert result["failed"] and "is not an address" in result["msg"]
