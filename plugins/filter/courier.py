# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter of the role courier_imap: what Courier is to be told, in the words of the library it is linked to."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls import compile_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import compile_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap import plan as courier


def courier_imap_settings(seen: Mapping[str, Any], policy: Any, options: Mapping[str, Any]) -> Dict[str, Any]:
    """Return what the contract of the role courier_imap takes; see courier_imap_settings.yml."""
    if not seen.get("installed"):
        raise AnsibleFilterError(
            "Courier is not installed on this host yet, so its settings cannot be worked out; check mode does not "
            "install it, run without it once."
        )
    library = seen.get("tls_library")
    if not library:
        raise AnsibleFilterError(
            "couriertls is linked to neither GnuTLS nor OpenSSL here, so its settings cannot be written. "
            + " ".join(seen.get("problems") or ())
        )
    try:
        resolved = resolve(policy=policy)
        compiled = _compiled(resolved, str(library["name"]), str(library["version"]))
        return courier.settings(resolved, courier.tls_values(resolved, str(library["name"]), compiled), seen, options)
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def _compiled(policy: Policy, library: str, version: str) -> Dict[str, Any]:
    if library == "gnutls":
        return {"priority": compile_gnutls(policy, version).priority}
    return {"cipher_string": compile_openssl(policy, version).cipher_string}


class FilterModule:
    """Ansible's way in."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"courier_imap_settings": courier_imap_settings}
