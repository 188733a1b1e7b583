# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Depth ``full`` against the ground truth of ``openssl s_client`` and ``gnutls-cli``: one handshake, one fact."""

from __future__ import annotations

import re
import subprocess
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import dh
from cryptography.hazmat.primitives.serialization import Encoding, ParameterFormat
from servers import gnutls_server, openssl_server

from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites as table

OAKLEY_GROUP_2 = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff", 16)
"""The 1024-bit prime of RFC 2409 section 6.2."""
VERSIONS = {"TLSv1": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2"}


@cache
def known_ciphers() -> tuple[str, ...]:
    """Every cipher that this machine's OpenSSL can try below TLS 1.3, without PSK and SRP."""
    words = subprocess.run(["openssl", "ciphers", "-s", "-tls1_2", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"], check=True,
                           capture_output=True, text=True).stdout.strip().split(":")
    return tuple(word for word in words if not word.startswith(("TLS_", "PSK", "SRP", "RSA-PSK", "DHE-PSK", "ECDHE-PSK")))


def chosen(port: int, version: str, ciphers: tuple[str, ...]) -> str | None:
    """What the server chooses of these, by s_client; None where it refuses."""
    words = ["-connect", f"127.0.0.1:{port}", VERSIONS[version], "-cipher", ":".join(ciphers) + ":@SECLEVEL=0"]
    done = subprocess.run(["openssl", "s_client", *words], input=b"", capture_output=True, timeout=60, check=False)
    found = re.search(rb"Cipher is (\S+)", done.stdout)
    return found.group(1).decode() if found and found.group(1) != b"(NONE)" else None


def truth(port: int, version: str) -> set[str]:
    """IANA names of the suites that s_client gets, taking the chosen one off its list until it is refused.

    Some of those that are never chosen are tried alone, in case the server treats lists in a way of its own.
    """
    left, found = known_ciphers(), []
    while left:
        name = chosen(port, version, left)
        if name is None:
            break
        found.append(name)
        left = tuple(other for other in left if other != name)
    for name in left[::12]:
        assert chosen(port, version, (name,)) is None, name
    return {table.by_openssl(name).iana for name in found}


SERVERS = {
    "wide": ("-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"),
    "default": (),
    "server's order": ("-serverpref", "-cipher", "AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-SHA256"),
    "anonymous only": ("-cipher", "aNULL:@SECLEVEL=0"),
    "NULL": ("-cipher", "eNULL:@SECLEVEL=0"),
}


@pytest.mark.parametrize("name", SERVERS)
def test_suites_are_those_of_s_client(name, keys, look_full):
    with openssl_server(keys, *SERVERS[name], "-dcert", keys["ecdsa.pem"], "-dkey", keys["ecdsa.key"]) as port:
        seen = look_full(port, parts=("suites",))
        for version in VERSIONS:
            expected = truth(port, version)
            if not expected:
                assert seen["protocols"][version]["accepted"] is False
                continue
            # We also find what this s_client cannot try; everything it can try has to agree.
            ours = {suite for suite in seen["suites"][version]
                    if table.by_iana(suite).openssl in known_ciphers()}
            assert ours == expected, version
            assert seen["suites_complete"][version] is True
    assert seen["undecided"] == []


def test_the_servers_order(keys, look_full):
    order = ["AES128-SHA", "ECDHE-RSA-AES256-GCM-SHA384", "DHE-RSA-AES128-SHA256", "AES256-GCM-SHA384"]
    with openssl_server(keys, "-serverpref", "-tls1_2", "-cipher", ":".join(order)) as port:
        seen = look_full(port, parts=("suites",))
    assert seen["suites"]["TLSv1.2"] == [table.by_openssl(name).iana for name in order]
    assert seen["server_preference"] == {"TLSv1.2": True}


def test_the_clients_order(keys, look_full):
    with openssl_server(keys, "-tls1_2", "-cipher", "AES128-SHA:AES256-SHA:AES256-GCM-SHA384") as port:
        seen = look_full(port, parts=("suites",))
    assert len(seen["suites"]["TLSv1.2"]) == 3
    assert seen["server_preference"] == {"TLSv1.2": False}


def test_a_few_more_connections_than_the_bound(keys, look_full):
    with openssl_server(keys, *SERVERS["wide"]) as port:
        seen = look_full(port, parts=("suites", "groups"))
    bound = sum(len(found) + 1 for found in seen["suites"].values()) + sum(
        not answer["accepted"] for answer in seen["protocols"].values())
    assert seen["connections"] <= bound * 1.1 + 6


@pytest.mark.parametrize("words", [("-tls1_3",), ("-tls1_2",), ()], ids=["1.3", "1.2", "both"])
def test_suites_alone_cost_the_bound(words, keys, look_full):
    with openssl_server(keys, *words) as port:
        seen = look_full(port, parts=("suites",))
    assert seen["connections"] == sum(len(found) for found in seen["suites"].values()) + 7  # six versions, and one hello without extensions


@pytest.mark.parametrize(("suites", "found"), [
    ("TLS_AES_128_CCM_8_SHA256", 1), ("TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256", 3)])
def test_tls13_suites(suites, found, keys, look_full):
    with openssl_server(keys, "-tls1_3", "-serverpref", "-ciphersuites", suites) as port:
        seen = look_full(port)
    assert seen["suites"] == {"TLSv1.3": suites.split(":")} and len(seen["suites"]["TLSv1.3"]) == found
    assert seen["undecided"] == []


GROUPS = {"P-256": "secp256r1", "P-384": "secp384r1", "P-521": "secp521r1", "X25519": "X25519", "X448": "X448",
          "ffdhe2048": "ffdhe2048", "ffdhe3072": "ffdhe3072"}


@pytest.mark.parametrize("names", [
    ["X25519", "P-256", "P-384"], ["P-521", "X448"], ["ffdhe3072"], ["P-256"], ["X448", "ffdhe2048", "P-256", "X25519"]])
@pytest.mark.parametrize("version", ["-tls1_3", "both"])
def test_groups_in_the_servers_order(names, version, keys, look_full):
    words = ["-tls1_3"] if version == "-tls1_3" else []
    with openssl_server(keys, *words, "-groups", ":".join(names)) as port:
        seen = look_full(port, parts=("suites", "groups"))
    assert set(seen["groups"]) == {GROUPS[name] for name in names}
    assert seen["groups_complete"] is True
    if {"P-256", "X25519", "P-384"} & set(names):
        assert seen["groups"] == [GROUPS[name] for name in names]


def test_groups_of_tls12_alone(keys, look_full):
    with openssl_server(keys, "-tls1_2", "-groups", "P-384:brainpoolP256r1:X25519") as port:
        seen = look_full(port, parts=("suites", "groups"))
    assert set(seen["groups"]) == {"secp384r1", "brainpoolP256r1", "X25519"}
    assert seen["groups_complete"] is True


@pytest.mark.parametrize(("words", "schemes"), [
    (("-tls1_2", "-sigalgs", "RSA+SHA256:RSA+SHA512"), {"rsa_pkcs1_sha256", "rsa_pkcs1_sha512"}),
    (("-tls1_3", "-sigalgs", "rsa_pss_rsae_sha384"), {"rsa_pss_rsae_sha384"}),
    (("-sigalgs", "rsa_pss_rsae_sha256:RSA+SHA1:@SECLEVEL=0".partition(":@")[0], "-cipher", "DEFAULT:@SECLEVEL=0"),
     {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha1"}),
])
def test_signature_schemes(words, schemes, keys, look_full):
    with openssl_server(keys, *words) as port:
        seen = look_full(port, parts=("suites", "schemes"))
    assert set(seen["signature_schemes"]) == schemes
    assert seen["signature_schemes_complete"] is True


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3", "both"])
def test_a_leaf_for_each_kind_of_key(version, keys, look_full):
    words = [] if version == "both" else [version]
    with openssl_server(keys, *words, "-dcert", keys["ecdsa.pem"], "-dkey", keys["ecdsa.key"]) as port:
        seen = look_full(port, parts=("suites", "groups", "schemes", "details"))
    assert set(seen["certificates_by_type"]) == {"rsa", "ecdsa"}
    assert seen["certificates_by_type"]["rsa"][0]["sha256"] != seen["certificates_by_type"]["ecdsa"][0]["sha256"]
    assert {name.partition("_")[0] for name in seen["signature_schemes"]} == {"rsa", "ecdsa"}


GNUTLS = {
    "normal": "NORMAL",
    "wide": "NORMAL:+ARCFOUR-128:+3DES-CBC:+MD5:+ANON-ECDH:+ANON-DH:+CAMELLIA-256-GCM",
    "server's order": "NONE:+VERS-TLS1.2:+ECDHE-RSA:+RSA:+AES-256-GCM:+AES-128-CBC:+AEAD:+SHA1:+SIGN-ALL:+GROUP-ALL"
                      ":+COMP-NULL:%SERVER_PRECEDENCE",
    "old": "NONE:+VERS-TLS1.0:+RSA:+3DES-CBC:+ARCFOUR-128:+NULL:+SHA1:+MD5:+SIGN-ALL:+COMP-NULL",
}


def listed(priority: str) -> set[str]:
    """IANA names of what gnutls-cli says the priority has, SSL 3.0 to TLS 1.3 alike."""
    text = subprocess.run(["gnutls-cli", "--list", "--priority", priority], check=True, capture_output=True, text=True).stdout
    found = set()
    for line in text.splitlines():
        name = line.split()[0] if line.startswith("TLS_") else ""
        suite = table.by_gnutls(name)
        if suite is not None:
            found.add(suite.iana)
    return found


@pytest.mark.parametrize("name", GNUTLS)
def test_gnutls_suites_are_those_of_its_own_list(name, keys, look_full):
    with gnutls_server(keys, GNUTLS[name]) as port:
        seen = look_full(port, parts=("suites", "groups"))
    ours = {suite for found in seen["suites"].values() for suite in found}
    # The list does not know that this server has an RSA key and no ECDSA one.
    possible = {suite for suite in listed(GNUTLS[name]) if table.by_iana(suite).auth in ("RSA", "any", "anonymous")}
    assert ours <= possible
    assert all(seen["suites_complete"].values())
    missing = {suite for suite in possible - ours if table.by_iana(suite).auth != "anonymous"}
    assert missing == set(), missing


def test_dh_sizes_as_really_sent(keys, look_full, tmp_path):
    parameters = tmp_path / "dh.pem"
    group = dh.DHParameterNumbers(OAKLEY_GROUP_2, 2).parameters()
    parameters.write_bytes(group.parameter_bytes(Encoding.PEM, ParameterFormat.PKCS3))
    with openssl_server(keys, "-tls1_2", "-cipher", "DHE:@SECLEVEL=0", "-dhparam", str(parameters)) as port:
        seen = look_full(port)
    assert seen["dh_bits"] == 1024


@pytest.mark.parametrize("words", [("-tls1_3",), ()])
def test_a_server_with_one_odd_group_tells_as_much(words, keys, look_full):
    with openssl_server(keys, *words, "-groups", "X448", "-cipher", "AES128-SHA:@SECLEVEL=0") as port:
        seen = look_full(port)
    assert seen["groups"] == ["X448"] and seen["signature_schemes_complete"] is True
    assert {"rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512"} <= set(seen["signature_schemes"])
    assert seen["sni"] == {"without": "same_certificate", "unknown": "same_certificate"}


def test_one_suite_is_nobodys_preference(keys, look_full):
    with openssl_server(keys, "-tls1_2", "-serverpref", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256") as port:
        assert look_full(port)["server_preference"] == {"TLSv1.2": None}


def test_a_name_that_is_refused_is_tls_all_the_same(keys, look):
    words = ("-servername", "other.example", "-servername_fatal", "-cert2", keys["ecdsa.pem"], "-key2", keys["ecdsa.key"])
    with openssl_server(keys, *words) as port:
        for seen in (look(port), look(port, depth="full")):
            assert seen["plaintext"]["how"] == "closed" and seen["plaintext"]["refused"] is True
            assert seen["protocols"]["TLSv1.3"]["cause"] == "unrecognized_name"
            assert not any(answer["accepted"] for answer in seen["protocols"].values())
