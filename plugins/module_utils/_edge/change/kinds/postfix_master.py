# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``postfix_master``: services of Postfix's master.cf, all else kept.

Keys: ``path``; ``services``, each as ``_core/format/postfix_master.py`` describes a wish.  All
of them are one change: Postfix reads the file as a whole, and a moment in which the
port is there and its options are not would be a moment without TLS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change
from ansible_collections.intransit.tls.plugins.module_utils._core.format import postfix_master
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.postfix_main import (
    PostfixMainKind,
    as_text,
    unchanged_or,
)


class PostfixMasterKind(PostfixMainKind):
    """Some services of a file that is somebody else's."""

    name = "postfix_master"
    required = ("path", "services")

    def edited(self, change: Change, before: bytes) -> bytes:
        text = before.decode("utf-8", "surrogateescape")
        return unchanged_or(before, postfix_master.edit(text, [_wish(row) for row in change["services"]]), text)


def _wish(row: Mapping[str, Any]) -> dict[str, Any]:
    options = {str(name): as_text(value) for name, value in (row.get("options") or {}).items()}
    return {**{name: value for name, value in row.items() if value is not None}, "options": options}
