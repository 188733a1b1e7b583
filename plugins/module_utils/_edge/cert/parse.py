# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parsing by the ``cryptography`` library, and nothing else: bytes in, facts out.

The only file that imports it, and the import is guarded: without it ``available()`` is
false, certificates and unencrypted keys are read by the standard library alone
(``_core/cert/minimal.py``), no signature is checked, and what cannot be read at all raises
``CertificateError`` with the sentence to show.
Whatever hostile bytes make the library raise, panics of its Rust half included, comes
out as ``CertificateError``.  Works with the releases of Debian 12 (38) and newer.
"""

from __future__ import annotations

import hashlib
import warnings
from datetime import datetime, timezone
from functools import partial
from typing import Any, Callable, List, Optional, Sequence, Tuple, TypeVar

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der as _der
from ansible_collections.intransit.tls.plugins.module_utils._core.cert import minimal, pem
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate, PrivateKey, PublicKey
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import (
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    SIGNATURE_ALGORITHMS,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.pem import armour
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

try:
    import cryptography
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
    from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
    from cryptography.x509.oid import AuthorityInformationAccessOID

    _IMPORT_PROBLEM = ""
    _VERSION = cryptography.__version__
except ImportError as problem:
    _IMPORT_PROBLEM = str(problem)

Result = TypeVar("Result")

MISSING = (
    "the Python library 'cryptography' is not installed for the interpreter that Ansible uses on this host; "
    "install python3-cryptography there (Debian)"
)
"""Continues a sentence, without its full stop."""


def available() -> bool:
    """Tell whether the library is there."""
    return not _IMPORT_PROBLEM


def parser() -> str:
    """Name what does the parsing, for the result: a person should see which release judged."""
    return "standard library" if _IMPORT_PROBLEM else f"cryptography {_VERSION}"


def _guarded(what: str, call: Callable[[], Result]) -> Result:
    """Run ``call``; whatever it raises becomes a CertificateError that names ``what``."""
    if _IMPORT_PROBLEM:
        raise CertificateError(MISSING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns about what it tolerates; a finding says it better
            return call()
    except CertificateError:
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library's Rust half is no Exception
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise CertificateError(f"{what} cannot be read: {reason}") from None


def public_key_facts(key: Any) -> PublicKey:
    """Return the facts of a public key object of the library."""
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(spki).hexdigest()
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return PublicKey("rsa", numbers.n.bit_length(), modulus=numbers.n, exponent=numbers.e, spki_sha256=digest)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return PublicKey("ecdsa", key.curve.key_size, curve=key.curve.name, spki_sha256=digest)
    if isinstance(key, dsa.DSAPublicKey):
        return PublicKey("dsa", key.key_size, spki_sha256=digest)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey("ed25519", 256, spki_sha256=digest)
    if isinstance(key, ed448.Ed448PublicKey):
        return PublicKey("ed448", 456, spki_sha256=digest)
    return PublicKey(type(key).__name__.replace("PublicKey", "").lower().lstrip("_"), spki_sha256=digest)


def _certificate_key(parsed: Any, encoded: bytes) -> PublicKey:
    """The key of a certificate; where the library refuses it, what the DER itself says."""
    try:
        return _guarded("The public key", lambda: public_key_facts(parsed.public_key()))
    except CertificateError:
        return _der.subject_public_key(encoded)


def _utc(parsed: Any, name: str) -> datetime:
    moment: datetime = getattr(parsed, name + "_utc", None) or getattr(parsed, name)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def _signature_hash(parsed: Any, encoded: bytes) -> Optional[str]:
    """The hash of the signature; where this release does not know it, what the DER itself says."""
    try:
        found = _guarded("The signature algorithm", lambda: parsed.signature_hash_algorithm)
    except CertificateError:
        return minimal.signature_hash(encoded)
    return None if found is None else str(found.name)


def certificate(encoded: bytes, source: str, position: int = 0, with_pem: bool = False) -> Tuple[Certificate, Any]:
    """Parse one DER certificate.

    Returns:
        its facts, and the library's object for ``signed_by``.

    Raises:
        CertificateError: it is none, or one that the library refuses.
    """
    if _IMPORT_PROBLEM:
        return minimal.certificate(encoded, source, position, with_pem), None
    return _guarded("The certificate", lambda: _certificate(encoded, source, position, with_pem))


def _certificate(encoded: bytes, source: str, position: int, with_pem: bool) -> Tuple[Certificate, Any]:
    encoded = _der.first_object(encoded)
    parsed = x509.load_der_x509_certificate(encoded)
    subject, issuer = parsed.subject, parsed.issuer
    algorithm = parsed.signature_algorithm_oid.dotted_string
    common = subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    extensions, extensions_error = _extensions(parsed)
    facts = Certificate(
        source=source,
        position=position,
        sha256=hashlib.sha256(encoded).hexdigest(),
        subject=subject.rfc4514_string(),
        issuer=issuer.rfc4514_string(),
        subject_id=hashlib.sha256(subject.public_bytes()).hexdigest(),
        issuer_id=hashlib.sha256(issuer.public_bytes()).hexdigest(),
        serial=format(parsed.serial_number, "x"),
        not_before=_utc(parsed, "not_valid_before"),
        not_after=_utc(parsed, "not_valid_after"),
        key=_certificate_key(parsed, encoded),
        signature_algorithm=SIGNATURE_ALGORITHMS.get(algorithm, algorithm),
        signature_hash=_signature_hash(parsed, encoded),
        common_names=tuple(_text(attribute.value) for attribute in common),
        extensions_error=extensions_error,
        pem=armour(encoded) if with_pem else None,
        **extensions,
    )
    return facts, parsed


def pem_facts(text: str, source: str) -> Certificate:
    """Return the facts of the first certificate in armoured text.

    Raises:
        CertificateError: there is none, or it cannot be read.
    """
    for block in pem.blocks(text.encode("utf-8", "replace")):
        if block.label == "CERTIFICATE" and not block.problem:
            return certificate(block.der, source)[0]
    raise CertificateError(f"There is no certificate in {source}")


def pem_digest(text: str) -> str:
    """Return the SHA-256 of the first certificate in armoured text; needs no library."""
    for block in pem.blocks(text.encode("utf-8", "replace")):
        if block.label == "CERTIFICATE" and not block.problem:
            return hashlib.sha256(block.der).hexdigest()
    raise CertificateError("There is no certificate in the text given as issuer.")


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _extensions(parsed: Any) -> Tuple[dict[str, Any], Optional[str]]:
    """Read the extensions; one that is broken takes all of them away, and the reason is told."""
    facts: dict[str, Any] = {}
    try:
        unknown: List[str] = []
        for extension in _guarded("The extensions", lambda: list(parsed.extensions)):
            reader = _READERS.get(extension.oid.dotted_string)
            if reader is not None:
                facts.update(_guarded("An extension", partial(reader, extension.value)))
            elif extension.critical and type(extension.value).__name__ == "UnrecognizedExtension":
                unknown.append(extension.oid.dotted_string)
        if unknown:
            facts["critical_unknown"] = tuple(unknown)
    except CertificateError as error:
        return {}, error.message
    return facts, None


def _alternative_names(value: Any) -> dict[str, Any]:
    return {
        "dns_names": tuple(str(name) for name in value.get_values_for_type(x509.DNSName)),
        "ip_addresses": tuple(str(name) for name in value.get_values_for_type(x509.IPAddress)),
    }


def _key_usage(value: Any) -> dict[str, Any]:
    used = []
    for attribute, name in KEY_USAGE:
        if attribute in ("encipher_only", "decipher_only") and not value.key_agreement:
            continue
        if getattr(value, attribute):
            used.append(name)
    return {"key_usage": tuple(used)}


def _urls(names: Sequence[Any]) -> Tuple[str, ...]:
    return tuple(str(name.value) for name in names if isinstance(name, x509.UniformResourceIdentifier))


def _authority_information(value: Any) -> dict[str, Any]:
    oids = AuthorityInformationAccessOID
    return {
        "ocsp_urls": _urls([entry.access_location for entry in value if entry.access_method == oids.OCSP]),
        "issuer_urls": _urls([entry.access_location for entry in value if entry.access_method == oids.CA_ISSUERS]),
    }


def _name_constraints(value: Any) -> dict[str, Any]:
    kinds = ((x509.DNSName, "DNS:"), (x509.IPAddress, "IP:"))
    permitted, excluded = (
        tuple(kind + str(tree.value) for tree in trees or () for form, kind in kinds if isinstance(tree, form))
        for trees in (value.permitted_subtrees, value.excluded_subtrees)
    )
    return {"permitted_names": permitted, "excluded_names": excluded}


def _crl_points(value: Any) -> dict[str, Any]:
    return {"crl_urls": tuple(url for point in value for url in _urls(point.full_name or ()))}


def _extended_key_usage(value: Any) -> dict[str, Any]:
    oids = [oid.dotted_string for oid in value]
    return {"extended_key_usage": tuple(EXTENDED_KEY_USAGE.get(oid, oid) for oid in oids)}


_READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "2.5.29.14": lambda value: {"subject_key_id": value.digest.hex()},
    "2.5.29.15": _key_usage,
    "2.5.29.17": _alternative_names,
    "2.5.29.19": lambda value: {"ca": bool(value.ca), "path_length": value.path_length},
    "2.5.29.30": _name_constraints,
    "2.5.29.31": _crl_points,
    "2.5.29.32": lambda value: {"policies": tuple(item.policy_identifier.dotted_string for item in value)},
    "2.5.29.35": lambda value: {"authority_key_id": value.key_identifier.hex() if value.key_identifier else None},
    "2.5.29.37": _extended_key_usage,
    "1.3.6.1.5.5.7.1.1": _authority_information,
    "1.3.6.1.5.5.7.1.24": lambda value: {"must_staple": x509.TLSFeatureType.status_request in list(value)},
    "1.3.6.1.4.1.11129.2.4.2": lambda value: {"scts": len(list(value))},
}
"""One reader per extension that a judgement needs, by OID."""


def private_key(
    encoded: bytes,
    form: str,
    source: str,
    position: int = 0,
    password: Optional[bytes] = None,
    armoured: bool = False,
) -> PrivateKey:
    """Read one private key and keep its public half only.

    Args:
        encoded: DER, or the whole armoured text.
        form: one of the forms of ``PrivateKey``.
        source: where it comes from.
        position: 0 for the first key of its source.
        password: the passphrase; only used where the key needs one.
        armoured: ``encoded`` is armoured text (only the old encrypted form needs that).

    Raises:
        CertificateError: it is no key, or the passphrase is missing or wrong.
    """
    if _IMPORT_PROBLEM:
        return _private_key_alone(encoded, form, source, position, password is not None)
    load = serialization.load_pem_private_key if armoured else serialization.load_der_private_key
    if password is not None and not armoured and _der.largest_iteration_count(encoded) > _der.MAX_ITERATIONS:
        raise CertificateError("The private key asks for so many rounds of its password function that it is refused.")
    key = _guarded("The private key", lambda: load(encoded, password))
    facts = _guarded("The private key", lambda: public_key_facts(key.public_key()))
    return PrivateKey(source, position, form, encrypted=password is not None, key=facts)


def _private_key_alone(encoded: bytes, form: str, source: str, position: int, encrypted: bool) -> PrivateKey:
    if encrypted:
        raise CertificateError(MISSING)
    return PrivateKey(source, position, form, encrypted=False, key=minimal.private_key(encoded, form))


def pkcs12_contents(data: bytes, password: Optional[bytes]) -> Tuple[Optional[PublicKey], Tuple[bytes, ...]]:
    """Return the public half of the key in a PKCS#12 file and its certificates in DER, leaf first.

    Raises:
        CertificateError: it is none, or the password is wrong or missing.
    """
    if _der.largest_iteration_count(data) > _der.MAX_ITERATIONS:
        raise CertificateError(
            "The PKCS#12 file asks for so many rounds of its password function that it is refused."
        )
    key, leaf, others = _guarded("The PKCS#12 file", lambda: pkcs12.load_key_and_certificates(data, password))
    facts = (
        None if key is None else _guarded("The key of the PKCS#12 file", lambda: public_key_facts(key.public_key()))
    )
    found = ([leaf] if leaf is not None else []) + list(others)
    return facts, tuple(item.public_bytes(serialization.Encoding.DER) for item in found)


def pkcs7_contents(data: bytes) -> Tuple[bytes, ...]:
    """Return the certificates of a DER PKCS#7 file, each in DER."""
    if _IMPORT_PROBLEM:
        raise CertificateError(MISSING)
    found = _guarded("The PKCS#7 file", lambda: pkcs7.load_der_pkcs7_certificates(data))
    return tuple(item.public_bytes(serialization.Encoding.DER) for item in found)


