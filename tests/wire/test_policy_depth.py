# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Depth ``policy`` against real TLS servers: every rule has a server that keeps it and one that breaks it."""

from __future__ import annotations

import socket

import pytest
from servers import gnutls_server, openssl_server, pump, scripted, tlslite_server

GOOD = ("-tls1_2", "-tls1_3")
KEEPS = ("-min_protocol", "TLSv1.2", "-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20", "-groups", "X25519:P-256:P-384")


def rule(seen, name, version):
    (found,) = [item for item in seen["rules"] if item["id"] == name and item["version"] == version]
    return found


def test_a_server_that_keeps_the_policy(keys, look):
    with openssl_server(keys, *KEEPS) as port:
        seen = look(port)
    assert seen["reachable"] is True and seen["error"] is None and seen["undecided"] == []
    assert {name: answer["accepted"] for name, answer in seen["protocols"].items()} == {
        "SSLv2": False, "SSLv3": False, "TLSv1": False, "TLSv1.1": False, "TLSv1.2": True, "TLSv1.3": True}
    assert seen["protocols"]["TLSv1.1"]["cause"] == "protocol_version"
    assert [item["refused"] for item in seen["rules"]] == [True] * len(seen["rules"])
    assert {(item["id"], item["version"]) for item in seen["rules"]} >= {
        ("forbidden_suites", "TLSv1.2"), ("forbidden_suites", "TLSv1.3"),
        ("forbidden_groups", "TLSv1.2"), ("forbidden_groups", "TLSv1.3")}
    assert seen["plaintext"]["refused"] is True
    assert seen["http"]["status"] == 200 and seen["http"]["hsts"]["present"] is False
    assert len(seen["certificates"]) == 1 and seen["certificates"][0]["pem"].startswith("-----BEGIN CERTIFICATE")
    assert seen["connections"] == 12  # ten hellos, the plaintext test and the GET
    assert seen["vantage"] == "same_host"
    assert seen["compression"] is False and seen["renegotiation"]["secure"] is True
    assert seen["extended_master_secret"] is True
    assert seen["client_certificate"] == {"requested": False, "required": False, "ca_names": []}


@pytest.mark.parametrize("versions", [("1.0", "1.2"), ("1.0",), ("1.1", "1.2"), ("1.0", "1.1", "1.2", "1.3")], ids="+".join)
def test_a_hole_in_the_versions_is_no_shelter(versions, keys, look):
    with gnutls_server(keys, "NORMAL:-VERS-ALL:" + ":".join((
        f"+VERS-TLS{version}") for version in versions) + ":+SHA1") as port:
        seen = look(port)
    assert [name for name, answer in seen["protocols"].items() if answer["accepted"]] == [
        "TLSv1" + version[1:].replace(".0", "") for version in versions]


def test_weak_suites_are_named(keys, look):
    with openssl_server(keys, "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0") as port:
        seen = look(port)
    suites = rule(seen, "forbidden_suites", "TLSv1.2")
    assert suites["refused"] is False
    assert "TLS_RSA_WITH_AES_128_CBC_SHA" in suites["accepted"] or len(suites["accepted"]) == 24
    for version in ("TLSv1", "TLSv1.1"):
        assert seen["protocols"][version]["accepted"] is True, version
        assert seen["suites"][version]


def test_anonymous_suites_are_named(keys, look):
    with openssl_server(keys, "-cipher", "aNULL:@SECLEVEL=0", "-tls1_2") as port:
        seen = look(port)
    assert seen["protocols"]["TLSv1.2"]["accepted"] is True
    assert any("anon" in name for name in rule(seen, "forbidden_suites", "TLSv1.2")["accepted"])
    assert seen["certificates"] == []


def test_a_forbidden_tls13_suite_is_named(keys, look):
    with openssl_server(keys, "-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256") as port:
        seen = look(port)
    assert seen["protocols"]["TLSv1.3"]["accepted"] is True
    assert rule(seen, "forbidden_suites", "TLSv1.3")["accepted"] == ["TLS_AES_128_CCM_SHA256"]


def test_forbidden_groups_are_named(keys, look):
    with openssl_server(keys, "-groups", "P-521:X448:ffdhe2048") as port:
        seen = look(port)
    assert set(rule(seen, "forbidden_groups", "TLSv1.3")["accepted"]) == {"secp521r1", "X448", "ffdhe2048"}
    assert set(rule(seen, "forbidden_groups", "TLSv1.2")["accepted"]) == {"secp521r1", "X448"}


