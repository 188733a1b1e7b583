# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a client, as one search."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.lookups import Lookup, read_lookup


@pytest.mark.parametrize(("kind", "section", "text", "wanted"), [
    ("sssd", "domain/a", "[domain/a]\nldap_uri = ldap://x:389\nldap_id_use_start_tls = True\nldap_tls_cacert = /ca\n"
     "ldap_search_base = dc=x?subtree?\nldap_default_bind_dn = cn=a\nldap_default_authtok = p w\n[domain/b]\nldap_uri = ldap://y\n",
     Lookup("ldap://x:389", True, "dc=x", "/ca", "cn=a", "p w")),
    ("saslauthd_ldap", "", "ldap_servers: ldap://a/ ldap://b/\nldap_bind_dn: cn=a\nldap_bind_pw: p\n",
     Lookup("ldap://a", False, "", "", "cn=a", "p")),
    ("dovecot_ldap", "", "hosts = x:389\ntls = yes\nbase = dc=x\n", Lookup("ldap://x:389", True, "dc=x")),
    ("courier_ldap", "", "LDAP_URI\tldap://x\nLDAP_TLS 1\nLDAP_BASEDN o=x\n", Lookup("ldap://x", True, "o=x")),
    ("saslauthd_ldap", "", "", Lookup("ldap://localhost", False)),
    ("dovecot_blocks", "passdb ldap", "ldap_base = dc=x\nldap_auth_dn = cn=a\nldap_auth_dn_password = p\npassdb ldap {\n"
     "ldap_uris = ldap://x\nldap_starttls = yes\nldap_base = dc=y\n}\nuserdb ldap {\nldap_base = dc=z\n}\n",
     Lookup("ldap://x", True, "dc=y", "", "cn=a", "p")),
])
def test_what_each_client_asks(kind: str, section: str, text: str, wanted: Lookup) -> None:
    assert read_lookup(kind, text, section) == wanted


def test_what_counts_if_no_setting_says_it() -> None:
    assert read_lookup("sssd", "[a]\nldap_uri = ldap://x\n", "a", by_default=True).starttls
    assert not read_lookup("sssd", "[a]\nldap_uri = ldap://x\nldap_id_use_start_tls = false\n", "a", by_default=True).starttls
