# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Evidence: what was seen and what was judged, as one document an auditor keeps.

A *record* is one host of a run; a *document* is a run, or several merged.  Both are
plain JSON data in the form that ``docs/evidence.schema.json`` describes; every report
is made from a document alone, so that it can be made again years later.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict import (
    Exceptions,
    endpoint_name,
    judge,
    verdict_of,
)


def record(
    policy: Policy,
    observations: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
    host: str,
    groups: Sequence[str] = (),
    exceptions: Exceptions = (),
    before: Sequence[Mapping[str, Any]] = (),
    fail_on: str = "low",
    expiry_days: int = 14,
    library: Optional[Mapping[str, Any]] = None,
) -> Dict[str, Any]:
    """Judge everything that was seen of one host.

    Args:
        policy: a resolved policy.
        observations: endpoints of ``endpoint_info``.
        now: aware, UTC.
        host: the inventory's name of the host.
        groups: the inventory's groups of the host.
        exceptions: as ``exceptions.py`` describes them.
        before: observations of the same endpoints from before a change.
        fail_on: the mildest severity that makes an endpoint's verdict ``fail``.
        expiry_days: see ``judge``.
        library: name and version of the TLS library behind these endpoints, if known.

    Returns:
        ``host``, ``groups``, ``policy`` (the whole of it), ``verdict`` and ``endpoints``,
        each of these with ``endpoint``, ``observation``, ``before``, ``findings`` and
        ``verdict``.
    """
    earlier = {endpoint_name(item): dict(item) for item in before}
    rows: List[Dict[str, Any]] = []
    for seen in observations:
        subject = dict(seen, library=dict(library)) if library else dict(seen)
        findings = judge(
            policy, subject, exceptions, now=now, host=host, groups=groups, expiry_days=expiry_days
        )
        plain = [finding.to_dict() for finding in findings]
        name = endpoint_name(seen)
        rows.append({
            "endpoint": name,
            "observation": subject,
            "before": earlier.get(name),
            "findings": plain,
            "verdict": verdict_of(plain, fail_on),
        })
    return {
        "host": host,
        "groups": list(groups),
        "policy": policy.to_dict(),
        "verdict": verdict_of((finding for row in rows for finding in row["findings"]), fail_on),
        "endpoints": rows,
    }
