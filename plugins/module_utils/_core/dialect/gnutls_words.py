# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The words of GnuTLS priority strings, and what each stands for.

Source: ``gnutls-cli --list`` with and without ``--priority``, of 3.7.9 and 3.8.9 as Debian
builds them; the GnuTLS manual, "Priority Strings"; collected 2026-11-22.  The equivalence
tests hold every word and thousands of combinations against the installed library.
Words are kept in the spelling in which the library prints them; it reads them in any case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Release = tuple[int, int]
Words = tuple[str, ...]

SINCE_3_8: Release = (3, 8)


def _split(words: str) -> list[str]:
    return words.split()


@dataclass(frozen=True)
class Level:
    """What a level such as NORMAL brings into each list; protocols only where it has its own."""

    kx: Words
    cipher: Words
    mac: Words
    sign: Words
    group: Words
    protocol: Words = ()


PROTOCOLS: Words = ("TLS1.3", "TLS1.2", "TLS1.1", "TLS1.0", "DTLS1.2", "DTLS1.0")
"""What every string starts with unless its first word is NONE."""
STREAM_PROTOCOLS: Words = PROTOCOLS[:4]
DATAGRAM_PROTOCOLS: Words = ("DTLS1.2", "DTLS1.0")

_ECDH: Words = ("SECP256R1", "SECP384R1", "SECP521R1", "X25519", "X448")
_FFDHE: Words = ("FFDHE2048", "FFDHE3072", "FFDHE4096", "FFDHE6144", "FFDHE8192")
GROUPS: Words = _ECDH + _FFDHE
_GOST_GROUPS: Words = ("GC256A", "GC256B", "GC256C", "GC256D", "GC512A", "GC512B", "GC512C")
NAMED_ONLY_GROUPS: Words = ("GC256A", "GC256C", "GC256D", "GC512B", "GC512C")
"""Groups whose names are taken but which this build cannot compute with."""

_KX_PFS: Words = ("ECDHE-ECDSA", "ECDHE-RSA", "DHE-RSA")
_KX: Words = ("ECDHE-ECDSA", "ECDHE-RSA", "RSA", "DHE-RSA")
_CIPHERS: Words = (
    "AES-256-GCM", "CHACHA20-POLY1305", "AES-256-CCM", "AES-256-CBC", "AES-128-GCM", "AES-128-CCM", "AES-128-CBC",
)  # fmt: skip
_CIPHERS_PERFORMANCE: Words = (
    "AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305", "AES-128-CCM", "AES-256-CCM", "AES-128-CBC", "AES-256-CBC",
)  # fmt: skip
_CIPHERS_SECURE192: Words = ("AES-256-GCM", "CHACHA20-POLY1305", "AES-256-CBC", "AES-256-CCM")
_CIPHERS_SECURE128: Words = (*_CIPHERS_SECURE192, "AES-128-GCM", "AES-128-CBC", "AES-128-CCM")
_MACS: Words = ("SHA1", "AEAD")

_SIGN_SHA256: Words = (
    "RSA-SHA256", "RSA-PSS-SHA256", "RSA-PSS-RSAE-SHA256", "ECDSA-SHA256", "ECDSA-SECP256R1-SHA256", "EdDSA-Ed25519",
)  # fmt: skip
_SIGN_SECURE192: Words = (
    "RSA-SHA384", "RSA-PSS-SHA384", "RSA-PSS-RSAE-SHA384", "ECDSA-SHA384", "ECDSA-SECP384R1-SHA384", "EdDSA-Ed448",
    "RSA-SHA512", "RSA-PSS-SHA512", "RSA-PSS-RSAE-SHA512", "ECDSA-SHA512", "ECDSA-SECP521R1-SHA512",
)  # fmt: skip
_SIGN_SECURE128: Words = _SIGN_SHA256 + _SIGN_SECURE192
SIGNATURES: Words = (*_SIGN_SECURE128, "RSA-SHA1", "ECDSA-SHA1")
_SIGN_SUITEB192: Words = ("ECDSA-SHA384", "ECDSA-SECP384R1-SHA384")
_SIGN_GOST: Words = ("GOSTR341012-256", "GOSTR341012-512")

