# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turn the copy of a Postfix into a shadow: its SMTP servers on loopback ports, and nothing that could move mail.

``postfix check`` finds no TLS error at all, and a server with a broken key goes on
without TLS in silence.  So the servers are really started, each with its own TLS and
SASL settings; whatever asks other programs (milters, policy services, tables behind
restrictions) is left out, because the shadow shall be asked about TLS alone.
"""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_main import edit
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_master import Entry, entries, written

_KEPT = re.compile(r"(smtpd|postscreen|tlsproxy)_(tls|sasl)_|tls_|smtpd_(use|enforce)_tls\Z|cyrus_sasl")
# The copy has a queue of its own, and so no socket of the real one: main() gets the whole path.
_NOT_KEPT = ("smtpd_sasl_path",)
_HELPERS = (
    ("tlsmgr", "unix", "-", "-", "n", "1000?", "1", "tlsmgr"),
    ("rewrite", "unix", "-", "-", "n", "-", "-", "trivial-rewrite"),
    # Takes a mail's envelope until the client goes away; without a queue manager nothing would ever leave.
    ("cleanup", "unix", "n", "-", "n", "-", "0", "cleanup"),
    ("anvil", "unix", "-", "-", "n", "-", "1", "anvil"),
    ("proxymap", "unix", "-", "-", "n", "-", "-", "proxymap"),
    ("proxywrite", "unix", "-", "-", "n", "-", "1", "proxymap"),
    ("postlog", "unix-dgram", "n", "-", "n", "-", "1", "postlogd"),
)
_MAIN: Mapping[str, str] = {
    "inet_protocols": "ipv4",
    "inet_interfaces": "127.0.0.1",
    "multi_instance_enable": "no",
    "multi_instance_directories": "",
    "maillog_file_prefixes": "/",
    "smtpd_milters": "",
    "smtpd_peername_lookup": "no",
    "smtpd_client_event_limit_exceptions": "static:all",
    "smtpd_client_restrictions": "",
    "smtpd_helo_restrictions": "",
    "smtpd_sender_restrictions": "",
    "smtpd_recipient_restrictions": "",
    "smtpd_relay_restrictions": "reject",
    "smtpd_discard_ehlo_keyword_address_maps": "",
}


def main(text: str, values: Mapping[str, str]) -> str:
    """Return the main.cf of a shadow; ``values`` are more parameters, such as its own folders."""
    return edit(text, {**_MAIN, **values})


def master(text: str, ports: Mapping[str, str]) -> str:
    """Return the master.cf of a shadow.

    Args:
        text: the master.cf that shall be tried.
        ports: number of a port of the real one -> number of the shadow's port.  A port
            that has no server in ``text`` gets one without settings of its own.
    """
    known = entries(text)
    lines: List[str] = []
    for real, own in ports.items():
        server = _server(known, int(real))
        present = server.effective() if server is not None else {}
        options = {name: value for name, value in present.items() if _KEPT.match(name) and name not in _NOT_KEPT}
        lines.append(" ".join(["127.0.0.1:%s inet n - n - - smtpd" % own]
                              + [written(name, value) for name, value in options.items()]))
    return "\n".join(lines + [" ".join(helper) for helper in _HELPERS]) + "\n"


def _server(known: List[Entry], port: int) -> Optional[Entry]:
    """Return the entry that serves the port; behind postscreen that is ``smtpd/pass``."""
    found: Dict[str, Entry] = {entry.fields["command"]: entry for entry in known if entry.port == port}
    if "postscreen" in found:
        return next((entry for entry in known if entry.key == "smtpd/pass"), found["postscreen"])
    return found.get("smtpd")
