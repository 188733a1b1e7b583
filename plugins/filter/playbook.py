# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What playbooks need before their first task.

Ansible forks a process for every task of every host, and each imports the filters that it uses.  The pattern of a
play's hosts is evaluated in the process that all others are forked from, so what is imported with this file is imported
once: on 80 hosts that is half of what ``verify`` costs.
"""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import judge, observed
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import document
from ansible_collections.intransit.tls.plugins.module_utils._core.report import text
from ansible_collections.intransit.tls.plugins.module_utils._core.service import verification
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import served
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire import session

LOADED = (judge, observed, document, text, verification, served, session)
"""What the filters of the tasks stand on."""


def host_pattern(hosts: Any) -> str:
    """Return the pattern of a play's hosts; see host_pattern.yml."""
    return ",".join(map(str, hosts)) if isinstance(hosts, (list, tuple)) else str(hosts)


class FilterModule:
    """Ansible's way in."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by name."""
        return {"host_pattern": host_pattern}
