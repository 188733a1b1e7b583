# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The content of a response is read to its end or to the bound, in every framing, and what is missing is said."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Inbox
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import content
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import Response

TEXT = "<p>hello</p>"


def read(drive: Any, data: bytes, *fields: "tuple[str, str]", end: End = End.CLOSED, most: int = content.MOST, status: int = 200) -> Any:
    def talk() -> Any:
        return (yield from content.read_content(Inbox(), Response(status, "OK", fields), most))

    return drive(talk(), [data[at:at + 7] for at in range(0, len(data), 7)] + [end]).result


def chunks(*pieces: bytes) -> bytes:
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(("data", "fields"), [
    (TEXT.encode(), []),
    (TEXT.encode() + b"more", [("content-length", str(len(TEXT)))]),
    (chunks(TEXT[:3].encode(), TEXT[3:].encode()), [("transfer-encoding", "chunked")]),
    (chunks(TEXT.encode()), [("transfer-encoding", "gzip, Chunked"), ("content-length", "3")]),
    (gzip.compress(TEXT.encode(), mtime=0), [("content-encoding", "GZIP")]),
    (zlib.compress(TEXT.encode()), [("content-encoding", "deflate")]),
    (zlib.compress(TEXT.encode())[2:-4], [("content-encoding", "deflate")]),
    (chunks(gzip.compress(TEXT.encode(), mtime=0)), [("transfer-encoding", "chunked"), ("content-encoding", "gzip")]),
    (TEXT.encode("utf-16"), []),
    (TEXT.encode("utf-16-be"), [("content-type", "text/html; charset=UTF-16BE")]),
    (b"\xef\xbb\xbf" + TEXT.encode(), []),
    (TEXT.encode(), [("content-type", 'text/html; charset="koi8-r"')]),
])
def test_framings_and_codings(drive: Any, data: bytes, fields: "list[tuple[str, str]]") -> None:
    seen = read(drive, data, *fields)
    assert seen.text == TEXT and seen.problem == ""


@pytest.mark.parametrize(("data", "fields", "end", "words"), [
    (b"abc", [("content-length", "9")], End.CLOSED, "ended before the content did"),
    (b"abc", [], End.RESET, "ended before the content did"),
    (b"abc", [], End.DEADLINE, "deadline"),
    (gzip.compress(b"abc" * 99, mtime=0)[:15], [("content-encoding", "gzip")], End.CLOSED, "no end"),
    (b"5\r\nab", [("transfer-encoding", "chunked")], End.CLOSED, "ended before"),
    (b"zz\r\n", [("transfer-encoding", "chunked")], End.CLOSED, "chunks have no sizes"),
    (b"-1\r\n", [("transfer-encoding", "chunked")], End.CLOSED, "chunks have no sizes"),
    (b"fffffffff\r\n", [("transfer-encoding", "chunked")], End.CLOSED, "chunks have no sizes"),
    (b"abc", [("content-encoding", "br")], End.CLOSED, "encoded (br)"),
    (b"abc", [("content-encoding", "gzip, gzip")], End.CLOSED, "encoded"),
    (b"abc", [("content-encoding", "gzip")], End.CLOSED, "broken"),
])
def test_what_is_missing_is_said(drive: Any, data: bytes, fields: "list[tuple[str, str]]", end: End, words: str) -> None:
    assert words in read(drive, data, *fields, end=end).problem


@pytest.mark.parametrize(("data", "fields"), [
    (b"x" * 5000, []),
    (b"x" * 5000, [("content-length", "5000")]),
    (chunks(*[b"x" * 100] * 50), [("transfer-encoding", "chunked")]),
    (gzip.compress(b"x" * 10**7, mtime=0)[:900], [("content-encoding", "gzip")]),
])
def test_no_more_than_the_bound_is_kept(drive: Any, data: bytes, fields: "list[tuple[str, str]]") -> None:
    seen = read(drive, data, *fields, most=1000)
    assert len(seen.text) <= 1000 and "longer than 1000 bytes" in seen.problem


def test_exactly_the_bound_is_all(drive: Any) -> None:
    assert read(drive, b"x" * 1000, ("content-length", "1000"), most=1000).problem == ""


@pytest.mark.parametrize(("kind", "is_html"), [
    ("text/html", True), ("Text/HTML; charset=x", True), ("application/xhtml+xml", True), ("", True), ("application/json", False),
])
def test_what_browsers_take_for_a_page(drive: Any, kind: str, is_html: bool) -> None:
    assert read(drive, b"{}", ("content-type", kind)).is_html is is_html


def test_a_status_without_content(drive: Any) -> None:
    assert read(drive, b"", status=304) == content.Content("", "", True)
