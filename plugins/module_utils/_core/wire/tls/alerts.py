# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an alert says, and which cause of a refusal it is.

Names and numbers: IANA "TLS Alerts" registry (RFC 8446 section 6, RFC 5246 section
7.2, RFC 6066, RFC 7301, RFC 7507), read 2026-11.
"""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError

ALERTS = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed",
    22: "record_overflow", 30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate",
    42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked",
    45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca",
    49: "access_denied", 50: "decode_error", 51: "decrypt_error", 52: "too_many_cids_requested",
    60: "export_restriction", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
    86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension",
    110: "unsupported_extension", 111: "certificate_unobtainable", 112: "unrecognized_name",
    113: "bad_certificate_status_response", 114: "bad_certificate_hash_value",
    115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
    121: "ech_required",
}

CAUSES = ("protocol_version", "handshake_failure", "internal_error", "insufficient_security",
          "inappropriate_fallback", "unrecognized_name", "certificate_required")
"""Alerts that are a cause of their own; every other one is ``other_alert``."""

WARNING = 1
FATAL = 2


class Alert(NamedTuple):
    """One alert: ``level`` 1 warning or 2 fatal, and its number."""

    level: int
    number: int

    @property
    def name(self) -> str:
        """The registered name, or ``alert_N`` for a number nobody registered."""
        return ALERTS.get(self.number, f"alert_{self.number}")

    @property
    def cause(self) -> str:
        """The word for this alert in ``protocols.*.cause``."""
        return self.name if self.name in CAUSES else "other_alert"


def parse_alert(fragment: bytes) -> Alert:
    """Read the fragment of an unencrypted alert record."""
    if len(fragment) != 2:
        raise WireError(f"The peer sent an alert of {len(fragment)} bytes; an alert has 2.")
    return Alert(fragment[0], fragment[1])
