# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What we write and what we read, against the installed libraries of both releases.

Written: every profile and many random policies become strings whose expansion by
``openssl ciphers`` and ``gnutls-cli --list`` is the policy's set (GnuTLS: never a superset).
Read: thousands of random words later our readers and the libraries still agree.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
import random_strings
from release_libraries import RELEASES, Libraries, libraries

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.cipher_strings import RELEASES as VERSIONS
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls import compile_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_string import expand_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import (
    OpenSSLSettings,
    compile_openssl,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import expand_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.version import version_of
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.classes import DATA_CLASSES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.groups import GROUPS
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.schemes import SCHEMES
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import SUITES, by_code_point

VECTORS = json.loads((Path(__file__).resolve().parents[1] / "data" / "cipher_strings.json").read_text())
NAMES = [*PROFILES, *DATA_CLASSES]
RANDOM_POLICIES = 80
RANDOM_STRINGS = 300
SEED = 20261122


@pytest.fixture(params=sorted(RELEASES))
def host(request: pytest.FixtureRequest) -> Libraries:
    return libraries(request.param)


def names(code_points: list[int]) -> list[str]:
    found = [by_code_point(number) for number in code_points]
    assert all(found), "the library has a suite that the table does not know"
    return [suite.iana for suite in found if suite]


def test_the_releases_are_the_ones_that_the_tables_stand_for(host: Libraries) -> None:
    stands_for = VERSIONS[host.release]
    assert version_of(host.openssl_version) == version_of(stands_for["openssl"])
    assert version_of(host.gnutls_version) == version_of(stands_for["gnutls"])


# ---------------------------------------------------------------- what we write


def openssl_pairs(settings: list[OpenSSLSettings]) -> list[tuple[str, str]]:
    """TLS 1.3 alone has no cipher string; any will do, and its suites are not looked at."""
    return [(one.ciphersuites or "TLS_AES_128_GCM_SHA256", one.cipher_string or "ECDHE+AESGCM") for one in settings]


def test_openssl_makes_the_policy_s_set_of_every_profile(host: Libraries) -> None:
    policies = [resolve(policy=name) for name in NAMES]
    settings = [compile_openssl(policy, host.openssl_version) for policy in policies]
    for policy, one, found in zip(policies, settings, host.openssl_with_tls13(openssl_pairs(settings)), strict=True):
        listed = [name for name in names(found.code_points) if one.cipher_string or "_WITH_" not in name]
        assert listed == list(policy.suites), policy.name


def test_gnutls_makes_the_policy_s_set_of_every_profile(host: Libraries) -> None:
    policies = [resolve(policy=name) for name in NAMES]
    settings = [compile_gnutls(policy, host.gnutls_version) for policy in policies]
    for policy, one, found in zip(policies, settings, host.gnutls([one.priority for one in settings]), strict=True):
        assert sorted(names(found.code_points)) == sorted(policy.suites), policy.name
        assert len(found.protocols) == len(policy.protocols)
        assert len(found.groups) == len(policy.groups) - len(one.dropped_groups)


def test_openssl_takes_every_name_that_is_written(host: Libraries) -> None:
    settings = [compile_openssl(resolve(policy=name), host.openssl_version) for name in NAMES]
    everything = replace(
        PROFILES["intermediate"],
        groups=tuple(group.iana for group in GROUPS),
        signature_schemes=tuple(scheme.iana for scheme in SCHEMES),
    )
    settings.append(compile_openssl(everything, host.openssl_version))
    lists = [pair for one in settings for pair in (("-groups", one.groups), ("-sigalgs", one.sigalgs))]
    assert all(host.openssl_takes(lists))


def test_a_group_that_is_left_out_would_have_been_fatal(host: Libraries) -> None:
    """Keeps the test above honest: one name too many, and OpenSSL refuses the whole list."""
    release = version_of(host.openssl_version)
    missing = [group.iana for group in GROUPS if group.openssl is None or release < group.openssl_since]
    missing = [name for name in missing if not name.startswith("arbitrary")]
    assert missing
    assert not any(host.openssl_takes([("-groups", f"X25519:{name}") for name in missing]))


def random_policies(count: int) -> list[Policy]:
    dice = random.Random(SEED)
    older = [
        suite.iana
        for suite in SUITES
        if suite.max_protocol == "TLSv1.2" and suite.bits >= 112 and not suite.anonymous and not suite.signalling
        # Without a secret or a verifier to hand, the programs do not show these.
        and "PSK" not in suite.kx and suite.kx not in ("SRP", "KRB5", "GOST", "ECCPWD")
    ]
    newer = [*PROFILES["intermediate"].tls13_suites, "TLS_AES_128_CCM_SHA256"]
    old, middle = PROFILES["old"], PROFILES["intermediate"]
    return [
        replace(
            dice.choice([old, middle]),
            tls12_suites=tuple(dice.sample(older, dice.choice([1, 2, 3, 5, 8, 20, 40]))),
            tls13_suites=tuple(dice.sample(newer, dice.choice([1, 2, 3, 4]))),
            groups=tuple(dice.sample(["X25519", "secp256r1", "secp384r1", "ffdhe2048", "X25519MLKEM768"], 4)),
            openssl_seclevel=dice.choice([0, 1, 2]),
        )
        for _number in range(count)
    ]


def test_openssl_makes_the_set_of_any_policy(host: Libraries) -> None:
    policies, settings = [], []
    for policy in random_policies(RANDOM_POLICIES):
        try:
            settings.append(compile_openssl(policy, host.openssl_version))
        except DialectError:
            continue
        policies.append(policy)
    assert len(policies) > RANDOM_POLICIES / 2
    for policy, one, found in zip(policies, settings, host.openssl_with_tls13(openssl_pairs(settings)), strict=True):
        kept = [name for name in policy.suites if name not in one.dropped_suites]
        assert names(found.code_points) == kept, one.cipher_string


def test_gnutls_never_makes_more_of_any_policy(host: Libraries) -> None:
    policies, settings = [], []
    for policy in random_policies(RANDOM_POLICIES):
        try:
            settings.append(compile_gnutls(policy, host.gnutls_version))
        except DialectError:
            continue
        policies.append(policy)
    assert len(policies) > RANDOM_POLICIES / 2
    for policy, one, found in zip(policies, settings, host.gnutls([one.priority for one in settings]), strict=True):
        assert found.error is None, one.priority
        assert set(names(found.code_points)) == set(one.suites) <= set(policy.suites), one.priority


# ---------------------------------------------------------------- what we read


def test_openssl_strings_are_read_as_openssl_reads_them(host: Libraries) -> None:
    known = [vector["input"] for vector in VECTORS if vector["backend"] == "openssl"]
    texts = [*known, *random_strings.openssl(SEED, RANDOM_STRINGS)]
    for text, listing in zip(texts, host.openssl(texts), strict=True):
        found = expand_openssl(text, host.openssl_version)
        ours = ([suite.code_point for suite in found.suites], found.error)
        assert ours == (listing.code_points, listing.error), text


def test_gnutls_strings_are_read_as_gnutls_reads_them(host: Libraries) -> None:
    known = [vector["input"] for vector in VECTORS if vector["backend"] == "gnutls"]
    texts = [*known, *random_strings.gnutls(SEED, RANDOM_STRINGS)]
    for text, listing in zip(texts, host.gnutls(texts), strict=True):
        found = expand_gnutls(text, host.gnutls_version)
        assert ([suite.code_point for suite in found.suites], found.error) == (listing.code_points, listing.error), text
        assert (found.protocols, found.groups, found.signature_schemes) == (
            listing.protocols, listing.groups, listing.signatures,
        ), text
