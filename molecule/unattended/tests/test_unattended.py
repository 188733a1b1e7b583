# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a host has that renews its certificates by itself, and what its services serve."""

from __future__ import annotations

import json
from typing import Any

import pytest

testinfra_hosts = ["ansible://all"]

JOBS = "/etc/intransit.tls/renew"


@pytest.fixture(autouse=True)
def _as_root(host: Any) -> Any:
    with host.sudo():
        yield


def test_the_timer_waits_and_outlives_a_reboot(host: Any) -> None:
    timer = host.service("intransit-tls-renew.timer")
    assert timer.is_enabled and timer.is_running
    shown = host.check_output("systemctl show intransit-tls-renew.timer -p Persistent -p RandomizedDelayUSec -p NextElapseUSecRealtime")
    assert "Persistent=yes" in shown and "NextElapseUSecRealtime=\n" not in shown + "\n"


def test_only_root_reads_jobs_and_secrets(host: Any) -> None:
    assert host.file(JOBS).mode == 0o700
    for name in ("apache.json", "postfix.json", "secrets.env"):
        assert (host.file(f"{JOBS}/{name}").mode, host.file(f"{JOBS}/{name}").user) == (0o600, "root")
    assert host.run(f"su -s /bin/sh nobody -c 'cat {JOBS}/secrets.env'").rc != 0


def test_the_program_belongs_to_root(host: Any) -> None:
    file = host.file("/usr/local/sbin/intransit-tls-renew")
    assert (file.user, file.group, file.mode) == ("root", "root", 0o755)


@pytest.mark.parametrize(("service", "port", "words"), [("apache", 443, ()), ("postfix", 25, ("-starttls", "smtp"))])
def test_it_serves_what_is_in_the_file(host: Any, wire: Any, service: str, port: int, words: tuple[str, ...]) -> None:
    job = json.loads(host.file(f"{JOBS}/{service}.json").content_string)
    leaf = host.check_output(f"openssl x509 -in {job['certificate']['fullchain']}").strip()
    assert leaf in wire.openssl(port, "-showcerts", *words, server_name=job["certificate"]["names"][0]).said
