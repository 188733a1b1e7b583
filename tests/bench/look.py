# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engine as a process: what the benches start, interpreter and imports included.

    look.py DEPTH PARTS PROTOCOL PORT ADDRESS...        (or - : addresses from standard input)

Prints one line for each endpoint: connections, and the suites of each version.
"""

from __future__ import annotations

import sys

from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

depth, parts, protocol, port, *addresses = sys.argv[1:]
seen = observe(
    [{"host": address, "port": int(port), "protocol": protocol} for address in addresses],
    depth=depth, policy="intermediate", parts=parts.split(","),
)
for each in seen:
    print(each.connections, {version: names for version, names in each.suites.items() if names})
