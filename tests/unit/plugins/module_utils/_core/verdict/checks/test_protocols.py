# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A version outside the policy must be refused by the server itself; the policy's own must be there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.protocols import (
    protocols_offered,
    version_refused,
)

YES, NO, SILENT = {"accepted": True}, {"accepted": False, "cause": "alert"}, {"accepted": False, "cause": "timeout"}


def seen(protocol="https", **answers):
    names = {version.replace(".", "_"): version for version in PROTOCOLS}
    return {"protocol": protocol, "protocols": {
        **dict.fromkeys(PROTOCOLS, NO), **{names[key]: entry for key, entry in answers.items()}
    }}


@pytest.mark.parametrize(("answer", "status"), [(NO, "pass"), (YES, "fail"), (SILENT, "unknown"), ({}, "unknown")])
def test_a_forbidden_version(policy, context, answer, status):
    outcome = version_refused("TLSv1")(policy, seen(TLSv1=answer, TLSv1_3=YES), context)
    assert outcome.status == status
    assert "TLSv1 " in outcome.sentence


def test_a_version_of_the_policy_is_no_matter_of_refusal(policy, context):
    assert version_refused("TLSv1.2")(policy, seen(TLSv1_2=YES), context) is None
    assert version_refused("TLSv1.2")(replace(policy, protocols=("TLSv1.3",)), seen(TLSv1_2=YES), context).status == "fail"


def test_a_silent_port_leaves_one_question_open_and_not_one_for_each_version(policy, context):
    silent = seen(**{version.replace(".", "_"): SILENT for version in PROTOCOLS})
    assert version_refused("SSLv3")(policy, silent, context) is None
    assert protocols_offered(policy, silent, context).status == "unknown"


@pytest.mark.parametrize(("answers", "status", "severity"), [
    ({"TLSv1_2": YES, "TLSv1_3": YES}, "pass", None),
    ({}, "fail", "critical"),
    ({"TLSv1_2": YES}, "fail", None),
    ({"TLSv1_3": YES}, "fail", "low"),
    ({"TLSv1_2": SILENT, "TLSv1_3": YES}, "unknown", None),
    ({"TLSv1_2": YES, "TLSv1_3": SILENT}, "unknown", None),
    ({"SSLv3": SILENT}, "unknown", None),
])
def test_the_versions_of_the_policy_must_be_there(policy, context, answers, status, severity):
    outcome = protocols_offered(policy, seen(**answers), context)
    assert (outcome.status, outcome.severity) == (status, severity)


def test_a_deprecated_version_that_is_gone_is_stricter_and_not_wrong(policy, context):
    old = replace(policy, protocols=("TLSv1", "TLSv1.2", "TLSv1.3"))
    outcome = protocols_offered(old, seen(TLSv1_2=YES, TLSv1_3=YES), context)
    assert outcome.status == "pass"
    assert "TLSv1, which the policy tolerates" in outcome.sentence


def test_plain_http_has_no_versions(policy, context):
    assert protocols_offered(policy, seen("http"), context) is None
    assert version_refused("TLSv1")(policy, seen("http", TLSv1=YES), context) is None
