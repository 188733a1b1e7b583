#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Expand a cipher string, name every word in it that does not do what it says, and judge the rest."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cipher_list_info
short_description: Expand a cipher string, name its traps, and judge it against policies
version_added: 0.1.0
description:
  - Takes a cipher string of OpenSSL or a priority string of GnuTLS, or reads the ones that a service is configured
    with.
  - Says which suites it allows, in the library's order, how bad each is and why, and which words of the string are
    unknown,
    silently dropped, or change nothing.
  - Says what such a string decides and what it leaves to other settings, whether it stays inside a policy, and
    which string
    in the same language would.
  - If a library of the right version is installed, it is asked. Otherwise the collection's own reader answers,
    which knows the libraries of Debian 12 and Debian 13.
author:
  - the intransit.tls contributors (@intransit-tls)
extends_documentation_fragment:
  - intransit.tls.policy
  - intransit.tls.reads_only
options:
  cipher_string:
    description:
      - The string to judge.
      - With O(service) it is judged as that service's library would read it; without it, the strings that the
        service is
        configured with are judged.
    type: str
  language:
    description:
      - The language of the string.
      - V(auto) takes the language of the library that O(service) is linked to, and without a service goes by the
        string's looks.
    type: str
    choices: [auto, openssl, gnutls]
    default: auto
  service:
    description: The service whose configured strings and linked library are read.
    type: str
    choices: [apache, nginx, haproxy, postfix, exim, dovecot, courier_imap, openldap]  # generated: services
  version:
    description:
      - Version of the library, such as V(3.0.20), or V(debian12) or V(debian13) for what these releases have.
      - Defaults to the library of O(service), else to what is installed here, else to V(debian13).
    type: str
  expander:
    description:
      - How the string is expanded.
      - V(auto) asks the library if one of the right version is installed, and uses the table if not. V(library) fails
        without such a library. V(table) never asks the library.
    type: str
    choices: [auto, library, table]
    default: auto
  policies:
    description:
      - Further policies for RV(compliance), each a name or a dictionary as in O(policy).
      - Default is all profiles.
    type: list
    elements: raw
  releases:
    description: Library versions or releases that RV(difference) compares, such as V(debian12) and
      V(debian13).
    type: list
    elements: str
    default: []
notes:
  - A cipher string of OpenSSL does not decide on protocol versions and on TLS 1.3 suites. These are shown as
    V(uncontrolled)
    and not held against it.
seealso:
  - module: intransit.tls.service_info
  - module: intransit.tls.endpoint_info
"""

EXAMPLES = r"""
- name: What does this string allow, and does it suit the profile?
  intransit.tls.cipher_list_info:
    cipher_string: "HIGH:!aNULL"
    language: openssl
    policy: intermediate
  register: judged

- name: Show words that have no effect or another one
  ansible.builtin.debug:
    msg: "{{ item.token }}: {{ item.detail }}"
  loop: "{{ judged.unknown_tokens + judged.ignored_tokens }}"

- name: What slapd is configured with, in the language of the library that it is linked to
  intransit.tls.cipher_list_info:
    service: openldap
    policy: restricted

- name: Does a string mean the same on Debian 12 and Debian 13?
  intransit.tls.cipher_list_info:
    cipher_string: "HIGH:!aNULL"
    language: openssl
    expander: table
    releases: [debian12, debian13]
  delegate_to: localhost
"""

RETURN = r"""
cipher_string:
  description: The string as given or configured. With several configured ones this and the rest is about the first
    that is
    not compliant, else about the first; RV(configured) has all.
  returned: always
  type: str
added_by_service:
  description: Text that the service itself appends to the string.
  returned: always
  type: str
language:
  description: C(openssl) or C(gnutls).
  returned: always
  type: str
version:
  description: Version of the library that the expansion is for.
  returned: always
  type: str
expanded_by:
  description: The program or library that was asked, with its version, or C(table).
  returned: always
  type: str
library_agrees:
  description: Whether the collection's own reader came to the same result as the library; null if only one was
    asked.
  returned: always
  type: bool
error:
  description: The library's message if it refuses the string, else null.
  returned: always
  type: str
