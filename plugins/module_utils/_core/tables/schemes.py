# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one table of signature schemes: numbers and names in each library.

Data, not code.  Source: IANA registry "TLS SignatureScheme" as of 2026-09-29, and the
pairs of hash and signature of TLS 1.2 (RFC 5246 section 7.4.1.4.1) that were never given
a name of their own, here called as OpenSSL 3.5 calls them.  OpenSSL: ``openssl s_client
-sigalgs`` of 3.0.20 and 3.5.7; GnuTLS: ``gnutls-cli --list`` of 3.7.9 and 3.8.9, as
Debian builds them.  Collected 2026-11-22.
"""

from __future__ import annotations

from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass


@dataclass(frozen=True)
class SignatureScheme:
    """One signature scheme of the signature_algorithms extension."""

    code_point: int
    iana: str
    key: str
    """Key type that signs: rsa, rsa-pss, ecdsa, dsa, ed25519, ed448, mldsa, slhdsa, gost, sm2 or ibs."""
    hash: Optional[str]
    """Hash name in lower case, ``None`` where the algorithm brings its own."""
    openssl: Optional[str] = None
    """Name to write into OpenSSL settings, ``None``: OpenSSL as Debian builds it never takes it."""
    openssl_since: tuple[int, int] = (1, 1)
    """First release that takes the name; an older one rejects the whole list because of it."""
    gnutls: tuple[str, ...] = ()
    """Tokens after ``SIGN-``; GnuTLS needs all of them for one scheme.  Empty: it has none."""

    @property
    def tls13(self) -> bool:
        """May sign a TLS 1.3 handshake (RFC 8446 section 4.2.3: no PKCS#1 v1.5, no SHA-1, no DSA)."""
        return self.key not in ("rsa", "dsa", "ibs") and self.hash not in ("sha1", "sha224", "md5")


# code point, IANA name, key, hash, OpenSSL name, since, GnuTLS tokens
_ROWS = """
0101 rsa_pkcs1_md5 rsa md5 - - RSA-MD5
0201 rsa_pkcs1_sha1 rsa sha1 RSA+SHA1 1.1 RSA-SHA1
0202 dsa_sha1 dsa sha1 DSA+SHA1 1.1 DSA-SHA1
0203 ecdsa_sha1 ecdsa sha1 ECDSA+SHA1 1.1 ECDSA-SHA1
0301 rsa_pkcs1_sha224 rsa sha224 RSA+SHA224 1.1 RSA-SHA224
0302 dsa_sha224 dsa sha224 DSA+SHA224 1.1 DSA-SHA224
0303 ecdsa_sha224 ecdsa sha224 ECDSA+SHA224 1.1 ECDSA-SHA224
0401 rsa_pkcs1_sha256 rsa sha256 = 1.1 RSA-SHA256
0402 dsa_sha256 dsa sha256 DSA+SHA256 1.1 DSA-SHA256
0403 ecdsa_secp256r1_sha256 ecdsa sha256 = 1.1 ECDSA-SHA256,ECDSA-SECP256R1-SHA256
0420 rsa_pkcs1_sha256_legacy rsa sha256 - - -
0501 rsa_pkcs1_sha384 rsa sha384 = 1.1 RSA-SHA384
0502 dsa_sha384 dsa sha384 DSA+SHA384 1.1 DSA-SHA384
0503 ecdsa_secp384r1_sha384 ecdsa sha384 = 1.1 ECDSA-SHA384,ECDSA-SECP384R1-SHA384
0520 rsa_pkcs1_sha384_legacy rsa sha384 - - -
0601 rsa_pkcs1_sha512 rsa sha512 = 1.1 RSA-SHA512
0602 dsa_sha512 dsa sha512 DSA+SHA512 1.1 DSA-SHA512
0603 ecdsa_secp521r1_sha512 ecdsa sha512 = 1.1 ECDSA-SHA512,ECDSA-SECP521R1-SHA512
0620 rsa_pkcs1_sha512_legacy rsa sha512 - - -
0704 eccsi_sha256 ibs sha256 - - -
0705 iso_ibs1 ibs - - - -
0706 iso_ibs2 ibs - - - -
0707 iso_chinese_ibs ibs - - - -
0708 sm2sig_sm3 sm2 sm3 - - -
0709 gostr34102012_256a gost - - - -
070a gostr34102012_256b gost - - - -
070b gostr34102012_256c gost - - - -
070c gostr34102012_256d gost - - - -
070d gostr34102012_512a gost - - - -
070e gostr34102012_512b gost - - - -
070f gostr34102012_512c gost - - - -
0804 rsa_pss_rsae_sha256 rsa-pss sha256 = 1.1 RSA-PSS-RSAE-SHA256
0805 rsa_pss_rsae_sha384 rsa-pss sha384 = 1.1 RSA-PSS-RSAE-SHA384
0806 rsa_pss_rsae_sha512 rsa-pss sha512 = 1.1 RSA-PSS-RSAE-SHA512
0807 ed25519 ed25519 - = 1.1 EDDSA-ED25519
0808 ed448 ed448 - = 1.1 EDDSA-ED448
0809 rsa_pss_pss_sha256 rsa-pss sha256 = 1.1 RSA-PSS-SHA256
080a rsa_pss_pss_sha384 rsa-pss sha384 = 1.1 RSA-PSS-SHA384
080b rsa_pss_pss_sha512 rsa-pss sha512 = 1.1 RSA-PSS-SHA512
081a ecdsa_brainpoolP256r1tls13_sha256 ecdsa sha256 = 3.2 -
081b ecdsa_brainpoolP384r1tls13_sha384 ecdsa sha384 = 3.2 -
081c ecdsa_brainpoolP512r1tls13_sha512 ecdsa sha512 = 3.2 -
0904 mldsa44 mldsa - = 3.5 -
0905 mldsa65 mldsa - = 3.5 -
0906 mldsa87 mldsa - = 3.5 -
0911 slhdsa_sha2_128s slhdsa - - - -
0912 slhdsa_sha2_128f slhdsa - - - -
0913 slhdsa_sha2_192s slhdsa - - - -
0914 slhdsa_sha2_192f slhdsa - - - -
0915 slhdsa_sha2_256s slhdsa - - - -
0916 slhdsa_sha2_256f slhdsa - - - -
0917 slhdsa_shake_128s slhdsa - - - -
0918 slhdsa_shake_128f slhdsa - - - -
0919 slhdsa_shake_192s slhdsa - - - -
091a slhdsa_shake_192f slhdsa - - - -
091b slhdsa_shake_256s slhdsa - - - -
091c slhdsa_shake_256f slhdsa - - - -
"""


def _parse(row: str) -> SignatureScheme:
    code, iana, key, hash_, openssl, since, gnutls = row.split()
    major, _dot, minor = since.partition(".")
    return SignatureScheme(
        code_point=int(code, 16),
        iana=iana,
        key=key,
        hash=None if hash_ == "-" else hash_,
        openssl=None if openssl == "-" else iana if openssl == "=" else openssl,
        openssl_since=(0, 0) if since == "-" else (int(major), int(minor)),
        gnutls=() if gnutls == "-" else tuple(gnutls.split(",")),
    )


SCHEMES: tuple[SignatureScheme, ...] = tuple(_parse(row) for row in _ROWS.strip().splitlines())
"""Every signature scheme, by ascending code point."""

_BY_IANA: dict[str, SignatureScheme] = {scheme.iana: scheme for scheme in SCHEMES}
_BY_CODE_POINT: dict[int, SignatureScheme] = {scheme.code_point: scheme for scheme in SCHEMES}
_BY_GNUTLS: dict[str, SignatureScheme] = {token: scheme for scheme in SCHEMES for token in scheme.gnutls}


def by_iana(name: str) -> SignatureScheme:
    """Return the scheme of this name.

    Raises:
        UnknownName: nobody registered it; the message proposes the nearest name.

    """
    scheme = _BY_IANA.get(name)
    if scheme is not None:
        return scheme
    from difflib import get_close_matches  # needed for a wrong name only, and dear to import

    near = get_close_matches(name, _BY_IANA, n=1, cutoff=0.6)
    raise UnknownName(
        f"No signature scheme is called {name}.{f' Did you mean {near[0]}?' if near else ''}",
        {"name": name, "suggestion": near[0] if near else ""},
    )


def by_code_point(code_point: int) -> Optional[SignatureScheme]:
    """Return the scheme of this number, ``None`` if nobody knows it (GREASE, for one)."""
    return _BY_CODE_POINT.get(code_point)


def by_gnutls(token: str) -> Optional[SignatureScheme]:
    """Return the scheme that a GnuTLS token (without ``SIGN-``, any case) belongs to, ``None`` if none."""
    return _BY_GNUTLS.get(token.upper())
