# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What speaks against an order, and what a failed one means; each reason has an order next to it that is not refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.acme import (
    describe_stay,
    explain_failure,
    find_obstacles,
)

URL = "https://acme.example/dir"
ENTRY: dict[str, Any] = {
    "name": "www", "names": ["www.example.org"], "dns_names": ["www.example.org"], "ip_addresses": [], "challenge": None,
    "profile": None, "must_staple": False,
}
OPTIONS: dict[str, Any] = {
    "directory": URL, "terms_agreed": False, "external_account": False, "challenge": "http-01", "profile": "",
    "dns_server": "",
}
STAPLE = {"origin": URL, "certificates": [{"leaf": True, "ocsp_urls": []}]}
DNS = {"challenge": "dns-01"}
SERVER = {"dns_server": "192.0.2.53"}


def ask(
    entry: dict[str, Any] | None = None, options: dict[str, Any] | None = None, meta: dict[str, Any] | None = None,
    present: dict[str, Any] | None = None, has_dnspython: bool = True,
) -> str:
    found = find_obstacles(
        {**ENTRY, **(entry or {})}, {**OPTIONS, **(options or {})}, {"meta": meta} if meta else {}, present or {},
        has_dnspython)
    return " ".join(found)


@pytest.mark.parametrize(("given", "words", "instead"), [
    ({"meta": {"termsOfService": "https://terms.example"}}, "terms_agreed to true", {"options": {"terms_agreed": True}}),
    ({"meta": {"externalAccountRequired": True}}, "external_account to the kid", {"options": {"external_account": True}}),
    ({"entry": {"profile": "short"}, "meta": {"profiles": {"classic": "c"}}}, "'short'. It offers 'classic'",
     {"entry": {"profile": "classic"}}),
    ({"options": {"profile": "short"}}, "It offers no profiles", {"options": {"profile": ""}}),
    ({"entry": {"dns_names": ["*.example.org"]}}, "only be proven with challenge dns-01",
     {"entry": {"dns_names": ["*.example.org"], **DNS}, "options": SERVER}),
    ({"entry": {"ip_addresses": ["192.0.2.1"], **DNS}, "options": SERVER}, "only be proven with challenge http-01",
     {"entry": {"ip_addresses": ["192.0.2.1"]}}),
    ({"options": DNS}, "updates a DNS server", {"options": {**DNS, **SERVER}}),
    ({"options": {**DNS, **SERVER}, "has_dnspython": False}, "needs the Python library dnspython on the controller",
     {"options": {**DNS, **SERVER}, "has_dnspython": True}),
    ({"entry": {"must_staple": True}, "present": STAPLE}, "Remove must_staple",
     {"present": {**STAPLE, "certificates": [{"leaf": True, "ocsp_urls": ["http://ocsp.example"]}]}}),
    ({"entry": {"must_staple": True}, "present": STAPLE}, "Remove must_staple", {"present": {**STAPLE, "origin": "other"}}),
])
def test_what_would_fail_is_not_ordered(given: dict[str, Any], words: str, instead: dict[str, Any]) -> None:
    assert words in ask(**given)
    assert ask(**{**given, **instead}) == ""


def test_an_answer_that_is_no_directory_is_survived() -> None:
    assert "no profiles" in ask({"profile": "x"}, meta={"profiles": ["x y"]})
    assert ask(meta={"profiles": None, "termsOfService": ""}) == ""


@pytest.mark.parametrize(("reason", "step"), [
    ("<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer", "trust_anchor"),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid", "Check the clocks"),
    ("Failed to create order: urn:ietf:params:acme:error:rateLimited: too many", "rate limit"),
    ("error urn:ietf:params:acme:error:externalAccountRequired", "tls_acme_external_account"),
    ("urn:ietf:params:acme:error:accountDoesNotExist", "Move the account key away"),
    ("urn:ietf:params:acme:error:rejectedIdentifier: policy forbids issuing", "CAA records"),
    ("The new certificate for /etc/x is not fit for use, so", "install its root there"),
    ("TSIG update error (BADKEY)", "Check tls_acme_dns"),
    ("Failed to validate challenge for dns:www.example.org: urn:ietf:params:acme:error:connection", "reach the answer"),
    ("Some of the authorizations for the order are in a bad state", "reach the answer"),
    ("Connection failure: [Errno 111] Connection refused", "run again when it does"),
    ("Something else", "Something else."),
])
def test_a_failure_says_what_to_do(reason: str, step: str) -> None:
    said = explain_failure(reason, "web1", ENTRY, URL)
    assert said.startswith(f"web1: no certificate www for www.example.org came from {URL}. ") and step in said
    assert said.endswith(".") and len(explain_failure(reason * 500, "web1", ENTRY, URL)) < 2000


def test_an_order_that_was_not_made_says_itself_what_to_do() -> None:
    said = explain_failure("Nothing was ordered. Challenge dns-01 needs nsupdate: install it.", "web1", ENTRY, URL)
    assert said.endswith("Challenge dns-01 needs nsupdate: install it.")
    assert "no reason was given" in explain_failure(None or "", "web1", ENTRY, URL)


def test_only_what_is_fit_for_use_stays() -> None:
    leaf = {"leaf": True, "days_left": 3, "not_after": "2026-12-03T00:00:00+00:00"}
    assert "for 3 days" in describe_stay({"compliant": True, "certificates": [leaf]})
    assert describe_stay({"compliant": False, "certificates": [leaf]}) == ""
    assert describe_stay({"compliant": False, "certificates": []}) == describe_stay({}) == ""
