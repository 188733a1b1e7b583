#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keys and certificates on disk or as served, judged; never changes anything."""

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate_info
short_description: Reads and judges keys and certificates
version_added: 0.1.0
author: the intransit.tls contributors (@intransit-tls)
description:
  - Reads certificates, chains, bundles and private keys from files, or the certificates that endpoints serve,
    and judges strength, validity, chain, names and file modes of each.
  - Judges against O(policy) if one is given, else against the floor of RFC 9325.
  - Observes and judges only. It never fails because of a finding; check RV(compliant) and RV(findings).
  - Private keys never leave the host. Of each only the public half is returned.
requirements:
  - cryptography (Debian package python3-cryptography) on the host that it runs on, to check signatures and to open what
    is encrypted. Without it the standard library reads certificates and plain keys, and a finding says what was left out
  - idna (Debian package python3-idna) on the host that it runs on, only for host names outside ASCII
options:
  paths:
    description:
      - Files to read, or patterns (C(*), C(?), C([...]), C(**)).
      - PEM and DER; certificates, chains, bundles with keys, PKCS#1, PKCS#8, SEC1, PKCS#7 and PKCS#12.
      - A path that does not exist is an error among the findings, a pattern that matches nothing is listed in
        RV(unmatched).
      - All files of one call are judged together. A private key has to fit a leaf certificate of the same call.
    type: list
    elements: path
    default: []
  endpoints:
    description:
      - Endpoints as M(intransit.tls.endpoint_info) returns them. The chain that each served is judged, against its
        own C(server_name).
    type: list
    elements: dict
    default: []
  names:
    description:
      - Host names and IP addresses that every leaf certificate has to cover.
    type: list
    elements: str
    default: []
  purpose:
    description:
      - Purpose of the leaf certificates.
    type: str
    choices: [server, client, any]
    default: server
  passphrase:
    description:
      - Tried on encrypted private keys and PKCS#12 files.
      - An encrypted key is a failure with and without it, because no service can start with it unattended.
    type: str
  trust_anchors:
    description:
      - Files (or patterns) with the root certificates at which chains may end.
      - Without it the host's own store is used, and an authority that is not in it is only advice.
    type: list
    elements: path
  min_days_left:
    description:
      - A leaf certificate with fewer days left fails.
    type: int
    default: 14
  key_owners:
    description:
      - Accounts that private key files may belong to.
    type: list
    elements: str
    default: [root]
  key_groups:
    description:
      - Groups that may read private key files, besides root's.
    type: list
    elements: str
    default: [ssl-cert]
  blocklist:
    description:
      - Public keys whose private half is known to the public.
      - Each item is the SHA-256 of a DER SubjectPublicKeyInfo in hexadecimal, or the absolute path of a file on the
        host with one per line.
      - Debian's openssl-blacklist is used as well if it is installed.
    type: list
    elements: str
    default: []
  accept:
    description:
      - Controls whose failure is accepted, such as V(certificate.self_signed) for a certificate that DANE vouches for.
      - Such findings have the status V(excepted) and do not count for RV(compliant).
    type: list
    elements: str
    default: []
  include_pem:
    description:
      - Return each certificate's PEM, too.
    type: bool
    default: false
  include_passed:
    description:
      - Return findings of status V(pass), too.
    type: bool
    default: true
extends_documentation_fragment:
  - intransit.tls.policy
  - intransit.tls.reads_only
