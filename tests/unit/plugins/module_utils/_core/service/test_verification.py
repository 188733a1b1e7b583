# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts in, endpoints out; an error of one host stays with it, and nothing that is missing looks like a pass."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans
from ansible_collections.intransit.tls.plugins.module_utils._core.service import verification as core

FILES = {"/roots.pem": "/roots.pem", "/inventory/.tls-ca/ca.pem": "/home/ops/.tls-ca/ca.pem"}
CONTROLLER = core.Controller(find=lambda path: FILES.get(path, ""), to_ascii=str)
EXCEPTION = {"host": "c", "endpoint": "*", "control": "hsts", "reason": "r", "owner": "o", "expires": "2099-12-31"}
LISTENER = {"transport": "tcp", "address": "0.0.0.0", "port": 6379, "reach": "outside", "protocol": "redis"}


@pytest.fixture
def looked(seen: Any) -> Any:
    """What service_info returns of a host with one service."""
    return lambda service: {"services": {service: dict(seen[service])}, "answers": {}}


def host(name: str = "web1", services: Any = None, listeners: Any = None, **variables: Any) -> core.Host:
    return core.Host(name, ("web",), {"inventory_dir": "/inventory", **variables}, services, listeners)


def plan(*hosts: core.Host) -> Any:
    made = core.plan_verification(hosts, CONTROLLER)
    assert json.loads(json.dumps(made)) == made
    return made


def places(made: Any, vantage: str = "localhost") -> list[tuple[str, int, str]]:
    return [(row["host"], row["port"], row["protocol"]) for row in core.rows_of(made, vantage)]


def test_declared_endpoints_have_their_protocols_port_and_are_observed_once() -> None:
    made = plan(host(tls_endpoints=[{"host": "www"}, {"host": "www", "port": 443}, {"host": "mx", "protocol": "smtp"}]))
    assert places(made) == [("www", 443, "https"), ("mx", 25, "smtp")]
    assert made["reasons"] == {} and made["vantages"] == ["localhost"]


def test_an_endpoint_of_the_host_itself_is_at_its_address() -> None:
    rows = [{"host": "web1"}, {"host": "web1", "port": 8443, "address": "192.0.2.9"}, {"host": "other"}]
    made = core.rows_of(plan(host(ansible_host="192.0.2.7", tls_endpoints=rows)), "localhost")
    assert [row.get("address") for row in made] == ["192.0.2.7", "192.0.2.9", None]
    by_name = core.rows_of(plan(host(ansible_host="web1.example.org", tls_endpoints=[{"host": "web1"}])), "localhost")
    assert "address" not in by_name[0]


@pytest.mark.parametrize("service", list(plans.PACKS))
def test_a_service_has_the_endpoints_of_its_plan(service: str, planned: Any, looked: Any) -> None:
    name = "" if service == "postfix" else "web.example.org"
    made = plan(host("host1", looked(service), ansible_host="192.0.2.7", **{service + "_tls_server_name": name}))
    wanted = planned(service)
    assert [dict(row) for row in made["parts"][0]["endpoints"]] == wanted["endpoints"] and made["reasons"] == {}
    assert made["parts"][0]["library"] == wanted["library"]
    assert made["policies"][made["parts"][0]["policy"]] == wanted["policy"]


def test_a_service_role_has_options_of_its_own_on_each_host(looked: Any) -> None:
    made = plan(host("a", looked("apache"), apache_tls_port=8443, apache_tls_profile="modern", tls_profile="old"),
                host("b", looked("apache"), tls_profile="old"))
    assert ("a", 8443, "https") in places(made)
    assert [part["policy"] for part in made["parts"]] == ["modern", "old"]
    assert made["hosts"]["a"]["policy"] == made["hosts"]["b"]["policy"] == "old"


def test_services_are_those_that_the_host_names_or_all_that_are_installed(looked: Any) -> None:
    seen = looked("apache")
    seen["services"]["postfix"] = {"installed": False}
    assert [part["name"] for part in plan(host(services=seen))["parts"]] == ["apache"]
    assert plan(host(services=seen, tls_services=[]))["parts"] == []
    assert [part["name"] for part in plan(host(services=seen, tls_services="apache, "))["parts"]] == ["apache"]
    missing = plan(host(services=seen, tls_services=["apache", "postfix"]))
    assert [part["name"] for part in missing["parts"]] == ["apache"]
    assert "not installed on this host" in missing["reasons"]["web1"]