suites:
  description: The suites that the string allows, in the library's order.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: IANA name.
      type: str
    code_point:
      description: IANA number, such as C(0xc02f).
      type: str
    openssl:
      description: OpenSSL's name, null if it has none.
      type: str
    gnutls:
      description: GnuTLS's name, null if it has none.
      type: str
    protocol:
      description: The oldest protocol version that has the suite.
      type: str
    kx:
      description: Key exchange; C(any) for TLS 1.3.
      type: str
    auth:
      description: Authentication; C(any) for TLS 1.3.
      type: str
    cipher:
      description: Cipher with its mode.
      type: str
    bits:
      description: Strength of the cipher.
      type: int
    mac:
      description: MAC, or C(AEAD).
      type: str
    aead:
      description: Whether the cipher authenticates what it encrypts.
      type: bool
    forward_secrecy:
      description: Whether a stolen key leaves recorded traffic closed.
      type: bool
    severity:
      description: C(ok), C(low), C(medium), C(high) or C(critical).
      type: str
    reasons:
      description: Codes; RV(reasons) explains them.
      type: list
      elements: str
    verdict:
      description: C(allowed), C(phase_out) or C(forbidden) by O(policy), C(uncontrolled) if the string does not
        decide.
      type: str
severity:
  description: The worst severity of all suites.
  returned: always
  type: str
reasons:
  description: What each reason code means, with C(severity), C(sentence) and C(sources).
  returned: always
  type: dict
unknown_tokens:
  description: Words that no such library knows, each with C(token), C(position) counted from 1, C(offset) in
    characters,
    C(effect) and C(detail).
  returned: always
  type: list
  elements: dict
ignored_tokens:
  description: Words that are dropped without a message (C(effect) is C(ignored)) or change nothing at their place
    (C(no_op)),
    with the same keys.
  returned: always
  type: list
  elements: dict
seclevel:
  description: OpenSSL's security level that is in effect, null for GnuTLS.
  returned: always
  type: int
controls:
  description: Whether the string decides on C(protocols), C(tls12_suites), C(tls13_suites), C(groups),
    C(signature_schemes).
  returned: always
  type: dict
protocols:
  description: Protocol versions that the string allows, by the library's names; null if it does not decide.
  returned: always
  type: list
  elements: str
groups:
  description: Groups that the string allows, by the library's names; null if it does not decide.
  returned: always
  type: list
  elements: str
signature_schemes:
  description: Signature schemes that the string allows, by the library's names; null if it does not decide.
  returned: always
  type: list
  elements: str
options:
  description: Switches in the string, such as C(%SERVER_PRECEDENCE).
  returned: always
  type: list
  elements: str
notes:
  description: Sentences on what the string leaves to other settings, or does besides.
  returned: always
  type: list
  elements: str
compliant:
  description: Whether all that the string decides stays inside O(policy); for a service, whether this holds for
    every string.
  returned: always
  type: bool
compliance:
  description: One entry per policy, O(policy) first.
  returned: always
  type: list
  elements: dict
  contains:
    policy:
      description: Name of the policy.
      type: str
    compliant:
      description: Whether the string stays inside it.
      type: bool
    forbidden:
      description: Suites outside it.
      type: list
      elements: str
    phase_out:
      description: Suites that it still allows and wants gone.
      type: list
      elements: str
    missing:
      description: Suites that it configures and the string does not allow.
      type: list
      elements: str
    protocols:
      description: Protocol versions outside it.
      type: list
      elements: str
    groups:
      description: Groups outside it.
      type: list
      elements: str
    signature_schemes:
      description: Signature schemes outside it.
      type: list
      elements: str
    uncontrolled:
      description: Suites outside it that another setting has to remove.
      type: list
      elements: str
    problems:
      description: Sentences, none if compliant.
      type: list
      elements: str
suggestion:
  description: A string in the same language that does what O(policy) says. Null if there is nothing to improve,
    or if no string of this kind can express it.
  returned: always
  type: str
difference:
  description: C(releases) with the suites for each, C(same_suites), C(same_order), and C(only_in), the suites by
    the release
    that has them while another has not. Null unless O(releases) is given.
  returned: always
  type: dict
configured:
  description: With O(service), all the above for each configured string, with C(setting), its name, and C(where), its place.
  returned: with O(service)
  type: list
  elements: dict
tls_library:
  description: With O(service), C(name) and C(version) of the library that it is linked to.
  returned: with O(service)
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.argspec import make_policy_argument
from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS
from ansible_collections.intransit.tls.plugins.module_utils._edge.cipher_list.judge import inspect


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec=dict(
            cipher_string=dict(type="str"),
            language=dict(type="str", choices=["auto", "openssl", "gnutls"], default="auto"),
            service=dict(type="str", choices=sorted(HOSTS)),
            version=dict(type="str"),
            expander=dict(type="str", choices=["auto", "library", "table"], default="auto"),
            policies=dict(type="list", elements="raw"),
            releases=dict(type="list", elements="str", default=[]),
            **make_policy_argument(),
        ),
        required_one_of=[("cipher_string", "service")],
        supports_check_mode=True,
    )
    finish(module, lambda: inspect(**module.params))


if __name__ == "__main__":
    main()
