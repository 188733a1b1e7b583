# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A policy in OpenSSL's language: what was verified on the wire, and any other policy within its own limits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import compile_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import expand_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups, schemes
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import SUITES, by_iana

DATA: dict[str, Any] = yaml.safe_load((Path(__file__).resolve().parents[5] / "data" / "equivalence.yml").read_text())
VERSIONS = {"3.0.20": "openssl<3.5", "OpenSSL 3.5.7 9 Jun 2026": "openssl>=3.5"}
INTERMEDIATE = PROFILES["intermediate"]
# What -s shows without a PSK or SRP callback.
POOL = [
    suite.iana
    for suite in SUITES
    if suite.kx in ("ECDHE", "DHE", "RSA") and not suite.anonymous and suite.bits >= 112 and suite.max_protocol == "TLSv1.2"
]


def without_separator(text: str | None) -> str | None:
    """The collected strings put no colon before @SECLEVEL; ours do, since an unknown name would swallow it."""
    return text and text.replace(":@SECLEVEL", "@SECLEVEL")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", DATA["profiles"])
def test_profiles_are_written_as_they_were_verified(name: str, version: str) -> None:
    expected, policy = DATA["profiles"][name]["openssl"], resolve(policy=name)
    found = compile_openssl(policy, version)
    assert without_separator(found.cipher_string) == expected["cipher_string"]
    assert found.ciphersuites == expected["ciphersuites"]
    assert found.groups == expected["groups"][VERSIONS[version]]
    assert found.sigalgs == expected["sigalgs"]
    assert (found.min_protocol, found.max_protocol) == (expected["min_protocol"], expected["max_protocol"])
    assert found.server_preference == expected["server_preference"]
    assert found.seclevel == policy.openssl_seclevel
    assert not found.dropped_suites and not found.dropped_signature_schemes
    assert set(found.dropped_groups) == ({"X25519MLKEM768"} & set(policy.groups) if version == "3.0.20" else set())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", DATA["profiles"])
def test_the_string_reads_back_as_the_profile(name: str, version: str) -> None:
    policy = resolve(policy=name)
    text = compile_openssl(policy, version).cipher_string
    if text is None:
        assert not policy.tls12_suites
        return
    found = expand_openssl(text, version)
    assert [suite.iana for suite in found.suites if suite.kx != "any"] == list(policy.tls12_suites)
    assert found.seclevel == policy.openssl_seclevel
    assert {token.effect for token in found.tokens} == {"effective"}


@given(
    st.lists(st.sampled_from(POOL), min_size=1, unique=True),
    st.sampled_from([(3, 0), (3, 2), (3, 5)]),
    st.sampled_from([0, 1, 2]),
)
def test_any_set_of_suites(chosen: list[str], version: tuple[int, int], level: int) -> None:
    policy = replace(INTERMEDIATE, tls12_suites=tuple(chosen), openssl_seclevel=level)
    try:
        settings = compile_openssl(policy, version)
    except DialectError:
        assert all(by_iana(name).cipher.startswith(("RC4", "3DES", "IDEA", "SEED", "CAMELLIA", "ARIA"))
                   or by_iana(name).openssl is None or "CCM_8" in name for name in chosen)
        return
    assert settings.cipher_string is not None
    found = expand_openssl(settings.cipher_string, version)
    kept = [name for name in chosen if name not in settings.dropped_suites]
    assert [suite.iana for suite in found.suites if suite.kx != "any"] == kept
    assert found.seclevel == level
    assert {token.effect for token in found.tokens} == {"effective"}


@given(
    st.lists(st.sampled_from([group.iana for group in groups.GROUPS]), unique=True),
    st.lists(st.sampled_from([scheme.iana for scheme in schemes.SCHEMES]), unique=True),
    st.sampled_from([(1, 1), (3, 0), (3, 5)]),
)
def test_names_that_a_release_does_not_know_are_never_written(
    wanted: list[str], signed: list[str], version: tuple[int, int]
) -> None:
    policy = replace(
        INTERMEDIATE, groups=("X25519", *[one for one in wanted if one != "X25519"]),
        signature_schemes=("ed25519", *[one for one in signed if one != "ed25519"]),
    )
    settings = compile_openssl(policy, version)
    written = [group for group in map(groups.by_openssl, settings.groups.split(":")) if group]
    assert all(group.openssl_since <= version for group in written)
    assert [group.iana for group in written] == [one for one in policy.groups if one not in settings.dropped_groups]
    assert len(settings.sigalgs.split(":")) == len(policy.signature_schemes) - len(settings.dropped_signature_schemes)


def test_the_level_is_said_where_postfix_needs_it() -> None:
    settings = compile_openssl(INTERMEDIATE, (3, 0))
    assert settings.explicit_cipher_string == f"{settings.cipher_string}:@SECLEVEL=2"
    old = compile_openssl(PROFILES["old"], (3, 0))
    assert old.explicit_cipher_string == old.cipher_string and old.cipher_string.endswith(":@SECLEVEL=0")
    assert compile_openssl(PROFILES["modern"], (3, 0)).explicit_cipher_string is None


@pytest.mark.parametrize(
    ("own", "version", "words"),
    [
        ({"groups": ["X25519MLKEM768"], "min_protocol": "TLSv1.3"}, (3, 0), "none of the policy's groups: X25519MLKEM768"),
        ({"groups": ["brainpoolP256r1", "brainpoolP256r1tls13"]}, (3, 0), "groups for TLS 1.3"),
        ({"tls12_suites": ["TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"]}, (3, 5), "TLS 1.2 suites"),
        ({"tls13_suites": ["TLS_SM4_GCM_SM3"]}, (3, 5), "TLS 1.3 suites"),
        ({"tls12_suites": ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"]}, (3, 5), "TLS 1.2 suites"),
    ],
)
def test_nothing_left_is_an_error(own: dict[str, Any], version: tuple[int, int], words: str) -> None:
    with pytest.raises(DialectError) as caught:
        compile_openssl(resolve(policy=own), version)
    assert words in caught.value.message


def test_a_short_tag_goes_where_it_counts_as_weak() -> None:
    own = {"tls12_suites": [*INTERMEDIATE.tls12_suites, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"]}
    assert compile_openssl(resolve(policy=own), (3, 0)).dropped_suites == ()
    assert compile_openssl(resolve(policy=own), (3, 5)).dropped_suites == ("TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",)
