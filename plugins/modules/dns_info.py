#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read what the DNS says about endpoints and mail domains: CAA, TLSA, MTA-STS, TLS-RPT, DNSSEC."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dns_info
short_description: Read CAA, TLSA, MTA-STS, TLS-RPT and DNSSEC of endpoints and mail domains
version_added: 0.2.0
description:
  - Asks a resolver for the records that concern the certificates of endpoints and mail domains, and fetches MTA-STS policies.
  - CAA is looked for under the name and then under its parents (RFC 8659). TLSA is looked for under the name that an alias leads to, if
    there is any (RFC 7671).
  - An MTA-STS policy is fetched over https with a verified certificate. A redirect is not followed, and at most 64 KiB are read.
  - It observes and does not judge. The playbook C(verify) judges with C(tls_dns), see C(docs/dns.md) of this collection.
  - A question without an answer (SERVFAIL, a time-out, no resolver) has the status V(error). It is never reported as V(none).
author:
  - the intransit.tls contributors (@intransit-tls)
extends_documentation_fragment:
  - intransit.tls.reads_only
requirements:
  - dnspython 2.3 or later (Debian package python3-dnspython) on the host that it runs on
options:
  endpoints:
    description: Endpoints for CAA, TLSA and DNSSEC.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: Name or address of the server.
        type: str
        required: true
      protocol:
        description: Protocol of the endpoint.
        type: str
        default: https
        choices:
          - https
          - http
          - smtp
          - submission
          - smtps
          - lmtp
          - imap
          - imaps
          - pop3
          - pop3s
          - ldap
          - ldaps
          - ftp
          - ftps
          - postgres
          - mysql
          - xmpp
          - sieve
          - nntp
          - redis
          - mongodb
          - tls
      port:
        description: TCP port. Default is the protocol's own.
        type: int
      server_name:
        description: Name that clients use. Default is O(endpoints[].host).
        type: str
  names:
    description: Names for CAA and DNSSEC.
    type: list
    elements: str
    default: []
  domains:
    description: Mail domains (the part of an address behind the @) for MX, MTA-STS and TLS-RPT.
    type: list
    elements: str
    default: []
  resolvers:
    description: Addresses of the resolvers to ask. Default is those of C(/etc/resolv.conf) on the host that it runs on.
    type: list
    elements: str
    default: []
  port:
    description: Port of the resolvers.
    type: int
    default: 53
  trust_resolvers:
    description:
      - Whether to believe the resolvers that an answer was validated by DNSSEC (the AD flag).
      - Default is V(true) if all of them have loopback addresses, otherwise V(false), because the flag can be changed on the way.
      - Set it to V(true) only if the way to the resolvers is safe.
    type: bool
  timeout:
    description: Seconds for one question, and for fetching one policy.
    type: float
    default: 5
  ca_file:
    description: PEM file with the roots to verify policy hosts against. Default is the host's own store.
    type: path
  policy_port:
    description: Port on which policy hosts are asked. RFC 8461 allows no other than V(443); another one is for tests.
    type: int
    default: 443
seealso:
  - module: intransit.tls.endpoint_info
"""

EXAMPLES = r"""
- name: Read what the DNS says about the mail exchanger
  intransit.tls.dns_info:
    endpoints:
      - host: mail.example.org
        protocol: smtp
    domains: [example.org]
  delegate_to: mail.example.org   # its resolver validates and listens on loopback
  register: seen

- name: Check that TLSA records are published and signed
  ansible.builtin.assert:
    that:
      - seen.endpoints[0].tlsa.status == 'found'
      - seen.endpoints[0].tlsa.authentic is true
"""

RETURN = r"""
endpoints:
  description: One entry for each of O(endpoints), in their order.
  returned: always
  type: list
  elements: dict
  contains:
    host:
      description: As asked.
      type: str
    port:
      description: As asked, or the protocol's own.
      type: int
    protocol:
      description: As asked.
      type: str
    server_name:
      description: As asked.
      type: str
    name:
      description: The name that was asked for. Null if the endpoint has only an address.
      type: str
    error:
      description: Why nothing could be asked; else null.
      type: str
    caa:
      description: >-
        C(status) (V(found), V(none) or V(error)), C(reason) of an error, C(records) with C(flags), C(tag) and C(value), C(found_at), the name
        that has them, and C(asked), the names that were asked for.
      type: dict
    dnssec:
      description: >-
        C(status) and C(reason) of the address; C(authentic) is true if the answer was validated, false if it was not although the resolver
        validates, and null if that is not known; C(canonical) is the name at the end of the aliases.
      type: dict
    tlsa:
      description: >-
        C(status), C(reason), C(authentic), the C(name) that was asked for, and C(records) with C(usage), C(selector), C(matching_type) and
        C(data).
      type: dict
names:
  description: One entry for each of O(names) with C(name), C(error), C(caa) and C(dnssec) as in RV(endpoints).
  returned: always
  type: list
  elements: dict
domains:
  description: One entry for each of O(domains).
  returned: always
  type: list
  elements: dict
  contains:
    domain:
      description: The mail domain.
      type: str
    error:
      description: Why nothing could be asked; else null.
      type: str
    mx:
      description: C(status), C(reason), C(authentic) and C(hosts), the best first.
      type: dict
    mta_sts:
      description: >-
        C(status) and C(reason) of the record, its C(id), the C(problem) of a record that senders do not take, and C(policy) with C(status)
        (V(found), V(invalid) or V(error)), C(problem), C(mode), C(max_age), C(mx) and C(text).
      type: dict
    tls_rpt:
      description: C(status), C(reason), C(rua), the places for reports, and the C(problem) of a record that senders do not take.
      type: dict
resolver:
  description: >-
    C(servers) that were asked, whether they are C(local), whether their AD flag is C(trusted), and whether they were seen C(validating)
    (null if they are not trusted).
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._edge.dns.ask import read_names

ENDPOINT = dict(
    host=dict(type="str", required=True),
    protocol=dict(type="str", default="https", choices=list(PROTOCOLS)),
    port=dict(type="int"),
    server_name=dict(type="str"),
)


def main() -> None:
    """Arguments, one call, exit."""
    module = AnsibleModule(
        argument_spec=dict(
            endpoints=dict(type="list", elements="dict", options=ENDPOINT, default=[]),
            names=dict(type="list", elements="str", default=[]),
            domains=dict(type="list", elements="str", default=[]),
            resolvers=dict(type="list", elements="str", default=[]),
            port=dict(type="int", default=53),
            trust_resolvers=dict(type="bool"),
            timeout=dict(type="float", default=5),
            ca_file=dict(type="path"),
            policy_port=dict(type="int", default=443),
        ),
        supports_check_mode=True,
    )
    given = module.params
    finish(module, lambda: read_names(
        given["endpoints"], given["names"], given["domains"], servers=given["resolvers"], port=given["port"],
        trusted=given["trust_resolvers"], seconds=given["timeout"], ca_file=given["ca_file"],
        https_port=given["policy_port"]))


if __name__ == "__main__":
    main()
