#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Add records to a zone and remove them by RFC 2136, idempotently."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dns_update
short_description: Add and remove CAA, TLSA and TXT records by dynamic update
version_added: 0.2.0
description:
  - Asks the primary name server what it has, and sends the difference in one update that is signed with a key (RFC 2136, TSIG).
  - Other records of the same name and type stay as they are.
  - Asks the server again afterwards, and fails if it does not have what it took.
  - The playbook C(dns) uses it with C(tls_dns_update), and decides what comes and what goes. See C(docs/dns.md) of this collection.
author:
  - the intransit.tls contributors (@intransit-tls)
requirements:
  - dnspython 2.3 or later (Debian package python3-dnspython) on the host that it runs on
attributes:
  check_mode:
    support: full
    description: The server is asked, and nothing is sent to change it.
  diff_mode:
    support: none
    description: The result names the records.
options:
  server:
    description: Address of the primary name server.
    type: str
    required: true
  port:
    description: Its port.
    type: int
    default: 53
  zone:
    description: The zone to change. If empty, the server is asked which zone the first record belongs to.
    type: str
    default: ''
  key_name:
    description: Name of the key.
    type: str
    required: true
  key_secret:
    description: Its secret in base64.
    type: str
    required: true
  key_algorithm:
    description: Its algorithm.
    type: str
    default: hmac-sha256
    choices: [hmac-sha224, hmac-sha256, hmac-sha384, hmac-sha512]
  timeout:
    description: Seconds for each answer of the server.
    type: float
    default: 10
  records:
    description: Sets of records.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Full name.
        type: str
        required: true
      type:
        description: Type of the records.
        type: str
        required: true
        choices: [CAA, TLSA, TXT]
      ttl:
        description: Seconds for which resolvers keep records that are added.
        type: int
        default: 3600
      add:
        description: Records that have to be there, as zone files have them.
        type: list
        elements: str
        default: []
      remove:
        description: Records that must not be there.
        type: list
        elements: str
        default: []
seealso:
  - module: intransit.tls.dns_info
"""

EXAMPLES = r"""
- name: Publish the key of the next certificate
  intransit.tls.dns_update:
    server: 192.0.2.53
    zone: example.org
    key_name: dane
    key_secret: "{{ vault_dane_secret }}"
    records:
      - name: _25._tcp.mail.example.org
        type: TLSA
        add: ["3 1 1 {{ next_key_sha256 }}"]
"""

RETURN = r"""
added:
  description: Records that were added, or would be in check mode.
  returned: success
  type: list
  elements: str
removed:
  description: Records that were removed, or would be in check mode.
  returned: success
  type: list
  elements: str
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._edge.dns.update import (
    ALGORITHMS,
    KINDS,
    Server,
    sync_records,
)


def sync(given: dict[str, Any], write: bool) -> dict[str, Any]:
    """Return the module's result for its options."""
    key = {name: given["key_" + name] for name in ("name", "secret", "algorithm")}
    server = Server(given["server"], given["port"], given["zone"], given["timeout"], key)
    return sync_records(server, given["records"], write)


def main() -> None:
    """Arguments, one call, exit."""
    record = dict(
        name=dict(type="str", required=True),
        type=dict(type="str", required=True, choices=list(KINDS)),
        ttl=dict(type="int", default=3600),
        add=dict(type="list", elements="str", default=[]),
        remove=dict(type="list", elements="str", default=[]),
    )
    module = AnsibleModule(
        argument_spec=dict(
            server=dict(type="str", required=True),
            port=dict(type="int", default=53),
            zone=dict(type="str", default=""),
            key_name=dict(type="str", required=True, no_log=False),
            key_secret=dict(type="str", required=True, no_log=True),
            key_algorithm=dict(type="str", default="hmac-sha256", choices=list(ALGORITHMS), no_log=False),
            timeout=dict(type="float", default=10),
            records=dict(type="list", elements="dict", required=True, options=record),
        ),
        supports_check_mode=True,
    )
    finish(module, lambda: sync(module.params, not module.check_mode))


if __name__ == "__main__":
    main()
