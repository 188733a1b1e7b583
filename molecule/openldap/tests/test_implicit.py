# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Confidential data: no port that begins in clear text, client certificates demanded, others' settings kept."""

from __future__ import annotations

from typing import Any

from refusals import SET, SUFFIX, ldap

testinfra_hosts = ["ansible://implicit"]


def test_no_plain_port_is_left_on_the_network(wire: Any) -> None:
    code, said = ldap("ldapsearch", "-x", "-H", f"ldap://{wire.address}", "-b", SUFFIX)
    assert code == 255 and "Can't contact" in said


def test_a_listener_of_the_host_itself_is_kept_and_refuses(host: Any) -> None:
    said = host.run("ldapsearch -x -H ldap://127.0.0.1:3890 -b %s", SUFFIX)
    assert said.rc == 13, said


def test_only_a_client_with_a_certificate_is_let_in(wire: Any, root: Any, authority: str) -> None:
    alone = {"LDAPTLS_CACERT": authority, "LDAPTLS_REQCERT": "demand"}
    code, said = ldap("ldapsearch", "-x", "-LLL", "-H", f"ldaps://{wire.address}", "-b", SUFFIX, **alone)
    assert code in (254, 255) and "alice" not in said, said
    own = f"LDAPTLS_CACERT={SET}/chain.pem LDAPTLS_CERT={SET}/cert.pem LDAPTLS_KEY={SET}/privkey.pem"
    found = root.run(f"{own} ldapsearch -x -LLL -H ldaps://{wire.address} -b {SUFFIX} uid=alice uid")
    assert "uid: alice" in found.stdout, found


def test_neither_the_frontend_nor_a_database_undoes_it_at_the_next_start(root: Any) -> None:
    frontend = root.check_output("slapcat -n 0 -o ldif-wrap=no -H 'ldap:///olcDatabase={-1}frontend,cn=config??base'")
    assert "olcSecurity: ssf=128 simple_bind=64" in frontend.splitlines()
    assert root.run("systemctl restart slapd").rc == 0
    for base in ("", SUFFIX):
        said = root.run(f"ldapsearch -x -H ldap://127.0.0.1:3890 -s base -b '{base}'")
        assert said.rc == 13, said


def test_security_of_others_is_kept_and_made_stricter(root: Any) -> None:
    written = root.check_output("slapcat -n 0 -o ldif-wrap=no -H 'ldap:///cn=config??base'").splitlines()
    assert "olcSecurity: tls=1 update_ssf=64 ssf=128" in written
    assert "olcTLSVerifyClient: demand" in written
