# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every good host refuses on each of its ports, and how a check shows that it can fail.

A check has to pass on the good hosts and to fail on the weak one: one that cannot fail proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from web_refusals import LOOSE

OFFERS: dict[str, tuple[str, ...]] = {
    "tls_1_0": ("-tls1", "-cipher", LOOSE), "tls_1_1": ("-tls1_1", "-cipher", LOOSE),
    "cbc": ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0"),
    "foreign_groups": ("-tls1_3", "-groups", "P-521:X448"),
}
"""Options of ``openssl s_client`` by what they offer."""


def refuse_offer(wire: Any, ports: Mapping[int, tuple[str, ...]], *options: str) -> None:
    """Assert that every port takes a good offer and refuses this one; ``ports`` are each with its way to TLS."""
    for port, way in ports.items():
        good = wire.openssl(port, *way).said
        assert "BEGIN CERTIFICATE" in good, f"not even connected to {port}: {good}"
        said = wire.openssl(port, *way, *options).said
        assert "Cipher is (NONE)" in said or "Cipher    : 0000" in said, f"{port}: {said}"


def hold_unless_weak(wire: Any, check: Callable[[], None]) -> None:
    """Run a check; on the weak host, assert that it fails, and not because there was no connection."""
    if wire.name != "weak":
        check()
        return
    with pytest.raises(AssertionError) as caught:
        check()
    assert "not even connected" not in str(caught.value)
