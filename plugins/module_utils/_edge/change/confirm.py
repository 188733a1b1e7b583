# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""See on the wire that the new settings hold: the last step before the commit.

The target looks at itself, through its own front door.  What it sees is judged by the
same rules as a report; an endpoint that cannot be reached is tried again for a while,
because daemons take their time, and is then a failure like any other.  A certificate
that was renewed on the disk and is not served yet is such a failure too.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import pem
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ConfirmationError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.finding import make_finding, name_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire import within_tls
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

SEVERITIES = ("info", "low", "medium", "high", "critical")
_PAUSE = 0.5
_EVIDENCE = ("host", "address", "port", "protocol", "error", "undecided", "plaintext", "protocols", "rules", "http")
"""What a failure keeps of an observation; the rest is long and says nothing about a refusal."""
_PATIENCE_WITH_FAILURES = 5.0
"""Seconds after which a clear "no" is believed: old workers may finish their work, a closed port may take longer."""


def confirm(service: str, how: Mapping[str, Any]) -> dict[str, Any]:
    """Observe and judge the endpoints until they hold or the time is up.

    Args:
        service: for the sentence.
        how: ``endpoints``, ``policy``, ``fail_on`` (a severity), ``ignore`` (control
            ids), ``only`` (the controls that count, by id or by what stands before the dot; errors always count),
            ``timeout`` in seconds, ``certificate`` (a file whose first certificate
            every endpoint with TLS has to serve, or one at least if ``certificate_scope`` is ``some``), ``replaced``
            (SHA-256 of certificates that no endpoint may serve any more).  An endpoint may have ``says``: what
            it has to say within TLS, a regular expression; with ``judged`` false that is
            all that is asked of it.

    Returns:
        ``endpoints`` (the observations) and ``findings``.

    Raises:
        ConfirmationError: with the failing findings and the observations as evidence.
    """
    endpoints: Sequence[Mapping[str, Any]] = how.get("endpoints") or []
    judged = [row for row in endpoints if row.get("judged", True)]
    policy = resolve(policy=how.get("policy"))
    begun = time.monotonic()
    deadline = begun + float(how.get("timeout") or 15)
    while True:
        observations = [seen.to_dict() for seen in observe(judged, depth="policy", policy=policy)]
        findings = [
            finding.to_dict()
            for seen in observations
            for finding in judge(policy, seen, exceptions=(), now=datetime.now(timezone.utc), host="localhost")
        ] + _not_in_use(observations, how) + within_tls.find_missing(endpoints)
        failing = _failing(findings, how)
        if not failing:
            return {"endpoints": observations, "findings": findings}
        sure = all(item["status"] == "fail" for item in failing)
        if time.monotonic() > (min(deadline, begun + _PATIENCE_WITH_FAILURES) if sure else deadline):
            break
        time.sleep(_PAUSE)
    raise ConfirmationError(
        "{} does not show on the wire what was asked for:\n{}".format(service, "\n".join((
            f"- {item['endpoint']}: {item['sentence']}") for item in failing)),
        {"findings": failing, "endpoints": [{key: seen[key] for key in _EVIDENCE} for seen in observations]},
    )


def _failing(findings: Sequence[Mapping[str, Any]], how: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    floor = SEVERITIES.index(str(how.get("fail_on") or "medium"))
    ignored, only = set(how.get("ignore") or ()), set(how.get("only") or ())
    return [
        item
        for item in findings
        if item["status"] in ("fail", "error")
        and SEVERITIES.index(item["severity"]) >= floor
        and item["control"] not in ignored
        and (not only or item["status"] == "error" or {item["control"], item["control"].partition(".")[0]} & only)
    ]


def _not_in_use(observations: Sequence[Mapping[str, Any]], how: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a failure for every endpoint that serves a certificate that it should not, or not the one in the file."""
    path, replaced = how.get("certificate"), set(how.get("replaced") or ())
    expected = hash_leaf(path) if path else None
    served = [(seen, row["sha256"]) for seen in observations
              for row in (seen.get("certificates") or [])[:1] if row.get("position") == 0]
    every = how.get("certificate_scope") != "some" or not any(found == expected for _seen, found in served)
    return [
        _make_failure(seen, f"It serves another certificate than the one in {path}." if found not in replaced
                      else "It still serves the certificate that was replaced.", path, expected, found)
        for seen, found in served if found in replaced or (expected is not None and found != expected and every)
    ]


def _make_failure(seen: Mapping[str, Any], sentence: str, path: Optional[str], expected: Optional[str], served: str
                  ) -> dict[str, Any]:
    return make_finding(
        "certificate_in_use", "fail", sentence, host="localhost", endpoint=name_endpoint(seen),
        evidence={"file": path, "expected": expected, "served": served}).to_dict()


def hash_leaf(path: str) -> Optional[str]:
    """Return the SHA-256 (hex, of the DER form) of the first certificate in a PEM file, None where there is none."""
    try:
        with open(path, "rb") as stream:
            blocks = pem.split_blocks(stream.read(1024 * 1024))
    except OSError:
        return None
    ders = [block.der for block in blocks if block.label == "CERTIFICATE" and block.der]
    return hashlib.sha256(ders[0]).hexdigest() if ders else None


def is_wanted(how: Optional[Mapping[str, Any]]) -> bool:
    """True where there is anything to confirm."""
    return bool(how and how.get("endpoints"))
