# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An exception covers what it names, until its last day, and is refused if a part of it is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import PolicyError, UnknownKey, UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.exceptions import parse_exceptions

RULE = {"host": "web*", "endpoint": "443/https", "control": "hsts", "reason": "old clients", "owner": "ops",
        "expires": "2026-11-22"}


def parsed(**change):
    item = {key: value for key, value in {**RULE, **change}.items() if value is not None}
    return parse_exceptions([item])[0]


@pytest.mark.parametrize(("moment", "expired"), [
    (datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), False), (datetime(2026, 11, 23, tzinfo=UTC), True),
])
def test_the_last_day_counts_as_a_whole(moment, expired):
    assert parsed().expired(moment) is expired


@pytest.mark.parametrize("value", ["2026-11-22", date(2026, 11, 22), datetime(2026, 11, 22, 8, tzinfo=UTC)])
def test_a_day_may_be_written_as_yaml_reads_it(value):
    assert parsed(expires=value).expires == "2026-11-22"


@pytest.mark.parametrize(("host", "endpoint", "control", "covered"), [
    ("web1", "web1:443/https", "hsts", True),
    ("web1", "web1:443/https", "compression", False),
    ("db1", "db1:443/https", "hsts", False),
    ("WEB1", "WEB1:443/https", "hsts", False),
    ("web1", "web1:8443/https", "hsts", False),
    ("web1", "[2001:db8::1]:443/https", "hsts", True),
])
def test_an_exception_covers_one_control_of_its_endpoints(host, endpoint, control, covered):
    assert parsed().covers(host, [], endpoint, control) is covered


@pytest.mark.parametrize(("group", "groups", "covered"), [
    ("old", ["old", "web"], True), ("old", ["older"], False), ("old", [], False), ("all", [], True),
    ("o*", ["old"], False),
])
def test_a_group_is_named_as_a_whole(group, groups, covered):
    assert parsed(host=None, group=group).covers("web1", groups, "web1:443/https", "hsts") is covered


@pytest.mark.parametrize(("change", "error", "words"), [
    ({"owner": None}, PolicyError, "owner"), ({"reason": "  "}, PolicyError, "reason"),
    ({"expires": None}, PolicyError, "expires"), ({"expires": "2026-02-30"}, PolicyError, "2026-02-30"),
    ({"host": None}, PolicyError, "host or a group"), ({"group": "old"}, PolicyError, "host or a group"),
    ({"control": "hst"}, UnknownName, "near it: hsts"), ({"control": "*"}, UnknownName, "written out"),
    ({"colour": "red"}, UnknownKey, "colour"),
])
def test_what_is_not_complete_is_refused_with_its_number(change, error, words):
    with pytest.raises(error, match=f"Exception 1 .*{words}" if words[0] != "*" else words):
        parsed(**change)


def test_the_number_of_the_wrong_one_is_said():
    with pytest.raises(PolicyError, match="Exception 2 is not a mapping"):
        parse_exceptions([RULE, "443/https"])


def test_nothing_is_no_exception():
    assert parse_exceptions([]) == ()
    assert parse_exceptions(None) == ()


def test_one_that_was_read_stays_and_absent_keys_are_left_out():
    rule = parsed(ticket="T-1")
    assert parse_exceptions([rule]) == (rule,)
    assert rule.to_dict() == {**RULE, "ticket": "T-1"}
    assert "owner ops, ticket T-1" in rule.title
