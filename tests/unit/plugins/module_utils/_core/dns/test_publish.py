# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is published for what is served; nothing goes before what comes is there, and nothing is announced too early."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import mta_sts, publish, tlsa
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
GOOD = json.loads((DATA / "submission_good.json").read_text(encoding="utf-8"))
CHAINS = publish.read_chains(GOOD)
KEY = hashlib.sha256(CHAINS[0][0].key).hexdigest()
NOW, NEXT, OLD = f"3 1 1 {KEY}", "3 1 1 " + "11" * 32, "3 1 1 " + "22" * 32
NAME = "_25._tcp.mail.example.test"
WISHES = publish.Wishes(zone="example.test", ttl=60, reports=("mailto:a@example.test",), mode="enforce")
POLICY = mta_sts.write_policy("enforce", ["mail.example.test"], 604800)


def record(text):
    usage, selector, matching, data = text.split()
    return {"usage": int(usage), "selector": int(selector), "matching_type": int(matching), "data": data}


def answer(status="found", **more):
    return {"status": status, "reason": "SERVFAIL" if status == "error" else "", "authentic": True, "records": [], **more}


def seen(*published, chains=CHAINS, unverified="", host="mx", **dns):
    found = answer("found" if published else "none", name=NAME, records=[record(text) for text in published])
    facts = {"name": "mail.example.test", "tlsa": found, "dnssec": answer(), "issuers": [], "domains": [], "caa": answer("none", found_at=None), **dns}
    return publish.Seen(host, "smtp", facts, chains, unverified)


def plan(*rows, following=None, wishes=WISHES):
    made = publish.plan_records(rows, following or {}, wishes)
    assert json.loads(json.dumps(made)) == made
    return made


def tlsa_of(made):
    (row,) = [row for row in made["records"] if row["type"] == "TLSA"]
    return row


@pytest.mark.parametrize("published, following, add, remove", [
    ([], [], [NOW], []), ([], ["11" * 32], [NOW, NEXT], []), ([NOW], ["11" * 32], [NEXT], []), ([NOW, NEXT], ["11" * 32], [], []),
    ([OLD], [], [NOW], []), ([OLD, NOW], [], [], [OLD]), ([OLD, NOW], ["11" * 32], [NEXT], []), ([NOW, NEXT], [], [], [NEXT]),
    (["2 1 1 " + "33" * 32, NOW], [], [], []), ([NOW.upper()], [], [], []),
])
def test_a_run_adds_or_removes_and_never_both(published, following, add, remove):
    row = tlsa_of(plan(seen(*published), following={"mx": following}))
    assert (row["add"], row["remove"], row["held"]) == (add, remove, "")


@pytest.mark.parametrize("rows, words", [
    ([seen(OLD, NOW, chains=[])], "not every endpoint"), ([seen(OLD, NOW), seen(OLD, NOW, chains=[], host="b")], "not every endpoint"),
    ([seen(NOW, dnssec=answer(authentic=False))], "not signed"), ([seen(tlsa=answer("error", name=NAME))], "SERVFAIL"),
])
def test_nothing_changes_if_not_everything_is_known(rows, words):
    row = tlsa_of(plan(*rows))
    assert words in row["held"] and not row["add"] and not row["remove"]


def test_changes_are_what_the_module_takes_and_held_sets_are_not_among_them():
    assert plan(seen(OLD, NOW))["changes"] == [{"name": NAME, "type": "TLSA", "ttl": 60, "add": [], "remove": [OLD]}]
    assert plan(seen(OLD, NOW, chains=[]))["changes"] == [] and plan(seen(NOW))["changes"] == []


def test_hosts_behind_one_name_are_served_by_one_set():
    other = [[tlsa.Served(b"x", b"y")]]
    row = tlsa_of(plan(seen(), seen(chains=other, host="b")))
    assert row["add"] == [NOW, "3 1 1 " + hashlib.sha256(b"y").hexdigest()]


def test_other_protocols_only_on_request():
    web = seen()._replace(protocol="https")
    assert plan(web)["records"] == []
    assert tlsa_of(plan(web, wishes=WISHES._replace(protocols=("https",))))["add"] == [NOW]


def caa(*values):
    return [{"flags": 0, "tag": tag, "value": value} for tag, value in values]


@pytest.mark.parametrize("found, name, add", [
    (answer("none", found_at=None), "example.test", ['0 issue "ca.example"']),
    (answer(found_at="test", records=caa(("issue", "other.example"))), "test", ['0 issue "ca.example"']),
    (answer(found_at="test", records=caa(("issue", "ca.example"))), "test", []),
    (answer(found_at="test", records=caa(("issue", ";"))), "test", ['0 issue "ca.example"']),
    (answer("error", found_at="test"), "test", []),
])
def test_caa_is_added_where_it_counts_and_others_stay(found, name, add):
    (row,) = [row for row in plan(seen(NOW, caa=found, issuers=["CA.example"]))["records"] if row["type"] == "CAA"]
    assert (row["name"], row["add"], row["remove"]) == (name, add, [])
    assert bool(row["held"]) == (found["status"] == "error")


