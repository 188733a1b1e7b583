#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look at endpoints over the wire: whether plaintext is refused, and what TLS offers there."""

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_info
short_description: Report over the wire whether plaintext is refused and what TLS offers
version_added: 0.1.0
description:
  - Connects to many endpoints at once and reports what each of them does with plaintext, which protocol versions it
    accepts and why it refuses the others, what it offers that a policy forbids, and the certificate it serves.
  - Speaks SSL 2.0 to TLS 1.3 by itself, with every registered cipher suite and group, so that the answer does not
    depend on the TLS library of the host that probes.
  - Observes and does not judge. It fails only because of invalid options, never because of what it observes.
  - A server that closes, resets or says nothing has not refused. Such an answer counts only when it repeats between
    two handshakes that succeed; otherwise it is listed in RV(endpoints[].undecided).
  - Needs nothing but Python's standard library on the host that probes.
author:
  - the intransit.tls contributors (@intransit-tls)
extends_documentation_fragment:
  - intransit.tls.policy
  - intransit.tls.reads_only
requirements:
  - idna (Debian package python3-idna) on the host that it runs on, only for host names outside ASCII
options:
  endpoints:
    description: Endpoints to observe. One of O(endpoints) and O(resolver_files) is required.
    type: list
    elements: dict
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
        description:
          - Name to ask for (SNI). Default is O(endpoints[].host) if that is a name.
          - For V(xmpp) the domain that the server serves.
        type: str
      address:
        description: Address to connect to instead of resolving O(endpoints[].host).
        type: str
      path:
        description: Path to ask of an C(https) or C(http) server.
        type: str
        default: /
      pages:
        description:
          - Pages of an C(https) or C(http) server to look at, login pages for example. Each is the name of an application, or a
            dictionary with C(path) or C(preset), and optionally C(login) (default true) and C(session_cookies), names of cookies that
            hold a session (with C(*) and C(?)). At most 20.
          - Applications are C(civicrm), C(kopano_webapp), C(nextcloud), C(phpldapadmin), C(roundcube), C(typo3) and C(wordpress).
          - Over C(https) redirects are followed on the same host and port, at most six. Over C(http) none is.
        type: list
        elements: raw
      policy:
        description: Name of this endpoint's policy, a key of O(policies) or a profile. Default is O(policy).
        type: str
      depth:
        description: Depth of this endpoint. Default is O(depth).
        type: str
        choices: [policy, full]
      ca_file:
        description: PEM file with the roots to verify this endpoint's chain and name against.
        type: path
      proxy_protocol:
        description:
          - Version of the PROXY protocol that the server expects from the load balancer in front of it.
          - If set, each connection begins with a PROXY line that has the addresses of this very connection in it.
        type: str
        choices: [v1]
      unprobed:
        description:
          - Reason why this endpoint cannot be probed from this host. If set, no connection is made, and the reason is reported instead.
        type: str
  policies:
    description: Policies by the names that O(endpoints[].policy) uses; each a profile of its own as in O(policy).
    type: dict
    default: {}
  depth:
    description:
      - V(policy) proves or refutes a policy with ten to twelve connections to each endpoint. For each rule one
        handshake that offers everything the policy forbids has to be refused, and one that offers what it allows has
        to succeed.
      - V(full) enumerates everything - every suite of every version in the server's order, groups, signature schemes,
        a certificate for each kind of key, resumption, renegotiation and more. It takes about as many connections as
        suites are accepted, and thirty more.
    type: str
    default: policy
    choices: [policy, full]
  parts:
    description:
      - Parts of a probe of depth V(full). V(suites) is always part of it.
      - V(plaintext) is the plaintext test. V(schemes) are signature schemes. V(details) are resumption, renegotiation,
        ALPN, SNI, fallback, early data and, for https, HTTP. V(flaws) are Heartbleed, CCS injection and ROBOT, asked in
        ways that do no harm.
    type: list
    elements: str
    default: [plaintext, suites, groups, schemes, details, flaws]
    choices: [plaintext, suites, groups, schemes, details, flaws]
  budget:
    description:
      - Highest number of connections to one endpoint. Parts that are not done then are named in RV(endpoints[].undecided).
      - Default is 200 for V(policy) and 1000 for V(full), but never more than 50 for V(mysql) on another host,
        because such servers block a host after a hundred unfinished handshakes.
    type: int
  estimate:
    description: Make no connection; return RV(estimate) only.
    type: bool
    default: false
  resolver_files:
    description:
      - Files in the form of C(/etc/resolv.conf). The name servers that they name are asked whether they validate DNSSEC, which DANE depends on.
      - Run it on the host whose name servers are meant. The files of its Postfix are in C(services.postfix.resolver_files) of
        M(intransit.tls.service_info).
    type: list
    elements: path
  timeout:
    description: Seconds for one connection, from connecting to the last answer.
    type: float
    default: 10
  concurrency:
    description: Connections at once over all endpoints. To one endpoint there are never more than four.
    type: int
    default: 128
  check_trust:
    description: Also verify the chain and the name with the TLS library of the host that probes.
    type: bool
    default: false
  ca_file:
    description: PEM file with the roots for O(check_trust). Default is the host's own store.
    type: path
  addresses:
    description: For a name with several addresses, V(first) probes the first that answers, V(all) each of them.
    type: str
    default: first
    choices: [first, all]
