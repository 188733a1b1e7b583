# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every pack has a plan for a fresh host, and says in a sentence why it cannot make one."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans

SERVICES = list(plans.PACKS)


@pytest.mark.parametrize("service", SERVICES)
def test_a_plan_is_plain_data_with_every_part(service: str, planned: Any) -> None:
    made = planned(service)
    assert json.loads(json.dumps(made)) == made
    assert made["changes"] and made["endpoints"] and made["confirmation"]["endpoints"]
    assert made["blocking"] == []
    assert made["policy"]["name"] == "intermediate"
    assert all(row["address"] == "192.0.2.7" for row in made["endpoints"])
    assert all(row["address"] in ("127.0.0.1", "127.0.0.2") for row in made["confirmation"]["endpoints"])
    assert set(made["templates"]) <= {change.get("path") for change in made["changes"]}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("profile", [name for name in PROFILES if name != "old"])
def test_every_profile_has_a_plan(service: str, profile: str, planned: Any) -> None:
    assert planned(service, profile=profile)["policy"]["name"] == profile


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_not_installed_has_no_plan(service: str, planned: Any) -> None:
    with pytest.raises(DialectError, match=r"not installed on this host"):
        planned(service, {"installed": False})


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_known_library_there_are_no_settings(service: str, planned: Any) -> None:
    with pytest.raises(DialectError, match="linked to n"):
        planned(service, {"tls_library": None})


@pytest.mark.parametrize(("service", "other"), [("apache", "gnutls"), ("postfix", "gnutls")])
def test_a_library_of_another_language_is_refused(service: str, other: str, planned: Any) -> None:
    with pytest.raises(DialectError, match="linked to gnutls, but its settings are written for openssl"):
        planned(service, {"tls_library": {"name": other, "version": "3.8"}})


@pytest.mark.parametrize("service", SERVICES)
def test_names_of_variables_are_those_of_the_role(service: str) -> None:
    names = plans.variables_of(service)
    assert len(names) == len(set(names)) > 7
    assert all(name.startswith(service + "_tls_") for name in names)


@pytest.mark.parametrize("service", SERVICES)
def test_a_wrong_value_is_a_sentence_with_the_variable(service: str) -> None:
    with pytest.raises(OptionError, match=service + r"_tls_client_certificate is 'x'\. Allowed: policy, none"):
        plans.needs_of(service, {service + "_tls_client_certificate": "x"})
    with pytest.raises(OptionError, match=f"Unknown option '{service}_tls_tpyo'"):
        plans.needs_of(service, {service + "_tls_tpyo": "x"})


def test_needs_follow_from_the_options() -> None:
    assert plans.needs_of("courier_imap", {}) == {"packages": ["courier-imap"], "questions": []}
    assert plans.needs_of("courier_imap", {"courier_imap_tls_pop3s": "open"})["packages"] == ["courier-imap", "courier-pop"]
    assert plans.needs_of("postfix", {})["questions"] == ["validating_resolver"]
    made = plans.needs_of("postfix", {"postfix_tls_outgoing": "secure", "postfix_tls_sasl": "cyrus"})
    assert made == {"packages": ["postfix", "sasl2-bin", "libsasl2-modules", "ca-certificates"], "questions": []}


def test_an_unknown_service_is_named_with_the_known_ones() -> None:
    with pytest.raises(OptionError, match=r"'gopher'. Known services: apache"):
        plans.pack_of("gopher")


def test_null_is_the_default(planned: Any) -> None:
    variables: dict[str, Any] = {"apache_tls_policy": None, "apache_tls_hsts_max_age": "", "apache_tls_port": None}
    options = plans.read_variables(plans.PACKS["apache"], variables)
    assert (options["policy"], options["hsts_max_age"], options["port"]) == (None, None, 443)


@pytest.mark.parametrize(("service", "option"), [
    (service, option) for service, pack in plans.PACKS.items() for option in pack.all_options
], ids=lambda item: getattr(item, "name", item))
def test_whatever_a_role_takes_is_printable(service: str, option: Any, nasty: Any) -> None:
    pack = plans.PACKS[service]
    refused = 0
    for value in nasty.values:
        given = [value] if option.type == "list" else [{"name": value}] if option.type == "dicts" else value
        if option.type == "dict":
            given = {"name": value}
        try:
            options = plans.read_variables(pack, {pack.prefix + option.name: given})
        except OptionError as error:
            refused += 1
            assert error.message.isprintable() and pack.prefix + option.name in error.message
        else:
            assert all(text.isprintable() for text in nasty.texts(options[option.name])), value
    assert refused, "none of the hostile values was refused"


KEPT = {
    "postfix": {"certificate": "/etc/ssl/mail/fullchain.pem", "private_key": "/etc/ssl/mail/privkey.pem", "owner": "root"},
    "courier_imap": {"certificate": "/etc/courier/mail.pem", "private_key": "/etc/courier/mail.pem", "owner": "courier"},
    "openldap": {"certificate": "/etc/ldap/tls/cert.pem", "private_key": "/etc/ldap/tls/key.pem", "owner": "openldap"},
}


