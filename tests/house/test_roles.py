# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A default is written once, a façade is a contract and nothing else, and all façades have one shape."""

from __future__ import annotations

from typing import Any

import house_roles as rules
import pytest
import yaml
from house_tree import files, none_of, text

ROLES = rules.by_role(files())
FACADES = {
    role: inside for role, inside in ROLES.items()
    if "tasks/main.yml" in inside and rules.is_facade(yaml.safe_load(text(f"roles/{role}/tasks/main.yml")))
}


def content(role: str, name: str) -> Any:
    return yaml.safe_load(text(f"roles/{role}/{name}")) or {}


def test_there_is_something_to_look_at() -> None:
    assert "service" in ROLES
    assert FACADES


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_what_a_role_has(role: str) -> None:
    none_of(rules.lacks(ROLES[role]))


@pytest.mark.parametrize("role", ROLES)
def test_defaults_and_specification_agree(role: str) -> None:
    options = content(role, "meta/argument_specs.yml")["argument_specs"]["main"].get("options", {})
    none_of(rules.defaults_differ(content(role, "defaults/main.yml"), options))


@pytest.mark.parametrize("role", ROLES)
def test_switches_are_switches_even_from_the_command_line(role: str) -> None:
    options = content(role, "meta/argument_specs.yml")["argument_specs"]["main"].get("options", {})
    switches = [name for name, option in options.items() if option["type"] == "bool"]
    used = [name for name in ROLES[role] if name.startswith(("vars/", "tasks/", "templates/"))]
    for name in used:
        none_of(f"{name}: {wrong}" for wrong in rules.taken_as_text(switches, text(f"roles/{role}/{name}")))


@pytest.mark.parametrize(("content", "wrong"), [
    ("open: '{{ x_open }}'", 1), ("when: x_open", 1), ("open: '{{ x_open | bool }}'", 0), ("when: x_open|bool", 0),
    ("x_open: false", 0), ("when: not_x_open", 0),
])
def test_switches_rule_notices(content: str, wrong: int) -> None:
    assert len(rules.taken_as_text(["x_open"], content)) == wrong


@pytest.mark.parametrize("role", ROLES)
def test_variables_carry_the_name_of_their_role(role: str) -> None:
    names = [*content(role, "defaults/main.yml")]
    for name in ROLES[role]:
        if name.startswith("vars/"):
            names += [*content(role, name)]
    # The contract is what a façade hands to the skeleton: it carries the skeleton's name.
    own = [name for name in names if not (role in FACADES and name.startswith("service_"))]
    none_of(rules.names_belong(role, own))


@pytest.mark.parametrize("role", ROLES)
def test_specification_describes_every_option(role: str) -> None:
    specs = content(role, "meta/argument_specs.yml")["argument_specs"]
    assert specs["main"]["short_description"]
    for entry in specs.values():
        for name, option in entry.get("options", {}).items():
            assert option.get("description"), f"{role}: {name} is not described"
            assert option.get("type"), f"{role}: {name} has no type"


@pytest.mark.parametrize("role", FACADES)
def test_a_facade_only_hands_over(role: str) -> None:
    none_of(rules.more_than_a_contract(content(role, "tasks/main.yml")))


def test_facades_have_one_shape() -> None:
    none_of(rules.shapes_differ(FACADES))


@pytest.mark.parametrize("role", FACADES)
def test_service_roles_do_not_import_one_another(role: str) -> None:
    for name in ROLES[role]:
        if name.startswith("tasks/"):
            none_of(rules.imports_another(role, content(role, name)))


@pytest.mark.parametrize("role", FACADES)
def test_a_service_role_has_a_scenario_with_tests(role: str) -> None:
    assert f"molecule/{role}/molecule.yml" in files()
    assert f"molecule/{role}/converge.yml" in files()
    assert [name for name in files() if name.startswith(f"molecule/{role}/tests/test_")]


@pytest.mark.parametrize(("defaults", "options"), [
    ({"apache_x": 1}, {}),
    ({}, {"apache_x": {"type": "int", "default": 1}}),
    ({"apache_x": 1}, {"apache_x": {"default": 2}}),
    ({"apache_x": 1}, {"apache_x": {}}),
    ({"apache_x": 1}, {"apache_x": {"required": True}}),
    ({"apache_x": "{{ tls_x }}"}, {"apache_x": {"default": "modern"}}),
    ({"apache_x": []}, {"apache_x": {"default": ["a"]}}),
])
def test_a_disagreement_is_noticed(defaults: dict[str, Any], options: dict[str, Any]) -> None:
    assert rules.defaults_differ(defaults, options)


@pytest.mark.parametrize(("defaults", "options"), [
    ({"apache_x": 1, "__apache_y": 2}, {"apache_x": {"default": 1}}),
    ({"apache_x": "{{ tls_x }}"}, {"apache_x": {}, "tls_x": {}}),
    ({"apache_x": None}, {"apache_x": {}}),
    ({}, {"apache_x": {"required": True}}),
])
def test_an_agreement_passes(defaults: dict[str, Any], options: dict[str, Any]) -> None:
    assert not rules.defaults_differ(defaults, options)


def test_a_foreign_name_is_noticed() -> None:
    assert rules.names_belong("apache", ["nginx_x"])
    assert not rules.names_belong("apache", ["apache_x", "__apache_y"])


def test_another_shape_is_noticed() -> None:
    usual = ["tasks/main.yml", "templates/a.j2"]
    other = ["tasks/main.yml", "templates/z/c.j2"]
    assert rules.shapes_differ({"a": usual, "b": [*usual, "handlers/main.yml"], "c": other})
    assert not rules.shapes_differ({"a": usual, "c": other})


def test_a_missing_part_is_noticed() -> None:
    assert rules.lacks(["tasks/main.yml"]) == rules.EVERY_ROLE - {"tasks/main.yml"}


HAND_OVER = {"name": "x", "ansible.builtin.import_role": {"name": rules.SKELETON}}


@pytest.mark.parametrize("tasks", [
    [],
    [HAND_OVER, HAND_OVER],
    [HAND_OVER, {"name": "y", "ansible.builtin.command": "true"}],
    [{"name": "x", "ansible.builtin.include_role": {"name": rules.SKELETON}}],
])
def test_more_than_a_contract_is_noticed(tasks: list[Any]) -> None:
    assert rules.more_than_a_contract(tasks)


def test_an_import_of_another_role_is_noticed() -> None:
    assert rules.imports_another("apache", [{"ansible.builtin.import_role": {"name": "intransit.tls.postfix"}}])
    assert not rules.imports_another("apache", [HAND_OVER])
