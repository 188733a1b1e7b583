# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""After test_fleet.py: what changed between two runs, and discovery before and after the classics were retired."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from runs import FOLDER, play, run
from testinfra import get_host

LOOK = {"tls_exceptions": [], "tls_discover": False, "tls_fail_on": "never",
        "tls_vantage": "excepted", "tls_vantages": ["weak"]}


@pytest.fixture
def stray(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The host with the classics, all of them running: before the test, and again after it."""
    host = get_host("ansible://stray", ansible_inventory=request.config.option.ansible_inventory)
    back = ("systemctl unmask vsftpd && systemctl enable --now vsftpd && sed -i 's/^#<off># //' /etc/inetd.conf && "
            "systemctl restart inetutils-inetd")
    with host.sudo():
        assert host.run(back).rc == 0
        yield host
        assert host.run(back).rc == 0


def test_a_setting_that_got_worse_is_named(request: pytest.FixtureRequest) -> None:
    limit = ("--limit", "good,localhost", "--extra-vars", json.dumps(LOOK))
    earlier = run("intransit.tls.verify", "earlier", *limit)
    seen = {(row["vantage"], row["endpoint"].rpartition(":")[2]): row["verdict"]
            for row in earlier.hosts()["good"]["endpoints"]}
    assert seen == {(vantage, port): "pass" for vantage in ("excepted", "weak") for port in ("80/http", "443/https")}
    # The root is a file of the controller, which judges what another host was served.
    looked = next(row for row in earlier.hosts()["good"]["endpoints"]
                  if row["vantage"] == "excepted" and row["endpoint"].endswith("443/https"))
    assert {item["control"]: item["status"] for item in looked["findings"]}["certificate_trust"] == "pass"
    conf = "/etc/apache2/conf-available/zz-intransit-tls.conf"
    good = get_host("ansible://good", ansible_inventory=request.config.option.ansible_inventory)
    with good.sudo():
        good.run_test(f"cp -a {conf} /root/kept && sed -i 's/max-age=63072000/max-age=300/' {conf} && "
                      "systemctl reload apache2")
        try:
            later = run("intransit.tls.verify", "later", *limit, "--extra-vars",
                        json.dumps({"tls_previous": str(FOLDER / "earlier.json")}))
        finally:
            good.run_test(f"cp -a /root/kept {conf} && systemctl reload apache2")
    assert later.code == 0, "a mere look is green whatever it finds"
    drift = later.document["drift"]
    assert {(row["control"], row["was"], row["status"]) for row in drift["worse"]} == {("hsts", "pass", "fail")}
    assert drift["new"] == drift["gone"] == drift["certificates"] == []
    assert "2 finding(s) got worse" in later.said


def test_discovery_proposes_what_to_declare_and_is_no_judge_by_itself() -> None:
    done = play("intransit.tls.discover", "--limit", "stray,localhost", "--extra-vars",
                json.dumps({"tls_fail_on": "never", "tls_evidence_name": "listeners"}), silent=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "tls_endpoints:" in done.stdout and "protocol: redis" in done.stdout


def test_classics_are_retired_by_name_and_nothing_else_is_touched(stray: Any) -> None:
    assert stray.socket("tcp://0.0.0.0:23").is_listening
    playbook = FOLDER / "retire.yml"
    playbook.write_text(json.dumps([{
        "name": "Retire the classics", "hosts": "stray", "become": True, "gather_facts": False,
        "tasks": [{"name": "By name", "ansible.builtin.import_role": {"name": "intransit.tls.legacy_plaintext"},
                   "vars": {"legacy_plaintext_retire": ["telnet", "ftp"]}}],
    }]), encoding="utf-8")
    first, second = (play(str(playbook), silent=False) for _time in range(2))
    assert first.returncode == second.returncode == 0, first.stdout[-3000:] + second.stdout[-3000:]
    assert "changed=0" in second.stdout and "changed=0" not in first.stdout
    after = run("intransit.tls.discover", "after", "--limit", "stray,localhost", "--extra-vars",
                json.dumps({"tls_fail_on": "never", "tls_exceptions": []}))
    protocols = {row["protocol"] for row in after.hosts()["stray"]["listeners"] if row["reach"] == "outside"}
    assert not {"telnet", "ftp"} & protocols and {"tftp", "redis", "http", "https"} <= protocols