def test_new_caa_records_have_an_iodef_and_without_an_authority_there_are_none():
    rows = plan(seen(NOW, issuers=["a"]), seen(NOW, issuers=["b"]), wishes=WISHES._replace(iodef="mailto:s@example.test"))["records"]
    assert rows[-1]["add"] == ['0 issue "a"', '0 iodef "mailto:s@example.test"', '0 issue "b"']
    assert [row["type"] for row in plan(seen(NOW))["records"]] == ["TLSA"]


def domain(texts=(), policy=POLICY, status="found", mx=("mail.example.test",), problem=""):
    records = [{"text": text} for text in texts]
    return {"domain": "example.test", "error": None, "mx": answer(hosts=list(mx)),
            "mta_sts": {**answer("found" if texts else "none", records=records), "id": None, "problem": "",
                        "policy": {"status": status, "problem": problem, "text": policy}},
            "tls_rpt": {**answer("none"), "rua": [], "problem": ""}}


def text_of(made, name="_mta-sts.example.test"):
    (row,) = [row for row in made["records"] if row["name"] == name]
    return row


def test_a_policy_is_announced_if_it_is_served_and_the_certificate_verifies():
    made = plan(seen(NOW, domains=[domain()]))
    row = text_of(made)
    assert row["held"] == "" and row["add"] == [f'"v=STSv1; id={mta_sts.make_id(POLICY)};"'] and row["remove"] == []
    assert made["policies"] == [{"domain": "example.test", "url": "https://mta-sts.example.test/.well-known/mta-sts.txt", "text": POLICY}]
    assert text_of(made, "_smtp._tls.example.test")["add"] == ['"v=TLSRPTv1; rua=mailto:a@example.test"']


def test_a_changed_policy_replaces_the_record_and_leaves_others():
    row = text_of(plan(seen(NOW, domains=[domain(["v=STSv1; id=old;", "other"])])))
    assert len(row["add"]) == 1 and row["remove"] == ['"v=STSv1; id=old;"']
    same = text_of(plan(seen(NOW, domains=[domain([mta_sts.write_record(POLICY)])])))
    assert same["add"] == same["remove"] == []


@pytest.mark.parametrize("row, words", [
    (seen(NOW, domains=[domain()], unverified="certificate_trust is fail"), "does not verify"),
    (seen(NOW, domains=[domain(mx=("mail.example.test", "b.example.test"))]), "b.example.test was not seen"),
    (seen(NOW, domains=[domain(status="invalid", problem="404")]), "cannot be fetched: 404"),
    (seen(NOW, domains=[domain(policy=POLICY.replace("enforce", "testing"))]), "another policy"),
    (seen(NOW, domains=[{**domain(), "mx": answer("error", hosts=[])}]), "SERVFAIL"),
    (seen(NOW, domains=[{**domain(), "mx": answer("none", hosts=[])}]), "no MX"),
])
def test_a_policy_is_not_announced_too_early(row, words):
    found = text_of(plan(row))
    assert words in found["held"] and not found["add"] and not found["remove"]


def test_a_domain_that_could_not_be_asked_about_has_no_records():
    assert [row["type"] for row in plan(seen(NOW, domains=[{"domain": "a", "error": "x"}]))["records"]] == ["TLSA"]


def test_the_lines_of_a_zone():
    rows = [{"name": "a.b", "type": "TXT", "ttl": 5, "wanted": ["x"], "published": ["x", "y", "z"], "add": [], "remove": ["z"], "held": ""},
            {"name": "c", "type": "TXT", "ttl": 5, "wanted": ["w"], "published": [], "add": [], "remove": [], "held": "why"}]
    assert publish.write_lines(rows) == ["a.b. 5 IN TXT x", "a.b. 5 IN TXT y", "; remove: a.b. 5 IN TXT z", "; not yet: why", "; c. 5 IN TXT w"]


@pytest.mark.parametrize("wrong", [{"mode": "force"}, {"max_age": 0}, {"ttl": 0}, {"reports": ("a@b",)}, {"iodef": "a"}])
def test_options_that_cannot_be_published_are_refused(wrong):
    with pytest.raises(ArgumentError):
        plan(wishes=publish.Wishes(**wrong))


def test_chains_that_cannot_be_read_count_as_not_seen():
    assert publish.read_chains({"certificates": [{"pem": "x"}]}) == [] and publish.read_chains({}) == []
    both = publish.read_chains({"certificates": GOOD["certificates"], "certificates_by_type": {"rsa": GOOD["certificates"][1:]}})
    assert [len(chain) for chain in both] == [2, 1]
