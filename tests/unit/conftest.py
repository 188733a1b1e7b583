# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes real keys and certificates for tests, good ones and deliberately bad ones."""

from __future__ import annotations

import datetime
import ipaddress
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage
from hypothesis import HealthCheck, settings

# Machines are shared: how long a case took says nothing about the code.
settings.register_profile("unit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unit")

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


def day(number: float) -> datetime.datetime:
    """The moment so many days from NOW."""
    return NOW + datetime.timedelta(days=number)


@cache
def key(kind: str = "ec", number: int = 0) -> Any:
    """One private key per kind and number, made once a run: ec, p384, p521, ed25519, ed448, dsa, rsa2048 ..."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "dsa":
        return dsa.generate_private_key(2048)
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "ed448":
        return ed448.Ed448PrivateKey.generate()
    return ec.generate_private_key({"ec": ec.SECP256R1, "p384": ec.SECP384R1, "p521": ec.SECP521R1, "k1": ec.SECP256K1}[kind]())


def name(common: str) -> x509.Name:
    """A subject with one common name."""
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)] if common else [])


def certificate(
    common: str = "www.example.org",
    *,
    private: Any = None,
    public: Any = None,
    issuer: tuple[Any, Any] | None = None,
    sans: list[str] | None = None,
    begin: float = -1,
    days: float = 60,
    ca: bool | None = False,
    path_length: int | None = None,
    usage: list[str] | None = ("digital_signature",),
    extended: list[Any] | None = (Usage.SERVER_AUTH,),
    algorithm: Any = hashes.SHA256,
    extra: list[tuple[Any, bool]] = (),
    ocsp: str | None = None,
    policies: list[str] = (),
) -> Any:
    """A certificate; ``issuer`` is (certificate, key), self-signed without it."""
    private = private or key()
    public = public or private.public_key()
    issuer_name = issuer[0].subject if issuer else name(common)
    signer = issuer[1] if issuer else private
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(issuer_name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(day(begin))
        .not_valid_after(day(begin + days) - datetime.timedelta(seconds=1))
    )
    names = [common] if sans is None else sans
    general = [_general(item) for item in names if item]
    if general:
        builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length), critical=True)
    if usage is not None:
        builder = builder.add_extension(_usage(usage), critical=True)
    if extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(extended)), critical=False)
    if ocsp:
        place = x509.AccessDescription(Access.OCSP, x509.UniformResourceIdentifier(ocsp))
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    if policies:
        items = [x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in policies]
        builder = builder.add_extension(x509.CertificatePolicies(items), critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    plain = isinstance(signer, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey))
    return builder.sign(signer, None if plain else algorithm())


def _general(item: str) -> Any:
    try:
        return x509.IPAddress(ipaddress.ip_address(item))
    except ValueError:
        return x509.DNSName(item)


def raw_names(*items: tuple[int, bytes]) -> tuple[Any, bool]:
    """A subjectAltName of (tag, content) as they are: what the library would refuse to write."""
    body = b"".join(bytes([tag, len(content)]) + content for tag, content in items)
    length = bytes([len(body)]) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), b"\x30" + length + body), False


def _usage(wanted: Any) -> x509.KeyUsage:
    known = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{item: item in wanted for item in known})


def authority(common: str = "Test root", issuer: Any = None, private: Any = None, **more: Any) -> tuple[Any, Any]:
    """(certificate, key) of an authority."""
    private = private or key("p384", abs(hash(common)) % 1000)
    settings = {"ca": True, "usage": ["key_cert_sign", "crl_sign"], "extended": None, "sans": [], "days": 3650}
    settings.update(more)
    return certificate(common, private=private, issuer=issuer, **settings), private


def pem(*items: Any) -> bytes:
    """Armoured certificates and keys, in order."""
    return b"".join(_armour(item) for item in items)


def _armour(item: Any) -> bytes:
    if isinstance(item, x509.Certificate):
        return item.public_bytes(serialization.Encoding.PEM)
    return private(item)


def der(item: Any) -> bytes:
    """One certificate in DER."""
    return item.public_bytes(serialization.Encoding.DER)


def private(item: Any, form: str = "PKCS8", password: bytes | None = None, encoding: str = "PEM") -> bytes:
    """A private key in one of its forms: PKCS8, TraditionalOpenSSL."""
    protect = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return item.private_bytes(
        getattr(serialization.Encoding, encoding), getattr(serialization.PrivateFormat, form), protect
    )


class Pki:
    """What tests ask for, gathered under one fixture."""

    NOW = NOW
    day = staticmethod(day)
    key = staticmethod(key)
    name = staticmethod(name)
    certificate = staticmethod(certificate)
    authority = staticmethod(authority)
    raw_names = staticmethod(raw_names)
    pem = staticmethod(pem)
    der = staticmethod(der)
    private = staticmethod(private)

    def write(self, folder: Path, **files: bytes) -> dict[str, str]:
        """Write files called NAME.pem with mode 0600; returns their paths by name."""
        paths = {}
        for stem, data in files.items():
            path = folder / f"{stem}.pem"
            path.write_bytes(data)
            path.chmod(0o600)
            paths[stem] = str(path)
        return paths


@pytest.fixture(scope="session")
def pki() -> Pki:
    """Keys and certificates by order."""
    return Pki()


class Nasty:
    """Values that must never reach a daemon's file as they are, from ``tests/data/nasty_values.json``."""

    def __init__(self) -> None:
        """Read the table; an integer with more digits than Python writes has no form in JSON."""
        table = Path(__file__).resolve().parents[1] / "data" / "nasty_values.json"
        self.values: list[Any] = [*json.loads(table.read_text(encoding="utf-8")), 10**5000, -(10**5000), b"x\n", 1e400]

    def texts(self, value: Any) -> Iterator[str]:
        """Return every text within a value, keys included."""
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for item in value.items():
                yield from self.texts(list(item))
        elif isinstance(value, (list, tuple)):
            for item in value:
                yield from self.texts(item)


@pytest.fixture(scope="session")
def nasty() -> Nasty:
    """Hostile values for every option of every service."""
    return Nasty()
