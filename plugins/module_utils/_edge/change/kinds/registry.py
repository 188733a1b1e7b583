# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every kind of change by name.  Imported statically: what is not named here does not travel to the host."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.apache_sites import ApacheSitesKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.assignments import AssignmentsKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.disabled_lines import DisabledLinesKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.keywords import KeywordsKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.ldap import LdapKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.marked_lines import MarkedLinesKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.postfix_main import PostfixMainKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.postfix_master import PostfixMasterKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.unit import UnitKind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (FileKind(), AssignmentsKind(), KeywordsKind(), DisabledLinesKind(), UnitKind(), LdapKind(),
                 PostfixMainKind(), PostfixMasterKind(), ApacheSitesKind(), MarkedLinesKind())
}


def step_for(change: Change) -> Step:
    """Read the world and plan one change.

    Raises:
        TransactionError: the change is malformed, or the world does not allow it.
    """
    kind = KINDS.get(str(change.get("kind")))
    if kind is None:
        known_kinds = ", ".join(sorted(KINDS))
        raise TransactionError(f"A change has the kind {change.get('kind')!r}; the kinds are {known_kinds}.")
    known = {"kind", "needs"} | set(kind.required) | set(kind.optional)
    unknown = sorted(key for key, value in change.items() if key not in known and value is not None)
    missing = sorted(key for key in kind.required if change.get(key) is None)
    if unknown or missing:
        fault = f"lacks {', '.join(missing)}" if missing else f"has the unknown key {', '.join(unknown)}"
        raise TransactionError(
            f"A change of kind {kind.name} {fault}; it takes {', '.join(kind.required + kind.optional)}.")
    identity = kind.identity(change)
    before = kind.read(identity)
    after = kind.plan(change, before)
    return Step(change, identity, kind.label(identity), before, after, kind.shown(change, before, after))
