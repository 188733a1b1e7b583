# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A refusal counts as one only if the server gave it; time-outs and tests that were not made are open questions."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import outcome as checks


def seen(**answers):
    """Return an observation; TLSv1_2=True means that a handshake of TLS 1.2 succeeded."""
    names = {version.replace(".", "_"): version for version in checks.PROTOCOLS}
    refused = {version: {"accepted": False, "cause": "alert"} for version in names.values()}
    return {"protocols": {**refused, **{names[key]: entry for key, entry in answers.items()}}}


@pytest.mark.parametrize("cause", ["timeout", "not_tested", "undecided", "connect_failed", "unreachable"])
def test_a_no_without_an_answer_of_the_server_is_open(cause):
    entry = {"accepted": False, "cause": cause}
    assert checks.accepted(seen(TLSv1=entry), "TLSv1") is None
    assert checks.unsettled_versions(seen(TLSv1=entry)) == ["TLSv1"]


def test_a_refusal_by_the_server_is_a_no():
    assert checks.accepted(seen(), "TLSv1") is False
    assert checks.unsettled_versions(seen()) == []


@pytest.mark.parametrize("observation", [{}, {"protocols": None}, {"protocols": {"TLSv1": None}},
                                         {"protocols": {"TLSv1": {"accepted": "yes"}}}])
def test_what_is_missing_or_no_truth_value_is_open(observation):
    assert checks.accepted(observation, "TLSv1") is None
    assert checks.accepted_versions(observation) == []


def test_accepted_versions_come_oldest_first():
    yes = {"accepted": True}
    assert checks.accepted_versions(seen(TLSv1_3=yes, TLSv1=yes)) == ["TLSv1", "TLSv1.3"]


@pytest.mark.parametrize(("answers", "expected"), [
    ({"TLSv1_2": {"accepted": True}, "TLSv1": {"accepted": False, "cause": "timeout"}}, True),
    ({"TLSv1_2": {"accepted": False, "cause": "timeout"}}, None),
    ({"TLSv1_3": {"accepted": True}}, False),
])
def test_whether_an_old_version_is_spoken(answers, expected):
    assert checks.speaks_tls12_or_older(seen(**answers)) is expected


def test_the_sentences_keep_their_evidence_and_severity():
    wrong = checks.failed("Broken.", severity="low", bits=1)
    assert (wrong.status, wrong.severity, wrong.evidence) == ("fail", "low", {"bits": 1})
    assert checks.passed("Good.").severity is None
    assert checks.unprobed("Not probed.", out_of_reach=True).evidence == {"out_of_reach": True}


def test_what_is_illegible_was_tried_and_what_is_unknown_was_not():
    assert (checks.illegible("Torn.").status, checks.illegible("Torn.").tried) == ("unknown", True)
    assert checks.unknown("Open.").tried is False


def test_every_protocol_with_an_implicit_sibling_begins_in_clear_text():
    assert set(checks.IMPLICIT_SIBLING) <= set(checks.STARTTLS_PROTOCOLS)
    assert not set(checks.IMPLICIT_SIBLING.values()) & set(checks.STARTTLS_PROTOCOLS)
