# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The private authority signs what was said on the controller, and nothing that only a host says."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.authorised import (
    find_unauthorised,
    is_name,
    list_said_names,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii

SAID = ["web1.example.org", "DNS:Shop.Example.ORG.", "IP:192.0.2.7", "*.apps.example.org", "b\u00fccher.example"]


@pytest.mark.parametrize("name", [
    "web1.example.org", "WEB1.example.org", "shop.example.org", "192.0.2.7", "*.apps.example.org", "xn--bcher-kva.example",
])
def test_what_was_said(name: str) -> None:
    assert find_unauthorised([name], SAID, [], to_ascii) == ()


@pytest.mark.parametrize("name", [
    "ldap.example.org", "*.example.org", "a.apps.example.org", "web1.example.org.evil.example", "evil-web1.example.org",
    "eweb1.example.org", "192.0.2.8", "::ffff:192.0.2.7", "", "*", "*.", ".", "*.*.apps.example.org", "web1.example.org\n",
    " web1.example.org", "web1.example.org\0.evil.example", "web1\u3002example.org.evil", "DNS:web1.example.org",
    "web1.example.org,ldap.example.org", "*.org",
])
def test_what_nobody_said(name: str) -> None:
    assert find_unauthorised([name], SAID, [], to_ascii) == (name,)


@pytest.mark.parametrize(("rule", "fits", "not_"), [
    ("www.example.org", ["www.example.org", "WWW.EXAMPLE.ORG"], ["a.www.example.org", "example.org", "*.example.org"]),
    ("*.example.org", ["a.example.org", "*.example.org"], ["example.org", "a.b.example.org", "aexample.org", "*.a.example.org"]),
    (".example.org", ["a.example.org", "a.b.example.org", "*.example.org", "*.a.example.org"],
     ["example.org", "aexample.org", "example.org.evil.example", "192.0.2.1"]),
    ("192.0.2.0/24", ["192.0.2.1"], ["192.0.3.1", "a.example.org", "2001:db8::1"]),
    ("2001:db8::/32", ["2001:db8::1"], ["2001:db9::1", "192.0.2.1"]),
    ("IP:192.0.2.9", ["192.0.2.9"], ["192.0.2.10"]),
    (".b\u00fccher.example", ["www.xn--bcher-kva.example"], ["xn--bcher-kva.example"]),
])
def test_the_list(rule: str, fits: list[str], not_: list[str]) -> None:
    assert find_unauthorised([*fits, *not_], [], [rule], to_ascii) == tuple(not_)


@pytest.mark.parametrize("rule", ["", "*", ".", "*.", "..", "*.*.example.org", "a.*.example.org", "*a.example.org", "a b",
                                  "example.org/24", "192.0.2.0/99", "a.example.org\n", ".192.0.2.1", "*.192.0.2.1"])
def test_an_item_that_says_nothing_is_an_error(rule: str) -> None:
    with pytest.raises(CertificateError, match="tls_ca_names has the item") as caught:
        find_unauthorised(["a.example.org"], [], [rule])
    assert caught.value.message.isprintable()


def test_a_list_may_be_one_text() -> None:
    assert find_unauthorised(["a.example.org"], "web1.example.org", ".example.org") == ()


def test_what_an_entry_was_given_on_the_controller() -> None:
    entry = {"names": ["a.org", "b.org"], "reported_names": ["b.org"], "common_name": "a.org"}
    assert list_said_names(entry) == ["a.org", "a.org"]
    assert list_said_names({"names": ["b.org"], "reported_names": ["b.org"], "common_name": "b.org"}) == []


def test_names() -> None:
    assert is_name("a.org") and is_name("*.a.org") and is_name("::1")
    assert not is_name("My server") and not is_name("")
