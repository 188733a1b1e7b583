# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a test instance of Courier is started, as plain data for ``service_config``.

Nothing of Courier reads its TLS settings before a client connects, so its servers are
started as its own scripts do it, in the foreground, and probed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

_BIN = "/usr/lib/courier/courier"
_LISTEN = "/usr/sbin/couriertcpd -address=%s -maxprocs=40 -maxperip=40 -nodnslookup %s"
_ENDPOINT = {"imap": "$ADDRESS $PORT", "imaps": "$SSLADDRESS $SSLPORT", "pop3": "$ADDRESS $PORT",
             "pop3s": "$SSLADDRESS $SSLPORT"}
AUTHDAEMON = "/run/courier/authdaemon/socket"
"""Where Debian's courier-authdaemon is asked about passwords."""
SECOND = 20000
"""Added to a port for a second server that asks for no client certificate."""


def make_instance(protocols: Sequence[str], second: Mapping[str, int], endpoints: Sequence[Mapping[str, Any]]
                  ) -> dict[str, Any]:
    """Return the description; see ``_core/change/instance.py``.

    Args:
        protocols: imap, imaps, pop3, pop3s: those that will be open.
        second: likewise with a port, those that get a second server without client certificates.
        endpoints: what is probed.
    """
    servers = [_server(name, None) for name in protocols] + [_server(name, port) for name, port in second.items()]
    return {
        "command": ["/bin/sh", "-c", "\n".join([*servers, "wait"])],
        "remove": ["/run/courier/*.pid", "/run/courier/*.lock"],
        "sockets": [AUTHDAEMON],
        "telling": r"^(?!DEBUG: (?:Connection|Disconnected),)",
        "endpoints": [dict(row) for row in endpoints],
        "prevents": {
            "A login changes a mailbox": "Nothing logs in, and mailboxes are overlays.",
        },
    }


def _server(protocol: str, second: Optional[int]) -> str:
    """Return the lines that run one server; files are read in the order in which Courier's own script reads them."""
    imap, tls = protocol.startswith("imap"), protocol.endswith("s")
    files = ("imapd", "imapd-ssl") if imap else ("pop3d", "pop3d-ssl")
    lines: list[str] = []
    if protocol == "imap":
        lines.append('starttls=$(. /etc/courier/imapd-ssl; . /etc/courier/imapd; printf %s "$IMAPDSTARTTLS")')
    lines += ["set -a", *(". /etc/courier/" + name for name in files)]
    if imap:
        lines.append('test -z "$IMAP_ULIMITD" || ulimit -v "$IMAP_ULIMITD"')
    lines.append("TLS_CACHEFILE=")
    where = _ENDPOINT[protocol].split()
    if second is not None:
        lines.append("TLS_VERIFYPEER=NONE")
        where = ["127.0.0.1", str(second)]
    lines += {"imap": ["IMAP_STARTTLS=$starttls"], "imaps": ["IMAP_TLS=1"], "pop3": [],
              "pop3s": ["POP3_TLS=1", "POP3_STARTTLS=NO", "POP3_TLS_REQUIRED=0"]}[protocol]
    program = [_BIN + "/imaplogin", "/usr/bin/imapd"] if imap else [_BIN + "/courierpop3login", _BIN + "/courierpop3d"]
    between = ['"$COURIERTLS"', "-server", "-tcpd", "-user=courier"] if tls else []
    lines.append(" ".join(["exec", _LISTEN % tuple(where), *between, *program, '"${MAILDIRPATH:-Maildir}"']))
    return "(\n  {}\n) &".format("\n  ".join(lines))
