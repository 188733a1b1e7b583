# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Login pages of real applications: redirect, cookies and HSTS by curl and by our own verdict; each check has to fail on the weak host."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from web_refusals import judge_pages

testinfra_hosts = ["ansible://good", "ansible://weak"]
APPLICATIONS = {"roundcube": "roundcube_sessid", "phpldapadmin": "[0-9a-f]{32}"}
RED = ("page_refused", "page_cookies_plaintext", "page_cookies_secure", "page_cookies_http_only", "page_hsts")


def redirected(wire: Any, application: str) -> None:
    reply = wire.curl(f"http://{{name}}/{application}/")
    assert reply.status == 301 and reply.headers["location"] == [f"https://{wire.hostname}/{application}/"], reply
    assert "set-cookie" not in reply.headers and "password" not in reply.body.lower(), reply


def secure(wire: Any, application: str) -> None:
    reply = wire.curl(f"https://{{name}}/{application}/")
    assert reply.status == 200, reply
    cookies = reply.headers["set-cookie"]
    assert any(re.match(APPLICATIONS[application] + "=", line) for line in cookies), cookies
    assert all(len(re.findall(r"(?i);\s*secure\b", line)) == 1 for line in cookies), cookies


def hsts_once(wire: Any, application: str) -> None:
    reply = wire.curl(f"https://{{name}}/{application}/")
    assert reply.headers.get("strict-transport-security") == ["max-age=63072000"], reply.headers


def hijacked(wire: Any, application: str) -> None:
    """A cookie that an attacker has seen gets nothing in clear text."""
    cookie = wire.curl(f"https://{{name}}/{application}/").headers["set-cookie"][0].partition(";")[0]
    reply = wire.curl(f"http://{{name}}/{application}/", "--header", f"Cookie: {cookie}")
    assert reply.status == 301 and "set-cookie" not in reply.headers and "password" not in reply.body.lower(), reply


def in_our_words(wire: Any, application: str) -> None:
    found = {row.control: row for row in judge_pages(wire, application, server_name=wire.hostname)}
    assert {found[control].status for control in RED} == {"pass"}, [found[control] for control in RED]
    assert {found[control].status for control in ("page_stays", "page_forms", "page_loads")} == {"pass"}


CHECKS = {check.__name__: check for check in (redirected, secure, hsts_once, hijacked, in_our_words)}


@pytest.mark.parametrize("application", APPLICATIONS)
@pytest.mark.parametrize("name", CHECKS)
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, name: str, application: str) -> None:
    if wire.name != "weak":
        CHECKS[name](wire, application)
        return
    # Roundcube adds Secure by itself over https; the rest is wrong on both applications.
    if (name, application) == ("secure", "roundcube"):
        CHECKS[name](wire, application)
        return
    with pytest.raises(AssertionError):
        CHECKS[name](wire, application)


def evidence(wire: Any) -> Any:
    folder = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])
    document = json.loads((folder / f"{'weak' if wire.name == 'weak' else 'good'}.json").read_text())
    return next(host for host in document["hosts"] if host["host"] == wire.name)


def test_the_evidence_of_verify_names_what_is_wrong_and_no_value(wire: Any) -> None:
    host = evidence(wire)
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
