# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two runs side by side: every kind of change is named, and a slice is not taken for a loss."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.drift import find_drift, write_sentences
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = resolve(policy="intermediate")


def sample(name="https_good", **changes):
    return {**json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")), **changes}


def run(*hosts, now=NOW):
    rows = [
        make_record(POLICY, add_certificates(seen, POLICY, now), now=now, host=name) for name, seen in hosts
    ]
    return make_document(rows, now=now)


def test_nothing_changed():
    found = find_drift(run(("web1", [sample()])), run(("web1", [sample()]), now=LATER))
    assert not any(found[key] for key in ("better", "worse", "new", "gone", "certificates", "grades"))
    assert write_sentences(found) == [f"Since {NOW.isoformat()}: nothing changed."]


def test_worse_and_better_are_two_sides_of_one_change():
    good, bad = run(("web1", [sample()])), run(("web1", [sample(compression=True)]), now=LATER)
    worse = find_drift(good, bad)
    assert [(row["control"], row["was"], row["status"]) for row in worse["worse"]] == [("compression", "pass", "fail")]
    assert worse["grades"] == [
        {"host": "web1", "endpoint": "www.example.test:443/https", "was": "A+", "is": "C", "better": False}
    ]
    better = find_drift(bad, good)
    assert [row["control"] for row in better["better"]] == ["compression"] and not better["worse"]
    assert better["grades"][0]["better"] is True


def heard(*sockets, host="web1"):
    rows = [{"endpoint": name, "transport": "tcp", "verdict": "fail", "classification": "plaintext", "findings": [
        {"control": "listener_declared", "status": status, "severity": "medium", "sentence": "s"}] if status else []}
        for name, status in sockets]
    return make_document([{**make_record(POLICY, [], now=NOW, host=host), "listeners": rows}], now=NOW)


def test_sockets_are_compared_where_both_runs_looked_for_them():
    one = heard(("0.0.0.0:22/ssh", "pass"), ("127.0.0.1:53/53", None))
    two = heard(("0.0.0.0:22/ssh", "fail"), ("0.0.0.0:23/telnet", "fail"), ("127.0.0.1:54/54", None))
    found = find_drift(one, two)
    assert [row["endpoint"] for row in found["new"]] == ["0.0.0.0:23/telnet"] and not found["gone"]
    assert [(row["endpoint"], row["control"]) for row in found["worse"]] == [("0.0.0.0:22/ssh", "listener_declared")]
    assert [row["endpoint"] for row in find_drift(two, one)["gone"]] == ["0.0.0.0:23/telnet"]
    nobody_looked = find_drift(two, run(("web1", [sample()])))
    assert nobody_looked["gone"] == []


def test_new_and_gone_endpoints():
    one, two = run(("web1", [sample()])), run(("web1", [sample(), sample("http_good")]), now=LATER)
    assert [row["endpoint"] for row in find_drift(one, two)["new"]] == ["www.example.test:80/http"]
    assert [row["endpoint"] for row in find_drift(two, one)["gone"]] == ["www.example.test:80/http"]


def test_a_slice_says_nothing_about_other_hosts():
    both, slice_ = run(("web1", [sample()]), ("web2", [sample()])), run(("web2", [sample()]), now=LATER)
    found = find_drift(both, slice_)
    assert not found["gone"] and found["hosts_not_in_this_run"] == ["web1"]


def test_an_endpoint_that_fell_silent_is_worse():
    found = find_drift(run(("web1", [sample()])), run(("web1", [sample(reachable=False, error="timed out")]), now=LATER))
    assert [(row["control"], row["status"]) for row in found["worse"]] == [("reachable", "error")]


def test_another_certificate_is_named():
    other = sample(certificates=sample("submission_good")["certificates"])
    found = find_drift(run(("web1", [sample()])), run(("web1", [other]), now=LATER))
    change = found["certificates"][0]
    assert (change["was"]["subject"], change["is"]["subject"]) == ("CN=www.example.test", "CN=mail.example.test")


def test_a_failure_that_does_not_apply_any_more_is_better():
    served = sample("http_good", plaintext={"refused": False, "how": "served", "detail": "200"})
    temporary = copy.deepcopy(sample("http_good"))
    temporary["plaintext"]["how"] = "redirect_temporary"
    found = find_drift(run(("web1", [temporary])), run(("web1", [served]), now=LATER))
    assert [row["control"] for row in found["worse"]] == ["plaintext_refused"]
    assert [(row["control"], row["status"]) for row in found["better"]] == [("redirect_permanent", "not applicable")]


@pytest.mark.parametrize("key", ["better", "worse", "new", "gone", "certificates", "grades"])
def test_every_kind_has_its_words(key):
    found = {"since": "T", **{name: [] for name in ("better", "worse", "new", "gone", "certificates", "grades")}}
    found[key] = [{}]
    assert "1 " in write_sentences(found)[0]
