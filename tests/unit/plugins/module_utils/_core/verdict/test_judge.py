# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every control passes on a good endpoint, and fails alone when exactly its setting is weakened."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import tlsa
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import PolicyError, UnknownKey, UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.policy import model
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict import judge as verdict
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import PARTS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.table import CHECKS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import CONTROLS

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[5] / "data" / "observations"

STRICT = model.Policy(
    name="strict",
    title="asks for everything that a control can ask for",
    source="this test",
    source_status="made up",
    version="2026-11-22",
    protocols=("TLSv1.2", "TLSv1.3"),
    tls12_suites=(
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    ),
    tls13_suites=("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"),
    groups=("X25519MLKEM768", "X25519", "secp256r1", "secp384r1"),
    signature_schemes=("ecdsa_secp256r1_sha256",),
    min_key=model.KeySizes(rsa=2048, ec=256, dh=2048),
    certificate=model.CertificateRules(
        types=("ecdsa",), curves=("secp256r1",), signature_hashes=("sha256",), max_lifetime_days=90
    ),
    hsts=model.Hsts(min_max_age=31536000, include_subdomains=True, preload=True),
    also_allowed=model.AlsoAllowed(phase_out=("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",)),
    server_preference=True,
    extended_master_secret_required=True,
    post_quantum_required=True,
    client_certificate="required",
    plaintext="redirect_only",
    starttls="required",
)


def sample(name):
    exchanger = name == "exchanger_good"
    observation = json.loads((DATA / f"{'submission_good' if exchanger else name}.json").read_text(encoding="utf-8"))
    if exchanger:
        observation.update(port=25, protocol="smtp")
    observation["depth"] = "full"
    observation["vulnerabilities"] = {"heartbleed": False, "ccs_injection": False, "robot": False}
    observation["signature_schemes_complete"] = True
    if observation["protocol"] == "https":
        observation["http"]["hsts"]["preload"] = True
        observation["dh_bits"] = 2048
        observation["certificates"][0]["ocsp_urls"] = ["http://ocsp.example.test/"]
        observation["stapling"] = {"stapled": True, "status": "successful"}
    if observation["protocol"] in ("http", "https"):
        observation["pages"] = [declared_page(observation["protocol"])]
    if observation["protocol"] != "http":
        observation["certificates"][0]["signature_algorithm"] = "ecdsa-with-SHA256"
        observation["certificate_findings"] = [
            said(f"certificate.{part}", "pass", "info") for parts in PARTS.values() for part in parts
        ]
        observation["client_certificate"] = {"requested": True, "required": True, "ca_names": []}
        observation["dns"] = in_the_dns(observation)
    return observation


def in_the_dns(observation):
    name, answer = observation["server_name"], {"status": "found", "reason": "", "authentic": True}
    served = tlsa.read_served(observation["certificates"][0]["pem"])
    policy = {"status": "found", "problem": "", "mode": "enforce", "max_age": 604800, "mx": [name], "text": ""}
    return {
        "name": name, "error": None, "issuers": ["ca.example"], "dnssec": dict(answer, records=[{"address": "192.0.2.1"}], canonical=name),
        "caa": dict(answer, found_at="test", asked=[name], records=[{"flags": 0, "tag": "issue", "value": "ca.example"}]),
        "tlsa": dict(answer, name=f"_{observation['port']}._tcp.{name}", records=[tlsa.make_record(served)]),
        "domains": [{"domain": "example.test", "error": None, "mx": dict(answer, hosts=[name]),
                     "mta_sts": dict(answer, id="1", problem="", policy=policy),
                     "tls_rpt": dict(answer, rua=["mailto:a@example.test"], problem="")}],
    }


def declared_page(protocol):
    url = f"{protocol}://web1.example.test/login"
    cookie = {"name": "PHPSESSID", "secure": True, "http_only": True, "same_site": "Lax", "session": True, "removed": False}
    secure = protocol == "https"
    return {
        "path": "/login", "login": True, "preset": None, "ends": "page", "reason": None, "in_clear": None,
        "asks_password": secure, "forms": [], "loads": [], "same_host": None if secure else True,
        "plaintext": None if secure else {"refused": True, "how": "redirect_permanent", "detail": "301"},
        "answers": [{
            "url": url, "status": 200 if secure else 301, "location": None if secure else "https://web1.example.test/login",
            "hsts": {"present": True, "valid": True, "max_age": 63072000, "count": 1} if secure else {"present": False},
            "cookies": [cookie] if secure else []}],
    }


def said(control, status, severity):
    return {"control": control, "status": status, "severity": severity, "sentence": f"{control}.", "evidence": {}}


