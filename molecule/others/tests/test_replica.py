# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""A replica in plaintext was moved to TLS in the run that ended plaintext on its provider, and replication goes on."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
import testinfra

testinfra_hosts = ["ansible://provider"]
ENTRY = "dn: uid=new,dc=example,dc=test\\nobjectClass: account\\nuid: new\\n"


@pytest.fixture
def replica() -> Any:
    return testinfra.get_host(f"ansible://web13?ansible_inventory={os.environ['MOLECULE_INVENTORY_FILE']}", sudo=True)


def test_a_new_entry_arrives(root: Any, replica: Any) -> None:
    added = root.run(f"printf '{ENTRY}' | ldapadd -x -H ldapi:/// -D cn=admin,dc=example,dc=test -w adminpw")
    assert added.rc in (0, 68), added  # 68: it is there already
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if "uid: new" in replica.run("slapcat -a '(uid=new)'").stdout:
            return
        time.sleep(1)
    raise AssertionError(replica.run("journalctl -u slapd -n 20 --no-pager").stdout)


def test_the_replica_asks_for_tls_with_its_old_login(replica: Any) -> None:
    old, new = replica.run("cat /root/syncrepl-before"), replica.run("slapcat -n 0 -o ldif-wrap=no | grep -a ^olcSyncrepl:")
    assert "starttls" not in old.stdout and old.stdout.strip() in new.stdout
    added = new.stdout.strip().removeprefix(old.stdout.strip()).split()
    assert added[:2] == ["starttls=critical", "tls_reqcert=demand"] and added[2].startswith("tls_cacert=/")


def test_the_password_is_in_no_log(replica: Any) -> None:
    assert "intransit.tls.service_config" in replica.run("journalctl --no-pager").stdout.replace("ansible-", "")
    assert "replpw" not in replica.run("journalctl --no-pager").stdout


def test_the_provider_refuses_plaintext_of_the_replica(replica: Any) -> None:
    login = "-x -D cn=repl,dc=example,dc=test -w replpw -b dc=example,dc=test -s base -H ldap://mail13.molecule-others.test"
    assert replica.run(f"ldapsearch {login}").rc == 13
    assert replica.run("LDAPTLS_CACERT=$(slapcat -n 0 -o ldif-wrap=no | grep -ao 'tls_cacert=[^ ]*' | cut -d= -f2) "
                       f"ldapsearch -ZZ {login}").rc == 0
