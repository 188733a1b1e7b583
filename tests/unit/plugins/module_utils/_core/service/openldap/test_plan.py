# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of OpenLDAP: options that are refused, and what its plan hands over."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans


@pytest.mark.parametrize("changed", [
    {"starttls": "maybe"}, {"client_certificate": "maybe"}, {"ldap_conf_reqcert": "yes"}, {"min_ssf": 512},
    {"client_ca_file": "ca.pem"}, {"ldap_conf_ca_file": "/a b"},
])
def test_what_cannot_be_written_is_refused(changed: dict[str, Any]) -> None:
    ((name, value),) = changed.items()
    with pytest.raises(OptionError, match="openldap_tls_" + name):
        plans.needs_of("openldap", {"openldap_tls_" + name: value})