def dh_bits(encoded: bytes) -> Optional[int]:
    """Return the size of Diffie-Hellman parameters in bits, ``None`` if they are none."""
    try:
        prime = _der.read(encoded).children()[0].integer()
    except (CertificateError, IndexError):
        return None
    return prime.bit_length() if prime > 0 else None


def signed_by(child: Any, issuer: Any) -> Optional[bool]:
    """Tell whether ``issuer``'s key made the signature on ``child`` (the library's objects).

    ``None``: an algorithm that this release of the library cannot check.
    """
    try:
        return _guarded("The signature", lambda: _verify(child, issuer))
    except CertificateError:
        return None


def _verify(child: Any, issuer: Any) -> Optional[bool]:
    key, signature, signed = issuer.public_key(), child.signature, child.tbs_certificate_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey):
            scheme = getattr(child, "signature_algorithm_parameters", None)
            if scheme is None and child.signature_algorithm_oid.dotted_string == minimal.OID_PSS:
                return None  # releases before 41 do not tell the parameters of RSASSA-PSS
            scheme = scheme or padding.PKCS1v15()
            key.verify(signature, signed, scheme, child.signature_hash_algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(child.signature_hash_algorithm))
        elif isinstance(key, dsa.DSAPublicKey):
            key.verify(signature, signed, child.signature_hash_algorithm)
        elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
            key.verify(signature, signed)
        else:
            return None
    except InvalidSignature:
        return False
    return True
