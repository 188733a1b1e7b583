# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one table of key exchange groups: numbers, names in each library, since when.

Data, not code.  Source: IANA registry "TLS Supported Groups" (tls-parameters-8) as
of 2026-09-29; OpenSSL: ``openssl s_client -groups`` of 3.0.20 and 3.5.7, GnuTLS:
``gnutls-cli --list`` of 3.7.9 and 3.8.9, both as Debian builds them.  Collected
2026-11-22.  Names are the registry's, but for ``X25519`` and ``X448``, which the
profiles and both libraries write with a capital; lookups ignore case.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import UnknownName


class Group(NamedTuple):
    """One key exchange group."""

    code_point: int
    iana: str
    kind: str
    """ecdhe, ffdhe, hybrid (classic and post-quantum together), mlkem (post-quantum alone), gost, sm2 or explicit."""
    bits: int
    """Size of the curve's field or of the prime; for hybrids that of the classic part, for ML-KEM its parameter set."""
    strength: int
    """Security strength in bits against a classic computer (NIST SP 800-57 part 1, table 2)."""
    openssl: Optional[str] = None
    """Name to write into OpenSSL settings, ``None``: OpenSSL as Debian builds it never has the group."""
    openssl_since: tuple[int, int] = (1, 1)
    """First OpenSSL release that takes the name; an older one rejects the whole list because of it."""
    gnutls: Optional[str] = None
    """Name after ``GROUP-``, ``None``: GnuTLS as Debian builds it never has the group."""
    tls13: bool = True
    """May be used in TLS 1.3 (RFC 8446 section 4.2.7)."""

    @property
    def post_quantum(self) -> bool:
        """True if the group resists a quantum computer that records now and decrypts later."""
        return self.kind in ("hybrid", "mlkem")


# code point, IANA name, kind, bits, strength, OpenSSL name, since, GnuTLS name, usable in TLS 1.3
_ROWS = """
0001 sect163k1 ecdhe 163 80 = 1.1 - no
0002 sect163r1 ecdhe 163 80 = 1.1 - no
0003 sect163r2 ecdhe 163 80 = 1.1 - no
0004 sect193r1 ecdhe 193 96 = 1.1 - no
0005 sect193r2 ecdhe 193 96 = 1.1 - no
0006 sect233k1 ecdhe 233 112 = 1.1 - no
0007 sect233r1 ecdhe 233 112 = 1.1 - no
0008 sect239k1 ecdhe 239 112 = 1.1 - no
0009 sect283k1 ecdhe 283 128 = 1.1 - no
000a sect283r1 ecdhe 283 128 = 1.1 - no
000b sect409k1 ecdhe 409 192 = 1.1 - no
000c sect409r1 ecdhe 409 192 = 1.1 - no
000d sect571k1 ecdhe 571 256 = 1.1 - no
000e sect571r1 ecdhe 571 256 = 1.1 - no
000f secp160k1 ecdhe 160 80 = 1.1 - no
0010 secp160r1 ecdhe 160 80 = 1.1 - no
0011 secp160r2 ecdhe 160 80 = 1.1 - no
0012 secp192k1 ecdhe 192 96 = 1.1 - no
0013 secp192r1 ecdhe 192 96 prime192v1 1.1 SECP192R1 no
0014 secp224k1 ecdhe 224 112 = 1.1 - no
0015 secp224r1 ecdhe 224 112 = 1.1 SECP224R1 no
0016 secp256k1 ecdhe 256 128 = 1.1 - no
0017 secp256r1 ecdhe 256 128 prime256v1 1.1 SECP256R1 yes
0018 secp384r1 ecdhe 384 192 = 1.1 SECP384R1 yes
0019 secp521r1 ecdhe 521 256 = 1.1 SECP521R1 yes
001a brainpoolP256r1 ecdhe 256 128 = 1.1 - no
001b brainpoolP384r1 ecdhe 384 192 = 1.1 - no
001c brainpoolP512r1 ecdhe 512 256 = 1.1 - no
001d X25519 ecdhe 255 128 = 1.1 X25519 yes
001e X448 ecdhe 448 224 = 1.1 X448 yes
001f brainpoolP256r1tls13 ecdhe 256 128 = 3.2 - yes
0020 brainpoolP384r1tls13 ecdhe 384 192 = 3.2 - yes
0021 brainpoolP512r1tls13 ecdhe 512 256 = 3.2 - yes
0022 GC256A gost 256 128 - - - yes
0023 GC256B gost 256 128 - - GC256B yes
0024 GC256C gost 256 128 - - - yes
0025 GC256D gost 256 128 - - - yes
0026 GC512A gost 512 256 - - GC512A yes
0027 GC512B gost 512 256 - - - yes
0028 GC512C gost 512 256 - - - yes
0029 curveSM2 sm2 256 128 - - - yes
0100 ffdhe2048 ffdhe 2048 112 = 3.0 FFDHE2048 yes
0101 ffdhe3072 ffdhe 3072 128 = 3.0 FFDHE3072 yes
0102 ffdhe4096 ffdhe 4096 152 = 3.0 FFDHE4096 yes
0103 ffdhe6144 ffdhe 6144 176 = 3.0 FFDHE6144 yes
0104 ffdhe8192 ffdhe 8192 200 = 3.0 FFDHE8192 yes
0200 MLKEM512 mlkem 512 128 = 3.5 - yes
0201 MLKEM768 mlkem 768 192 = 3.5 - yes
0202 MLKEM1024 mlkem 1024 256 = 3.5 - yes
11e9 SecP256r1MLKEM512 hybrid 256 128 - - - yes
11ea MLKEM512X25519 hybrid 255 128 - - - yes
11eb SecP256r1MLKEM768 hybrid 256 192 = 3.5 - yes
11ec X25519MLKEM768 hybrid 255 192 = 3.5 - yes
11ed SecP384r1MLKEM1024 hybrid 384 256 = 3.5 - yes
11ee curveSM2MLKEM768 hybrid 256 192 - - - yes
6399 X25519Kyber768Draft00 hybrid 255 192 - - - yes
639a SecP256r1Kyber768Draft00 hybrid 256 192 - - - yes
ff01 arbitrary_explicit_prime_curves explicit 0 0 - - - no
ff02 arbitrary_explicit_char2_curves explicit 0 0 - - - no
"""

