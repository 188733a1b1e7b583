# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints the sizes of what was built, as a mirror; nobody fails for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import house_rooms
import pytest
from house_tree import sources, text

FILE, FUNCTION, MAIN = 400, 40, 30
"""Lines that read in one sitting, on one screen, and at a glance."""


def code_lines(source: str) -> int:
    """Count lines that are neither empty nor only a comment."""
    return sum(1 for line in source.splitlines() if line.strip() and not line.strip().startswith("#"))


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Yield (name, lines) of every function, docstring not counted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            last = node.end_lineno or node.lineno
            text_lines = 0
            if ast.get_docstring(node) is not None:
                text_lines = (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
            yield node.name, last - node.lineno + 1 - text_lines


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what is larger than one wants to read."""
    plugins = {name: text(name) for name in sources("plugins/")}
    tests = {name: text(name) for name in sources("tests/")}
    terminalreporter.section("sizes (a mirror, not a rule)")
    total, beside = (sum(code_lines(source) for source in side.values()) for side in (plugins, tests))
    terminalreporter.line(f"{len(plugins)} plugin files, {total} lines; {len(tests)} test files, {beside} lines")
    for name, source in sorted(plugins.items()):
        if code_lines(source) > FILE:
            terminalreporter.line(f"  {code_lines(source):5} lines  {name}")
    for name, source in sorted(plugins.items()):
        for function, lines in functions(source):
            limit = MAIN if function == "main" and name.startswith("plugins/modules/") else FUNCTION
            if lines > limit:
                terminalreporter.line(f"  {lines:5} lines  {name} {function}()")
    found = house_rooms.measured()
    rooms = {house_rooms.room_of(name) for name in plugins if name.startswith("plugins/module_utils/_")}
    terminalreporter.line(f"{len(rooms)} rooms, {len(found)} arrows between them")
