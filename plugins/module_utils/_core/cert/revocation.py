# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificate revocation lists (RFC 5280 section 5): read, and judged before a daemon is given them.

A daemon that was given an expired list, or the list of another authority, refuses every
client.  So a list is judged beforehand: it can be read, it counts now, and an authority of
the clients signed it.  Apache, nginx and HAProxy want a list of every authority of a chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der, distinguished, minimal, pem
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.minimal import Signed
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

LABEL = "X509 CRL"
_TIMES = (minimal.UTC_TIME, minimal.GENERALIZED_TIME)


@dataclass(frozen=True)
class RevocationList:
    """What a revocation list says."""

    issuer: str
    issuer_id: str
    """Equal for names that are the same by RFC 5280 7.1."""
    this_update: datetime
    next_update: Optional[datetime]
    """``None``: the list does not say when the next one comes."""
    revoked: Mapping[str, datetime]
    """Serial numbers in hexadecimal, as ``Certificate.serial`` has them, to the time from which they are revoked."""
    signed: Signed


def read_list(encoded: bytes) -> RevocationList:
    """Return what a DER revocation list says.

    Raises:
        CertificateError: it is none.
    """
    body, signed = minimal.sign_list(encoded)
    try:
        fields = list(body.children())
        if fields[0].tag == der.INTEGER:
            fields.pop(0)
        _algorithm, issuer, begin = fields[:3]
        rest = fields[3:]
        end = minimal.read_time(rest.pop(0)) if rest and rest[0].tag in _TIMES else None
        entries = rest[0].children() if rest and rest[0].tag == der.SEQUENCE else ()
        return RevocationList(
            distinguished.format_name(issuer), distinguished.make_identity(issuer), minimal.read_time(begin), end,
            {format(serial.integer(), "x"): minimal.read_time(when)
             for serial, when, *_further in (entry.children() for entry in entries)},
            signed)
    except (IndexError, ValueError):
        raise CertificateError("The revocation list cannot be read: its parts are not those of one.") from None


def read_lists(text: bytes) -> tuple[RevocationList, ...]:
    """Return every revocation list of a PEM file, in the order of the file; other objects are passed over.

    Raises:
        CertificateError: a block is damaged, or is not a revocation list.
    """
    found = []
    for block in pem.split_blocks(text):
        if block.problem:
            raise CertificateError(f"Line {block.line}: {block.problem}.")
        if block.label == LABEL:
            found.append(read_list(block.der))
    return tuple(found)


def find_faults(
    lists: Sequence[RevocationList], authorities: Sequence[bytes], now: datetime,
    is_signed_by: Callable[[Signed, Signed], Optional[bool]], every: bool = True,
) -> tuple[str, ...]:
    """Return why a daemon must not be given these lists, in sentences; empty if it may.

    Args:
        lists: what ``read_lists`` returned.
        authorities: certificates in DER of the authorities of the clients.
        now: the time, with its zone.
        is_signed_by: whether the key of the second made the signature of the first; None: that cannot be checked.
        every: whether each authority needs a list, as Apache, nginx and HAProxy want it; otherwise one list is enough.
    """
    if not lists:
        return ("it holds no revocation list (PEM)",)
    known = [(minimal.encode_certificate(item, ""), minimal.sign_body(item)) for item in authorities]
    if not known:
        return ("no certificate of an authority could be read that would have signed it",)
    found: list[str] = []
    for item in lists:
        found += _find_times(item, now)
        signers = [signed for certificate, signed in known if certificate.subject_id == item.issuer_id]
        answers = [is_signed_by(item.signed, signed) for signed in signers]
        if None in answers and True not in answers:
            found.append(f"the signature of the list of {item.issuer} cannot be checked on this host")
        elif True not in answers:
            found.append(f"the list of {item.issuer} is not signed by an authority of the clients "
                         f"({', '.join(sorted({certificate.subject for certificate, _signed in known}))})")
    issuers = {item.issuer_id for item in lists}
    if every:
        found += [f"there is no list of the authority {certificate.subject}, so that every client below it would be "
                  "refused"
                  for certificate, _signed in known if certificate.subject_id not in issuers]
    return tuple(dict.fromkeys(found))


def _find_times(item: RevocationList, now: datetime) -> list[str]:
    found = []
    if item.this_update > now:
        found.append(f"the list of {item.issuer} only counts from {_shown(item.this_update)} on")
    if item.next_update is not None and item.next_update <= now:
        found.append(f"the list of {item.issuer} expired at {_shown(item.next_update)}")
    return found


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