def test_an_endpoint_that_a_service_has_is_not_observed_again(looked: Any) -> None:
    made = plan(host(services=looked("apache"), tls_endpoints=[{"host": "web1"}, {"host": "web1", "port": 8443}]))
    assert places(made).count(("web1", 443, "https")) == 1 and ("web1", 8443, "https") in places(made)


def test_what_listens_and_is_not_known_is_observed_too() -> None:
    ssh = {**LISTENER, "port": 22, "protocol": "ssh"}
    declared = {**LISTENER, "port": 443, "protocol": "https"}
    made = plan(host(listeners={"listeners": [ssh, declared, LISTENER]}, tls_endpoints=[{"host": "web1"}],
                     tls_declared_listeners=[{"port": 9100}]))
    assert places(made) == [("web1", 443, "https"), ("web1", 6379, "redis")]
    assert [row["port"] for row in made["hosts"]["web1"]["declared"]] == [443, 22, 9100]


@pytest.mark.parametrize("wrong", [
    {"tls_endpoints": [{"host": "x", "protocol": "gopher"}]}, {"tls_endpoints": [{"host": "x", "prot": "https"}]},
    {"tls_endpoints": 443}, {"tls_endpoints": [443]}, {"tls_profile": "nothing"}, {"tls_depth": "deep"},
    {"tls_expiry_days": "soon"}, {"tls_ca_file": "/missing.pem"}, {"tls_services": ["gopher"]},
    {"ansible_port": "ssh"}, {"tls_exceptions": [{"control": "hsts"}]},
])
def test_an_error_of_one_host_stays_with_it(wrong: dict[str, Any]) -> None:
    made = plan(host("bad", services={"services": {}}, **wrong), host("good", tls_endpoints=[{"host": "www"}]))
    assert list(made["reasons"]) == ["bad"] and made["reasons"]["bad"]
    assert places(made) == [("www", 443, "https")]


@pytest.mark.parametrize("answer", [{"failed": True, "msg": "no python"}, {"unreachable": True, "msg": "no route"}])
def test_a_host_that_could_not_be_asked_is_named_with_the_reason(answer: dict[str, Any]) -> None:
    made = plan(host(services=answer, tls_endpoints=[{"host": "www"}]))
    assert made["reasons"] == {"web1": answer["msg"]}
    # What is declared can be observed without the host; a module that failed left its answer open.
    assert places(made) == ([("www", 443, "https")] if "unreachable" in answer else [])
    listeners = plan(host(listeners=answer, tls_endpoints=[{"host": "www"}]))
    assert listeners["reasons"] == {"web1": answer["msg"]} and places(listeners)


def test_variables_that_could_not_be_evaluated_are_a_reason() -> None:
    made = core.plan_verification([core.Host("web1", (), None)], CONTROLLER)
    assert "variables" in made["reasons"]["web1"] and made["parts"] == []


def test_roots_are_looked_for_on_the_controller_only() -> None:
    made = plan(host(tls_endpoints=[{"host": "www"}], tls_ca_file="/roots.pem"),
                host("b", tls_endpoints=[{"host": "www"}], tls_ca_file="/roots.pem", tls_vantage="far", tls_depth="full"))
    assert core.rows_of(made, "localhost")[0]["ca_file"] == "/roots.pem"
    assert core.rows_of(made, "far") == [
        {"host": "www", "port": 443, "protocol": "https", "policy": "intermediate", "depth": "full"}]
    assert made["vantages"] == ["localhost", "far"] and made["parts"][1]["ca_file"] == "/roots.pem"


def seen(row: Any, address: str = "192.0.2.1") -> dict[str, Any]:
    return {"host": row["host"], "port": row["port"], "protocol": row["protocol"], "server_name": None, "address": address}


def test_roots_of_the_private_authority_are_the_hosts_whatever_it_serves() -> None:
    made = plan(host(tls_endpoints=[{"host": "www"}]), host("b", tls_endpoints=[{"host": "www"}], tls_ca_directory="/none"))
    assert [made["hosts"][name]["private_ca_file"] for name in ("web1", "b")] == ["/home/ops/.tls-ca/ca.pem", ""]
    # They judge what was served, and only what names them; the observation needs none.
    assert {row.get("ca_file") for row in core.rows_of(made, "localhost")} == {None}
    found = core.add_observed(made, {"localhost": [seen(row) for row in core.rows_of(made, "localhost")]}, {"parts": []}, {}, {})
    assert [item["private_ca_file"] for item in found["observed"]] == ["", "/home/ops/.tls-ca/ca.pem"]


