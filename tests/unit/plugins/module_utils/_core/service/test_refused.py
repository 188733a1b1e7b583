# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The reasons of a refusal are those of the task that failed, one line each, and there is always one."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.refused import reasons_of


@pytest.mark.parametrize(("result", "lines"), [
    ({"msg": ["web1: nothing was changed.", "A.", "B."]}, ["web1: nothing was changed.", "A.", "B."]),
    ({"msg": "It did not start. Its own words:\n\n  line 1\nline 2  \n"}, ["It did not start. Its own words:", "  line 1", "line 2"]),
    ({"msg": "One or more items failed", "results": [{"failed": True, "msg": "X."}, {"failed": False, "msg": "Y."}]}, ["X."]),
    ({"msg": "", "exception": "Traceback\n  File\nValueError: bad"}, ["ValueError: bad"]),
    ({"module_stderr": "sh: no such file\n"}, ["sh: no such file"]),
    ({}, ["The task 'Change it' failed without a message."]),
])
def test_the_words_of_the_task_are_the_reasons(result: dict[str, Any], lines: list[str]) -> None:
    assert reasons_of(result, "Change it") == lines


def test_a_task_without_a_name_has_a_reason_too() -> None:
    assert reasons_of({}) == ["A task failed without a message."]
