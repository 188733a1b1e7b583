#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A key with its certificate and chain, judged first and then put in place in one step."""

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate_set
short_description: Puts a key with its certificate and chain in place, if they are fit for use
version_added: 0.1.0
author: the intransit.tls contributors (@intransit-tls)
description:
  - Writes key, certificate, chain, full chain and, with O(bundle), a bundle to a new set, and judges them as
    M(intransit.tls.certificate_info) does. Only then O(path) is pointed to the new set.
    That is one rename, so no service ever reads a key with the certificate of another key.
  - A set that is not fit for use is removed again, the task fails with the reasons, and the old set stays in use.
  - Without O(certificate) it checks the set in use. It restores owner, group, mode and bundle. RV(due) says
    whether and why a new certificate is needed.
  - The private key stays on the host. It is taken from O(private_key), or kept.
requirements:
  - cryptography (Debian package python3-cryptography) on the host that it runs on
options:
  path:
    description:
      - The name that services use. It becomes a symbolic link to the set in use; the sets themselves are in C(.sets) in the
        same folder.
    type: path
    required: true
  state:
    description:
      - With V(absent), every set of this name is removed, with its keys, and the folders if nothing else is in them.
    type: str
    choices: [present, absent]
    default: present
    version_added: 0.2.0
  staged:
    description:
      - With O(state=absent), the only set to remove, as RV(staged) names it. A set in use is not removed.
    type: str
    version_added: 0.2.0
  stage:
    description:
      - Whether a set that replaces another waits next to it. Then O(path) still leads to the old set, and RV(staged) is the target that
        a change of the kind C(certificate_set) of M(intransit.tls.service_config) gives it. The first set of a name does not wait.
      - Without O(certificate), a set that waits since an earlier run is returned in RV(staged) instead of RV(due), if it is newer
        than the one in use and all that is asked for.
    type: bool
    default: false
    version_added: 0.2.0
  share:
    description:
      - Whether the set that another service of the host has of the same entry (C(www) and C(www.postfix)) is copied, with its key, if a new
        certificate is due. It has to come from the same O(origin) and to be all that is asked for.
    type: bool
    default: false
    version_added: 0.2.0
  certificate:
    description:
      - The new leaf certificate in PEM.
      - Without it no new set is put in place.
    type: str
  chain:
    description:
      - The certificates above the leaf in PEM, in order.
    type: str
  private_key:
    description:
      - A file on the host with the key that the certificate was issued for. It is copied into the set, and removed
        if it lies in C(.sets).
      - Without it the key of the present set is used again.
    type: path
  bundle:
    description:
      - Whether the set has one more file, C(bundle.pem). With V(key_first) it holds key, leaf and chain in this
        order, as Postfix and Courier read it. With V(none) there is no such file.
    type: str
    choices: [none, key_first]
    default: none
  owner:
    description: Owner of the files that hold the key.
    type: str
    default: root
  group:
    description: Group of the files that hold the key.
    type: str
    default: root
  mode:
    description:
      - Permissions of the files that hold the key, as three octal digits in quotes.
      - A number without quotes is refused, because YAML reads V(0640) as 416.
    type: raw
    default: "0600"
  keep:
    description: How many earlier sets are kept.
    type: int
    default: 1
  names:
    description: Host names and IP addresses that the certificate has to cover, no more and no less.
    type: list
    elements: str
    default: []
  purpose:
    description: Purpose of the certificate.
    type: str
    choices: [server, client, any]
    default: server
  key_type:
    description: Type that the key should have. Another one makes a new certificate due.
    type: str
    choices: [ecdsa, rsa]
  key_size:
    description: Size that an RSA key should have. Another one makes a new certificate due.
    type: int
  curve:
    description: Curve that an EC key should be on. Another one makes a new certificate due.
    type: str
  issuer:
    description:
      - The authority's certificate in PEM. Another authority makes a new certificate due.
      - The chain has to lead to it or to another self-signed certificate of O(chain).
    type: str
  accept:
    description: Controls whose failure is accepted; see M(intransit.tls.certificate_info).
    type: list
    elements: str
    default: []
  origin:
    description:
      - Where the certificate comes from, in one line, such as the directory URL of an ACME server. It is kept in the set, in the file
        C(origin). Another one, or none, makes a new certificate due.
    type: str
    version_added: 0.2.0
  renew_days:
    description:
      - A certificate with fewer days left is due.
      - Without it, a certificate is due when less than a third of its life is left, or less than half of it if it lives shorter than
        ten days.
    type: int
