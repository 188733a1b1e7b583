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


@pytest.mark.parametrize(("host", "options", "wanted"), [
    ({}, {}, [(389, False, True)]),
    ({"global": {"olcSecurity": ["ssf=128"]}}, {}, [(389, False, False)]),
    ({"global": {"olcSecurity": ["ssf=128"]}}, {"starttls": "disabled"}, [(389, True, True)]),
    ({"global": {"olcSecurity": ["ssf=0 update_ssf=64"]}}, {}, [(389, False, True)]),
    ({"services": "ldap://127.0.0.1:3890/ ldap:/// ldapi:///"}, {"starttls": "disabled"}, [(3890, False, True), (389, True, True)]),
    ({"services": "ldaps:/// ldapi:///"}, {}, []),
])
def test_where_plaintext_ends(planned: Any, host: dict[str, Any], options: dict[str, Any], wanted: list[Any]) -> None:
    plan = planned("openldap", host, **options)
    assert [(row["port"], row["closed"], row["now"]) for row in plan["ending"]] == wanted
    for row in plan["ending"]:
        assert row["server_name"] == "web.example.org" and row["ca_file"].endswith("/chain.pem")


def test_replicas_are_moved_on_request_with_what_the_host_alone_knows(planned: Any) -> None:
    rows = [{"dn": "olcDatabase={1}mdb,cn=config", "provider": provider, "encrypted": encrypted}
            for provider, encrypted in (("ldap://a", False), ("ldap://b:389", False), ("ldaps://c", True))]
    plan = planned("openldap", {"replication": rows})
    (move,) = plan["moves"]
    assert (move["kind"], move["dn"], move["providers"]) == ("syncrepl", rows[0]["dn"], ["ldap://a", "ldap://b:389"])
    assert move["ca_file"].endswith("/chain.pem") and "syncrepl" not in str(plan["changes"])
    assert planned("openldap")["moves"] == []
