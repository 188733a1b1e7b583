# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``syncrepl``: a replica of slapd asks its providers by StartTLS and verifies them.

Keys: ``dn`` of the database; ``providers``, the URLs whose values are edited; ``ca_file``; ``path`` and ``unit`` as for
``ldap``.  A value of olcSyncrepl holds a password, so a change says what to set, and the value is edited on the host.

A provider is asked first, by StartTLS, as slapd's account, with the CA file and the login that the value has.  If
it does not answer or its certificate does not verify for the name in ``provider=``, that value stays as it is, and a
remark says so.  After the change it is asked again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.format import syncrepl
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import lookup, replica
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.ldap import LdapKind, make_state
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import account

ATTRIBUTE = "olcSyncrepl"
_AFTER_TLS = (8, 32, 48, 49, 50, 53)
"""Result codes of a provider that wants another login than none, or does not show its root entry: TLS has begun."""
_NO_TLS = ("ldap_start_tls", "Can't contact")


class SyncreplKind(LdapKind):
    """Values of olcSyncrepl of one database."""

    name = "syncrepl"
    required = ("dn", "providers", "ca_file")
    optional = ("path", "unit")

    def identity(self, change: Change) -> dict[str, Any]:
        return super().identity({**change, "attributes": {ATTRIBUTE: None}})

    def plan(self, change: Change, before: State) -> State:
        owner = account.owner_of(str(self.identity(change)["path"]))
        values = [_moved(value, change, owner) for value in before.facts["attributes"][ATTRIBUTE]]
        return make_state(self.identity(change), {ATTRIBUTE: values})

    def remarks(self, change: Change, after: State) -> Sequence[str]:
        owner = account.owner_of(str(self.identity(change)["path"]))
        asked = [(value, _wanted(value, change)) for value in after.facts["attributes"][ATTRIBUTE]]
        return [
            f"{change['dn']} still replicates from {syncrepl.read(value)['provider']} without TLS: "
            f"{find_problem(syncrepl.edit(value, wanted), owner) or 'it answers now; run again.'}"
            for value, wanted in asked if wanted]

    def shown(self, change: Change, before: State, after: State) -> tuple[Sequence[str], Sequence[str]]:
        del change
        return _visible(before), _visible(after)

    def refresh(self, identity: Mapping[str, Any], state: State) -> bool:
        # It would only make slapd connect to its providers again.
        del identity, state
        return False

    def find_lost(self, identity: Mapping[str, Any], before: State, after: State) -> Sequence[str]:
        owner = account.owner_of(str(identity["path"]))
        old = before.facts["attributes"][ATTRIBUTE]
        moved = [value for value in after.facts["attributes"][ATTRIBUTE] if value not in old]
        problems = {syncrepl.read(value)["provider"]: find_problem(value, owner) for value in moved}
        return [f"the replica {identity['dn']} of {name}: {problem}" for name, problem in problems.items() if problem]


def find_problem(value: str, owner: account.Account) -> str:
    """Return why a provider cannot be asked as a value of olcSyncrepl says, over StartTLS; empty if it can.

    The sentence holds nothing of the value but the provider.
    """
    words = syncrepl.read(value)
    asked = replica.make_lookup(words, starttls=True)
    login, trusted = asked.bind_dn, asked.ca_file
    result = lookup.ask_directory(asked, "contextCSN", owner)
    refused = any(text in result.stderr for text in _NO_TLS)
    if not refused and (result.ok or result.returncode == 32 or (not login and result.returncode in _AFTER_TLS)):
        return ""
    if result.timed_out:
        return f"it did not answer by StartTLS within {lookup.TIME:g} s."
    said = " ".join(line.strip() for line in result.stderr.strip().splitlines()[:2])
    return (f"it does not answer by StartTLS with a certificate that {trusted or 'it trusts'} verifies for its "
            f"name, or refuses the login there ({said[:300]}).")


def _wanted(value: str, change: Change) -> dict[str, str]:
    """Return the words that move a value to TLS; none if it needs no move, or is not one of the change."""
    words = syncrepl.read(value)
    if not syncrepl.is_plaintext(words) or words["provider"] not in change["providers"]:
        return {}
    own = words.get("tls_cacert")
    return {"starttls": "critical", "tls_reqcert": "demand", **({} if own else {"tls_cacert": str(change["ca_file"])})}


def _moved(value: str, change: Change, owner: account.Account) -> str:
    wanted = _wanted(value, change)
    if not wanted:
        return value
    edited = syncrepl.edit(value, wanted)
    # In check mode the CA file may not be there yet; that the change cannot be judged is said elsewhere.
    missing = not os.path.exists(syncrepl.read(edited).get("tls_cacert") or "/")
    return edited if missing or not find_problem(edited, owner) else value


def _visible(state: State) -> list[str]:
    """Return of each value its provider and its words about TLS."""
    rows = [syncrepl.read(value) for value in state.facts["attributes"][ATTRIBUTE]]
    return [" ".join([f"{ATTRIBUTE}: provider={row.get('provider', '')}", *(
        f"{name}={row[name]}" for name in ("starttls", "tls_cacert", "tls_reqcert") if name in row)]) for row in rows]
