# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HSTS grows by days, never above the policy, and preloading comes last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.hsts_ramp import END, limit_hsts
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

START = date(2026, 12, 1)
PRELOADED = resolve(policy={"extends": "intermediate", "hsts": {"include_subdomains": True, "preload": True}})


@pytest.mark.parametrize(("day", "age"), [
    (-5, 300), (0, 300), (6, 300), (7, 86400), (14, 604800), (21, 2592000), (50, 2592000), (51, 63072000), (900, 63072000)])
def test_it_grows_over_weeks_and_preloading_comes_last(day: int, age: int) -> None:
    hsts = limit_hsts(PRELOADED, START.isoformat(), START + timedelta(days=day)).hsts
    assert (hsts.min_max_age, hsts.preload, hsts.include_subdomains) == (age, day >= END, True)


def test_what_the_policy_asks_for_is_never_exceeded_or_invented() -> None:
    short = resolve(policy={"extends": "intermediate", "hsts": {"min_max_age": 3600}})
    assert limit_hsts(short, "2026-12-01", START + timedelta(days=30)).hsts.min_max_age == 3600
    assert limit_hsts(resolve(profile="pci"), "2026-12-01", START).hsts.min_max_age is None


def test_without_a_start_or_a_day_the_policy_counts() -> None:
    assert limit_hsts(PRELOADED, "", START) is PRELOADED
    assert limit_hsts(PRELOADED, "2026-12-01", None) is PRELOADED


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(OptionError, match="tls_hsts_ramp is '2026-02-30'. Allowed: a date such as 2026-12-01."):
        limit_hsts(PRELOADED, "2026-02-30", START)
