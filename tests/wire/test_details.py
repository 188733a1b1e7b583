# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands behind the suites: each detail with a server that has it and one that has not."""

from __future__ import annotations

import pytest
from servers import gnutls_server, openssl_server

PARTS = ("suites", "groups", "details", "flaws")


@pytest.mark.parametrize(("words", "allowed"), [((), False), (("-client_renegotiation",), True)])
def test_client_initiated_renegotiation(words, allowed, keys, look_full):
    with openssl_server(keys, "-tls1_2", *words) as port:
        seen = look_full(port, parts=PARTS)
    assert seen["renegotiation"] == {"secure": True, "client_initiated": allowed}


def test_gnutls_renegotiates(keys, look_full):
    with gnutls_server(keys, "NORMAL:-VERS-TLS1.3") as port:
        assert look_full(port, parts=PARTS)["renegotiation"]["client_initiated"] is True


@pytest.mark.parametrize("cipher", ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305", "AES256-GCM-SHA384",
                                    "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-CCM", "AES128-CCM8"])
def test_sessions_with_every_kind_of_suite(cipher, keys, look_full):
    with openssl_server(keys, "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0") as port:
        seen = look_full(port, parts=PARTS)
    assert seen["renegotiation"]["client_initiated"] is False
    assert seen["tickets"]["tls12_ticket"] is True
    assert "renegotiation.client_initiated" not in seen["undecided"]


def test_a_session_that_cannot_be_made_is_undecided(keys, look_full):
    with openssl_server(keys, "-tls1_2", "-cipher", "AES128-SHA") as port:
        seen = look_full(port, parts=PARTS)
    assert seen["renegotiation"]["client_initiated"] is None
    assert "renegotiation.client_initiated" in seen["undecided"]


@pytest.mark.parametrize(("words", "ticket", "session_id"), [
    ((), True, False), (("-no_ticket",), False, True), (("-no_ticket", "-no_cache"), False, False)])
def test_resumption_in_tls12(words, ticket, session_id, keys, look_full):
    with openssl_server(keys, "-tls1_2", *words) as port:
        seen = look_full(port, parts=PARTS)
    assert (seen["tickets"]["tls12_ticket"], seen["tickets"]["tls12_session_id"]) == (ticket, session_id)


@pytest.mark.parametrize(("words", "count"), [((), 2), (("-num_tickets", "5"), 5), (("-num_tickets", "0"), 0)])
def test_tickets_of_tls13(words, count, keys, look_full):
    with openssl_server(keys, "-tls1_3", *words) as port:
        seen = look_full(port, parts=PARTS)
    assert (seen["tickets"]["count"], seen["tickets"]["tls13_ticket"]) == (count, count > 0)
    assert seen["early_data"] is False


@pytest.mark.parametrize("group", ["P-256", "P-384", "X25519", "X448", "P-521", "ffdhe2048"])
def test_early_data_with_any_group(group, keys, look_full):
    with openssl_server(keys, "-tls1_3", "-groups", group, "-early_data", "-max_early_data", "16384", www=False) as port:
        assert look_full(port, parts=PARTS)["early_data"] is True


@pytest.mark.parametrize(("words", "understood"), [((), True), (("-tls1_2",), None)])
def test_fallback(words, understood, keys, look_full):
    with openssl_server(keys, *words) as port:
        assert look_full(port, parts=PARTS)["fallback_scsv"] is understood


def test_gnutls_knows_the_fallback_signal(keys, look_full):
    with gnutls_server(keys, "NORMAL") as port:
        assert look_full(port, parts=PARTS)["fallback_scsv"] is True


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_alpn(version, keys, look_full):
    with openssl_server(keys, version, "-alpn", "imap,h2,http/1.1", www=False) as port:
        assert look_full(port, parts=PARTS)["alpn"] == ["imap", "h2", "http/1.1"]
    with openssl_server(keys, version) as port:
        assert look_full(port, parts=PARTS)["alpn"] == []


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_sni(version, keys, look_full):
    other = ("-servername", "localhost", "-cert2", keys["client.pem"], "-key2", keys["client.key"])
    with openssl_server(keys, version, *other) as port:
        seen = look_full(port, parts=PARTS)
    assert seen["sni"] == {"without": "other_certificate", "unknown": "other_certificate"}
    with openssl_server(keys, version, *other, "-servername_fatal") as port:
        seen = look_full(port, parts=PARTS)
    assert seen["sni"] == {"without": "other_certificate", "unknown": "refused"}
    with openssl_server(keys, version) as port:
        assert look_full(port, parts=PARTS)["sni"] == {"without": "same_certificate", "unknown": "same_certificate"}


@pytest.mark.parametrize(("words", "present"), [((), True), (("-no_etm",), False)])
def test_encrypt_then_mac(words, present, keys, look_full):
    with openssl_server(keys, "-tls1_2", "-cipher", "AES128-SHA", *words) as port:
        assert look_full(port, parts=PARTS)["encrypt_then_mac"] is present


@pytest.mark.parametrize(("priority", "present"), [("NORMAL:-VERS-TLS1.3", True),
                                                   ("NORMAL:-VERS-TLS1.3:%NO_SESSION_HASH", False)])
def test_extended_master_secret(priority, present, keys, look_full):
    with gnutls_server(keys, priority) as port:
        seen = look_full(port, parts=PARTS)
    assert seen["extended_master_secret"] is present
    assert seen["renegotiation"]["client_initiated"] is True


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(("option", "required"), [("-verify", False), ("-Verify", True)])
def test_client_certificates(version, option, required, keys, look_full):
    with openssl_server(keys, version, option, "2", "-CAfile", keys["ca.pem"], "-verify_return_error") as port:
        seen = look_full(port, "https", parts=PARTS)
    assert seen["client_certificate"] == {
        "requested": True, "required": required, "ca_names": ["CN=Wire test CA,O=Wire tests"]}


def test_nothing_is_wrong_with_a_server_of_today(keys, look_full):
    with openssl_server(keys) as port:
        seen = look_full(port, parts=PARTS)
    assert seen["vulnerabilities"] == {"ccs_injection": False, "heartbleed": False, "robot": False}
    assert seen["undecided"] == []
