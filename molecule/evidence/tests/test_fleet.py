# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/verify.yml over the whole fleet: each host gets the verdict it deserves, and the run is red."""

from __future__ import annotations

import csv
import json
from xml.etree import ElementTree

import jsonschema
import pytest
from runs import FOLDER, ROOT, Run, play, run


@pytest.fixture(scope="module")
def verified() -> Run:
    return run("intransit.tls.verify", "fleet")


def findings(document: dict) -> list[tuple[str, str, str]]:
    return [(item["control"], item["host"], item["status"]) for item in document["findings"]]


def test_the_run_is_red_and_its_evidence_keeps_the_published_form(verified: Run) -> None:
    assert verified.code != 0 and "the table above" in verified.said
    schema = json.loads((ROOT / "docs" / "evidence.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(verified.document)


def test_a_good_host_passes(verified: Run) -> None:
    for short in ("443/https", "80/http"):
        row = verified.endpoint("good", short)
        assert row["verdict"] == "pass", [item for item in row["findings"] if item["status"] not in ("pass", "unprobed")]
    assert verified.endpoint("good", "443/https")["grade"]["grade"] == "A+"
    assert {row["verdict"] for row in verified.hosts()["good"]["listeners"]} == {"pass"}


def test_a_weak_host_fails_by_what_is_weak(verified: Run) -> None:
    assert verified.wrong("weak", "80/http") == {"plaintext_refused"}
    assert verified.hosts()["weak"]["verdict"] == "fail"


def test_an_exception_covers_and_is_shown(verified: Run) -> None:
    row = verified.endpoint("excepted", "443/https")
    assert row["verdict"] == "excepted" and verified.wrong("excepted", "443/https") == set()
    finding = next(item for item in row["findings"] if item["control"] == "hsts_subdomains")
    assert finding["status"] == "excepted" and finding["exception"]["ticket"] == "T-1"
    assert verified.hosts()["excepted"]["verdict"] == "excepted"


def test_an_exception_that_ran_out_fails_and_says_so(verified: Run) -> None:
    assert verified.wrong("lapsed", "443/https") == {"hsts_subdomains"}
    finding = next(item for item in verified.endpoint("lapsed", "443/https")["findings"] if item["control"] == "hsts_subdomains")
    assert "ran out on 2026-01-31" in finding["sentence"] and finding["severity"] == "medium"


def test_exceptions_that_nobody_needs_fail(verified: Run) -> None:
    unneeded = [item for item in verified.document["findings"] if item["control"] == "exception_unmatched"]
    assert {item["exception"]["control"] for item in unneeded} == {"compression", "listener_plaintext"}
    assert "elsewhere" not in {item["host"] for item in unneeded}


def test_silence_is_an_error_and_never_a_pass(verified: Run) -> None:
    assert ("host_asked", "silent", "error") in findings(verified.document)
    assert verified.wrong("silent", "1/https", "error") == {"reachable"}
    assert verified.hosts()["silent"]["verdict"] == "error"


def test_what_nobody_declared_is_found_and_judged(verified: Run) -> None:
    listeners = {(row["transport"], row["port"]): row for row in verified.hosts()["stray"]["listeners"]
                 if row["reach"] == "outside" and ":" not in row["address"]}
    kinds = {port: row["classification"] for (_transport, port), row in listeners.items() if not row["declared"]}
    assert kinds[23] == kinds[6379] == "plaintext_credentials"
    assert listeners["tcp", 23]["package"] == "inetutils-inetd" and listeners["tcp", 6379]["user"] == "redis"
    assert listeners["udp", 69]["classification"] == "plaintext"
    every = {item["endpoint"]: item["verdict"] for item in verified.hosts()["stray"]["listeners"]}
    assert every["0.0.0.0:23/telnet"] == every["0.0.0.0:6379/redis"] == "fail"


def test_what_was_discovered_was_looked_at_from_outside(verified: Run) -> None:
    assert "plaintext_refused" in verified.wrong("stray", "6379/redis")
    assert "plaintext_refused" in verified.wrong("stray", "21/ftp")
    assert verified.endpoint("stray", "443/https")["verdict"] == "pass"


def test_every_report_tells_the_same(verified: Run) -> None:
    suites = ElementTree.parse(FOLDER / "fleet.junit.xml").getroot()
    red = int(suites.get("failures", 0)) + int(suites.get("errors", 0))
    assert red and f"{red} finding(s)" in verified.said
    with (FOLDER / "fleet.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {(row["host"], row["endpoint"]): row["verdict"] for row in rows} == {
        (host["host"], row["endpoint"]): row["verdict"]
        for host in verified.document["hosts"] for row in host["endpoints"]
    }
    assert len((FOLDER / "fleet.txt").read_text(encoding="ascii").splitlines()) > 20


def test_it_changes_nothing_and_runs_under_check_mode() -> None:
    done = play("intransit.tls.verify", "--check", "--limit", "good,localhost", "--extra-vars",
                json.dumps({"tls_exceptions": [], "tls_discover": False, "tls_evidence_name": "check"}), silent=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert not (FOLDER / "check.json").exists()
    recap = next(line for line in done.stdout.splitlines() if line.startswith("good "))
    assert "changed=0" in recap


def test_a_run_that_looked_at_nothing_proves_nothing() -> None:
    done = play("intransit.tls.verify", "--limit", "weak,localhost", "--extra-vars",
                json.dumps({"tls_exceptions": [], "tls_discover": False, "tls_services": [], "tls_evidence": ""}), silent=False)
    assert done.returncode != 0 and "Nothing was observed on: weak" in done.stdout + done.stderr


def test_a_threshold() -> None:
    only = ["--limit", "lapsed,localhost", "--extra-vars"]
    strict = {"tls_discover": False, "tls_exceptions": [], "tls_fail_on": "medium", "tls_evidence": ""}
    assert play("intransit.tls.verify", *only, json.dumps(strict), silent=False).returncode == 0
    assert play("intransit.tls.verify", *only, json.dumps({**strict, "tls_fail_on": "low"}), silent=False).returncode
    # That "never" stays green whatever is found is seen in test_later.py.
