# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""RFC 9525: what a presented name stands for, and what it does not."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import (
    constraint_problem,
    covers,
    matches,
    missing,
    wildcard_problem,
)


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("www.example.org", "www.example.org"),
        ("WWW.Example.ORG", "www.example.org."),
        ("*.example.org", "www.example.org"),
        ("xn--bcher-kva.example", "bücher.example"),
        ("*.example.org", "*.example.org"),
    ],
)
def test_stands_for(pattern: str, host: str) -> None:
    assert matches(pattern, host)


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("*.example.org", "example.org"),
        ("*.example.org", "a.b.example.org"),
        ("*.org", "example.org"),
        ("w*.example.org", "www.example.org"),
        ("www.*.org", "www.example.org"),
        ("*", "localhost"),
        ("*.*.example.org", "a.b.example.org"),
        ("", ""),
        ("example.org", "www.example.org"),
        ("www.example.org.evil.test", "www.example.org"),
        ("*.example.org", "*.b.example.org"),
    ],
)
def test_does_not_stand_for(pattern: str, host: str) -> None:
    assert not matches(pattern, host)


def test_addresses_only_match_addresses() -> None:
    assert covers([], ["192.0.2.7"], "192.0.2.7")
    assert covers([], ["2001:db8::1"], "2001:0DB8:0::1")
    assert covers([], ["2001:db8::1"], "[2001:db8::1]")
    assert not covers(["192.0.2.7"], [], "192.0.2.7")
    assert not covers(["*.0.2.7"], [], "192.0.2.7")


def test_missing_keeps_the_order() -> None:
    assert missing(["*.example.org"], [], ["a.example.org", "example.org", "b.c"]) == ("example.org", "b.c")


def test_wildcards_that_clients_refuse() -> None:
    assert wildcard_problem("*.example.org") is None and wildcard_problem("www.example.org") is None
    for pattern in ("*.org", "a*.example.org", "*.*.example.org", "www.*.org", "*"):
        assert wildcard_problem(pattern), pattern


@pytest.mark.parametrize(
    ("permitted", "excluded", "name", "fine"),
    [
        ([], [], "www.example.org", True),
        (["DNS:example.org"], [], "www.example.org", True),
        (["DNS:example.org"], [], "example.org", True),
        (["DNS:.example.org"], [], "*.example.org", True),
        (["DNS:example.org"], [], "badexample.org", False),
        (["DNS:example.org"], [], "www.example.com", False),
        (["DNS:example.org"], [], "192.0.2.1", True),
        (["DNS:example.org"], ["DNS:secret.example.org"], "a.secret.example.org", False),
        (["IP:192.0.2.0/24"], [], "192.0.2.7", True),
        (["IP:192.0.2.0/24"], [], "198.51.100.7", False),
        (["IP:192.0.2.0/24"], [], "2001:db8::1", False),
        ([], ["IP:0.0.0.0/0"], "192.0.2.7", False),
    ],
)
def test_name_constraints(permitted: list[str], excluded: list[str], name: str, fine: bool) -> None:
    assert (constraint_problem(permitted, excluded, name) is None) == fine
