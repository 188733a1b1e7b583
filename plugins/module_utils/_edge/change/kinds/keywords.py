# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``keywords``: ``KEYWORD value`` lines of a file such as ldap.conf, all else kept.

Keys: ``path``; ``values`` (a mapping; a null takes the keyword out); ``create`` where
the file may be missing; ``owner``, ``group``, ``mode`` as for files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.format import keywords
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.assignments import AssignmentsKind


class KeywordsKind(AssignmentsKind):
    """Some lines of a file that is somebody else's, in words instead of assignments."""

    name = "keywords"

    def edited(self, text: str, values: Mapping[str, Optional[str]]) -> str:
        return keywords.edit(text, values)
