# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What OpenSSL of a given release knows: suites with their attributes, and the words for sets of them.

Source: ``openssl ciphers -V -stdname`` and ``openssl ciphers -s`` of 3.0.20 and 3.5.7 as
Debian builds them (no RC4, 3DES, SEED, IDEA, GOST), ciphers(1); collected 2026-11-22.
The equivalence tests hold every word and thousands of combinations against the
installed library.

Attributes are bit masks, as in the library: a word of a cipher string is a mask per
attribute, and a suite is meant if it has a bit in every mask that is not empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import SUITES, Suite, by_code_point

Release = tuple[int, int]

WEAK_CCM8_SINCE: Release = (3, 2)
"""Since then a suite with a tag of 64 bits has that strength and left HIGH for MEDIUM."""
STANDARD_NAMES_SINCE: Release = (3, 2)
"""Since then a cipher string may spell a suite with its IANA name."""
INTEGRITY_ONLY_SINCE: Release = (3, 4)
"""Since then TLS_SHA256_SHA256 and TLS_SHA384_SHA384 can be configured for TLS 1.3."""

TLS13_DEFAULT: tuple[int, ...] = (0x1302, 0x1303, 0x1301)
"""The TLS 1.3 suites that stay whatever the cipher string says, in OpenSSL's order."""

_CIPHERS = ("AES_", "CAMELLIA_", "ARIA_", "CHACHA20", "NULL")
_EXCHANGES = ("ECDHE", "DHE", "RSA", "PSK", "DHE_PSK", "ECDHE_PSK", "RSA_PSK", "SRP")


def _has(suite: Suite, release: Release) -> bool:
    """Whether OpenSSL of this release, as Debian builds it, has the suite."""
    if suite.openssl is None:
        return False
    if suite.kx == "any":
        return not suite.null or release >= INTEGRITY_ONLY_SINCE
    return suite.kx in _EXCHANGES and suite.cipher.startswith(_CIPHERS) and suite.max_protocol != "SSLv2"


@cache
def list_built_in(release: Release) -> Mapping[int, int]:
    """Return strength in bits by code point of every suite that this release has."""
    return {suite.code_point: rank_strength(suite, release) for suite in SUITES if _has(suite, release)}


def rank_strength(suite: Suite, release: Release) -> int:
    """Return the strength in bits that OpenSSL's security levels and @STRENGTH go by."""
    if suite.tag_bits is not None and release >= WEAK_CCM8_SINCE:
        return suite.tag_bits
    return suite.bits


@dataclass(frozen=True)
class Mask:
    """Attributes that a word asks for, or that a suite has; 0 in a word: it does not care."""

    kx: int = 0
    auth: int = 0
    enc: int = 0
    mac: int = 0
    grade: int = 0
    """NONE, LOW, MEDIUM, HIGH, FIPS."""
    default: int = 0
    """Not in DEFAULT."""
    min_protocol: str = ""
    """SSLv3, TLSv1 or TLSv1.2."""
    code_point: int = 0
    """Set where the word is the name of one suite."""


def _bits(names: str) -> dict[str, int]:
    return {name: 1 << index for index, name in enumerate(names.split())}


_KX = _bits("RSA DHE ECDHE PSK RSA_PSK DHE_PSK ECDHE_PSK SRP")
_AUTH = _bits("RSA DSS ECDSA anonymous PSK SRP")
_ENC = _bits(
    "AES_128_CBC AES_256_CBC AES_128_GCM AES_256_GCM AES_128_CCM AES_256_CCM AES_128_CCM_8 AES_256_CCM_8 "
    "CAMELLIA_128_CBC CAMELLIA_256_CBC ARIA_128_GCM ARIA_256_GCM CHACHA20_POLY1305 NULL"
)
_MAC = _bits("MD5 SHA SHA256 SHA384 AEAD")
_GRADE = _bits("NONE LOW MEDIUM HIGH FIPS")
_NOT_DEFAULT = 1