notes:
  - Run it on the controller (C(delegate_to=localhost)) for the outside view. Run it on the server itself if rate
    limits or intrusion detection would count the connections; both usually exempt the host's own address.
  - The client random of every ClientHello reads C(intransit.tls endpoint_info look), so that its connections
    can be recognised on the network.
seealso:
  - module: intransit.tls.certificate_info
  - module: intransit.tls.service_info
"""

EXAMPLES = r"""
- name: Does the web server refuse plaintext, and does it keep to the policy?
  intransit.tls.endpoint_info:
    endpoints:
      - host: www.example.org
      - host: www.example.org
        protocol: http
    policy: intermediate
  delegate_to: localhost
  register: seen

- name: Check that plaintext is refused
  ansible.builtin.assert:
    that: item.plaintext.refused is true
    fail_msg: "{{ item.plaintext.detail }}"
  loop: "{{ seen.endpoints }}"
  loop_control:
    label: "{{ item.host }}:{{ item.port }}"
"""

RETURN = r"""
estimate:
  description: >-
    How many C(connections) it takes as a rule, how many at most (C(most)), and about how many C(seconds) on a near network.
  returned: always
  type: dict
resolver:
  description:
    - C(validating) is true if every name server validates DNSSEC, C(local) is true if all are on the host itself.
    - C(servers) has C(address), C(file) (that names it), C(validating) (null if it gave no usable answer) and C(reason) of each.
  returned: with O(resolver_files)
  type: dict
