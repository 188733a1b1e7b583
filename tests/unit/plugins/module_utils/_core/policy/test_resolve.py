# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names, data classes and own profiles become one frozen policy, in a fixed order of precedence."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    ContradictoryPolicy,
    EmptyPolicy,
    IntransitError,
    PolicyError,
    UnknownKey,
    UnknownName,
    UnknownProfile,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.classes import DATA_CLASSES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

NAMES = [*PROFILES, *DATA_CLASSES]


def test_nothing_means_intermediate() -> None:
    assert resolve() == resolve(policy={}) == resolve(policy=None) == PROFILES["intermediate"]


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_by_name(name: str) -> None:
    assert resolve(profile=name) == resolve(policy=name) == resolve(policy={"extends": name, "name": name, **{
        key: getattr(PROFILES[name], key) for key in ("title", "source", "source_status")}}) == PROFILES[name]


def test_spelling_is_forgiven() -> None:
    assert resolve(policy="ncsc-nl") == resolve(profile=" NCSC_NL ") == PROFILES["ncsc_nl"]


@pytest.mark.parametrize("name", NAMES)
def test_plain_data_comes_back_unchanged(name: str) -> None:
    policy = resolve(policy=name)
    plain = json.loads(json.dumps(policy.to_dict()))
    assert resolve(policy=plain) == resolve(policy=policy) == policy
    assert plain == policy.to_dict()


@pytest.mark.parametrize("name", NAMES)
def test_the_result_is_frozen(name: str) -> None:
    policy = resolve(policy=name)
    with pytest.raises(dataclasses.FrozenInstanceError):
        policy.title = "x"
    hash(policy)


def test_the_input_is_never_modified() -> None:
    own = {"extends": "intermediate", "min_key": {"rsa": "3072"}, "min_protocol": "TLSv1.2", "groups": ["x25519"]}
    before = copy.deepcopy(own)
    resolve(policy=own)
    assert own == before
    assert PROFILES["intermediate"].min_key.rsa == 2048


@pytest.mark.parametrize(
    ("data_class", "profile", "plaintext", "starttls", "client", "max_age"),
    [
        ("public", "intermediate", "redirect_only", "allowed", "none", 31536000),
        ("restricted", "intermediate", "no_authentication", "required", "none", 63072000),
        ("confidential", "hardened+ncsc_nl", "none", "implicit_only", "optional", 63072000),
        ("secret", "modern", "none", "forbidden", "required", 63072000),
    ],
)
def test_data_classes(
    data_class: str, profile: str, plaintext: str, starttls: str, client: str, max_age: int
) -> None:
    policy = resolve(data_class=data_class)
    assert policy == resolve(policy=data_class)
    assert (policy.name, policy.data_class) == (profile, data_class)
    assert (policy.plaintext, policy.starttls, policy.client_certificate) == (plaintext, starttls, client)
    assert policy.hsts.min_max_age == max_age
    assert policy.post_quantum_required == (data_class == "secret")


def test_a_class_beside_a_profile_brings_its_rules_only() -> None:
    policy = resolve(profile="bsi", data_class="secret")
    assert policy.tls12_suites == PROFILES["bsi"].tls12_suites and policy.hsts == PROFILES["bsi"].hsts
    assert (policy.plaintext, policy.starttls, policy.client_certificate) == ("none", "forbidden", "required")
    assert policy.data_class == "secret"


def test_own_keys_come_first_then_the_profile_then_the_class() -> None:
    own = {"client_certificate": "optional", "hsts": {"min_max_age": 300}}
    policy = resolve(profile="hardened", data_class="secret", policy=own)
    assert policy.tls13_suites == PROFILES["hardened"].tls13_suites
    assert (policy.client_certificate, policy.starttls) == ("optional", "forbidden")
    assert policy.hsts.min_max_age == 300 and policy.hsts.include_subdomains


def test_what_an_own_profile_extends_outranks_the_profile() -> None:
    """A fleet's tls_profile and one host's own tls_policy live side by side."""
    assert resolve(profile="bsi", policy={"extends": "modern"}) == resolve(policy={"extends": "modern"})
    assert resolve(profile="bsi", policy={"min_protocol": "TLSv1.3"}).groups == PROFILES["bsi"].groups


def test_a_name_beside_a_class_and_the_other_way_round() -> None:
    assert resolve(policy="secret", profile="bsi") == resolve(profile="bsi", data_class="secret")
    assert resolve(policy="bsi", data_class="secret") == resolve(profile="bsi", data_class="secret")


def test_an_own_profile_never_shows_the_name_of_another() -> None:
    policy = resolve(policy={"extends": "modern", "hsts": {"min_max_age": None}})
    assert policy.name == "own" and "modern" in policy.title and policy.source.startswith("own profile")
    assert resolve(policy={"name": "ours", "extends": "modern"}).name == "ours"


def test_own_profile_extends_a_class() -> None:
    policy = resolve(policy={"extends": "secret", "certificate": {"max_lifetime_days": 30, "recommended_lifetime_days": 10}})
    assert policy.starttls == "forbidden" and policy.certificate.max_lifetime_days == 30
    assert policy.certificate.types == ("ecdsa",)


def test_a_class_inside_an_own_profile_brings_its_rules() -> None:
    policy = resolve(policy={"extends": "bsi", "data_class": "restricted"})
    assert policy.data_class == "restricted"
    assert resolve(policy={"data_class": "secret"}).starttls == "forbidden"


