# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A page is read to its end, whatever pieces it comes in."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Secure, Secured, Send
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.page import CONTENT, Page, read_page


def held(arrivals: list[Any], tls: bool = False) -> Page:
    """Hold the conversation with these arrivals; a send is answered at once."""
    talk = read_page("shop.example", "/a?b", tls)
    step = next(talk)
    waiting = list(arrivals)
    try:
        while True:
            step = talk.send(b"" if isinstance(step, Send) else waiting.pop(0))
    except StopIteration as stop:
        page: Page = stop.value
        return page


def answer(content: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nLocation: /x\r\n\r\n" + content


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_the_pieces_it_comes_in_do_not_matter(size: int) -> None:
    data = answer(b"see http://shop.example/ for more")
    whole = held([data, End.CLOSED])
    assert (whole.status, whole.location, whole.reason) == (200, "/x", "")
    assert held([data[i : i + size] for i in range(0, len(data), size)] + [End.CLOSED]) == whole


def test_a_page_that_names_itself_by_its_scheme_is_the_same_page() -> None:
    assert held([answer(b"https://shop.example/"), End.CLOSED]) == held([answer(b"http://shop.example/"), End.CLOSED])
    assert held([answer(b"other"), End.CLOSED]).digest != held([answer(b"http://shop.example/"), End.CLOSED]).digest


@pytest.mark.parametrize("line", [
    b"<address>Apache/2.4.1 (Debian) Server at shop.example Port 80</address>\n",
    b'<address>Apache Server at <a href="mailto:w@shop.example">shop.example</a> Port 80</address>\n',
])
def test_the_line_that_apache_signs_a_listing_with_counts_for_nothing(line: bytes) -> None:
    assert held([answer(b"a file\n" + line + b"</body>"), End.CLOSED]) == held([answer(b"a file\n</body>"), End.CLOSED])
    other = line.replace(b"Apache", b"Mr Apache")
    assert held([answer(b"a file\n" + other), End.CLOSED]) != held([answer(b"a file\n"), End.CLOSED])


def test_endless_content_is_cut_off() -> None:
    data = answer(b"") + b"x" * (CONTENT + 10)
    assert held([data]) == held([answer(b"") + b"x" * (CONTENT + 500)])


@pytest.mark.parametrize("arrivals", [[End.CLOSED], [answer(b"half"), End.RESET], [b"SSH-2.0\r\n"], [answer(b""), End.DEADLINE]])
def test_what_is_cut_off_is_no_page(arrivals: list[Any]) -> None:
    found = held(arrivals)
    assert found.status is None and found.reason


def test_over_tls_the_name_is_asked_for_and_a_refusal_is_said() -> None:
    assert next(read_page("shop.example", "/", True)) == Secure("shop.example")
    assert held([Secured(True), answer(b""), End.CLOSED], tls=True).status == 200
    assert held([Secured(False, reason="alert 40")], tls=True) == Page(reason="alert 40")
