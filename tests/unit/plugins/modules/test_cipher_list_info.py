# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it: the same in check mode, changes nothing, and errors are sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]


def test_a_string_is_judged(run_module: Run) -> None:
    found = run_module("cipher_list_info", cipher_string="HIGH:BOGUS:!aNULL", language="openssl", policy="intermediate")
    assert found["changed"] is False and found["compliant"] is False
    assert found["unknown_tokens"][0]["token"] == "BOGUS"
    assert {"name", "code_point", "severity", "reasons"} <= set(found["suites"][0])
    assert found["suggestion"].startswith("ECDHE-ECDSA-AES128-GCM-SHA256:")


def test_check_mode_says_the_same(run_module: Run) -> None:
    given = {"cipher_string": "NORMAL:+ARCFOUR-128", "policy": "restricted", "expander": "table"}
    found, foreseen = (run_module("cipher_list_info", **given, _ansible_check_mode=dry) for dry in (False, True))
    for result in (found, foreseen):
        result.pop("invocation", None)  # the arguments, which ansible-core up to 2.20 adds
    assert found == foreseen


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "one of the following is required: cipher_string, service"),
        ({"cipher_string": "HIGH", "policy": "nope"}, "No profile is called nope"),
        ({"cipher_string": "HIGH", "version": "new"}, "is not a version number"),
        ({"cipher_string": "HIGH", "language": "nss"}, "must be one of"),
        ({"cipher_string": "HIGH", "releases": ["debian12", "soon"]}, "is not a version number"),
    ],
)
def test_errors(run_module: Run, given: dict[str, Any], words: str) -> None:
    found = run_module("cipher_list_info", **given)
    assert found["failed"] and words in found["msg"]
