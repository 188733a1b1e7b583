#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Name every listening socket with its owner, and find out what it speaks."""

from __future__ import annotations

DOCUMENTATION = r"""
module: listener_info
short_description: List every listening socket with its process and protocol
version_added: 0.1.0
description:
  - Reads the listening TCP and UDP sockets from the kernel's own tables, with process, package, user and unit.
  - Connects to each TCP socket from the host itself, waits for its greeting and asks a few harmless questions. If
    M(intransit.tls.endpoint_info) knows the protocol, it is also tried without TLS. Nothing is sent to UDP sockets.
  - All sockets are asked at the same time. It takes as long as the slowest of them, usually 2 to 15 seconds.
  - It judges nothing. Use P(intransit.tls.listeners#filter) for findings about sockets that are not declared, and about
    plaintext that can be reached from outside.
  - Without root, sockets of other users have no process, and RV(complete) is false.
author:
  - the intransit.tls contributors (@intransit-tls)
extends_documentation_fragment:
  - intransit.tls.reads_only
options:
  transports:
    description: Which sockets to list.
    type: list
    elements: str
    choices: [tcp, udp]
    default: [tcp, udp]
  ask:
    description: Whether to connect to TCP sockets to recognise their protocols. If V(false), nothing is sent.
    type: bool
    default: true
  loopback:
    description: Whether to list sockets that only the host itself can reach, too.
    type: bool
    default: true
seealso:
  - plugin: intransit.tls.listeners
    plugin_type: filter
  - module: intransit.tls.endpoint_info
"""

EXAMPLES = r"""
- name: List the listening sockets
  intransit.tls.listener_info:
  become: true
  register: here

- name: Show plaintext sockets that can be reached from outside
  ansible.builtin.debug:
    msg: "{{ item.process }} ({{ item.package }}): {{ item.detail }}"
  loop: >-
    {{ here.listeners | selectattr('reach', 'equalto', 'outside')
    | selectattr('classification', 'in', ['plaintext', 'plaintext_credentials', 'starttls_optional']) }}
  loop_control:
    label: "{{ item.address }}:{{ item.port }}"
"""

RETURN = r"""
complete:
  description: Whether the process behind every socket could be seen.
  returned: always
  type: bool
listeners:
  description: The sockets, by transport, port and address.
  returned: always
  type: list
  elements: dict
  contains:
    transport:
      description: V(tcp) or V(udp).
      type: str
    address:
      description: The address the socket is bound to.
      type: str
    port:
      description: The port.
      type: int
    reach:
      description: Networks from which that address can be reached - V(loopback), V(link_local) or V(outside).
      type: str
    pid:
      description: The process that holds the socket, the first of several.
      type: int
    process:
      description: Its name.
      type: str
    executable:
      description: Its program.
      type: str
    package:
      description: The package of that program.
      type: str
    user:
      description: The user it runs as.
      type: str
    uid:
      description: The user that the socket belongs to.
      type: int
    unit:
      description: Its systemd unit.
      type: str
    protocol:
      description: Its protocol; null if it was not recognised.
      type: str
    identified_by:
      description: How the protocol was recognised - V(greeting), V(answer), V(port) (a mere guess) or V(nothing).
      type: str
    words:
      description: First bytes of its answer, printable.
      type: str
    classification:
      description: >-
        V(tls), V(starttls_required), V(starttls_optional), V(ssh), V(redirect) (plain http that leads to https),
        V(plaintext_credentials), V(plaintext), V(unknown), or V(not_tried).
      type: str
    detail:
      description: A sentence that says why.
      type: str
    plaintext:
      description: Result of the plaintext test, as in M(intransit.tls.endpoint_info).
      type: dict
    protocols:
      description: Protocol versions of TLS that it accepts.
      type: list
      elements: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._edge.listener import list_listeners


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec=dict(
            transports=dict(type="list", elements="str", choices=["tcp", "udp"], default=["tcp", "udp"]),
            ask=dict(type="bool", default=True),
            loopback=dict(type="bool", default=True),
        ),
        supports_check_mode=True,
    )
    given = module.params
    finish(module, lambda: list_listeners(given["transports"], given["ask"], given["loopback"]))


if __name__ == "__main__":
    main()
