# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``apache_sites``: one file with a TLS twin for each of several plain virtual hosts.

Keys: ``path``; ``port``; ``head``, the TLS settings of every twin; ``sites``, each with
``file``, ``line`` and ``server_name``.  The originals are read on the host and stay
there: what a site holds, passwords included, does not travel through a play.
"""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.twin import twin
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind, ownership
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files

_FIRST = "# Made by intransit.tls from the plain virtual hosts of this server; a change made here is lost.\n"


class ApacheSitesKind(FileKind):
    """TLS twins of plain virtual hosts."""

    name = "apache_sites"
    required = ("path", "port", "head", "sites")
    optional = ()

    def plan(self, change: Change, before: State) -> State:
        made = [_FIRST]
        strictest = 0o644
        for site in change["sites"]:
            source = files.read_state(str(site["file"]))
            if source.content is None:
                raise TransactionError("%s is gone; run again." % site["file"])
            # Not readable by more people than what it was made from.
            strictest &= int(source.facts["mode"])
            text = source.content.decode("utf-8", "surrogateescape")
            made.append("# from %s\n" % site["file"])
            name, head = str(site["server_name"]), str(change["head"])
            made.append(twin(text, int(site["line"]), int(change["port"]), name, head))
        wanted = dict(ownership(change, before), mode=strictest)
        return State(wanted, "".join(made).encode("utf-8", "surrogateescape"))
