# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One look at keys and certificates: read, judge, give back plain data.

What ``certificate_info`` calls, and what other edge code may call before it trusts a
file.  The time is a parameter; nothing is written anywhere.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import findings as words
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge import judge
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.leaves import find_leaves
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Finding, Material
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.plain import describe_certificate, describe_key
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.rules import Rules, find_figures
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import parse as certificates
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.material import Reader, expand, open_file
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii

SYSTEM_STORE = "/etc/ssl/certs/ca-certificates.crt"
"""Where Debian's update-ca-certificates puts every trusted root."""

DEBIAN_BLOCKLIST = "/usr/share/openssl-blacklist/blacklist.*"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DEBIAN_ENTRY = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True)
class Request:
    """What to read and what to hold it against.  Fields are the options of ``certificate_info``."""

    paths: Sequence[str] = ()
    endpoints: Sequence[Mapping[str, Any]] = ()
    policy: Any = None
    names: Sequence[str] = ()
    purpose: str = "server"
    passphrase: Optional[str] = None
    trust_anchors: Optional[Sequence[str]] = None
    min_days_left: int = 14
    key_owners: Sequence[str] = ("root",)
    key_groups: Sequence[str] = ("ssl-cert",)
    blocklist: Sequence[str] = ()
    accept: Sequence[str] = ()
    """Controls whose failure somebody has decided to live with."""
    with_pem: bool = False
    passes: bool = True
    """Return what passed, too."""


def check(request: Request, now: datetime) -> dict[str, Any]:
    """Read and judge; returns the keys of the module's result.

    Raises:
        PolicyError: the policy cannot be used.
        CertificateError: an option is wrong, or a trust anchor or block list cannot be
            read.  What is wrong with the files in question is a finding instead.
    """
    rules = _rules(request)
    reader = Reader(request.passphrase, request.with_pem)
    paths, unmatched = expand(request.paths)
    materials = [reader.file(path) for path in paths] + [_served(endpoint, reader) for endpoint in request.endpoints]
    anchors = _anchors(request, reader)
    signatures = reader.signatures(anchors + materials)
    anchor_certificates = [item for material in anchors for item in material.certificates]
    judged = judge(materials, anchor_certificates, signatures, rules, now)
    found = _limits(materials) + words.is_accepted(judged, request.accept)
    return _result(materials, found, rules, unmatched, request, now)


def _limits(materials: Sequence[Material]) -> tuple[Finding, ...]:
    """Say clearly what was not looked at where the library is missing."""
    if certificates.is_available() or not materials:
        return ()
    into = words.Ledger(materials[0].source)
    into.untold(
        "certificate.chain_signature",
        f"No signature was checked and nothing encrypted was opened: {certificates.MISSING}.",
        parser=certificates.load_parser(),
    )
    return tuple(into.findings)


def _result(
    materials: Sequence[Material],
    found: Sequence[Finding],
    rules: Rules,
    unmatched: Sequence[str],
    request: Request,
    now: datetime,
) -> dict[str, Any]:
    leaves = find_leaves(materials, bool(request.names))
    failed = [item for item in found if item.status in ("fail", "error")]
    shown = [item for item in found if request.passes or item.status in ("fail", "error", "excepted")]
    return {
        "certificates": [
            describe_certificate(item, now, (material.source, item.position) in leaves)
            for material in materials
            for item in material.certificates
        ],
        "private_keys": [describe_key(key, material) for material in materials for key in material.keys],
        "findings": [item.to_dict() for item in shown],
        "compliant": words.is_compliant(found),
        "judged_by": rules.name,
        "parser": certificates.load_parser(),
        "problems": [item.sentence for item in failed if item.severity in words.FAILING_SEVERITIES],
        "unmatched": list(unmatched),
    }


def _rules(request: Request) -> Rules:
    policy = None if request.policy is None else resolve(policy=request.policy)
    digests, debian = _blocklists(request.blocklist)
    return replace(
        find_figures(policy),
        names=tuple(to_ascii(name) for name in request.names),
        purpose=request.purpose,
        min_days_left=request.min_days_left,
        key_owners=tuple(request.key_owners),
        key_groups=tuple(request.key_groups),
        anchors_named=request.trust_anchors is not None,
        blocklist=digests,
        debian_blocklist=debian,
    )


def _anchors(request: Request, reader: Reader) -> list[Material]:
    if request.trust_anchors is None:
        return [material for material in [reader.file(SYSTEM_STORE)] if material.certificates]
    paths, unmatched = expand(request.trust_anchors)
    materials = [reader.file(path) for path in paths]
    empty = list(unmatched) + [material.source for material in materials if not material.certificates]
    if empty:
        raise CertificateError(f"No trust anchor could be read from {words.list_words(empty)}.")
    return materials


def _served(endpoint: Mapping[str, Any], reader: Reader) -> Material:
    """Turn one endpoint of ``endpoint_info``'s result into material."""
    if not isinstance(endpoint, Mapping) or "host" not in endpoint:
        raise CertificateError("Each item of 'endpoints' has to be one of those that endpoint_info returns.")
    source = f"{endpoint['host']}:{endpoint.get('port')}/{endpoint.get('protocol')}"
    served = endpoint.get("certificates") or []
    texts = [str(item.get("pem") or "") for item in served if isinstance(item, Mapping)]
    name = endpoint.get("server_name")
    expected = (to_ascii(str(name)),) if name else ()
    if not any(texts):
        reason = endpoint.get("error") or "it served no certificate"
        return Material(source, form="endpoint", problems=(f"{source} could not be judged: {reason}.",))
    return reader.endpoint(source, texts, expected)


def _blocklists(items: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Collect SHA-256 digests given as such or in files, and Debian's lists where their package is installed."""
    digests: list[str] = []
    debian: list[str] = []
    for item in items:
        text = item.strip().lower()
        if _DIGEST.fullmatch(text):
            digests.append(text)
        elif item.startswith("/"):
            digests.extend(_first_words(item, _DIGEST))
        else:
            raise CertificateError(
                f"The block list entry '{item}' is neither 64 hexadecimal digits (SHA-256 of a SubjectPublicKeyInfo) "
                "nor the absolute path of a file with such lines."
            )
    for path in sorted(glob.glob(DEBIAN_BLOCKLIST)):
        debian.extend(_first_words(path, _DEBIAN_ENTRY))
    return frozenset(digests), frozenset(debian)


def _first_words(path: str, form: "re.Pattern[str]") -> list[str]:
    """Return the first word of each line of a file where it has the right form."""
    lines = open_file(path)[1].decode("ascii", "replace").splitlines()
    words_of_lines = (line.split(None, 1)[0].lower() for line in lines if line.strip())
    return [word for word in words_of_lines if form.fullmatch(word)]
