# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which function answers which control, for controls about one endpoint."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import (
    certificate,
    dns,
    http,
    pages,
    plaintext,
    protocols,
    session,
    suites,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import Check

CHECKS: dict[str, Check] = {
    "reachable": plaintext.reachable,
    "plaintext_refused": plaintext.plaintext_refused,
    "redirect_permanent": plaintext.redirect_permanent,
    "redirect_same_host": plaintext.redirect_same_host,
    "implicit_tls_only": plaintext.implicit_tls_only,
    "starttls_offered": plaintext.starttls_offered,
    "starttls_injection": plaintext.starttls_injection,
    "protocols_offered": protocols.protocols_offered,
    "suites_tls12": suites.suites_tls12,
    "suites_tls13": suites.suites_tls13,
    "suites_phase_out": suites.suites_phase_out,
    "groups": suites.groups,
    "post_quantum": suites.post_quantum,
    "dh_size": suites.dh_size,
    "signature_schemes": suites.signature_schemes,
    "server_preference": suites.server_preference,
    "compression": session.compression,
    "secure_renegotiation": session.secure_renegotiation,
    "client_renegotiation": session.client_renegotiation,
    "extended_master_secret": session.extended_master_secret,
    "early_data": session.early_data,
    "client_certificate": session.client_certificate,
    "stapling": certificate.stapling,
    "hsts": http.hsts,
    "hsts_subdomains": http.hsts_subdomains,
    "hsts_preload": http.hsts_preload,
    "page_refused": pages.page_refused,
    "page_cookies_plaintext": pages.page_cookies_plaintext,
    "page_stays": pages.page_stays,
    "page_cookies_secure": pages.page_cookies_secure,
    "page_cookies_http_only": pages.page_cookies_http_only,
    "page_cookies_same_site": pages.page_cookies_same_site,
    "page_forms": pages.about_content("forms", "sends a form to"),
    "page_loads": pages.about_content("loads", "loads"),
    "page_hsts": pages.page_hsts,
    "certificate_present": certificate.certificate_present,
    "certificate_trust": certificate.certificate_trust,
}
CHECKS.update({hole: session.hole_closed(hole) for hole in ("heartbleed", "ccs_injection", "robot")})
CHECKS.update({control: certificate.joined(control) for control in certificate.PARTS})
CHECKS.update(dns.CHECKS)
CHECKS.update({
    "protocol_" + version.lower().replace(".", "_"): protocols.version_refused(version) for version in PROTOCOLS
})