def blame(part, severity="high"):
    """Return a function that lets the certificate judge find one part wrong."""

    def apply(observation):
        for item in observation["certificate_findings"]:
            if item["control"] == f"certificate.{part}":
                item.update(status="fail", severity=severity, sentence=f"{part} is wrong.")

    return apply


def judge(observation, policy=STRICT, **options):
    return verdict.judge(policy, observation, now=NOW, host="web1", **options)


def by_status(findings, *statuses):
    return {finding.control for finding in findings if finding.status in statuses}


def change(path, value):
    """Return a function that replaces one place of an observation."""

    def apply(observation):
        place = observation
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return apply


def accept(version, *suites):
    def apply(observation):
        observation["protocols"][version] = {"accepted": True, "cause": "accepted"}
        observation["suites"][version] = list(suites)

    return apply


def offer(version, suite):
    def apply(observation):
        observation["suites"][version] = observation["suites"][version] + [suite]

    return apply


def no_tls13(observation):
    observation["protocols"]["TLSv1.3"] = {"accepted": False, "cause": "protocol_version"}
    observation["groups"] = ["secp256r1"]


def rsa_oracle(observation):
    observation["vulnerabilities"]["robot"] = True
    observation["suites_complete"]["TLSv1.2"] = False


def unsigned(observation):
    """A zone that is not signed, in which TLSA records would be of no use."""
    observation["dns"]["dnssec"]["authentic"] = False
    observation["dns"]["tlsa"].update(status="none", records=[])