_ALIASES = {
    "p-192": "secp192r1",
    "prime192v1": "secp192r1",
    "p-224": "secp224r1",
    "p-256": "secp256r1",
    "prime256v1": "secp256r1",
    "p-384": "secp384r1",
    "p-521": "secp521r1",
}
"""Other spellings that OpenSSL takes."""


def _parse(row: str) -> Group:
    code, iana, kind, bits, strength, openssl, since, gnutls, tls13 = row.split()
    major, _dot, minor = since.partition(".")
    return Group(
        code_point=int(code, 16),
        iana=iana,
        kind=kind,
        bits=int(bits),
        strength=int(strength),
        openssl=None if openssl == "-" else iana if openssl == "=" else openssl,
        openssl_since=(0, 0) if since == "-" else (int(major), int(minor)),
        gnutls=None if gnutls == "-" else gnutls,
        tls13=tls13 == "yes",
    )


GROUPS: tuple[Group, ...] = tuple(_parse(row) for row in _ROWS.strip().splitlines())
"""Every group, by ascending code point."""

_BY_NAME: dict[str, Group] = {group.iana.lower(): group for group in GROUPS}
_BY_CODE_POINT: dict[int, Group] = {group.code_point: group for group in GROUPS}
_BY_GNUTLS: dict[str, Group] = {group.gnutls: group for group in GROUPS if group.gnutls is not None}


def by_iana(name: str) -> Group:
    """Return the group of this name, in any case.

    Raises:
        UnknownName: nobody registered it; the message proposes the nearest name.

    """
    group = _BY_NAME.get(name.lower())
    if group is not None:
        return group
    other = _ALIASES.get(name.lower())
    if other is not None:
        raise UnknownName(
            f"Groups are written with their IANA names: {name} is called {other}.",
            {"name": name, "suggestion": other},
        )
    from difflib import get_close_matches  # needed for a wrong name only, and dear to import

    near = [_BY_NAME[key].iana for key in get_close_matches(name.lower(), _BY_NAME, n=1, cutoff=0.6)]
    raise UnknownName(
        f"No key exchange group is called {name}.{f' Did you mean {near[0]}?' if near else ''}",
        {"name": name, "suggestion": near[0] if near else ""},
    )


def by_code_point(code_point: int) -> Optional[Group]:
    """Return the group of this number, ``None`` if nobody knows it (GREASE, for one)."""
    return _BY_CODE_POINT.get(code_point)


def by_openssl(name: str) -> Optional[Group]:
    """Return the group that OpenSSL calls so (it ignores case), ``None`` if there is none."""
    return _BY_NAME.get(_ALIASES.get(name.lower(), name.lower()))


def by_gnutls(name: str) -> Optional[Group]:
    """Return the group that GnuTLS calls so, without ``GROUP-``; ``None`` if there is none."""
    return _BY_GNUTLS.get(name.upper())