@pytest.mark.parametrize(
    ("own", "protocols"),
    [
        ({"min_protocol": "TLSv1.3"}, ("TLSv1.3",)),
        ({"max_protocol": "TLS 1.2"}, ("TLSv1.2",)),
        ({"protocols": ["TLSv1.3", "TLSv1.2"]}, ("TLSv1.2", "TLSv1.3")),
        ({"extends": "old", "min_protocol": "tls1.1"}, ("TLSv1.1", "TLSv1.2", "TLSv1.3")),
        ({"extends": "old", "protocols": ["TLSv1.0", "TLSv1.1", "TLSv1.2"]}, ("TLSv1", "TLSv1.1", "TLSv1.2")),
    ],
)
def test_floor_and_ceiling(own: dict[str, Any], protocols: tuple[str, ...]) -> None:
    policy = resolve(policy=own)
    assert policy.protocols == protocols
    assert bool(policy.tls13_suites) == ("TLSv1.3" in protocols)
    assert bool(policy.tls12_suites) == (protocols != ("TLSv1.3",))
    assert (policy.min_protocol, policy.max_protocol) == (protocols[0], protocols[-1])


def test_the_post_quantum_group_survives_the_overlay() -> None:
    """NCSC-NL's list is older than the hybrid, and allows its classic part."""
    policy = resolve(data_class="confidential")
    assert policy.groups == ("X25519MLKEM768", "X25519", "secp384r1", "secp256r1")
    assert policy.extended_master_secret_required and policy.min_key.dh is None and policy.min_key.rsa == 3072
    assert set(policy.tls12_suites) <= set(PROFILES["hardened"].tls12_suites) & set(PROFILES["ncsc_nl"].tls12_suites)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"policy": "Modrn"}, UnknownProfile, "No profile is called Modrn. Did you mean modern?"),
        ({"profile": "secret"}, UnknownProfile, "secret is a data class"),
        ({"data_class": "modern"}, UnknownProfile, "No data class is called modern."),
        ({"policy": {"extends": "modernn"}}, UnknownProfile, "Did you mean modern?"),
        ({"policy": {"data_class": "top"}}, UnknownProfile, "No data class is called top."),
        ({"policy": {"tls12suites": []}}, UnknownKey, "Did you mean tls12_suites?"),
        ({"policy": {"min_key": {"rsaa": 1}}}, UnknownKey, "no key min_key.rsaa"),
        ({"policy": {"min_key": 3072}}, PolicyError, "min_key must be a dictionary"),
        ({"policy": {"protocols": "TLSv1.2"}}, PolicyError, "protocols must be a list of names"),
        ({"policy": {"protocols": ["TLSv1.4"]}}, UnknownName, "No protocol version is called TLSv1.4."),
        ({"policy": {"tls12_suites": ["AES128-SHA"]}}, UnknownName, "is called TLS_RSA_WITH_AES_128_CBC_SHA"),
        ({"policy": {"groups": ["P-256"]}}, UnknownName, "groups: Groups are written with their IANA names"),
        ({"policy": {"signature_schemes": ["rsa"]}}, UnknownName, "No signature scheme is called rsa."),
        ({"policy": {"certificate": {"types": ["dsa"]}}}, UnknownName, "Choices: rsa, ecdsa, ed25519, ed448"),
        ({"policy": {"client_certificate": "yes"}}, UnknownName, "Choices: none, optional, required"),
        ({"policy": {"openssl_seclevel": "two"}}, PolicyError, "openssl_seclevel must be a whole number"),
        ({"policy": {"openssl_seclevel": -1}}, PolicyError, "openssl_seclevel must be a whole number"),
        ({"policy": {"early_data": "perhaps"}}, PolicyError, "early_data must be true or false"),
        ({"policy": {"title": ""}}, PolicyError, "title must be one line of printable text"),
        ({"policy": 7}, PolicyError, "or a dictionary; this is 7"),
        ({"policy": []}, PolicyError, "or a dictionary; this is []"),
        ({"policy": {"protocols": ["TLSv1.2"], "min_protocol": "TLSv1.2"}}, ContradictoryPolicy, "one of the two"),
        ({"policy": {"min_protocol": "TLSv1.3", "max_protocol": "TLSv1.2"}}, ContradictoryPolicy, "is newer than"),
        ({"policy": {"protocols": []}}, EmptyPolicy, "no protocol version is left"),
    ],
)
def test_errors_are_sentences(arguments: dict[str, Any], error: type[IntransitError], words: str) -> None:
    with pytest.raises(error) as caught:
        resolve(**arguments)
    assert words in caught.value.message
    json.dumps(dict(caught.value.details))


def test_inventory_values_may_be_text() -> None:
    policy = resolve(policy={"min_key": {"rsa": "4096"}, "server_preference": "yes", "hsts": {"include_subdomains": "no"}})
    assert policy.min_key.rsa == 4096 and policy.server_preference is True
    assert policy.hsts.include_subdomains is False


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["modern", "TLSv1.2", "X25519"]),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*PROFILES["modern"].to_dict(), "extends", "min_protocol", "rsa", "types", "ok", "zz"]), inner,
            max_size=4,
        ),
        max_leaves=8,
    )
)
def test_whatever_comes_in_is_a_policy_or_an_error_of_ours(value: Any) -> None:
    try:
        policy = resolve(policy=value)
    except PolicyError as error:
        assert error.message.strip()
    else:
        assert resolve(policy=policy.to_dict()) == policy