@pytest.mark.parametrize("only", [(), ("-no_tls1_3",)], ids=["both", "TLS 1.2 only"])
@pytest.mark.parametrize(("key", "groups", "named"), [
    ("ecdsa", "P-521", ["secp521r1"]),
    ("ecdsa", "brainpoolP384r1", ["brainpoolP384r1"]),
    ("ecdsa", "X448:P-521", ["X448", "secp521r1"]),
    ("p521", "X25519:P-256", []),
    ("brainpool", "P-384", []),
    ("brainpool", "P-521", ["secp521r1"]),
])
def test_a_forbidden_group_or_curve_does_not_hide_the_version(keys, look, key, groups, named, only):
    """The policy's groups and the others lack what the other hello has: the version is there all the same."""
    with openssl_server(keys, "-groups", groups, "-cipher", "ECDHE+AESGCM:@SECLEVEL=0", *only, key=key) as port:
        seen, full = look(port), look(port, depth="full", parts=("suites", "groups"))
    for depth in (seen, full):
        assert depth["protocols"]["TLSv1.2"]["accepted"] is True and depth["error"] is None
        assert len(depth["certificates"]) == 1
    assert set(rule(seen, "forbidden_groups", "TLSv1.2")["accepted"]) == set(named)
    assert set(named) <= set(full["groups"])
    assert {name: answer["accepted"] for name, answer in seen["protocols"].items()} == {
        name: answer["accepted"] for name, answer in full["protocols"].items()}


def test_who_refuses_both_hellos_for_good_is_asked_once_more_and_no_more(keys, look):
    """RSA key exchange alone: no union of groups helps, and what is forbidden is named by its suite."""
    with openssl_server(keys, "-no_tls1_3", "-cipher", "AES128-GCM-SHA256") as port:
        seen = look(port)
    assert seen["protocols"]["TLSv1.2"]["accepted"] is True
    assert rule(seen, "forbidden_suites", "TLSv1.2")["accepted"] == ["TLS_RSA_WITH_AES_128_GCM_SHA256"]


@pytest.mark.parametrize("groups", ["P-256", "P-384", "P-521", "X25519", "X448", "ffdhe2048"])
@pytest.mark.parametrize("suite", ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
                                   "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"])
def test_the_chain_of_a_tls13_only_server(keys, look, groups, suite):
    # From OpenSSL 3.2 on the suites with a short tag need security level 0.
    with openssl_server(keys, "-tls1_3", "-cipher", "ALL:@SECLEVEL=0", "-groups", groups, "-ciphersuites", suite,
                        "-chainCAfile", keys["ca.pem"], "-build_chain") as port:
        seen = look(port)
    assert seen["protocols"]["TLSv1.2"]["accepted"] is False
    assert seen["protocols"]["TLSv1.3"]["accepted"] is True
    assert len(seen["certificates"]) >= 1
    assert "http" in seen["undecided"] if "CCM" in suite else seen["http"]["status"] == 200


def test_ssl3_is_seen_and_named(keys, look):
    settings = {"minVersion": (3, 0), "maxVersion": (3, 0), "cipherNames": ["rc4", "3des", "aes128", "null"],
                "macNames": ["sha", "md5"]}
    with tlslite_server(keys, **settings) as script:
        seen = look(script.port, protocol="tls")
    assert seen["protocols"]["SSLv3"]["accepted"] is True
    assert seen["protocols"]["TLSv1.2"]["accepted"] is False
    assert seen["suites"]["SSLv3"]