extends_documentation_fragment:
  - intransit.tls.policy
attributes:
  check_mode:
    description: Says what would change, and changes nothing.
    support: full
  diff_mode:
    description: Shows names, issuer, key type and end of both certificates.
    support: full
seealso:
  - module: intransit.tls.certificate_info
"""

EXAMPLES = r"""
- name: Check whether a new certificate is due
  intransit.tls.certificate_set:
    path: /etc/ssl/intransit/www
    names: [www.example.org]
    policy: intermediate
  register: www

- name: Put a new certificate in place
  intransit.tls.certificate_set:
    path: /etc/ssl/intransit/www
    private_key: /etc/ssl/intransit/.sets/www.key
    certificate: "{{ issued.certificate }}"
    chain: "{{ lookup('ansible.builtin.file', 'ca.pem') }}"
    names: [www.example.org]
    policy: intermediate
  when: www.due | length > 0
"""

RETURN = r"""
due:
  description: Why a new certificate is needed, in sentences. Empty if none is.
  returned: success
  type: list
  elements: str
dry:
  description: Whether it ran in check mode, so that no file was written.
  returned: success
  type: bool
made:
  description: Whether there was no set of this name before.
  returned: if a new set was put in place
  type: bool
staged:
  description: Target that O(path) gets by the transaction of the service; null if the set is in use.
  returned: if O(certificate) is given, or a set waits
  type: str
  sample: .sets/www.3f9c1d22ab04e871
files:
  description: The files of the set, by the names that services use.
  returned: success, if O(state=present)
  type: dict
  contains:
    private_key: {description: The private key., type: str}
    certificate: {description: The leaf., type: str}
    chain: {description: The certificates above the leaf., type: str}
    fullchain: {description: Leaf and chain., type: str}
    bundle: {description: Key and full chain; null without O(bundle)., type: str}
certificates:
  description: The certificates of the set, as M(intransit.tls.certificate_info) returns them.
  returned: success
  type: list
  elements: dict
private_keys:
  description: The key of the set, as M(intransit.tls.certificate_info) returns it.
  returned: success
  type: list
  elements: dict
findings:
  description: Failures and errors, as M(intransit.tls.certificate_info) returns them.
  returned: always
  type: list
  elements: dict
problems:
  description: The sentences of those findings that make it unfit for use.
  returned: always
  type: list
  elements: str
compliant:
  description: Whether the set is fit for use.
  returned: success
  type: bool
origin:
  description: The O(origin) that the set in use was put in place with; null if it had none.
  returned: success, if O(state=present)
  type: str
parser:
  description: Library that parsed the set; V(standard library) if cryptography is missing.
  returned: success
  type: str
"""

from datetime import datetime, timezone

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.argspec import make_policy_argument
from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.set import SetRequest, bring


def main() -> None:
    """Take the arguments, bring the set, end."""
    spec = {
        "path": {"type": "path", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "staged": {"type": "str"},
        "stage": {"type": "bool", "default": False},
        "share": {"type": "bool", "default": False},
        "certificate": {"type": "str"},
        "chain": {"type": "str"},
        "private_key": {"type": "path", "no_log": False},
        "bundle": {"type": "str", "choices": ["none", "key_first"], "default": "none"},
        "owner": {"type": "str", "default": "root"},
        "group": {"type": "str", "default": "root"},
        "mode": {"type": "raw", "default": "0600"},
        "keep": {"type": "int", "default": 1},
        "names": {"type": "list", "elements": "str", "default": []},
        "purpose": {"type": "str", "choices": ["server", "client", "any"], "default": "server"},
        "key_type": {"type": "str", "choices": ["ecdsa", "rsa"], "no_log": False},
        "key_size": {"type": "int", "no_log": False},
        "curve": {"type": "str"},
        "issuer": {"type": "str"},
        "accept": {"type": "list", "elements": "str", "default": []},
        "origin": {"type": "str"},
        "renew_days": {"type": "int"},
    }
    spec.update(make_policy_argument())
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    finish(module, lambda: bring(SetRequest(**module.params), datetime.now(timezone.utc), dry=module.check_mode))


if __name__ == "__main__":
    main()
