# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which files of a host name its own plaintext ports, told from a few lines instead of a host."""

from __future__ import annotations

import fnmatch
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import read
from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.kinds import KINDS
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Printed, Text

TABLE = "server_host = ldap://127.0.0.1:389\nbind_pw = hunter2\nsearch_base = dc=x\nquery_filter = (mail=%s)\n"


def drive(files: dict[str, str | None], ports: set[int], names: tuple[str, ...] = (), resolved: str = "") -> dict[str, Any]:
    """Return what is read of a host with these files; a text of None cannot be read."""
    return dict(_driven(read.read(ports, names), files, resolved))


def _driven(steps: Any, files: dict[str, str | None], resolved: str = "") -> Any:
    answer: Any = None
    while True:
        try:
            question: Any = steps.send(answer)
        except StopIteration as stop:
            return stop.value
        if isinstance(question, model.ListPaths):
            answer = tuple(fnmatch.filter(files, question.pattern))
        elif isinstance(question, model.Run):
            answer = Printed(True, {"uname": "mail\n", "hostname": "mail.example.org 192.0.2.7\n",
                                    "getent": f"{resolved}  STREAM x\n{resolved}  DGRAM\n"}[question.argv[0]])
        elif isinstance(question, model.VersionOf):
            answer = files.get(f"version of {question.package}")
        else:
            text = files.get(question.path)
            there = question.path in files
            problem = "" if text is not None else f"{question.path} cannot be read: x."
            answer = Text(text or "", there, problem)


def rows(files: dict[str, str | None], *ports: int) -> list[tuple[Any, ...]]:
    return [(row["kind"], row["file"], row["line"], row["target"], row["encrypted"])
            for row in drive(files, set(ports))["dependents"]]


def test_a_table_of_postfix_that_main_cf_names() -> None:
    files: dict[str, str | None] = {
        "/etc/postfix/u.cf": TABLE, "/etc/postfix/main.cf": "virtual_mailbox_maps = proxy:ldap:/etc/postfix/u.cf\n"}
    assert rows(files, 389) == [("postfix_ldap", "/etc/postfix/u.cf", 1, "ldap://127.0.0.1:389", False)]
    assert rows(files, 636, 143) == []
    assert drive(files, {389})["dependents"][0]["proxied"] is True
    files["/etc/postfix/main.cf"] = "x = proxy:ldap:/etc/postfix/u.cf ldap:/etc/postfix/u.cf\n"
    assert drive(files, {389})["dependents"][0]["proxied"] is False


@pytest.mark.parametrize("main", ["", "# x = ldap:/etc/postfix/u.cf\n"])
def test_a_table_that_is_not_in_use_does_not_count(main: str) -> None:
    assert rows({"/etc/postfix/u.cf": TABLE, "/etc/postfix/main.cf": main}, 389) == []


def test_no_secret_is_returned() -> None:
    files: dict[str, str | None] = {
        "/etc/postfix/u.cf": TABLE, "/etc/postfix/main.cf": "ldap:/etc/postfix/u.cf",
        "/etc/cron.d/job": "* * * * * root curl -u me:hunter2 http://me:hunter2@localhost/?key=hunter2\n",
        "/etc/ldap/slapd.d/cn=config/olcDatabase={1}mdb.ldif":
            "olcSyncrepl: rid=1 provider=ldap://localhost credentials=hunter2\n"}
    found = drive(files, {389, 80})
    assert len(found["dependents"]) == 3 and "hunter2" not in repr(found)


