# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A policy's shape: plain data out, and derived values."""

from __future__ import annotations

import json

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES


def test_plain_data_is_json() -> None:
    plain = PROFILES["old"].to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["min_key"] == {"rsa": 2048, "ec": 256, "dh": 2048}


def test_derived_values() -> None:
    policy = PROFILES["old"]
    assert (policy.min_protocol, policy.max_protocol) == ("TLSv1", "TLSv1.3")
    assert policy.suites == policy.tls13_suites + policy.tls12_suites
