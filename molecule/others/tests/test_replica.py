# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""A replica that was set to TLS as the refusal says gets what is new in the provider's directory."""

from __future__ import annotations

import os
import time
from typing import Any

import testinfra

testinfra_hosts = ["ansible://provider"]
ENTRY = "dn: uid=new,dc=example,dc=test\\nobjectClass: account\\nuid: new\\n"


def test_a_new_entry_arrives(root: Any) -> None:
    inventory = os.environ["MOLECULE_INVENTORY_FILE"]
    replica = testinfra.get_host(f"ansible://web13?ansible_inventory={inventory}", sudo=True)
    added = root.run(f"printf '{ENTRY}' | ldapadd -x -H ldapi:/// -D cn=admin,dc=example,dc=test -w adminpw")
    assert added.rc in (0, 68), added  # 68: it is there already
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if "uid: new" in replica.run("slapcat -a '(uid=new)'").stdout:
            return
        time.sleep(1)
    raise AssertionError(replica.run("journalctl -u slapd -n 20 --no-pager").stdout)
