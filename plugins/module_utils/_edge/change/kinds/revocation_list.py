# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``revocation_list``: the file in which a daemon finds the revoked client certificates.

Keys: ``path``; ``content``, or ``source``, a file on this host that is copied; ``ca_file``, the authorities of
the clients; ``with_authorities`` if the daemon reads both from one file; ``any_authority`` if a list of one of
them is enough.

A list that is expired, damaged, or of another authority makes daemons refuse every client, so it is refused before
anything is changed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError, ValidationError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.revocation import check_lists
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files, guarded

_FOLDER_MODE = 0o755


class RevocationListKind(FileKind):
    """The revocation list of a daemon."""

    name = "revocation_list"
    required = ("path", "ca_file")
    optional = ("content", "source", "with_authorities", "any_authority")

    def plan(self, change: Change, before: State) -> State:
        path, source = str(change["path"]), str(change.get("source") or "")
        if bool(source) == (change.get("content") is not None):
            raise TransactionError(f"The change for {path} needs either `content` or `source`.")
        text = _read(source) if source else str(change["content"]).encode("utf-8")
        authorities = _read(str(change["ca_file"]))
        faults = check_lists(
            text, authorities, datetime.now(timezone.utc), every=not change.get("any_authority"))
        if faults:
            said = [fault.rstrip(".") for fault in faults]
            raise ValidationError(
                f"The revocation list for {path} is refused, and nothing was changed: {'; '.join(said)}. The list in "
                f"use stays as it is. {_remedy(source)}", {"path": path, "faults": list(faults)})
        content = authorities.rstrip(b"\n") + b"\n" + text if change.get("with_authorities") else text
        # Daemons that are not root read it; there is nothing secret in it.
        return State({"form": "file", "uid": 0, "gid": 0, "mode": 0o644}, content)

    def shown(self, change: Change, before: State, after: State) -> Optional[tuple[Sequence[str], Sequence[str]]]:
        del change
        return _describe(before), _describe(after)

    def apply(self, identity: Mapping[str, Any], after: State) -> None:
        if after.exists:
            guarded.make_folder(os.path.dirname(str(identity["path"])), _FOLDER_MODE)
        super().apply(identity, after)


def _read(path: str) -> bytes:
    state = files.read_state(os.path.realpath(path))
    if state.content is None:
        raise ValidationError(
            f"{path} is not there, so no revocation list can be judged. Nothing was changed.", {"missing": [path]})
    return state.content


def _remedy(source: str) -> str:
    return (f"Get a list that counts from its authority into {source}, then run again." if source else
            "Run again with the folder of the private CA (tls_ca_directory) at hand, so that the list is made anew.")


def _describe(state: State) -> Sequence[str]:
    return [] if state.content is None else [f"a revocation list of {len(state.content)} bytes, {state.digest()}"]
