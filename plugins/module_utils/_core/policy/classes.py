# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Data classes: how sensitive data chooses a profile and the rules around it.

Data only; ``resolve.py`` applies it.  The classification is this collection's proposal
(2026-11-22); an organisation with a scheme of its own writes ``tls_policy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass


@dataclass(frozen=True)
class DataClass:
    """What a class of data asks of every service that carries it."""

    name: str
    profile: str
    plaintext: str
    """One of model.PLAINTEXT_RULES."""
    starttls: str
    """One of model.STARTTLS_RULES."""
    client_certificate: str
    """One of model.CLIENT_CERTIFICATE."""
    hsts_min_max_age: int
    """Seconds."""
    hsts_include_subdomains: bool = False
    """Whether browsers keep to TLS for all names below as well; those may be hosts that nothing is known of."""
    overlay: Optional[str] = None
    """A second profile; only what both allow remains, and the stricter figure of each pair holds."""
    post_quantum_required: bool = False


DATA_CLASSES: Mapping[str, DataClass] = MappingProxyType(
    {
        data_class.name: data_class
        for data_class in (
            DataClass(
                name="public",
                profile="intermediate",
                plaintext="redirect_only",
                starttls="allowed",
                client_certificate="none",
                hsts_min_max_age=31536000,
            ),
            DataClass(
                name="restricted",
                profile="intermediate",
                plaintext="no_authentication",
                starttls="required",
                client_certificate="none",
                hsts_min_max_age=63072000,
            ),
            DataClass(
                name="confidential",
                profile="hardened",
                overlay="ncsc_nl",
                plaintext="none",
                starttls="implicit_only",
                client_certificate="optional",
                hsts_min_max_age=63072000,
                hsts_include_subdomains=True,
            ),
            DataClass(
                name="secret",
                profile="modern",
                plaintext="none",
                starttls="forbidden",
                client_certificate="required",
                hsts_min_max_age=63072000,
                hsts_include_subdomains=True,
                post_quantum_required=True,
            ),
        )
    }
)
"""Every data class by its name, least sensitive first."""
