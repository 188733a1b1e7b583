# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The score of three categories; one that is worth nothing makes all of it worth nothing."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.grade import score as scores

GOOD = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"


def facts(**rest):
    return {"protocols": ["TLSv1.2", "TLSv1.3"], "suites": {"TLSv1.2": [GOOD]},
            "keys": [{"type": "RSA", "bits": 4096}], **rest}


def test_the_best_server_has_100_points():
    assert scores.score(facts()) == 100.0


@pytest.mark.parametrize(("rest", "points"), [
    ({"keys": [{"type": "RSA", "bits": 2048}]}, 97.0),
    ({"keys": [{"type": "RSA", "bits": 1024}]}, 94.0),
    ({"protocols": ["TLSv1", "TLSv1.2"]}, 98.5),
    ({"suites": {"TLSv1.2": [GOOD, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]}}, 96.0),
    ({"dh_bits": 1024}, 94.0),
    ({"ecdh_bits": 256}, 97.0),
])
def test_the_weakest_and_the_best_of_a_category_count(rest, points):
    assert scores.score(facts(**rest)) == pytest.approx(points)


@pytest.mark.parametrize("rest", [
    {"suites": {"TLSv1.2": [GOOD, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"]}},
    {"keys": [{"type": "RSA", "bits": 4096, "debian_weak": True}]},
    {"keys": []},
    {"suites": {}},
    {"suites": {"TLSv1.2": ["TLS_RSA_WITH_NULL_SHA"]}},
    {"protocols": ["SSLv2"]},
])
def test_a_category_without_points(rest):
    assert scores.score(facts(**rest)) == 0.0


@pytest.mark.parametrize(("kind", "bits", "rsa"), [
    ("RSA", 2047, 2047), ("rsa-pss", 3072, 3072), ("EC", 256, 3072), ("EC", 255, 2048), ("EC", 521, 15360),
    ("EC", 111, 0),
])
def test_a_curve_counts_as_the_rsa_size_that_is_as_hard(kind, bits, rsa):
    assert scores.convert_to_rsa(kind, bits) == rsa


def test_what_is_given_of_a_suite_counts_before_the_table():
    assert scores.describe_score({"name": GOOD, "bits": 1}) == {"name": GOOD, "bits": 1}
    assert scores.describe_score({"name": GOOD, "aead": False})["aead"] is False
    assert scores.describe_score(GOOD)["bits"] == 256


def test_a_suite_that_no_table_has_does_not_count_as_no_encryption():
    assert scores.describe_score("TLS_OF_TOMORROW")["bits"] == 128


@pytest.mark.parametrize(("name", "bits"), [("TLS_RSA_WITH_3DES_EDE_CBC_SHA", 168), ("TLS_RSA_WITH_NULL_SHA", 0)])
def test_the_bits_that_the_guide_counts(name, bits):
    assert scores.find_cipher_bits(scores.describe_score(name)) == bits
