# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a module carries to every host: nothing of the controller, and no more files than its budget."""

from __future__ import annotations

from pathlib import PurePosixPath

import house_payloads as rules
import pytest
from house_tree import PACKAGE, none_of, sources, text

PLUGINS = {name: text(name) for name in sources("plugins/")}
MODULES = sorted(
    name for name in PLUGINS if name.startswith("plugins/modules/") and not name.endswith("/__init__.py")
)
UTILS = "plugins/module_utils"


@pytest.mark.parametrize("name", MODULES)
def test_a_module_carries_what_it_needs(name: str) -> None:
    none_of(rules.payload_faults(PurePosixPath(name).stem, rules.payload(name, PLUGINS)))


def test_every_budget_belongs_to_a_module() -> None:
    assert set(rules.BUDGET) == {PurePosixPath(name).stem for name in MODULES}


@pytest.mark.parametrize("name", rules.REGISTRIES)
def test_a_registry_has_every_pack_and_imports_nothing_else_of_it(name: str) -> None:
    none_of(rules.registry_faults(name, rules.REGISTRIES[name], PLUGINS))


def test_a_registry_that_imports_more_or_misses_a_pack_is_noticed() -> None:
    service = f"{PACKAGE}.module_utils._core.service"
    sources = {
        f"{rules.SERVICE}hosts.py": f"from {service}.a.host import HOST\nfrom {service}.a.plan import PACK\n"
                                    f"from {service}.model import Host\n",
        f"{rules.SERVICE}model.py": "", f"{rules.SERVICE}a/__init__.py": "", f"{rules.SERVICE}a/host.py": "",
        f"{rules.SERVICE}a/plan.py": "", f"{rules.SERVICE}b/host.py": "",
    }
    name = f"{rules.SERVICE}hosts.py"
    assert rules.registry_faults(name, "host.py", sources) == [
        f"{name} imports {rules.SERVICE}a/plan.py, which is no host.py",
        f"{name} has no row for {rules.SERVICE}b/host.py"]


def test_imports_are_followed_wherever_they_stand() -> None:
    tree = {
        "plugins/modules/x_info.py": f"import {PACKAGE}.module_utils._edge.a\n",
        f"{UTILS}/_edge/__init__.py": "",
        f"{UTILS}/_edge/a.py": f"def f():\n    from {PACKAGE}.module_utils._core import b\n",
        f"{UTILS}/_core/__init__.py": f"from {PACKAGE}.module_utils._core.of_the_package import one\n",
        f"{UTILS}/_core/b.py": "",
        f"{UTILS}/_core/of_the_package.py": "",
        f"{UTILS}/_core/unused.py": "",
    }
    carried = rules.payload("plugins/modules/x_info.py", tree)
    assert carried == {f"{UTILS}/_edge/a.py", f"{UTILS}/_core/b.py", f"{UTILS}/_core/of_the_package.py"}


@pytest.mark.parametrize("name", [
    "_core/service/apache/plan.py", "_core/service/plans.py", "_core/service/planning.py", "_core/report/page.py",
    "_core/evidence/document.py",
])
def test_what_is_for_the_controller_is_noticed(name: str) -> None:
    assert rules.payload_faults("x_info", {f"{UTILS}/{name}"}, {"x_info": 9})


def test_the_plan_of_a_connection_may_travel() -> None:
    assert not rules.payload_faults("x_info", {rules.PROBES}, {"x_info": 9})


def test_paper_travels_with_report_but_plans_do_not() -> None:
    assert not rules.payload_faults("report", {f"{UTILS}/_core/report/page.py"}, {"report": 9})
    assert rules.payload_faults("report", {f"{UTILS}/_core/service/plans.py"}, {"report": 9})


def test_a_heavy_module_is_noticed() -> None:
    carried = {f"{UTILS}/_core/a.py", f"{UTILS}/_core/b.py"}
    assert not rules.payload_faults("x_info", carried, {"x_info": 2})
    assert rules.payload_faults("x_info", carried, {"x_info": 1})
    assert rules.payload_faults("x_info", carried, {})
