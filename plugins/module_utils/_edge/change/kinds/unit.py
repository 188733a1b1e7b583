# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``unit``: a systemd unit that runs now and at every boot, or neither.

Keys: ``unit``; ``state`` (started, stopped).  The way to open or close a port where the
daemon has one unit for each.  Order in a transaction: stop before the files change and
start behind them, since a restore goes backwards and must not start a unit with
settings that are not its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import unit

_STATES = ("started", "stopped")


class UnitKind(Kind):
    """Whether a unit runs, now and at boot."""

    name = "unit"
    required = ("unit", "state")

    def identity(self, change: Change) -> dict[str, Any]:
        if change["state"] not in _STATES:
            raise TransactionError(f"A unit is {' or '.join(_STATES)}, not {change['state']!r}.")
        return {"kind": self.name, "unit": str(change["unit"])}

    def label(self, identity: Mapping[str, Any]) -> str:
        return str(identity["unit"])

    def read(self, identity: Mapping[str, Any]) -> State:
        seen = unit.read_state(str(identity["unit"]))
        if not seen.installed and not seen.masked:
            return ABSENT
        return State({"form": "unit", "up": seen.up, "enabled": seen.enabled})

    def plan(self, change: Change, before: State) -> State:
        wanted = change["state"] == "started"
        if not before.exists:
            if wanted:
                text = "The unit %s does not exist on this host; is its package installed?"
                raise TransactionError(text % change["unit"])
            return before
        return State({"form": "unit", "up": wanted, "enabled": wanted})

    def apply(self, identity: Mapping[str, Any], after: State) -> None:
        if after.exists:
            unit.arrange(str(identity["unit"]), up=bool(after.facts["up"]), enabled=bool(after.facts["enabled"]))
