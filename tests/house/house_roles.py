# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules of roles: a default is written once, and façades have one shape.

A façade is a role whose ``tasks/main.yml`` imports ``intransit.tls.service``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

SKELETON = "intransit.tls.service"
EVERY_ROLE = {"README.md", "defaults/main.yml", "meta/argument_specs.yml", "meta/main.yml", "tasks/main.yml"}
# Read once in a role's defaults, set by the user for all roles at once: described in a role, owned by none.
GLOBAL_PREFIX = "tls_"


def defaults_differ(defaults: Mapping[str, Any], options: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return where ``defaults/main.yml`` and the options of ``meta/argument_specs.yml`` disagree.

    A default that is an expression cannot stand in the specification: there the option
    has no ``default`` and its description says what comes out.
    """
    wrong = []
    public = {name: value for name, value in defaults.items() if not name.startswith("__")}
    for name, value in public.items():
        if name not in options:
            wrong.append(f"{name} has a default but is not in the argument specification")
        elif options[name].get("required"):
            wrong.append(f"{name} has a default and is called required")
        elif _is_expression(value):
            said = options[name].get("default", value)
            if said != value:
                wrong.append(f"{name} is an expression in the defaults, {said!r} in the specification")
        elif options[name].get("default") != value or ("default" not in options[name] and value is not None):
            wrong.append(f"{name} is {value!r} in the defaults, {options[name].get('default')!r} in the specification")
    for name, option in options.items():
        if name not in public and not option.get("required") and not name.startswith(GLOBAL_PREFIX):
            wrong.append(f"{name} is in the argument specification but has no default and is not required")
    return wrong


def names_belong(role: str, names: Iterable[str]) -> list[str]:
    """Return variables that do not carry the role's name: ``apache_*`` public, ``__apache_*`` internal."""
    return [
        f"{role}: {name} should start with {role}_ or __{role}_"
        for name in names if not name.startswith((f"{role}_", f"__{role}_"))
    ]


def shape(files: Iterable[str]) -> frozenset[str]:
    """Return what a role consists of beside its templates: settings that are plain data need none."""
    return frozenset(name for name in files if not name.startswith(("templates/", "files/")))


def shapes_differ(roles: Mapping[str, Iterable[str]]) -> list[str]:
    """Return how façades differ from the shape that most of them have."""
    shapes = {role: shape(files) for role, files in roles.items()}
    if not shapes:
        return []
    usual = max(shapes.values(), key=lambda one: (list(shapes.values()).count(one), len(one)))
    return [
        f"{role}: {', '.join(sorted(found ^ usual))} is not as in the other façades"
        for role, found in sorted(shapes.items()) if found != usual
    ]


def lacks(files: Iterable[str]) -> set[str]:
    """Return what every role has and this one has not."""
    return EVERY_ROLE - set(files)


def is_facade(tasks: Any) -> bool:
    """Tell whether these tasks hand over to the skeleton."""
    return any(_imported(task) == SKELETON for task in tasks or [])


def more_than_a_contract(tasks: Any) -> list[str]:
    """Return what a façade's ``tasks/main.yml`` does beside importing the skeleton by ``import_role``."""
    wrong = [f"a façade only hands over: {task.get('name', task)!r}" for task in tasks if _imported(task) != SKELETON]
    wrong += [
        f"use import_role, so that tags and --list-tasks see inside: {task.get('name', task)!r}"
        for task in tasks if _imported(task) == SKELETON and "ansible.builtin.import_role" not in task
    ]
    if len([task for task in tasks if _imported(task) == SKELETON]) != 1:
        wrong.append("a façade hands over exactly once")
    return wrong


def imports_another(role: str, tasks: Any) -> list[str]:
    """Return imports of one service role by another."""
    allowed = {SKELETON, "intransit.tls.certificate", None}
    return [f"{role} imports {_imported(task)}" for task in tasks or [] if _imported(task) not in allowed]


def taken_as_text(switches: Iterable[str], content: str) -> list[str]:
    """Return the switches (options of type bool) that are used without ``| bool``.

    Given on the command line (``-e name=false``) they are text, and every text is true.
    Whether one was set at all may be asked.
    """
    return [
        f"{name} is used without `| bool`"
        for name in switches if re.search(rf"(?<![\w.]){name}\b(?!\s*(?:\|\s*bool\b|is none\b|:))", content)
    ]


def by_role(names: Iterable[str]) -> dict[str, list[str]]:
    """Return the files of each role, relative to the role."""
    roles: dict[str, list[str]] = {}
    for name in names:
        parts = PurePosixPath(name).parts
        if len(parts) > 2 and parts[0] == "roles":
            roles.setdefault(parts[1], []).append("/".join(parts[2:]))
    return roles


def _imported(task: Any) -> Any:
    for verb in ("import_role", "include_role", "ansible.builtin.import_role", "ansible.builtin.include_role"):
        if isinstance(task, dict) and verb in task:
            return task[verb].get("name")
    return None


def _is_expression(value: Any) -> bool:
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    if isinstance(value, Mapping):
        return any(_is_expression(inner) for inner in value.values())
    return isinstance(value, list) and any(_is_expression(inner) for inner in value)
