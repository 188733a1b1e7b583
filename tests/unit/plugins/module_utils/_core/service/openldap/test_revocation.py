# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""slapd's two ways to check a list, and the way back."""

from __future__ import annotations

from typing import Any

LIST = "/etc/ssl/intransit/openldap.crl.pem"
GNUTLS = {"tls_library": {"name": "gnutls", "version": "3.7.9"}}
OPENSSL = {"tls_library": {"name": "openssl", "version": "3.5.4"}}
ON = {"client_certificate": "demand", "client_crl": True}


def config_of(plan: dict[str, Any]) -> dict[str, Any]:
    (row,) = [row for row in plan["changes"] if row["kind"] == "ldap" and row["dn"] == "cn=config"]
    found: dict[str, Any] = row["attributes"]
    return found


def test_with_openssl_the_list_stands_with_the_authorities(planned: Any) -> None:
    plan = planned("openldap", OPENSSL, **ON)
    assert config_of(plan)["olcTLSCACertificateFile"] == LIST and config_of(plan)["olcTLSCRLCheck"] == "peer"
    assert plan["changes"][0]["with_authorities"] and plan["changes"][0]["any_authority"]
    assert LIST not in plan["validation"]["authorities"]


def test_with_gnutls_it_has_a_setting_of_its_own_and_the_limits_are_said(planned: Any) -> None:
    plan = planned("openldap", GNUTLS, **ON)
    assert config_of(plan)["olcTLSCRLFile"] == LIST and config_of(plan)["olcTLSCACertificateFile"].endswith("/chain.pem")
    assert "with_authorities" not in plan["changes"][0] and "olcTLSCRLCheck" not in config_of(plan)
    words = " ".join(plan["warnings"])
    assert "accepts good clients if its revocation list ended" in words and "one for servers alone too" in words


def test_its_own_file_is_not_taken_for_the_administrators(planned: Any) -> None:
    again = planned("openldap", {**OPENSSL, "global": {"olcTLSCACertificateFile": [LIST]}}, **ON)
    assert again["changes"][0]["ca_file"].endswith("/chain.pem") and config_of(again)["olcTLSCACertificateFile"] == LIST
    theirs = planned("openldap", {**OPENSSL, "global": {"olcTLSCACertificateFile": ["/etc/company.pem"]}}, **ON)
    assert theirs["changes"][0]["ca_file"] == "/etc/company.pem"


def test_what_it_set_goes_with_the_option(planned: Any) -> None:
    off = {"client_certificate": "demand"}
    openssl = config_of(planned("openldap", {**OPENSSL, "global": {"olcTLSCACertificateFile": [LIST]}}, **off))
    assert openssl["olcTLSCRLCheck"] is None and openssl["olcTLSCACertificateFile"].endswith("/chain.pem")
    gnutls = config_of(planned("openldap", {**GNUTLS, "global": {"olcTLSCRLFile": [LIST]}}, **off))
    assert gnutls["olcTLSCRLFile"] is None
    theirs = config_of(planned("openldap", {**GNUTLS, "global": {"olcTLSCRLFile": ["/etc/company.crl"]}}, **off))
    assert "olcTLSCRLFile" not in theirs
