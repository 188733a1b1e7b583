# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Show what a step changes, and nothing that the owner of a file did not want to be seen.

A result travels: to the terminal, to logs, to whatever collects them.  A file may hold
passwords beside the TLS settings, under names that no list knows.  So only lines that
change are shown, none around them; of a whole file that this collection did not
write, and of what a kind copies from another file, only its size and checksum; and
values of secret-looking keys are left out, down to the last line that goes on with them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State, Step

MARK = b"intransit.tls"
"""Stands in every file that this collection writes as a whole."""

_SECRET = re.compile(
    r"(?im)^(?P<indent>[ \t]*)(?P<key>.*?"
    r"(?:passw(?:or)?d|passphrase|secret|credential|(?:\b|[_.-])token|(?:api|access|signing|encryption)[_-]?key"
    r"|bindpw|rootpw|(?:\b|[_.-])(?:pass|pw|pwd|dsn)\b|authorization\b)[\w.-]*[\"']?"
    r"(?:[ \t]*[=:]+[ \t]*(?:\n[ \t]+)?|[ \t]+))\S.*"
    # Lines that are indented deeper go on with it, comments in between or not.
    r"(?:(?:\n[ \t]*(?:#.*)?)*\n(?P=indent)[ \t]+\S.*)*"
)
_LEFT_OUT = r"\g<indent>\g<key>(not shown)"
_IN_URL = re.compile(r"(://[^\s/@:]*:)[^\s/@]+@")
_KEY_BLOCK = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?:(-----END [A-Z ]*PRIVATE KEY-----)|\Z)", re.DOTALL)


def diff_of(step: Step) -> dict[str, str]:
    """Return one entry for a module's ``diff`` list, as Ansible's ``prepared`` text."""
    before, after = step.shown or (lines_of(step.before), lines_of(step.after))
    names = (f"{step.label} (before)", f"{step.label} (after)")
    lines = list(difflib.unified_diff(before, after, *names, n=0, lineterm=""))
    # Lines that the comparison could not pair up are the same before and after, and no change.
    moved = {line[1:] for line in lines[2:] if line[:1] == "-"} & {line[1:] for line in lines[2:] if line[:1] == "+"}
    kept = lines[:2] + [line for line in lines[2:] if line[:1] == "@" or line[1:] not in moved]
    return {"prepared": "".join(line + "\n" for line in kept)}


def lines_of(state: State) -> list[str]:
    """Return a state in lines: owner, mode and content of a file, or what takes their place."""
    form = state.facts.get("form")
    if form == "absent":
        return []
    if form == "link":
        return [f"link to {state.facts.get('target')}"]
    if form == "unit":
        return [f"{what}: {'yes' if state.facts[key] else 'no'}"
                for what, key in (("runs", "up"), ("starts at boot", "enabled"))]
    lines = redact((state.content or b"").decode("utf-8", "replace")).split("\n")
    return head_of(state) + (lines if lines[-1] else lines[:-1])


def summary_of(state: State) -> list[str]:
    """Return owner and mode of a file, and of its content only size and checksum."""
    if state.content is None:
        return lines_of(state)
    lines = state.content.count(b"\n")
    return [*head_of(state), f"{lines} lines, sha256 {state.digest()}"]


def head_of(state: State) -> list[str]:
    """Return owner, mode and the names of the attributes of a file in lines."""
    if "mode" not in state.facts:
        return []
    head = [f"# uid {state.facts['uid']} gid {state.facts['gid']} mode {state.facts['mode']:04o}"]
    names: Sequence[str] = sorted(state.facts.get("attributes") or ())
    return head + ([f"# access list or attributes: {', '.join(names)}"] if names else [])


def redact(text: str) -> str:
    """Leave the value of every secret-looking key out, passwords in URLs and blocks of private keys too."""
    return _SECRET.sub(_LEFT_OUT, _IN_URL.sub(r"\1(not shown)@", _KEY_BLOCK.sub(r"\1 (not shown) \2", text)))