endpoints:
  description:
    - One entry for each endpoint, in the order asked; every entry has all keys.
    - With O(addresses=all) one entry for each address. With O(estimate=true) none.
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
      description: Name that was asked for, null for none.
      type: str
    address:
      description: Address that was connected to.
      type: str
    vantage:
      description: V(same_host) or V(remote). Servers often treat connections from their own host differently.
      type: str
    depth:
      description: As asked.
      type: str
    reachable:
      description: Whether a connection stood.
      type: bool
    error:
      description: Why nothing, or no TLS, could be observed; else null.
      type: str
    unprobed:
      description: Why no connection was made, as the endpoint's own O(endpoints[].unprobed) says; null if one was tried.
      type: str
    proxy_protocol:
      description: Version of the PROXY protocol that each connection began with, null for none.
      type: str
    undecided:
      description: Names of tests without a clear result. Their subject was neither accepted nor refused.
      type: list
      elements: str
    connections:
      description: How many connections it took.
      type: int
    plaintext:
      description: >-
        What the server does with plaintext. C(refused) is null without a clear result. C(how) is one of tls_only,
        redirect_permanent, redirect_temporary, redirect_plaintext, served, error_status, closed, tcp_refused,
        starttls_required, silent, accepted, offered, not_applicable, undecided. C(detail) is a sentence and
        C(transcript) the conversation; the credentials that are tried are made up, and masked all the same.
      type: dict
    protocols:
      description: >-
        For each of SSLv2, SSLv3, TLSv1, TLSv1.1, TLSv1.2 and TLSv1.3 whether it is C(accepted), the C(cause), the
        C(alert) that refused it and a sentence in C(detail).
      type: dict
    suites:
      description: IANA names of suites seen, for each version.
      type: dict
    suites_complete:
      description: For each version whether RV(endpoints[].suites) is everything the server has.
      type: dict
    server_preference:
      description: For each version whether the server's order of suites decides; null for one with a single suite, or without a clear result.
      type: dict
    groups:
      description: Key exchange groups seen, with O(depth=full) in the server's order if it shows one.
      type: list
      elements: str
    groups_complete:
      description: Whether RV(endpoints[].groups) is everything the server has; null if it was not enumerated.
      type: bool
    signature_schemes:
      description: Signature schemes seen.
      type: list
      elements: str
    signature_schemes_complete:
      description: Whether these are all; null if it was not enumerated.
      type: bool
    rules:
      description: >-
        One entry for each complement handshake with C(id) (forbidden_suites, phased_out, forbidden_groups), C(version),
        how much was C(offered), whether all of it was C(refused), what of it was C(accepted), and the C(cause).
      type: list
      elements: dict
    certificates:
      description: The chain as served, leaf first, each with C(position), C(pem) and C(sha256).
      type: list
      elements: dict
    certificates_by_type:
      description: With O(depth=full), one chain for each kind of key (rsa, ecdsa, dsa, ed25519, ed448).
      type: dict
    trust:
      description: >-
        With O(check_trust), C(checked), C(trusted), C(name_matches) and the library's C(reason).
      type: dict
    stapling:
      description: Whether an OCSP response was C(stapled), and its C(status).
      type: dict
    compression:
      description: Whether TLS compression was taken up when offered.
      type: bool
    renegotiation:
      description: Whether renegotiation is C(secure), and whether a client may start one (C(client_initiated)).
      type: dict
    extended_master_secret:
      description: Whether TLS 1.2 and older use the extended master secret.
      type: bool
    encrypt_then_mac:
      description: Whether CBC suites use encrypt-then-MAC.
      type: bool
    dh_bits:
      description: Size of the smallest Diffie-Hellman prime that was sent.
      type: int
    fallback_scsv:
      description: Whether a fallback to an older version is refused when the client signals it (RFC 7507).
      type: bool
    tickets:
      description: Session resumption by C(tls12_ticket), C(tls12_session_id), C(tls13_ticket), with C(count) and C(lifetime).
      type: dict
    early_data:
      description: Whether tickets of TLS 1.3 allow early data.
      type: bool
    alpn:
      description: Application protocols the server picks, in its order. Null if they were not asked for.
      type: list
      elements: str
    sni:
      description: >-
        What a client gets C(without) a server name, and with an C(unknown) one (same_certificate, other_certificate,
        refused).
      type: dict
    vulnerabilities:
      description: C(heartbleed), C(ccs_injection) and C(robot), null without a clear result.
      type: dict
    client_certificate:
      description: Whether a client certificate is C(requested) and C(required), and C(ca_names), the issuers asked for.
      type: dict
    starttls:
      description: Whether an upgrade is C(offered) and text injected before it is C(injection_refused).
      type: dict
    http:
      description: >-
        The answer to one GET, behind TLS for C(https) and in plaintext for C(http), with C(status), C(location), some
        C(headers), C(hsts) and C(redirect). In C(hsts), C(problem) says why browsers ignore the header. Null if there
        was no answer.
      type: dict
    pages:
      description: >-
        One entry for each of O(endpoints[].pages), with C(path), C(preset), C(login), and C(answers), every answer on the way with
        C(url), C(status), C(location), C(hsts) and C(cookies) (C(name), C(secure), C(http_only), C(same_site), C(session) and C(removed),
        never the value). C(ends) is V(page), V(elsewhere), V(in_clear) or V(unread), C(reason) says why it was not read,
        C(in_clear) is an http URL that it leads to, C(forms) and C(loads) are http URLs that its forms and its scripts, styles and frames
        name, and C(asks_password) says whether it has a field for a password. Of C(http), C(plaintext) says what became of the
        request, and C(same_host) whether a redirect stays on the host. URLs are without their queries.
      type: list
      elements: dict
  sample:
    - host: www.example.org
      port: 443
      protocol: https
      reachable: true
      plaintext:
        refused: true
        how: error_status
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.argspec import make_policy_argument
from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._ansible.rows import Rows
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_error
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import PARTS, PROTOCOLS, PROXY_PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Observation
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.dnssec import ask_resolver
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import estimate, observe_many

