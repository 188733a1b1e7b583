# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a fact says of itself: lifetimes count both ends, large numbers go as hex, modes as four digits."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Finding, PublicKey


def test_a_lifetime_includes_its_first_and_last_second(facts):
    item = facts.certificate(not_before=facts.now, not_after=facts.now + timedelta(days=90, seconds=-1))
    assert item.lifetime_days == 90
    assert facts.certificate(not_before=facts.now, not_after=facts.now + timedelta(days=90)).lifetime_days > 90


@pytest.mark.parametrize(("fields", "title"), [
    ({"dns_names": ("b.example", "a.example")}, "b.example"),
    ({"dns_names": (), "ip_addresses": ("192.0.2.1",)}, "192.0.2.1"),
    ({"dns_names": (), "common_names": ("c",)}, "c"),
    ({"dns_names": ()}, "CN=a.example"),
    ({"dns_names": (), "subject": ""}, "a certificate without a name"),
])
def test_a_certificate_is_called_by_its_first_name(facts, fields, title):
    assert facts.certificate(**fields).title == title


def test_self_issued_is_a_matter_of_names(facts):
    assert facts.authority().self_issued
    assert not facts.certificate().self_issued


@pytest.mark.parametrize(("exponent", "decimal"), [(65537, 65537), (2**64 - 1, 2**64 - 1), (2**64, None)])
def test_large_numbers_go_as_hex(exponent, decimal):
    data = PublicKey("rsa", 2048, modulus=255, exponent=exponent).to_dict()
    assert (data["exponent"], data["exponent_hex"], data["modulus"]) == (decimal, f"{exponent:x}", "ff")


def test_a_monstrous_exponent_is_written_all_the_same():
    assert json.loads(json.dumps(PublicKey("rsa", exponent=1 << 20000).to_dict()))["exponent_bits"] == 20001


@pytest.mark.parametrize(("mode", "text"), [(0o100640, "0640"), (0o104755, "4755"), (0o100000, "0000")])
def test_a_mode_has_four_digits(facts, mode, text):
    assert facts.file(mode=mode).mode_text == text


def test_a_finding_is_plain_data():
    data = Finding("certificate.names", "pass", "info", "Good.", "x", (("a", 1),), ("RFC 1",)).to_dict()
    assert json.loads(json.dumps(data))["evidence"] == {"a": 1}
    assert data["references"] == ["RFC 1"]
