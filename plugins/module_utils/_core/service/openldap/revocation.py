# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Revoked client certificates in slapd: with OpenSSL the list stands in the file of the CA, with GnuTLS in its own.

(OpenLDAP 2.5 and 2.6: slapd-config(5), olcTLSCRLCheck and olcTLSCRLFile.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service import revocation
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import Wanted


@dataclass(frozen=True)
class Checked:
    """What slapd needs to check a list, or to stop checking one."""

    changes: tuple[Mapping[str, Any], ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def decide(wanted: Wanted, ca_file: str, verify: str) -> Checked:
    """Return what is changed.

    Args:
        wanted: what the pack was given.
        ca_file: the authorities of the clients; empty if there are none.
        verify: olcTLSVerifyClient.
    """
    path, present = revocation.find_path(wanted), wanted.seen["global"]
    openssl = wanted.library() == "openssl"
    form = {"any_authority": True, **({"with_authorities": True} if openssl else {})}
    changes = revocation.list_changes(wanted, ca_file if verify in ("try", "demand") else "", **form)
    if not changes:
        places = (("olcTLSCRLCheck", "olcTLSCACertificateFile"), ("olcTLSCRLFile", "olcTLSCRLFile"))
        own = [name for name, file in places if path in present.get(file, ())]
        return Checked(attributes=dict.fromkeys(own))
    if openssl:
        return Checked(tuple(changes), {"olcTLSCACertificateFile": path, "olcTLSCRLCheck": "peer"})
    return Checked(tuple(changes), {"olcTLSCRLFile": path}, (
        "slapd with GnuTLS still accepts good clients if its revocation list ended: it does not notice that newer "
        "revocations are missing. The playbook intransit.tls.renew renews the list in time.",))