def test_further_vantages_use_the_addresses_of_the_first() -> None:
    made = plan(host("a", tls_endpoints=[{"host": "www"}, {"host": "mx", "protocol": "smtp"}], tls_vantages=["far", "near"]),
                host("b", tls_endpoints=[{"host": "www"}], tls_vantages=["far"], tls_vantages_use_addresses="no"),
                host("c", tls_endpoints=[{"host": "www"}]))
    answers = [seen(row) for row in core.rows_of(made, "localhost")]
    more = core.plan_further(made, answers)
    assert more["vantages"] == ["far", "near"]
    assert [(row["host"], row.get("address")) for row in core.rows_of(more, "far")] == [
        ("www", "192.0.2.1"), ("mx", "192.0.2.1"), ("www", None)]
    assert [part["name"] for part in more["parts"]] == ["from far", "from near", "from far"]


def test_a_further_vantage_asks_in_the_same_way() -> None:
    rows = [{"host": "www", "path": "/login"}, {"host": "mx", "protocol": "smtp", "unprobed": "behind a load balancer"}]
    made = plan(host(tls_endpoints=rows, tls_vantages=["far"]))
    more = core.rows_of(core.plan_further(made, [seen(row) for row in core.rows_of(made, "localhost")]), "far")
    assert [(row.get("path"), row.get("unprobed")) for row in more] == [("/login", None), (None, "behind a load balancer")]


def test_every_vantage_judges_a_service_by_its_own_policy(looked: Any) -> None:
    made = plan(host("a", looked("apache"), apache_tls_profile="modern", ansible_host="192.0.2.7", tls_vantages=["far"],
                     tls_endpoints=[{"host": "www"}]))
    more = core.plan_further(made, [seen(row) for row in core.rows_of(made, "localhost")])
    assert [(part["name"], part["policy"], len(part["endpoints"])) for part in more["parts"]] == [
        ("from far", "modern", 2), ("from far", "intermediate", 1)]


def test_observations_come_back_to_their_hosts_whatever_vantage_saw_them() -> None:
    made = plan(host("a", tls_endpoints=[{"host": "a1"}], tls_vantage="far"),
                host("b", tls_endpoints=[{"host": "b1"}, {"host": "b2"}]),
                host("c", tls_endpoints=[{"host": "c1"}], tls_vantage="far", tls_exceptions=[EXCEPTION]))
    answers = {vantage: [seen(row) for row in core.rows_of(made, vantage)] for vantage in made["vantages"]}
    found = core.add_observed(made, answers, {"parts": []}, {}, {})
    assert [(item["host"], [row["host"] for row in item["observations"]]) for item in found["observed"]] == [
        ("a", ["a1"]), ("b", ["b1", "b2"]), ("c", ["c1"])]
    assert found["observed"][2]["exceptions"] == [EXCEPTION] and found["reasons"] == {} and found["empty"] == []


def test_a_vantage_without_an_answer_makes_its_hosts_errors() -> None:
    made = plan(host("a", tls_endpoints=[{"host": "a1"}], tls_vantage="far"), host("b", tls_endpoints=[{"host": "b1"}]))
    answers = {"localhost": [seen(row) for row in core.rows_of(made, "localhost")]}
    found = core.add_observed(made, answers, {"parts": []}, {}, {"far": "no route"})
    assert [item["host"] for item in found["observed"]] == ["b"]
    assert found["reasons"] == {"a": "far could not observe it: no route"}


def test_a_host_with_nothing_to_observe_is_named() -> None:
    found = core.add_observed(plan(host("a"), host("b", listeners={"listeners": []})), {}, {"parts": []}, {}, {})
    assert found["empty"] == ["a"] and [item["host"] for item in found["observed"]] == ["b"]


def test_every_default_of_a_role_that_is_an_expression_is_known_here() -> None:
    wanted = {option.default_from for pack in plans.PACKS.values() for option in pack.all_options if option.default_from}
    assert wanted <= set(core.DEFAULTS)


def test_hsts_that_grows_is_asked_for_as_it_was_a_week_ago() -> None:
    grown = core.Host("web1", (), {"tls_hsts_ramp": "2026-12-01", "tls_endpoints": [{}]}, today=date(2026, 12, 8))
    made = core.plan_verification([grown], CONTROLLER)
    assert [policy["hsts"]["min_max_age"] for policy in made["policies"].values()] == [300]
