# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""See that behind the handshake there is the service that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.finding import make_finding, name_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.within_tls import Said, hear
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import read_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Plan
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.engine import Engine, Job, Limits
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.resolver import addresses_of

SECONDS = 10.0


def find_missing(endpoints: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a failure for every endpoint that does not say within TLS what its ``says`` is searched for.

    Args:
        endpoints: as ``observe`` takes them; those without ``says``, a regular expression
            over all lines of the answer, are passed over.

    Raises:
        IntransitError: an endpoint has the old key ``inside``, which would ask nothing.
    """
    if any("inside" in row for row in endpoints):
        raise IntransitError("The key `inside` of an endpoint is now called `says`. Rename it.")
    rows = [row for row in endpoints if row.get("says")]
    asked = [(read_endpoint(row, to_ascii), re.compile(str(row["says"]), re.MULTILINE)) for row in rows]
    answers: dict[int, Said] = {}
    places: dict[int, int] = {}

    def jobs() -> Iterator[Job]:
        for place, (endpoint, enough) in enumerate(asked):
            known = addresses_of([endpoint.address or endpoint.host], SECONDS)
            addresses = known[endpoint.address or endpoint.host]
            if addresses:
                job = Job(_plan(endpoint, enough), addresses, endpoint.port)
                places[id(job)] = place
                yield job

    for job in Engine(Limits(seconds=SECONDS)).run(jobs()):
        answers[places[id(job)]] = job.result
    return [
        _finding(endpoint, enough, answers.get(place, Said("", "The name cannot be resolved.")))
        for place, (endpoint, enough) in enumerate(asked)
        if place not in answers or not enough.search(answers[place].text)
    ]


def _plan(endpoint: Endpoint, enough: "re.Pattern[str]") -> Plan:
    (outcome,) = yield Batch([Ask(lambda: hear(DIALOGUES[endpoint.protocol], endpoint, enough))])
    return outcome.result or Said("", outcome.detail or "Nothing could be asked.")


def _finding(endpoint: Endpoint, enough: "re.Pattern[str]", seen: Said) -> dict[str, Any]:
    row = {"host": endpoint.host, "port": endpoint.port, "protocol": endpoint.protocol}
    lines: tuple[str, ...] = tuple(seen.text.splitlines()[-12:])
    words = seen.reason or f"It said: {' / '.join(lines) or 'nothing'}."
    finding = make_finding(
        "inside_tls", "fail", f"Within TLS it does not say {enough.pattern}. {words}", host="localhost",
        endpoint=name_endpoint(row),
        evidence={"expected": enough.pattern, "heard": list(lines), "reason": seen.reason})
    return finding.to_dict()
