# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Ansible warned of in a run, read from what it printed. A deprecation that names this collection is a defect."""

from __future__ import annotations

import re

# A warning may take several lines, up to an empty one or to the next line of Ansible's own.
_WARNING = re.compile(
    r"^\[(?:DEPRECATION )?WARNING\]: .*?"
    r"(?=^\s*$|^\[|^(?:TASK|PLAY|RUNNING HANDLER|PLAY RECAP) \[|^(?:ok|changed|fatal|skipping|failed): |\Z)",
    re.MULTILINE | re.DOTALL,
)


def find_warnings(printed: str) -> list[str]:
    """Return each different warning as one line, in the order of their appearance."""
    return list(dict.fromkeys(" ".join(found.split()) for found in _WARNING.findall(printed)))


def find_own_deprecations(printed: str) -> list[str]:
    """Return the deprecations that name this collection."""
    return [text for text in find_warnings(printed) if text.startswith("[DEPRECATION") and "intransit" in text]
