# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The job of a service: complete, without secrets, refused if damaged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.renewal.job import find_obstacles, make_job, read_job
from ansible_collections.intransit.tls.plugins.module_utils._core.service.certificate_entry import complete_entry

POLICY = resolve(profile="intermediate")
ACME = {"directory": "https://ca.test/dir", "trust_anchor": "", "email": "ops@example.org", "terms_agreed": True, "challenge": "http-01",
        "webroot": "/var/www/html", "external_account": True, "profile": "",
        "dns": {"server": "192.0.2.53", "key_name": "acme", "key_secret": "c2VjcmV0"}}


def _entry(**more: Any) -> dict[str, Any]:
    return complete_entry({"name": "www", "source": "acme", "subject_alt_names": ["www.example.org"], **more}, POLICY, "web1")


def _plan(confirmation: Any = None) -> dict[str, Any]:
    return {
        "service": "openldap", "certificate": _entry(), "policy": POLICY.to_dict(), "endpoints": [{"host": "web1", "port": 636}],
        "changes": [{"kind": "ldap", "dn": "cn=config", "attributes": {"olcTLSCertificateFile": ["x"]}},
                    {"kind": "file", "path": "/etc/x", "content": "y"}],
        "validation": {"instance": {}}, "activation": {"units": ["slapd.service"]}, "continuity": {"checks": [], "ports": [636]},
        "confirmation": confirmation or {"endpoints": [{"host": "127.0.0.1", "port": 636}], "fail_on": "medium"},
    }


def test_it_holds_the_transaction_and_no_secret() -> None:
    job = make_job(_plan(), [_entry()], ACME, "/run/x.prom")
    assert "c2VjcmV0" not in json.dumps(job) and "key_secret" not in json.dumps(job)
    assert [item["kind"] for item in job["transaction"]["changes"]] == ["ldap"]
    assert job["transaction"]["confirmation"] == {
        "certificate": "/etc/ssl/intransit/www/fullchain.pem", "certificate_scope": "some", "fail_on": "medium",
        "endpoints": [{"host": "127.0.0.1", "port": 636}], "only": ["certificate", "certificate_in_use", "inside_tls"]}
    assert read_job(json.dumps(job), "x") == job


def test_a_service_that_serves_one_certificate_has_to_serve_it_everywhere() -> None:
    job = make_job(_plan({"endpoints": [], "certificate": "/etc/x.pem"}), [_entry()], ACME)
    assert (job["transaction"]["confirmation"]["certificate"], job["transaction"]["confirmation"]["certificate_scope"]) == ("/etc/x.pem", "all")


@pytest.mark.parametrize(("text", "says"), [("{", "cannot be read as JSON"), ('{"version": 0}', "another version"), ('{"version": 1}', "lacks service")])
def test_a_damaged_job_is_refused(text: str, says: str) -> None:
    with pytest.raises(OptionError, match=f"/etc/job.json .*{says}.*Run intransit.tls.enforce"):
        read_job(text, "/etc/job.json")


@pytest.mark.parametrize(("entry", "acme", "says"), [
    ({}, {"email": ""}, "tls_acme_contact"),
    ({}, {"terms_agreed": False}, "tls_acme_terms_agreed"),
    ({"profile": "shortlived"}, {}, "profile"),
    ({"subject_alt_names": ["192.0.2.1"]}, {}, "names only"),
    ({"subject_alt_names": ["*.example.org"]}, {}, "dns-01"),
    ({"challenge": "dns-01"}, {"dns": {}}, "tls_acme_dns"),
])
def test_what_the_host_cannot_do_is_said(entry: dict[str, Any], acme: dict[str, Any], says: str) -> None:
    assert find_obstacles([_entry()], ACME) == []
    found = find_obstacles([_entry(**entry)], {**ACME, **acme})
    assert len(found) == 1 and says in found[0]


def test_supplied_files_need_no_directory() -> None:
    files = {"name": "x", "source": "files", "certificate": "/etc/c.pem", "private_key": "/etc/k.pem", "subject_alt_names": ["a.example.org"]}
    assert find_obstacles([complete_entry(files, POLICY, "web1")], {}) == []
