# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A request that asks for more than its entry says is not signed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.csr import find_problems
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.pem import write_armour

WANTED = {"names": ["www.example.org", "192.0.2.7"], "common_name": "www.example.org", "usages": ["serverAuth"]}
HONEST: dict[str, Any] = {
    "signature_valid": True,
    "subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7"],
    "basic_constraints": ["CA:FALSE"],
    "key_usage": ["Digital Signature"],
    "extended_key_usage": ["TLS Web Server Authentication"],
    "extensions_by_oid": {"2.5.29.17": {}, "2.5.29.19": {}, "2.5.29.15": {}, "2.5.29.37": {}},
    "subject_ordered": [["commonName", "www.example.org"]],
}


def test_an_honest_request() -> None:
    assert find_problems(HONEST, WANTED) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signature_valid": False}, "not that of its key"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "DNS:bank.example"]}, "bank.example"),
        ({"subject_alt_name": ["DNS:www.example.org"]}, "should for"),
        ({"subject_alt_name": None}, "no name"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "email:a@example.org"]}, "email"),
        ({"basic_constraints": ["CA:TRUE"]}, "authority"),
        ({"basic_constraints": None}, "authority"),
        ({"key_usage": ["Digital Signature", "Certificate Sign"]}, "Certificate Sign"),
        ({"extended_key_usage": ["TLS Web Server Authentication", "Code Signing"]}, "Code Signing"),
        ({"extended_key_usage": None}, "any"),
        ({"extensions_by_oid": {"2.5.29.30": {}}}, "2.5.29.30"),
        ({"subject_ordered": [["commonName", "bank.example"]]}, "bank.example"),
        ({"subject_ordered": [["commonName", "bank.example"], ["commonName", "www.example.org"]]}, "bank.example"),
        ({"subject_alt_name": ["DNS:www.example.org.", "IP:192.0.2.7"]}, "should for"),
        ({"subject_alt_name": ["DNS:*.example.org", "DNS:www.example.org", "IP:192.0.2.7"]}, "*.example.org"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "IP:10.0.0.1"]}, "10.0.0.1"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "URI:https://bank.example"]}, "URI"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "otherName:1.2.3;UTF8:x"]}, "otherName"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "dirName:CN=bank"]}, "dirName"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "RID:1.2.3"]}, "RID"),
        ({"subject_alt_name": ["DNS:www.example.org\nDNS:bank.example", "IP:192.0.2.7"]}, "bank.example"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "DNS:b\u00fccher.example"]}, "b\u00fccher"),
        ({"subject_ordered": [["commonName", "www.example.org"], ["organizationName", "Bank"]]}, "Bank"),
    ],
)
def test_a_request_for_more(change: dict[str, Any], words: str) -> None:
    found = find_problems({**HONEST, **change}, WANTED)
    assert found and words in " ".join(found)
    assert all(sentence.isprintable() for sentence in found)


REPORTED = {**WANTED, "reported_names": ["www.example.org"]}


def test_a_name_that_the_host_reported_is_not_signed_although_entry_and_request_agree() -> None:
    found = find_problems(HONEST, REPORTED)
    assert len(found) == 1 and "may sign for www.example.org" in found[0] and "tls_ca_names" in found[0]
    assert find_problems(HONEST, REPORTED, said=["web1.example.org"], allowed=[".example.com"]) == found


@pytest.mark.parametrize(("said", "allowed"), [(["www.example.org"], []), ([], ["*.example.org"]), ([], [".example.org"])])
def test_a_reported_name_is_signed_if_the_controller_says_it(said: list[str], allowed: list[str]) -> None:
    assert find_problems(HONEST, REPORTED, said, allowed) == ()


def test_a_common_name_that_is_no_host_name_is_the_entrys_own_matter() -> None:
    wanted = {**WANTED, "common_name": "My server"}
    assert find_problems({**HONEST, "subject_ordered": [["commonName", "My server"]]}, wanted) == ()


def test_an_empty_subject_where_no_name_fits() -> None:
    assert find_problems({**HONEST, "subject_ordered": []}, {**WANTED, "common_name": ""}) == ()
    assert find_problems(HONEST, {**WANTED, "common_name": ""})


def test_a_key_whose_curve_is_spelled_out(tmp_path: Path) -> None:
    for form, words in (("explicit", "RFC 5480"), ("named_curve", "")):
        make = (
            f"openssl ecparam -name prime256v1 -genkey -noout -param_enc {form} -out key && openssl req -new -key key "
            "-subj /CN=x")
        text = subprocess.run(make, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        found = find_problems(HONEST, WANTED, content=text)
        assert bool(found) is bool(words) and words in " ".join(found)
    assert find_problems(HONEST, WANTED, content=write_armour(b"0\0", "CERTIFICATE REQUEST")) == ("its key cannot be read",)
