# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Evidence files: complete, private, readable again."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError, EvidenceError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._edge import evidence as module
from ansible_collections.intransit.tls.plugins.module_utils._edge.evidence import Request, report

DATA = Path(__file__).resolve().parents[4] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def rows(host="web1"):
    seen = json.loads((DATA / "http_good.json").read_text(encoding="utf-8"))
    return [make_record(resolve(), [seen], now=NOW, host=host)]


def test_every_format_is_written_with_the_rights_asked_for(tmp_path):
    result = report(Request(dest=str(tmp_path), records=rows(), formats=("json", "text")), NOW)
    assert result["changed"] and result["verdict"] == "pass"
    assert [os.path.basename(path) for path in result["paths"]] == ["tls-evidence.json", "tls-evidence.txt"]
    assert all(os.stat(path).st_mode & 0o777 == 0o640 for path in result["paths"])
    assert json.loads(Path(result["paths"][0]).read_text(encoding="utf-8"))["summary"] == result["summary"]
    assert sorted(os.listdir(tmp_path)) == ["tls-evidence.json", "tls-evidence.txt"]


def test_check_mode_writes_nothing_and_says_the_same(tmp_path):
    result = report(Request(dest=str(tmp_path), records=rows()), NOW, write=False)
    assert result["changed"] and result["paths"] and not os.listdir(tmp_path)


def test_the_same_evidence_again_changes_nothing(tmp_path):
    report(Request(dest=str(tmp_path), records=rows()), NOW)
    assert not report(Request(dest=str(tmp_path), records=rows()), NOW)["changed"]


def test_a_file_of_the_same_length_is_written_anew(tmp_path):
    path = tmp_path / "tls-evidence.json"
    report(Request(dest=str(tmp_path), records=rows(), formats=("json",)), NOW)
    whole = path.read_bytes()
    path.write_bytes(whole[:-3] + b"?" + whole[-2:])
    path.chmod(0o640)
    assert report(Request(dest=str(tmp_path), records=rows(), formats=("json",)), NOW)["changed"]
    assert path.read_bytes() == whole


def test_without_a_folder_nothing_is_written():
    result = report(Request(dest=None, records=rows()), NOW)
    assert result["paths"] == [] and not result["changed"] and "PASS" in result["table"]


def test_a_missing_folder_is_made_and_one_that_cannot_be_is_said_beside_the_whole_result(tmp_path):
    assert report(Request(dest=str(tmp_path / "a" / "b"), records=rows()), NOW)["paths"]
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match="No evidence can be written to") as caught:
        report(Request(dest=str(tmp_path / "file"), records=rows()), NOW)
    assert caught.value.details["verdict"] == "pass" and "http" in caught.value.details["table"]


def test_a_failure_in_one_format_does_not_lose_the_others(tmp_path, monkeypatch):
    def encoded(form, made):
        if form == "html":
            raise ValueError("an odd\x1b[31m\nvalue")
        return real(form, made)

    real = module.encode_report
    monkeypatch.setattr(module, "encode_report", encoded)
    (tmp_path / "tls-evidence.txt").mkdir()
    with pytest.raises(EvidenceError) as caught:
        report(Request(dest=str(tmp_path), records=rows(), formats=("html", "text", "json", "csv")), NOW)
    assert "tls-evidence.html was not written: ValueError: an odd [31m value." in caught.value.message
    assert "tls-evidence.txt was not written" in caught.value.message
    assert [os.path.basename(path) for path in caught.value.details["paths"]] == ["tls-evidence.json", "tls-evidence.csv"]
    assert json.loads((tmp_path / "tls-evidence.json").read_text(encoding="utf-8"))["summary"]["verdict"] == "pass"


def test_a_part_that_cannot_be_read_is_missing_and_no_pass(tmp_path):
    (tmp_path / "slice.json").write_text("{")
    with pytest.raises(EvidenceError, match="is not JSON") as caught:
        report(Request(dest=str(tmp_path), records=rows(), merge=(str(tmp_path / "slice.json"),)), NOW)
    assert caught.value.details["verdict"] == "error" and len(caught.value.details["paths"]) == 3


def test_an_earlier_run_that_cannot_be_read_costs_only_the_comparison(tmp_path):
    (tmp_path / "before.json").write_text("[]")
    with pytest.raises(EvidenceError, match="was not compared") as caught:
        report(Request(dest=str(tmp_path), records=rows(), previous=str(tmp_path / "before.json")), NOW)
    assert caught.value.details["verdict"] == "pass" and len(caught.value.details["paths"]) == 3


@pytest.mark.parametrize("broken", [{}, {"host": "web9"}, {"host": "web9", "endpoints": [{}]}, "text", {"host": "web9", "endpoints": 7},
                                    {"host": "web9", "endpoints": [], "policy": {"name": 10**5000}},
                                    {"host": "web9", "endpoints": [{"findings": [{"control": "x", "status": "odd", "severity": "odd"}]}]}])
def test_a_host_whose_record_is_broken_takes_no_other_with_it(tmp_path, broken):
    result = report(Request(dest=str(tmp_path), records=[*rows("web1"), broken, *rows("web2")]), NOW)
    made = json.loads((tmp_path / "tls-evidence.json").read_text(encoding="utf-8"))
    assert {host["host"] for host in made["hosts"] if host["endpoints"]} == {"web1", "web2"}
    assert [(row["control"], row["status"]) for row in result["failing"]] == [("judged", "error")]
    assert result["verdict"] == "error"


