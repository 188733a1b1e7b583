# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What nginx passes on by stream and mail: TLS as the policy says, and TLS to a declared server behind."""

from __future__ import annotations

from typing import Any

import pytest
from offers import OFFERS, hold_unless_weak, refuse_offer

testinfra_hosts = ["ansible://shared", "ansible://weak"]
PORTS: dict[int, tuple[str, ...]] = {8636: (), 8993: (), 8143: ("-starttls", "imap")}


@pytest.mark.parametrize("port", [8636, 8993])
@pytest.mark.parametrize("offer", ["tls_1_0", "tls_1_1", "cbc"])
def test_what_is_weak_is_refused(wire: Any, port: int, offer: str) -> None:
    hold_unless_weak(wire, lambda: refuse_offer(wire, {port: PORTS[port]}, *OFFERS[offer]))


def test_a_login_port_takes_starttls(wire: Any) -> None:
    assert "BEGIN CERTIFICATE" in wire.openssl(8143, *PORTS[8143]).said


def test_the_leg_behind_is_tls(wire: Any) -> None:
    def check() -> None:
        reply = wire.curl("https://old.example:8636/")
        assert (reply.status, reply.headers["x-leg"]) == (200, ["TLSv1.3 inner.example"]), reply

    hold_unless_weak(wire, check)


def test_what_is_in_clear_text_is_known(root: Any) -> None:
    seen = root.ansible("intransit.tls.service_info", "services=nginx", check=False, become=True)["services"]["nginx"]
    assert [(server["clear"], server["starttls"]) for block in seen["proxies"] for server in block["servers"]] == [
        ([], "off"), ([], "off"), ([8638], "off"), ([8143], "on"), ([], "off")]
    assert [(row["authority"], row["through"]) for row in seen["legs"] if row["stream"]][1:] == [
        ("192.0.2.1:443", True), ("192.0.2.1:5000", False)]
