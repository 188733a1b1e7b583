# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All services side by side: what the playbooks say is compared with what public tools see."""

from __future__ import annotations

import csv
import imaplib
import json
import os
import smtplib
import subprocess
from pathlib import Path
from typing import Any

import pytest

testinfra_hosts = ["ansible://all"]
LOOSE = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
TLS_PORTS = {"everything": {443, 993, 636}, "web": {443}, "mail": {993}, "directory": {636}}


def ports_of(host: Any) -> set[int]:
    groups = host.ansible.get_variables()["group_names"]
    return set().union(*(TLS_PORTS[group] for group in groups if group in TLS_PORTS))


@pytest.mark.parametrize("port", [443, 636, 993])
def test_every_tls_port_speaks_the_policys_versions_and_no_older(wire: Any, host: Any, port: int) -> None:
    if port not in ports_of(host):
        assert not host.socket(f"tcp://0.0.0.0:{port}").is_listening
        return
    assert "BEGIN CERTIFICATE" in wire.openssl(port, "-tls1_2").said
    said = wire.openssl(port, "-tls1_1", "-cipher", LOOSE).said
    assert "CONNECTED" in said and "BEGIN CERTIFICATE" not in said, said


def test_a_web_server_only_says_where_to_go(wire: Any, host: Any) -> None:
    if 443 in ports_of(host):
        reply = wire.curl("http://{name}/")
        assert reply.status == 301 and reply.headers["location"][0].startswith("https://")


def test_a_mail_exchanger_asks_for_no_password_before_tls(wire: Any, host: Any) -> None:
    if 993 in ports_of(host):
        with smtplib.SMTP(wire.address, 25, timeout=20) as client:
            client.ehlo("client.example")
            assert "starttls" in client.esmtp_features and "auth" not in client.esmtp_features


def test_a_mailbox_is_not_opened_in_clear(wire: Any, host: Any) -> None:
    if 993 in ports_of(host):
        with imaplib.IMAP4(wire.address, 143, timeout=20) as client:
            assert {"LOGINDISABLED", "STARTTLS"} <= set(client.capabilities)
            with pytest.raises(imaplib.IMAP4.error):
                client.login("reader", "example-only")


def test_a_directory_tells_nothing_in_clear(wire: Any, host: Any) -> None:
    if 636 in ports_of(host):
        for base in ("", "dc=example,dc=org"):
            command = ["ldapsearch", "-x", "-LLL", "-H", f"ldap://{wire.address}", "-s", "base", "-b", base]
            answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
            assert answer.returncode == 13 and "onfidentiality required" in answer.stderr, answer


@pytest.mark.parametrize(("port", "more"), [(25, ("-starttls", "smtp")), (993, ()), (636, ())])
def test_a_certificate_that_worked_is_still_served_and_others_are_replaced(
    wire: Any, host: Any, port: int, more: tuple[str, ...]
) -> None:
    if port in ports_of(host) | ({25} if host.package("postfix").is_installed else set()):
        said = wire.openssl(port, *more).said
        issuer = "Private TLS authority" if wire.name == "all13" else "Company CA"
        assert f"issuer=CN = {issuer}" in said or f"issuer=CN={issuer}" in said or f"O=Company, CN={issuer}" in said.replace(
            " = ", "="), said


def test_the_paths_of_such_a_certificate_stay(host: Any) -> None:
    names = host.ansible.get_variables()["group_names"]
    with host.sudo():
        if "mail" in names:
            said = host.check_output("postconf -h smtpd_tls_cert_file smtpd_tls_key_file smtpd_tls_chain_files")
            assert said.split() == ["/etc/ssl/company/fullchain.pem", "/etc/ssl/company/privkey.pem"]
            assert "\nTLS_CERTFILE=/etc/courier/company.pem\n" in host.file("/etc/courier/imapd-ssl").content_string
        if {"mail", "directory"} & set(names):
            assert not host.file("/etc/ssl/intransit").exists