def has_certificate(service: str, *failing: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A host whose service has a certificate of an authority, and the judgement of it."""
    row = {**KEPT[service], "chain": "", "group": "root"}
    findings = [{"control": name, "status": "fail", "severity": "high", "path": row["certificate"], "sentence": "It is weak.",
                 "remedy": ""} for name in failing]
    leaf = {"path": row["certificate"], "leaf": True, "self_issued": False, "dns_names": ["web.example.org"],
            "ip_addresses": [], "subject": "", "issuer": "CN=Company CA"}
    return {"present_certificates": [row]}, {"present_certificate": {"certificates": [leaf], "findings": findings}}


def written(made: dict[str, Any]) -> str:
    return json.dumps([made["changes"], made["templates"]])


@pytest.mark.parametrize("service", KEPT)
def test_a_certificate_that_works_is_kept_with_its_paths(service: str, planned: Any) -> None:
    host, answers = has_certificate(service)
    made = planned(service, host, answers)
    (entry,) = made["certificate_entries"]
    assert (entry["source"], entry["certificate"]) == ("files", KEPT[service]["certificate"])
    assert made["blocking"] == [] and "/etc/ssl/intransit" not in written(made)
    assert KEPT[service]["certificate"] in made["validation"]["requires"]
    if service == "openldap":
        assert KEPT[service]["certificate"] in written(made)
    else:
        assert "_tls_cert_file" not in written(made) and "chain_files" not in written(made)
        assert "TLS_CERTFILE" not in written(made) and "TLS_PRIVATE_KEYFILE" not in written(made)


@pytest.mark.parametrize("service", KEPT)
def test_a_change_of_authority_needs_an_option(service: str, planned: Any) -> None:
    host, answers = has_certificate(service, "certificate.key_size")
    (sentence,) = planned(service, host, answers)["blocking"]
    assert "It is weak." in sentence and f"{service}_tls_replace_certificate" in sentence
    for options in ({"replace_certificate": True}, {"certificates": [{"source": "local_ca"}]}):
        made = planned(service, host, answers, **options)
        assert made["blocking"] == [] and "/etc/ssl/intransit" in written(made)


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_asked_about_present_certificates(service: str, seen: Any) -> None:
    host = has_certificate(service)[0] if service in KEPT else {}
    look = {"services": {service: {**seen[service], **host}}}
    asked = plans.find_present_certificates(service, look, {}, "host1", "/etc/ssl/intransit")
    assert bool(asked) == (service in KEPT)
    if asked:
        assert asked["policy"]["name"] == "intermediate"
        option = {f"{service}_tls_certificates": [{"days": 30}]}
        assert plans.find_present_certificates(service, look, option, "host1", "/etc/ssl/intransit") == {}


@pytest.mark.parametrize(("service", "port"), [
    ("apache", 443), ("nginx", 443), ("postfix", 465), ("courier_imap", 993), ("openldap", 636)])
def test_a_port_that_another_program_holds_stops_the_plan(service: str, port: int, seen: Any) -> None:
    holder = {"address": "0.0.0.0", "port": port, "pid": 77, "process": "haproxy"}
    look = {"services": {service: seen[service]}, "listeners": [holder]}
    name = {f"{service}_tls_server_name": "web.example.org"}
    blocking = plans.plan_of(service, look, name, "host1", "192.0.2.7", "/etc/ssl/intransit")["blocking"]
    assert len(blocking) == 1 and blocking[0].startswith(f"Port {port} is held by haproxy (pid 77), so ")


@pytest.mark.parametrize("service", ["apache", "nginx"])
def test_hsts_of_the_day_is_what_is_sent_and_what_is_asked_for(service: str, seen: Any) -> None:
    variables = {f"{service}_tls_server_name": "web.example.org", f"{service}_tls_hsts_ramp": date(2026, 12, 1)}
    plan = plans.plan_of(service, {"services": {service: seen[service]}}, variables, "host1", "192.0.2.7",
                         "/etc/ssl/intransit", date(2026, 12, 9))
    assert '"max-age=86400"' in written(plan) and plan["policy"]["hsts"]["min_max_age"] == 86400


def test_tls_that_is_only_offered_ends_no_plaintext(seen: Any) -> None:
    def offered(service: str) -> dict[str, Any]:
        look = {"services": {service: seen[service]}, "answers": {}}
        return plans.plan_of(service, look, {f"{service}_tls_server_name": "x.example.org"}, "h", "192.0.2.7", "/etc/ssl/intransit",
                             offering=True)

    plan = offered("openldap")
    assert plan["ending"] == [] and plan["confirmation"]["ignore"] == ["plaintext_refused"]
    with pytest.raises(OptionError, match="Apache httpd cannot only offer TLS"):
        offered("apache")


@pytest.mark.parametrize(("data_class", "present", "wanted"), [
    ("confidential", "", ["x.example.org"]),
    ("confidential", "max-age=63072000; includeSubDomains", []),
    ("restricted", "", []),
])
def test_names_that_begin_to_cover_those_below(data_class: str, present: str, wanted: list[str], planned: Any) -> None:
    host = {"present_hsts": present}
    assert planned("nginx", host, data_class=data_class, server_name="x.example.org")["hsts_below"] == wanted
    assert planned("openldap")["hsts_below"] == []
