# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What takes the ``cryptography`` library: keys that are encrypted or sealed in PKCS#12, and signatures.

Certificates are read by ``_core/cert/minimal.py`` whatever library is there, so that no
verdict depends on its version (it refuses certificates that every daemon and client takes,
and each release refuses others); the library only checks signatures and opens private keys.
The only file that imports it, and the import is guarded: without it ``is_available()`` is
false, no signature is checked, and what cannot be read at all raises
``CertificateError`` with the sentence to show.
Whatever hostile bytes make the library raise, panics of its Rust half included, comes
out as ``CertificateError``.  Works with the releases of Debian 12 (38) and newer.
"""

from __future__ import annotations

import hashlib
import warnings
from typing import Any, Callable, Optional, TypeVar

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der as _der
from ansible_collections.intransit.tls.plugins.module_utils._core.cert import minimal, pem, rounds
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import (
    EXPLICIT_CURVE,
    Certificate,
    PrivateKey,
    PublicKey,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import SIGNATURE_ALGORITHMS
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

try:
    import cryptography
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
    from cryptography.hazmat.primitives.serialization import pkcs12

    _HASHES: dict[str, Callable[[], Any]] = {
        "md5": hashes.MD5,
        "sha1": hashes.SHA1,
        "sha224": hashes.SHA224,
        "sha256": hashes.SHA256,
        "sha384": hashes.SHA384,
        "sha512": hashes.SHA512,
        "sha3-224": hashes.SHA3_224,
        "sha3-256": hashes.SHA3_256,
        "sha3-384": hashes.SHA3_384,
        "sha3-512": hashes.SHA3_512,
    }
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


def is_available() -> bool:
    """Tell whether the library is there."""
    return not _IMPORT_PROBLEM


def load_parser() -> str:
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


def read_public_key(key: Any) -> PublicKey:
    """Return the facts of a public key object of the library."""
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return _der.read_public_key(_der.read(key.public_bytes(encoding, form)))


def read_pem(text: str, source: str) -> Certificate:
    """Return the facts of the first certificate in armoured text.

    Raises:
        CertificateError: there is none, or it cannot be read.
    """
    for block in pem.split_blocks(text.encode("utf-8", "replace")):
        if block.label == "CERTIFICATE" and not block.problem:
            return minimal.encode_certificate(block.der, source)
    raise CertificateError(f"There is no certificate in {source}")


def hash_pem(text: str) -> str:
    """Return the SHA-256 of the first certificate in armoured text; needs no library."""
    for block in pem.split_blocks(text.encode("utf-8", "replace")):
        if block.label == "CERTIFICATE" and not block.problem:
            return hashlib.sha256(block.der).hexdigest()
    raise CertificateError("The issuer that was given contains no certificate.")


def read_private_key(
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
    if password is not None and not armoured and rounds.find_largest_count(encoded) > rounds.MAX_ITERATIONS:
        raise CertificateError("The private key asks for so many rounds of its password function that it is refused.")
    spelled_out = None if password is not None else _spelled_out(encoded, form)
    if spelled_out is not None:
        return PrivateKey(source, position, form, encrypted=False, key=spelled_out)
    key = _guarded("The private key", lambda: load(encoded, password))
    facts = _guarded("The private key", lambda: read_public_key(key.public_key()))
    return PrivateKey(source, position, form, encrypted=password is not None, key=facts)


def _spelled_out(encoded: bytes, form: str) -> Optional[PublicKey]:
    """Return the facts of a key whose curve is spelled out: old releases refuse it, new ones quietly name the curve."""
    if form not in ("pkcs8", "sec1"):
        return None
    try:
        found = minimal.encode_private_key(encoded, form)
    except CertificateError:
        return None
    return found if found is not None and found.curve == EXPLICIT_CURVE else None


def _private_key_alone(encoded: bytes, form: str, source: str, position: int, encrypted: bool) -> PrivateKey:
    if encrypted:
        raise CertificateError(MISSING)
    return PrivateKey(source, position, form, encrypted=False, key=minimal.encode_private_key(encoded, form))


def read_pkcs12(data: bytes, password: Optional[bytes]) -> tuple[Optional[PublicKey], tuple[bytes, ...]]:
    """Return the public half of the key in a PKCS#12 file and its certificates in DER, leaf first.

    Raises:
        CertificateError: it is none, or the password is wrong or missing.
    """
    if rounds.find_largest_count(data) > rounds.MAX_ITERATIONS:
        raise CertificateError(
            "The PKCS#12 file asks for so many rounds of its password function that it is refused."
        )
    key, leaf, others = _guarded("The PKCS#12 file", lambda: pkcs12.load_key_and_certificates(data, password))
    facts = (
        None if key is None else _guarded("The key of the PKCS#12 file", lambda: read_public_key(key.public_key()))
    )
    found = ([leaf] if leaf is not None else []) + list(others)
    return facts, tuple(item.public_bytes(serialization.Encoding.DER) for item in found)


def read_dh_bits(encoded: bytes) -> Optional[int]:
    """Return the size of Diffie-Hellman parameters in bits, ``None`` if they are none."""
    try:
        prime = _der.read(encoded).children()[0].integer()
    except (CertificateError, IndexError):
        return None
    return prime.bit_length() if prime > 0 else None


def is_signed_by(child: minimal.Signed, issuer: minimal.Signed) -> Optional[bool]:
    """Tell whether ``issuer``'s key made the signature on ``child``.

    ``None``: an algorithm or a key that this release of the library cannot use.
    """
    try:
        return _guarded("The signature", lambda: _verify(child, issuer.key))
    except CertificateError:
        return None


def _verify(child: minimal.Signed, key_bytes: bytes) -> Optional[bool]:
    key = serialization.load_der_public_key(key_bytes)
    made_for = _KEY_OF_SIGNATURE.get(child.algorithm)
    if made_for is not None and _kind_of(key) not in (made_for, None):
        return False  # a key of another type cannot have made it
    try:
        if isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
            key.verify(child.signature, child.content)
            return True
        algorithm = _HASHES.get(child.hash_name or "")
        if algorithm is None:
            return None
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(child.signature, child.content, _padding(child, algorithm()), algorithm())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(child.signature, child.content, ec.ECDSA(algorithm()))
        elif isinstance(key, dsa.DSAPublicKey):
            key.verify(child.signature, child.content, algorithm())
        else:
            return None
    except InvalidSignature:
        return False
    return True


def _padding(child: minimal.Signed, algorithm: Any) -> Any:
    if child.salt_length is None:
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(algorithm), child.salt_length)


def _kind_of(key: Any) -> Optional[str]:
    for kind, name in (
        (rsa.RSAPublicKey, "rsa"),
        (ec.EllipticCurvePublicKey, "ecdsa"),
        (dsa.DSAPublicKey, "dsa"),
        (ed25519.Ed25519PublicKey, "ed25519"),
        (ed448.Ed448PublicKey, "ed448"),
    ):
        if isinstance(key, kind):
            return name
    return None


_KEY_OF_SIGNATURE = {
    oid: kind
    for oid, name in SIGNATURE_ALGORITHMS.items()
    for kind in ("rsa", "ecdsa", "dsa", "ed25519", "ed448", "ml-dsa")
    if name.lower().startswith(kind) or (kind == "rsa" and name.endswith("WithRSAEncryption"))
}
