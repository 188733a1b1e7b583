# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every kind of change by name.  Imported statically: what is not named here does not travel to the host."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.apache_sites import ApacheSitesKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.certificate_set import (
    CertificateSetKind,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.edited_file import EditedFileKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.ldap import LdapKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.revocation_list import (
    RevocationListKind,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.syncrepl import SyncreplKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.unit import UnitKind

FORMATS_NOW = ("assignments", "keywords", "disabled_lines", "marked_lines", "postfix_main", "postfix_master")
"""Kinds of earlier versions that are formats of ``edited_file`` now; journals and kept changes may still name them."""
_KINDS = {kind.name: kind for kind in (
    FileKind(), EditedFileKind(), UnitKind(), LdapKind(), SyncreplKind(), ApacheSitesKind(),
    CertificateSetKind(), RevocationListKind())}
KINDS: dict[str, Kind] = {**_KINDS, **dict.fromkeys(FORMATS_NOW, _KINDS["edited_file"])}


def find_kind(change: Change) -> Kind:
    """Return the kind of a change.

    Raises:
        TransactionError: there is no such kind, or a key is missing or unknown.
    """
    name = str(change.get("kind"))
    if name in FORMATS_NOW:
        raise TransactionError(f"The kind {name} of a change is now the kind edited_file with `format: {name}`.")
    if name not in _KINDS:
        names = ", ".join(sorted(_KINDS))
        raise TransactionError(f"A change has the kind {change.get('kind')!r}; the kinds are {names}.")
    kind = _KINDS[name]
    known = {"kind", "needs"} | set(kind.required) | set(kind.optional)
    unknown = sorted(key for key, value in change.items() if key not in known and value is not None)
    missing = sorted(key for key in kind.required if change.get(key) is None)
    if unknown or missing:
        fault = f"lacks {', '.join(missing)}" if missing else f"has the unknown key {', '.join(unknown)}"
        raise TransactionError(
            f"A change of kind {kind.name} {fault}; it takes {', '.join(kind.required + kind.optional)}.")
    return kind


def plan_step(change: Change) -> Step:
    """Read the world and plan one change.

    Raises:
        TransactionError: the change is malformed, or the world does not allow it.
    """
    kind = find_kind(change)
    identity = kind.identity(change)
    before = kind.read(identity)
    after = kind.plan(change, before)
    return Step(change, identity, kind.label(identity), before, after, kind.shown(change, before, after),
                remarks=kind.remarks(change, after))
