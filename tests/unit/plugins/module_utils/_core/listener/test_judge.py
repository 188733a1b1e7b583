# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Undeclared sockets and plaintext outside are findings; loopback is nobody's business."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.merge import merge_documents
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.judge import (
    judge_listeners,
    name_listener,
    propose,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import FORMATS, render

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def socket(**changes):
    return {
        "transport": "tcp", "address": "0.0.0.0", "port": 23, "reach": "outside", "process": "inetd", "package": "inetutils",
        "user": "root", "protocol": "telnet", "classification": "plaintext_credentials", "detail": "It is telnet.",
        "identified_by": "greeting", "words": "..", **changes,
    }


def judged(*listeners, declared=(), **options):
    return judge_listeners(listeners, declared, now=NOW, host="web1", **options)


def statuses(row):
    return {finding["control"]: (finding["status"], finding["severity"]) for finding in row["findings"]}


def test_telnet_outside_is_critical_and_undeclared():
    row = judged(socket())[0]
    assert statuses(row) == {
        "listener_declared": ("fail", "medium"), "listener_plaintext": ("fail", "critical"),
    }
    assert row["verdict"] == "fail" and row["endpoint"] == "0.0.0.0:23/telnet"
    assert row["findings"][0]["evidence"]["package"] == "inetutils"


def test_loopback_is_listed_and_not_judged():
    row = judged(socket(address="127.0.0.1", reach="loopback"))[0]
    assert row["findings"] == [] and row["verdict"] == "pass"


def test_a_declared_socket_is_judged_where_it_is_verified():
    row = judged(socket(), declared=[{"port": 23}])[0]
    assert statuses(row) == {"listener_declared": ("pass", "medium")} and row["declared"]
    assert not judged(socket(), declared=[{"port": 23, "transport": "udp"}])[0]["declared"]


@pytest.mark.parametrize("kind, status", [
    ("tls", "pass"), ("starttls_required", "pass"), ("ssh", "pass"), ("redirect", "pass"), ("unknown", "unprobed"),
    ("not_tried", "unprobed"), ("plaintext", "fail"), ("starttls_optional", "fail"),
])
def test_kinds(kind, status):
    row = judged(socket(protocol=None, classification=kind))[0]
    assert statuses(row)["listener_plaintext"][0] == status


def test_an_exception_names_the_socket():
    rule = {"host": "web*", "endpoint": "23/telnet", "control": "listener_plaintext", "reason": "old switch",
            "owner": "net", "expires": "2027-01-01"}
    row = judged(socket(), exceptions=[rule])[0]
    assert statuses(row)["listener_plaintext"][0] == "excepted"


def test_names():
    assert name_listener(socket(address="::", protocol=None)) == "[::]:23/tcp"


def test_listeners_are_in_every_report():
    rows = judged(socket(process="<b>inetd</b>\x1b"), socket(port=22, protocol="ssh", classification="ssh"))
    one = make_record(resolve(), [], now=NOW, host="web1", listeners=rows)
    made = make_document([one], now=NOW)
    assert one["verdict"] == "fail" and made["summary"]["listeners"] == {"plaintext_credentials": 1, "ssh": 1}
    assert made["summary"]["failed_controls"] == {"listener_declared": 2, "listener_plaintext": 1}
    for form in set(FORMATS) - {"csv", "certificates", "ciphers", "files"}:
        text = render(form, made)
        assert "0.0.0.0:23/telnet" in text or (form == "listeners" and "0.0.0.0,23" in text), form
        assert "<b>inetd" not in text or form not in ("html", "junit")
        assert "\x1b" not in text
    assert merge_documents([made, made])["summary"] == made["summary"]


def test_endpoints_are_proposed_for_what_can_be_looked_at_from_outside():
    listeners = [
        socket(port=443, protocol="https"), socket(port=443, protocol="https", address="::"), socket(port=993, protocol="imaps"),
        socket(port=25, protocol="smtp"), socket(port=23), socket(port=6379, protocol="redis", reach="loopback"),
        socket(port=389, protocol="ldap", transport="udp"), socket(port=9999, protocol=None),
    ]
    assert propose(listeners, "web1", known=[{"port": 993}]) == [
        {"host": "web1", "port": 25, "protocol": "smtp"}, {"host": "web1", "port": 443, "protocol": "https"},
    ]


def test_an_endpoint_without_a_port_is_declared_at_that_of_its_protocol():
    known = [{"host": "web1"}, {"host": "web1", "protocol": "imaps"}, {"port": 22}]
    rows = judged(*(socket(port=port) for port in (443, 993, 22, 143)), declared=known)
    assert [row["declared"] for row in rows] == [True, True, True, False]
    heard = [socket(port=port, protocol=protocol) for port, protocol in ((443, "https"), (143, "imap"))]
    assert [row["port"] for row in propose(heard, "web1", known)] == [143]
