# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two states are equal if facts and content are; the labels that a host adds are no difference."""

from __future__ import annotations

import json

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State, Step


def step(before, after):
    return Step(change={"kind": "file"}, identity={"path": "/x"}, label="/x", before=before, after=after)


@pytest.mark.parametrize(("before", "after", "differs"), [
    (State({"mode": "0600"}, b"a"), State({"mode": "0600"}, b"a"), False),
    (State({"mode": "0600"}, b"a"), State({"mode": "0600"}, b"b"), True),
    (State({"mode": "0600"}, b"a"), State({"mode": "0640"}, b"a"), True),
    (State({"mode": "0600"}, b""), State({"mode": "0600"}), True),
    (ABSENT, State({"form": "absent"}), False),
    (ABSENT, State({}, b""), True),
    (State({}, b"a", {"security.selinux": "eA=="}), State({}, b"a"), False),
])
def test_a_step_that_changes_something(before, after, differs):
    assert step(before, after).differs is differs


def test_absence_is_a_state():
    assert not ABSENT.exists
    assert State({}, b"").exists


def test_a_fingerprint_keeps_no_content():
    kept = State({"mode": "0600"}, b"secret").fingerprint()
    assert "secret" not in json.dumps(kept)
    assert kept == State({"mode": "0600"}, b"secret").fingerprint()
    assert kept != State({"mode": "0600"}, b"Secret").fingerprint()


def test_empty_content_and_no_content_have_different_fingerprints():
    assert State({}, b"").digest() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert State({}).digest() is None
