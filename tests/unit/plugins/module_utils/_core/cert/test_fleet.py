# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hosts have in common is only seen by looking at them together."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.fleet import find_shared_keys
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

P, Q, R, S = 2**521 - 1, 2**607 - 1, 2**1279 - 1, 2**127 - 1


def result(modulus: int, digest: str, path: str = "/etc/ssl/k.pem", **more: Any) -> dict[str, Any]:
    key = {"type": "rsa", "modulus": format(modulus, "x"), "spki_sha256": digest}
    return {"private_keys": [{"path": path, "key": key}], "certificates": [{"path": path, "ca": False, "key": key, **more}]}


def test_hosts_with_nothing_in_common() -> None:
    assert find_shared_keys({"a": result(P * Q, "1"), "b": result(R * S, "2")}) == ()
    assert find_shared_keys({}) == ()


def test_a_prime_in_common() -> None:
    found = find_shared_keys({"a": result(P * Q, "1"), "b": result(P * R, "2"), "c": result(S * (2**2203 - 1), "3")})
    assert [item.control for item in found] == ["certificate.shared_factor"] * 2
    assert {item.severity for item in found} == {"critical"}
    assert "a: /etc/ssl/k.pem" in found[0].sentence + found[1].sentence
    assert not any("c:" in item.sentence for item in found)


def test_one_key_on_two_hosts() -> None:
    found = find_shared_keys({"a": result(P * Q, "1"), "b": [result(P * Q, "1", "/other.pem")]})
    assert [(item.control, item.severity) for item in found] == [("certificate.key_shared", "medium")]
    assert dict(found[0].evidence)["hosts"] == ["a", "b"]


def test_a_common_authority_is_no_finding() -> None:
    both = {"certificates": [{"path": "/ca.pem", "ca": True, "key": {"type": "ecdsa", "spki_sha256": "9"}}]}
    assert find_shared_keys({"a": both, "b": both}) == ()


def test_nonsense_is_refused_with_the_host() -> None:
    with pytest.raises(CertificateError, match="host a"):
        find_shared_keys({"a": "text"})
    with pytest.raises(CertificateError, match="host a"):
        find_shared_keys({"a": {"private_keys": [{"key": {"type": "rsa", "modulus": "xyz"}}]}})
    assert find_shared_keys({"a": {"private_keys": [None, {"key": None}], "certificates": None}}) == ()
