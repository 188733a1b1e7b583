# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines that become comments: the very lines that were read, and no others."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.disabled import (
    MARK,
    REPLACED,
    disable_lines,
    show_edits,
)

SITE = "<VirtualHost *:443>\r\n  SSLProtocol all\n  SSLCipherSuite HIGH:\\\n    ${MORE}\n</VirtualHost>"


def test_each_line_of_a_directive_keeps_its_words() -> None:
    text = disable_lines(SITE, [{"number": 2, "text": "SSLProtocol  all"}, {"number": 4, "text": "SSLCipherSuite HIGH: RC4"}])
    assert text.split("\n") == [
        "<VirtualHost *:443>\r", f"{MARK}SSLProtocol all", f"{MARK}SSLCipherSuite HIGH:", MARK + "${MORE}", "</VirtualHost>"]


@pytest.mark.parametrize(("number", "text"), [(1, "SSLProtocol all"), (2, "SSLProtocol"), (3, "x"), (0, "x"), (6, "x")])
def test_another_line_stops_it(number: int, text: str) -> None:
    with pytest.raises(TransactionError, match=f"Line {number} has changed since it was read .'{text}'.. Check the file") as caught:
        disable_lines(SITE, [{"number": number, "text": text}])
    assert caught.value.details == {"line": number}


def test_a_part_is_replaced_and_comes_back() -> None:
    site = "<VirtualHost *:80>\n  ProxyPass /a http://b/x key=1\n</VirtualHost>"
    moved = disable_lines(site, [{"number": 2, "text": "http://b", "instead": "https://c"}])
    assert moved.split("\n")[1:3] == [f"{REPLACED}  ProxyPass /a http://b/x key=1", "  ProxyPass /a https://c/x key=1"]
    again = disable_lines(moved, [{"number": 3, "text": "https://c", "instead": "https://d"}])
    assert again.split("\n")[1:3] == [f"{REPLACED}  ProxyPass /a http://b/x key=1", "  ProxyPass /a https://d/x key=1"]
    assert disable_lines(again, [{"number": 3, "text": "https://d", "instead": "http://b"}]) == site


def test_a_line_over_several_is_replaced_by_one() -> None:
    text = disable_lines("a \\\n  http://b\nc http://b\n", [
        {"number": 2, "text": "http://b", "instead": "https://b"}, {"number": 3, "text": "http://b", "instead": "https://c"}])
    assert text == f"{REPLACED}a   http://b\na   https://b\n{REPLACED}c http://b\nc https://c\n"


@pytest.mark.parametrize(("number", "part"), [(2, "http://x"), (9, "all"), (0, "all"), (2, "S")])
def test_a_part_that_is_not_there_once_stops_it(number: int, part: str) -> None:
    with pytest.raises(TransactionError, match=f"Line {number} has changed"):
        disable_lines(SITE, [{"number": number, "text": part, "instead": "y"}])


def test_a_diff_has_directive_and_server_of_a_replaced_line() -> None:
    text = disable_lines("A 1\n  ProxyPass /secret http://b/secret key=secret\n", [
        {"number": 1, "text": "A 1"}, {"number": 2, "text": "http://b", "instead": "https://c"}])
    assert "secret" in text and show_edits(text) == [f"{MARK}A 1", f"{REPLACED}ProxyPass http://b", "ProxyPass https://c"]
