# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What speaks against signing a request: it differs from its entry, or its names are not authorised.

A request comes from the host that will use the certificate, and that host may be in
other hands.  An authority that copies what the request says would then sign a
certificate for any name, or one that is itself an authority.  The entry is no proof
either: names in it may have come from the host, so each is held against the names that
were said on the controller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der, pem
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.authorised import (
    ToAscii,
    find_unauthorised,
    is_name,
    list_said_names,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import EXPLICIT_CURVE
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import as_address, is_only_ascii
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import join_printable, show_printable

ALLOWED_KEY_USAGE = ("Digital Signature", "Key Encipherment")
ALLOWED_EXTENSIONS = ("2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37")
TLS_FEATURE = "1.3.6.1.5.5.7.1.24"
REQUESTS = ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")
USAGES = {"TLS Web Server Authentication": "serverAuth", "TLS Web Client Authentication": "clientAuth"}


def find_problems(
    request: Mapping[str, Any], wanted: Mapping[str, Any], said: Sequence[str] = (), allowed: Sequence[str] = (),
    to_ascii: ToAscii = is_only_ascii, content: str = "",
) -> tuple[str, ...]:
    """Compare a request with the entry that it was made for, and its names with those that may be signed.

    Args:
        request: what ``community.crypto.openssl_csr_info`` says of it.
        wanted: the completed entry (see ``complete_entry``).
        said: names that were said on the controller besides those in the entry.
        allowed: the list ``tls_ca_names``.
        to_ascii: turns what a user wrote into A-labels.
        content: the request itself in PEM; a library no longer shows how its key was written.

    Returns:
        sentences; empty if the request asks for exactly what the entry does and all of its names are authorised.

    Raises:
        CertificateError: an item of ``allowed`` cannot be read.
    """
    found: list[str] = []
    if not request.get("signature_valid"):
        found.append("its signature is not that of its key")
    names, others = _names(request.get("subject_alt_name") or ())
    if sorted(names) != sorted(wanted["names"]) or others:
        found.append(
            f"it asks for {', '.join(sorted(names + others)) or 'no name'} and should for "
            f"{', '.join(sorted(wanted['names']))}"
        )
    if request.get("basic_constraints") != ["CA:FALSE"]:
        found.append("it does not rule out being an authority")
    surplus = [usage for usage in request.get("key_usage") or () if usage not in ALLOWED_KEY_USAGE]
    usages = [USAGES.get(usage, usage) for usage in request.get("extended_key_usage") or ()]
    if surplus or sorted(usages) != sorted(wanted["usages"]):
        found.append(
            f"it asks for the usages {', '.join(surplus + usages) or 'any'} and should for "
            f"{', '.join(wanted['usages'])}"
        )
    expected = (*ALLOWED_EXTENSIONS, *([TLS_FEATURE] if wanted.get("must_staple") else []))
    extensions = [oid for oid in request.get("extensions_by_oid") or () if oid not in expected]
    if extensions:
        found.append(f"it carries the extensions {', '.join(extensions)}, which nobody asked for")
    subject = [(str(key), str(value)) for key, value in request.get("subject_ordered") or ()]
    if subject != ([("commonName", wanted["common_name"])] if wanted["common_name"] else []):
        found.append(f"its subject is {subject}")
    # A common name that is no host name names no host.
    asked = dict.fromkeys([*names, *(value for key, value in subject if key == "commonName" and is_name(value))])
    foreign = find_unauthorised(asked, [*list_said_names(wanted), *said], allowed, to_ascii)
    if foreign:
        found.append(explain_refusal(foreign))
    return (*found, *_key_problems(content))


def _key_problems(content: str) -> tuple[str, ...]:
    """RFC 5480 2.1.1: the curve of a key has a name; GnuTLS and browsers refuse one that is spelled out."""
    try:
        for block in pem.split_blocks(content.encode("utf-8", "replace")):
            if block.label in REQUESTS and not block.problem:
                key = der.read_public_key(der.read(block.der).children()[0].children()[2])
                if key.curve == EXPLICIT_CURVE:
                    return ("the curve of its key is spelled out in parameters instead of named (RFC 5480 2.1.1)",)
    except (CertificateError, IndexError):
        return ("its key cannot be read",)
    return ()


def explain_refusal(names: Sequence[str]) -> str:
    """Return why names are not signed, and the options that would allow them."""
    return (
        f"nothing on the controller says that the private authority may sign for {', '.join(names)}, and a host's own "
        "configuration does not count; to allow it, add each name (or .example.org for all names below a domain) to "
        "tls_ca_names, or write it into subject_alt_names of an entry of tls_certificates"
    )


def _names(items: Any) -> tuple[list[str], list[str]]:
    """Sort alternative names into host names or addresses, and everything else."""
    names: list[str] = []
    others: list[str] = []
    for item in items:
        kind, _colon, value = str(item).partition(":")
        address = as_address(value)
        if kind == "DNS" and value.isascii() and join_printable(value):
            names.append(value.lower())
        elif kind == "IP" and address is not None:
            names.append(address)
        else:
            others.append(str(item) if join_printable(str(item)) else show_printable(str(item)))
    return names, others
