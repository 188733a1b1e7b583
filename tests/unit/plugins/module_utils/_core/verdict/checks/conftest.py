# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A policy that asks for everything, and the moment of judging, for the tests of single checks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy import model
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import Context

SUITE = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
TOLERATED = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"


@pytest.fixture
def policy():
    return model.Policy(
        name="strict", title="strict", source="this test", source_status="made up", version="2026-11-22",
        protocols=("TLSv1.2", "TLSv1.3"),
        tls12_suites=(SUITE,), tls13_suites=("TLS_AES_128_GCM_SHA256",),
        groups=("X25519MLKEM768", "X25519"), signature_schemes=("ecdsa_secp256r1_sha256",),
        min_key=model.KeySizes(rsa=2048, ec=256, dh=2048),
        certificate=model.CertificateRules(
            types=("ecdsa",), curves=("secp256r1",), signature_hashes=("sha256",), max_lifetime_days=90
        ),
        hsts=model.Hsts(min_max_age=31536000, include_subdomains=True, preload=True),
        also_allowed=model.AlsoAllowed(phase_out=(TOLERATED,)),
        server_preference=True, extended_master_secret_required=True, post_quantum_required=True,
        client_certificate="required", plaintext="redirect_only", starttls="required",
    )


@pytest.fixture
def context():
    return Context(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
