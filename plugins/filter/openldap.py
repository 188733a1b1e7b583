# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter of the role openldap: what slapd and the LDAP clients of a host are to be told."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap import plan as openldap


def openldap_settings(
    seen: Mapping[str, Any], policy: Any, options: Mapping[str, Any], certificate: Mapping[str, Any]
) -> Dict[str, Any]:
    """Return what the contract of OpenLDAP takes; see openldap_settings.yml."""
    try:
        return openldap.settings(resolve(policy=policy), seen, options, certificate)
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    """Ansible's way in."""

    def filters(self) -> Dict[str, Callable[..., Any]]:
        """Return the filter by name."""
        return {"openldap_settings": openldap_settings}
