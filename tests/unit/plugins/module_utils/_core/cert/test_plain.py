# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Facts become plain data: no field more than is public, times in ISO 8601."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Material
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.plain import describe_certificate, describe_key


def test_a_certificate_can_be_written_as_json(facts):
    data = json.loads(json.dumps(describe_certificate(facts.certificate(), facts.now, leaf=True)))
    assert (data["path"], data["leaf"], data["dns_names"]) == ("/etc/ssl/a.pem", True, ["a.example"])
    assert data["not_after"] == "2026-12-22T12:00:00+00:00"
    assert data["days_left"] == 30


@pytest.mark.parametrize(("days", "left"), [(0.5, 0), (-0.5, -1), (1, 1)])
def test_days_left_are_whole_and_negative_after_the_end(facts, days, left):
    item = facts.certificate(not_after=facts.now + timedelta(days=days))
    assert describe_certificate(item, facts.now)["days_left"] == left


@pytest.mark.parametrize("field", ["key_usage", "extended_key_usage"])
def test_not_restricted_and_restricted_to_nothing_are_different(facts, field):
    assert describe_certificate(facts.certificate(), facts.now)[field] is None
    assert describe_certificate(facts.certificate(**{field: ()}), facts.now)[field] == []


@pytest.mark.parametrize(("fields", "public"), [({}, False), ({"scts": 2}, True)])
def test_whether_the_issuer_is_public(facts, fields, public):
    assert describe_certificate(facts.certificate(**fields), facts.now)["public"] is public


def test_a_private_key_is_its_public_half_and_its_file(facts):
    data = describe_key(facts.private(), Material(source="/etc/ssl/a.key", file=facts.file(mode=0o100640)))
    assert (data["owner"], data["mode"], data["readable"]) == ("root", "0640", True)
    assert data["key"]["spki_sha256"] == facts.key().spki_sha256


@pytest.mark.parametrize("fields", [{"key": None}, {"error": "torn"}])
def test_a_key_that_cannot_be_used_is_not_called_readable(facts, fields):
    data = describe_key(facts.private(**fields), Material(source="x"))
    assert data["readable"] is False
    assert (data["owner"], data["mode"]) == (None, None)