def test_a_missing_folder_is_made_before_anything_else(tmp_path):
    folder = tmp_path / "new" / "evidence"
    assert report(Request(dest=str(folder), records=rows()), NOW, write=False)["changed"] and not folder.parent.exists()
    with pytest.raises(EvidenceError):
        report(Request(dest=str(folder), merge=[str(tmp_path / "missing")]), NOW)
    assert folder.stat().st_mode & 0o777 == 0o750
    report(Request(dest=str(folder), records=rows()), NOW)
    assert len(list(folder.iterdir())) == 3


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    for place in ("file", "file/below"):
        with pytest.raises(EvidenceError, match="Give another path"):
            report(Request(dest=str(tmp_path / place), records=rows()), NOW)


@pytest.mark.parametrize("name", ["../x", "a/b", "..", ".hidden", "", "a\0b", "a\nb"])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path, name):
    with pytest.raises(ArgumentError, match="name is"):
        report(Request(dest=str(tmp_path / "d"), name=name, records=rows()), NOW)
    assert not list(tmp_path.iterdir())


def test_files_of_other_slices_are_joined(tmp_path):
    for host in ("web1", "web2"):
        report(Request(dest=str(tmp_path), name=host, formats=("json",), records=rows(host)), NOW)
    files = [str(tmp_path / "web1.json"), str(tmp_path / "web2.json")]
    assert report(Request(dest=None, merge=files), NOW)["summary"]["hosts"] == 2
    assert report(Request(dest=None, merge=files, records=rows("web3")), NOW)["summary"]["hosts"] == 3


@pytest.mark.parametrize("content", [None, "", "[]", '{"schema": "else"}', "{"])
def test_a_file_that_is_no_evidence_is_named(tmp_path, content):
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"other\.json"):
        report(Request(dest=None, merge=[str(path)]), NOW)


def observed(*hosts, **more):
    seen = json.loads((DATA / "https_good.json").read_text(encoding="utf-8"))
    return {"policies": {"mine": resolve(policy="modern").to_dict(), "usual": resolve().to_dict()}, "observed": [
        {"host": host, "policy": policy, "vantage": "localhost", "library": None, "ca_file": "", "groups": ["web"],
         "exceptions": [], "expiry_days": 14, "observations": [seen], **more} for host, policy in hosts]}


def test_observations_of_all_hosts_are_judged_each_by_its_own_policy(tmp_path):
    result = report(Request(dest=str(tmp_path), observed={**observed(("a", "usual"), ("b", "mine")),
                                                          "reasons": {"c": "no route"}, "empty": ["d"]}), NOW)
    made = json.loads((tmp_path / "tls-evidence.json").read_text(encoding="utf-8"))
    assert {host["host"]: host["endpoints"][0]["policy"] for host in made["hosts"]} == {"a": "intermediate", "b": "modern"}
    assert made["hosts"][1]["verdict"] == "fail" and result["reasons"] == {"c": "no route"} and result["empty"] == ["d"]
    assert [(item["host"], item["control"]) for item in made["findings"]] == [("c", "host_asked")]


def test_what_was_seen_before_comes_from_the_earlier_evidence(tmp_path):
    report(Request(dest=str(tmp_path), observed=observed(("a", "usual")), formats=("json",)), NOW)
    earlier = str(tmp_path / "tls-evidence.json")
    result = report(Request(dest=str(tmp_path), name="later", formats=("json",), previous=earlier,
                            observed=observed(("a", "usual"), ("b", "usual"))), NOW)
    made = json.loads((tmp_path / "later.json").read_text(encoding="utf-8"))
    assert [host["endpoints"][0]["before"] is None for host in made["hosts"]] == [False, True]
    assert [item["host"] for item in result["drift"]["new"]] == ["b"]


def test_listeners_of_a_host_are_judged_with_it():
    socket = {"transport": "tcp", "address": "0.0.0.0", "port": 23, "reach": "outside", "protocol": "telnet",
              "classification": "plaintext_credentials", "detail": "It speaks telnet."}
    given = observed(("a", "usual"), observations=[], listeners=[socket], declared=[{"port": 22}])
    result = report(Request(dest=None, observed=given), NOW)
    assert {item["control"] for item in result["failing"]} == {"listener_declared", "listener_plaintext"}


def test_what_cannot_be_judged_of_one_host_leaves_the_others(tmp_path):
    given = observed(("a", "usual"), ("b", "usual"))
    given["observed"][0]["exceptions"] = [{"control": "hsts"}]
    result = report(Request(dest=None, observed=given), NOW)
    assert list(result["reasons"]) == ["a"] and result["summary"]["hosts"] == 1
    assert [item["host"] for item in result["failing"] if item["control"] == "host_asked"] == ["a"]


def test_the_private_root_of_a_host_judges_what_names_it(tmp_path):
    given = observed(("a", "usual"), ("b", "usual"))
    given["observed"][0]["private_ca_file"] = str(DATA / "ca.pem")
    report(Request(dest=str(tmp_path), observed=given, formats=("json",)), NOW)
    made = json.loads((tmp_path / "tls-evidence.json").read_text(encoding="utf-8"))
    assert [host["endpoints"][0]["observation"]["anchors_named"] for host in made["hosts"]] == [True, False]
