# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every step of every scenario has something to run."""

from __future__ import annotations

from typing import Any

import house_scenarios as rules
import pytest
import yaml
from house_tree import files, none_of, text

SCENARIOS = sorted(
    name.split("/")[1] for name in files() if name.startswith("molecule/") and name.endswith("/molecule.yml"))


def test_there_is_something_to_look_at() -> None:
    assert SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_step_passes_by_not_running(name: str) -> None:
    folder = f"molecule/{name}/"
    inside = {one[len(folder):] for one in files() if one.startswith(folder)}
    none_of(rules.steps_without_work(yaml.safe_load(text(folder + "molecule.yml")) or {}, inside))


@pytest.mark.parametrize(("playbooks", "sequence", "notices"), [
    ({"side_effect": "broken.yml"}, ["create", "side_effect", "side_effect broken.yml"], 0),
    ({}, ["side_effect broken.yml"], 1),
    ({"prepare": "prepare.yml"}, ["side_effect"], 2),
    ({"side_effect": "broken.yml"}, ["side_effect other.yml"], 1),
])
def test_bad_samples_are_noticed(playbooks: dict[str, Any], sequence: list[str], notices: int) -> None:
    sample = {"provisioner": {"playbooks": playbooks}, "scenario": {"test_sequence": sequence}}
    assert len(rules.steps_without_work(sample, {"broken.yml"})) == notices
