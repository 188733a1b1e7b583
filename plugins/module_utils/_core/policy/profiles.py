# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The nine profiles: figures with their sources, no code.

Collected 2026-11-22; each profile names its source, the sections, and how far the text
itself could be read (``source_status``).  Two sets each: what the roles configure, and in
``also_allowed`` what a correct server may offer besides.  ``tests/data/profiles.yml`` holds
the same figures in the form they were collected in, and a test holds the two together.
The schedule for public certificates is ``cert/lifetime.py``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import (
    AlsoAllowed,
    CertificateRules,
    Hsts,
    KeySizes,
    Policy,
)

_GCM = (
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
)
_CHACHA = (
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
)
_CCM = ("TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM")
_CBC_SHA2 = (
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
)
_CBC_SHA1 = (
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
)
_DHE = (
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_DHE_RSA_WITH_AES_128_CCM",
    "TLS_DHE_RSA_WITH_AES_256_CCM",
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
)
_OLD_TAIL = (
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
)

_AES128 = "TLS_AES_128_GCM_SHA256"
_AES256 = "TLS_AES_256_GCM_SHA384"
_CHACHA13 = "TLS_CHACHA20_POLY1305_SHA256"
_CCM13 = "TLS_AES_128_CCM_SHA256"

_ECDSA = ("ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "ecdsa_secp521r1_sha512")
_EDDSA = ("ed25519", "ed448")
_PSS = (
    "rsa_pss_rsae_sha256",
    "rsa_pss_rsae_sha384",
    "rsa_pss_rsae_sha512",
    "rsa_pss_pss_sha256",
    "rsa_pss_pss_sha384",
    "rsa_pss_pss_sha512",
)
_PKCS1 = ("rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512")

_SHA2 = ("sha256", "sha384", "sha512")
_P256_P384 = ("secp256r1", "secp384r1")
_P256_P384_P521 = ("secp256r1", "secp384r1", "secp521r1")
# The sources say includeSubDomains. It hits hosts that nothing is known of, so only two data classes ask for it.
_HSTS_TWO_YEARS = Hsts(min_max_age=63072000, include_subdomains=False, preload=False)

_MODERN = Policy(
    name="modern",
    title="TLSRef (formerly Mozilla) 6.0 modern",
    source="tlsref/data docs/guidelines/6.0.json = mozilla/ssl-config-generator 6.0.json",
    source_status="verified in the primary source; signature schemes: RFC 8446 set without PKCS#1 and SHA-1",
    version="2026-04-06",
    protocols=("TLSv1.3",),
    tls12_suites=(),
    tls13_suites=(_AES128, _AES256, _CHACHA13),
    groups=("X25519MLKEM768", "X25519", "secp256r1", "secp384r1"),
    signature_schemes=_ECDSA + _EDDSA + _PSS,
    min_key=KeySizes(rsa=None, ec=256, dh=None),
    certificate=CertificateRules(
        types=("ecdsa",),
        curves=_P256_P384,
        signature_hashes=_SHA2,
        max_lifetime_days=90,
        recommended_lifetime_days=90,
    ),
    hsts=_HSTS_TWO_YEARS,
    server_preference=False,
)

_INTERMEDIATE = Policy(
    name="intermediate",
    title="TLSRef (formerly Mozilla) 6.0 intermediate",
    source="tlsref/data docs/guidelines/6.0.json",
    source_status="verified in the primary source",
    version="2026-04-06",
    protocols=("TLSv1.2", "TLSv1.3"),
    tls12_suites=_GCM + _CHACHA,
    tls13_suites=(_AES128, _AES256, _CHACHA13),
    groups=("X25519MLKEM768", "X25519", "secp256r1", "secp384r1"),
    signature_schemes=_ECDSA + _EDDSA + _PSS + _PKCS1,
    min_key=KeySizes(rsa=2048, ec=256, dh=2048),
    certificate=CertificateRules(
        types=("ecdsa", "rsa"),
        curves=_P256_P384,
        signature_hashes=_SHA2,
        max_lifetime_days=366,
        recommended_lifetime_days=90,
    ),
    hsts=_HSTS_TWO_YEARS,
    server_preference=False,
)

# The source also lists TLS_RSA_WITH_3DES_EDE_CBC_SHA.  It is left out: OpenSSL as Debian
# builds it has no 3DES and ignores the name silently, and GnuTLS's +3DES-CBC would bring
# ECDHE suites with 3DES as well.
_OLD = Policy(
    name="old",
    title="Mozilla/TLSRef 5.8 old (the last version that has it), without 3DES",
    source="tlsref/data docs/guidelines/5.8.json",
    source_status="verified in the primary source",
    version="2026-04-06",
    protocols=("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"),
    tls12_suites=_GCM + _CHACHA + _OLD_TAIL,
    tls13_suites=(_AES128, _AES256, _CHACHA13),
    groups=("X25519MLKEM768", "X25519", "secp256r1", "secp384r1"),
    signature_schemes=_ECDSA + _EDDSA + _PSS + _PKCS1 + ("ecdsa_sha1", "rsa_pkcs1_sha1"),
    min_key=KeySizes(rsa=2048, ec=256, dh=2048),
    certificate=CertificateRules(
        types=("rsa",),
        curves=_P256_P384,
        signature_hashes=("sha256",),
        max_lifetime_days=366,
        recommended_lifetime_days=90,
    ),
    hsts=_HSTS_TWO_YEARS,
    openssl_seclevel=0,
)

# RFC 9325 section 4.3 lists no TLS 1.3 suites and points to RFC 8446 section 9.1.  ChaCha20
# is only in also_allowed because GnuTLS couples it with the TLS 1.2 suites of that cipher.
_RFC9325 = Policy(
    name="rfc9325",
    title="BCP 195 (RFC 9325, RFC 8996, RFC 9852, as updated by RFC 10015)",
    source="RFC 9325 sections 3.1.1, 4.1, 4.2, 4.2.1, 4.5; RFC 8996 sections 4, 5; RFC 10015 sections 2-4",
    source_status="verified in the primary text (RFC 10015: metadata and draft text)",
    version="2026-07",
    protocols=("TLSv1.2", "TLSv1.3"),
    tls12_suites=_GCM,
    tls13_suites=(_AES128, _AES256),
    groups=("X25519", "secp256r1", "secp384r1"),
    signature_schemes=_ECDSA + _EDDSA + _PSS + _PKCS1,
    min_key=KeySizes(rsa=2048, ec=224, dh=2048),
    certificate=CertificateRules(types=("ecdsa", "rsa"), curves=_P256_P384, signature_hashes=_SHA2),
    hsts=Hsts(),
    also_allowed=AlsoAllowed(ok=_CHACHA + _CCM + (_CHACHA13, _CCM13)),
)

# DHE: until 2029 for the BSI, MUST NOT for RFC 10015.  CBC: until 2031 with encrypt-then-MAC.
_BSI = Policy(
    name="bsi",
    title="BSI TR-02102-2 (2026-01), forward secrecy and AEAD only",
    source="BSI TR-02102-2 sections 3.3.1, 3.3.2, 3.4 (tables 2, 3, 10-14)",
    source_status="secondary (stfbk/tls-compliance-dataset up to 2025-05, two second-hand reports of 2026)",
    version="2026-01",
    protocols=("TLSv1.2", "TLSv1.3"),
    tls12_suites=_GCM + _CCM,
    tls13_suites=(_AES128, _AES256, _CCM13),
    groups=(*_P256_P384_P521, "ffdhe3072", "ffdhe4096"),
    signature_schemes=_ECDSA + _PSS,
    min_key=KeySizes(rsa=3072, ec=256, dh=3072),
    certificate=CertificateRules(
        types=("ecdsa", "rsa"),
        curves=_P256_P384_P521,
        signature_hashes=_SHA2,
        max_lifetime_days=1096,
        recommended_lifetime_days=90,
    ),
    hsts=Hsts(),
    also_allowed=AlsoAllowed(phase_out=_CBC_SHA2 + _DHE),
)

_NIST = Policy(
    name="nist",
    title="NIST SP 800-52r2, forward secrecy and AEAD only",
    source="NIST SP 800-52r2 sections 3.1, 3.2.1, 3.3.1",
    source_status="secondary (stfbk/tls-compliance-dataset; NIST news of 2019-08)",
    version="2019-08",
    protocols=("TLSv1.2", "TLSv1.3"),
    tls12_suites=_GCM + _CCM,
    tls13_suites=(_AES128, _AES256, _CCM13),
    groups=_P256_P384_P521,
    signature_schemes=_ECDSA + _PSS + _PKCS1,
    min_key=KeySizes(rsa=2048, ec=224, dh=2048),
    certificate=CertificateRules(
        types=("ecdsa", "rsa"),
        curves=_P256_P384,
        signature_hashes=_SHA2,
        max_lifetime_days=1096,
    ),
    hsts=Hsts(),
    also_allowed=AlsoAllowed(
        phase_out=_CBC_SHA2
        + _CBC_SHA1
        + _DHE
        + ("TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"),
    ),
)

_NCSC_NL = Policy(
    name="ncsc_nl",
    title="NCSC-NL TLS guidelines 2025-05, good and sufficient",
    source="NCSC-NL TLS guidelines 3.3.1-3.3.5, appendix B, as Internet.nl checks them",
    source_status="verified in the Dutch government's test implementation (2026-07); guideline text itself not read",
    version="2025-05",
    protocols=("TLSv1.2", "TLSv1.3"),
    tls12_suites=_GCM + _CHACHA + _CCM,
    tls13_suites=(_AES256, _CHACHA13, _AES128, _CCM13),
    groups=("X25519", "secp256r1", "secp384r1", "secp521r1", "X448"),
    signature_schemes=_ECDSA + _EDDSA + _PSS + _PKCS1,
    min_key=KeySizes(rsa=3072, ec=256, dh=3072),
    certificate=CertificateRules(
        types=("ecdsa", "rsa", "ed25519", "ed448"),
        curves=_P256_P384_P521,
        signature_hashes=_SHA2,
    ),
    hsts=Hsts(min_max_age=31536000),
    also_allowed=AlsoAllowed(phase_out=_CBC_SHA2 + _DHE + ("TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",)),
    extended_master_secret_required=True,
)

_PCI = Policy(
    name="pci",
    title="PCI DSS 4.0.1 requirement 4.2.1 (strong cryptography; the standard has no list of suites)",
    source="PCI DSS 4.0.1 4.2.1, 4.2.1.1, 4.2.1.2, 12.3.3; PCI SSC glossary, strong cryptography",
    source_status="glossary verified in the primary text, requirements second-hand",
    version="2024-06",
    protocols=("TLSv1.2", "TLSv1.3"),
    tls12_suites=_GCM + _CHACHA,
    tls13_suites=(_AES128, _AES256, _CHACHA13),
    groups=("X25519", "secp256r1", "secp384r1", "secp521r1"),
    signature_schemes=_ECDSA + _EDDSA + _PSS + _PKCS1,
    min_key=KeySizes(rsa=2048, ec=224, dh=2048),
    certificate=CertificateRules(types=("ecdsa", "rsa"), curves=_P256_P384_P521, signature_hashes=_SHA2),
    hsts=Hsts(),
    also_allowed=AlsoAllowed(ok=(*_CCM, _CCM13), phase_out=_CBC_SHA2 + _CBC_SHA1),
)

# Leaves out TLS_AES_128_GCM_SHA256, which RFC 8446 section 9.1 makes mandatory to implement:
# a deliberate deviation that OpenSSL and GnuTLS clients live with.
_HARDENED = Policy(
    name="hardened",
    title="256-bit AEAD only, RSA from 3072 bits, TLS 1.2 tolerated",
    source="this collection's proposal, on top of NCSC-NL good and sufficient",
    source_status="proposal",
    version="2026-11-22",
    protocols=("TLSv1.2", "TLSv1.3"),
    tls12_suites=_GCM[2:] + _CHACHA,
    tls13_suites=(_AES256, _CHACHA13),
    groups=("X25519MLKEM768", "X25519", "secp384r1", "secp256r1"),
    signature_schemes=_ECDSA + _EDDSA + _PSS + _PKCS1,
    min_key=KeySizes(rsa=3072, ec=256, dh=None),
    certificate=CertificateRules(
        types=("ecdsa", "rsa"),
        curves=_P256_P384,
        signature_hashes=_SHA2,
        max_lifetime_days=100,
        recommended_lifetime_days=45,
    ),
    hsts=_HSTS_TWO_YEARS,
)

PROFILES: Mapping[str, Policy] = MappingProxyType(
    {policy.name: policy for policy in (_MODERN, _INTERMEDIATE, _OLD, _HARDENED, _RFC9325, _BSI, _NIST, _NCSC_NL, _PCI)}
)
"""Every profile by its name."""
