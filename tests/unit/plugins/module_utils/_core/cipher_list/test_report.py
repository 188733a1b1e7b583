# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The judgement as plain data: JSON, complete, and with the keys that others build on."""

from __future__ import annotations

import json

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.report import find_difference, report
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.cipher_strings import expand
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

KEYS = {
    "language", "version", "error", "suites", "severity", "reasons", "unknown_tokens", "ignored_tokens", "seclevel",
    "controls", "protocols", "groups", "signature_schemes", "options", "notes", "compliant", "compliance", "suggestion",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"), [("HIGH:BOGUS:!LOW", "openssl"), ("NORMAL:+COMP-NULL", "gnutls"), ("+X", "gnutls"), ("", "openssl")]
)
def test_shape(text: str, language: str) -> None:
    found = report(expand(text, language, "3.8"), resolve(), tuple(PROFILES.values()))
    assert set(found) == KEYS
    assert json.loads(json.dumps(found)) == found
    assert len(found["compliance"]) == len(PROFILES) and found["compliance"][0]["policy"] == "intermediate"
    assert found["compliant"] is False and found["suggestion"]
    assert set(found["reasons"]) == {code for suite in found["suites"] for code in suite["reasons"]}


def test_a_suite() -> None:
    found = report(expand("DHE-RSA-AES128-SHA", "openssl", "3.5"), resolve(policy="nist"))
    suite = next(one for one in found["suites"] if one["kx"] != "any")
    assert suite == {
        "name": "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "code_point": "0x0033", "openssl": "DHE-RSA-AES128-SHA",
        "gnutls": "TLS_DHE_RSA_AES_128_CBC_SHA1", "protocol": "SSLv3", "kx": "DHE", "auth": "RSA",
        "cipher": "AES_128_CBC", "bits": 128, "mac": "SHA", "aead": False, "forward_secrecy": True, "severity": "high",
        "reasons": ["FFDHE", "CBC", "HMAC_SHA1"], "verdict": "phase_out",
    }  # fmt: skip
    assert found["severity"] == "high"
    assert found["suites"][0]["verdict"] == "uncontrolled"


def test_tokens_say_where_and_why() -> None:
    found = report(expand("HIGH:BOGUS:!LOW:@STRENGTH@SECLEVEL=0", "openssl", "3.5"), resolve())
    assert [(one["token"], one["position"], one["offset"]) for one in found["unknown_tokens"]] == [("BOGUS", 2, 5)]
    assert [(one["token"], one["effect"]) for one in found["ignored_tokens"]] == [
        ("!LOW", "no_op"), ("@SECLEVEL=0", "ignored"),
    ]
    assert all(one["detail"] for one in found["unknown_tokens"] + found["ignored_tokens"])


def test_nothing_to_improve_means_no_suggestion() -> None:
    good = report(expand("ECDHE+AESGCM", "openssl", "3.5"), resolve())
    assert good["compliant"] and good["suggestion"] is None
    flawed = report(expand("ECDHE+AESGCM:BOGUS", "openssl", "3.5"), resolve())
    assert flawed["compliant"] and flawed["suggestion"].startswith("ECDHE-ECDSA-AES128-GCM-SHA256:")
    assert report(expand("HIGH", "openssl", "3.5"), resolve(policy="modern"))["suggestion"] is None


def test_difference_between_releases() -> None:
    found = find_difference("HIGH:!aNULL", "openssl", ["debian12", "debian13"])
    assert not found["same_suites"] and not found["same_order"]
    assert len(found["only_in"]["debian12"]) == 6 and found["only_in"]["debian13"] == []
    assert all(name.endswith("CCM_8") for name in found["only_in"]["debian12"])
    same = find_difference("NORMAL", "gnutls", ["debian12", "debian13"])
    assert same["same_suites"] and same["same_order"] and same["only_in"] == {"debian12": [], "debian13": []}
    refused = find_difference("NORMAL:+SRP", "gnutls", ["3.7.9", "3.8.9"])
    assert [one["error"] for one in refused["releases"]] == [None, "Syntax error at: +SRP"]
