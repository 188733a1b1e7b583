# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A certificate that works is kept; one of an authority is never replaced without being asked; all else is replaced."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service import present_certificate as present

ROOT = "/etc/ssl/intransit"


def row(certificate: str = "/srv/full.pem", key: str = "/srv/key.pem", chain: str = "") -> dict[str, str]:
    return {"certificate": certificate, "private_key": key, "chain": chain, "owner": "mail", "group": "mail"}


def answer(*failing: str, path: str = "/srv/full.pem", self_issued: bool = False, severity: str = "high") -> dict[str, Any]:
    leaf = {"path": path, "leaf": True, "self_issued": self_issued, "dns_names": ["mail.example.org"], "ip_addresses": [],
            "subject": "CN=mail", "issuer": "CN=Company CA"}
    return {"certificates": [leaf], "findings": [
        {"control": name, "status": "fail", "severity": severity, "path": path, "sentence": f"{name} fails.", "remedy": "Do it."}
        for name in failing]}


def judged(rows: list[dict[str, str]], said: dict[str, Any]) -> present.Judged:
    return present.judge_present(rows, said, "Postfix", "postfix_tls_replace_certificate")


def test_what_is_asked() -> None:
    seen = {"present_certificates": [row(), row(chain="/srv/ca.pem"), row("/srv/full.pem", "/srv/full.pem", present.SYSTEM_STORE)]}
    assert present.make_question(seen, "mail.example.org", ROOT) == {
        "paths": ["/srv/key.pem", "/srv/full.pem", "/srv/ca.pem"], "names": ["mail.example.org"], "owners": ["mail", "root"],
        "groups": ["mail", "ssl-cert"]}


@pytest.mark.parametrize("path", [
    ROOT + "/mail.postfix/bundle.pem", "/etc/ssl/certs/ssl-cert-snakeoil.pem", "",
])
def test_ours_and_debians_own_are_not_judged(path: str) -> None:
    assert present.make_question({"present_certificates": [row(path)]}, "mail.example.org", ROOT) == {}
    assert present.make_question({}, "mail.example.org", ROOT) == {}


def test_one_that_works_is_kept() -> None:
    assert judged([row()], answer()) == present.Judged((row(),), True)
    assert judged([row()], answer("certificate.trust_anchor", severity="low")).complete
    # A link leads to the same file, which is read once.
    assert judged([row("/srv/link.pem", "/srv/link.pem")], answer()).complete


@pytest.mark.parametrize("control", ["certificate.names", "certificate.key_size", "certificate.chain_complete"])
def test_one_of_an_authority_that_does_not_pass_is_said_with_the_option(control: str) -> None:
    found = judged([row()], answer(control))
    assert found.kept == () and not found.complete
    assert found.refused == (
        "Postfix serves /srv/full.pem (for mail.example.org, issued by CN=Company CA), which cannot be kept: "
        f"{control} fails. A certificate of another authority would cut off clients that trust only this one. Do it. Or set "
        "postfix_tls_replace_certificate to true to replace it.",)


@pytest.mark.parametrize("said", [
    answer(self_issued=True), answer("certificate.key_match"), answer("certificate.validity"), answer("certificate.readable"),
    {"certificates": [], "findings": []},
])
def test_what_does_not_work_or_is_self_signed_may_be_replaced(said: dict[str, Any]) -> None:
    assert judged([row()], said) == present.Judged()


def test_each_of_several_is_judged_by_itself() -> None:
    other = row("/srv/pop.pem", "/srv/pop.pem")
    first, second = answer(), answer(self_issued=True, path="/srv/pop.pem")
    said = {name: first[name] + second[name] for name in first}
    assert judged([row(), other], said) == present.Judged((row(),), False)


def test_the_entry_says_what_is_there() -> None:
    assert present.entry_of(row(chain="/srv/ca.pem"), "mail.example.org") == {
        "source": "files", "name": "mail.example.org", "subject_alt_names": ["mail.example.org"],
        "reported": ["mail.example.org"], "certificate": "/srv/full.pem", "private_key": "/srv/key.pem", "owner": "mail",
        "group": "mail", "chain": "/srv/ca.pem"}
    assert "chain" not in present.entry_of(row(), "mail.example.org")
