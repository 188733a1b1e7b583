# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alerts have their registered names, and a cause each."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.alerts import Alert, parse_alert


@pytest.mark.parametrize(("number", "name", "cause"), [
    (70, "protocol_version", "protocol_version"), (40, "handshake_failure", "handshake_failure"),
    (80, "internal_error", "internal_error"), (71, "insufficient_security", "insufficient_security"),
    (47, "illegal_parameter", "other_alert"), (116, "certificate_required", "certificate_required"),
    (99, "alert_99", "other_alert"),
])
def test_names_and_causes(number, name, cause):
    alert = parse_alert(bytes((2, number)))
    assert alert == Alert(2, number)
    assert (alert.name, alert.cause) == (name, cause)


@pytest.mark.parametrize("fragment", [b"", b"\x02", b"\x02\x28\x00"])
def test_an_alert_has_two_bytes(fragment):
    with pytest.raises(WireError, match="an alert has 2"):
        parse_alert(fragment)