def _enc(*prefixes: str) -> int:
    return sum(bit for name, bit in _ENC.items() if name.startswith(prefixes))


_ENCRYPTS = sum(_ENC.values()) - _ENC["NULL"]
_AUTHENTICATES = sum(_AUTH.values()) - _AUTH["anonymous"]
_ANY_PSK = _KX["PSK"] | _KX["RSA_PSK"] | _KX["DHE_PSK"] | _KX["ECDHE_PSK"]
_AES_GCM = _ENC["AES_128_GCM"] | _ENC["AES_256_GCM"]
_AES_CCM = _enc("AES_128_CCM", "AES_256_CCM")

_SHA1 = Mask(mac=_MAC["SHA"])
_DHE = Mask(kx=_KX["DHE"])
_ECDHE = Mask(kx=_KX["ECDHE"])
_OPEN_DHE = Mask(kx=_KX["DHE"], auth=_AUTHENTICATES)
_OPEN_ECDHE = Mask(kx=_KX["ECDHE"], auth=_AUTHENTICATES)
_DSS = Mask(auth=_AUTH["DSS"])
_ECDSA = Mask(auth=_AUTH["ECDSA"])
_NULL = Mask(enc=_ENC["NULL"])
_TLS1 = Mask(min_protocol="TLSv1")

WORDS: Mapping[str, Mask] = {
    "ALL": Mask(enc=_ENCRYPTS),
    "COMPLEMENTOFALL": _NULL,
    "COMPLEMENTOFDEFAULT": Mask(enc=_ENCRYPTS, default=_NOT_DEFAULT),
    "kRSA": Mask(kx=_KX["RSA"]),
    "kEDH": _DHE,
    "kDHE": _DHE,
    "DH": _DHE,
    "kEECDH": _ECDHE,
    "kECDHE": _ECDHE,
    "ECDH": _ECDHE,
    "kPSK": Mask(kx=_KX["PSK"]),
    "kRSAPSK": Mask(kx=_KX["RSA_PSK"]),
    "kECDHEPSK": Mask(kx=_KX["ECDHE_PSK"]),
    "kDHEPSK": Mask(kx=_KX["DHE_PSK"]),
    "kSRP": Mask(kx=_KX["SRP"]),
    "aRSA": Mask(auth=_AUTH["RSA"]),
    "aDSS": _DSS,
    "DSS": _DSS,
    "aNULL": Mask(auth=_AUTH["anonymous"]),
    "aECDSA": _ECDSA,
    "ECDSA": _ECDSA,
    "aPSK": Mask(auth=_AUTH["PSK"]),
    "aSRP": Mask(auth=_AUTH["SRP"]),
    "EDH": _OPEN_DHE,
    "DHE": _OPEN_DHE,
    "EECDH": _OPEN_ECDHE,
    "ECDHE": _OPEN_ECDHE,
    "NULL": _NULL,
    "eNULL": _NULL,
    "RSA": Mask(kx=_KX["RSA"], auth=_AUTH["RSA"]),
    "ADH": Mask(kx=_KX["DHE"], auth=_AUTH["anonymous"]),
    "AECDH": Mask(kx=_KX["ECDHE"], auth=_AUTH["anonymous"]),
    "PSK": Mask(kx=_ANY_PSK),
    "SRP": Mask(kx=_KX["SRP"]),
    "AES128": Mask(enc=_enc("AES_128")),
    "AES256": Mask(enc=_enc("AES_256")),
    "AES": Mask(enc=_enc("AES_")),
    "AESGCM": Mask(enc=_AES_GCM),
    "AESCCM": Mask(enc=_AES_CCM),
    "AESCCM8": Mask(enc=_ENC["AES_128_CCM_8"] | _ENC["AES_256_CCM_8"]),
    "CAMELLIA128": Mask(enc=_ENC["CAMELLIA_128_CBC"]),
    "CAMELLIA256": Mask(enc=_ENC["CAMELLIA_256_CBC"]),
    "CAMELLIA": Mask(enc=_enc("CAMELLIA_")),
    "CHACHA20": Mask(enc=_ENC["CHACHA20_POLY1305"]),
    "ARIA": Mask(enc=_enc("ARIA_")),
    "ARIAGCM": Mask(enc=_enc("ARIA_")),
    "ARIA128": Mask(enc=_ENC["ARIA_128_GCM"]),
    "ARIA256": Mask(enc=_ENC["ARIA_256_GCM"]),
    "CBC": Mask(enc=sum(bit for name, bit in _ENC.items() if name.endswith("_CBC"))),
    "MD5": Mask(mac=_MAC["MD5"]),
    "SHA1": _SHA1,
    "SHA": _SHA1,
    "SHA256": Mask(mac=_MAC["SHA256"]),
    "SHA384": Mask(mac=_MAC["SHA384"]),
    "SSLv3": Mask(min_protocol="SSLv3"),
    "TLSv1": _TLS1,
    "TLSv1.0": _TLS1,
    "TLSv1.2": Mask(min_protocol="TLSv1.2"),
    "LOW": Mask(grade=_GRADE["LOW"]),
    "MEDIUM": Mask(grade=_GRADE["MEDIUM"]),
    "HIGH": Mask(grade=_GRADE["HIGH"]),
    "FIPS": Mask(enc=_ENCRYPTS, grade=_GRADE["FIPS"]),
}
"""The words for sets of suites that both releases take."""

