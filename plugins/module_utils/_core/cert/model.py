# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was seen of keys and certificates: frozen facts, no judgement, never a secret.

A ``Material`` is everything one source gave: one file, or what one endpoint served.
Times are aware datetimes in UTC.  ``None`` always means "not there" or "could not be
told"; which of the two is said with the field.  Private keys leave here only as their
public half: there is no field that could carry more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

EXPLICIT_CURVE = "explicit"
"""In the place of a curve's name: its parameters are spelled out, which RFC 5480 2.1.1 forbids."""

MAX_PLAIN_BITS = 64
"""Numbers up to this size are written in decimal."""


@dataclass(frozen=True)
class PublicKey:
    """The public half of a key."""

    kind: str
    """``rsa``, ``dsa``, ``ecdsa``, ``ed25519``, ``ed448``, or the name of another algorithm."""
    bits: Optional[int] = None
    curve: Optional[str] = None
    """IANA group name of an EC key's curve (``secp256r1``); its OID if it has no name here; EXPLICIT_CURVE."""
    modulus: Optional[int] = None
    exponent: Optional[int] = None
    spki_sha256: Optional[str] = None
    """SHA-256 of the DER SubjectPublicKeyInfo in lower-case hex: what pins, TLSA records and block lists hold."""
    identity: Optional[str] = None
    """A digest of the key's numbers alone: equal for one key, however its point and its curve are written."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data; large numbers in hex, because JSON readers lose their digits and Python refuses to write them."""
        exponent = self.exponent
        return {
            "type": self.kind,
            "bits": self.bits,
            "curve": self.curve,
            "exponent": None if exponent is None or exponent.bit_length() > MAX_PLAIN_BITS else exponent,
            "exponent_bits": None if exponent is None else exponent.bit_length(),
            "exponent_hex": None if exponent is None else format(exponent, "x"),
            "modulus": None if self.modulus is None else format(self.modulus, "x"),
            "spki_sha256": self.spki_sha256,
        }


@dataclass(frozen=True)
class Unread:
    """One extension that is not shaped as its type asks for."""

    oid: str
    critical: bool
    reason: str


@dataclass(frozen=True)
class Certificate:
    """One certificate as it says of itself (RFC 5280), nothing of it checked."""

    source: str
    """The path, or ``host:port/protocol``, that it came from."""
    position: int
    """0 for the first certificate of its source."""
    sha256: str
    """SHA-256 of the DER form in lower-case hex."""
    subject: str
    issuer: str
    """Both as RFC 4514 writes names."""
    subject_id: str
    issuer_id: str
    """Digests that are equal exactly when RFC 5280 7.1 calls the names equal (see ``distinguished.py``)."""
    serial: str
    """Hex without leading zeros."""
    not_before: datetime
    not_after: datetime
    key: PublicKey
    signature_algorithm: str
    """Dotted OID's usual name, ``ecdsa-with-SHA256``; the OID itself if it has none here."""
    signature_hash: Optional[str] = None
    """``sha256``; ``None`` where the algorithm has no separate hash (EdDSA)."""
    common_names: tuple[str, ...] = ()
    dns_names: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    ca: Optional[bool] = None
    """``None``: no basic constraints at all."""
    path_length: Optional[int] = None
    key_usage: Optional[tuple[str, ...]] = None
    """``None``: not restricted."""
    extended_key_usage: Optional[tuple[str, ...]] = None
    """``serverAuth``, ``clientAuth`` ..., OIDs where there is no name; ``None``: not restricted."""
    permitted_names: tuple[str, ...] = ()
    excluded_names: tuple[str, ...] = ()
    """Name constraints of an authority as ``DNS:example.org`` and ``IP:192.0.2.0/24``; other kinds are left out."""
    policies: tuple[str, ...] = ()
    """OIDs of the certificate policies."""
    ocsp_urls: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()
    issuer_urls: tuple[str, ...] = ()
    must_staple: bool = False
    scts: int = 0
    """Number of embedded signed certificate timestamps (RFC 6962)."""
    subject_key_id: Optional[str] = None
    authority_key_id: Optional[str] = None
    critical_unknown: tuple[str, ...] = ()
    """OIDs of critical extensions that nothing here understands."""
    unread: tuple[Unread, ...] = ()
    """Extensions that could not be read; the fields that come from them are empty, the others are not."""
    oddities: tuple[str, ...] = ()
    """What breaks a rule of RFC 5280 and is read by everyone all the same."""
    subject_sha256: str = ""
    issuer_sha256: str = ""
    """SHA-256 of the DER names: clients that compare bytes compare these."""
    pem: Optional[str] = None

    @property
    def self_issued(self) -> bool:
        """Subject and issuer are the same name."""
        return self.subject_id == self.issuer_id

    @property
    def lifetime_days(self) -> float:
        """From the first to the last second, both included (RFC 5280 4.1.2.5), in days."""
        return ((self.not_after - self.not_before).total_seconds() + 1) / 86400

    @property
    def title(self) -> str:
        """What a person calls it: its first name, else its subject."""
        names = self.dns_names + self.ip_addresses + self.common_names
        return names[0] if names else (self.subject or "a certificate without a name")


