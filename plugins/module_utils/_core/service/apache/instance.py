# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a test instance of Apache is started, as plain data for ``service_config``.

``apache2ctl configtest`` never runs mod_ssl's own start: it accepts a key that does not
fit, suites that nothing knows, and a passphrase that nothing gives.
"""

from __future__ import annotations

from typing import Any

PID_FILE = "/run/apache2/apache2.pid"


def make_instance() -> dict[str, Any]:
    """Return the description; see ``_core/change/instance.py``."""
    return {
        "command": ["/usr/sbin/apache2ctl", "-DFOREGROUND"],
        "unit": "apache2.service",
        "temporary": ["/run/apache2"],
        # Empty ones instead: what is written to a file here is first copied as a whole, into memory.
        "remove": ["/run/*.pid", "/var/log/apache2/*.log", "/var/log/apache2/*/*.log"],
        "log": "/var/log/apache2/error.log",
        # Its ports are open before mod_ssl has read a key; the pid file is written when it has read them all.
        "ready": PID_FILE,
        "prevents": {
            "Programs behind piped logs": "They run, but write to memory only, and reach neither the network nor the "
                                          "host's log.",
            "mod_md renews certificates": "It has no network, and its store is an overlay.",
            "A request is passed to a server behind": "There is no network; the site answers 502 or 503.",
        },
    }
