# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind edited_file on real files, format by format: ours is set, theirs is kept, and every edit goes again."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError, ValidationError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._core.format.disabled import MARK
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_master import parse_entries
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import transaction
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.journal import Journal
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS, plan_step
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.transaction import Request, execute

# ---------------------------------------------------------------- assignments

KIND_ASSIGNMENTS = KINDS["edited_file"]
THEIRS_ASSIGNMENTS = "# theirs\nPASSWORD='a b'\nTLS_PROTOCOL=\"SSL23\"\nOLD=1\n"


def change_assignments(path: Path, **values: Any) -> dict[str, Any]:
    return {"kind": "edited_file", "format": "assignments", "path": str(path), "values": values}


def sourced_assignments(path: Path, name: str) -> str:
    script = '. "$1"; printf "%s" "${' + name + '-unset}"'
    return subprocess.run(["sh", "-c", script, "sh", str(path)], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("value", ["TLSv1.3++", "NORMAL:-VERS-ALL:+VERS-TLS1.3", "a b", "$(touch x)`id`\"'\\", ""])
def test_a_shell_reads_the_value_and_all_else_is_kept(tmp_path: Path, value: str) -> None:
    path = tmp_path / "imapd-ssl"
    path.write_text(THEIRS_ASSIGNMENTS)
    step = plan_step(change_assignments(path, TLS_PROTOCOL=value))
    KIND_ASSIGNMENTS.apply(step.identity, step.after)
    assert sourced_assignments(path, "TLS_PROTOCOL") == value
    assert (sourced_assignments(path, "PASSWORD"), sourced_assignments(path, "OLD")) == ("a b", "1")
    assert not plan_step(change_assignments(path, TLS_PROTOCOL=value)).differs
    KIND_ASSIGNMENTS.restore(step.identity, step.before)
    assert path.read_text() == THEIRS_ASSIGNMENTS


def test_null_takes_a_key_out_and_a_number_is_text(tmp_path: Path) -> None:
    path = tmp_path / "imapd-ssl"
    path.write_text(THEIRS_ASSIGNMENTS)
    step = plan_step(change_assignments(path, OLD=None, MAXDAEMONS=40))
    KIND_ASSIGNMENTS.apply(step.identity, step.after)
    assert (sourced_assignments(path, "OLD"), sourced_assignments(path, "MAXDAEMONS")) == ("unset", "40")


def test_bytes_that_are_no_text_and_a_missing_line_end_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "default"
    path.write_bytes(b"NAME=caf\xe9\nSLAPD=1")
    assert plan_step(change_assignments(path, SLAPD="1")).after.content == b"NAME=caf\xe9\nSLAPD=1"
    assert plan_step(change_assignments(path, SLAPD="2")).after.content == b"NAME=caf\xe9\nSLAPD=2"


def test_a_link_is_followed_and_mode_and_owner_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text(THEIRS_ASSIGNMENTS)
    real.chmod(0o640)
    link.symlink_to("real")
    step = plan_step(change_assignments(link, OLD="2"))
    assert step.identity["path"] == str(real)
    KIND_ASSIGNMENTS.apply(step.identity, step.after)
    assert link.is_symlink() and sourced_assignments(real, "OLD") == "2"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_missing_file_is_refused_unless_it_may_be_created(tmp_path: Path) -> None:
    wish = change_assignments(tmp_path / "none", KEY="x")
    with pytest.raises(TransactionError, match="none does not exist.*Is the package installed"):
        plan_step(wish)
    ours = {"create": True, "owner": str(os.geteuid()), "group": str(os.getegid()), "mode": "0600"}
    step = plan_step({**wish, **ours})
    KIND_ASSIGNMENTS.apply(step.identity, step.after)
    assert sourced_assignments(tmp_path / "none", "KEY") == "x"
    KIND_ASSIGNMENTS.restore(step.identity, step.before)
    assert not (tmp_path / "none").exists()


def test_a_diff_shows_the_changed_line_and_not_the_password(tmp_path: Path) -> None:
    path = tmp_path / "imapd-ssl"
    path.write_text(THEIRS_ASSIGNMENTS)
    assert plan_step(change_assignments(path, OLD="2")).shown is None
    # The weak sample: a whole file that this collection did not write is only summed up.
    assert plan_step({"kind": "file", "path": str(path), "content": "x"}).shown is not None


# ---------------------------------------------------------------- keywords

def test_ours_is_set_and_theirs_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "ldap.conf"
    path.write_text("URI ldap://theirs\n")
    change = {"kind": "edited_file", "format": "keywords", "path": str(path), "values": {"TLS_REQCERT": "demand"}}
    step = plan_step(change)
    assert step.differs
    KINDS["edited_file"].apply(step.identity, step.after)
    assert path.read_text() == "URI ldap://theirs\nTLS_REQCERT\tdemand\n"
    assert not plan_step(change).differs
    KINDS["edited_file"].restore(step.identity, step.before)
    assert path.read_text() == "URI ldap://theirs\n"


def test_a_missing_file_is_made_where_it_may_be(tmp_path: Path) -> None:
    change = {"kind": "edited_file", "format": "keywords", "path": str(tmp_path / "ldap.conf"), "values": {"TLS_REQCERT": "demand"},
              "owner": str(os.geteuid()), "group": str(os.getegid())}
    with pytest.raises(TransactionError, match="does not exist"):
        plan_step(change)
    step = plan_step({**change, "create": True})
    KINDS["edited_file"].apply(step.identity, step.after)
    assert (tmp_path / "ldap.conf").read_text() == "TLS_REQCERT\tdemand\n"


# ---------------------------------------------------------------- disabled_lines

KIND_DISABLED_LINES = KINDS["edited_file"]
SITE_DISABLED_LINES = "<VirtualHost *:443>\n  SSLProtocol all\n  SSLCipherSuite HIGH:\\\n    RC4\n  ServerName a\n</VirtualHost>\n"


def change_disabled_lines(path: Path, *lines: "tuple[int, str]") -> dict[str, Any]:
    return {"kind": "edited_file", "format": "disabled_lines", "path": str(path), "lines": [{"number": n, "text": text} for n, text in lines]}


@pytest.fixture
def site_disabled_lines(tmp_path: Path) -> Path:
    path = tmp_path / "site.conf"
    path.write_text(SITE_DISABLED_LINES)
    return path


def test_a_line_becomes_a_comment_and_comes_back(site_disabled_lines: Path) -> None:
    step = plan_step(change_disabled_lines(site_disabled_lines, (2, "SSLProtocol  all")))
    KIND_DISABLED_LINES.apply(step.identity, step.after)
    lines = site_disabled_lines.read_text().split("\n")
    assert lines[1] == MARK + "SSLProtocol all"
    assert lines[:1] + lines[2:] == SITE_DISABLED_LINES.split("\n")[:1] + SITE_DISABLED_LINES.split("\n")[2:]
    KIND_DISABLED_LINES.restore(step.identity, step.before)
    assert site_disabled_lines.read_text() == SITE_DISABLED_LINES


def test_a_directive_over_several_lines_goes_as_a_whole(site_disabled_lines: Path) -> None:
    step = plan_step(change_disabled_lines(site_disabled_lines, (4, "SSLCipherSuite HIGH: RC4")))
    lines = (step.after.content or b"").decode().split("\n")
    assert lines[2:5] == [MARK + "SSLCipherSuite HIGH:", MARK + "RC4", "  ServerName a"]


def test_several_lines_are_one_change(site_disabled_lines: Path) -> None:
    step = plan_step(change_disabled_lines(site_disabled_lines, (2, "SSLProtocol all"), (4, "SSLCipherSuite HIGH: RC4")))
    assert (step.after.content or b"").count(MARK.encode()) == 3


@pytest.mark.parametrize(("number", "text"), [
    (2, "SSLProtocol -all"), (2, "SSLProtocol all x"), (1, "SSLProtocol all"), (5, "SSLProtocol all"),
    (4, "SSLCipherSuite RC4"), (3, "SSLCipherSuite HIGH: RC4"), (99, "SSLProtocol all"), (2, ""),
])
def test_a_line_that_is_no_longer_what_was_seen_stops_the_run(site_disabled_lines: Path, number: int, text: str) -> None:
    with pytest.raises(TransactionError, match=f"site.conf: Line {number} has changed since it was read") as caught:
        plan_step(change_disabled_lines(site_disabled_lines, (number, text)))
    assert caught.value.details == {"path": str(site_disabled_lines), "line": number}
    assert site_disabled_lines.read_text() == SITE_DISABLED_LINES


def test_a_variable_may_stand_for_anything_and_nothing_else_may(site_disabled_lines: Path) -> None:
    site_disabled_lines.write_text("SSLCertificateFile ${DIR}/a.pem\n")
    assert plan_step(change_disabled_lines(site_disabled_lines, (1, "SSLCertificateFile /etc/ssl/a.pem"))).differs
    for other in ("SSLCertificateFile /etc/ssl/b.pem", "SSLCertificateKeyFile /etc/ssl/a.pem", "SSLCertificateFile /etc/aXpem"):
        with pytest.raises(TransactionError, match="has changed since"):
            plan_step(change_disabled_lines(site_disabled_lines, (1, other)))


def test_a_file_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(TransactionError, match="none.conf does not exist, so it cannot be edited"):
        plan_step(change_disabled_lines(tmp_path / "none.conf", (1, "x")))


def test_a_link_is_followed_and_bytes_that_are_no_text_are_kept(tmp_path: Path) -> None:
    (tmp_path / "real.conf").write_bytes(b"# caf\xe9\r\nSSLProtocol all\n")
    (tmp_path / "enabled.conf").symlink_to("real.conf")
    step = plan_step(change_disabled_lines(tmp_path / "enabled.conf", (2, "SSLProtocol all")))
    assert step.identity["path"] == str(tmp_path / "real.conf")
    assert step.after.content == b"# caf\xe9\r\n" + MARK.encode() + b"SSLProtocol all\n"


# ---------------------------------------------------------------- marked_lines

KIND_MARKED_LINES = KINDS["edited_file"]
SITE_MARKED_LINES = "server {\n  ssl_protocols TLSv1;\n  password hunter2; location / { root /hunter2; }\n}\n"


def change_marked_lines(path: Path, **values: Any) -> dict[str, Any]:
    return {"kind": "edited_file", "format": "marked_lines", "path": str(path), "values": {"digest": marks.hash_original(SITE_MARKED_LINES), **values}}


@pytest.fixture
def site_marked_lines(tmp_path: Path) -> Path:
    path = tmp_path / "available"
    path.write_text(SITE_MARKED_LINES)
    path.chmod(0o640)
    link = tmp_path / "enabled"
    link.symlink_to("available")
    return link


def test_edits_are_made_through_a_link_and_taken_back(site_marked_lines: Path) -> None:
    step = plan_step(change_marked_lines(site_marked_lines, added=[[1, 8, "listen 443 ssl;"]], disabled=[2]))
    KIND_MARKED_LINES.apply(step.identity, step.after)
    assert site_marked_lines.is_symlink() and site_marked_lines.stat().st_mode & 0o777 == 0o640
    assert site_marked_lines.read_text().split("\n")[1:3] == [
        "    listen 443 ssl; # added by intransit.tls", "# disabled by intransit.tls:   ssl_protocols TLSv1;"]
    assert not plan_step(change_marked_lines(site_marked_lines, added=[[1, 8, "listen 443 ssl;"]], disabled=[2])).differs
    gone = plan_step(change_marked_lines(site_marked_lines))
    KIND_MARKED_LINES.apply(gone.identity, gone.after)
    assert site_marked_lines.read_text() == SITE_MARKED_LINES


def test_a_diff_shows_only_what_is_added_and_what_becomes_a_comment(site_marked_lines: Path) -> None:
    step = plan_step(change_marked_lines(site_marked_lines, added=[[3, 32, "add_header A b;"]], disabled=[2]))
    assert b"hunter2" in (step.after.content or b"") and "hunter2" not in str(step.shown)
    assert step.shown is not None and len(step.shown[1]) == 2


def test_a_file_that_was_edited_meanwhile_is_left_alone(site_marked_lines: Path) -> None:
    site_marked_lines.write_text(SITE_MARKED_LINES + "\n")
    with pytest.raises(TransactionError, match="enabled: The file has changed since it was read"):
        plan_step(change_marked_lines(site_marked_lines, disabled=[2]))


# ---------------------------------------------------------------- postfix_main

MAIN_POSTFIX_MAIN = "# theirs\nmyhostname = mail.example.org\nmynetworks = 127.0.0.0/8\n  [::1]/128\nsmtpd_tls_cert_file=/x"
MASTER_POSTFIX_MAIN = "smtp inet n - y - - smtpd\n  -o smtpd_tls_security_level=none\nsmtps inet n - y - - smtpd\n"


def changes_postfix_main(folder: Path) -> list[dict[str, Any]]:
    services = [
        {"service": "smtp", "command": "smtpd", "options": {"smtpd_tls_security_level": None}},
        {"service": "submissions", "command": "smtpd", "private": "n", "options": {"smtpd_tls_wrappermode": True}},
    ]
    return [
        {"kind": "edited_file", "format": "postfix_main", "path": str(folder / "main.cf"),
         "values": {"smtpd_tls_auth_only": True, "smtpd_tls_loglevel": 1, "smtpd_tls_cert_file": None}},
        {"kind": "edited_file", "format": "postfix_master", "path": str(folder / "master.cf"), "services": services},
    ]


def prepare_postfix_main(tmp_path: Path) -> Path:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "main.cf").write_text(MAIN_POSTFIX_MAIN)
    (folder / "master.cf").write_text(MASTER_POSTFIX_MAIN)
    return folder


