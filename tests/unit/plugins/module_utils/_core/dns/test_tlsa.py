# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records against certificates that the cryptography library made and hashed."""

from __future__ import annotations

import datetime
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import tlsa
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc)


def certificate(name):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return x509.CertificateBuilder(subject, subject, key.public_key(), 7, NOW, NOW + datetime.timedelta(9)).sign(key, hashes.SHA256())


LEAF, AUTHORITY = certificate("leaf"), certificate("authority")
PEM = [item.public_bytes(serialization.Encoding.PEM).decode() for item in (LEAF, AUTHORITY)]
CHAIN = [tlsa.read_served(text) for text in PEM]
WHOLE = [item.public_bytes(serialization.Encoding.DER) for item in (LEAF, AUTHORITY)]
KEY = [item.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
       for item in (LEAF, AUTHORITY)]


def record(usage, selector, matching, data):
    return {"usage": usage, "selector": selector, "matching_type": matching, "data": data}


def test_a_certificate_is_read_as_the_library_reads_it():
    assert [tuple(item) for item in CHAIN] == list(zip(WHOLE, KEY, strict=True))


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", PEM[0][:300]])
def test_what_is_no_certificate_is_refused(text):
    with pytest.raises(CertificateError):
        tlsa.read_served(text)


@pytest.mark.parametrize("usage, place", [(0, 1), (1, 0), (2, 1), (3, 0)])
@pytest.mark.parametrize("selector, data", [(0, WHOLE), (1, KEY)])
@pytest.mark.parametrize("matching, digest", [
    (0, lambda data: data.hex()), (1, lambda data: hashlib.sha256(data).hexdigest()), (2, lambda data: hashlib.sha512(data).hexdigest()),
])
def test_every_form_of_record_finds_its_certificate_and_no_other(usage, place, selector, data, matching, digest):
    right = record(usage, selector, matching, digest(data[place]))
    assert tlsa.find_obstacle(right, "https") == ""
    assert tlsa.find_match(right, CHAIN) == place
    assert tlsa.find_match({**right, "data": right["data"].upper()}, CHAIN) == place
    assert tlsa.find_match({**right, "selector": 1 - selector}, CHAIN) is None
    assert tlsa.find_match({**right, "data": digest(b"other")}, CHAIN) is None


def test_a_record_about_the_leaf_does_not_match_the_authority():
    assert tlsa.find_match(record(3, 1, 1, hashlib.sha256(KEY[1]).hexdigest()), CHAIN) is None


@pytest.mark.parametrize("row, protocol, words", [
    (record(0, 1, 1, "00" * 32), "smtp", "PKIX-TA(0)"), (record(1, 1, 1, "00" * 32), "smtp", "PKIX-EE(1)"),
    (record(1, 1, 1, "00" * 32), "https", ""), (record(3, 1, 1, "00" * 32), "smtp", ""), (record(2, 0, 2, "00" * 64), "smtp", ""),
    (record(3, 1, 1, "00" * 31), "smtp", "wrong length"), (record(3, 1, 2, "00" * 32), "smtp", "wrong length"),
    (record(3, 1, 0, ""), "smtp", "wrong length"), (record(4, 1, 1, "00" * 32), "smtp", "not known"),
    (record(3, 2, 1, "00" * 32), "smtp", "not known"), (record(3, 1, 3, "00" * 32), "smtp", "not known"), ({}, "smtp", "not known"),
])
def test_records_that_clients_cannot_use_are_named(row, protocol, words):
    assert words in tlsa.find_obstacle(row, protocol) and bool(words) == bool(tlsa.find_obstacle(row, protocol))


def test_the_record_to_publish_matches_its_leaf():
    made = tlsa.make_record(CHAIN[0])
    assert tlsa.find_match(made, CHAIN) == 0 and (made["usage"], made["selector"], made["matching_type"]) == (3, 1, 1)
    assert tlsa.show_record(made) == f"3 1 1 {made['data'][:16]}..."
