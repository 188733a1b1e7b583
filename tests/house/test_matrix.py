# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which versions of ansible-core `make matrix` runs, what its table says, and what counts as a warning of ours."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_warnings import find_own_deprecations, find_warnings
from cores import STEPS, as_table, choose, is_red

INDEX = ["2.9.27", "2.18.19", "2.19.0", "2.19.14", "2.20.10", "2.20.10rc1", "2.21.5", "2.21.6rc1", "0.0.1a1", "strange"]


@pytest.mark.parametrize(("more", "expected"), [
    ([], ["2.19.14", "2.20.10", "2.21.5"]),
    (["2.22.0b2", "2.22.0rc1", "2.22.0b10"], ["2.19.14", "2.20.10", "2.21.5", "2.22.0rc1"]),
    (["2.22.0rc1", "2.22.0"], ["2.20.10", "2.21.5", "2.22.0"]),
])
def test_the_newest_three_minors_and_the_next_candidate(more: list[str], expected: list[str]) -> None:
    chosen = choose([*INDEX, *more])
    assert [core.version for core in chosen] == expected
    assert [core.version for core in chosen if not core.supported] == [name for name in expected if "rc" in name]


def row(**results: str) -> dict[str, Any]:
    return {"core": "2.22.0rc1", "supported": False, "results": results, "warnings": []}


def test_a_step_that_failed_or_did_not_run_is_seen() -> None:
    good = dict.fromkeys(STEPS, "passed")
    assert not is_red(row(**good)) and is_red(row(**{**good, "sanity": "FAILED"})) and is_red(row())
    table = as_table({"ran": "2026-11-30", "python": "3.13", "cores": [row(**good), row(unit="FAILED")]})
    assert "| 2.22.0rc1 (candidate, not promised) | FAILED | not run |" in table


PRINTED = """\
TASK [intransit.tls.service : Read the host] ****
[DEPRECATION WARNING]: `remove_values()` of the module 'intransit.tls.endpoint_info'
is deprecated. It goes in 2.25.
ok: [web12]
[WARNING]: Platform linux on host web12 is using the discovered Python interpreter
[DEPRECATION WARNING]: something of community.crypto

PLAY RECAP ****
"""


def test_a_deprecation_is_ours_if_it_names_us() -> None:
    assert len(find_warnings(PRINTED + PRINTED)) == 3
    (ours,) = find_own_deprecations(PRINTED)
    assert ours.endswith("the module 'intransit.tls.endpoint_info' is deprecated. It goes in 2.25.")
    assert find_own_deprecations("ok: [DEPRECATION WARNING]: intransit is quoted") == []
