# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads imports and calls out of Python source; says which of them break the direction.

    modules, filter -> _ansible -> _edge -> _core        and never back

Every function takes source text and returns sentences, so that a bad sample can prove
that it would be noticed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from house_tree import PACKAGE

# What each room may import from the collection.
ALLOWED = {
    "_core": {"_core"},
    "_edge": {"_core", "_edge"},
    "_ansible": {"_core", "_edge", "_ansible"},
    "modules": {"_core", "_edge", "_ansible"},
    "filter": {"_core", "_edge"},
    "doc_fragments": set(),
}
MAY_IMPORT_ANSIBLE = {"_ansible", "modules", "filter"}

# The core computes: nothing in here reads a clock, a file, an environment or a socket.
PURE = {
    "__future__", "abc", "array", "base64", "binascii", "bisect", "collections", "copy", "csv", "dataclasses",
    "datetime", "decimal", "difflib", "enum", "fnmatch", "fractions", "functools", "hashlib", "heapq", "hmac",
    "html", "io", "ipaddress", "itertools", "json", "math", "operator", "posixpath", "re", "shlex", "string", "struct",
    "textwrap", "types", "typing", "unicodedata", "urllib.parse", "xml.sax.saxutils", "zlib",
}
IMPURE_CALLS = {
    "open", "io.open", "input", "print", "eval", "exec", "__import__", "datetime.now", "datetime.utcnow",
    "datetime.today", "date.today", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today",
}
# Doors to the world, and the only files that may open them.
ONLY_IN = {
    "socket": {"plugins/module_utils/_edge/wire/transport.py"},
    "subprocess": {"plugins/module_utils/_edge/host/command.py"},
    "cryptography": {"plugins/module_utils/_edge/cert/parse.py"},
    "idna": {"plugins/module_utils/_edge/wire/idn.py"},
    "dns": {"plugins/module_utils/_edge/dns/ask.py", "plugins/module_utils/_edge/dns/update.py"},
}
OPENS_SOCKETS = {
    "asyncio", "ftplib", "http.client", "http.server", "imaplib", "poplib", "smtplib", "socketserver", "telnetlib",
    "urllib.request", "xmlrpc.client",
}
ENDS_A_MODULE = {"fail_json", "exit_json"}
EXITS = "plugins/module_utils/_ansible/exits.py"


def room(name: str) -> str:
    """Return the room a plugin file lies in: ``_core``, ``modules``, ..."""
    parts = PurePosixPath(name).parts
    return parts[2] if parts[1] == "module_utils" and len(parts) > 3 else parts[1]


def imports(source: str) -> Iterator[tuple[int, str, int]]:
    """Yield (line, dotted name, relative level) of every import, wherever it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, 0
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or "", node.level


def direction(name: str, source: str) -> list[str]:
    """Return what is wrong with the imports of one plugin file."""
    wrong = []
    here = room(name)
    for line, module, level in imports(source):
        top = module.partition(".")[0]
        if level:
            wrong.append(f"{name}:{line} imports relatively; only absolute imports travel safely")
        elif module.startswith(PACKAGE + "."):
            there = module[len(PACKAGE) + 1:].removeprefix("module_utils.").partition(".")[0]
            if there not in ALLOWED.get(here, set()):
                wrong.append(f"{name}:{line} {here} imports {there}")
        elif top == "ansible_collections":
            wrong.append(f"{name}:{line} imports {module}, which is not ours")
        elif top == "ansible":
            if here not in MAY_IMPORT_ANSIBLE:
                wrong.append(f"{name}:{line} {here} imports {module}")
        elif here == "_core":
            if module not in PURE and top not in PURE:
                wrong.append(f"{name}:{line} the core imports {module}, which is not on the list of what only computes")
        elif top not in sys.stdlib_module_names and top not in ONLY_IN:
            wrong.append(f"{name}:{line} imports {module}, which no host is sure to have")
        if module in OPENS_SOCKETS or (top in ONLY_IN and name not in ONLY_IN[top]):
            doors = sorted(ONLY_IN.get(top, {"no file"}))
            wrong.append(f"{name}:{line} imports {module}; that door is opened in {doors}")
    return wrong


def calls(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of every call that has a plain name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = _dotted(node.func)
            if name:
                yield node.lineno, name


def purity(name: str, source: str) -> list[str]:
    """Return calls by which a file of the core would touch the world."""
    return [f"{name}:{line} the core calls {call}()" for line, call in calls(source) if call in IMPURE_CALLS]


def dynamic(name: str, source: str) -> list[str]:
    """Return imports that the payload builder cannot see."""
    return [
        f"{name}:{line} imports at run time by {call}()" for line, call in calls(source)
        if call in ("__import__", "importlib.import_module", "import_module")
    ]


def exits(name: str, source: str) -> list[str]:
    """Return uses of what ends a module outside the one file for it."""
    return [
        f"{name}:{node.lineno} uses {node.attr}; only {EXITS} ends a module"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in ENDS_A_MODULE and name != EXITS
    ]


def cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the import circles in ``graph`` (a file's module name and what it imports), one way round each."""
    found: list[list[str]] = []
    done: set[str] = set()

    def walk(node: str, trail: list[str]) -> None:
        if node in trail:
            found.append([*trail[trail.index(node):], node])
            return
        if node in done:
            return
        for follower in sorted(graph.get(node, ())):
            walk(follower, [*trail, node])
        done.add(node)

    for node in sorted(graph):
        walk(node, [])
    return found


def graph_of(named: Mapping[str, str]) -> dict[str, set[str]]:
    """Return who imports whom, from file names and their sources."""
    modules = {_module(name): source for name, source in named.items()}
    graph: dict[str, set[str]] = {name: set() for name in modules}
    for name, source in modules.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    named_here = {inner, node.module} & set(modules)
                    graph[name] |= named_here - {name}
    return graph


def _module(name: str) -> str:
    dotted = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"ansible_collections.intransit.tls.{dotted}"


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""
