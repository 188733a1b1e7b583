# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the role service: one call into the core, errors as sentences of the play."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter import service

FILTERS = service.FilterModule().filters()


def test_each_filter_is_one_call_into_the_packs() -> None:
    assert "apache_tls_port" in FILTERS["service_variables"]("apache")
    assert FILTERS["service_needs"]({}, "openldap")["packages"] == ["slapd", "ldap-utils", "libldap-common"]
    assert FILTERS["refusal_reasons"]({"msg": "A."}, "task") == ["A."]
    assert FILTERS["service_certificates"]({"services": {}}, "openldap", {}, "host1") == {}


def test_errors_are_sentences_of_the_play() -> None:
    with pytest.raises(AnsibleFilterError, match="No service is called"):
        FILTERS["service_variables"]("gopher")
    with pytest.raises(AnsibleFilterError, match="apache_tls_port is 'x'"):
        FILTERS["service_needs"]({"apache_tls_port": "x"}, "apache")
    with pytest.raises(AnsibleFilterError, match="not installed"):
        FILTERS["service_plan"]({"services": {}}, "apache", {}, "host1", "192.0.2.7")


def test_dependents_of_a_plan_and_its_changes() -> None:
    plan = {"service": "openldap", "changes": [{"kind": "ldap", "dn": "cn=config"}], "ending": []}
    found = FILTERS["dependents"](plan, {}, "mail1", ["mail1"])
    assert found == {"blocking": [], "warnings": [], "changes": plan["changes"], "units": [], "tries": [], "requires": []}
    with pytest.raises(AnsibleFilterError, match="tls_dependents is 'x'"):
        FILTERS["dependents"](plan, {}, "mail1", [], "x")


def test_hosts_of_a_run_that_depend_on_each_other():
    row = {"kind": "nslcd", "setting": "uri", "target": "ldap://b:389", "encrypted": False, "server": "b", "file": "/x", "line": 1}
    found = FILTERS["dependents_between"]({"a": {"elsewhere": [row]}, "b": {}})
    assert found["others"]["b"][0]["on"] == "a" and found["consumers"] == []
