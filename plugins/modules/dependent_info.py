#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Report who uses plaintext ports of a host, before plaintext ends there."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dependent_info
short_description: Report who uses plaintext ports of a host
version_added: 0.2.0
description:
  - Reads the configuration of programs on the host that name one of O(ports), such as LDAP tables of Postfix, nslcd, webmail programs,
    proxies, and jobs of cron. docs/dependents.md lists all kinds.
  - Lists the clients that are connected to the ports at this moment, from the kernel's own table.
  - Files are read as text. No value of a setting is returned except host and port, so no password and no query string.
author:
  - the intransit.tls contributors (@intransit-tls)
extends_documentation_fragment:
  - intransit.tls.reads_only
options:
  ports:
    description: Ports of the host that begin in plaintext, such as 389.
    type: list
    elements: int
    required: true
  names:
    description:
      - Names and addresses by which clients know the host. Its own name, its addresses, the names of these in C(/etc/hosts), and
        loopback are known without them.
    type: list
    elements: str
    default: []
  days:
    description:
      - How many days of the daemons' own logs are read; V(0) reads none.
      - Counted are logins at Courier and Dovecot, connections to Postfix that sent mail or logged in, connections to slapd if its
        log has them, and requests in Apache's log with ports. At most 50000 lines of the journal are read.
    type: int
    default: 0
  servers:
    description: Other hosts with ports that begin in plaintext. Settings on this host that name one of them are RV(elsewhere).
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: Name of the other host, as RV(elsewhere[].server) repeats it.
        type: str
        required: true
      names:
        description: Its names and addresses. A name in a setting that is none of them is looked up on this host.
        type: list
        elements: str
        required: true
      ports:
        description: Its ports.
        type: list
        elements: int
        required: true
seealso:
  - module: intransit.tls.service_info
  - module: intransit.tls.listener_info
"""

EXAMPLES = r"""
- name: Read who uses LDAP without TLS
  intransit.tls.dependent_info:
    ports: [389]
    names: [ldap.example.org]
  register: users
"""

RETURN = r"""
dependents:
  description: Settings on the host that name one of the ports.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of configuration.
      type: str
      sample: postfix_ldap
    what:
      description: What the program does, as the beginning of a sentence.
      type: str
      sample: Postfix looks up addresses
    file:
      description: Path of the file.
      type: str
    line:
      description: Number of the line.
      type: int
    setting:
      description: Name of the setting; empty if the line is a command.
      type: str
    scope:
      description: Section of the file in which the setting stands; empty if there is none.
      type: str
    target:
      description: Scheme, host and port that the setting names.
      type: str
      sample: ldap://127.0.0.1:389
    host:
      description: Host of RV(dependents[].target).
      type: str
    port:
      description: Port of RV(dependents[].target).
      type: int
    encrypted:
      description: Whether the setting asks for TLS, for example by STARTTLS.
      type: bool
    follows:
      description: Whether the program follows a redirect from http to https.
      type: bool
    remedy:
      description: What to change in the file. C({name}) stands for the name in the server's certificate.
      type: str
    alone:
      description: Whether the setting names no other server.
      type: bool
    trusted:
      description: Whether root alone can write the file and each folder on the way to it.
      type: bool
    proxied:
      description: Whether only the proxymap service of Postfix reads the table.
      type: bool
resolved:
  description: Those of O(names) that lead to the host if it looks them up itself. Empty if there are no RV(dependents).
  returned: always
  type: list
  elements: str
elsewhere:
  description: Settings on the host that name a port of one of O(servers). Keys as in RV(dependents), and those named here.
  returned: always
  type: list
  elements: dict
  contains:
    server:
      description: The C(host) of the server.
      type: str
connections:
  description: Clients that are connected to the ports now. Whether a connection uses TLS cannot be seen in the kernel's table.
  returned: always
  type: list
  elements: dict
  contains:
    port:
      description: Port of the host.
      type: int
    peer:
      description: Address of the client.
      type: str
    process:
      description: Name of the client's process if it runs on the host.
      type: str
    count:
      description: Number of its connections.
      type: int
clients:
  description: Clients in the logs of the last O(days) days, those with the most connections without TLS first; at most 1000.
  returned: always
  type: list
  elements: dict
  contains:
    port:
      description: Port of the host.
      type: int
    peer:
      description: Address of the client.
      type: str
    plain:
      description: Number of its connections without TLS.
      type: int
    tls:
      description: Number of its connections with TLS.
      type: int
problems:
  description: Sentences about files that could not be read.
  returned: always
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._edge.dependent.look import look


def main() -> None:
    """Arguments, one call, exit."""
    module = AnsibleModule(
        argument_spec=dict(
            ports=dict(type="list", elements="int", required=True),
            names=dict(type="list", elements="str", default=[]),
            days=dict(type="int", default=0),
            servers=dict(type="list", elements="dict", default=[], options=dict(
                host=dict(type="str", required=True), names=dict(type="list", elements="str", required=True),
                ports=dict(type="list", elements="int", required=True))),
        ),
        supports_check_mode=True,
    )
    given = module.params
    finish(module, lambda: look(frozenset(given["ports"]), given["names"], given["days"], given["servers"]))


if __name__ == "__main__":
    main()
