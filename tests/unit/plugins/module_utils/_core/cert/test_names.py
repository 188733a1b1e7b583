# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""RFC 9525: what a presented name stands for, and what it does not."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import (
    covers,
    find_constraint_problem,
    find_missing,
    find_problem,
    find_wildcard_problem,
    matches,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError

TAKEN = (
    ("www.example.org", "www.example.org"),
    ("WWW.Example.ORG", "www.example.org."),
    ("*.example.org", "www.example.org"),
    ("*.EXAMPLE.org", "WWW.example.ORG"),
    ("xn--bcher-kva.example", "XN--bcher-kva.example"),
    ("*.example.org", "xn--bcher-kva.example.org"),
    ("localhost", "localhost"),
    ("a" * 63 + ".example.org", "a" * 63 + ".example.org"),
    ("3com.example.org", "3com.example.org"),
)
REFUSED = (
    ("www.example.org ", "www.example.org"),
    (" www.example.org", "www.example.org"),
    ("www.example.org\t", "www.example.org"),
    ("www.example.org\n", "www.example.org"),
    ("www.example.org\xa0", "www.example.org"),
    ("www .example.org", "www .example.org"),
    ("www.example.org.", "www.example.org"),
    ("www.example.org.", "www.example.org."),
    (".example.org", "example.org"),
    (".example.org", "www.example.org"),
    ("www..example.org", "www..example.org"),
    (".", "."),
    ("", ""),
    (" ", " "),
    ("www.example.org\0", "www.example.org"),
    ("www.example.org\0.evil.test", "www.example.org"),
    ("www.example.org:443", "www.example.org"),
    ("https://www.example.org", "www.example.org"),
    ("www.example.org/", "www.example.org"),
    ("user@www.example.org", "www.example.org"),
    ("DNS:www.example.org", "www.example.org"),
    ("b\xfccher.example", "xn--bcher-kva.example"),
    ("*.b\xfccher.example", "www.xn--bcher-kva.example"),
    ("a+b.example.org", "a+b.example.org"),
    ("-www.example.org", "-www.example.org"),
    ("www-.example.org", "www-.example.org"),
    ("*.example.org", "-www.example.org"),
    ("*.example.org", "www-.example.org"),
    ("a" * 64 + ".example.org", "a" * 64 + ".example.org"),
    ("*.example.org", "my_host.example.org"),
    ("*.ex_ample.org", "www.ex_ample.org"),
    ("*.example.org.", "www.example.org"),
    ("*.example.org ", "www.example.org"),
    ("*.example.org", "example.org"),
    ("*.example.org", ".example.org"),
    ("*.example.org", "a.b.example.org"),
    ("*.example.org", "*.b.example.org"),
    ("*.org", "example.org"),
    ("*.localhost", "a.localhost"),
    ("w*.example.org", "www.example.org"),
    ("*w.example.org", "www.example.org"),
    ("w*w.example.org", "www.example.org"),
    ("**.example.org", "www.example.org"),
    ("xn--*.example.org", "xn--bcher-kva.example.org"),
    ("www.*.org", "www.example.org"),
    ("*.*.org", "www.example.org"),
    ("*.*.example.org", "a.b.example.org"),
    ("*", "localhost"),
    ("*", "example.org"),
    ("example.org", "www.example.org"),
    ("www.example.org.evil.test", "www.example.org"),
)
"""Names that a client may not take; that one does is no excuse (RFC 9525; see ``picky_clients`` for the milder ones)."""


@pytest.mark.parametrize(("pattern", "host"), TAKEN)
def test_stands_for(pattern: str, host: str) -> None:
    assert matches(pattern, host)
    assert find_problem(pattern) is None


@pytest.mark.parametrize(("pattern", "host"), REFUSED)
def test_does_not_stand_for(pattern: str, host: str) -> None:
    assert not matches(pattern, host)


def test_a_wanted_wildcard_is_only_itself() -> None:
    assert matches("*.example.org", "*.example.org")
    assert not matches("*.org", "*.org")


@pytest.mark.parametrize(("name", "why"), [
    ("", "empty"), ("a b", "' '"), ("a\0b", "'\\x00'"), ("a.", "dot"), (".a", "dot"), ("a..b", "dot"), ("-a.b", "hyphen"),
    ("a" * 64, "too long"), ("a." * 127 + "a", "too long"), ("*.org", "top-level"), ("a*.example.org", "asterisk"),
    ("my_host.example.org", "Java"), ("192.0.2.7", "browsers"), ("host.0x7f", "browsers"),
])
def test_the_reason_names_what_is_wrong(name: str, why: str) -> None:
    assert why in (find_problem(name) or "")


def test_a_name_outside_ascii_is_for_the_edge() -> None:
    with pytest.raises(IntransitError, match="outside ASCII"):
        matches("xn--strae-oqa.example", "stra\u00dfe.example")


@pytest.mark.parametrize(("pattern", "host"), TAKEN + REFUSED)
def test_never_milder_than_openssl(pattern: str, host: str, tmp_path: Path, pki: Any) -> None:
    if not host.isprintable() or host.endswith("."):
        pytest.skip("openssl takes no such host from its command line")
    made = pki.certificate("t", sans=[], extra=[pki.raw_names((0x82, pattern.encode("latin-1")))])
    paths = pki.write(tmp_path, made=pki.pem(made))
    said = subprocess.run(["openssl", "x509", "-in", paths["made"], "-noout", "-checkhost", host],
                          capture_output=True, text=True, check=False).stdout
    assert "does match" in said or not matches(pattern, host)


def test_addresses_only_match_addresses() -> None:
    assert covers([], ["192.0.2.7"], "192.0.2.7")
    assert covers([], ["2001:db8::1"], "2001:0DB8:0::1")
    assert covers([], ["2001:db8::1"], "[2001:db8::1]")
    assert not covers(["192.0.2.7"], [], "192.0.2.7")
    assert not covers(["*.0.2.7"], [], "192.0.2.7")


def test_missing_keeps_the_order() -> None:
    assert find_missing(["*.example.org"], [], ["a.example.org", "example.org", "b.c"]) == ("example.org", "b.c")


def test_wildcards_that_clients_refuse() -> None:
    assert find_wildcard_problem("*.example.org") is None and find_wildcard_problem("www.example.org") is None
    for pattern in ("*.org", "a*.example.org", "*.*.example.org", "www.*.org", "*"):
        assert find_wildcard_problem(pattern), pattern


@pytest.mark.parametrize(
    ("permitted", "excluded", "name", "fine"),
    [
        ([], [], "www.example.org", True),
        (["DNS:example.org"], [], "www.example.org", True),
        (["DNS:example.org"], [], "example.org", True),
        (["DNS:.example.org"], [], "*.example.org", True),
        (["DNS:.example.org"], [], "example.org", False),
        (["DNS:..example.org"], [], "www.example.org", False),
        (["DNS: example.org"], [], "example.org", False),
        (["DNS:example.org."], [], "example.org", False),
        (["DNS:example.org"], [], "www.example.org ", False),
        (["DNS:EXAMPLE.org"], [], "www.Example.org", True),
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
    assert (find_constraint_problem(permitted, excluded, name) is None) == fine
