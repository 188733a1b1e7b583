# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The converged hosts, seen from outside and from inside."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from refusals import REFUSALS

testinfra_hosts = ["ansible://good"]


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_it_refuses(wire: Any, name: str) -> None:
    REFUSALS[name](wire)


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_what_the_policy_allows_works(wire: Any, version: str) -> None:
    said = wire.openssl(443, version).said
    assert "Cipher is (NONE)" not in said and "BEGIN CERTIFICATE" in said
    assert "Compression: NONE" in said


def test_the_page_is_served_over_tls(wire: Any) -> None:
    assert wire.curl("https://{name}/").body.startswith("the page of")


def test_a_plain_site_is_served_over_tls_with_all_that_it_has(wire: Any, host: Any) -> None:
    assert wire.curl("https://shop.example/the-app/index.html").body.startswith("the page of")
    assert wire.curl("http://shop.example/the-app/").headers["location"] == ["https://shop.example/the-app/"]
    with host.sudo():
        assert host.file("/etc/apache2/sites-available/zz-intransit-tls.conf").mode in (0o640, 0o600)


def test_a_site_that_mod_security_guards_stays_guarded(wire: Any) -> None:
    attack = "https://guarded.shop.example/?q=%3Cscript%3Ealert(1)%3C/script%3E"
    assert wire.curl("https://guarded.shop.example/").body.startswith("the page of")
    assert wire.curl(attack).status == 403
    assert wire.curl(attack.replace("guarded", "other")).status == 200, "another site blocks it too"


def test_logs_that_go_to_programs_go_there_from_both_sites(wire: Any, host: Any) -> None:
    wire.curl("http://piped.shop.example/asked-in-clear")
    wire.curl("https://piped.shop.example/asked-over-tls")
    with host.sudo():
        for path in ("/var/log/kept/access", "/var/log/apache2/piped-access.*"):
            kept = host.check_output(f"sleep 1; cat {path}")
            assert "asked-in-clear" in kept and "asked-over-tls" in kept, path


def test_a_folder_without_a_first_page_is_listed_over_tls(wire: Any) -> None:
    assert "a-folder" in wire.curl("https://listing.shop.example/").body


def test_the_acme_path_still_answers_in_clear(wire: Any) -> None:
    assert wire.curl("http://{name}/.well-known/acme-challenge/none").status == 404


@pytest.mark.parametrize("claimed", ["evil.example", "evil.example:80", "sub.evil.example"])
def test_nobody_is_sent_elsewhere(wire: Any, claimed: str) -> None:
    reply = wire.curl("http://{name}/a?b=c", "--header", f"Host: {claimed}")
    assert reply.status == 301 and reply.headers["location"] == [f"https://{wire.hostname}/a?b=c"]


@pytest.mark.parametrize("path", ["/%0d%0aSet-Cookie:x=1", "//evil.example/", "/%2f%2fevil.example"])
def test_a_path_cannot_leave_the_host_or_add_a_header(wire: Any, path: str) -> None:
    reply = wire.curl("http://{name}" + path, "--path-as-is")
    assert reply.headers.get("set-cookie") is None
    if reply.status == 301:
        assert reply.headers["location"][0].startswith(f"https://{wire.hostname}/"), reply
    else:
        assert reply.status == 404, reply


def test_our_own_probe_and_verdict_agree(wire: Any, host: Any) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
    from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge

    policy = resolve()
    seen = wire.observe({"port": 443, "protocol": "https"}, {"port": 80, "protocol": "http"}, policy=policy)
    now = datetime.now(timezone.utc)
    wrong = [
        finding for item in seen for finding in judge(policy, item, now=now, host=wire.name)
        if finding.status in ("fail", "error")
    ]
    assert wrong == []


def test_the_post_quantum_group_where_the_library_has_it(wire: Any, release: str) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

    (seen,) = wire.observe({"port": 443, "protocol": "https"}, policy=resolve())
    assert ("X25519MLKEM768" in seen["groups"]) is (release == "debian13"), seen["groups"]


def test_the_key_never_left_and_nobody_else_reads_it(host: Any) -> None:
    with host.sudo():
        keys = host.check_output("find /etc/ssl/intransit -name privkey.pem -printf '%u %g %m\\n'").splitlines()
    assert keys and set(keys) == {"root root 600"}


def test_the_packages_own_files_are_untouched(host: Any) -> None:
    with host.sudo():
        assert host.run("dpkg --verify apache2 apache2-bin").stdout == ""


def test_nothing_is_left_of_a_transaction(host: Any) -> None:
    with host.sudo():
        assert host.check_output("find /var/lib/intransit.tls -type f ! -name lock ! -name 'kept-*' ! -path '*/kept/*'") == ""
        assert host.check_output("find /etc/apache2 -name '*.intransit-new'") == ""
        assert host.check_output("ls -d /tmp/intransit-* 2>/dev/null; true") == ""
