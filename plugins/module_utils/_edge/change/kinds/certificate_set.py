# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``certificate_set``: the link by which services find their certificate leads to a set that waits beside it.

Keys: ``path`` of the link, ``target``: ``staged`` of ``certificate_set``.  A change that is undone
brings the old set back.  A change that is taken back later does not: the old certificate may have
expired by then, and other services may use the new one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind


class CertificateSetKind(FileKind):
    """Which certificate set is in use."""

    name = "certificate_set"
    required = ("path", "target")
    optional = ()

    def plan(self, change: Change, before: State) -> State:
        path, target = str(change["path"]), str(change["target"])
        if before.facts.get("form") != "link":
            raise TransactionError(f"{path} is not the link of a certificate set, so no other set can be given to it.")
        if not os.path.exists(os.path.join(os.path.dirname(path), target, "fullchain.pem")):
            raise TransactionError(f"{path} should lead to the new certificate set {target}, which is not there.")
        return super().plan({**change, "state": "link"}, before)

    def find_folder(self, identity: Mapping[str, Any], state: State) -> str:
        """Return the folder of the set that the link leads to."""
        path = str(identity["path"])
        return os.path.join(os.path.dirname(path), str(state.facts["target"]))
