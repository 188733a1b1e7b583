# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The line with which a load balancer tells a server whom it speaks for (PROXY protocol, version 1).

The probe speaks for itself: the line has the connection's own addresses in it.  Specification:
https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt, section 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def write_proxy_line(ours: Sequence[Any], theirs: Sequence[Any]) -> bytes:
    """The line for a connection.

    Args:
        ours: address and port of this end, as ``socket.getsockname`` gives them.
        theirs: address and port of the server.
    """
    source, destination = (str(end[0]).partition("%")[0] for end in (ours, theirs))
    if ":" not in source:
        family = "TCP4"
    elif source.lower().startswith("::ffff:") and "." in source:
        family, source, destination = "TCP4", source[7:], destination[7:]
    else:
        family = "TCP6"
    return f"PROXY {family} {source} {destination} {ours[1]} {theirs[1]}\r\n".encode("ascii")
