# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stub refuses what it says that it refuses; without that a green test_awx.py would say little."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stub import Refused, Stub

ROOT = Path(__file__).resolve().parents[2]
RULE = "DTSTART:20260101T000000Z RRULE:FREQ=DAILY;INTERVAL=1"
QUESTION = {"question_name": "Q", "variable": "v", "type": "multiplechoice", "required": True, "choices": ["a"]}


def filled() -> Stub:
    return Stub(ROOT, [
        ("organizations", {"name": "O"}),
        ("projects", {"name": "P", "organization": 1}),
        ("inventories", {"name": "I", "organization": 1}),
        ("job_templates", {"name": "J", "project": 2, "inventory": 3, "playbook": "playbooks/verify.yml"}),
        ("credential_types", {"name": "T", "kind": "cloud", "inputs": {"fields": [{"id": "a", "label": "A"}]}}),
    ])


@pytest.mark.parametrize(("kind", "sent", "field"), [
    ("organizations", {"nane": "x"}, "nane"),
    ("organizations", {"name": 1}, "name"),
    ("organizations", {"name": "O"}, "__all__"),
    ("labels", {"name": "x"}, "organization"),
    ("labels", {"name": "x", "organization": 9}, "organization"),
    ("projects", {"name": "x", "organization": 1, "scm_type": "cvs"}, "scm_type"),
    ("job_templates", {"name": "x", "project": 2, "inventory": 3, "playbook": "playbooks/tasks/uses.yml"}, "playbook"),
    ("job_templates", {"name": "x", "project": 2, "playbook": "playbooks/verify.yml"}, "inventory"),
    ("credentials", {"name": "x", "credential_type": 5, "inputs": {"b": "1"}}, "inputs"),
    ("schedules", {"name": "x", "unified_job_template": 4, "rrule": "RRULE:FREQ=DAILY;INTERVAL=1"}, "rrule"),
    ("schedules", {"name": "x", "unified_job_template": 4, "rrule": RULE.removesuffix(";INTERVAL=1")}, "rrule"),
    ("schedules", {"name": "x", "unified_job_template": 4, "rrule": RULE, "extra_data": {"w": "a"}}, "extra_data"),
    ("schedules", {"name": "x", "unified_job_template": 4, "rrule": RULE, "extra_data": {"v": "b"}}, "extra_data"),
    ("inventory_sources", {"name": "x", "inventory": 3, "source": "scm"}, "source_project"),
    ("notification_templates", {"name": "x", "organization": 1, "notification_type": "webhook",
                                "notification_configuration": {"uri": ""}}, "notification_configuration"),
])
def test_refused(kind: str, sent: dict[str, Any], field: str) -> None:
    stub = filled()
    stub.answer("POST", "/api/v2/job_templates/4/survey_spec/", {}, {"name": "", "description": "", "spec": [QUESTION]})
    with pytest.raises(Refused) as found:
        stub.add(kind, sent)
    assert list(found.value.answer) == [field]


@pytest.mark.parametrize("row", [
    {**QUESTION, "default": "b"}, {**QUESTION, "choises": []}, {**QUESTION, "type": "choice"},
    {key: value for key, value in QUESTION.items() if key != "choices"},
    {key: value for key, value in QUESTION.items() if key != "required"},
])
def test_surveys_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        filled().answer("POST", "/api/v2/job_templates/4/survey_spec/", {}, {"name": "", "description": "", "spec": [row]})


def test_taken() -> None:
    stub = filled()
    stub.add("schedules", {"name": "x", "unified_job_template": 4, "rrule": RULE})
    stub.add("credentials", {"name": "x", "credential_type": 5, "inputs": {"a": "1"}})
