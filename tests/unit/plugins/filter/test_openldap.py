# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter of the role openldap."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter.openldap import FilterModule

OPTIONS: Dict[str, Any] = dict(
    server_name="x", starttls="policy", port=389, ldaps=True, ldaps_port=636, min_ssf=128, client_certificate="policy",
    client_ca_file="", ldap_conf=False, ldap_conf_reqcert="demand", ldap_conf_ca_file="")
SEEN: Dict[str, Any] = {
    "installed": True, "tls_library": {"name": "gnutls", "version": "3.8.9"}, "folder": "/f", "services": "", "global": {}}


def test_it_hands_the_policy_on_and_turns_errors_into_sentences() -> None:
    settings = FilterModule().filters()["openldap_settings"]
    made = settings(SEEN, "modern", OPTIONS, {"fullchain": "/c", "private_key": "/k"})
    assert made["attributes"]["olcTLSCipherSuite"].startswith("NONE:+VERS-TLS1.3:+AES")
    with pytest.raises(AnsibleFilterError, match="openldap_tls_starttls"):
        settings(SEEN, "modern", dict(OPTIONS, starttls="x"), {})