def request_postfix_main(folder: Path, *wishes: dict[str, Any]) -> Request:
    grep = ["grep", "-q", "smtpd_tls_wrappermode=yes", f"{{staged:{folder / 'master.cf'}}}"]
    return Request("x", tuple(wishes or changes_postfix_main(folder)), {"command": grep}, settle=0.0)


def test_both_files_change_once_and_are_then_left_alone(tmp_path: Path) -> None:
    folder, journal = prepare_postfix_main(tmp_path), Journal("x", str(tmp_path / "var"))
    assert execute(request_postfix_main(folder), journal)["changed"]
    assert (folder / "main.cf").read_text() == (
        "# theirs\nmyhostname = mail.example.org\nmynetworks = 127.0.0.0/8\n  [::1]/128\n#smtpd_tls_cert_file=/x\n"
        "smtpd_tls_auth_only = yes\nsmtpd_tls_loglevel = 1\n")
    assert (folder / "master.cf").read_text() == (
        "smtp inet n - y - - smtpd\nsmtps inet n - y - - smtpd\n    -o smtpd_tls_wrappermode=yes\n")
    inodes = [os.stat(folder / name).st_ino for name in ("main.cf", "master.cf")]
    assert not execute(request_postfix_main(folder), journal)["changed"]
    assert inodes == [os.stat(folder / name).st_ino for name in ("main.cf", "master.cf")]


