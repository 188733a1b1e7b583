# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names of public functions: a verb and what it is done to (`judge_chain`), so that a name says what a call does.

Four kinds of name are no verb and no fault: predicates, conversions and lookups, elements of a protocol, and what
others name (a filter, a control, ``main``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

VERBS = frozenset("""
    act activate add arrange ask bring build check choose classify compare compile complete confirm connect
    converse convert copy count decide describe disable distrust draw drive drop edit embed encode enter escape
    estimate execute expand explain find finish follow format grade hash hear hold identify inspect join judge
    kill leave limit list load look make measure merge name normalise observe open parse peel place plan probe
    propose quote rank reach read recover redact refuse reload remove render report resolve restore resume run score
    shorten show sign sort split start stay stop suggest summarise sweep sync take test tighten try unquote
    validate walk write
""".split())
PREDICATES = frozenset({"is", "has", "can", "looks", "matches", "covers", "listens"})
CONVERSIONS = frozenset({"to", "as", "by"})
ELEMENTS = ("plugins/module_utils/_core/wire/tls/", "plugins/module_utils/_core/wire/dialogue/")
"""Rooms whose functions are named for elements of a protocol, as RFCs name them: ``key_shares``, ``simple_bind``."""
NAMED_ELSEWHERE = ("plugins/filter/", "plugins/module_utils/_core/verdict/checks/")
"""Filters have the names that playbooks use, checks those of their controls."""


def is_well_named(name: str) -> bool:
    """Return whether the name of a function begins with a verb, or asks, converts or looks up."""
    first = name.partition("_")[0]
    return first in VERBS | PREDICATES | CONVERSIONS or name.endswith("_of") or name == "main"


def nouns(path: str, source: str) -> Iterator[str]:
    """Yield the public functions of a file whose names say no deed."""
    if path.startswith((*ELEMENTS, *NAMED_ELSEWHERE)):
        return
    for node in ast.parse(source).body:
        public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if public and not is_well_named(node.name):
            yield f"{path}:{node.lineno}: {node.name} names no deed: begin with a verb, such as make, find or list"
