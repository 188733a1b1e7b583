# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The profiles against the figures they were collected in (tests/data/profiles.yml), one by one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.lifetime import find_limit_days
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.classes import DATA_CLASSES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES

DATA: dict[str, Any] = yaml.safe_load((Path(__file__).resolve().parents[5] / "data" / "profiles.yml").read_text())
PHASED_OUT = ("phase_out", "dhe", "cbc")


def test_every_profile_is_there_and_no_other() -> None:
    assert set(PROFILES) == {name.replace("-", "_") for name in DATA["profiles"]}
    assert len(PROFILES) == 9


@pytest.mark.parametrize("name", DATA["profiles"])
def test_figures(name: str) -> None:
    expected, policy = DATA["profiles"][name], PROFILES[name.replace("-", "_")]
    for key in ("protocols", "tls12_suites", "tls13_suites", "groups"):
        assert list(getattr(policy, key)) == expected[key], key
    assert list(policy.signature_schemes) == expected["sigalgs"]
    assert vars(policy.min_key) == expected["min_key"]
    certificate = expected["cert"]
    for key in ("types", "curves", "signature_hashes"):
        assert list(getattr(policy.certificate, key)) == certificate[key], key
    for key in ("max_lifetime_days", "recommended_lifetime_days"):
        assert getattr(policy.certificate, key) == certificate[key], key
    assert policy.hsts.min_max_age == expected["hsts"]["min_max_age"]
    # A deliberate deviation (docs/policy.md): only the data classes confidential and secret speak for all names below.
    assert policy.hsts.include_subdomains is False
    assert policy.hsts.preload == expected["hsts"]["preload"]
    for key in ("server_preference", "openssl_seclevel", "compression", "early_data", "client_certificate"):
        assert getattr(policy, key) == expected[key], key
    assert not policy.client_renegotiation


@pytest.mark.parametrize("name", DATA["profiles"])
def test_what_a_verifier_lets_pass_besides(name: str) -> None:
    also = DATA["profiles"][name].get("also_allowed", {})
    policy = PROFILES[name.replace("-", "_")]
    assert list(policy.also_allowed.ok) == also.get("ok", [])
    expected = [suite for key in PHASED_OUT for suite in also.get(key, [])]
    assert sorted(policy.also_allowed.phase_out) == sorted(expected)


def test_ncsc_requires_the_extended_master_secret() -> None:
    assert DATA["profiles"]["ncsc-nl"]["extra"]["extended_master_secret"] == "required for TLS 1.2"
    assert PROFILES["ncsc_nl"].extended_master_secret_required


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_says_where_it_is_from(name: str) -> None:
    policy = PROFILES[name]
    assert policy.name == name and policy.title and policy.source and policy.source_status
    assert policy.version[:2] == "20"


def test_certificates_are_judged_by_the_schedule_that_was_collected() -> None:
    for step in DATA["certificate_lifetime"]["by_not_before"]:
        first = step.get("from_", "2020-09-01")
        begins = datetime.fromisoformat(first).replace(tzinfo=timezone.utc)
        assert find_limit_days(begins) == step["max_days"]
        assert find_limit_days(begins - timedelta(seconds=1)) > step["max_days"]


def test_data_classes_follow_the_classification() -> None:
    for name, expected in DATA["classification"].items():
        found = DATA_CLASSES[name]
        assert found.profile == expected["profile"]
        assert found.hsts_min_max_age == expected["hsts_min_max_age"]
        assert found.client_certificate == expected["client_certificate"]
        assert [found.overlay] == [one.replace("-", "_") for one in expected.get("overlay", [])] or not found.overlay
        assert found.post_quantum_required == expected.get("pq_group_required_if_backend_supports", False)
    assert set(DATA_CLASSES) == set(DATA["classification"])
