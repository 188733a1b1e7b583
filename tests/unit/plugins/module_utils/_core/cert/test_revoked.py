# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``tls_revoked``: serials in every form that openssl prints, dates that stay, and when a list is made anew."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.revoked import read_life, read_revoked
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

NOW = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
KEY = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])


def write_list(end: datetime, *revoked: tuple[int, datetime]) -> str:
    builder = x509.CertificateRevocationListBuilder(NAME).last_update(end - timedelta(days=7)).next_update(end)
    for serial, when in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build())
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize("serial", ["0A:1B:02", "a1b02", "0a1b02", "serial=0A1B02", " 0A1B02 "])
def test_a_serial_is_read_in_every_form(serial: str) -> None:
    wish = read_revoked([{"serial": serial, "reason": "key_compromise", "date": "2026-11-30"}], "", "7d", NOW)
    assert wish.serials == ("a1b02",)
    assert wish.entries == ({"serial_number": "0a:1b:02", "revocation_date": "20261130000000Z", "reason": "key_compromise"},)


@pytest.mark.parametrize(("item", "words"), [
    ({"serial": 123456}, "in quotes"), ({"serial": "xyz"}, "openssl x509"), ({"serial": "00"}, "not one that a certificate"),
    ({"serial": "ab" * 30}, "not one that a certificate"), ({}, "either serial or certificate"),
    ({"serial": "01", "content": "x"}, "either serial or certificate"), ({"content": "x"}, "no certificate"),
    ({"serial": "01", "reason": "boredom"}, "not known. Allowed"), ({"serial": "01", "date": "tomorrow"}, "Write it as"),
    ({"serial": "01", "name": "x"}, "unknown key"),
])
def test_what_makes_no_sense_is_refused_with_its_place(item: dict[str, Any], words: str) -> None:
    with pytest.raises(CertificateError, match="item 1: .*" + words):
        read_revoked([item], "", "7d", NOW)


def test_a_date_that_was_not_given_stays_the_one_in_the_list() -> None:
    before = NOW - timedelta(days=3)
    present = write_list(NOW + timedelta(days=6), (0xABC, before))
    wish = read_revoked([{"serial": "0ABC"}, {"serial": "0ABD"}], present, "7d", NOW)
    assert [row["revocation_date"] for row in wish.entries] == ["20261128120000Z", "20261201120000Z"] and not wish.due


@pytest.mark.parametrize(("left", "life", "words"), [
    (timedelta(days=6), "7d", ""), (timedelta(days=4), "7d", "third"), (timedelta(seconds=-1), "7d", "ended"),
    (timedelta(days=6), "2h", "third"), (timedelta(minutes=100), "2h", ""),
])
def test_a_list_is_made_anew_when_a_third_of_its_life_is_over(left: timedelta, life: str, words: str) -> None:
    assert words in read_revoked([], write_list(NOW + left), life, NOW).due
    assert bool(words) == bool(read_revoked([], write_list(NOW + left), life, NOW).due)


@pytest.mark.parametrize("present", ["", "nonsense", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"])
def test_without_a_list_that_can_be_read_one_is_made(present: str) -> None:
    assert "no revocation list yet" in read_revoked([], present, "7d", NOW).due


@pytest.mark.parametrize("life", ["", "7", "soon", "0m", "2w400d", "-1d"])
def test_a_life_that_makes_no_sense_is_refused(life: str) -> None:
    with pytest.raises(CertificateError, match="tls_crl_life"):
        read_life(life)
    assert read_life("1w2d3h4m") == timedelta(days=9, hours=3, minutes=4)
