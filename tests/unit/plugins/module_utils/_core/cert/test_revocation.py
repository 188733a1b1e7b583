# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Revocation lists as the library writes them are read alike; what would lock clients out is refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Optional

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import revocation
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.parse import is_signed_by

NOW = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER


class Authority:
    """An authority that signs lists."""

    def __init__(self, name: str, key: Any = None) -> None:
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.certificate = (
            x509.CertificateBuilder().subject_name(self.name).issuer_name(self.name).public_key(self.key.public_key())
            .serial_number(7).not_valid_before(NOW - DAY).not_valid_after(NOW + DAY).sign(self.key, hashes.SHA256())
            .public_bytes(DER))

    def sign(self, begin: datetime = NOW - DAY, end: datetime = NOW + DAY, serials: tuple[int, ...] = ()) -> bytes:
        builder = x509.CertificateRevocationListBuilder(self.name).last_update(begin).next_update(end)
        for serial in serials:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - DAY).build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(PEM)


OWN, OTHER = Authority("own"), Authority("other")


def faults(text: bytes, *authorities: Authority, every: bool = True) -> str:
    known = [item.certificate for item in authorities or (OWN,)]
    return "; ".join(revocation.find_faults(revocation.read_lists(text), known, NOW, is_signed_by, every))


@pytest.mark.parametrize("authority", [OWN, Authority("rsa", rsa.generate_private_key(65537, 2048))])
@pytest.mark.parametrize("serials", [(), (0x1234ABCD, 2**158 + 1)])
def test_a_list_says_what_the_library_wrote(authority: Authority, serials: tuple[int, ...]) -> None:
    (found,) = revocation.read_lists(authority.sign(serials=serials))
    assert (found.this_update, found.next_update) == (NOW - DAY, NOW + DAY)
    assert dict(found.revoked) == {format(serial, "x"): NOW - DAY for serial in serials}
    assert faults(authority.sign(serials=serials), authority) == ""


@pytest.mark.parametrize(("text", "words"), [
    (OWN.sign(end=NOW), "expired at 2026-12-01 12:00:00 UTC"),
    (OWN.sign(begin=NOW + timedelta(hours=1)), "only counts from 2026-12-01 13:00:00 UTC on"),
    (OTHER.sign(), "not signed by an authority of the clients"),
    (Authority("own").sign(), "not signed by an authority of the clients"),
    (b"", "holds no revocation list"),
])
def test_what_would_lock_clients_out_is_refused(text: bytes, words: str) -> None:
    assert words in faults(text)


def test_each_authority_of_a_chain_needs_a_list_if_the_daemon_wants_it() -> None:
    assert "no list of the authority" in faults(OWN.sign(), OWN, OTHER)
    assert faults(OWN.sign() + OTHER.sign(), OWN, OTHER) == ""
    assert faults(OWN.sign(), OWN, OTHER, every=False) == ""


def test_without_an_authority_or_a_way_to_check_nothing_passes() -> None:
    lists = revocation.read_lists(OWN.sign())
    assert "no certificate of an authority" in revocation.find_faults(lists, [], NOW, is_signed_by)[0]

    def cannot(child: Any, issuer: Any) -> Optional[bool]:
        return None

    assert "cannot be checked" in revocation.find_faults(lists, [OWN.certificate], NOW, cannot)[0]


def test_a_damaged_list_is_an_error_wherever_it_is_cut() -> None:
    whole = x509.load_pem_x509_crl(OWN.sign(serials=(1, 2))).public_bytes(DER)
    for length in range(len(whole)):
        with pytest.raises(CertificateError):
            revocation.read_list(whole[:length])
    with pytest.raises(CertificateError):
        revocation.read_list(OWN.certificate)
    with pytest.raises(CertificateError, match="Line 1"):
        revocation.read_lists(OWN.sign()[:200])
