# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``apache_sites``: one file with a TLS site for each of several plain virtual hosts.

Keys: ``path``; ``head``, the TLS settings of every site; ``sites``, each with ``key`` (of the plain virtual host),
``server_name`` and ``addresses``; ``replaced``, parts of their lines to write anew.  What Apache prints of its
configuration is read on the host and stays there: what a site holds, passwords included, does not travel through a
play, and a diff shows names, the TLS settings, size and checksum.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.change import diff
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import VirtualHost
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.host import read_configuration
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.pages import pages_of
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.site import write_tls_site
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind, find_ownership
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.answers import drive

_FIRST = "# Made by intransit.tls from the plain virtual hosts of this server; a change made here is lost.\n"
_SITE = re.compile(r"(?m)^<VirtualHost ([^>\n]*)>\n  ServerName (.*)$")


class ApacheSitesKind(FileKind):
    """TLS sites of plain virtual hosts."""

    name = "apache_sites"
    required = ("path", "head", "sites")
    optional = ("replaced",)

    def plan(self, change: Change, before: State) -> State:
        made = [_FIRST]
        config = drive(read_configuration())
        hosts = {host.key: host for host in config.vhosts}
        strictest = 0o644
        for site in change["sites"]:
            host = hosts.get(str(site["key"]))
            if host is None:
                raise TransactionError(f"The virtual host at {site['key']} is gone; run again.")
            # Not readable by more people than any file that a line of it comes from.
            for file in _sources(host):
                strictest &= stat.S_IMODE(os.stat(file).st_mode) if os.path.exists(file) else 0o600
            made.append(f"# from {host.section.place}\n")
            addresses = [str(address) for address in site["addresses"]]
            made.append(write_tls_site(
                host, config, addresses, str(site["server_name"]), str(change["head"]), change.get("replaced") or ()))
        wanted = find_ownership({**change, "mode": f"{strictest:04o}"}, before)
        return State(wanted, "".join(made).encode("utf-8", "surrogateescape"))

    def shown(self, change: Change, before: State, after: State) -> tuple[Sequence[str], Sequence[str]]:
        return _described(change, before), _described(change, after)

    def pages(self, identity: Mapping[str, Any], after: State) -> Mapping[str, Sequence[str]]:
        return pages_of((after.content or b"").decode("utf-8", "replace"))


def _sources(host: VirtualHost) -> set[str]:
    """Return every file that a line of the virtual host comes from."""
    places = [host.section.place, *(item.place for item in host.block.directives())]
    return {path for place in places for path in (place.file, place.defined_in) if path}


def _described(change: Change, state: State) -> list[str]:
    """Return the sites of a file made here, their TLS settings if they are those of ``change``, and its size."""
    text = (state.content or b"").decode("utf-8", "replace")
    settings = ["  " + line for line in str(change["head"]).strip().split("\n")]
    sites = [f"site {name} at {address}" for address, name in _SITE.findall(text)]
    return sites + (settings if "\n".join(settings) in text else []) + diff.summary_of(state)
