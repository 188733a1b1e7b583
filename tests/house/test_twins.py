# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every module has a unit test, an integration target and documentation that renders; every unit test a source."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import house_twins as rules
import pytest
from house_tree import ROOT, files, none_of

MODULES = rules.modules(files())
FILTERS = sorted(Path(name).stem for name in files() if name.startswith("plugins/filter/") and name.endswith(".yml"))
ROLES = sorted(Path(name).parts[1] for name in files() if re.fullmatch("roles/[^/]+/meta/argument_specs.yml", name))


def test_there_is_something_to_look_at() -> None:
    assert MODULES


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_its_twins(module: str) -> None:
    none_of(rules.without_twin(module, files()))


def test_a_unit_test_mirrors_a_source() -> None:
    none_of(rules.strays(files()))


@pytest.mark.parametrize(("kind", "names"), [("module", MODULES), ("filter", FILTERS), ("role", ROLES)])
def test_documentation_renders(kind: str, names: list[str]) -> None:
    program = shutil.which("ansible-doc", path=str(Path(sys.executable).parent))
    assert program, "ansible-doc belongs to the environment that runs these tests"
    assert names, f"there is no {kind} to look at"
    full = [f"intransit.tls.{name}" for name in names]
    answer = subprocess.run(
        [program, "--type", kind, "--json", *full], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    rendered = json.loads(answer.stdout)
    assert sorted(rendered) == sorted(full)
    for name, page in rendered.items():
        assert "error" not in page, f"{name}: {page.get('error')}"
        assert page.get("doc") or page.get("entry_points"), f"{name} says nothing"
        if kind == "module":
            assert page["examples"] and page["return"], f"{name} lacks examples or return values"


def test_a_module_without_twins_is_noticed() -> None:
    assert len(rules.without_twin("x_info", ["plugins/modules/x_info.py"])) == 3


def test_a_stray_test_is_noticed() -> None:
    there = ["plugins/module_utils/_core/a.py", "tests/unit/plugins/module_utils/_core/test_b.py"]
    assert rules.strays(there)
    for good in ("test_a.py", "test_a_limits.py"):
        assert not rules.strays([there[0], f"tests/unit/plugins/module_utils/_core/{good}"])
