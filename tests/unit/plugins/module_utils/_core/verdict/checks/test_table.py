# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every control of an endpoint has its own check; no check is written under two names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.table import CHECKS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import CONTROLS


def test_every_check_belongs_to_a_control():
    assert set(CHECKS) <= set(CONTROLS)


def test_no_check_serves_two_controls():
    assert len({id(check) for check in CHECKS.values()}) == len(CHECKS)


@pytest.mark.parametrize("version", PROTOCOLS)
def test_the_check_of_a_version_fails_on_that_version_only(policy, context, version):
    refused = {other: {"accepted": False, "cause": "alert"} for other in PROTOCOLS}
    seen = {"protocol": "https", "protocols": {**refused, version: {"accepted": True}}}
    strictest = replace(policy, protocols=())
    failing = [
        other for other in PROTOCOLS
        if CHECKS["protocol_" + other.lower().replace(".", "_")](strictest, seen, context).status == "fail"
    ]
    assert failing == [version]


@pytest.mark.parametrize("hole", ["heartbleed", "ccs_injection", "robot"])
def test_the_check_of_a_hole_fails_on_that_hole_only(policy, context, hole):
    holes = dict.fromkeys(("heartbleed", "ccs_injection", "robot"), False)
    seen = {
        "protocol": "https", "protocols": {"TLSv1.2": {"accepted": True}}, "vulnerabilities": {**holes, hole: True},
        "suites": {"TLSv1.2": ["TLS_RSA_WITH_AES_128_GCM_SHA256"]},
    }
    assert [name for name in holes if CHECKS[name](policy, seen, context).status == "fail"] == [hole]
