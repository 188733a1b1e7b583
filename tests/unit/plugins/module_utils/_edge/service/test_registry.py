# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is asked of a host about its services: dpkg answers for real, describers and questions only if their service is there."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.facts import SERVICES
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import registry
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.registry import DESCRIBERS, QUESTIONS, look

# Answers as dpkg-query does for -W -f '${db:Status-Status} ${Version}' -- PACKAGE; the file has the installed ones.
DPKG = """
for name; do :; done
version=$(sed -n "s/^$name //p" %s)
[ -n "$version" ] || { echo "dpkg-query: no packages found matching $name" >&2; exit 1; }
printf '%%s' "$version"
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Describers and questions that were asked, in order; none needs a daemon."""
    done: list[str] = []

    def answer(name: str) -> Callable[[], dict[str, Any]]:
        def ask() -> dict[str, Any]:
            done.append(name)
            return {"own": name}

        return ask

    monkeypatch.setattr(registry, "DESCRIBERS", {name: answer(name) for name in DESCRIBERS})
    monkeypatch.setattr(registry, "QUESTIONS", {name: (row[0], answer(name)) for name, row in QUESTIONS.items()})
    return done


@pytest.fixture
def dpkg(tmp_path: Path, program: Callable[[str, str], Path]) -> Callable[[str], None]:
    program("dpkg-query", DPKG % (tmp_path / "status"))
    program("systemctl", "printf 'LoadState=loaded\\nActiveState=active\\nUnitFileState=enabled\\n'\n")

    def installed(text: str) -> None:
        (tmp_path / "status").write_text(text)

    return installed


def test_every_row_is_of_a_known_service() -> None:
    assert set(DESCRIBERS) <= set(SERVICES) and {service for service, _ask in QUESTIONS.values()} <= set(SERVICES)


def test_of_one_that_is_not_installed_nothing_is_asked(dpkg: Callable[[str], None], asked: list[str]) -> None:
    dpkg("other installed 1\n")
    found = look(sorted(SERVICES), sorted(QUESTIONS))
    assert asked == [] and found["answers"] == {}
    assert all(not row["installed"] and row["version"] is None for row in found["services"].values())
    assert found["packages"] == {service.package: None for service in SERVICES.values()}


def test_of_one_that_is_installed_its_own_facts_and_packages_come_too(dpkg: Callable[[str], None], asked: list[str]) -> None:
    dpkg("postfix installed 3.7.11-0+deb12u1\nca-certificates installed 20230311\n")
    found = look(["postfix", "openldap"], ["validating_resolver"])
    assert asked == ["postfix", "validating_resolver"]
    assert found["services"]["postfix"]["own"] == "postfix" and "own" not in found["services"]["openldap"]
    assert (found["services"]["postfix"]["installed"], found["services"]["openldap"]["installed"]) == (True, False)
    assert found["answers"] == {"validating_resolver": {"own": "validating_resolver"}}
    expected = {"postfix": "3.7.11-0+deb12u1", "slapd": None, "ca-certificates": "20230311"}
    assert {**found["packages"], **expected} == found["packages"]
    assert set(SERVICES["postfix"].further_packages) <= set(found["packages"])


@pytest.mark.parametrize("status", ["config-files", "half-installed", "unpacked"])
def test_a_package_that_was_removed_is_not_installed(dpkg: Callable[[str], None], asked: list[str], status: str) -> None:
    dpkg(f"postfix {status} 3.7.11\n")
    assert not look(["postfix"])["services"]["postfix"]["installed"] and asked == []


def test_a_question_of_a_service_that_was_not_named_is_still_asked(dpkg: Callable[[str], None], asked: list[str]) -> None:
    dpkg("other installed 1\n")
    assert look([], ["validating_resolver"])["answers"] == {"validating_resolver": {"own": "validating_resolver"}}


def test_an_unknown_service_or_question_is_no_empty_answer() -> None:
    with pytest.raises(KeyError, match="no-such-service"):
        look(["no-such-service"])
    with pytest.raises(KeyError, match="no-such-question"):
        look([], ["no-such-question"])


def test_the_packages_of_this_machine_as_dpkg_has_them() -> None:
    real = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "dpkg"], capture_output=True, text=True, check=True)
    assert look([], packages=["dpkg", "no-such-package-intransit"]) == {
        "services": {}, "packages": {"dpkg": real.stdout, "no-such-package-intransit": None}, "answers": {}}
