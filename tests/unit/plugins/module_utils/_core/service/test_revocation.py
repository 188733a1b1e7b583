# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Packs that check a list bring it in the same transaction as the setting that names it."""

from __future__ import annotations

import json
from typing import Any

import pytest

LIST = "/etc/ssl/intransit/{}.crl.pem"


def lists_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in plan["changes"] if row["kind"] == "revocation_list"]


@pytest.mark.parametrize("service", ["apache", "nginx", "haproxy", "openldap"])
def test_a_list_comes_with_its_setting(planned: Any, service: str) -> None:
    plan = planned(service, client_certificate="required", client_crl=True)
    (row,) = lists_of(plan)
    assert row["path"] == LIST.format(service) and row["ca_file"].endswith("/chain.pem") and "source" not in row
    rest = json.dumps([item for item in plan["changes"] if item["kind"] != "revocation_list"]) + json.dumps(plan["templates"])
    assert LIST.format(service) in rest


@pytest.mark.parametrize("service", ["apache", "nginx", "haproxy", "openldap"])
@pytest.mark.parametrize("options", [
    {"client_certificate": "required"}, {"client_certificate": "none", "client_crl": True}])
def test_without_clients_or_the_option_there_is_no_list(planned: Any, service: str, options: dict[str, Any]) -> None:
    plan = planned(service, **options)
    assert lists_of(plan) == [] and LIST.format(service) not in json.dumps(plan)


@pytest.mark.parametrize("service", ["apache", "nginx", "haproxy", "openldap"])
def test_a_list_of_ones_own_is_copied(planned: Any, service: str) -> None:
    (row,) = lists_of(planned(service, client_certificate="required", client_crl=True, client_ca_file="/etc/clients.pem",
                              client_crl_file="/etc/clients.crl"))
    assert (row["source"], row["ca_file"], row["path"]) == ("/etc/clients.crl", "/etc/clients.pem", LIST.format(service))


def test_postfix_says_that_it_cannot(planned: Any) -> None:
    plan = planned("postfix", client_certificate="required", client_crl=True, client_ca_file="/etc/clients.pem")
    assert [row for row in plan["warnings"] if "cannot check revocation lists" in row and "fingerprint" in row]
    assert not [row for row in planned("postfix", client_certificate="required", client_ca_file="/etc/clients.pem")["warnings"]
                if "revocation" in row]
