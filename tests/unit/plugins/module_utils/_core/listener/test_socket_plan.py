# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan for one socket, run by hand: few connections, and no question that only an audit needs."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.listener import socket_plan as plan
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Batch, Outcome
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.policy_depth import (
    make_first_items,
    make_other_items,
)


def test_no_rule_of_any_policy_is_tested_here():
    offers = plan.ask_everything()
    endpoint = plan.Endpoint("127.0.0.1", 143, "imap")
    items = make_first_items(offers, endpoint) + make_other_items(offers, endpoint)
    assert [item.question.version for item in items] == ["TLSv1.3", "TLSv1.2", "SSLv2", "SSLv3", "TLSv1", "TLSv1.1"]
    assert {item.rule for item in items} == {None}
    for version in ("TLSv1.2", "TLSv1.3"):
        assert offers.forbidden(version) == offers.forbidden_groups(version) == ()


def test_a_socket_that_cannot_be_connected_to_is_asked_once_and_not_observed():
    steps = plan.plan_socket("127.0.0.1", 50000, plan.ask_everything())
    assert len(next(steps).asks) == 1
    with pytest.raises(StopIteration) as stop:
        steps.send([Outcome("refused", "Connection refused", None, "127.0.0.1", None, 0.0)])
    identity, seen = stop.value.value
    assert not identity.reachable and seen is None


def test_a_protocol_without_a_dialogue_is_not_tried_further():
    steps = plan.plan_socket("127.0.0.1", 50000, plan.ask_everything())
    next(steps)
    with pytest.raises(StopIteration) as stop:
        steps.send([Outcome(None, "", b"SSH-2.0-x\r\n", "127.0.0.1", True, 0.1)])
    assert stop.value.value[0].protocol == "ssh" and stop.value.value[1] is None


def test_a_known_protocol_is_tried_by_two_hellos_and_without_tls_first():
    steps = plan.plan_socket("127.0.0.1", 50000, plan.ask_everything())
    next(steps)
    request = steps.send([Outcome(None, "", b"* OK ready\r\n", "127.0.0.1", True, 0.1)])
    assert isinstance(request, Batch) and len(request.asks) == 3
