# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records become a document; documents of slices and runs become one."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import EvidenceError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.drift import find_drift
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.merge import merge_documents
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RULE = {"group": "web", "endpoint": "*", "control": "redirect_permanent", "reason": "r", "owner": "o",
        "expires": "2027-01-01"}


def sample(name="http_good", **changes):
    return {**json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")), **changes}


def temporary():
    seen = sample()
    seen["plaintext"]["how"] = "redirect_temporary"
    return seen


def made(host="web1", seen=None, policy="intermediate", now=NOW, **options):
    exceptions = options.pop("exceptions", ())
    rows = [make_record(resolve(policy=policy), [seen or sample()], now=now, host=host, groups=["web"],
                        exceptions=exceptions)]
    return make_document(rows, now=now, exceptions=exceptions, **options)


def test_a_document_is_plain_json_and_says_everything_once():
    found = made()
    assert json.loads(json.dumps(found)) == found
    assert found["schema"] == "intransit.tls/evidence/1"
    row = found["hosts"][0]["endpoints"][0]
    assert row["policy"] == "intermediate" and found["policies"]["intermediate"]["name"] == "intermediate"
    for finding in row["findings"]:
        assert finding["control"] in found["controls"]
        assert not {"host", "endpoint", "references", "remedy"} & set(finding)
    assert found["summary"]["verdicts"] == {"pass": 1}


def test_two_records_of_one_host_keep_their_policies_apart():
    rows = [make_record(resolve(policy=name), [sample(port=port)], now=NOW, host="web1")
            for name, port in (("intermediate", 80), ({"extends": "intermediate", "plaintext": "none"}, 8080))]
    found = make_document(rows, now=NOW)
    assert len(found["hosts"]) == 1
    first, second = found["hosts"][0]["endpoints"]
    assert first["policy"] != second["policy"]
    assert found["policies"][second["policy"]]["plaintext"] == "none"


def test_before_belongs_to_its_endpoint():
    rows = [make_record(resolve(), [sample(), sample(port=8080)], now=NOW, host="web1", before=[sample(port=8080)])]
    before = [row["before"] for row in rows[0]["endpoints"]]
    assert before[0] is None and before[1]["port"] == 8080


def test_slices_become_one_document():
    first, second = made("web1"), made("web2", temporary(), now=LATER)
    joined = merge_documents([second, first])
    assert [host["host"] for host in joined["hosts"]] == ["web1", "web2"]
    assert joined["generated"] == second["generated"]
    assert joined["summary"]["verdicts"] == {"fail": 1, "pass": 1}
    assert merge_documents([joined]) == joined


def test_the_newest_word_on_an_endpoint_stands_and_vantages_stay_apart():
    old, new = made(seen=temporary()), made(now=LATER)
    assert merge_documents([new, old])["summary"]["verdicts"] == {"pass": 1}
    inside = made(seen=sample(vantage="same_host"))
    outside = made(seen=sample(vantage="remote"))
    assert merge_documents([inside, outside])["summary"]["endpoints"] == 2


def test_equal_names_of_unequal_policies_stay_apart_in_a_merge():
    one = made("web1", policy={"extends": "intermediate", "name": "ours", "plaintext": "none"})
    two = made("web2", policy={"extends": "intermediate", "name": "ours"})
    joined = merge_documents([one, two])
    used = {host["host"]: joined["policies"][host["endpoints"][0]["policy"]]["plaintext"] for host in joined["hosts"]}
    assert used == {"web1": "none", "web2": "redirect_only"}


def test_the_strictest_threshold_of_all_slices_holds():
    mild, strict = made("web1", temporary(), fail_on="high"), made("web2", fail_on="low")
    assert mild["summary"]["verdict"] == "warn"
    assert merge_documents([mild, strict])["summary"]["verdict"] == "fail"


def test_an_exception_is_unneeded_only_if_no_slice_needs_it():
    needs, passes = made("web1", temporary(), exceptions=[RULE]), made("web2", exceptions=[RULE])
    assert not needs["findings"] and passes["findings"][0]["control"] == "exception_unmatched"
    assert not merge_documents([needs, passes])["findings"]
    assert merge_documents([passes, made("web3", exceptions=[RULE])])["findings"]


@pytest.mark.parametrize("broken", [
    [], [{}], ["text"], [{"schema": "intransit.tls/evidence/99"}], [{"schema": "intransit.tls/evidence/1"}],
])
def test_what_is_no_evidence_is_refused(broken):
    with pytest.raises(EvidenceError):
        merge_documents(broken)


def test_rendering_does_not_change_the_document():
    found = made()
    kept = copy.deepcopy(found)
    merge_documents([found, made("web2")])
    assert found == kept


def test_documents_are_as_the_published_schema_says():
    schema = json.loads((DATA.parents[2] / "docs" / "evidence.schema.json").read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    check.check_schema(schema)
    rule = dict(RULE, ticket="T-1")
    seen = [temporary(), sample("https_good"), sample("submission_good", reachable=False, error="timed out")]
    rows = [make_record(resolve(), seen, now=NOW, host="web1", groups=["web"], exceptions=[rule], before=[sample()])]
    found = make_document(rows, now=NOW, exceptions=[rule, dict(rule, control="hsts_preload")])
    found["drift"] = find_drift(made(), found)
    for one in (found, merge_documents([found, made("web2")]), make_document([], now=NOW)):
        problems = [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in check.iter_errors(one)]
        assert not problems
    found["hosts"][0]["endpoints"][0]["verdict"] = "fine"
    assert not check.is_valid(found)


def test_a_host_that_could_not_be_asked_is_an_error_until_another_slice_reaches_it():
    silent = make_document([], now=NOW, silent=["web2"])
    assert silent["summary"]["verdict"] == "error" and silent["findings"][0]["host"] == "web2"
    assert merge_documents([silent, made("web1")])["summary"]["findings"]["error"] == 1
    assert "error" not in merge_documents([silent, made("web2")])["summary"]["findings"]


def test_older_evidence_is_no_answer_to_silence():
    silent = make_document([], now=LATER, silent=["web1"])
    assert merge_documents([silent, made("web1")])["summary"]["verdict"] == "error"
    partly = make_document([make_record(resolve(), [sample()], now=NOW, host="web1")], now=NOW, silent=["web1"])
    assert merge_documents([partly])["summary"]["verdict"] == merge_documents([partly, made("web2")])["summary"]["verdict"] == "error"
    assert merge_documents([partly, made("web1", now=LATER)])["summary"]["verdict"] == "pass"


def test_what_changed_in_a_slice_is_not_said_of_the_whole():
    part = {**made(), "drift": find_drift(made(), made())}
    assert "drift" not in merge_documents([part, made("web2")])


def test_several_named_vantages_stay_apart():
    rows = [make_record(resolve(), [sample()], now=NOW, host="web1", vantage=name) for name in ("inside", "outside")]
    parts = [make_document([row], now=NOW) for row in rows]
    joined = merge_documents(parts)
    assert [row["vantage"] for row in joined["hosts"][0]["endpoints"]] == ["inside", "outside"]
    assert find_drift(joined, joined)["new"] == []


POLICIES = ["intermediate", "modern", {"extends": "intermediate", "plaintext": "none"},
            {"extends": "intermediate", "server_preference": True}]
RULES = [RULE, {**RULE, "group": "mail"}, {**RULE, "control": "hsts", "group": "web"},
         {key: value for key, value in RULE.items() if key != "group"} | {"host": "web3"}]


def ordered(document):
    """The document without what follows from order alone: that of hosts and findings, and numbers of policies of one name."""
    def plain(rows):
        return sorted(json.dumps(row, sort_keys=True) for row in rows)

    policies = document["policies"]
    hosts = [{**host, "endpoints": [{**row, "policy": policies[row["policy"]]} for row in host["endpoints"]]}
             for host in document["hosts"]]
    return json.dumps({**document, "hosts": plain(hosts), "findings": plain(document["findings"]),
                       "policies": plain(policies.values())}, sort_keys=True)


def drawn_record(number, seen, policy):
    host = f"web{number}"
    return make_record(resolve(policy=policy), [{**item, "host": host} for item in seen], now=NOW, host=host,
                       groups=["web"] if number % 2 else ["mail"], exceptions=RULES)


SEEN = st.lists(st.sampled_from([sample(), temporary(), sample(port=8080)]), max_size=3,
                unique_by=lambda item: (item["port"], item["plaintext"]["how"]))
RECORDS = st.lists(st.tuples(SEEN, st.sampled_from(POLICIES)), min_size=1, max_size=8)


@given(drawn=RECORDS, cuts=st.lists(st.integers(0, 3), min_size=10, max_size=10), turn=st.randoms(use_true_random=False))
def test_slices_in_any_order_are_the_whole(drawn, cuts, turn):
    """However the hosts of a run are cut into slices: their reports are, merged, that of the whole run, byte for byte."""
    records = [drawn_record(number, *row) for number, row in enumerate(drawn)]
    silent = ["web98", "web99"]
    whole = make_document(records, now=NOW, exceptions=RULES, fail_on="medium", silent=silent)
    slices = [
        make_document([row for row, at in zip(records, cuts, strict=False) if at == number], now=NOW, exceptions=RULES, fail_on="medium",
                      silent=[host for host, at in zip(silent, cuts[8:], strict=True) if at == number], partial=True)
        for number in sorted(set(cuts))
    ]
    turn.shuffle(slices)
    assert ordered(merge_documents(slices)) == ordered(whole)


def test_a_slice_leaves_exceptions_to_the_merge():
    weak = [made("web1", exceptions=[RULE]), made("web2", exceptions=[RULE])]
    rows = [make_record(resolve(policy="intermediate"), [seen], now=NOW, host=host, groups=["web"], exceptions=[RULE])
            for host, seen in (("web1", sample()), ("web2", temporary()))]
    slices = [make_document([row], now=NOW, exceptions=[RULE], partial=True) for row in rows]
    assert weak[0]["findings"] and not any(found["findings"] for found in slices)
    assert not merge_documents(slices)["findings"]
    assert merge_documents(slices[:1])["findings"]
