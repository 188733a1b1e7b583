# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``postfix_main``: parameters of Postfix's main.cf, all else kept.

Keys: ``path``; ``values`` (a mapping; a null takes a parameter out, a boolean is written
as Postfix writes it).  ``postconf -e`` rewrites the file even for no change, so it is not used.
"""

from __future__ import annotations

import os
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import postfix_main
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind, ownership


class PostfixMainKind(FileKind):
    """Some parameters of a file that is somebody else's."""

    name = "postfix_main"
    required = ("path", "values")
    optional = ()

    shown = Kind.shown
    """Only lines about what was asked for change, and only these are shown."""

    def identity(self, change: Change) -> dict[str, Any]:
        identity = super().identity(change)
        # Through links: replacing a link by a file would cut it off from its source.
        return dict(identity, path=os.path.realpath(identity["path"]))

    def plan(self, change: Change, before: State) -> State:
        return State(ownership(change, before), self.edited(change, content_of(change, before)))

    def edited(self, change: Change, before: bytes) -> bytes:
        """Return the file's content with the change in it."""
        values = {str(name): as_text(value) for name, value in change["values"].items()}
        text = before.decode("utf-8", "surrogateescape")
        return unchanged_or(before, postfix_main.edit(text, values), text)


def content_of(change: Change, before: State) -> bytes:
    """Return what the file holds.

    Raises:
        TransactionError: there is no such file.
    """
    if before.content is None:
        raise TransactionError(f"{change['path']} does not exist, so nothing can be set in it; is Postfix installed?")
    return before.content


def unchanged_or(before: bytes, edited: str, text: str) -> bytes:
    """Return the old bytes where nothing was edited, down to a missing line end."""
    return before if edited in (text, text + "\n") else edited.encode("utf-8", "surrogateescape")


def as_text(value: Any) -> Optional[str]:
    """Return a value as Postfix writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)
