# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For every control that an Apache can break: the one setting to weaken, and what may fail with it.

``edits`` are expressions of sed over the role's two files.  ``base`` is done first, for
policies that ask for more than the good host has, and has to pass.  ``also`` names
controls that cannot be kept apart on a real server: OpenSSL speaks TLS 1.0 and 1.1
only with suites that no policy allows any more.  A ``certificate`` is one that
``material.py`` made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OLD = "s/^SSLProtocol.*/& +{}/; s/^SSLCipherSuite ECDHE.*/&:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0/"


@dataclass(frozen=True)
class Mutation:
    """One weakened setting."""

    control: str
    edits: str = ""
    endpoint: str = "443/https"
    certificate: str = ""
    also: frozenset[str] = frozenset()
    base: str = ""
    policy: dict[str, Any] = field(default_factory=dict)
    status: str = "fail"
    depth: str = "policy"
    command: str = "systemctl reset-failed apache2; systemctl restart apache2"
    """A reload leaves workers with the old settings for a moment, and systemd counts restarts."""


MUTATIONS = [
    Mutation("reachable", status="error", command="systemctl stop apache2"),
    Mutation("plaintext_refused", "s/^  Redirect permanent .*//", endpoint="80/http"),
    Mutation("redirect_permanent", "s/Redirect permanent/Redirect temp/", endpoint="80/http"),
    Mutation("redirect_same_host", "s#https://[^/]*%{REQUEST_URI}#https://other.example%{REQUEST_URI}#", endpoint="80/http"),
    Mutation("protocols_offered", "s/ +TLSv1.3//"),
    Mutation("protocol_tlsv1", OLD.format("TLSv1 +TLSv1.1"), also=frozenset({"protocol_tlsv1_1", "suites_tls12"})),
    Mutation("protocol_tlsv1_1", OLD.format("TLSv1.1"), also=frozenset({"suites_tls12"})),
    Mutation("protocol_tlsv1_2", "s/+TLSv1.3/+TLSv1.2 +TLSv1.3/", base="s/ +TLSv1.2//",
             policy={"protocols": ["TLSv1.3"], "tls12_suites": []}),
    Mutation("protocol_tlsv1_3", "s/+TLSv1.2/+TLSv1.2 +TLSv1.3/", base="s/ +TLSv1.3//",
             policy={"protocols": ["TLSv1.2"], "tls13_suites": []}),
    Mutation("suites_tls12", "s/^SSLCipherSuite ECDHE.*/&:ECDHE-ECDSA-AES128-SHA256/"),
    Mutation("suites_tls13", "s/^SSLCipherSuite TLSv1.3.*/&:TLS_AES_128_CCM_SHA256/"),
    Mutation("suites_phase_out", "s/^SSLCipherSuite ECDHE.*/&:ECDHE-ECDSA-AES128-SHA256/",
             policy={"also_allowed": {"ok": [], "phase_out": ["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"]}}),
    Mutation("groups", "s/Groups .*/&:secp521r1/"),
    Mutation("post_quantum", "s/X25519MLKEM768://", policy={"post_quantum_required": True}),
    Mutation("client_certificate", "s/^SSLVerifyClient.*/SSLVerifyClient none/",
             base="s#^SSLVerifyClient.*#SSLVerifyClient optional\\nSSLCACertificateFile /root/mutations/ca.pem#",
             policy={"client_certificate": "optional"}),
    Mutation("server_preference", "s/^SSLHonorCipherOrder.*/SSLHonorCipherOrder off/", depth="full",
             base="s/^SSLHonorCipherOrder.*/SSLHonorCipherOrder on/", policy={"server_preference": True}),
    Mutation("signature_schemes", "s/SignatureAlgorithms .*/&:ECDSA+SHA224/", depth="full"),
    Mutation("extended_master_secret", "s/^SSLCompression.*/&\\nSSLOpenSSLConfCmd Options -ExtendedMasterSecret/",
             policy={"extended_master_secret_required": True}, depth="full"),
    Mutation("hsts", "s/max-age=[0-9]*/max-age=300/"),
    Mutation("hsts_subdomains", "s/; includeSubDomains//", policy={"hsts": {"min_max_age": 63072000, "include_subdomains": True}}),
    Mutation("hsts_preload", "s/; preload//", base="s/; includeSubDomains/&; preload/",
             policy={"hsts": {"min_max_age": 63072000, "include_subdomains": True, "preload": True}}),
    Mutation("certificate_valid", certificate="expired"),
    Mutation("certificate_expiry", certificate="ending"),
    Mutation("certificate_name", certificate="other_name"),
    Mutation("certificate_key", "s/^SSLCipherSuite ECDHE.*/&:@SECLEVEL=0/", certificate="rsa1024"),
    Mutation("certificate_signature", certificate="sha224"),
    Mutation("certificate_lifetime", certificate="long"),
    Mutation("certificate_usage", certificate="client_only"),
    Mutation("certificate_chain", certificate="disordered"),
    Mutation("certificate_trust", certificate="stranger"),
    Mutation("stapling", certificate="responder"),
]

ELSEWHERE = {
    "protocol_sslv2": "no OpenSSL of Debian speaks it",
    "protocol_sslv3": "no OpenSSL of Debian speaks it",
    "implicit_tls_only": "a matter of the protocol, not of a setting",
    "starttls_offered": "not a web server's",
    "starttls_injection": "a defect, not a setting",
    "dh_size": "Apache does not start with parameters this short",
    "compression": "Debian's OpenSSL is built without it",
    "secure_renegotiation": "OpenSSL 3 always answers",
    "client_renegotiation": "Apache ends every connection that tries it",
    "early_data": "Apache has none",
    "heartbleed": "a defect, not a setting",
    "ccs_injection": "a defect, not a setting",
    "robot": "a defect, not a setting",
    "certificate_present": "needs anonymous suites alone, which Apache refuses",
    **dict.fromkeys(("dns_caa", "dns_tlsa", "dns_dnssec", "dns_mta_sts", "dns_tls_rpt"),
                    "a matter of name servers: the scenario dns"),
    **dict.fromkeys((
        "page_refused", "page_cookies_plaintext", "page_stays", "page_cookies_secure", "page_cookies_http_only",
        "page_cookies_same_site", "page_forms", "page_loads", "page_hsts",
    ), "a matter of applications: the weak host of the scenario pages, and tests/false_passes"),
}
"""Why a control is not weakened here; test_verdict.py weakens each of them in an observation, and tests/wire asks
servers that were made with the old defects."""
