# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An observation becomes the facts of a grade; what was not looked at is said, not assumed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POLICY = resolve(policy="intermediate")


def graded(name="https_good", now=NOW, **changes):
    seen = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    seen.update(changes)
    rich = add_certificates([seen], POLICY, now, anchors=[str(DATA / "ca.pem")])
    return make_record(POLICY, rich, now=now, host="web1")["endpoints"][0]["grade"]


def test_a_good_web_server_has_its_plus():
    found = graded()
    assert (found["grade"], found["score"], found["caveats"], found["complete"]) == ("A+", 93.0, [], True)


def test_plain_http_and_silence_have_no_grade():
    assert graded("http_good") is None
    assert graded(reachable=False) is None


@pytest.mark.parametrize("changes, grade", [
    ({"http": None}, "A"),
    ({"compression": True}, "C"),
    ({"server_name": "other.example.test"}, "M"),
    ({"trust": {"checked": True, "trusted": False, "reason": "no"}}, "T"),
    ({"renegotiation": {"secure": False, "client_initiated": True}}, "F"),
    ({"renegotiation": {"secure": False, "client_initiated": False}}, "A-"),
    ({"dh_bits": 1024}, "B"),
    ({"suites": {"TLSv1.2": ["TLS_RSA_WITH_NULL_SHA256"], "TLSv1.3": ["TLS_AES_128_GCM_SHA256"]}}, "F"),
    ({"suites": {"TLSv1.2": ["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]}}, "C"),
    ({"vulnerabilities": {"heartbleed": True, "robot": False}}, "F"),
    ({"vulnerabilities": {"heartbleed": False, "robot": None}}, "A+"),
])
def test_what_is_seen_reaches_the_grade(changes, grade):
    assert graded(**changes)["grade"] == grade


GCM, STATIC, DES3 = (
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"
)


@pytest.mark.parametrize("suites, preference, complete, caps", [
    ([GCM, DES3], True, True, []),
    ([GCM, DES3], False, True, []),
    ([DES3, GCM], False, True, []),
    ([DES3, GCM], True, True, ["B: no forward secrecy with the reference clients", "C: 64-bit block cipher with TLS 1.1+"]),
    ([GCM, DES3], None, True, ["C: 64-bit block cipher with TLS 1.1+"]),
    ([GCM, DES3], True, False, ["C: 64-bit block cipher with TLS 1.1+"]),
    ([GCM, STATIC], True, True, []),
    ([STATIC, GCM], False, True, []),
    ([STATIC, GCM], True, True, ["B: no forward secrecy with the reference clients"]),
])
def test_what_the_reference_clients_end_up_with(suites, preference, complete, caps):
    protocols = {version: {"accepted": version == "TLSv1.2"} for version in ("TLSv1.2", "TLSv1.3")}
    found = graded(protocols=protocols, suites={"TLSv1.2": suites}, server_preference={"TLSv1.2": preference},
                   suites_complete={"TLSv1.2": complete})
    assert found["caps"] == caps


def test_tls13_is_what_the_reference_clients_get_where_it_is_there():
    found = graded(suites={"TLSv1.2": [STATIC, GCM], "TLSv1.3": ["TLS_AES_128_GCM_SHA256"]})
    assert found["grade"] == "A+"


def test_an_expired_certificate_is_not_trusted():
    assert graded(now=datetime(2027, 3, 1, tzinfo=UTC))["grade"] == "T"


def test_starttls_is_never_a_plus_by_itself():
    assert graded("submission_good")["grade"] == "A"
    assert graded("submission_good", plaintext={"refused": False, "how": "offered"})["grade"] == "A-"
    assert graded("submission_good", protocol="ldap")["grade"] == "A+"
    assert graded("submission_good", protocol="imaps")["grade"] == "A+"


def test_a_key_exchange_that_nobody_could_read_has_no_grade_unless_it_is_the_worst():
    unread = {"certificates": [{"position": 0, "sha256": "00"}], "groups": [], "dh_bits": None}
    found = graded(**unread)
    assert (found["grade"], found["score"]) == (None, None) and "could not be read" in " ".join(found["caveats"])
    assert graded(**unread, vulnerabilities={"heartbleed": True})["grade"] == "F"


def test_what_was_not_looked_at_is_a_caveat():
    found = graded(suites_complete={}, trust=None, certificates=[{"position": 0, "sha256": "00"}])
    assert not found["complete"] and len(found["caveats"]) == 3
