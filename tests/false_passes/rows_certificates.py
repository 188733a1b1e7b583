# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Attempts at the controls about certificates."""

from __future__ import annotations

from attempts import attempt
from players import openssl, switch

GOOD = openssl()
SERVER_NAME = 0
FULL = {"depth": "full", "observe_parts": ("suites", "schemes", "details")}

for control, trick, key in (
    ("certificate_valid", "it has ended", "expired"),
    ("certificate_valid", "it has ended, and a valid one for the same name and key stands behind it", "expired_then_good"),
    ("certificate_valid", "it has not begun", "future"),
    ("certificate_valid", "its authority has ended", "expired_middle"),
    ("certificate_expiry", "it ends within days", "ending"),
    ("certificate_name", "it is for another name", "other_name"),
    ("certificate_name", "only its common name is right", "common_name_only"),
    ("certificate_name", "its name has a space behind it", "name_space"),
    ("certificate_name", "its name has a dot behind it", "name_dot"),
    ("certificate_name", "its name goes on behind a NUL", "name_nul"),
    ("certificate_name", "its name is an asterisk", "name_star"),
    ("certificate_name", "its name is in a URI only", "name_uri"),
    ("certificate_name", "the second certificate has the right name", "name_of_second"),
    ("certificate_key", "RSA with 1024 bits", "small"),
    ("certificate_key", "an authority with 1024 bits", "small_middle"),
    ("certificate_signature", "SHA-1", "sha1"),
    ("certificate_signature", "an authority signed with SHA-1", "sha1_middle"),
    ("certificate_lifetime", "1200 days", "long"),
    ("certificate_usage", "it is for clients", "client_only"),
    ("certificate_usage", "it is for anything, which servers' clients do not take", "any_usage"),
    ("certificate_usage", "it is an authority", "an_authority"),
    ("certificate_usage", "its key may not sign", "no_signing"),
    ("certificate_trust", "self-signed", "self_signed"),
    ("certificate_trust", "self-signed under the name of the trusted root", "self_signed_as_root"),
    ("certificate_trust", "below a root of the same name with another key", "other_root"),
    ("certificate_trust", "below a certificate that is not an authority", "below_no_ca"),
    ("certificate_trust", "below an authority that may sign for other names only", "constrained"),
    ("certificate_trust", "without its intermediate", "no_middle"),
    ("certificate_chain", "without its intermediate", "no_middle"),
    ("certificate_chain", "in the wrong order", "wrong_order"),
):
    attempt(control, "tls", GOOD, "tls: " + trick, openssl("-cipher", "ALL:@SECLEVEL=0", key=key))
attempt("certificate_present", "tls", GOOD, "tls: anonymous suites only",
        openssl("-tls1_2", "-cipher", "AECDH-AES128-SHA:ADH-AES128-SHA:@SECLEVEL=0"))
attempt("certificate_name", "tls", GOOD, "tls: the right certificate only to a hello without a server name", switch(
    openssl(key="other_name"), GOOD, lambda hello: SERVER_NAME not in hello.extensions))
for control, trick, key in (
    ("certificate_valid", "it has ended for clients that take ECDSA only", "expired_ec"),
    ("certificate_name", "it has another name for clients that take ECDSA only", "other_name_ec"),
):
    attempt(control, "tls", GOOD, "tls: " + trick,
            openssl("-dcert", f"${key}.pem", "-dkey", f"${key}.key", "-dcert_chain", f"${key}.chain.pem"), **FULL)
