# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is asked of a host about its services: dpkg answers for real, a pack reads only if its service is installed."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.reader import look

# Answers as dpkg-query does for -W -f '${db:Status-Status} ${Version}' -- PACKAGE; the file has the installed ones.
DPKG = """
for name; do :; done
version=$(sed -n "s/^$name //p" %s)
[ -n "$version" ] || { echo "dpkg-query: no packages found matching $name" >&2; exit 1; }
printf '%%s' "$version"
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Services whose pack was asked, in order; none needs a daemon."""
    done: list[str] = []

    def pack(name: str) -> Callable[[], model.Steps[dict[str, Any]]]:
        def read() -> model.Steps[dict[str, Any]]:
            done.append(name)
            return {"own": (yield from model.kind_of("/")), "tls_library": {"name": name}}

        return read

    for name in HOSTS:
        monkeypatch.setitem(HOSTS, name, replace(HOSTS[name], read=pack(name)))
    return done


@pytest.fixture
def dpkg(tmp_path: Path, program: Callable[[str, str], Path]) -> Callable[[str], None]:
    program("dpkg-query", DPKG % (tmp_path / "status"))
    program("systemctl", "printf 'LoadState=loaded\\nActiveState=active\\nUnitFileState=enabled\\n'\n")

    def installed(text: str) -> None:
        (tmp_path / "status").write_text(text)

    return installed


def test_a_variant_of_a_package_counts_as_installed(dpkg: Callable[[str], None], asked: list[str]) -> None:
    dpkg("exim4-daemon-heavy installed 4.96\n")
    found = look(["exim"], ["exim4-daemon-light"])
    assert asked == ["exim"] and found["services"]["exim"]["version"] == "4.96"
    assert found["packages"] == {"exim4-daemon-light": None}


def test_of_one_that_is_not_installed_nothing_is_asked(dpkg: Callable[[str], None], asked: list[str]) -> None:
    dpkg("other installed 1\n")
    found = look(sorted(HOSTS))
    assert asked == []
    assert all(not row["installed"] and row["version"] is None for row in found["services"].values())
    assert found["packages"] == {service.package: None for service in HOSTS.values()}


def test_of_one_that_is_installed_its_own_facts_and_packages_come_too(dpkg: Callable[[str], None], asked: list[str]) -> None:
    dpkg("postfix installed 3.7.11-0+deb12u1\nca-certificates installed 20230311\n")
    found = look(["postfix", "openldap"])
    assert asked == ["postfix"]
    assert found["services"]["postfix"]["own"] == "folder" and "own" not in found["services"]["openldap"]
    # A pack that knows the library better has the last word.
    assert found["services"]["postfix"]["tls_library"] == {"name": "postfix"}
    assert (found["services"]["postfix"]["installed"], found["services"]["openldap"]["installed"]) == (True, False)
    expected = {"postfix": "3.7.11-0+deb12u1", "slapd": None, "ca-certificates": "20230311"}
    assert {**found["packages"], **expected} == found["packages"]
    assert set(HOSTS["postfix"].further_packages) <= set(found["packages"])


@pytest.mark.parametrize("status", ["config-files", "half-installed", "unpacked"])
def test_a_package_that_was_removed_is_not_installed(dpkg: Callable[[str], None], asked: list[str], status: str) -> None:
    dpkg(f"postfix {status} 3.7.11\n")
    assert not look(["postfix"])["services"]["postfix"]["installed"] and asked == []


def test_an_unknown_service_is_no_empty_answer() -> None:
    with pytest.raises(KeyError, match="no-such-service"):
        look(["no-such-service"])


def test_the_packages_of_this_machine_as_dpkg_has_them() -> None:
    real = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "dpkg"], capture_output=True, text=True, check=True)
    found = look([], packages=["dpkg", "no-such-package-intransit"])
    assert (found["services"], found["packages"]) == ({}, {"dpkg": real.stdout, "no-such-package-intransit": None})


def test_the_sockets_of_all_programs_are_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        own = [row for row in look([])["listeners"] if row["port"] == server.getsockname()[1]]
    assert [(row["address"], row["pid"]) for row in own] == [("127.0.0.1", os.getpid())] and own[0]["process"]