WEAK = {
    "plaintext_refused": ("https_good", change(["plaintext"], {"refused": False, "how": "served", "detail": "200"})),
    "redirect_permanent": ("http_good", change(["plaintext", "how"], "redirect_temporary")),
    "redirect_same_host": ("http_good", change(["http", "redirect", "same_host"], False)),
    "starttls_offered": ("submission_good", change(["starttls", "offered"], False)),
    "starttls_injection": ("submission_good", change(["starttls", "injection_refused"], False)),
    "protocol_sslv2": ("https_good", accept("SSLv2")),
    "protocol_sslv3": ("https_good", accept("SSLv3")),
    "protocol_tlsv1": ("https_good", accept("TLSv1", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")),
    "protocol_tlsv1_1": ("https_good", accept("TLSv1.1", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")),
    "suites_tls12": ("https_good", offer("TLSv1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256")),
    "suites_tls13": ("https_good", offer("TLSv1.3", "TLS_AES_128_CCM_8_SHA256")),
    "suites_phase_out": ("https_good", offer("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")),
    "groups": ("https_good", change(["groups"], ["X25519MLKEM768", "secp521r1"])),
    "dh_size": ("https_good", change(["dh_bits"], 1536)),
    "signature_schemes": ("https_good", change(["signature_schemes"], ["rsa_pkcs1_sha1"])),
    "server_preference": ("https_good", change(["server_preference", "TLSv1.2"], False)),
    "compression": ("https_good", change(["compression"], True)),
    "secure_renegotiation": ("https_good", change(["renegotiation", "secure"], False)),
    "client_renegotiation": ("https_good", change(["renegotiation", "client_initiated"], True)),
    "extended_master_secret": ("https_good", change(["extended_master_secret"], False)),
    "early_data": ("https_good", change(["early_data"], True)),
    "client_certificate": ("https_good", change(["client_certificate", "required"], False)),
    "heartbleed": ("https_good", change(["vulnerabilities", "heartbleed"], True)),
    "ccs_injection": ("https_good", change(["vulnerabilities", "ccs_injection"], True)),
    "robot": ("https_good", rsa_oracle),
    "stapling": ("https_good", change(["stapling"], {"stapled": False, "status": None})),
    "hsts": ("https_good", change(["http", "hsts", "max_age"], 300)),
    "hsts_subdomains": ("https_good", change(["http", "hsts", "include_subdomains"], False)),
    "hsts_preload": ("https_good", change(["http", "hsts", "preload"], False)),
    "page_refused": ("http_good", change(["pages", 0, "plaintext"], {"refused": False, "how": "served", "detail": "200"})),
    "page_cookies_plaintext": ("http_good", change(["pages", 0, "answers", 0, "cookies"], [{"name": "id"}])),
    "page_stays": ("https_good", change(["pages", 0, "in_clear"], "http://web1.example.test/")),
    "page_cookies_secure": ("https_good", change(["pages", 0, "answers", 0, "cookies", 0, "secure"], False)),
    "page_cookies_http_only": ("https_good", change(["pages", 0, "answers", 0, "cookies", 0, "http_only"], False)),
    "page_cookies_same_site": ("https_good", change(["pages", 0, "answers", 0, "cookies", 0, "same_site"], None)),
    "page_forms": ("https_good", change(["pages", 0, "forms"], ["http://web1.example.test/login"])),
    "page_loads": ("https_good", change(["pages", 0, "loads"], ["script http://web1.example.test/x.js"])),
    "page_hsts": ("https_good", change(["pages", 0, "answers", 0, "hsts", "count"], 2)),
    "certificate_valid": ("https_good", blame("validity", "critical")),
    "certificate_expiry": ("https_good", blame("expires_soon", "medium")),
    "certificate_name": ("https_good", blame("names")),
    "certificate_key": ("https_good", blame("weak_key", "critical")),
    "certificate_signature": ("https_good", blame("signature_hash")),
    "certificate_lifetime": ("https_good", blame("public_lifetime", "medium")),
    "certificate_usage": ("https_good", blame("extended_key_usage", "medium")),
    "certificate_chain": ("https_good", blame("chain_order", "medium")),
    "certificate_trust": ("https_good", lambda seen: seen["certificate_findings"].append(
        said("certificate.self_signed", "fail", "medium"))),
    "dns_caa": ("https_good", change(["dns", "issuers"], ["other.example"])),
    "dns_tlsa": ("exchanger_good", change(["dns", "tlsa", "records", 0, "data"], "00" * 32)),
    "dns_dnssec": ("https_good", unsigned),
    "dns_mta_sts": ("exchanger_good", change(["dns", "domains", 0, "mta_sts", "policy", "mx"], ["other.example.test"])),
    "dns_tls_rpt": ("exchanger_good", change(["dns", "domains", 0, "tls_rpt", "problem"], "its rua is missing")),
}
NOT_ALONE = {"reachable", "implicit_tls_only", "protocol_tlsv1_2", "protocol_tlsv1_3", "protocols_offered",
             "post_quantum", "certificate_present"}
"""Controls that another policy or several settings are needed for; each has its own test below."""


@pytest.mark.parametrize("name", ["https_good", "http_good", "submission_good", "exchanger_good"])
def test_a_good_endpoint_passes_every_control_that_applies(name):
    findings = judge(sample(name))
    assert {finding.status for finding in findings} == {"pass"}


@pytest.mark.parametrize("control", sorted(WEAK))
def test_one_weakened_setting_fails_exactly_its_control(control):
    name, weaken = WEAK[control]
    observation = sample(name)
    # Only a server with static RSA is asked about the oracle; the good sample has none.
    assert control in by_status(judge(observation), "pass") or control == "robot"
    weaken(observation)
    findings = judge(observation)
    assert by_status(findings, "fail") == {control}
    assert by_status(findings, "error", "unprobed") == set()


def test_every_check_has_a_weak_sample():
    assert set(WEAK) | NOT_ALONE == set(CHECKS)


def test_an_unreachable_endpoint_is_an_error_and_nothing_else():
    observation = sample("https_good")
    observation.update(reachable=False, error="connection refused")
    findings = judge(observation)
    assert [(finding.control, finding.status) for finding in findings] == [("reachable", "error")]
    assert "connection refused" in findings[0].sentence


def test_a_closed_plain_http_port_is_good():
    observation = sample("http_good")
    observation.update(reachable=False, error="connection refused", http=None)
    observation["plaintext"] = {"refused": True, "how": "tcp_refused", "detail": "the port is closed"}
    assert {(finding.control, finding.status) for finding in judge(observation)} == {
        ("reachable", "pass"), ("plaintext_refused", "pass"), ("page_refused", "pass"), ("page_cookies_plaintext", "pass")
    }
    observation["plaintext"] = {"refused": None, "how": "undecided", "detail": "timed out"}
    assert [finding.status for finding in judge(observation)] == ["error"]


@pytest.mark.parametrize("how, refused", [("served", False), ("redirect_plaintext", False), ("error_status", False)])
def test_plain_http_that_answers_fails(how, refused):
    observation = sample("http_good")
    observation["plaintext"].update(how=how, refused=refused)
    assert "plaintext_refused" in by_status(judge(observation), "fail")


def test_a_redirect_is_too_much_where_the_policy_allows_nothing_in_clear_text():
    findings = judge(sample("http_good"), replace(STRICT, plaintext="none"))
    assert by_status(findings, "fail") == {"plaintext_refused"}


def test_plaintext_that_could_not_be_told_is_an_error():
    observation = sample("https_good")
    observation["plaintext"] = {"refused": None, "how": "silent", "detail": "no answer"}
    assert by_status(judge(observation), "error") == {"plaintext_refused"}


def smtp(how, transcript):
    observation = sample("submission_good")
    observation.update(port=25, protocol="smtp")
    observation["plaintext"] = {"refused": False, "how": how, "detail": "250 Ok", "transcript": transcript}
    return observation


def test_a_mail_exchanger_may_take_mail_in_clear_text_but_no_password():
    mail = [{"sent": "EHLO probe", "received": "250-mx\n250 STARTTLS"}, {"sent": "MAIL FROM:<>", "received": "250 Ok"}]
    findings = judge(smtp("accepted", mail))
    plaintext = next(finding for finding in findings if finding.control == "plaintext_refused")
    assert plaintext.status == "pass" and "opportunistic" in plaintext.sentence
    offers = [{"sent": "EHLO probe", "received": "250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS"}]
    assert "plaintext_refused" in by_status(judge(smtp("accepted", offers)), "fail")
    takes = [{"sent": "AUTH PLAIN", "received": "334 "}]
    assert "plaintext_refused" in by_status(judge(smtp("accepted", takes)), "fail")
    assert "plaintext_refused" in by_status(judge(smtp("offered", mail)), "fail")


def test_submission_that_takes_a_password_in_clear_text_is_critical():
    observation = sample("submission_good")
    observation["plaintext"].update(refused=False, how="accepted")
    finding = next(finding for finding in judge(observation) if finding.control == "plaintext_refused")
    assert (finding.status, finding.severity) == ("fail", "critical")


@pytest.mark.parametrize("rule, protocol, fails", [
    ("implicit_only", "submission", True), ("implicit_only", "smtp", False), ("implicit_only", "postgres", False),
    ("forbidden", "smtp", True), ("forbidden", "postgres", True), ("forbidden", "imaps", False),
    ("implicit_only", "https", False),
])
def test_starttls_where_the_policy_wants_tls_from_the_first_byte(rule, protocol, fails):
    observation = sample("submission_good")
    observation["protocol"] = protocol
    findings = judge(observation, replace(STRICT, starttls=rule))
    assert ("implicit_tls_only" in by_status(findings, "fail")) is fails
    assert ("implicit_tls_only" in by_status(findings, "pass")) is not fails


def test_tls12_and_tls13_are_refused_where_the_policy_leaves_them_out():
    modern = replace(STRICT, protocols=("TLSv1.3",), tls12_suites=())
    assert by_status(judge(sample("https_good"), modern), "fail") == {"protocol_tlsv1_2"}
    refused = sample("https_good")
    refused["protocols"]["TLSv1.2"] = {"accepted": False, "cause": "protocol_version"}
    assert "protocol_tlsv1_2" in by_status(judge(refused, modern), "pass")
    dated = replace(STRICT, protocols=("TLSv1.2",), post_quantum_required=False)
    assert by_status(judge(sample("https_good"), dated), "fail") == {"protocol_tlsv1_3"}
    observation = sample("https_good")
    no_tls13(observation)
    assert "protocol_tlsv1_3" in by_status(judge(observation, dated), "pass")


def test_the_newest_protocol_of_the_policy_must_be_there():
    observation = sample("https_good")
    no_tls13(observation)
    assert by_status(judge(observation), "fail") == {"protocols_offered", "post_quantum"}


def test_a_missing_tls12_is_only_low_and_a_missing_deprecated_version_is_none_at_all():
    observation = sample("https_good")
    observation["protocols"]["TLSv1.2"] = {"accepted": False, "cause": "protocol_version"}
    finding = next(finding for finding in judge(observation) if finding.control == "protocols_offered")
    assert (finding.status, finding.severity) == ("fail", "low")
    tolerant = replace(STRICT, protocols=("TLSv1.1", "TLSv1.2", "TLSv1.3"))
    assert "protocols_offered" in by_status(judge(sample("https_good"), tolerant), "pass")


def test_no_tls_at_all_is_critical():
    observation = sample("https_good")
    for version in observation["protocols"]:
        observation["protocols"][version] = {"accepted": False, "cause": "handshake_failure"}
    finding = next(finding for finding in judge(observation) if finding.control == "protocols_offered")
    assert (finding.status, finding.severity) == ("fail", "critical")


def test_a_port_without_any_tls_raises_one_question_and_not_eight():
    observation = sample("https_good")
    for version in observation["protocols"]:
        observation["protocols"][version] = {"accepted": None, "cause": "undecided"}
    observation["plaintext"] = {"refused": False, "how": "served", "detail": "PING is answered."}
    findings = judge(observation)
    assert by_status(findings, "error") == {"protocols_offered"} and by_status(findings, "fail") == {"plaintext_refused"}
    assert not {finding.control for finding in findings if finding.control.startswith("protocol_")}


@pytest.mark.parametrize("cause", ["timeout", "not_tested", "undecided"])
def test_a_version_that_was_not_settled_is_an_error_and_never_refused(cause):
    observation = sample("https_good")
    observation["protocols"]["TLSv1"] = {"accepted": False, "cause": cause}
    assert by_status(judge(observation), "error") == {"protocol_tlsv1"}
    del observation["protocols"]["TLSv1"]
    assert by_status(judge(observation), "error") == {"protocol_tlsv1"}


def test_the_cause_of_a_refusal_is_kept():
    finding = next(finding for finding in judge(sample("https_good")) if finding.control == "protocol_tlsv1")
    assert finding.evidence["cause"] == "protocol_version" and "protocol_version" in finding.sentence


def test_suites_that_nobody_looked_for_do_not_pass():
    observation = sample("https_good")
    observation.update(rules=[], suites_complete={}, groups_complete=None)
    assert {"suites_tls12", "suites_tls13", "groups"} <= by_status(judge(observation), "error")
    observation["rules"] = [{"id": "forbidden_suites", "version": "TLSv1.2", "refused": None, "accepted": []}]
    assert "suites_tls12" in by_status(judge(observation), "error")


@pytest.mark.parametrize("suite, severity", [
    ("TLS_RSA_WITH_NULL_SHA256", "critical"), ("TLS_DH_anon_WITH_AES_128_GCM_SHA256", "critical"),
    ("TLS_RSA_WITH_RC4_128_SHA", "critical"), ("TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", "critical"),
    ("TLS_RSA_WITH_DES_CBC_SHA", "critical"), ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "high"),
    ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "high"), ("TLS_RSA_WITH_AES_128_GCM_SHA256", "high"),
    ("TLS_DHE_DSS_WITH_AES_128_CBC_SHA", "high"), ("TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256", "high"),
    ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "medium"), ("TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "medium"),
])
def test_the_severity_of_a_forbidden_suite_is_read_off_its_name(suite, severity):
    observation = sample("https_good")
    offer("TLSv1.2", suite)(observation)
    finding = next(finding for finding in judge(observation) if finding.control == "suites_tls12")
    assert (finding.status, finding.severity) == ("fail", severity)


@pytest.mark.parametrize("library, status", [
    (None, "unprobed"), ({"name": "openssl", "version": "3.5.7"}, "fail"),
    ({"name": "openssl", "version": "3.0.20"}, "pass"),
    ({"name": "gnutls", "version": "3.8.9"}, "pass"), ({"name": "gnutls", "version": "3.9.1"}, "unprobed"),
    ({"name": "openssl", "version": "?"}, "unprobed"),
])
def test_post_quantum_depends_on_what_the_library_has(library, status):
    observation = sample("https_good")
    observation.update(groups=["X25519"], library=library)
    finding = next(finding for finding in judge(observation) if finding.control == "post_quantum")
    assert finding.status == status


def test_bytes_of_a_certificate_alone_prove_nothing():
    observation = sample("https_good")
    observation["certificates"] = [{"position": 0, "pem": "...", "sha256": "aa"}]
    observation.update(certificate_findings=None, stapling={"stapled": None, "status": None}, trust=None)
    findings = judge(observation)
    assert by_status(findings, "pass") & {c for c in CONTROLS if c.startswith("certificate_")} == {
        "certificate_present"
    }
    assert set(PARTS) | {"certificate_trust", "stapling"} == by_status(findings, "unprobed")


def test_tls_without_a_certificate():
    observation = sample("https_good")
    observation["certificates"] = []
    assert "certificate_present" in by_status(judge(observation), "error")
    observation["suites"] = {"TLSv1.2": ["TLS_DH_anon_WITH_AES_128_GCM_SHA256"]}
    assert "certificate_present" in by_status(judge(observation), "fail")


def test_a_certificate_that_cannot_be_read_is_an_error_and_no_pass():
    observation = sample("https_good")
    observation["certificate_findings"] = [said("certificate.readable", "error", "high")]
    assert {"certificate_valid", "certificate_key"} <= by_status(judge(observation), "error")


def test_advice_about_a_certificate_is_no_failure_and_the_worst_failure_speaks():
    observation = sample("https_good")
    blame("lifetime", "info")(observation)
    assert not by_status(judge(observation), "fail")
    blame("key_size", "medium")(observation)
    blame("weak_key", "critical")(observation)
    finding = next(finding for finding in judge(observation) if finding.control == "certificate_key")
    assert (finding.severity, finding.sentence) == ("critical", "weak_key is wrong.")


def test_a_private_root_that_nobody_named_leaves_trust_open():
    observation = sample("https_good")
    observation["trust"] = {"checked": True, "trusted": False, "reason": "unknown authority"}
    assert by_status(judge(observation), "fail") == {"certificate_trust"}
    observation["trust"] = {"checked": False, "trusted": None}
    observation["certificate_findings"].append(said("certificate.trust_anchor", "fail", "low"))
    blame("chain_complete", "medium")(observation)
    assert by_status(judge(observation), "unprobed") == {"certificate_trust", "certificate_chain"}
    observation["anchors_named"] = True
    assert by_status(judge(observation), "fail") == {"certificate_chain"}
    observation["certificates"][0]["public"] = True
    observation["anchors_named"] = False
    assert by_status(judge(observation), "fail") == {"certificate_chain"}


def test_no_finding_of_a_plain_http_port_is_about_tls():
    assert not [finding for finding in judge(sample("http_good")) if "certificate" in finding.control]


def test_what_only_a_full_probe_sees_is_unprobed_unless_the_probe_tried():
    observation = sample("https_good")
    observation.update(compression=None, depth="policy")
    assert by_status(judge(observation), "unprobed") == {"compression"}
    observation["undecided"] = ["compression"]
    assert by_status(judge(observation), "error") == {"compression"}


def unreadable(observation):
    observation["certificate_findings"] = [said("certificate.readable", "error", "high")]


def untrusted(observation):
    unreadable(observation)
    observation["trust"] = None


def unsettled(version):
    return change(["protocols", version], {"accepted": None, "cause": "timeout"})


def unasked_suites(observation):
    observation.update(rules=[], suites_complete={})


def unasked_groups(observation):
    observation.update(rules=[], groups_complete=None)


def silent_dhe(observation):
    offer("TLSv1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")(observation)
    observation["dh_bits"] = None


def unread_page(observation):
    page = observation["pages"][0]
    page.update(ends="unread", reason="there was no answer", answers=[])
    if page["plaintext"]:
        page["plaintext"] = {"refused": None, "how": "undecided", "detail": "nothing came"}


PAGES_IN_CLEAR = ("page_refused", "page_cookies_plaintext")
PAGE_CONTROLS = tuple(name for name in CHECKS if name.startswith("page_"))
NOT_TLS12, NOT_TLS13 = replace(STRICT, protocols=("TLSv1.3",)), replace(STRICT, protocols=("TLSv1.2",))
OPEN = {
    "reachable": change(["reachable"], None),
    "plaintext_refused": change(["plaintext"], {"refused": None, "how": "silent"}),
    "redirect_same_host": change(["http", "redirect", "same_host"], None),
    "starttls_offered": change(["starttls", "offered"], None),
    "starttls_injection": change(["starttls", "injection_refused"], None),
    **{f"protocol_{name}": unsettled(version) for name, version in (
        ("sslv2", "SSLv2"), ("sslv3", "SSLv3"), ("tlsv1", "TLSv1"), ("tlsv1_1", "TLSv1.1"), ("tlsv1_2", "TLSv1.2"),
        ("tlsv1_3", "TLSv1.3"))},
    "protocols_offered": unsettled("TLSv1.3"),
    "suites_tls12": unasked_suites, "suites_tls13": unasked_suites, "suites_phase_out": unasked_suites,
    "groups": unasked_groups, "post_quantum": change(["groups"], None), "dh_size": silent_dhe,
    "signature_schemes": change(["signature_schemes"], []), "server_preference": change(["server_preference"], {}),
    "compression": change(["compression"], None), "secure_renegotiation": change(["renegotiation"], {}),
    "client_renegotiation": change(["renegotiation"], {"secure": True}), "early_data": change(["early_data"], None),
    "extended_master_secret": change(["extended_master_secret"], None),
    "client_certificate": change(["client_certificate"], {"requested": None, "required": None}),
    "heartbleed": change(["vulnerabilities", "heartbleed"], None), "robot": change(["vulnerabilities"], None),
    "ccs_injection": change(["vulnerabilities", "ccs_injection"], None), "stapling": change(["stapling"], None),
    "hsts": change(["http"], None), "hsts_subdomains": change(["http", "hsts", "include_subdomains"], None),
    "hsts_preload": change(["http", "hsts", "preload"], None), "certificate_present": change(["certificates"], []),
    "certificate_trust": untrusted, **dict.fromkeys(PARTS, unreadable), **dict.fromkeys(PAGE_CONTROLS, unread_page),
}
"""For every control an observation that does not tell."""
for _part in ("caa", "tlsa", "dnssec"):
    OPEN[f"dns_{_part}"] = change(["dns", _part], {"status": "error", "reason": "SERVFAIL", "authentic": None})
for _part in ("mta_sts", "tls_rpt"):
    OPEN[f"dns_{_part}"] = change(["dns", "domains", 0, _part], {"status": "error", "reason": "SERVFAIL"})
NEVER_OPEN = {
    "redirect_permanent": "whatever is no clear answer of plain http is plaintext_refused's",
    "implicit_tls_only": "decided by the protocol alone",
}
OPEN_SAMPLES = {"redirect_same_host": "http_good", "starttls_offered": "submission_good",
                "starttls_injection": "submission_good", "dns_mta_sts": "exchanger_good", "dns_tls_rpt": "exchanger_good",
                **dict.fromkeys(PAGES_IN_CLEAR, "http_good")}
OPEN_POLICIES = {"protocol_tlsv1_2": NOT_TLS12, "protocol_tlsv1_3": NOT_TLS13}


def open_question(control, depth):
    observation = sample(OPEN_SAMPLES.get(control, "https_good"))
    observation["depth"] = depth
    if control == "robot":
        observation["suites_complete"]["TLSv1.2"] = False
    if control == "hsts" or control in PAGE_CONTROLS:
        observation["client_certificate"] = {"requested": False, "required": False}
    OPEN[control](observation)
    return {finding.control: finding for finding in judge(observation, OPEN_POLICIES.get(control, STRICT))}[control]


@pytest.mark.parametrize("control", sorted(OPEN))
def test_what_could_not_be_told_is_an_error_and_never_a_pass(control):
    finding = open_question(control, "full")
    assert finding.status == "error"
    row = finding.to_dict()
    assert verdict.find_failing([row], "critical") == [row] and verdict.verdict_of([row], "critical") == "error"


@pytest.mark.parametrize("control", sorted(OPEN))
def test_what_a_shallow_probe_left_open_is_no_pass_either(control):
    asked = CONTROLS[control].depth == "policy" or control in (*PARTS, "certificate_trust")
    assert open_question(control, "policy").status == ("error" if asked else "unprobed")


def test_every_control_has_an_open_question():
    assert set(OPEN) | set(NEVER_OPEN) == set(CHECKS)


@pytest.mark.parametrize("name", ["https_good", "http_good", "submission_good"])
def test_nothing_passes_by_what_is_missing(name):
    """Take every key away in turn: no control may pass that did not, and none that needs it may go on passing."""
    # Where suites were not all found there may be static RSA, and what was seen of it counts.
    whole = by_status(judge(sample(name)), "pass") | {"robot"}
    for key in sample(name):
        if key in ("host", "port", "protocol", "server_name"):
            continue
        for empty in (None, {}, []):
            left = judge({**sample(name), key: empty})
            assert by_status(left, "pass") <= whole
            needing = {control.id for control in CONTROLS.values() if control.needs == (key,)}
            assert not needing & by_status(left, "pass"), (key, empty)


def test_a_tls13_only_server_is_not_asked_about_tls12():
    observation = sample("https_good")
    observation["protocols"]["TLSv1.2"] = {"accepted": False, "cause": "protocol_version"}
    observation.update(compression=None, extended_master_secret=None, renegotiation=None)
    assert by_status(judge(observation), "unprobed", "error") == set()


EXCEPTION = {"host": "web*", "endpoint": "443/https", "control": "compression", "reason": "old proxy",
             "owner": "ops", "ticket": "T-1", "expires": "2026-11-22"}


def weak_compression():
    observation = sample("https_good")
    observation["compression"] = True
    return observation


def test_an_exception_covers_a_failure_until_its_last_day_and_is_shown():
    finding = next(f for f in judge(weak_compression(), exceptions=[EXCEPTION]) if f.control == "compression")
    assert finding.status == "excepted" and finding.exception["owner"] == "ops"
    expired_one = dict(EXCEPTION, expires="2026-11-21")
    finding = next(f for f in judge(weak_compression(), exceptions=[expired_one]) if f.control == "compression")
    assert finding.status == "fail" and "ran out on 2026-11-21" in finding.sentence
    assert finding.severity == "high"


def test_an_exception_that_ran_out_is_no_small_matter():
    observation = sample("https_good")
    observation["http"]["hsts"]["include_subdomains"] = False
    rule = dict(EXCEPTION, control="hsts_subdomains", expires="2026-11-21")
    assert "low" in {f.severity for f in judge(observation) if f.control == "hsts_subdomains"}
    finding = next(f for f in judge(observation, exceptions=[rule]) if f.control == "hsts_subdomains")
    assert (finding.status, finding.severity) == ("fail", "medium")


@pytest.mark.parametrize("key, value", [
    ("host", "db*"), ("endpoint", "8443/https"), ("control", "hsts"), ("endpoint", "other:443/https"),
])
def test_an_exception_for_something_else_covers_nothing(key, value):
    rule = dict(EXCEPTION, **{key: value})
    assert by_status(judge(weak_compression(), exceptions=[rule]), "fail") == {"compression"}


def test_an_exception_for_a_group_needs_the_group():
    rule = {key: value for key, value in EXCEPTION.items() if key != "host"}
    rule["group"] = "legacy"
    assert by_status(judge(weak_compression(), exceptions=[rule]), "fail") == {"compression"}
    assert not by_status(judge(weak_compression(), exceptions=[rule], groups=["legacy"]), "fail")


@pytest.mark.parametrize("change_, error", [
    ({"reason": ""}, PolicyError), ({"owner": None}, PolicyError), ({"expires": "soon"}, PolicyError),
    ({"control": "everything"}, UnknownName), ({"colour": "red"}, UnknownKey), ({"host": None}, PolicyError),
    ({"group": "both"}, PolicyError),
])
def test_an_exception_that_is_not_complete_is_refused(change_, error):
    with pytest.raises(error):
        judge(sample("https_good"), exceptions=[dict(EXCEPTION, **change_)])


@pytest.mark.parametrize("control, words", [("hsst", "near it: hsts"), ("*", "docs/verdict.md")])
def test_a_control_that_does_not_exist_is_answered_with_what_does(control, words):
    with pytest.raises(UnknownName, match=re.escape(words)):
        judge(sample("https_good"), exceptions=[dict(EXCEPTION, control=control)])


def unmatched(rules, findings, hosts=None):
    rows = [finding.to_dict() for finding in findings]
    return verdict.find_unmatched_exceptions(rules, rows, hosts or {"web1": []}, NOW)


def test_an_exception_that_covers_nothing_fails():
    assert not unmatched([EXCEPTION], judge(weak_compression(), exceptions=[EXCEPTION]))
    passes_now = unmatched([EXCEPTION], judge(sample("https_good"), exceptions=[EXCEPTION]))
    assert passes_now[0].status == "fail" and "passes now" in passes_now[0].sentence
    elsewhere = dict(EXCEPTION, endpoint="8443/https")
    assert "no such endpoint" in unmatched([elsewhere], judge(weak_compression()))[0].sentence
    assert not unmatched([dict(EXCEPTION, host="db1")], judge(weak_compression()))


def test_an_exception_of_a_silent_endpoint_is_not_called_unneeded():
    observation = weak_compression()
    observation.update(reachable=False, error="no route to host")
    assert not unmatched([EXCEPTION], judge(observation, exceptions=[EXCEPTION]))


def test_worst_status_and_the_gate():
    rows = [finding.to_dict() for finding in judge(sample("https_good"))]
    assert verdict.find_worst_status(rows) == "pass"
    assert verdict.find_worst_status([]) == "unprobed"
    assert verdict.find_failing(rows) == []
    weak = copy.deepcopy(rows)
    weak[-1].update(status="fail", severity="low")
    assert verdict.find_worst_status(weak) == "fail"
    assert verdict.find_failing(weak, "low") and not verdict.find_failing(weak, "medium")
    for status, control, red in (("error", "compression", True), ("unprobed", "compression", False),
                                 ("unprobed", "certificate_valid", True), ("excepted", "hsts", False)):
        weak[-1].update(status=status, control=control)
        assert bool(verdict.find_failing(weak, "critical")) is red


def test_ipv6_endpoints_keep_their_brackets():
    assert verdict.name_endpoint({"host": "::1", "port": 443, "protocol": "https"}) == "[::1]:443/https"


def test_hsts_behind_a_client_certificate_is_out_of_reach_and_not_red():
    observation = sample("https_good")
    observation.update(http=None, client_certificate={"requested": True, "required": True, "ca_names": []})
    findings = [finding.to_dict() for finding in judge(observation)]
    assert {row["control"] for row in findings if row["status"] == "unprobed"} == {"hsts"}
    assert verdict.find_failing(findings) == []
    observation["client_certificate"] = {"requested": False, "required": False, "ca_names": []}
    assert "hsts" in by_status(judge(observation), "error")


def test_the_oracle_is_asked_about_where_static_rsa_could_be():
    observation = sample("https_good")
    observation["suites_complete"]["TLSv1.2"] = False
    assert "robot" in by_status(judge(observation), "pass")
    observation.update(vulnerabilities={}, depth="policy")
    assert {"robot", "heartbleed"} <= by_status(judge(observation), "unprobed")