_NORMAL = Level(kx=_KX, cipher=_CIPHERS, mac=_MACS, sign=SIGNATURES, group=GROUPS)
_SECURE128 = Level(kx=_KX, cipher=_CIPHERS_SECURE128, mac=_MACS, sign=_SIGN_SECURE128, group=GROUPS)
_SECURE192 = Level(
    kx=_KX,
    cipher=_CIPHERS_SECURE192,
    mac=("AEAD",),
    sign=_SIGN_SECURE192,
    group=("SECP384R1", "SECP521R1", "FFDHE8192"),
)

LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "NORMAL": _NORMAL,
        "LEGACY": _NORMAL,
        "PFS": Level(kx=_KX_PFS, cipher=_CIPHERS, mac=_MACS, sign=SIGNATURES, group=GROUPS),
        "PERFORMANCE": Level(
            kx=("RSA", "ECDHE-ECDSA", "ECDHE-RSA", "DHE-RSA"),
            cipher=_CIPHERS_PERFORMANCE,
            mac=_MACS,
            sign=SIGNATURES,
            group=GROUPS,
        ),
        "SECURE": _SECURE128,
        "SECURE128": _SECURE128,
        "SECURE192": _SECURE192,
        "SECURE256": _SECURE192,
        "SUITEB128": Level(
            kx=("ECDHE-ECDSA",),
            cipher=("AES-256-GCM", "AES-128-GCM"),
            mac=("AEAD",),
            sign=("ECDSA-SHA256", "ECDSA-SECP256R1-SHA256", *_SIGN_SUITEB192),
            group=("SECP256R1", "SECP384R1"),
            protocol=("TLS1.2",),
        ),
        "SUITEB192": Level(
            kx=("ECDHE-ECDSA",),
            cipher=("AES-256-GCM",),
            mac=("AEAD",),
            sign=_SIGN_SUITEB192,
            group=("SECP384R1",),
            protocol=("TLS1.2",),
        ),
    }
)


@dataclass(frozen=True)
class Bulk:
    """A word for many: ``+`` adds them all; ``-`` takes away these, or everything of the kind."""

    prefix: str
    """Whatever follows it is read as if it were not there."""
    adds: Mapping[str, Words]
    clears: Words = ()
    """Kinds of list that ``-`` empties altogether."""
    also_takes: Words = ()
    """What ``-`` takes away although ``+`` does not add it."""


BULKS: tuple[Bulk, ...] = (
    Bulk("VERS-TLS-ALL", {"protocol": STREAM_PROTOCOLS}),
    Bulk("VERS-DTLS-ALL", {"protocol": DATAGRAM_PROTOCOLS}, also_takes=("DTLS0.9",)),
    Bulk("VERS-ALL", {"protocol": PROTOCOLS}, clears=("protocol",)),
    Bulk("CURVE-ALL", {"group": GROUPS}, clears=("group",)),
    Bulk("GROUP-ALL", {"group": GROUPS}, clears=("group",)),
    Bulk("GROUP-DH-ALL", {"group": _FFDHE}),
    Bulk("GROUP-EC-ALL", {"group": _ECDH}),
    Bulk("GROUP-GOST-ALL", {"group": _GOST_GROUPS}),
    Bulk("SIGN-ALL", {"sign": SIGNATURES}, clears=("sign",)),
    Bulk("SIGN-GOST-ALL", {"sign": _SIGN_GOST}, clears=("sign",)),
    Bulk("MAC-ALL", {"mac": _MACS}, clears=("mac",)),
    Bulk("MAC-GOST-ALL", {"mac": ("GOST28147-TC26Z-IMIT",)}, clears=("mac",)),
    Bulk("CIPHER-ALL", {"cipher": _CIPHERS}, clears=("cipher",)),
    Bulk("CIPHER-GOST-ALL", {"cipher": ("GOST28147-TC26Z-CNT",)}, clears=("cipher",)),
    Bulk("KX-ALL", {"kx": _KX}, clears=("kx",)),
    Bulk("KX-GOST-ALL", {"kx": ("VKO-GOST-12",)}, clears=("kx",)),
    Bulk("CTYPE-ALL", {}),
    Bulk("CTYPE-CLI-ALL", {}),
    Bulk("CTYPE-SRV-ALL", {}),
    Bulk(
        "GOST",
        {
            "kx": ("VKO-GOST-12",),
            "mac": ("GOST28147-TC26Z-IMIT",),
            "cipher": ("GOST28147-TC26Z-CNT",),
            "sign": _SIGN_GOST,
            "group": _GOST_GROUPS,
        },
        clears=("kx", "mac", "cipher", "sign"),
    ),
)

