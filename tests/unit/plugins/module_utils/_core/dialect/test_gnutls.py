# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A policy in GnuTLS's language: exact where a product of words can say it, a subset everywhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls import compile_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_string import expand_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups, schemes
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import SUITES

DATA: dict[str, Any] = yaml.safe_load((Path(__file__).resolve().parents[5] / "data" / "equivalence.yml").read_text())
VERSIONS = ("3.7.9", "gnutls-cli 3.8.9")
INTERMEDIATE = PROFILES["intermediate"]
OLDER = [suite.iana for suite in SUITES if suite.gnutls and suite.kx != "any" and not suite.anonymous and not suite.null]
TLS13 = [suite.iana for suite in SUITES if suite.gnutls and suite.kx == "any"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", DATA["profiles"])
def test_profiles_are_written_as_they_were_verified(name: str, version: str) -> None:
    expected = DATA["profiles"][name]
    found = compile_gnutls(resolve(policy=name), version)
    assert found.priority == expected["gnutls"]["priority"]
    assert list(found.dropped_groups) == expected["gnutls"]["dropped_groups"]
    assert sorted(found.suites) == sorted(expected["suite_set"])
    assert not found.dropped_suites and not found.dropped_signature_schemes


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", DATA["profiles"])
def test_the_string_reads_back_as_the_profile(name: str, version: str) -> None:
    policy = resolve(policy=name)
    settings = compile_gnutls(policy, version)
    found = expand_gnutls(settings.priority, version)
    assert {suite.iana for suite in found.suites} == set(policy.suites)
    assert [f"TLSv{one[3:]}".replace("v1.0", "v1") for one in reversed(found.protocols or ())] == list(policy.protocols)
    assert [groups.by_gnutls(one).iana for one in found.groups or ()] == [
        one for one in policy.groups if one not in settings.dropped_groups
    ]
    assert {schemes.by_gnutls(one).iana for one in found.signature_schemes or ()} == set(policy.signature_schemes)
    assert ("%SERVER_PRECEDENCE" in found.options) == policy.server_preference


@given(
    st.lists(st.sampled_from(OLDER), max_size=25, unique=True),
    st.lists(st.sampled_from(TLS13), max_size=5, unique=True),
    st.sampled_from([(3, 7), (3, 8)]),
    st.sampled_from([("TLSv1.2", "TLSv1.3"), ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"), ("TLSv1.2",), ("TLSv1.3",)]),
)
def test_never_more_than_the_policy(
    older: list[str], newer: list[str], version: tuple[int, int], protocols: tuple[str, ...]
) -> None:
    policy = replace(
        INTERMEDIATE,
        protocols=protocols,
        tls12_suites=tuple(older) if protocols != ("TLSv1.3",) else (),
        tls13_suites=tuple(newer) if "TLSv1.3" in protocols else (),
        groups=("X25519", "secp256r1", "ffdhe2048"),
        signature_schemes=(*INTERMEDIATE.signature_schemes, "rsa_pkcs1_sha1"),
    )
    try:
        settings = compile_gnutls(policy, version)
    except DialectError:
        return
    found = expand_gnutls(settings.priority, version)
    assert found.error is None, settings.priority
    # SRP and RSA-PSK take TLS 1.3 away by themselves: less than said, never more.
    assert {suite.iana for suite in found.suites} <= set(settings.suites) <= set(policy.suites)
    if not any(suite.kx in ("SRP", "RSA_PSK") for suite in found.suites):
        assert {suite.iana for suite in found.suites} == set(settings.suites)
    assert set(settings.suites) | set(settings.dropped_suites) == set(policy.suites)
    allowed = {f"TLSv{one[3:]}".replace("v1.0", "v1") for one in found.protocols or ()}
    assert allowed <= set(policy.protocols)


@given(st.lists(st.sampled_from(OLDER), min_size=1, max_size=25, unique=True), st.sampled_from([(3, 7), (3, 8)]))
def test_what_comes_from_a_product_is_said_exactly(chosen: list[str], version: tuple[int, int]) -> None:
    """Whatever GnuTLS itself makes of some words is a set that it can express."""
    policy = replace(INTERMEDIATE, tls12_suites=tuple(chosen), groups=("X25519", "ffdhe2048"))
    try:
        first = compile_gnutls(policy, version)
    except DialectError:
        return
    again = replace(
        policy,
        protocols=first.protocols,
        tls12_suites=tuple(name for name in first.suites if "_WITH_" in name),
        tls13_suites=tuple(name for name in first.suites if "_WITH_" not in name),
    )
    second = compile_gnutls(again, version)
    assert second.dropped_suites == ()
    assert set(second.suites) == set(first.suites)


@pytest.mark.parametrize(
    ("own", "dropped"),
    [
        # ChaCha20 cannot be had in TLS 1.3 alone.
        ({"extends": "rfc9325", "tls13_suites": ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                                 "TLS_CHACHA20_POLY1305_SHA256"]}, ["TLS_CHACHA20_POLY1305_SHA256"]),
        # DHE without a finite field group only breaks handshakes.
        ({"tls12_suites": [*INTERMEDIATE.tls12_suites, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"]},
         ["TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"]),
        # OpenSSL has CAMELLIA with GCM nowhere, GnuTLS has no ARIA.
        ({"tls12_suites": [*INTERMEDIATE.tls12_suites, "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"]},
         ["TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"]),
        # A version is worth more than suites: TLS 1.3 stays.
        ({"tls13_suites": ["TLS_AES_256_GCM_SHA384"]},
         [name for name in INTERMEDIATE.tls12_suites if "AES_256" not in name]),
    ],
)
def test_what_cannot_be_said_is_left_out(own: dict[str, Any], dropped: list[str]) -> None:
    settings = compile_gnutls(resolve(policy=own), (3, 8))
    assert list(settings.dropped_suites) == dropped
    assert settings.protocols == ("TLSv1.2", "TLSv1.3")


def test_versions_without_a_suite_go() -> None:
    policy = replace(PROFILES["old"], tls12_suites=("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",))
    assert compile_gnutls(policy, (3, 7)).protocols == ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"groups": ["X25519MLKEM768"], "min_protocol": "TLSv1.3"}, "none of the policy's groups: X25519MLKEM768"),
        ({"min_protocol": "TLSv1.3", "tls13_suites": ["TLS_SM4_GCM_SM3"]}, "none of the policy's suites"),
        ({"min_protocol": "TLSv1.3", "signature_schemes": ["mldsa44"]}, "none of the policy's signature schemes"),
    ],
)
def test_nothing_left_is_an_error(own: dict[str, Any], words: str) -> None:
    with pytest.raises(DialectError) as caught:
        compile_gnutls(resolve(policy=own), (3, 8))
    assert words in caught.value.message
