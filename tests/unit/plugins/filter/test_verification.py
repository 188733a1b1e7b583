# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters as the playbook calls them: from hostvars to rows, from results of a loop to what is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter.verification import FilterModule

ROOT = Path(__file__).resolve().parents[4]
FILTERS = FilterModule().filters()


@pytest.fixture
def hosts(pki, tmp_path):
    roots = pki.write(tmp_path, roots=pki.pem(pki.authority()[0]))["roots"]
    rows = [{"host": "b\u00fccher.example"}]
    return {
        "web": {"group_names": ["a"], "verify_variables": {
            "tls_endpoints": rows, "tls_ca_file": roots, "tls_vantages": ["far"]}},
        "lost": {"group_names": []},
        "unasked": {"group_names": [], "verify_variables": {}},
    }


def test_every_filter_is_documented():
    for name in FILTERS:
        assert (ROOT / "plugins" / "filter" / f"{name}.yml").is_file(), name


def test_names_are_those_of_every_role_and_of_all_roles():
    assert {"tls_endpoints", "ansible_host", "apache_tls_port", "postfix_tls_certificates"} <= set(FILTERS["verification_names"]([]))


def test_from_hostvars_to_what_report_judges(hosts):
    plan = FILTERS["verification"](hosts, ["web", "lost", "unasked"])
    rows = FILTERS["verification_rows"](plan, "localhost")
    assert [(row["host"], row["policy"], row["ca_file"]) for row in rows] == [
        ("b\u00fccher.example", "intermediate", hosts["web"]["verify_variables"]["tls_ca_file"])]
    seen = {"host": "b\u00fccher.example", "port": 443, "protocol": "https", "address": "192.0.2.1"}
    results = [{"item": "localhost", "endpoints": [seen]}]
    further = FILTERS["verification_further"](plan, results)
    assert FILTERS["verification_rows"](further, "far")[0]["address"] == "192.0.2.1"
    found = FILTERS["verification_observed"](plan, results, further, [{"item": "far", "unreachable": True, "msg": "no route"}])
    assert [item["host"] for item in found["observed"]] == ["web"] and found["empty"] == ["unasked"]
    assert found["reasons"] == {
        "lost": "Its variables could not be evaluated.", "web": "far could not observe it: no route"}


def test_roots_that_cannot_be_read_are_an_error_of_their_host(hosts):
    path = Path(hosts["web"]["verify_variables"]["tls_ca_file"])
    path.write_text("no certificate")
    plan = FILTERS["verification"](hosts, ["web", "unasked"])
    assert list(plan["reasons"]) == ["web"] and str(path) in plan["reasons"]["web"]


def test_where_plaintext_ends_and_who_uses_it():
    assert FILTERS["plaintext_ends"]({"services": {}}, "web", {}) == []
    with pytest.raises(AnsibleFilterError, match="No service is called"):
        FILTERS["plaintext_ends"]({"services": {}}, "web", {"tls_services": ["gopher"]})
    assert FILTERS["plaintext_ends"]({"services": {}}, "web", {"tls_services": ["gopher"]}, True) == []
    assert FILTERS["plaintext_report"]({}, "2026-11-30T09:00:00+00:00")["empty"]


def test_what_the_dns_said_comes_to_the_report(hosts):
    hosts["web"]["verify_variables"]["tls_dns"] = True
    plan = FILTERS["verification"](hosts, ["web"])
    (question,) = FILTERS["verification_dns"](plan)
    assert question["vantage"] == "localhost" and [row["host"] for row in question["endpoints"]] == ["b\u00fccher.example"]
    seen = {"host": "b\u00fccher.example", "port": 443, "protocol": "https", "address": "192.0.2.1"}
    found = FILTERS["verification_observed"](plan, [{"item": "localhost", "endpoints": [seen]}], None, [], [{"item": question, "msg": "no library"}])
    assert "no library" in found["observed"][0]["observations"][0]["dns"]["error"]