notes:
  - Results of several hosts are judged together by the filter P(intransit.tls.shared_keys#filter).
seealso:
  - module: intransit.tls.endpoint_info
"""

EXAMPLES = r"""
- name: Judge the keys and certificates below /etc/ssl
  intransit.tls.certificate_info:
    paths:
      - /etc/ssl/private/*.key
      - /etc/ssl/certs/ssl-cert-*.pem
  register: found

- name: Refuse a key and certificate that are not fit for use
  intransit.tls.certificate_info:
    paths:
      - /etc/ssl/intransit/www/privkey.pem
      - /etc/ssl/intransit/www/fullchain.pem
    policy: intermediate
    names:
      - www.example.org
  register: gate
  failed_when: not gate.compliant

- name: Judge what the endpoints serve
  intransit.tls.certificate_info:
    endpoints: "{{ observed.endpoints }}"
    policy: confidential
  delegate_to: localhost
"""

RETURN = r"""
certificates:
  description: Every certificate that was read, in the order of O(paths) and of each file.
  returned: success
  type: list
  elements: dict
  contains:
    path: {description: 'File, or C(host:port/protocol).', type: str}
    position: {description: 0 for the first certificate of its file., type: int}
    leaf: {description: Whether it is judged as a leaf., type: bool}
    sha256: {description: SHA-256 of the certificate., type: str}
    subject: {description: Subject as RFC 4514 writes it., type: str}
    issuer: {description: Issuer as RFC 4514 writes it., type: str}
    serial: {description: Serial number in hexadecimal., type: str}
    not_before: {description: First second of its validity in UTC., type: str}
    not_after: {description: Last second of its validity in UTC., type: str}
    days_left: {description: 'Whole days until it expires, negative afterwards.', type: int}
    lifetime_days: {description: From first to last second in days., type: float}
    key:
      description: Public key.
      type: dict
      contains:
        type: {description: 'V(rsa), V(ecdsa), V(ed25519), V(ed448), V(dsa), or another name.', type: str}
        bits: {description: Size., type: int}
        curve: {description: 'IANA name of the curve; V(explicit) if its parameters are spelled out.', type: str}
        exponent: {description: RSA exponent; null if it has more than 64 bits., type: int}
        exponent_bits: {description: Size of the RSA exponent in bits., type: int}
        exponent_hex: {description: RSA exponent in hexadecimal., type: str}
        modulus: {description: RSA modulus in hexadecimal., type: str}
        spki_sha256: {description: SHA-256 of the SubjectPublicKeyInfo., type: str}
    signature_algorithm: {description: Name of the algorithm that the issuer signed with., type: str}
    signature_hash: {description: Hash that the issuer signed., type: str}
    common_names: {description: Common names of the subject., type: list, elements: str}
    dns_names: {description: Alternative names., type: list, elements: str}
    ip_addresses: {description: Alternative addresses., type: list, elements: str}
    ca: {description: Whether it is marked as an authority; null without basic constraints., type: bool}
    path_length: {description: Path length constraint., type: int}
    key_usage: {description: Key usage; null if not restricted., type: list, elements: str}
    extended_key_usage: {description: Extended key usage; null if not restricted., type: list, elements: str}
    permitted_names: {description: Name constraints of an authority., type: list, elements: str}
    excluded_names: {description: Name constraints of an authority., type: list, elements: str}
    policies: {description: Policy identifiers., type: list, elements: str}
    ocsp_urls: {description: OCSP responders., type: list, elements: str}
    crl_urls: {description: Places of revocation lists., type: list, elements: str}
    issuer_urls: {description: Places of the issuer's certificate., type: list, elements: str}
    must_staple: {description: Whether it demands stapling., type: bool}
    scts: {description: Embedded certificate timestamps., type: int}
    subject_key_id: {description: Subject key identifier., type: str}
    authority_key_id: {description: Authority key identifier., type: str}
    self_issued: {description: Whether subject and issuer are the same name., type: bool}
    public: {description: Whether it says of itself that a public authority issued it., type: bool}
    pem: {description: 'PEM, with O(include_pem).', type: str}
private_keys:
  description: Every private key that was read, by its public half.
  returned: success
  type: list
  elements: dict
  contains:
    path: {description: File., type: str}
    position: {description: 0 for the first key of its file., type: int}
    format: {description: 'V(pkcs8), V(pkcs1), V(sec1), V(dsa) or V(pkcs12).', type: str}
    encrypted: {description: Whether a passphrase is needed., type: bool}
    readable: {description: Whether it could be read., type: bool}
    key: {description: 'Public half, as in RV(certificates).', type: dict}
    owner: {description: Owner of the file., type: str}
    group: {description: Group of the file., type: str}
    mode: {description: 'Permission bits, such as V(0600).', type: str}
findings:
  description: Judged facts, in the order of the files.
  returned: success
  type: list
  elements: dict
  contains:
    control: {description: 'Name of the rule, such as V(certificate.key_size).', type: str}
    status: {description: 'V(pass), V(fail), V(excepted), V(error) or V(unprobed).', type: str}
    severity: {description: 'V(critical), V(high), V(medium), V(low) or V(info).', type: str}
    sentence: {description: What was expected and what was seen., type: str}
    path: {description: File or endpoint., type: str}
    evidence: {description: The facts behind the sentence., type: dict}
    references: {description: Where the rule comes from., type: list, elements: str}
    remedy: {description: What to do., type: str}
compliant:
  description: Whether nothing failed, or could not be read, with a severity of medium or above.
  returned: success
  type: bool
problems:
  description: The sentences of the findings that make it not compliant.
  returned: success
  type: list
  elements: str
judged_by:
  description: The policy, or the floor that holds without one.
  returned: success
  type: str
parser:
  description: Library that parsed the files, with its version; V(standard library) if cryptography is missing.
  returned: success
  type: str
unmatched:
  description: Patterns of O(paths) that no file matched.
  returned: success
  type: list
  elements: str
"""

from datetime import datetime, timezone

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.argspec import make_policy_argument
from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.check import Request, check


def main() -> None:
    """Take the arguments, look once, end."""
    spec = {
        "paths": {"type": "list", "elements": "path", "default": []},
        "endpoints": {"type": "list", "elements": "dict", "default": []},
        "names": {"type": "list", "elements": "str", "default": []},
        "purpose": {"type": "str", "choices": ["server", "client", "any"], "default": "server"},
        "passphrase": {"type": "str", "no_log": True},
        "trust_anchors": {"type": "list", "elements": "path"},
        "min_days_left": {"type": "int", "default": 14},
        "key_owners": {"type": "list", "elements": "str", "default": ["root"], "no_log": False},
        "key_groups": {"type": "list", "elements": "str", "default": ["ssl-cert"], "no_log": False},
        "blocklist": {"type": "list", "elements": "str", "default": []},
        "accept": {"type": "list", "elements": "str", "default": []},
        "include_pem": {"type": "bool", "default": False},
        "include_passed": {"type": "bool", "default": True},
    }
    spec.update(make_policy_argument())
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    given = dict(module.params)
    given["with_pem"] = given.pop("include_pem")
    given["passes"] = given.pop("include_passed")
    finish(module, lambda: check(Request(**given), datetime.now(timezone.utc)))


if __name__ == "__main__":
    main()
