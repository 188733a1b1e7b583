# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pattern of hosts, and that it brings what the filters of the tasks need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

from ansible_collections.intransit.tls.plugins.filter.playbook import FilterModule

ROOT = Path(__file__).resolve().parents[4]
PLUGINS = "ansible_collections.intransit.tls.plugins"
LOADED = f"""
import sys
import {PLUGINS}.filter.playbook
before = set(sys.modules)
import {PLUGINS}.filter.service, {PLUGINS}.filter.verdict, {PLUGINS}.filter.verification
print(*sorted(name for name in set(sys.modules) - before if "intransit" in name))
"""


def test_a_pattern_or_a_list_of_them():
    pattern = FilterModule().filters()["host_pattern"]
    assert pattern("all") == "all" and pattern(["web", "!web3"]) == "web,!web3"
    assert (ROOT / "plugins" / "filter" / "host_pattern.yml").is_file()


def test_every_playbook_evaluates_it_before_its_tasks():
    for path in (ROOT / "playbooks").glob("*.yml"):
        patterns = [play["hosts"] for play in yaml.safe_load(path.read_text(encoding="utf-8"))]
        # A play on the controller alone forks for no host.
        assert set(patterns) == {"localhost"} or any("intransit.tls.host_pattern" in pattern for pattern in patterns), path.name


def test_what_is_left_to_load_are_the_filters_themselves_and_little_else():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True,
                          env={"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PATH": "/usr/bin:/bin"})
    assert len(done.stdout.split()) <= 8, done.stdout
