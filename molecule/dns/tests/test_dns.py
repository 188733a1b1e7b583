# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was published is seen and passes; each control fails on its weak record, and Postfix refuses exactly what fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bed import BAD, FOLDER, MAIL, PLAIN, Bed, digest, read_evidence

testinfra_hosts = ["ansible://mail12"]
TLSA = "_25._tcp." + MAIL
CONTROLS = {"dns_caa", "dns_tlsa", "dns_dnssec", "dns_mta_sts", "dns_tls_rpt"}


@pytest.fixture(scope="module")
def bed(request: pytest.FixtureRequest) -> Bed:
    return Bed(request.config.option.ansible_inventory)


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    return {"now": digest("now.crt"), "next": digest("next.crt"), "ca": digest("ca.pem")}


@pytest.fixture
def right(bed: Bed, keys: dict[str, str]) -> Iterator[None]:
    yield
    bed.publish(TLSA, "TLSA", f"3 1 1 {keys['now']}", f"3 1 1 {keys['next']}")


def test_the_playbook_published_what_passes_every_control() -> None:
    found = read_evidence("good")
    assert set(found) == CONTROLS
    assert {control: row["status"] for control, row in found.items()} == dict.fromkeys(CONTROLS, "pass"), found
    assert (FOLDER / "good.html").stat().st_size > 10000


def test_without_a_resolver_every_control_is_an_error_and_none_passes() -> None:
    found = read_evidence("silent")
    assert {control: row["status"] for control, row in found.items()} == dict.fromkeys(CONTROLS, "error"), found


def test_what_the_name_server_has_is_what_dns_info_sees(bed: Bed, keys: dict[str, str]) -> None:
    said = bed.ask(MAIL)
    (row,), (domain,) = said["endpoints"], said["domains"]
    assert said["resolver"]["validating"] and row["dnssec"]["authentic"] and row["tlsa"]["authentic"]
    assert {record["data"] for record in row["tlsa"]["records"]} == {keys["now"], keys["next"]}
    served = bed.names.check_output(f"dig +short @{bed.server} {TLSA} TLSA").replace(" ", "").lower()
    assert all(key in served for key in (keys["now"], keys["next"]))
    assert row["caa"]["found_at"] == "life.test" and row["caa"]["asked"] == [MAIL, "life.test"]
    assert domain["mx"]["hosts"] == [MAIL] and domain["mta_sts"]["policy"]["mode"] == "enforce"
    assert domain["tls_rpt"]["rua"] == ["mailto:tls@life.test"]


def test_the_lines_of_the_zone_are_taken_by_the_name_server(bed: Bed) -> None:
    lines = (FOLDER / "zone").read_text(encoding="utf-8")
    assert "; not yet" not in lines
    head = "$TTL 5\n@ SOA ns.test. hostmaster.test. 1 3600 600 86400 5\n@ NS ns.test.\nmail12 A 192.0.2.1\n"
    good, bad = head + lines, head + lines.replace(" 3 1 1 ", " 3 1 x ")
    check = "cat >/tmp/printed.zone <<'END'\n{}\nEND\nnamed-checkzone life.test /tmp/printed.zone"
    assert bed.names.run(check.replace("{}", good)).rc == 0
    assert bed.names.run(check.replace("{}", bad)).rc != 0


def test_the_flag_of_a_resolver_elsewhere_is_not_believed(bed: Bed) -> None:
    said = bed.ask(MAIL, trusted=False)
    assert said["endpoints"][0]["dnssec"]["authentic"] is None and said["endpoints"][0]["tlsa"]["status"] == "found"


CASES = [
    ("right", ["3 1 1 {now}"], "pass", True), ("wrong", [BAD], "fail", False), ("wrong and right", [BAD, "3 1 1 {now}"], "pass", True),
    ("authority", ["2 1 1 {ca}"], "pass", True), ("next and authority", ["3 1 1 {next}", "2 1 1 {ca}"], "pass", True),
    ("next alone", ["3 1 1 {next}"], "fail", False), ("leaf as authority", ["2 1 1 {now}"], "fail", False),
]


@pytest.mark.parametrize("case, records, status, delivered", CASES, ids=[case[0] for case in CASES])
def test_postfix_refuses_exactly_what_the_control_fails(
    bed: Bed, wire: Any, keys: dict[str, str], right: None, case: str, records: list[str], status: str, delivered: bool
) -> None:
    bed.publish(TLSA, "TLSA", *(record.format(**keys) for record in records))
    finding = bed.judge(wire, MAIL)["dns_tlsa"]
    assert finding.status == status, finding.sentence
    assert finding.severity == ("critical" if status == "fail" else "high")
    said = bed.send(MAIL)
    assert "TLS connection established" in said or "Verified" in said or "Untrusted" in said, said
    assert ("Verified TLS connection" in said) is delivered, said