@pytest.mark.parametrize(("token", "name"), [
    ("+ARCFOUR-128", "TLS_RSA_WITH_RC4_128_SHA"), ("+3DES-CBC", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
    ("+NULL", "TLS_RSA_WITH_NULL_SHA"),
])
def test_suites_that_openssl_no_longer_knows(keys, look, token, name):
    with gnutls_server(keys, f"NONE:+VERS-TLS1.2:+RSA:{token}:+SHA1:+SIGN-ALL:+COMP-NULL") as port:
        seen = look(port, protocol="tls")
    assert name in rule(seen, "forbidden_suites", "TLSv1.2")["accepted"]


def test_a_gnutls_server_that_keeps_the_policy(keys, look):
    priority = ("NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-RSA:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:+AEAD:+SIGN-ALL"
                ":+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+COMP-NULL:%SERVER_PRECEDENCE")
    with gnutls_server(keys, priority) as port:
        seen = look(port)
    assert seen["undecided"] == []
    assert all(item["refused"] for item in seen["rules"])
    assert seen["protocols"]["TLSv1.2"]["accepted"] and seen["protocols"]["TLSv1.3"]["accepted"]
    assert seen["http"]["status"] == 200


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(("option", "requested", "required"), [("-verify", True, False), ("-Verify", True, True)])
def test_client_certificates(keys, look, version, option, requested, required):
    with openssl_server(keys, version, option, "2", "-CAfile", keys["ca.pem"], "-verify_return_error") as port:
        seen = look(port)
    assert seen["client_certificate"]["requested"] is requested
    assert seen["client_certificate"]["required"] is required
    assert seen["client_certificate"]["ca_names"] == ["CN=Wire test CA,O=Wire tests"]
    assert (seen["http"] is None) is required


@pytest.mark.parametrize(("groups", "names"), [
    ("X25519:P-256:X448:P-521", {"X448", "secp521r1"}), ("X25519:P-256:P-384", set()), ("P-521:P-256", {"secp521r1"})])
def test_forbidden_groups_behind_an_ecdsa_certificate(keys, look, look_full, groups, names):
    """Such a server takes a hello only where the certificate's own curve is on offer too (RFC 8422 section 4)."""
    with openssl_server(keys, "-tls1_2", "-groups", groups, key="ecdsa") as port:
        seen, full = look(port), look_full(port, "https", parts=("suites", "groups"))
    found = rule(seen, "forbidden_groups", "TLSv1.2")
    assert (found["refused"], set(found["accepted"])) == (not names, names)
    assert len(full["groups"]) == len(groups.split(":")) and full["groups_complete"] is True
    assert names <= set(full["groups"]) and seen["undecided"] == full["undecided"] == []


def test_the_curve_of_an_ecdsa_certificate_may_be_forbidden_itself(keys, look):
    policy = {"extends": "intermediate", "groups": ["X25519"]}
    with openssl_server(keys, "-tls1_2", "-groups", "X25519:P-256:P-384", key="ecdsa") as port:
        seen = look(port, policy=policy)
    assert set(rule(seen, "forbidden_groups", "TLSv1.2")["accepted"]) == {"secp256r1", "secp384r1"}


def test_an_ecdsa_certificate_beside_another_that_is_seen_first(keys, look):
    suite = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
    policy = {"protocols": ["TLSv1.2"], "tls12_suites": [suite], "groups": ["X25519"], "extends": "intermediate"}
    words = ("-cipher", "AES128-SHA:ECDHE-ECDSA-AES128-GCM-SHA256:@SECLEVEL=0", "-groups", "X25519:P-256:P-521")
    with openssl_server(keys, *words, "-dcert", keys["ecdsa.pem"], "-dkey", keys["ecdsa.key"]) as port:
        seen = look(port, policy=policy)
    assert set(rule(seen, "forbidden_groups", "TLSv1.2")["accepted"]) == {"secp256r1", "secp521r1"}


@pytest.mark.parametrize("words", ["alert", "no alert"])
@pytest.mark.parametrize("options", [("-tls1_2", "-cipher", "AES128-SHA"), ("-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0")])
def test_a_port_with_plaintext_and_only_forbidden_tls_is_asked_on(keys, look, options, words):
    """Whoever lets clients in without TLS speaks TLS all the same, though not a hello of the policy was taken."""
    def handle(client):
        if client.recv(4096)[4:] != b"\x04\xd2\x16\x2f":
            client.sendall(b"R\x00\x00\x00\x08\x00\x00\x00\x03")
            return
        client.sendall(b"S")
        with socket.create_connection(("127.0.0.1", port)) as server:
            server.sendall(client.recv(65536))
            first = server.recv(65536)
            if words == "alert" or first[:1] != b"\x15":
                client.sendall(first)
                pump(client, server)

    with openssl_server(keys, *options, www=False) as port, scripted(handle) as script:
        seen = look(script.port, "postgres")
    assert (seen["error"], seen["undecided"]) == (None, [])
    taken = "TLSv1.2" if "-tls1_2" in options else "TLSv1"
    assert [name for name, answer in seen["protocols"].items() if answer["accepted"]] == [taken]
    assert all(answer["accepted"] is not None for answer in seen["protocols"].values())
    assert seen["suites"] == {taken: ["TLS_RSA_WITH_AES_128_CBC_SHA"]}
    assert rule(seen, "forbidden_suites", "TLSv1.2")["refused"] is (taken != "TLSv1.2")
    assert seen["plaintext"]["refused"] is False and seen["certificates"] and seen["compression"] is False


def test_an_old_protocol_alone(keys, look):
    with openssl_server(keys, "-tls1", "-cipher", "ALL:@SECLEVEL=0") as port:
        seen = look(port)
    assert [name for name, answer in seen["protocols"].items() if answer["accepted"]] == ["TLSv1"]
    assert seen["protocols"]["TLSv1.1"]["cause"] in ("protocol_version", "other_version")
    assert seen["certificates"]


def test_trust_and_names(keys, look):
    with openssl_server(keys, *KEEPS) as port:
        trusted = look(port, check_trust=True, ca_file=keys["ca.pem"])
        stranger = look(port, check_trust=True)
    assert trusted["trust"] == {"checked": True, "trusted": True, "name_matches": True, "reason": ""}
    assert trusted["http"]["status"] == 200
    assert stranger["trust"]["trusted"] is False and stranger["trust"]["reason"]
    assert stranger["http"]["status"] == 200


def test_stapling(keys, look, tmp_path):
    response = tmp_path / "response.der"
    response.write_bytes(bytes.fromhex("30030a0103"))
    with openssl_server(keys, "-status_file", str(response)) as port:
        seen = look(port)
    assert seen["stapling"] == {"stapled": True, "status": "tryLater"}
    with openssl_server(keys) as port:
        assert look(port)["stapling"] == {"stapled": False, "status": None}
