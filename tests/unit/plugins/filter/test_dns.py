# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what report judges to what is published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter.dns import FilterModule
from ansible_collections.intransit.tls.plugins.module_utils._core.dns import tlsa
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

ROOT = Path(__file__).resolve().parents[4]
GOOD = json.loads((ROOT / "tests/data/observations/submission_good.json").read_text(encoding="utf-8"))
dns_records = FilterModule().filters()["dns_records"]


def observed(**more):
    dns = {"name": "mail.example.test", "error": None, "issuers": [], "domains": [], "caa": None, "dnssec": None,
           "tlsa": {"status": "none", "reason": "", "authentic": True, "records": [], "name": "_25._tcp.mail.example.test"}}
    row = {**GOOD, "port": 25, "protocol": "smtp", "dns": dns, **more}
    return {"policies": {"p": resolve(profile="intermediate").to_dict()},
            "observed": [{"host": "mx", "policy": "p", "observations": [row, {**row, "dns": None}]}]}


def test_the_key_in_use_and_the_next_one_are_published():
    made = dns_records(observed(), {"ttl": "60", "reports": "mailto:a@b.example", "protocols": ["smtp"], "zone": "", "iodef": None}, {"mx": ["AB" * 32]})
    (row,) = made["records"]
    served = tlsa.make_record(tlsa.read_served(GOOD["certificates"][0]["pem"]))["data"]
    assert row["add"] == [f"3 1 1 {served}", "3 1 1 " + "ab" * 32] and row["ttl"] == 60
    assert made["lines"] == [f"_25._tcp.mail.example.test. 60 IN TLSA {value}" for value in row["add"]]


def test_an_error_is_a_sentence_of_the_play():
    with pytest.raises(AnsibleFilterError, match="tls_mta_sts_mode"):
        dns_records(observed(), {"mode": "x"})