def test_nothing_to_change_does_not_even_add_a_line_end(tmp_path: Path) -> None:
    folder = prepare_postfix_main(tmp_path)
    wish = {"kind": "edited_file", "format": "postfix_main", "path": str(folder / "main.cf"), "values": {"myhostname": "mail.example.org"}}
    assert not execute(request_postfix_main(folder, wish), Journal("x", str(tmp_path / "var")))["changed"]
    assert (folder / "main.cf").read_text() == MAIN_POSTFIX_MAIN


def test_a_failed_activation_brings_back_every_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = prepare_postfix_main(tmp_path)

    def dead(*_: Any) -> list[str]:
        raise TransactionError("the port is taken")

    monkeypatch.setattr(transaction.unit, "activate", dead)
    with pytest.raises(TransactionError, match="as it was before"):
        execute(request_postfix_main(folder), Journal("x", str(tmp_path / "var")))
    assert ((folder / "main.cf").read_text(), (folder / "master.cf").read_text()) == (MAIN_POSTFIX_MAIN, MASTER_POSTFIX_MAIN)


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    folder = prepare_postfix_main(tmp_path)
    (folder / "main.cf").rename(folder / "real.cf")
    (folder / "main.cf").symlink_to("real.cf")
    execute(request_postfix_main(folder), Journal("x", str(tmp_path / "var")))
    assert (folder / "main.cf").is_symlink() and "smtpd_tls_auth_only" in (folder / "real.cf").read_text()


