# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ldap.conf is edited by keyword, and nothing else of it changes."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import keywords

BOOKWORM = """# See ldap.conf(5) for details
#BASE\tdc=example,dc=com
URI ldaps://ldap.example.com

#TLS_REQCERT never
# TLS certificates (needed for GnuTLS)
TLS_CACERT\t/etc/ssl/certs/ca-certificates.crt
"""


def test_it_is_read_as_libldap_reads_it() -> None:
    assert keywords.read(BOOKWORM + "tls_cacert /x\nTLS_CIPHER_SUITE  NONE:+A %B  \n") == {
        "URI": "ldaps://ldap.example.com", "TLS_CACERT": "/x", "TLS_CIPHER_SUITE": "NONE:+A %B"}


def test_a_new_keyword_goes_behind_its_example_or_to_the_end() -> None:
    lines = keywords.edit(BOOKWORM, {"TLS_REQCERT": "demand", "TLS_PROTOCOL_MIN": "3.3"}).splitlines()
    assert lines[lines.index("#TLS_REQCERT never") + 1] == "TLS_REQCERT\tdemand"
    assert lines[-1] == "TLS_PROTOCOL_MIN\t3.3"
    assert [line for line in lines if line not in ("TLS_REQCERT\tdemand", "TLS_PROTOCOL_MIN\t3.3")] == BOOKWORM.splitlines()


def test_only_the_last_line_of_a_keyword_stays() -> None:
    text = "tls_reqcert never\nTLS_REQCERT allow\n"
    edited = keywords.edit(text, {"TLS_REQCERT": "demand"})
    assert edited == "#tls_reqcert never\nTLS_REQCERT\tdemand\n"
    assert keywords.edit(edited, {"TLS_REQCERT": "demand"}) == edited


def test_what_is_right_is_left_as_it_is_written() -> None:
    assert keywords.edit("tls_cacert   /x\n", {"TLS_CACERT": "/x"}) == "tls_cacert   /x\n"


def test_none_takes_a_keyword_out_and_keeps_its_words() -> None:
    edited = keywords.edit(BOOKWORM, {"TLS_CACERT": None})
    assert "#TLS_CACERT\t/etc" in edited and "TLS_CACERT" not in keywords.read(edited)


def test_an_empty_file_and_a_last_line_without_its_end() -> None:
    assert keywords.edit("", {"A": "b"}) == "A\tb\n"
    assert keywords.edit("X y", {"A": "b"}) == "X y\nA\tb\n"


@pytest.mark.parametrize(("name", "value"), [("A B", "x"), ("A", "x\ny"), ("A", ""), ("A", " x"), ("#A", "x")])
def test_what_no_line_can_carry_is_refused(name: str, value: str) -> None:
    with pytest.raises(TransactionError):
        keywords.edit("", {name: value})


@pytest.mark.parametrize("char", ["\x1c", "\x85", "\xa0", "\u2028"])
def test_only_what_c_calls_white_space_parts_words(char: str) -> None:
    text = f"# see{char}TLS_REQCERT never\nURI{char}x y\nTLS_CACERT /a{char}b\n"
    assert keywords.read(text) == {"TLS_CACERT": f"/a{char}b"}
    assert keywords.edit(text, {"TLS_REQCERT": "demand"}).startswith(text)
