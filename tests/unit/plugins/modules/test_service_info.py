# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""service_info on this machine, whatever is installed here."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS


@pytest.mark.parametrize("check", [False, True])
def test_every_known_service_has_an_answer(check: bool, run_module: Any) -> None:
    result = run_module("service_info", _ansible_check_mode=check)
    assert sorted(result["services"]) == sorted(HOSTS) and not result["changed"]
    for name, seen in result["services"].items():
        there = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Status}", HOSTS[name].package], capture_output=True, text=True,
            check=False,
        ).stdout == "installed"
        assert seen["installed"] is there
        assert (seen["version"] is None) is not there


def test_a_service_nobody_knows_is_refused(run_module: Any) -> None:
    assert run_module("service_info", services=["gopher"])["failed"]


def test_a_question_of_older_plays_names_what_answers_it_now(run_module: Any) -> None:
    result = run_module("service_info", services=[], questions=["validating_resolver"])
    assert result["failed"] and "resolver_files of intransit.tls.endpoint_info" in result["msg"]
