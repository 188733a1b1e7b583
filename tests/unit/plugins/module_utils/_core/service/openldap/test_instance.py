# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The test instance of slapd has the real listeners and no database."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import read_instance
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap.instance import make_instance


def test_databases_are_empty_folders_of_the_same_owner() -> None:
    seen = {"user": "ldap", "group": "ldap", "folder": "/srv/slapd.d",
            "databases": [{"dn": "olcDatabase={0}config,cn=config"},
                          {"dn": "olcDatabase={1}mdb,cn=config", "directory": "/var/lib/ldap"}]}
    made = read_instance(make_instance(seen, ["ldap:///", "ldapi:///"]))
    assert made.command[made.command.index("-h") + 1] == "ldap:/// ldapi:///"
    assert made.command[-1] == "/srv/slapd.d"
    assert [(row.path, row.owner) for row in made.temporary] == [("/run/slapd", "ldap"), ("/var/lib/ldap", "ldap")]
    assert "syncrepl changes a database" in made.prevents