_MAC_WORDS = _split("""
    SHA1 SHA224 SHA256 SHA384 SHA512 MD5 AEAD UMAC-96 UMAC-128 GOSTR341194 STREEBOG-256 STREEBOG-512 AES-CMAC-128
    AES-CMAC-256 AES-GMAC-128 AES-GMAC-192 AES-GMAC-256 GOST28147-TC26Z-IMIT OMAC-MAGMA OMAC-KUZNYECHIK
""")
_CIPHER_WORDS = _split("""
    AES-256-CBC AES-192-CBC AES-128-CBC AES-128-GCM AES-192-GCM AES-256-GCM AES-128-CCM AES-256-CCM AES-128-CCM-8
    AES-256-CCM-8 ARCFOUR-128 ESTREAM-SALSA20-256 SALSA20-256 CHACHA20-32 CHACHA20-64 CAMELLIA-256-CBC CAMELLIA-192-CBC
    CAMELLIA-128-CBC CHACHA20-POLY1305 CAMELLIA-128-GCM CAMELLIA-256-GCM GOST28147-TC26Z-CFB GOST28147-CPA-CFB
    GOST28147-CPB-CFB GOST28147-CPC-CFB GOST28147-CPD-CFB AES-128-CFB8 AES-192-CFB8 AES-256-CFB8 AES-128-XTS AES-256-XTS
    AES-128-SIV AES-256-SIV GOST28147-TC26Z-CNT MAGMA-CTR-ACPKM KUZNYECHIK-CTR-ACPKM 3DES-CBC DES-CBC RC2-40 NULL
""")
_KX_WORDS = _split("""
    ECDHE-RSA ECDHE-ECDSA RSA DHE-RSA DHE-DSS PSK RSA-PSK DHE-PSK ECDHE-PSK ANON-DH ANON-ECDH VKO-GOST-12
""")
_SRP_WORDS = ["SRP-DSS", "SRP-RSA", "SRP"]
_SIGN_WORDS = _split("""
    RSA-SHA256 RSA-SHA384 RSA-SHA512 RSA-PSS-SHA256 RSA-PSS-RSAE-SHA256 RSA-PSS-SHA384 RSA-PSS-RSAE-SHA384
    RSA-PSS-SHA512 RSA-PSS-RSAE-SHA512 EdDSA-Ed25519 EdDSA-Ed448 ECDSA-SHA256 ECDSA-SHA384 ECDSA-SHA512
    ECDSA-SECP256R1-SHA256 ECDSA-SECP384R1-SHA384 ECDSA-SECP521R1-SHA512 ECDSA-SHA3-224 ECDSA-SHA3-256
    ECDSA-SHA3-384 ECDSA-SHA3-512 RSA-SHA3-224 RSA-SHA3-256 RSA-SHA3-384 RSA-SHA3-512 DSA-SHA3-224 DSA-SHA3-256
    DSA-SHA3-384 DSA-SHA3-512 RSA-RAW RSA-SHA1 RSA-SHA224 RSA-RMD160 DSA-SHA1 DSA-SHA224 DSA-SHA256 RSA-MD5 RSA-MD2
    ECDSA-SHA1 ECDSA-SHA224 GOSTR341012-512 GOSTR341012-256 GOSTR341001 DSA-SHA384 DSA-SHA512
""")
SIGN_BOTH = frozenset(
    {
        "RSA-SHA256", "RSA-SHA384", "RSA-SHA512", "RSA-PSS-SHA256", "RSA-PSS-RSAE-SHA256", "RSA-PSS-SHA384",
        "RSA-PSS-RSAE-SHA384", "RSA-PSS-SHA512", "RSA-PSS-RSAE-SHA512", "EdDSA-Ed25519", "EdDSA-Ed448", "RSA-SHA1",
        "ECDSA-SHA1",
    }
)  # fmt: skip
"""Signatures that count as a reason to keep TLS 1.3 as well as older versions."""
SIGN_BEFORE_TLS13 = frozenset(
    {"ECDSA-SHA256", "ECDSA-SHA384", "ECDSA-SHA512", "DSA-SHA1", "GOSTR341012-512", "GOSTR341012-256"}
)
SIGN_TLS13 = frozenset({"ECDSA-SECP256R1-SHA256", "ECDSA-SECP384R1-SHA384", "ECDSA-SECP521R1-SHA512"})

