# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Words that must not stand in the house, and heads that must.

The words are put together here from pieces, so that this file does not find itself.
"""

from __future__ import annotations

import re

LICENSE = "SPDX-License-Identifier: GPL-3.0-or-later"
COPYRIGHT = "Copyright: (c) 2026, the intransit.tls contributors"
WITH_HEAD = (".py", ".yml", ".yaml", ".sh", ".toml", ".cfg", ".txt")
# Made by a tool from something that has a head, or data that a head would break.
NO_HEAD = ("changelogs/changelog.yaml", "tests/data/", "tests/sanity/ignore-")


def _word(*pieces: str) -> str:
    return "".join(pieces)


FORBIDDEN = {
    "an error nobody judges": _word(r"\bignore", r"_errors\s*:"),
    "a flag that outlives its role": _word(r"\bset", r"_fact\s*:"),
    "work left undone": _word(r"\b(TO", r"DO|FIX", r"ME|XX", r"X)\b"),
    "a silenced linter": _word(r"#\s*no", r"qa\b|type:\s*ig", r"nore"),
    "the name of a registry": _word(
        r"\b(pypi", r"\.org|docker", r"\.io|quay", r"\.io|ghcr", r"\.io|gcr", r"\.io|registry\.np", r"mjs|deb\.deb",
        r"ian\.org|security\.deb", r"ian\.org|galaxy\.ans", r"ible\.com|pythonhost", r"ed\.org)",
    ),
    "a path of one machine": _word(r"(?<![\w.])/(wo", r"rk|ro", r"ot/\.py", r"env|tmp/ve", r"nv)"),
}
# Where a word of the list is right after all, and why.
ALLOWED = {
    ("roles/service/tasks/plan.yml", "a flag that outlives its role"):
        "a plan is a result: kept, because an expression would be computed again for every task that reads it",
    ("roles/service/tasks/probe.yml", "a flag that outlives its role"):
        "what fails is a result: kept, because an expression would judge again in every task that reads it",
    ("playbooks/enforce.yml", "a flag that outlives its role"):
        "which services were refused is a result that the end of the play judges for each host",
    ("playbooks/tasks/enforce_service.yml", "a flag that outlives its role"):
        "why a service was refused is such a result too",
    ("playbooks/tasks/wave.yml", "a flag that outlives its role"):
        "whether a wave passed is a result that all its hosts and the next wave are judged by",
    ("playbooks/renew.yml", "a flag that outlives its role"):
        "what became of each certificate is a result that the second play proves for all hosts",
    ("playbooks/tasks/renew_service.yml", "a flag that outlives its role"):
        "why a renewal failed is such a result too",
    ("roles/service/tasks/renewal.yml", "a flag that outlives its role"):
        "and so is what became of one certificate",
    ("playbooks/tasks/offer.yml", "a flag that outlives its role"):
        "and so is why TLS could not be offered",
    ("playbooks/tasks/uses.yml", "a flag that outlives its role"):
        "which hosts of the run use each other is a result that all hosts of it are judged by",
    ("playbooks/verify.yml", "a flag that outlives its role"):
        "what each host said and what was observed are results that the second play judges for all hosts",
    ("playbooks/observe.yml", "a flag that outlives its role"):
        "what each host said and the report made of it are such results too",
    ("playbooks/dns.yml", "a flag that outlives its role"):
        "what each host said and the records made of it are such results, which a following play may publish",
    ("playbooks/discover.yml", "a flag that outlives its role"):
        "what each host said is such a result too",
}
UNJUDGED = re.compile(_word(r"failed", r"_when:\s*(false|no|False)\s*$"))
JUDGED_LATER = re.compile(r"#.*\bjudged\b", re.IGNORECASE)
PROSE = (".md",)


def forbidden(name: str, text: str) -> list[str]:
    """Return every forbidden word of a file, with its line and what it is."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        for meaning, pattern in FORBIDDEN.items():
            if name.endswith(PROSE) and meaning not in ("the name of a registry", "a path of one machine"):
                continue
            if re.search(pattern, line) and (name, meaning) not in ALLOWED:
                found.append(f"{name}:{number} {meaning}: {line.strip()[:80]}")
        if UNJUDGED.search(line) and not any(JUDGED_LATER.search(near) for near in lines[max(0, number - 3):number]):
            found.append(f"{name}:{number} a failure is dropped without a comment that says where it is judged")
    return found


def head(name: str, text: str) -> list[str]:
    """Return what the head of a source file lacks."""
    start = "\n".join(text.splitlines()[:5])
    return [f"{name} does not start with '{line}'" for line in (LICENSE, COPYRIGHT) if line not in start]


def needs_head(name: str, text: str) -> bool:
    """Tell whether a file is source with comments, by its name or its first line."""
    if name.startswith(NO_HEAD) or not text:
        return False
    return name.endswith(WITH_HEAD) or text.startswith("#!") or name in ("Makefile", ".ansible-lint")
