# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``file``: the whole of one file, or a link, or its absence.

Keys: ``path``; ``state`` (present, link, absent); ``content`` for present; ``target``
for link; ``owner``, ``group``, ``mode`` to change those of the present file
(new files: root, root, 0644).
"""

from __future__ import annotations

import grp
import os
import pwd
import re
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change import arguments, diff
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files

_DECIMAL = re.compile(r"[0-9]+\Z")
_MOST_ACCOUNTS = 2**32 - 2
"""The number above it means "leave it as it is" to chown(2)."""


class FileKind(Kind):
    """The whole of one file."""

    name = "file"
    required: "tuple[str, ...]" = ("path",)
    optional: "tuple[str, ...]" = ("state", "content", "target", "owner", "group", "mode")

    def identity(self, change: Change) -> dict[str, Any]:
        path = arguments.check_path("path", str(change["path"]))
        if not os.path.isabs(path) or os.path.normpath(path) != path:
            raise TransactionError(f"The path {path!r} of a change must be absolute and free of `..`.")
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
            return _link(change, before)
        if change.get("content") is None:
            raise TransactionError(
                f"The change for {change['path']} has no `content`. Set `content`, or set `state: absent` to remove "
                "the file."
            )
        return State(find_ownership(change, before), str(change["content"]).encode("utf-8"))

    def shown(self, change: Change, before: State, after: State) -> Optional[tuple[Sequence[str], Sequence[str]]]:
        """A whole file that is replaced or removed may be another's: its lines are only shown if it is ours."""
        if before.content is None or diff.MARK in before.content:
            return None
        return diff.summary_of(before), diff.lines_of(after)

    def apply(self, identity: Mapping[str, Any], after: State) -> None:
        files.write_state(str(identity["path"]), after)

    def restore(self, identity: Mapping[str, Any], before: State) -> None:
        files.sweep(str(identity["path"]))
        if self.read(identity) != before:
            self.apply(identity, before)

    def files(self, identity: Mapping[str, Any], after: State) -> dict[str, State]:
        return {str(identity["path"]): after}


def find_ownership(change: Change, before: State) -> dict[str, Any]:
    """Return form, uid, gid, mode and attributes of a file: as asked for, else as found, else root's, 0644.

    A mode that is asked for is all there is: an access list, which could give more, goes.
    """
    new: Mapping[str, Any] = {"uid": 0, "gid": 0, "mode": 0o644}
    found = before.facts if before.facts.get("form") == "file" else new
    facts: dict[str, Any] = {"form": "file", "uid": found["uid"], "gid": found["gid"], "mode": found["mode"]}
    attributes: Mapping[str, str] = found.get("attributes") or {}
    if change.get("owner") is not None:
        facts["uid"] = _number(str(change["owner"]), "user")
    if change.get("group") is not None:
        facts["gid"] = _number(str(change["group"]), "group")
    if change.get("mode") is not None:
        facts["mode"] = arguments.read_mode(change["mode"])
        attributes = files.drop_access_list(attributes)
    return dict(facts, attributes=dict(attributes)) if attributes else facts


def _link(change: Change, before: State) -> State:
    """Return the link that is asked for; one that is there keeps its owner."""
    if not change.get("target"):
        raise TransactionError(
            f"The change for {change['path']} has no `target`. Set `target` to where the link points."
        )
    target = arguments.check_path("target", str(change["target"]))
    owner = before.facts if before.facts.get("form") == "link" else {"uid": os.geteuid(), "gid": os.getegid()}
    return State({"form": "link", "target": target, "uid": owner["uid"], "gid": owner["gid"]})


def _number(name: str, what: str) -> int:
    """Return the number of an account or group, given by name or number."""
    try:
        if _DECIMAL.match(name):
            if int(name) > _MOST_ACCOUNTS:
                raise TransactionError(
                    f"The {what} {name} is beyond the largest number of an account, {_MOST_ACCOUNTS}.")
            return int(name)
        return pwd.getpwnam(name).pw_uid if what == "user" else grp.getgrnam(name).gr_gid
    except (KeyError, ValueError) as error:
        raise TransactionError(
            f"There is no {what} {name!r} on this host; is the service's package installed?"
        ) from error
