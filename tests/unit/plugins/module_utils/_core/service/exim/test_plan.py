# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exim's plan: which ports are open and what they ask, what is written, what stops it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.exim import host

LOOPBACK = [{"address": address, "port": None} for address in ("127.0.0.1", "::1")]
STRICT = {"extends": "intermediate", "name": "strict", "plaintext": "none"}


def values_of(made: dict[str, Any]) -> dict[str, Any]:
    template = made["templates"].get(host.UNSPLIT_CONF) or made["templates"][host.SPLIT_CONF]
    values: dict[str, Any] = template["values"]
    return {**values, "macros": dict(map(tuple, values["macros"])), "options": dict(map(tuple, values["options"]))}


def ports_of(made: dict[str, Any]) -> list[tuple[int, str]]:
    return [(row["port"], row["protocol"]) for row in made["endpoints"]]


def edits_of(made: dict[str, Any]) -> dict[str, Any]:
    return {row["path"]: row["values"] for row in made["changes"] if row["kind"] == "edited_file"}


def setting(name: str, value: str, file: str = host.LOCAL, **more: Any) -> dict[str, Any]:
    kind = "macro" if name.isupper() else "option"
    return {"kind": kind, "name": name, "value": value, "file": file, "shown": 3, "lines": [3], "guards": [], **more}


OURS = setting("", "", host.UNSPLIT_CONF, kind="ours")


def test_a_mail_exchanger_without_logins(planned: Any) -> None:
    made = planned("exim")
    assert ports_of(made) == [(25, "smtp")] and made["blocking"] == [] and made["ending"] == []
    values = values_of(made)
    assert values["options"]["daemon_smtp_ports"] == "25" and values["options"]["tls_on_connect_ports"] == ""
    assert values["options"]["tls_require_ciphers"].startswith("NONE:+VERS-TLS1.3") and values["mail"] == []
    assert values["macros"]["MAIN_TLS_CERTIFICATE"] == made["certificate"]["fullchain"]
    assert made["certificate"]["group"] == "Debian-exim" and made["certificate"]["mode"] == "0640"
    assert [(row["path"], row.get("state")) for row in made["changes"]] == [
        (host.UNSPLIT_CONF, "present"), (host.LOCAL, None), (host.SPLIT_CONF, "absent")]
    assert edits_of(made)[host.LOCAL]["last"] == f".include {host.UNSPLIT_CONF}"
    assert made["activation"]["verb"] == "reload" and made["validation"]["own_check"][0] == "/bin/sh"


def test_an_acl_in_an_option_is_expanded_or_exim_ends(planned: Any) -> None:
    assert "$" in values_of(planned("exim"))["options"]["acl_smtp_auth"]
    assert all("$" in "".join(lines) for lines in [values_of(planned("exim", smtp="encrypt"))["mail"]])


def test_logins_open_the_ports_of_submission(planned: Any) -> None:
    made = planned("exim", {"logins": True, "ports": [25, 2525]})
    assert ports_of(made) == [(25, "smtp"), (587, "submission"), (465, "smtps"), (2525, "smtp")]
    values = values_of(made)
    assert values["options"]["tls_on_connect_ports"] == "465"
    assert [line for line in values["mail"] if "condition" in line] == [
        "deny condition = ${if inlist{$received_port}{587 : 465}}"] * 2
    local = {row["port"]: row.get("says") for row in made["confirmation"]["endpoints"]}
    assert local[587] and local[465] and not local[25]
    assert "25 587 465 2525" in made["validation"]["instance"]["command"][2]
    assert "MAIL FROM" in made["validation"]["instance"]["command"][2] and "AUTH PLAIN" in made["validation"]["instance"]["command"][2]


def test_ports_that_are_there_stay_and_ask_for_tls(planned: Any) -> None:
    made = planned("exim", {"ports": [25, 587]})
    assert ports_of(made) == [(25, "smtp"), (587, "submission")]
    assert "!authenticated = *" not in str(values_of(made)["mail"])
    assert [(row["port"], row["closed"], row["now"]) for row in made["ending"]] == [(587, False, True)]
    assert [row["now"] for row in planned("exim", {"ports": [25, 587], "requires_tls": [587]})["ending"]] == [False]


@pytest.mark.parametrize(("options", "host_", "required"), [
    ({"smtp": "encrypt"}, {}, True), ({"policy": STRICT}, {}, True), ({}, {"requires_tls": [25]}, True),
    ({"smtp": "may"}, {"requires_tls": [25]}, False), ({}, {}, False)])
