# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the service roles: what Apache is to be told, and where to look at it from."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import choice
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import compile_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service import endpoints as vantage
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache import plan as apache


def apache_settings(seen: Mapping[str, Any], policy: Any, options: Mapping[str, Any]) -> Dict[str, Any]:
    """Return what the Apache templates and contract take; see apache_settings.yml."""
    library = seen.get("tls_library")
    if not library or library.get("name") != "openssl":
        raise AnsibleFilterError("Apache's mod_ssl is not linked to OpenSSL here, so its settings cannot be written.")
    try:
        resolved = resolve(policy=policy)
        compiled = compile_openssl(resolved, str(library["version"]))
        openssl = {name: getattr(compiled, name) for name in ("cipher_string", "ciphersuites", "groups", "sigalgs")}
        return apache.settings(resolved, openssl, seen, options)
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def inside_endpoints(rows: Sequence[Mapping[str, Any]]) -> List[Dict[str, Any]]:
    """Return the endpoints as the host itself reaches them; see inside_endpoints.yml."""
    return vantage.inside(rows)


def outside_endpoints(rows: Sequence[Mapping[str, Any]], address: str) -> List[Dict[str, Any]]:
    """Return the endpoints as another machine reaches them; see outside_endpoints.yml."""
    return vantage.outside(rows, address)


def certificate_choice(
    entries: Sequence[Mapping[str, Any]],
    name: str = "",
    names: Sequence[str] = (),
    form: Optional[Mapping[str, Any]] = None,
    service: str = "",
) -> Dict[str, Any]:
    """Return the entry that a service is given; see certificate_choice.yml."""
    try:
        return choice.choose(entries, name, names, form, service)
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    """Ansible's way in."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {
            "apache_settings": apache_settings,
            "certificate_choice": certificate_choice,
            "inside_endpoints": inside_endpoints,
            "outside_endpoints": outside_endpoints,
        }
