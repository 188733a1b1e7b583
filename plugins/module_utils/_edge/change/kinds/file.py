# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``file``: the whole of one file, or a link, or its absence.

Keys: ``path``; ``state`` (present, link, absent); ``content`` for present; ``target``
for link; ``owner``, ``group``, ``mode`` where they shall differ from what is there
(new files: root, root, 0644).
"""

from __future__ import annotations

import grp
import os
import pwd
from typing import Any, Dict, Mapping, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files


class FileKind(Kind):
    """The whole of one file."""

    name = "file"
    required: "tuple[str, ...]" = ("path",)
    optional: "tuple[str, ...]" = ("state", "content", "target", "owner", "group", "mode")

    def identity(self, change: Change) -> Dict[str, Any]:
        path = str(change["path"])
        if not os.path.isabs(path) or os.path.normpath(path) != path:
            raise TransactionError("The path %r of a change must be absolute and free of `..`." % path)
        return {"kind": self.name, "path": path}

    def label(self, identity: Mapping[str, Any]) -> str:
        return str(identity["path"])

    def read(self, identity: Mapping[str, Any]) -> State:
        return files.read_state(str(identity["path"]))

    def plan(self, change: Change, before: State) -> State:
        wanted = change.get("state") or "present"
        if wanted == "absent":
            return ABSENT
        if wanted == "link":
            return State({"form": "link", "target": str(change["target"])})
        if change.get("content") is None:
            raise TransactionError("The change of %s says neither what it shall hold nor that it shall go."
                                   % change["path"])
        return State(ownership(change, before), str(change["content"]).encode("utf-8"))

    def apply(self, identity: Mapping[str, Any], after: State) -> None:
        files.write_state(str(identity["path"]), after)

    def restore(self, identity: Mapping[str, Any], before: State) -> None:
        files.sweep(str(identity["path"]))
        if self.read(identity) != before:
            self.apply(identity, before)

    def files(self, identity: Mapping[str, Any], after: State) -> Dict[str, State]:
        return {str(identity["path"]): after}


def ownership(change: Change, before: State) -> Dict[str, Any]:
    """Return form, uid, gid and mode of a file: as asked for, else as found, else root's, 0644."""
    found = before.facts if before.facts.get("form") == "file" else {"uid": 0, "gid": 0, "mode": 0o644}
    facts: Dict[str, Any] = {"form": "file", "uid": found["uid"], "gid": found["gid"], "mode": found["mode"]}
    if change.get("owner") is not None:
        facts["uid"] = _number(str(change["owner"]), "user")
    if change.get("group") is not None:
        facts["gid"] = _number(str(change["group"]), "group")
    if change.get("mode") is not None:
        facts["mode"] = mode_bits(change["mode"])
    return facts


def mode_bits(mode: Union[str, int]) -> int:
    """Read an octal mode such as ``"0640"``; refuses what YAML made of an unquoted 0640."""
    try:
        return int(mode, 8) if isinstance(mode, str) else int(mode)
    except ValueError as error:
        raise TransactionError("The mode %r is not an octal number such as '0640'." % (mode,)) from error


def _number(name: str, what: str) -> int:
    try:
        if name.isdigit():
            return int(name)
        return pwd.getpwnam(name).pw_uid if what == "user" else grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise TransactionError("There is no %s %r on this host; is the service's package installed?" % (what, name)
                               ) from error