ENDPOINT = dict(
    host=dict(type="str", required=True),
    protocol=dict(type="str", default="https", choices=list(PROTOCOLS)),
    port=dict(type="int"),
    server_name=dict(type="str"),
    address=dict(type="str"),
    path=dict(type="str", default="/"),
    pages=dict(type="list", elements="raw"),
    policy=dict(type="str"),
    depth=dict(type="str", choices=["policy", "full"]),
    ca_file=dict(type="path"),
    proxy_protocol=dict(type="str", choices=list(PROXY_PROTOCOLS)),
    unprobed=dict(type="str"),
)


def look(given: dict[str, Any], rows: Rows) -> dict[str, Any]:
    """Return the module's result for its options, with every endpoint put into ``rows`` as soon as it is known."""
    endpoints, files = given["endpoints"] or [], given["resolver_files"]
    cost = estimate(endpoints, given["depth"], given["parts"], given["budget"])
    if not given["estimate"]:
        for place, seen in observe_many(
            endpoints, depth=given["depth"], policy=given["policy"], policies=given["policies"],
            timeout=given["timeout"],
            concurrency=given["concurrency"], check_trust=given["check_trust"], ca_file=given["ca_file"],
            all_addresses=given["addresses"] == "all", parts=given["parts"], budget=given["budget"],
        ):
            _put(rows, place, seen)
    asked = {} if files is None or given["estimate"] else {"resolver": ask_resolver(files)}
    return {"estimate": cost, "endpoints": rows, **asked}


def _put(rows: Rows, place: int, seen: Observation) -> None:
    """Keep one endpoint; what has no form in JSON is an error of this endpoint alone."""
    try:
        rows.put(place, seen.to_dict())
    except Exception as error:
        rows.put(place, {
            "host": seen.host, "port": seen.port, "protocol": seen.protocol, "server_name": seen.server_name,
            "reachable": False, "error": f"What was observed cannot be written down: {show_error(error)}.",
        })


def main() -> None:
    """Arguments, one call, exit."""
    module = AnsibleModule(
        argument_spec=dict(
            endpoints=dict(type="list", elements="dict", options=ENDPOINT),
            resolver_files=dict(type="list", elements="path"),
            policies=dict(type="dict", default={}),
            depth=dict(type="str", default="policy", choices=["policy", "full"]),
            parts=dict(type="list", elements="str", default=list(PARTS), choices=list(PARTS)),
            budget=dict(type="int"),
            estimate=dict(type="bool", default=False),
            timeout=dict(type="float", default=10),
            concurrency=dict(type="int", default=128),
            check_trust=dict(type="bool", default=False),
            ca_file=dict(type="path"),
            addresses=dict(type="str", default="first", choices=["first", "all"]),
            **make_policy_argument(),
        ),
        required_one_of=[("endpoints", "resolver_files")],
        supports_check_mode=True,
    )
    finish(module, lambda: look(module.params, Rows()))


if __name__ == "__main__":
    main()