_GROUP_WORDS = ["SECP192R1", "SECP224R1", *GROUPS, *_GOST_GROUPS]
_CURVES = {
    **{name: name for name in ("SECP192R1", "SECP224R1", *_ECDH)},
    "TC26-256-B": "GC256B",
    "TC26-512-A": "GC512A",
}
_VERSIONS = ["TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3", "DTLS0.9", "DTLS1.0", "DTLS1.2"]


def _keys(prefix: str, kind: str, words: list[str]) -> dict[str, tuple[str, str]]:
    return {(prefix + word).upper(): (kind, word) for word in words}


def list_single_words(release: Release) -> Mapping[str, tuple[str, str]]:
    """Return kind (mac, cipher, kx, protocol, group, sign) and word for all that ``+`` and ``-`` take one by one.

    Keys are in upper case, with their prefix.
    """
    newer = release >= SINCE_3_8
    return {
        **_keys("", "kx", _KX_WORDS if newer else _KX_WORDS + _SRP_WORDS),
        **_keys("", "cipher", _CIPHER_WORDS + (["AES-128-SIV-GCM", "AES-256-SIV-GCM"] if newer else [])),
        **_keys("", "mac", _MAC_WORDS + (["PBMAC1"] if newer else [])),
        **_keys("VERS-", "protocol", _VERSIONS),
        **_keys("GROUP-", "group", _GROUP_WORDS),
        **{"CURVE-" + curve: ("group", group) for curve, group in _CURVES.items()},
        **_keys("SIGN-", "sign", _SIGN_WORDS),
    }


ACCEPTED_WORDS = frozenset(
    {
        "VERS-SSL3.0", "RSA-EXPORT", "ARCFOUR-40", "CTYPE-X509", "CTYPE-X.509", "CTYPE-RAWPK", "CTYPE-CLI-X509",
        "CTYPE-CLI-X.509", "CTYPE-CLI-RAWPK", "CTYPE-SRV-X509", "CTYPE-SRV-X.509", "CTYPE-SRV-RAWPK",
    }
)  # fmt: skip
"""Single words that change nothing about suites, groups, signatures and versions."""
ACCEPTED_PREFIXES = ("COMP-", "MAC-", "CIPHER-", "KX-", "CTYPE-OPENPGP")
"""A word that begins so is accepted without a look at the rest."""
OBSOLETE_PREFIXES = ("VERS-SSL3.0", "COMP-", "CTYPE-OPENPGP", "RSA-EXPORT", "ARCFOUR-40", "MAC-", "CIPHER-", "KX-")
"""Those of them that once meant something; the library drops them without a sound."""

_OPTIONS = frozenset(
    _split("""
    COMPAT DUMBFW NO_EXTENSIONS NO_TICKETS NO_TICKETS_TLS12 NO_ETM FORCE_ETM NO_SESSION_HASH SERVER_PRECEDENCE
    SSL3_RECORD_VERSION LATEST_RECORD_VERSION STATELESS_COMPRESSION DISABLE_WILDCARDS DISABLE_SAFE_RENEGOTIATION
    UNSAFE_RENEGOTIATION PARTIAL_RENEGOTIATION SAFE_RENEGOTIATION FALLBACK_SCSV DISABLE_TLS13_COMPAT_MODE
    VERIFY_ALLOW_BROKEN VERIFY_ALLOW_SIGN_RSA_MD5 VERIFY_ALLOW_SIGN_WITH_SHA1 VERIFY_DISABLE_CRL_CHECKS
    VERIFY_ALLOW_X509_V1_CA_CRT ALLOW_SMALL_RECORDS NEW_PADDING PROFILE_VERY_WEAK PROFILE_LOW PROFILE_LEGACY
    PROFILE_MEDIUM PROFILE_HIGH PROFILE_ULTRA PROFILE_FUTURE PROFILE_SUITEB128 PROFILE_SUITEB192
""")
)
_OPTIONS_3_8 = frozenset({"NO_STATUS_REQUEST", "FORCE_SESSION_HASH", "NO_SHUFFLE_EXTENSIONS"})
OBSOLETE_OPTIONS = frozenset({"STATELESS_COMPRESSION", "NEW_PADDING"})


def list_options(release: Release) -> frozenset[str]:
    """Return the switches of this release, without their ``%``; their case counts."""
    return _OPTIONS | _OPTIONS_3_8 if release >= SINCE_3_8 else _OPTIONS
