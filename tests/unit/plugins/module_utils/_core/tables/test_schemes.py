# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Signature schemes: names in each library, and which may sign a TLS 1.3 handshake."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import schemes


def test_every_key_is_unique() -> None:
    for attribute in ("iana", "code_point"):
        values = [getattr(scheme, attribute) for scheme in schemes.SCHEMES]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    ("name", "openssl", "gnutls", "tls13"),
    [
        ("ecdsa_secp256r1_sha256", "ecdsa_secp256r1_sha256", ("ECDSA-SHA256", "ECDSA-SECP256R1-SHA256"), True),
        # OpenSSL 3.0 knows no ecdsa_sha1, every release knows the pair.
        ("ecdsa_sha1", "ECDSA+SHA1", ("ECDSA-SHA1",), False),
        ("rsa_pkcs1_sha256", "rsa_pkcs1_sha256", ("RSA-SHA256",), False),
        ("rsa_pss_rsae_sha256", "rsa_pss_rsae_sha256", ("RSA-PSS-RSAE-SHA256",), True),
        ("ed448", "ed448", ("EDDSA-ED448",), True),
        ("mldsa65", "mldsa65", (), True),
        ("dsa_sha256", "DSA+SHA256", ("DSA-SHA256",), False),
        ("slhdsa_sha2_128s", None, (), True),
    ],
)
def test_rows(name: str, openssl: str | None, gnutls: tuple[str, ...], tls13: bool) -> None:
    scheme = schemes.by_iana(name)
    assert (scheme.openssl, scheme.gnutls, scheme.tls13) == (openssl, gnutls, tls13)
    assert schemes.by_code_point(scheme.code_point) is scheme
    assert all(schemes.by_gnutls(token.lower()) is scheme for token in gnutls)


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean rsa_pss_rsae_sha256\?"):
        schemes.by_iana("rsa_pss_rsae_sha255")
    assert schemes.by_code_point(0x0A0A) is schemes.by_gnutls("nope") is None
