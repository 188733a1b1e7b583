# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every worked example in tests/data/grade_examples.yml, whatever that file holds.

Grade, grade without trust and score have to be the same, and so do the number of
warnings, the worst cap and its reason.  Among milder caps, which decide nothing, an
example may list fewer or word them otherwise; test_grade.py holds the exact wording.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.intransit.tls.plugins.module_utils._core.grade.caps import GRADES, KNOWN_CAPS
from ansible_collections.intransit.tls.plugins.module_utils._core.grade.grade import grade

EXAMPLES = yaml.safe_load(
    (Path(__file__).resolve().parents[5] / "data" / "grade_examples.yml").read_text(encoding="utf-8")
)["examples"]


def none(value):
    """YAML writers say "no grade" in more than one way."""
    return None if value is None or str(value).strip().lower() in ("", "-", "none", "null") else value


def worst(caps):
    return max((cap.split(":", 1)[0] for cap in caps), key=GRADES.index, default=None)


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{item['id']} {item['title']}" for item in EXAMPLES])
def test_worked_example(example):
    found, expected = grade(example["findings"]), example["expect"]
    assert found.grade == none(expected["grade"])
    assert found.grade_trust_ignored == none(expected.get("grade_trust_ignored", found.grade_trust_ignored))
    if found.grade is None:
        assert not none(expected.get("score"))
        return
    assert found.score == expected["score"]
    assert len(found.warnings) == len(expected.get("warnings") or [])
    caps = expected.get("caps") or []
    assert worst(found.caps) == worst(caps)
    missing = [cap for cap in caps if cap in KNOWN_CAPS and cap not in found.caps]
    assert worst(missing) != worst(caps) or not missing


def test_there_are_examples():
    assert EXAMPLES
