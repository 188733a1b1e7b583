# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every control is judged somewhere, documented, and says what a person needs."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.table import CHECKS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import (
    CONTROLS,
    SEVERITIES,
    rank_severity,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Observation

ROOT = Path(__file__).resolve().parents[6]
REFERENCE = (
    r"RFC \d{4,5}( \d+(\.\d+)*)?|RFC 6265bis \d+(\.\d+)*|OWASP ASVS 5\.0 \d+\.\d+\.\d+|"
    r"PCI DSS 4\.0\.1 (4\.2\.1|4\.2\.1\.1|12\.3\.3)|CVE-\d{4}-\d{4,6}|CA/B BR \d+(\.\d+)+|"
    r"BSI TR-02102-2 2026-01 3\.[2-6]|NIST SP 800-52r2 3(\.\d){1,2}|NCSC-NL 2025-05 3\.[34](\.\d)?|"
    r"TLSRef 6\.0 \(formerly Mozilla\)( modern| intermediate)?|hstspreload\.org"
)


@pytest.fixture(scope="module")
def used():
    """Every text that is an argument, or the default of one, where the product makes findings."""
    found = set()
    for path in (ROOT / "plugins" / "module_utils").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "make_finding(" in source:
            for node in ast.walk(ast.parse(source)):
                items = node.args if isinstance(node, ast.Call) else node.defaults if isinstance(node, ast.arguments) else ()
                found |= {item.value for item in items if isinstance(item, ast.Constant)}
    return found


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_is_judged_somewhere(name, used):
    assert name in CHECKS or name in used


def test_a_control_that_nothing_judges_would_be_noticed(used):
    assert "no_such_control" not in used and "host_asked" in used


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_says_what_a_person_needs(name):
    control = CONTROLS[name]
    assert control.id == name and control.severity in SEVERITIES and control.depth in ("policy", "full")
    assert control.title and not control.title.endswith(".")
    assert control.sentence.endswith(".") and control.remedy.endswith(".")
    assert 20 < len(control.sentence) < 200 and 10 < len(control.remedy) < 200
    assert control.references
    assert [reference for reference in control.references if not re.fullmatch(REFERENCE, reference)] == []
    assert len(set(control.references)) == len(control.references)


def test_no_two_controls_share_their_words():
    for part in ("id", "title", "sentence"):
        words = [getattr(control, part) for control in CONTROLS.values()]
        assert len(set(words)) == len(words), part


@pytest.mark.parametrize("name", CONTROLS)
def test_what_a_control_needs_is_in_an_observation(name):
    known = {*Observation.__dataclass_fields__, "dns", "listeners"}
    assert set(CONTROLS[name].needs) <= known
    # A control of an endpoint that reads nothing could not fail.
    assert CONTROLS[name].needs or name not in CHECKS


def test_there_is_one_control_for_each_version_and_older_ones_are_no_milder():
    severities = [CONTROLS[f"protocol_{version.lower().replace('.', '_')}"].severity for version in PROTOCOLS]
    assert [rank_severity(one) for one in severities] == sorted(map(rank_severity, severities), reverse=True)
    assert severities[0] == "critical" and severities[-1] == "low"


def test_known_holes_are_critical_and_name_their_cve():
    for name in ("heartbleed", "ccs_injection", "robot"):
        assert CONTROLS[name].severity == "critical"
        assert any(reference.startswith("CVE-") for reference in CONTROLS[name].references)


def test_the_documents_that_auditors_ask_about_are_all_cited():
    cited = {reference for control in CONTROLS.values() for reference in control.references}
    for wanted in ("PCI DSS 4.0.1 4.2.1", "PCI DSS 4.0.1 4.2.1.1", "PCI DSS 4.0.1 12.3.3", "RFC 9325", "RFC 8314", "RFC 8996",
                   "TLSRef 6.0 (formerly Mozilla)", "BSI TR-02102-2", "NIST SP 800-52r2", "NCSC-NL"):
        assert any(reference == wanted or reference.startswith(wanted + " ") for reference in cited), wanted


def test_the_page_on_verdicts_lists_every_control_and_no_other():
    page = (ROOT / "docs" / "verdict.md").read_text(encoding="utf-8")
    for control in CONTROLS.values():
        assert f"| `{control.id}` | {control.severity} | {control.title} | {control.depth} |" in page, control.id
    listed = re.findall(rf"^\| `(\w+)` \| (?:{'|'.join(SEVERITIES)}) \|", page, re.MULTILINE)
    assert sorted(listed) == sorted(CONTROLS)


def test_severities_are_ranked_from_mild_to_bad():
    assert [rank_severity(severity) for severity in ("info", "low", "medium", "high", "critical")] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("word", ["", "HIGH", "urgent", "none"])
def test_an_unknown_severity_is_named(word):
    with pytest.raises(UnknownName) as caught:
        rank_severity(word)
    assert repr(word) in caught.value.message and "info, low, medium, high, critical" in caught.value.message