@pytest.mark.parametrize("name, records, severity", [
    (MAIL, ["1 1 1 {now}"], "medium"), (MAIL, [], "info"), (PLAIN, ["3 1 1 {now}"], "medium"),
])
def test_what_senders_cannot_use_is_named_and_mail_is_encrypted_but_not_verified(
    bed: Bed, wire: Any, keys: dict[str, str], right: None, name: str, records: list[str], severity: str
) -> None:
    bed.publish("_25._tcp." + name, "TLSA", *(record.format(**keys) for record in records))
    found = bed.judge(wire, name)
    assert (found["dns_tlsa"].status, found["dns_tlsa"].severity) == ("fail", severity), found["dns_tlsa"].sentence
    assert found["dns_dnssec"].status == ("pass" if name == MAIL else "fail")
    said = bed.send(name)
    assert "Untrusted TLS connection" in said and "Verified TLS" not in said, said


def test_caa_is_found_at_the_nearest_parent(bed: Bed, wire: Any) -> None:
    (row,) = bed.ask("www.sub.life.test")["endpoints"]
    assert row["caa"]["found_at"] == "sub.life.test" and row["caa"]["records"][0]["value"] == "sub.example"
    (alias,) = bed.ask("alias.life.test")["endpoints"]
    # Nothing of its own at the end of the alias, so the climb goes on from the name itself.
    assert alias["caa"]["asked"] == ["alias.life.test", "life.test"] and alias["dnssec"]["canonical"] == MAIL
    try:
        bed.publish(MAIL, "CAA", '0 issue "other.example"')
        assert bed.judge(wire, MAIL)["dns_caa"].status == "fail"
        assert bed.ask("alias.life.test")["endpoints"][0]["caa"]["found_at"] == "alias.life.test"
        bed.publish(MAIL, "CAA", '0 issue "ca.life.test"', '128 tbs "x"')
        assert "tbs" in bed.judge(wire, MAIL)["dns_caa"].sentence
    finally:
        bed.publish(MAIL, "CAA")
    assert bed.judge(wire, MAIL)["dns_caa"].status == "pass"


def test_a_name_server_that_does_not_answer_for_its_zone_is_an_error(bed: Bed, wire: Any) -> None:
    (row,) = bed.ask("mail12.lost.test", seconds=20)["endpoints"]
    assert {row[part]["status"] for part in ("caa", "tlsa", "dnssec")} == {"error"} and "SERVFAIL" in row["tlsa"]["reason"]
    (gone,) = bed.ask("gone.life.test")["endpoints"]
    assert gone["tlsa"]["status"] == gone["dnssec"]["status"] == "none" and gone["tlsa"]["authentic"]
    try:
        bed.names.check_output("systemctl stop named")
        bed.mail.check_output("systemctl reset-failed unbound; systemctl restart unbound")
        assert {row.status for row in bed.judge(wire, MAIL, seconds=20).values()} == {"error"}
    finally:
        bed.names.check_output("systemctl start named")
        bed.publish("_25._tcp." + PLAIN, "TLSA", BAD)


def test_mta_sts_fails_by_what_senders_do_not_take(bed: Bed, wire: Any) -> None:
    page = "/var/www/policy/.well-known/mta-sts.txt"
    assert bed.judge(wire, MAIL)["dns_mta_sts"].status == "pass"
    try:
        bed.names.check_output(f"cp {page} /root/policy")
        bed.names.check_output(f"sed -i 's/^mx:.*/mx: other.life.test/' {page}")
        finding = bed.judge(wire, MAIL)["dns_mta_sts"]
        assert (finding.status, finding.severity) == ("fail", "high") and "does not name its MX" in finding.sentence
        bed.names.check_output(f"rm {page}")
        finding = bed.judge(wire, MAIL)["dns_mta_sts"]
        assert (finding.status, finding.severity) == ("fail", "medium") and "404" in finding.sentence
        bed.names.check_output("systemctl stop nginx")
        assert bed.judge(wire, MAIL)["dns_mta_sts"].status == "error"
    finally:
        bed.names.check_output(f"cp /root/policy {page}; chmod 644 {page}; systemctl start nginx")


def test_tls_rpt_fails_by_a_second_record(bed: Bed, wire: Any) -> None:
    good = '"v=TLSRPTv1; rua=mailto:tls@life.test"'
    assert bed.judge(wire, MAIL)["dns_tls_rpt"].status == "pass"
    try:
        bed.publish("_smtp._tls.life.test", "TXT", good, '"v=TLSRPTv1; rua=mailto:b@life.test"')
        assert bed.judge(wire, MAIL)["dns_tls_rpt"].status == "fail"
    finally:
        bed.publish("_smtp._tls.life.test", "TXT", good)
