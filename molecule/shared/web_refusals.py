# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every good web server refuses, each as one check over the wire with tools nobody here wrote.

Every check has to pass on the good hosts and to fail on the weak one: a check that
cannot fail proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

LOOSE = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"


def refused(said: Any) -> None:
    """Assert that the server was reached and refused: connected, an alert, no cipher."""
    assert "CONNECTED" in said.said, f"not even connected: {said.said}"
    assert "Cipher is (NONE)" in said.said or "Cipher    : 0000" in said.said, said.said
    assert "alert" in said.said, f"no handshake, but no refusal either: {said.said}"


def judge_pages(wire: Any, *pages: Any, server_name: str, ports: tuple[int, int] = (443, 80)) -> list[Any]:
    """The findings about pages of a name, over https and in clear text."""
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
    from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge

    policy, now = resolve(), datetime.now(timezone.utc)
    rows = [{"port": port, "protocol": protocol, "server_name": server_name, "pages": list(pages)}
            for port, protocol in zip(ports, ("https", "http"), strict=True)]
    found = [row for seen in wire.observe(*rows, policy=policy) for row in judge(policy, seen, now=now, host=wire.name)]
    return [row for row in found if row.control.startswith("page_")]


def tls_1_0(wire: Any) -> None:
    refused(wire.openssl(443, "-tls1", "-cipher", LOOSE))


def tls_1_1(wire: Any) -> None:
    refused(wire.openssl(443, "-tls1_1", "-cipher", LOOSE))


def cbc(wire: Any) -> None:
    refused(wire.openssl(443, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0"))


def static_rsa_and_dhe(wire: Any) -> None:
    refused(wire.openssl(443, "-tls1_2", "-cipher", "kRSA:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"))


def foreign_groups(wire: Any) -> None:
    refused(wire.openssl(443, "-tls1_3", "-groups", "P-521:X448"))


def content_on_80(wire: Any) -> None:
    reply = wire.curl("http://{name}/")
    assert reply.status == 301, reply
    assert reply.headers["location"] == [f"https://{wire.hostname}/"]
    assert "the page of" not in reply.body


def content_on_80_by_post(wire: Any) -> None:
    reply = wire.curl("http://{name}/index.html", "--data", "secret=1")
    assert reply.status == 301 and "the page of" not in reply.body, reply


def hsts_left_out(wire: Any) -> None:
    for path in ("", "no-such-page"):
        reply = wire.curl("https://{name}/" + path)
        assert reply.headers.get("strict-transport-security") == ["max-age=63072000"], reply


def tickets_in_tls_1_2(wire: Any) -> None:
    said = wire.openssl(443, "-tls1_2").said
    assert "Cipher is ECDHE" in said
    assert "TLS session ticket:" not in said


SHARED: dict[str, Callable[[Any], None]] = {
    check.__name__: check
    for check in (
        tls_1_0, tls_1_1, cbc, static_rsa_and_dhe, foreign_groups, content_on_80, content_on_80_by_post, hsts_left_out,
        tickets_in_tls_1_2,
    )
}