def test_the_evidence_tells_of_every_host_and_of_nothing_wrong() -> None:
    document = json.loads((Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "fleet.json").read_text())
    seen = {host["host"]: {row["endpoint"].rpartition(":")[2] for row in host["endpoints"]} for host in document["hosts"]}
    assert set(seen) == {"all13", "web12", "mail12", "dir12"}
    assert {"443/https", "80/http", "25/smtp", "993/imaps", "636/ldaps"} <= seen["all13"], seen
    wrong = [
        (row["endpoint"], finding["control"])
        for host in document["hosts"] for row in host["endpoints"] for finding in row["findings"]
        if finding["status"] in ("fail", "error") and finding["severity"] in ("medium", "high", "critical")
    ]
    assert wrong == []


def test_each_certificate_is_known_by_its_files_and_by_who_serves_it() -> None:
    with (Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "fleet.files.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    ours = [row for row in rows if row["renewed by"] == "intransit.tls"]
    assert ours and all(row["served at"] and row["renewed from"] and not row["notes"] for row in ours), ours
    company = [row for row in rows if "/etc/ssl/company/fullchain.pem" in row["files"]]
    assert company and all("no program is known to renew it" in row["notes"] for row in company), rows
    # Debian's own example certificate lies on the host of the web server and nobody serves it.
    example = [row for row in rows if "/etc/ssl/certs/ssl-cert-snakeoil.pem" in row["files"]]
    assert example and all(row["notes"] == "served nowhere" and row["served at"] == "" for row in example), rows
    # What no endpoint of the run serves from a file that was read would be said.
    assert not [row for row in rows if "in no file" in row["notes"]], rows


def refused(variables: dict[str, object]) -> str:
    """Return what enforce prints with --check on a host that refuses something."""
    command = ["ansible-playbook", "-i", os.environ["MOLECULE_INVENTORY_FILE"], "--check", "-e", json.dumps(variables),
               "intransit.tls.enforce"]
    plain = {**os.environ, "ANSIBLE_FORCE_COLOR": "0", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_SHOW_CUSTOM_STATS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=plain, stdin=subprocess.DEVNULL)
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 2, said
    return said


def test_a_port_that_another_program_holds_is_said_before_anything_is_changed(host: Any) -> None:
    if host.ansible.get_variables()["inventory_hostname"] != "web12":
        return
    with host.sudo():
        host.check_output("systemd-run --quiet --unit=holder python3 -m http.server 8443")
        try:
            said = refused({"tls_hosts": "web12", "apache_tls_port": 8443})
        finally:
            host.check_output("systemctl stop holder")
    assert "apache: Port 8443 is held by python3 (pid " in said and "so Apache httpd cannot open it" in said


def test_a_site_behind_a_tls_end_is_named_before_anything_is_changed(host: Any) -> None:
    if host.ansible.get_variables()["inventory_hostname"] != "web12":
        return
    place = "/etc/apache2/conf-enabled/front.conf"
    with host.sudo():
        host.check_output(f"echo 'SetEnvIf X-Forwarded-Proto ^https$ HTTPS=on' >{place}")
        try:
            said = refused({"tls_hosts": "web12"})
        finally:
            host.check_output(f"rm {place}")
    assert f"TLS may end in front of it ({place}:1 `SetEnvIf`), so that a redirect would not end." in said


def test_a_service_that_is_refused_is_named_at_the_end_and_the_others_go_on(host: Any) -> None:
    if host.ansible.get_variables()["inventory_hostname"] != "all13":
        return
    # No port would be left, so OpenLDAP is refused before anything is changed.
    said = refused({"tls_hosts": "all13:web12", "openldap_tls_starttls": "disabled", "openldap_tls_ldaps": False})
    recap = said[said.index("PLAY RECAP"):]
    assert "failed=1" in recap[recap.index("all13"):recap.index("web12")] and "failed=0" in recap[recap.index("web12"):]
    last = said[said.rindex("Check that no service was refused"):]
    assert "all13: refused: openldap. The run went on with the other services." in last
    assert "openldap: Neither StartTLS nor ldaps would be left: set openldap_tls_starttls or openldap_tls_ldaps." in last
    # Postfix comes after OpenLDAP.
    assert said.index("Keep the reasons of the refusal") < said.rindex("Change the service as one transaction")
    assert "tls_refused" in recap
