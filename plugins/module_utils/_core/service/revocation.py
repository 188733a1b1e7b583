# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Revoked client certificates: the options of packs that can check a list, and the change that brings it.

Each service has a file of its own, so that a changed list is a change of that service and its daemon is activated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import Wanted

WANTED = "{{ tls_crl | default(tls_revoked | default([]) | length > 0) }}"
"""Whether lists are checked unless a role's own option says so; in Jinja."""
OPTIONS: tuple[Option, ...] = (
    Option(
        name="client_crl", type="bool", default=False, default_from=WANTED,
        description=("Whether client certificates are held against a revocation list, if they are asked for. Default: "
                     "C(tls_crl), or V(true) if C(tls_revoked) names a certificate.",
                     "A list that ends locks every client out. Run the playbook C(intransit.tls.renew) every few "
                     "hours.")),
    Option(
        name="client_crl_file", type="path", default="",
        description=("Path on the host to the revocation lists (PEM) of the authorities of client certificates. If "
                     "empty, the list of the private CA, which the role brings and renews.",)),
)


def find_path(wanted: Wanted) -> str:
    """Return the file of the service's own revocation list, whether one is checked or not."""
    return f"{wanted.certificates.root.rstrip('/')}/{wanted.service}.crl.pem"


def list_changes(wanted: Wanted, ca_file: str, **form: bool) -> list[Mapping[str, Any]]:
    """Return the change that brings the list; none if none is checked.

    Args:
        wanted: what the pack was given.
        ca_file: the authorities of the clients, a path on the host; empty if no certificates are asked for.
        form: ``with_authorities`` and ``any_authority`` of the kind ``revocation_list``.
    """
    path, source = find_path(wanted), str(wanted.options["client_crl_file"])
    if not wanted.options["client_crl"] or not ca_file:
        return []
    # Without a source the role adds the content: the list of the private CA, from the controller.
    own = {"source": source} if source else {}
    return [{"kind": "revocation_list", "path": path, "ca_file": ca_file, **own, **form}]