def test_port_25_takes_plaintext_unless_it_is_forbidden(planned: Any, options: Any, host_: Any, required: bool) -> None:
    made = planned("exim", host_, **options)
    assert ("inlist{$received_port}{25}" in str(values_of(made)["mail"])) is required


def test_further_ports_ask_for_tls_as_port_25_does(planned: Any) -> None:
    made = planned("exim", {"logins": True, "ports": [25, 2525]}, smtp="encrypt")
    assert "inlist{$received_port}{25 : 587 : 465 : 2525}" in values_of(made)["mail"][0]
    assert "inlist{$received_port}{587 : 465}" in values_of(made)["mail"][3]


def test_ports_are_closed_by_option_and_by_policy(planned: Any) -> None:
    made = planned("exim", {"logins": True, "ports": [25, 587, 465]}, smtp="closed", submission="closed")
    assert ports_of(made) == [(465, "smtps")] and [row["port"] for row in made["closing"]] == [25, 587]
    assert [(row["port"], row["closed"]) for row in made["ending"]] == [(25, True), (587, True)]
    policy = {"extends": "intermediate", "name": "direct", "starttls": "forbidden"}
    assert ports_of(planned("exim", {"logins": True}, policy=policy)) == [(465, "smtps")]
    assert "no port of Exim would stay open" in planned("exim", smtp="closed")["blocking"][0]


@pytest.mark.parametrize("facts", [
    {"interfaces": LOOPBACK, "listeners": [{"address": "127.0.0.1", "port": 25}, {"address": "::1", "port": 25}]},
    {"interfaces": LOOPBACK}, {"daemon": False}, {"command": "-oX in X", "listeners": [{"address": "::1", "port": 25}]}])
def test_an_exim_for_its_own_host_is_left_alone(planned: Any, facts: Any) -> None:
    made = planned("exim", facts)
    assert (made["changes"], made["endpoints"], made["certificate"], made["certificate_entries"], made["activation"]["units"]) == (
        [], [], None, [], []) and made["blocking"] == []
    warning, = made["warnings"]
    assert "left as it is" in warning


@pytest.mark.parametrize("facts", [
    {"interfaces": LOOPBACK, "listeners": [{"address": "192.0.2.7", "port": 25}]},
    {"interfaces": [*LOOPBACK, {"address": "192.0.2.7", "port": None}]}, {"interfaces": []},
    {"interfaces": [{"address": "", "port": None}]}])
def test_what_others_reach_is_not(planned: Any, facts: Any) -> None:
    assert planned("exim", facts)["changes"]


def test_addresses(planned: Any) -> None:
    made = planned("exim", {"interfaces": [{"address": "127.0.0.1", "port": None}, {"address": "192.0.2.9", "port": 587},
                                           {"address": "192.0.2.8", "port": None}]})
    assert [(row["port"], row["address"]) for row in made["endpoints"]] == [(25, "192.0.2.8"), (587, "192.0.2.9"), (587, "192.0.2.8")]


def test_split(planned: Any) -> None:
    made = planned("exim", {"split": True})
    assert [(row["path"], row["state"]) for row in made["changes"]] == [
        (host.SPLIT_CONF, "present"), (host.UNSPLIT_CONF, "absent")]


@pytest.mark.parametrize(("rows", "words"), [
    ([setting("acl_smtp_auth", "theirs"), OURS], "sets acl_smtp_auth, which the role sets too"),
    ([setting("tls_certificate", "/x"), OURS], "sets tls_certificate, which the role sets too"),
    ([OURS, setting("MAIN_TLS_ENABLE", "yes", host.TEMPLATE)], "exim4.conf.template:3 defines MAIN_TLS_ENABLE after the file of the role"),
    ([setting("MAIN_TLS_CERTIFICATE", "/c/${tls_in_sni}.pem".replace("{", "").replace("}", "")), OURS], "chooses the certificate by"),
])
def test_what_is_set_twice_is_named_or_turned_into_comments(planned: Any, rows: Any, words: str) -> None:
    files = {row["file"]: {"digest": "0", "edited": False} for row in rows if row["kind"] != "ours"}
    sentence, = planned("exim", {"settings": rows, "files": files})["blocking"]
    assert words in sentence and "exim_tls_overrides to neutralise" in sentence
    made = planned("exim", {"settings": rows, "files": files}, overrides="neutralise")
    assert made["blocking"] == [] and [row["disabled"] for row in edits_of(made).values()] == [[3]]