def test_what_makes_no_sense_is_refused_before_anything(tmp_path: Path) -> None:
    folder = prepare_postfix_main(tmp_path)
    path = str(folder / "main.cf")
    for wish, words in (
        ({"kind": "edited_file", "format": "postfix_main", "path": str(folder / "none.cf"), "values": {}}, "Is the package installed"),
        ({"kind": "edited_file", "format": "postfix_main", "path": path, "values": {"a b": 1}}, "not the name"),
        ({"kind": "edited_file", "format": "postfix_master", "path": path}, "lacks services"),
        ({"kind": "edited_file", "format": "postfix_master", "path": path, "services": [{"service": "x"}]}, "no command"),
    ):
        with pytest.raises(TransactionError, match=words):
            execute(request_postfix_main(folder, wish), Journal("x", str(tmp_path / "var")))
    with pytest.raises(ValidationError):
        execute(Request("x", tuple(changes_postfix_main(folder)), {"command": ["false"]}), Journal("x", str(tmp_path / "var")))
    assert (folder / "main.cf").read_text() == MAIN_POSTFIX_MAIN


# ---------------------------------------------------------------- postfix_master

KIND_POSTFIX_MASTER = KINDS["edited_file"]
THEIRS_POSTFIX_MASTER = (
    "# theirs\nsmtp      inet  n       -       y       -       -       smtpd\n  -o smtpd_tls_security_level=none\n"
    "  -o content_filter=scan\npickup    unix  n       -       y       60      1       pickup\n"
)
SUBMISSIONS_POSTFIX_MASTER = {"service": "submissions", "command": "smtpd", "private": "n",
                              "options": {"smtpd_tls_wrappermode": True, "smtpd_tls_loglevel": 1, "smtpd_sasl_auth_enable": False}}


