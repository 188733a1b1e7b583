# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run on the host: an authority and leaves of it, each wrong in one way; ``material.py FOLDER NAME``."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def named(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def usage(*wanted):
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: name in wanted for name in every})


def day(number):
    return NOW + datetime.timedelta(days=number)


def authority(common, signer=None):
    """Return key and certificate of an authority: a root, or one below ``signer``."""
    key = ec.generate_private_key(ec.SECP256R1())
    signing_key, issuer = (signer[0], signer[1].subject) if signer else (key, named(common))
    made = (
        x509.CertificateBuilder().subject_name(named(common)).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(day(-400)).not_valid_after(day(3000))
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return key, made.sign(signing_key, hashes.SHA256())


def leaf(signer, name, begin=-1, end=60, key=None, purpose=ExtendedKeyUsageOID.SERVER_AUTH, responder=False,
         digest=None):
    key = key or ec.generate_private_key(ec.SECP256R1())
    signing_key, issuer = signer
    made = (
        x509.CertificateBuilder().subject_name(named(name)).issuer_name(issuer.subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(day(begin)).not_valid_after(day(end))
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    if responder:
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://127.0.0.1:1/"))
        made = made.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return key, made.sign(signing_key, digest or hashes.SHA256())


def write(folder, name, key, *chain):
    text = b"".join(item.public_bytes(serialization.Encoding.PEM) for item in chain)
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                               serialization.NoEncryption())
    (folder / (name + ".pem")).write_bytes(text)
    (folder / (name + ".key")).write_bytes(secret)


def main(folder, name):
    folder.mkdir(mode=0o700, exist_ok=True)
    ours, other = authority("The scenario's authority"), authority("A stranger's authority")
    (folder / "ca.pem").write_bytes(ours[1].public_bytes(serialization.Encoding.PEM))
    wrong = {
        "right": leaf(ours, name),
        "expired": leaf(ours, name, begin=-60, end=-1),
        "ending": leaf(ours, name, begin=-60, end=5),
        "other_name": leaf(ours, "other.example"),
        "rsa1024": leaf(ours, name, key=rsa.generate_private_key(65537, 1024)),
        "sha224": leaf(ours, name, digest=hashes.SHA224()),
        "long": leaf(ours, name, end=900),
        "client_only": leaf(ours, name, purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
        "responder": leaf(ours, name, responder=True),
    }
    for kind, (key, certificate) in wrong.items():
        write(folder, kind, key, certificate, ours[1])
    # What a client needs stands behind what it does not: an extra certificate alone is no fault.
    issuing = authority("The scenario's issuing authority", ours)
    key, certificate = leaf(issuing, name)
    write(folder, "disordered", key, certificate, other[1], issuing[1])
    key, certificate = leaf(other, name)
    write(folder, "stranger", key, certificate, other[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