def test_debian_s_own_lines_and_equal_ones_are_no_conflict(planned: Any) -> None:
    rows = [setting("MAIN_TLS_ENABLE", "yes"), setting("daemon_smtp_ports", "smtp"), OURS,
            setting("MAIN_TLS_CERTIFICATE", "CONFDIR/exim.crt", host.TEMPLATE, guards=[["ifndef", "MAIN_TLS_CERTIFICATE"]]),
            setting("tls_certificate", "MAIN_TLS_CERTIFICATE", host.TEMPLATE), setting("acl_smtp_mail", "MAIN_ACL_CHECK_MAIL")]
    made = planned("exim", {"settings": rows})
    assert made["blocking"] == [] and "daemon_smtp_ports" not in values_of(made)["options"]


def test_their_acls_are_asked_too(planned: Any) -> None:
    made = planned("exim", {"settings": [setting("acl_smtp_auth", "theirs"), OURS]}, overrides="neutralise")
    assert r"required}{require acl = theirs\naccept}" in values_of(made)["options"]["acl_smtp_auth"]
    for row in (setting("MAIN_ACL_CHECK_MAIL", "${if a}"), setting("acl_smtp_mail", "theirs")):
        assert "define MAIN_ACL_CHECK_MAIL with the name" in planned("exim", {"settings": [row, OURS]})["blocking"][0]


@pytest.mark.parametrize(("facts", "options", "words"), [
    ({"whole": True}, {}, "/etc/exim4/exim4.conf replaces the configuration that Debian makes"),
    ({"command": "-oX in SMTPLISTENEROPTIONS"}, {}, "-oX in SMTPLISTENEROPTIONS of /etc/default/exim4 rules"),
    ({"problems": ["broken"]}, {}, "broken"),
    ({"interfaces": [{"address": "0.0.0.0", "port": 25}]}, {"submission": "open", "smtp": "may"}, "names the ports 25"),
    ({}, {"submissions": "open"}, "exim_tls_submissions is open, but no client could log in"),
    ({}, {"client_certificate": "required", "certificates": [{"source": "files", "name": "x", "certificate": "/c", "private_key": "/k"}]},
     "exim_tls_client_ca_file does not say"),
])
def test_what_stops_it(planned: Any, facts: Any, options: Any, words: str) -> None:
    assert any(words in sentence for sentence in planned("exim", facts, **options)["blocking"])


def test_it_is_never_installed(planned: Any) -> None:
    with pytest.raises(DialectError, match="Exim is not installed .* remove another mail server"):
        planned("exim", {"installed": False})


def test_client_certificates(planned: Any) -> None:
    made = planned("exim", {"logins": True}, client_certificate="required", client_ca_file="/ca.pem")
    macros = values_of(made)["macros"]
    assert macros["MAIN_TLS_VERIFY_CERTIFICATES"] == "/ca.pem" and "{25}{}{*}" in macros["MAIN_TLS_VERIFY_HOSTS"]
    assert "/ca.pem" in made["validation"]["authorities"] and not any(row.get("says") for row in made["confirmation"]["endpoints"])
    macros = values_of(planned("exim", client_certificate="optional"))["macros"]
    assert macros["MAIN_TLS_TRY_VERIFY_HOSTS"] == "*" and macros["MAIN_TLS_VERIFY_CERTIFICATES"].endswith(".pem")


def test_outgoing(planned: Any) -> None:
    transports = [{"name": "remote_smtp", "file": host.TEMPLATE, "line": 6}]
    files = {host.TEMPLATE: {"digest": "0", "edited": False}}
    facts = {"transports": transports, "files": files, "settings": [OURS, setting("AUTH_CLIENT_ALLOW_NOTLS_PASSWORDS", "1")]}
    made = planned("exim", facts)
    assert "HOSTS_REQUIRE_TLS" not in str(values_of(made)["macros"]) and "sends the password of its smarthost" in made["warnings"][0]
    made = planned("exim", facts, outgoing="verify")
    assert values_of(made)["macros"]["REMOTE_SMTP_SMARTHOST_TLS_VERIFY_CERTIFICATES"] == "/etc/ssl/certs/ca-certificates.crt"
    assert len(made["warnings"]) == 2 and not edits_of(made)
    made = planned("exim", facts, outgoing="encrypt", outgoing_floor=True)
    assert edits_of(made)[host.TEMPLATE]["added"][0][1].startswith("  tls_require_ciphers = NONE:") and not made["warnings"]
    assert values_of(planned("exim", policy=STRICT))["macros"]["REMOTE_SMTP_HOSTS_REQUIRE_TLS"] == "*"