AEAD = Mask(mac=_MAC["AEAD"])
"""OpenSSL's own list of preference needs it; a string has no word for it."""

FORMER_WORDS = frozenset(
    {
        "EXP", "EXPORT", "EXPORT40", "EXPORT56", "3DES", "DES", "RC4", "RC2", "IDEA", "SEED", "SSLv2", "kDHr", "kDHd",
        "kDH", "kECDHr", "kECDHe", "kECDH", "aDH", "aECDH", "kKRB5", "aKRB5", "KRB5", "kFZA", "aFZA", "eFZA", "FZA",
        "kGOST", "kGOST18", "aGOST", "aGOST01", "aGOST12", "aGOST94", "GOST89", "GOST89MAC", "GOST94", "GOST12",
        "GOST2012", "GOST2012256", "GOST2012MAGMA", "GOST2012KUZNYECHIK", "MAGMA", "KUZNYECHIK",
    }
)  # fmt: skip
"""Words of other builds or older releases: this one drops them as if it had never heard of them."""


@cache
def make_masks(release: Release) -> Mapping[int, Mask]:
    """Return the attributes of every suite that a cipher string of this release can name, by code point."""
    return {
        code_point: _mask(by_known_code_point(code_point), bits)
        for code_point, bits in list_built_in(release).items()
        if by_known_code_point(code_point).kx != "any"
    }


def by_known_code_point(code_point: int) -> Suite:
    """Return the suite of a number that is in the table."""
    suite = by_code_point(code_point)
    if suite is None:
        raise KeyError(code_point)
    return suite


def _mask(suite: Suite, bits: int) -> Mask:
    plain_aes = suite.cipher in ("AES_128_CBC", "AES_256_CBC", "AES_128_GCM", "AES_256_GCM")
    grade = _GRADE["NONE"] if suite.null else _GRADE["HIGH"] if bits >= 128 else _GRADE["MEDIUM"]
    if plain_aes and suite.kx != "SRP":
        grade |= _GRADE["FIPS"]
    outside_default = (
        suite.anonymous
        or suite.auth == "DSS"
        or "_CCM" in suite.cipher
        or suite.cipher.startswith(("ARIA", "CAMELLIA"))
    )
    return Mask(
        kx=_KX[suite.kx],
        auth=_AUTH["RSA" if suite.kx == "RSA_PSK" else suite.auth],
        enc=_ENC[suite.cipher],
        mac=_MAC[suite.mac],
        grade=grade,
        default=_NOT_DEFAULT if outside_default else 0,
        min_protocol=suite.min_protocol,
        code_point=suite.code_point,
    )
