# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of slapd's configuration, and that no secret of it is returned."""

from __future__ import annotations

import json

from ansible_collections.intransit.tls.plugins.module_utils._core.format import ldif
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import openldap

CONFIG = """dn: cn=config
olcSecurity: simple_bind=64
olcTLSCertificateFile: /c.pem
olcTLSCertificateKey;binary:: c2VjcmV0LWtleQ==

dn: olcDatabase={0}config,cn=config
olcRootPW: secret-root
olcSyncrepl: {0}rid=001 provider=ldaps://b.example.org bindmethod=simple credentials=secret-one

dn: olcDatabase={1}mdb,cn=config
olcDbDirectory: /var/lib/ldap
olcSuffix: dc=example,dc=org
olcSecurity: ssf=1
olcSyncrepl: {0}rid=002 provider="ldap://a.example.org:389" starttls=yes credentials=secret-two
olcSyncrepl: {1}rid=003 provider=ldap://c.example.org starttls=critical credentials=secret-three
"""


def test_what_counts_is_returned_and_secrets_are_not() -> None:
    found = openldap._configuration(ldif.read(CONFIG))
    assert found["global"] == {"olcTLSCertificateFile": ["/c.pem"], "olcSecurity": ["simple_bind=64"]}
    assert found["inline_certificates"] == ["olcTLSCertificateKey;binary"]
    assert found["databases"][1] == {
        "dn": "olcDatabase={1}mdb,cn=config", "suffix": ["dc=example,dc=org"], "security": ["ssf=1"],
        "directory": "/var/lib/ldap"}
    assert found["config_replicated"] is True
    assert [(row["provider"], row["encrypted"]) for row in found["replication"]] == [
        ("ldaps://b.example.org", True), ("ldap://a.example.org:389", False), ("ldap://c.example.org", True)]
    assert "secret" not in json.dumps(found)


def test_a_host_without_any_configuration() -> None:
    found = openldap._configuration(())
    assert found["global"] == {} and found["databases"] == [] and found["config_replicated"] is False