@dataclass(frozen=True)
class PrivateKey:
    """One private key, known by its public half only."""

    source: str
    position: int
    form: str
    """``pkcs8``, ``pkcs1``, ``sec1``, ``dsa``, ``openssh`` or ``pkcs12``."""
    encrypted: bool
    """A passphrase is needed to use it."""
    key: Optional[PublicKey] = None
    """``None``: encrypted and no passphrase given, or unreadable."""
    error: Optional[str] = None


@dataclass(frozen=True)
class FileFacts:
    """Who may do what with a file.  Symbolic links are followed."""

    path: str
    real_path: str
    owner: str
    group: str
    uid: int
    gid: int
    mode: int
    size: int
    directory_mode: int = 0o755
    """Mode of the folder that the real file is in."""

    @property
    def mode_text(self) -> str:
        """The permission bits as ``0640``."""
        return format(self.mode & 0o7777, "04o")


@dataclass(frozen=True)
class Material:
    """Everything that one source gave."""

    source: str
    file: Optional[FileFacts] = None
    """``None`` for an endpoint, or for a file that could not be opened."""
    form: str = "pem"
    """``pem``, ``der``, ``pkcs12``, ``pkcs7``, ``endpoint`` or ``unknown``."""
    certificates: tuple[Certificate, ...] = ()
    keys: tuple[PrivateKey, ...] = ()
    others: tuple[str, ...] = ()
    """PEM labels that are neither (DH parameters, requests, ...)."""
    dh_bits: Optional[int] = None
    """Size of the Diffie-Hellman parameters in it, if there are some."""
    problems: tuple[str, ...] = ()
    """Sentences: what could not be read, and why."""
    cautions: tuple[str, ...] = ()
    """Sentences: what is read, and by which programs it is not."""
    expected_names: tuple[str, ...] = ()
    """For an endpoint: the name that its clients use."""


@dataclass(frozen=True)
class Signatures:
    """Which signature checks out under which key, by SHA-256 of the certificates."""

    verified: tuple[tuple[str, str], ...] = ()
    """(certificate, issuer) pairs whose signature was checked and is good."""
    refuted: tuple[tuple[str, str], ...] = ()
    """Pairs whose names fit but whose signature does not."""
    unchecked: tuple[tuple[str, str], ...] = ()
    """Pairs whose names fit and whose algorithm the library does not know."""
    possible: bool = True
    """False: there is no library, so nothing was checked and names alone count."""


@dataclass(frozen=True)
class Finding:
    """One judged fact, in the words that every finding of the collection uses."""

    control: str
    status: str
    """``pass``, ``fail``, ``excepted``, ``unprobed`` or ``error``."""
    severity: str
    """``critical``, ``high``, ``medium``, ``low`` or ``info``; how bad it is where it failed."""
    sentence: str
    path: str
    evidence: tuple[tuple[str, Any], ...] = ()
    references: tuple[str, ...] = ()
    remedy: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a module's result."""
        return {
            "control": self.control,
            "status": self.status,
            "severity": self.severity,
            "sentence": self.sentence,
            "path": self.path,
            "evidence": dict(self.evidence),
            "references": list(self.references),
            "remedy": self.remedy,
        }