def change_postfix_master(path: Path, *services: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "edited_file", "format": "postfix_master", "path": str(path), "services": list(services)}


@pytest.fixture
def master_postfix_master(tmp_path: Path) -> Path:
    path = tmp_path / "master.cf"
    path.write_text(THEIRS_POSTFIX_MASTER)
    return path


def test_a_new_port_comes_with_all_its_options_and_goes_again(master_postfix_master: Path) -> None:
    step = plan_step(change_postfix_master(master_postfix_master, SUBMISSIONS_POSTFIX_MASTER))
    KIND_POSTFIX_MASTER.apply(step.identity, step.after)
    text = master_postfix_master.read_text()
    assert text.startswith(THEIRS_POSTFIX_MASTER)
    (made,) = [entry for entry in parse_entries(text) if entry.port == 465]
    assert made.effective() == {
        "smtpd_tls_wrappermode": "yes", "smtpd_tls_loglevel": "1", "smtpd_sasl_auth_enable": "no"}
    assert not plan_step(change_postfix_master(master_postfix_master, SUBMISSIONS_POSTFIX_MASTER)).differs
    KIND_POSTFIX_MASTER.restore(step.identity, step.before)
    assert master_postfix_master.read_text() == THEIRS_POSTFIX_MASTER


def test_null_takes_an_option_out_and_leaves_the_others(master_postfix_master: Path) -> None:
    wish = {"service": "smtp", "command": "smtpd", "options": {"smtpd_tls_security_level": None}, "private": None}
    step = plan_step(change_postfix_master(master_postfix_master, wish))
    assert step.after.content == THEIRS_POSTFIX_MASTER.replace("  -o smtpd_tls_security_level=none\n", "").encode()


