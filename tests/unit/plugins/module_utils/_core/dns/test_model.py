# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers as plain data, and names as they are compared."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import (
    ERROR,
    Answer,
    describe_answer,
    name_of,
)


def test_an_error_keeps_its_reason_and_is_not_none():
    assert describe_answer(Answer(ERROR, reason="SERVFAIL")) == {
        "status": "error", "reason": "SERVFAIL", "authentic": None, "records": []}


def test_records_are_copied():
    record = {"address": "192.0.2.1"}
    described = describe_answer(Answer("found", (record,)))
    described["records"][0]["address"] = "192.0.2.2"
    assert record["address"] == "192.0.2.1"


@pytest.mark.parametrize("written, name", [("Mail.Example.ORG.", "mail.example.org"), (" a ", "a"), (".", ""), ("", "")])
def test_a_name_is_compared_in_lower_case_without_its_last_dot(written, name):
    assert name_of(written) == name
