# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The converged directories, seen from outside and from inside."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from refusals import ALICE, REFUSALS, SUFFIX, ldap

testinfra_hosts = ["ansible://good"]


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_it_refuses(wire: Any, name: str) -> None:
    REFUSALS[name](wire)


@pytest.mark.parametrize("way", [("-ZZ", "-H", "ldap://{}"), ("-H", "ldaps://{}")])
def test_an_entry_is_found_over_tls_by_a_client_that_verifies(wire: Any, authority: str, way: tuple[str, ...]) -> None:
    words = [word.format(wire.address) for word in way]
    environment = {"LDAPTLS_REQCERT": "demand", "LDAPTLS_CACERT": authority}
    code, said = ldap("ldapsearch", "-x", "-LLL", *words, *ALICE, "-b", SUFFIX, "uid=alice", "uid", **environment)
    assert code == 0 and "uid: alice" in said, said
    assert ldap("ldapsearch", "-x", *words, "-b", SUFFIX, LDAPTLS_REQCERT="demand", LDAPTLS_CACERT="/dev/null")[0] != 0


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(("port", "way"), [(389, ("-starttls", "ldap")), (636, ())])
def test_what_the_policy_allows_works(wire: Any, port: int, way: tuple[str, ...], version: str) -> None:
    said = wire.openssl(port, *way, version).said
    assert "Cipher is (NONE)" not in said and "BEGIN CERTIFICATE" in said


def test_root_still_gets_in(root: Any) -> None:
    assert root.check_output("ldapwhoami -Q -Y EXTERNAL -H ldapi:///").startswith("dn:gidNumber=0+uidNumber=0")
    assert "olcSecurity: ssf=128" in root.check_output(
        "ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -s base -b cn=config olcSecurity")


def test_no_sasl_bind_begins_in_clear(host: Any, wire: Any) -> None:
    said = host.run("ldapwhoami -Y SCRAM-SHA-256 -H ldap://%s -U alice -w wrong", wire.address)
    assert said.rc == 48 and "too weak" in said.stderr, said


def test_the_hosts_own_client_verifies_and_keeps_the_policy(host: Any, wire: Any, release: str) -> None:
    found = host.run("ldapsearch -x -LLL -ZZ -H ldap://%s -b %s uid=alice uid", wire.hostname, SUFFIX)
    assert "uid: alice" in found.stdout, found
    other = host.run("LDAPTLS_CACERT=/dev/null ldapsearch -x -ZZ -H ldap://%s -b %s", wire.hostname, SUFFIX)
    assert other.rc != 0, other
    written = host.file("/etc/ldap/ldap.conf").content_string
    assert "\nTLS_REQCERT\tdemand\n" in written
    assert ("\nTLS_CIPHER_SUITE\tNONE:+VERS-TLS1.3:+VERS-TLS1.2:" in written) is (release == "debian12")
    assert ("\nTLS_PROTOCOL_MIN\t3.3\n" in written) is (release == "debian13")


def test_our_own_probe_and_verdict_agree(wire: Any) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
    from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge

    policy = resolve()
    seen = wire.observe({"port": 389, "protocol": "ldap"}, {"port": 636, "protocol": "ldaps"}, policy=policy)
    now = datetime.now(timezone.utc)
    wrong = [
        finding for item in seen for finding in judge(policy, item, now=now, host=wire.name)
        if finding.status in ("fail", "error")
    ]
    assert wrong == []


def test_the_post_quantum_group_where_the_library_has_it(wire: Any, release: str) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

    (seen,) = wire.observe({"port": 636, "protocol": "ldaps"}, policy=resolve())
    assert ("X25519MLKEM768" in seen["groups"]) is (release == "debian13"), seen["groups"]


def test_only_slapd_and_root_read_the_key(root: Any) -> None:
    keys = root.check_output("find /etc/ssl/intransit -name privkey.pem -printf '%u %g %m\\n'").splitlines()
    assert keys and set(keys) == {"root openldap 640"}


def test_the_configuration_is_still_slapds_own(root: Any) -> None:
    assert root.check_output("find /etc/ldap/slapd.d ! -user openldap -o ! -group openldap") == ""


def test_nothing_is_left_of_a_transaction(root: Any) -> None:
    assert root.check_output("find /var/lib/intransit.tls -type f ! -name lock ! -name 'kept-*' ! -path '*/kept/*'") == ""
    assert root.check_output("ls -d /tmp/intransit-* /etc/ldap/.*.intransit-new 2>/dev/null; true") == ""
    assert root.check_output("pgrep -c slapd") == "1"
