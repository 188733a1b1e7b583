# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a test instance of Postfix is started, as plain data for ``service_config``.

``postfix check`` finds no TLS error at all, and a server with a key that it cannot use
goes on without TLS.  So the servers are started and probed; what moves mail is left out,
and so is what asks programs that a private network does not reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LOG = "/var/lib/postfix/intransit-test.log"
_MAIN: Mapping[str, str] = {
    "maillog_file": LOG,
    "maillog_file_prefixes": "/",
    "smtpd_peername_lookup": "no",
    "smtpd_client_event_limit_exceptions": "static:all",
    # Milters, policy services and tables may be behind a network that is not there.
    "smtpd_milters": "",
    "smtpd_client_restrictions": "",
    "smtpd_helo_restrictions": "",
    "smtpd_sender_restrictions": "",
    "smtpd_recipient_restrictions": "",
    "smtpd_relay_restrictions": "reject",
    "smtpd_end_of_data_restrictions": "reject",
    "smtpd_discard_ehlo_keyword_address_maps": "",
}
_PRIVATE = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "saved", "trace")
# Each handshake that is refused is logged, and a refusal is what the probe asks for; so is the missing queue manager.
_TELLING = (r"(?:fatal|panic|error|warning): "
            r"(?!TLS library problem: error:\w+:SSL routines::(?:no s|unsupp|version|wrong|unk|unexp|http|tlsv1|bad))"
            r"(?!unable to look up public/qmgr)")
_FATAL = r"(?:fatal|panic): |disabling TLS support|TLS won't be enabled"


def make_instance(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description; see ``_core/change/instance.py``.

    Args:
        seen: what ``service_info`` returned for postfix.
    """
    queue = str(seen["queue_directory"])
    files = seen.get("files") or {"main": "/etc/postfix/main.cf", "master": "/etc/postfix/master.cf"}
    return {
        "command": [f"{seen['daemon_directory']}/master", "-d", "-c", "/etc/postfix"],
        "unit": str(seen.get("unit") or ""),
        "environment": {"MAIL_CONFIG": "/etc/postfix"},
        "temporary": _folders(queue),
        "remove": [f"{queue}/pid/*"],
        "edits": [
            {"kind": "edited_file", "format": "postfix_main", "path": files["main"], "values": dict(_MAIN)},
            {"kind": "edited_file", "format": "postfix_master", "path": files["master"],
             "services": _services(seen.get("entries") or ())},
        ],
        "log": LOG,
        "telling": _TELLING,
        "fatal": _FATAL,
        "prevents": {
            "The queue manager delivers queued mail": "It does not run, and the queue is empty and in memory.",
            "pickup takes local mail in": "It does not run, and maildrop is empty and in memory.",
            "Servers log to the host's mail log": "They log to a file of the test instance.",
        },
    }


def _folders(queue: str) -> list[dict[str, str]]:
    rows = [{"path": f"{queue}/{name}", "owner": "postfix", "group": "root", "mode": "0700"} for name in _PRIVATE]
    rows.append({"path": queue + "/maildrop", "owner": "postfix", "group": "postdrop", "mode": "1730"})
    # The queue manager of the running Postfix waits for its wake-up call in here.
    rows.append({"path": queue + "/public", "owner": "postfix", "group": "postdrop", "mode": "2710"})
    rows.append({"path": "/var/lib/postfix", "owner": "postfix", "group": "postfix", "mode": "0755"})
    return rows


def _services(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Take out what moves mail, and what a server would ask of a network; the log needs its own service."""
    rows: list[dict[str, Any]] = [
        {"service": name, "type": kind, "state": "absent"}
        for name in ("pickup", "qmgr") for kind in ("unix", "fifo")
    ]
    for entry in entries:
        if entry["options"].get("smtpd_milters"):
            rows.append({"service": entry["service"], "type": entry["type"], "command": entry["command"],
                         "options": {"smtpd_milters": None}})
    rows.append({"service": "postlog", "type": "unix-dgram", "command": "postlogd", "private": "n", "chroot": "n",
                 "limit": "1"})
    return rows
