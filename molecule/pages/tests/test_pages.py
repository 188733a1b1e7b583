# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Login pages of real applications: redirect, cookies and HSTS by curl and by our own verdict; each check has to fail on the weak host."""

from __future__ import annotations

import json
from typing import Any

import pytest
from offers import hold_unless_weak
from page_checks import CHECKS, RED, Page, evidence, judged_green
from web_refusals import judge_pages

testinfra_hosts = ["ansible://good", "ansible://weak"]
APPLICATIONS = {"roundcube": "roundcube_sessid", "phpldapadmin": "[0-9a-f]{32}"}


def page_of(wire: Any, application: str) -> Page:
    place = f"{wire.hostname}/{application}/"
    return Page(f"http://{place}", f"https://{place}", APPLICATIONS[application])


@pytest.mark.parametrize("application", APPLICATIONS)
@pytest.mark.parametrize("check", CHECKS)
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, check: str, application: str) -> None:
    page = page_of(wire, application)
    # Roundcube adds Secure by itself over https; the rest is wrong on both applications.
    if (check, application) == ("secure", "roundcube"):
        CHECKS[check](wire, page)
    else:
        hold_unless_weak(wire, lambda: CHECKS[check](wire, page))


@pytest.mark.parametrize("application", APPLICATIONS)
def test_the_verdict_is_green_on_the_good_hosts_alone(wire: Any, application: str) -> None:
    hold_unless_weak(wire, lambda: judged_green(judge_pages(wire, application, server_name=wire.hostname)))


def test_the_evidence_of_verify_names_what_is_wrong_and_no_value(wire: Any) -> None:
    host = evidence(wire, "good")
    rows = [row for endpoint in host["endpoints"] for row in endpoint["findings"] if row["control"].startswith("page_")]
    failed = {row["control"] for row in rows if row["status"] == "fail"}
    if wire.name == "weak":
        assert set(RED) <= failed, rows
        sentences = " ".join(row["sentence"] for row in rows)
        assert "roundcube_sessid" in sentences and "/phpldapadmin/" in sentences
    else:
        assert failed == {"page_cookies_same_site"}, [row for row in rows if row["status"] == "fail"]
        assert not [row for row in rows if row["status"] in ("error", "unprobed")], rows
    fetched = wire.curl("https://{name}/roundcube/").headers["set-cookie"]
    assert not [line for line in fetched if line.partition("=")[2].partition(";")[0] in json.dumps(host)]
    # Values differ with each answer: no key of an observation may hold one at all.
    for endpoint in host["endpoints"]:
        for page in endpoint["observation"]["pages"]:
            for answer in page["answers"]:
                assert all(set(cookie) == {"name", "secure", "http_only", "same_site", "session", "removed"} for cookie in answer["cookies"])
