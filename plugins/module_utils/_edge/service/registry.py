# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look at services: what is common to all, and what only one kind has."""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.facts import SERVICES
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import installed as host
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import (
    apache,
    openldap,
    postfix,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import (
    courier_imap as courier,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire import dnssec

Describer = Callable[[Optional[Policy], Sequence[str]], Dict[str, Any]]

DESCRIBERS: Dict[str, Describer] = {
    "apache": apache.describe,
    "postfix": postfix.describe,
    "courier_imap": courier.describe,
    "openldap": openldap.describe,
}
"""What is read of one kind of service beside what all have, by name; only asked where it is installed."""

QUESTIONS: Dict[str, Callable[[], Any]] = {
    # Only mail's client asks it, and behind its chroot it may ask others than the host does.
    "validating_resolver": lambda: dnssec.validating_resolver(postfix.resolver_files()),
}
"""What is only found out for those who ask, because it leaves the host or takes time."""


def look(
    names: Sequence[str], policy: Any, own_files: Sequence[str], questions: Sequence[str] = ()
) -> Dict[str, Any]:
    """Return ``services``: for every name what is installed, linked, configured and listening; and ``answers``.

    Args:
        names: names of ``SERVICES``.
        policy: what ``resolve`` takes; None where nothing shall be judged.
        own_files: configuration files that our roles write.
        questions: names of ``QUESTIONS``.
    """
    resolved = None if policy is None else resolve(policy=policy)
    found: Dict[str, Any] = {}
    for name in names:
        found[name] = host.describe(SERVICES[name])
        if name in DESCRIBERS and found[name]["installed"]:
            found[name].update(DESCRIBERS[name](resolved, own_files))
    return {"services": found, "answers": {name: QUESTIONS[name]() for name in questions}}
