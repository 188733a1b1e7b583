# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines that become comments: the very lines that were read, and no others."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.disabled import MARK, disable_lines

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
