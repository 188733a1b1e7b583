# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dependencies point one way: playbooks, roles, modules and filters, _ansible, _edge, _core."""

from __future__ import annotations

import house_imports as rules
import pytest
from house_tree import none_of, sources, text

PLUGINS = sources("plugins/")
CORE = sources("plugins/module_utils/_core/")


def test_there_is_something_to_look_at() -> None:
    assert len(PLUGINS) > 20
    assert len(CORE) > 10


@pytest.mark.parametrize("name", PLUGINS)
def test_imports_point_one_way(name: str) -> None:
    none_of(rules.direction(name, text(name)))


@pytest.mark.parametrize("name", CORE)
def test_core_only_computes(name: str) -> None:
    none_of(rules.purity(name, text(name)))


@pytest.mark.parametrize("name", PLUGINS)
def test_imports_are_static(name: str) -> None:
    none_of(rules.dynamic(name, text(name)))


@pytest.mark.parametrize("name", PLUGINS)
def test_one_file_ends_modules(name: str) -> None:
    none_of(rules.exits(name, text(name)))


def test_no_import_goes_in_circles() -> None:
    named = {name: text(name) for name in sources("plugins/module_utils/")}
    none_of(rules.cycles(rules.graph_of(named)))


def test_nothing_imports_tests() -> None:
    for name in PLUGINS:
        assert not [module for _, module, _ in rules.imports(text(name)) if ".tests" in module or module == "pytest"]


OURS = "ansible_collections.intransit.tls.plugins"


@pytest.mark.parametrize(("name", "source"), [
    ("plugins/module_utils/_core/a.py", "import os"),
    ("plugins/module_utils/_core/a.py", "def f():\n    import socket"),
    ("plugins/module_utils/_core/a.py", "from time import time"),
    ("plugins/module_utils/_core/a.py", f"from {OURS}.module_utils._edge.b import c"),
    ("plugins/module_utils/_core/a.py", "from ansible.module_utils.basic import AnsibleModule"),
    ("plugins/module_utils/_core/a.py", "from .b import c"),
    ("plugins/module_utils/_edge/a.py", "import socket"),
    ("plugins/module_utils/_edge/a.py", "import subprocess"),
    ("plugins/module_utils/_edge/a.py", "import urllib.request"),
    ("plugins/module_utils/_edge/a.py", "import requests"),
    ("plugins/module_utils/_edge/a.py", "import yaml"),
    ("plugins/module_utils/_edge/a.py", "from cryptography import x509"),
    ("plugins/module_utils/_edge/a.py", "from ansible.module_utils.basic import AnsibleModule"),
    ("plugins/module_utils/_edge/a.py", f"from {OURS}.module_utils._ansible.exits import finish"),
    ("plugins/modules/a.py", f"from {OURS}.modules.b import c"),
    ("plugins/modules/a.py", "from ansible_collections.community.crypto.plugins.module_utils import b"),
    ("plugins/filter/a.py", f"from {OURS}.module_utils._ansible.exits import finish"),
    ("plugins/filter/a.py", f"from {OURS}.filter.b import c"),
])
def test_a_wrong_import_is_noticed(name: str, source: str) -> None:
    assert rules.direction(name, source)


@pytest.mark.parametrize(("name", "source"), [
    ("plugins/module_utils/_core/a.py", f"import json\nfrom {OURS}.module_utils._core.b import c"),
    ("plugins/module_utils/_edge/wire/transport.py", "import socket, selectors"),
    ("plugins/modules/a.py", f"from {OURS}.module_utils._ansible.exits import finish"),
])
def test_a_right_import_passes(name: str, source: str) -> None:
    assert not rules.direction(name, source)


@pytest.mark.parametrize("source", ["open('x')", "io.open('x')", "datetime.now(tz)", "datetime.datetime.now()"])
def test_touching_the_world_is_noticed(source: str) -> None:
    assert rules.purity("plugins/module_utils/_core/a.py", source)


def test_a_dynamic_import_is_noticed() -> None:
    assert rules.dynamic("plugins/modules/a.py", "import importlib\nimportlib.import_module('x')")


def test_a_second_exit_is_noticed() -> None:
    assert rules.exits("plugins/modules/a.py", "module.fail_json(msg='no')")


def test_a_circle_is_noticed() -> None:
    prefix = f"{OURS}.module_utils._core"
    named = {
        "plugins/module_utils/_core/a.py": f"from {prefix} import b",
        "plugins/module_utils/_core/b.py": f"from {prefix}.c import x",
        "plugins/module_utils/_core/c.py": f"from {prefix}.a import y",
    }
    assert rules.cycles(rules.graph_of(named)) == [[f"{prefix}.{letter}" for letter in "abca"]]