@pytest.mark.parametrize(("path", "text", "port", "encrypted"), [
    ("/etc/nslcd.conf", "uri ldap://mail.example.org/\n", 389, False),
    ("/etc/nslcd.conf", "uri ldap://192.0.2.7/\nssl start_tls\n", 389, True),
    ("/etc/nslcd.conf", "uri ldaps://192.0.2.7/\n", 389, None),
    ("/etc/nslcd.conf", "uri ldap://elsewhere.example.org/\n", 389, None),
    ("/etc/ldap/ldap.conf", "#URI ldap://localhost\n", 389, None),
    ("/etc/ldap/ldap.conf", "URI ldap://localhost\n", 389, False),
    ("/etc/sssd/sssd.conf", "[domain/x]\nldap_uri = ldap://localhost\nldap_id_use_start_tls = True\n", 389, True),
    ("/etc/roundcube/config.inc.php", "$config['imap_host'] = 'localhost:143';\n", 143, False),
    ("/etc/roundcube/config.inc.php", "$config['imap_host'] = 'tls://localhost:143';\n", 143, True),
    ("/etc/roundcube/config.inc.php", "$config['db_dsnw'] = 'x';\n", 143, False),
    ("/etc/roundcube/config.inc.php", "$config['smtp_host'] = 'localhost:587';\n", 587, False),
    ("/etc/haproxy/haproxy.cfg", "  server a 127.0.0.1:80 check\n", 80, False),
    ("/etc/haproxy/conf.d/app.cfg", "  server a 127.0.0.1:80\n", 80, False),
    ("/etc/apache2/sites-enabled/a.conf", "AuthLDAPURL \"ldap://localhost/dc=x?uid\" STARTTLS\n", 389, True),
    ("/etc/cron.d/x", "* * * * * root ldapsearch -x -ZZ -H ldap://localhost\n", 389, True),
    ("/etc/cron.d/x", "#* * * * * root ldapsearch -x -H ldap://localhost\n", 389, None),
    ("/etc/cron.d/x.dpkg-old", "* * * * * root ldapsearch -x -H ldap://localhost\n", 389, None),
    ("/var/www/a/data/_data_/_default_/domains/x.ini", "imap_host = \"localhost\"\nimap_port = 143\nimap_secure = \"None\"\n",
     143, False),
    ("/var/www/a/data/_data_/_default_/domains/x.ini", "imap_host = \"localhost\"\nimap_port = 143\nimap_secure = \"TLS\"\n",
     143, True),
    ("/etc/systemd/system/x.service", "ExecStart=/usr/bin/curl http://localhost/job\n", 80, False),
])
def test_kinds(path: str, text: str, port: int, encrypted: bool | None) -> None:
    found = [row[4] for row in rows({path: text}, port)]
    assert found == ([] if encrypted is None else [encrypted])


def test_a_file_that_cannot_be_read_is_a_problem_and_no_error() -> None:
    assert drive({"/etc/nslcd.conf": None}, {389}) == {
        "dependents": [], "resolved": [], "problems": ["/etc/nslcd.conf cannot be read: x."]}


def test_more_files_than_are_read_are_said() -> None:
    files: dict[str, str | None] = {f"/etc/cron.d/job{number}": "x" for number in range(read.MOST_FILES + 1)}
    assert "more than 500 files" in drive(files, {80})["problems"][0]


def test_files_that_are_too_long_together_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_CHARACTERS", 10)
    found = drive({"/etc/cron.d/a": "12345", "/etc/cron.d/b": "* * * * * root curl http://localhost/"}, {80})
    assert found["dependents"] == [] and "/etc/cron.d/b and further ones" in found["problems"][0]


def test_every_kind_is_read_from_its_own_paths() -> None:
    assert all(read.find_uses(kind, "/f", "") == [] for kind in KINDS)


def test_names_that_lead_to_this_host() -> None:
    files: dict[str, str | None] = {"/etc/nslcd.conf": "uri ldap://localhost\n"}
    assert drive(files, {389}, ("ldap.example.org",), "192.0.2.7")["resolved"] == ["ldap.example.org"]
    assert drive(files, {389}, ("ldap.example.org",), "192.0.2.8")["resolved"] == []
    assert drive({}, {389}, ("ldap.example.org",), "192.0.2.7")["resolved"] == []


def test_a_setting_that_names_another_host_of_the_run() -> None:
    servers = [{"host": "dir1", "names": ["DIR1", "192.0.2.8"], "ports": [389]}, {"host": "mx1", "names": ["mx1"], "ports": [25]}]
    files: dict[str, str | None] = {"/etc/nslcd.conf": "uri ldap://dir1/\n"}

    def found(resolved: str = "") -> list[tuple[str, str]]:
        return [(row["kind"], row["server"]) for row in _driven(read.read_elsewhere(servers), files, resolved)]

    assert found() == [("nslcd", "dir1")]
    files["/etc/nslcd.conf"] = "uri ldap://ldap.example.org\nuri ldap://127.0.0.1/\nuri ldap://192.0.2.7/\nuri ldaps://dir1/\n"
    assert found() == [] and found("192.0.2.9") == []
    # A name of no server is looked up.
    assert found("192.0.2.8") == [("nslcd", "dir1")]
    files = {"/etc/postfix/main.cf": "relayhost = [mx1]:25\n"}
    assert found() == [("postfix_relay", "mx1")]


