# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The head of a playbook: the comment that says what it does, how it is called and which variables it has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LICENCE = ("SPDX-License-Identifier", "Copyright:", "GNU General Public License")
_VARIABLES = re.compile(r"^(?P<names>tls_[a-z0-9_*]+(?:, tls_[a-z0-9_*]+)*)\s+(?P<text>\S.*)$")


@dataclass
class Head:
    """What the head says."""

    summary: str = ""
    paragraphs: list[str] = field(default_factory=list)  # Markdown, in their order, blocks of code included
    further: list[str] = field(default_factory=list)  # those after the variables
    variables: list[tuple[str, str]] = field(default_factory=list)  # names, sentence
    read: list[str] = field(default_factory=list)  # further variables that the playbook itself reads


def read_head(source: str, others: str = "") -> Head:
    """Read the head of a playbook; raises SystemExit if it has none. ``others`` may set variables too."""
    lines = source.splitlines()
    begin = next(
        (
            number
            for number, line in enumerate(lines)
            if line.startswith("# ") and not any(w in line for w in _LICENCE)
        ),
        None,
    )
    if begin is None:
        raise SystemExit("site: a playbook has no comment that says what it does")
    comment = []
    for line in lines[begin:]:
        if not line.startswith("#"):
            break
        comment.append(line[2:] if line.startswith("# ") else line[1:])
    head = Head()
    for block in "\n".join(comment).split("\n\n"):
        _read_block(block, head)
    head.summary = re.split(r"(?<=[.;]) ", head.paragraphs[0])[0].rstrip(";") if head.paragraphs else ""
    named = " ".join(names for names, _ in head.variables)
    found = set(re.findall(r"\btls_[a-z0-9_]+\b", "\n".join(lines[begin + len(comment) :])))
    head.read = sorted(
        name for name in found if not re.search(rf"\b{name}\b", named) and not _is_set(name, source + others)
    )
    return head


def write_page(name: str, head: Head) -> str:
    """Return the page of a playbook."""
    parts = [f"# {name}", "", *(part for paragraph in head.paragraphs for part in (paragraph, ""))]
    if head.variables:
        parts += ["## Variables", "", "| variable | what it does |", "|---|---|"]
        parts += [
            f"| {', '.join(f'`{one}`' for one in names.split(', '))} | {text} |" for names, text in head.variables
        ] + [""]
    if head.read:
        parts += ["It also reads " + ", ".join(f"`{one}`" for one in head.read) + ".", ""]
    parts += [part for paragraph in head.further for part in (paragraph, "")]
    return "\n".join(parts)


def _read_block(block: str, head: Head) -> None:
    if all(line.startswith("  ") for line in block.splitlines()):
        head.paragraphs.append("```sh\n" + "\n".join(line.strip() for line in block.splitlines()) + "\n```")
        return
    prose: list[str] = []
    at_variable = False
    if head.variables and not any(_VARIABLES.match(line) for line in block.splitlines()):
        head.further.append(" ".join(line.strip() for line in block.splitlines()))
        return
    for line in block.splitlines():
        match = _VARIABLES.match(line)
        if match:
            head.variables.append((match["names"], match["text"]))
            at_variable = True
        elif at_variable and line.startswith("  "):
            names, text = head.variables[-1]
            head.variables[-1] = (names, f"{text} {line.strip()}")
        else:
            prose.append(line.strip())
            at_variable = False
    if prose:
        kept = head.further if head.variables else head.paragraphs
        kept.append(" ".join(prose))


def _is_set(name: str, source: str) -> bool:
    return re.search(rf"^\s*(- )?{name}:|(register|loop_var): {name}$", source, re.MULTILINE) is not None
