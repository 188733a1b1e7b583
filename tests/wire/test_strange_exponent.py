# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real server whose RSA exponent has more digits than Python writes: one finding, and the evidence of others is kept.

The exponent is 65537 plus a multiple of the group's order, so every signature is good and
OpenSSL serves the certificate like any other.
"""

from __future__ import annotations

import base64
import datetime
import json
import math
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from servers import Keys, openssl_server

from ansible_collections.intransit.tls.plugins.filter.verdict import record
from ansible_collections.intransit.tls.plugins.module_utils._edge.evidence import Request, report
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

DIGITS = 4301
NOW = datetime.datetime.now(datetime.UTC)


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    long = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x80 | len(long)]) + long) + content


def number(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def pem(label: str, data: bytes) -> bytes:
    text = base64.encodebytes(data).decode().strip()
    return f"-----BEGIN {label}-----\n{text}\n-----END {label}-----\n".encode()


def strange(folder: Path, even: bool) -> None:
    """Write NAME.pem and NAME.key; with an even exponent no signature is good, but the certificate is served."""
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.private_numbers()
    order = math.lcm(numbers.p - 1, numbers.q - 1)
    exponent = 65537 + order * (10 ** DIGITS // order) + (1 if even else 0)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(NOW - datetime.timedelta(days=1)).not_valid_after(NOW + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False).sign(key, hashes.SHA256())
    )
    known = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    spki = tlv(0x30, algorithm + tlv(3, b"\0" + tlv(0x30, number(numbers.public_numbers.n) + number(exponent))))
    whole = certificate.tbs_certificate_bytes
    assert known in whole
    inner = whole[4:].replace(known, spki)
    tbs = tlv(0x30, inner)
    signature = key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    sha256_rsa = bytes.fromhex("300d06092a864886f70d01010b0500")
    folder.mkdir(exist_ok=True)
    (folder / "strange.pem").write_bytes(pem("CERTIFICATE", tlv(0x30, tbs + sha256_rsa + tlv(3, b"\0" + signature))))
    private = tlv(0x30, b"".join(number(value) for value in (
        0, numbers.public_numbers.n, exponent, numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)))
    (folder / "strange.key").write_bytes(pem("RSA PRIVATE KEY", private))


@pytest.mark.parametrize("even", [False, True])
def test_it_is_served_judged_and_reported_beside_a_good_one(keys: Keys, tmp_path: Path, even: bool) -> None:
    strange(tmp_path / "keys", even)
    with openssl_server(keys) as good, openssl_server(Keys(tmp_path / "keys"), key="strange") as odd:
        endpoints = [{"host": "localhost", "address": "127.0.0.1", "port": port, "protocol": "tls"} for port in (odd, good)]
        seen = [item.to_dict() for item in observe(endpoints)]
    judged = record(seen, "intermediate", host="web1", anchors=[keys["ca.pem"]])
    result = report(Request(dest=str(tmp_path), records=[judged], formats=("json", "html", "certificates", "text")), NOW)
    made = json.loads((tmp_path / "tls-evidence.json").read_text(encoding="utf-8"))
    strange_row, good_row = made["hosts"][0]["endpoints"]
    (leaf,) = strange_row["observation"]["certificates"]
    assert leaf["key"]["exponent"] is None and leaf["key"]["exponent_bits"] > 14000
    (key,) = [row for row in strange_row["findings"] if row["control"] == "certificate_key"]
    assert (
        f"{leaf['key']['exponent_bits']}"
        " bits") in key["sentence"] and "public exponent" in key["sentence"] and key["status"] == "fail"
    assert len(result["paths"]) == 4
    assert {row["control"]: row["status"] for row in good_row["findings"]}["certificate_key"] == "pass"
