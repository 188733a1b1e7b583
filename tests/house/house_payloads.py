# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a module carries to every host: its imports, followed as Ansible's payload builder follows them.

The builder reads the ``import`` statements of the module and of everything it finds, wherever
they stand, and adds the ``__init__.py`` of each package on the way.  A file is counted if it
is not such an ``__init__.py``; the module itself does not count.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from house_tree import PACKAGE

# Files per module: as measured, plus a little. Lower a number after taking files away; raise it only with a reason.
BUDGET = {
    "certificate_info": 50,
    "certificate_set": 54,
    "cipher_list_info": 77,  # every pack reads its own cipher settings; readers of servers behind come along
    "dependent_info": 30,  # Dovecot 2.4 is read by its includes, as its pack reads it
    "dns_info": 70,
    "dns_update": 72,
    "endpoint_info": 83,  # pages: cookies, content, HTML
    "listener_info": 84,
    "renewal_program": 222,  # what it installs is the transaction and the gate, and the host has nothing else of them
    "report": 97,  # controls of the DNS
    "service_config": 193,  # kinds of change ask a pack or check signatures; the table of controls has those of DNS
    "service_info": 47,  # design.md: 40, with four packs; each further one is a reader and mostly a format or two
}

# Plans and paper are made on the controller. The plan of a connection is what the engine runs.
CONTROLLER_FILES = frozenset({"plan.py", "planning.py", "plans.py"})
PROBES = "plugins/module_utils/_core/wire/plan.py"
CONTROLLER_ROOMS = ("plugins/module_utils/_core/report/", "plugins/module_utils/_core/evidence/")
SERVICE = "plugins/module_utils/_core/service/"
REGISTRIES = {SERVICE + "hosts.py": "host.py", SERVICE + "plans.py": "plan.py"}
"""Registry of service packs to the one file of each pack that it imports."""
ON_THE_CONTROLLER = frozenset({"report"})


def payload(module: str, sources: Mapping[str, str]) -> set[str]:
    """Return the files that travel with the module file ``module``, without ``__init__.py`` and itself.

    ``sources`` has the text of each file by its path.
    """
    carried: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in carried:
            continue
        carried.add(name)
        waiting += [found for found in imported_files(sources[name], sources) if found not in carried]
    return {name for name in carried - {module} if not name.endswith("/__init__.py")}


def payload_faults(module: str, carried: set[str], budget: Mapping[str, int] = BUDGET) -> list[str]:
    """Return what the module called ``module`` carries and should not, and by how much it is too heavy."""
    wrong = []
    for name in sorted(carried):
        of_the_controller = name.rpartition("/")[2] in CONTROLLER_FILES and name != PROBES
        if of_the_controller or (name.startswith(CONTROLLER_ROOMS) and module not in ON_THE_CONTROLLER):
            wrong.append(f"{module} carries {name}, which is for the controller only")
    if module not in budget:
        wrong.append(f"{module} has no budget of files; it carries {len(carried)}")
    elif len(carried) > budget[module]:
        wrong.append(f"{module} carries {len(carried)} files; its budget is {budget[module]}")
    return wrong


def registry_faults(name: str, leaf: str, sources: Mapping[str, str]) -> list[str]:
    """Return what a registry of service packs imports of packs other than their ``leaf``, and packs that it misses."""
    files = (path for path in sources if not path.endswith("/__init__.py"))
    packs = {path for path in files if path.startswith(SERVICE) and path.count("/") > SERVICE.count("/")}
    imported = imported_files(sources[name], sources) & packs
    wanted = {path for path in packs if path.endswith(f"/{leaf}")}
    return [f"{name} imports {path}, which is no {leaf}" for path in sorted(imported - wanted)] + [
        f"{name} has no row for {path}" for path in sorted(wanted - imported)]


def imported_files(source: str, sources: Mapping[str, str]) -> set[str]:
    """Return the files among ``sources`` that a source imports, with the ``__init__.py`` of each package on the way."""
    dotted = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            dotted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            dotted |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    found = set()
    for name in dotted:
        if not name.startswith(PACKAGE + "."):
            continue
        parts = ["plugins", *name[len(PACKAGE) + 1:].split(".")]
        packages = ("/".join([*parts[:end], "__init__.py"]) for end in range(2, len(parts) + 1))
        found |= {"/".join(parts) + ".py", *packages}
    return found & set(sources)
