# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a mail server on this host takes the sender and recipient that a content filter names; no mail is sent."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.smtp import envelope
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import read_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Plan
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.command import CommandResult
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.engine import Engine, Job, Limits
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.resolver import addresses_of

SECONDS = 10.0


def ask(argv: Sequence[str]) -> CommandResult:
    """Carry out ``smtp-envelope PROTOCOL HOST PORT ADDRESS``; ``stderr`` says why the server does not take it."""
    _name, protocol, host, port, address = argv
    begun = time.monotonic()
    endpoint = read_endpoint({"host": host, "port": int(port), "protocol": protocol})
    addresses = addresses_of([host], SECONDS)[host]
    job = Job(_plan(endpoint, address), addresses, endpoint.port)
    reasons = [str(done.result) for done in Engine(Limits(seconds=SECONDS)).run([job])] if addresses else [
        "The name cannot be resolved."]
    said = "".join(f"A mail program on this host cannot hand in mail at {host}:{port}: {reason}\n"
                   for reason in reasons if reason)
    return CommandResult(tuple(argv), 1 if said else 0, "", said, time.monotonic() - begun)


def _plan(endpoint: Endpoint, address: str) -> Plan:
    (outcome,) = yield Batch([Ask(lambda: envelope(endpoint, address))])
    return (outcome.detail or "Nothing was answered.") if outcome.result is None else outcome.result
