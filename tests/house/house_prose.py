# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Words that give unclear English away, in what users read: task names, option texts, README and docs.

They are signs, not crimes: each of them nearly always stands where a noun, a value or an "if" would say more.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

HABITS = {
    r"where (nothing is said|not given|empty|there (is|are) (one|none|nothing))": 'write the default: "Default is ..."',
    r"\bwhat is there\b": "name the thing",
    r"\b(some|no|any|every)body\b": "name who it is: a user, a client, an administrator",
    r"\bothers'(?!\w)|\btheirs\b": "name whose it is",
    r"\bbeside\b": 'write "next to", "besides" or "with"',
    r"\bshall\b": "say what it does",
    r"\b(which|what|that|it) is no (?!longer\b)": 'write "is not a"',
    r"\bcould (not )?tell\b|\bcould not be told\b": "name the result",
}
# The loader in C where PyYAML has it: ten times as fast, the same result.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXTS = ("description", "short_description", "notes", "returned")
_ANSIBLE_MARKUP = re.compile(r"\b(M|C|V|O|RV|E|P)\([^)]*\)")
_CODE_SPAN = re.compile(r"`[^`]*`")
_TASK_NAME = re.compile(r"^\s*- name: (.+)$")


def habits(place: str, texts: Iterable[str]) -> list[str]:
    """Return a sentence for every text that has one of the words; values and code in it do not count."""
    found = []
    for sentence in texts:
        plain = " ".join(_CODE_SPAN.sub("", _ANSIBLE_MARKUP.sub("", sentence)).split())
        for pattern, advice in HABITS.items():
            match = re.search(pattern, plain, re.IGNORECASE)
            if match:
                found.append(f"{place}: {match.group(0)!r} ({advice}) in: {plain[:100]}")
    return found


def task_names(source: str) -> list[str]:
    """Return the names of plays and tasks in a YAML file."""
    return [match.group(1) for match in map(_TASK_NAME.match, source.splitlines()) if match]


def option_texts(source: str) -> list[str]:
    """Return the descriptions of a YAML document: an argument specification, or a filter's documentation."""
    return list(_descriptions(yaml.load(source, Loader=LOADER)))


def module_texts(source: str) -> list[str]:
    """Return the descriptions in the documentation of a module or of a documentation fragment."""
    return [
        found for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        and any(isinstance(name, ast.Name) and name.id in ("DOCUMENTATION", "RETURN") for name in node.targets)
        for found in option_texts(node.value.value)
    ]


def page_texts(source: str) -> list[str]:
    """Return the paragraphs of a Markdown page, one for each line of a table, without blocks of code."""
    prose = re.split(r"^ *```.*$", source, flags=re.MULTILINE)[::2]
    return [paragraph for part in prose for paragraph in re.split(r"\n\s*\n|\n(?=\s*[|*-])", part) if paragraph.strip()]


def _descriptions(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _descriptions(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in _TEXTS and isinstance(item, (str, list)):
                yield from (text for text in ([item] if isinstance(item, str) else item) if isinstance(text, str))
            else:
                yield from _descriptions(item)