def test_of_several_services_all_are_one_change(master_postfix_master: Path) -> None:
    wish = {"service": "smtp", "command": "smtpd", "options": {"smtpd_tls_security_level": "may"}}
    found = {entry.port_name: entry.effective() for entry in parse_entries(
        (plan_step(change_postfix_master(master_postfix_master, wish, SUBMISSIONS_POSTFIX_MASTER)).after.content or b"").decode())}
    assert found["smtp"] == {"smtpd_tls_security_level": "may", "content_filter": "scan"}
    assert found["submissions"]["smtpd_tls_wrappermode"] == "yes" and found["pickup"] == {}


def test_what_is_so_already_is_not_written_anew_down_to_a_missing_line_end(master_postfix_master: Path) -> None:
    master_postfix_master.write_bytes(THEIRS_POSTFIX_MASTER.rstrip("\n").encode() + b" # caf\xe9")
    wish = {"service": "smtp", "command": "smtpd", "options": {"smtpd_tls_security_level": "none"}}
    assert not plan_step(change_postfix_master(master_postfix_master, wish)).differs
    # The weak sample: another value is a difference.
    assert plan_step(change_postfix_master(master_postfix_master, {**wish, "options": {"smtpd_tls_security_level": "may"}})).differs


def test_what_cannot_be_set_is_refused_before_anything(master_postfix_master: Path) -> None:
    with pytest.raises(TransactionError, match="no command"):
        plan_step(change_postfix_master(master_postfix_master, {"service": "x"}))
    with pytest.raises(TransactionError, match="lacks services"):
        plan_step({"kind": "edited_file", "format": "postfix_master", "path": str(master_postfix_master)})
    with pytest.raises(TransactionError, match="none.cf does not exist.*Is the package installed"):
        plan_step(change_postfix_master(master_postfix_master.with_name("none.cf"), SUBMISSIONS_POSTFIX_MASTER))
    assert master_postfix_master.read_text() == THEIRS_POSTFIX_MASTER


# ---------------------------------------------------------------- php_settings

PHP = "<?php\n$config['imap_host'] = 'localhost:143';\n$config['des_key'] = 'secret';\n"


def test_a_setting_is_replaced_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "config.inc.php"
    path.write_text(PHP)
    path.chmod(0o640)
    step = plan_step({"kind": "edited_file", "format": "php_settings", "path": str(path), "values": {"imap_host": "tls://localhost:143"}})
    kind = KINDS["edited_file"]
    kind.apply(step.identity, step.after)
    assert path.read_text() == PHP.replace("localhost", "tls://localhost") and path.stat().st_mode & 0o777 == 0o640
    kind.restore(step.identity, step.before)
    assert path.read_text() == PHP


def test_what_php_settings_cannot_change_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.inc.php"
    with pytest.raises(TransactionError, match="does not exist"):
        plan_step({"kind": "edited_file", "format": "php_settings", "path": str(path), "values": {"a": "b"}})
    path.write_text("<?php\n$config['a'] = [\n];\n")
    with pytest.raises(TransactionError, match=f"{path}: The setting a on line 2"):
        plan_step({"kind": "edited_file", "format": "php_settings", "path": str(path), "values": {"a": "b"}})
