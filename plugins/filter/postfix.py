# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter of the role postfix: what Postfix is to be told."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import compile_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix import plan as postfix


def postfix_settings(seen: Mapping[str, Any], policy: Any, options: Mapping[str, Any]) -> Dict[str, Any]:
    """Return what the templates and the contract of the role postfix take; see postfix_settings.yml."""
    if not seen.get("installed"):
        raise AnsibleFilterError(
            "Postfix is not installed on this host yet, so its settings cannot be worked out; check mode does not "
            "install it, run without it once."
        )
    library = seen.get("tls_library")
    if not library or library.get("name") != "openssl":
        raise AnsibleFilterError("Postfix is not linked to OpenSSL here, so its settings cannot be written.")
    try:
        resolved = resolve(policy=policy)
        compiled = compile_openssl(resolved, str(library["version"]))
        openssl = {
            "cipher_string": compiled.explicit_cipher_string, "ciphersuites": compiled.ciphersuites,
            "groups": compiled.groups, "sigalgs": compiled.sigalgs,
        }
        return {**postfix.settings(resolved, openssl, seen, options), "openssl": openssl}
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    """Ansible's way in."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"postfix_settings": postfix_settings}
