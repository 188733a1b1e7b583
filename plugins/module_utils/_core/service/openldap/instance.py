# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a test instance of slapd is started, as plain data for ``service_config``.

``slaptest`` calls everything correct, so slapd itself is started with the new
configuration, on its real listeners and with empty databases: a database can be larger
than the memory that an overlay of it would need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def make_instance(seen: Mapping[str, Any], uris: Sequence[str]) -> dict[str, Any]:
    """Return the description; see ``_core/change/instance.py``.

    Args:
        seen: what ``service_info`` returned for openldap.
        uris: the listeners as they will be.
    """
    user, group = str(seen.get("user") or "openldap"), str(seen.get("group") or "openldap")
    folders = [str(row["directory"]) for row in seen.get("databases") or () if row.get("directory")]
    return {
        # In the foreground, and it only says what is always worth a word.
        "command": ["/usr/sbin/slapd", "-d", "none", "-h", " ".join(uris), "-u", user, "-g", group,
                    "-F", str(seen.get("folder") or "/etc/ldap/slapd.d")],
        "unit": "slapd.service",
        "temporary": [{"path": path, "owner": user, "group": group, "mode": "0755"}
                      for path in dict.fromkeys(["/run/slapd", *folders])],
        "prevents": {
            "syncrepl changes a database": "There is no network, and the databases are empty and in memory.",
            "A client changes a database by the Unix socket": "The socket is in memory; no other process has it.",
        },
    }