def test_a_relay_that_may_use_tls_is_not_in_plaintext() -> None:
    kind = next(kind for kind in KINDS if kind.name == "postfix_relay")
    for level, encrypted in (("may", True), ("none", False), ("", False)):
        (row,) = read.find_uses(kind, "/etc/postfix/main.cf", f"relayhost = [mx.example.org]\nsmtp_tls_security_level = {level}\n")
        assert (row["target"], row["encrypted"]) == ("smtp://mx.example.org:25", encrypted)


IDS = "[domain/x]\nid_provider = ldap\nldap_uri = ldap://localhost\n"


@pytest.mark.parametrize(("version", "text", "encrypted"), [
    ("2.8.2-4+deb12u1", IDS, False),
    ("2.10.1-2+deb13u1", IDS, True),
    ("2.10.1-2+deb13u1", IDS + "ldap_id_use_start_tls = False\n", False),
    ("2.8.2-4", IDS + "ldap_id_use_start_tls = True\n", True),
    ("", IDS, False),
    # Passwords alone are always checked by TLS.
    ("2.8.2-4", "[domain/x]\nid_provider = proxy\nauth_provider = ldap\nldap_uri = ldap://localhost\n", True),
    ("2.8.2-4", "[domain/x]\nid_provider = proxy\nauth_provider = ldap\nldap_uri = ldap://localhost\n"
     "ldap_auth_disable_tls_never_use_in_production = true\n", False),
    ("2.8.2-4", "[domain/x]\nid_provider = proxy\nsudo_provider = ldap\nldap_uri = ldap://localhost\n", False),
])
def test_sssd_by_its_version_and_by_what_it_asks(version: str, text: str, encrypted: bool) -> None:
    assert rows({"/etc/sssd/sssd.conf": text, "version of sssd-ldap": version}, 389) == [
        ("sssd", "/etc/sssd/sssd.conf", 3 if "auth" not in text and "sudo" not in text else 4, "ldap://localhost:389", encrypted)]


def test_a_domain_of_sssd_goes_on_in_another_file() -> None:
    files: dict[str, str | None] = {"/etc/sssd/sssd.conf": IDS + "ldap_id_use_start_tls = true\n",
                                    "/etc/sssd/conf.d/a.conf": "[domain/x]\nldap_id_use_start_tls = false\n"}
    (row,) = drive(files, {389})["dependents"]
    assert (row["encrypted"], row["alone"]) == (False, False)
    files["/etc/sssd/conf.d/a.conf"] = "[domain/y]\nldap_id_use_start_tls = false\n"
    (row,) = drive(files, {389})["dependents"]
    assert (row["encrypted"], row["alone"]) == (True, True)


def test_dovecot_24_by_its_includes() -> None:
    files: dict[str, str | None] = {
        "/etc/dovecot/dovecot.conf": "!include conf.d/*.conf\n",
        "/etc/dovecot/conf.d/10-auth.conf": "!include auth-ldap.conf.ext\n",
        "/etc/dovecot/conf.d/auth-ldap.conf.ext": "ldap_uris = ldap://localhost ldap://127.0.0.1\npassdb ldap {\n}\n"}
    found = drive(files, {389})["dependents"]
    assert [(row["file"], row["line"], row["target"], row["alone"]) for row in found] == [
        ("/etc/dovecot/conf.d/auth-ldap.conf.ext", 1, target, False) for target in ("ldap://localhost:389", "ldap://127.0.0.1:389")]
    files["/etc/dovecot/conf.d/10-auth.conf"] = "#!include auth-ldap.conf.ext\n"
    assert drive(files, {389})["dependents"] == []


@pytest.mark.parametrize(("include", "count"), [("!include auth-ldap.conf.ext", 1), ("#!include auth-ldap.conf.ext", 0)])
def test_dovecot_23_as_debian_ships_it(include: str, count: int) -> None:
    files: dict[str, str | None] = {
        "/etc/dovecot/dovecot.conf": "!include conf.d/*.conf\n", "/etc/dovecot/conf.d/10-auth.conf": f"{include}\n",
        "/etc/dovecot/conf.d/auth-ldap.conf.ext": "passdb {\n driver = ldap\n args = /etc/dovecot/dovecot-ldap.conf.ext\n}\n",
        "/etc/dovecot/dovecot-ldap.conf.ext": "hosts = 127.0.0.1\nbase = dc=x\n"}
    assert rows(files, 389) == [("dovecot_ldap", "/etc/dovecot/dovecot-ldap.conf.ext", 1, "ldap://127.0.0.1:389", False)] * count
