# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was read, as the plain data that ``certificate_info`` returns.  Nothing secret can get in here."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.lifetime import find_public_evidence
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate, Material, PrivateKey


def describe_certificate(item: Certificate, now: datetime, leaf: Optional[bool] = None) -> dict[str, Any]:
    """Turn a certificate into JSON-serialisable data; times are ISO 8601 in UTC, sizes bits, lifetimes days."""
    return {
        "path": item.source,
        "position": item.position,
        "leaf": leaf,
        "sha256": item.sha256,
        "subject": item.subject,
        "issuer": item.issuer,
        "serial": item.serial,
        "not_before": item.not_before.isoformat(),
        "not_after": item.not_after.isoformat(),
        "days_left": (item.not_after - now).days,
        "lifetime_days": round(item.lifetime_days, 2),
        "key": item.key.to_dict(),
        "signature_algorithm": item.signature_algorithm,
        "signature_hash": item.signature_hash,
        "common_names": list(item.common_names),
        "dns_names": list(item.dns_names),
        "ip_addresses": list(item.ip_addresses),
        "ca": item.ca,
        "path_length": item.path_length,
        "key_usage": None if item.key_usage is None else list(item.key_usage),
        "extended_key_usage": None if item.extended_key_usage is None else list(item.extended_key_usage),
        "permitted_names": list(item.permitted_names),
        "excluded_names": list(item.excluded_names),
        "policies": list(item.policies),
        "ocsp_urls": list(item.ocsp_urls),
        "crl_urls": list(item.crl_urls),
        "issuer_urls": list(item.issuer_urls),
        "must_staple": item.must_staple,
        "scts": item.scts,
        "subject_key_id": item.subject_key_id,
        "authority_key_id": item.authority_key_id,
        "self_issued": item.self_issued,
        "public": find_public_evidence(item.policies, item.scts) is not None,
        "pem": item.pem,
    }


def describe_key(key: PrivateKey, material: Material) -> dict[str, Any]:
    """Turn a private key into its public half and the facts of its file."""
    file = material.file
    return {
        "path": key.source,
        "position": key.position,
        "format": key.form,
        "encrypted": key.encrypted,
        "readable": key.error is None and key.key is not None,
        "key": None if key.key is None else key.key.to_dict(),
        "owner": None if file is None else file.owner,
        "group": None if file is None else file.group,
        "mode": None if file is None else file.mode_text,
    }
