# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings are made in one place, out of the row of their control."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict import finding
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import CONTROLS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.finding import make_finding, name_endpoint


@pytest.mark.parametrize("control", list(CONTROLS))
def test_what_a_control_says_comes_from_its_row(control):
    row = CONTROLS[control]
    failed = make_finding(control, "fail", "It is wrong.", host="web1", endpoint="web1:443/https")
    assert (failed.severity, failed.references, failed.remedy) == (row.severity, row.references, row.remedy)
    passed = make_finding(control, "pass", "It is right.", host="web1", endpoint="web1:443/https", severity="info")
    assert (passed.severity, passed.remedy, passed.evidence) == ("info", "", {})
    assert set(failed.to_dict()) == {"host", "endpoint", "control", "status", "severity", "sentence", "evidence",
                                     "references", "remedy", "exception"}


def test_a_finding_of_no_control_cannot_be_made():
    with pytest.raises(KeyError):
        make_finding("made_up", "fail", "", host="a", endpoint="b")


@pytest.mark.parametrize("control", ["inside_tls", "certificate_in_use"])
def test_what_the_confirmation_asks_has_a_row(control):
    assert CONTROLS[control].severity == "high" and CONTROLS[control].remedy


def test_no_other_file_of_the_verdict_makes_one():
    root = Path(finding.__file__).parents[2]
    rooms = [root / "_core" / name for name in ("verdict", "listener", "evidence", "wire", "report")]
    files = [path for room in [*rooms, root / "_edge" / "wire", root / "_edge" / "change"] for path in room.rglob("*.py")]
    assert [path.name for path in files if " Finding(" in path.read_text() or '"control": "' in path.read_text()] == [
        "finding.py"]


def test_the_name_of_an_endpoint():
    assert name_endpoint({"host": "::1", "port": 25, "protocol": "smtp"}) == "[::1]:25/smtp"
