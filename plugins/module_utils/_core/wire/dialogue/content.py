# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The content of an HTTP response as text: bounded, whatever its framing and coding.

RFC 9112 section 6 (framing) and 7.1 (chunks), RFC 9110 section 8.4 (content codings).  No coding is asked for; a
server that sends one all the same is read like any other.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator
from typing import NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    End,
    Ended,
    Inbox,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import Response

MOST = 256 * 1024
"""Bytes that are read of a content, and bytes that it may be without its coding."""
MOST_CHUNK_HEAD = 256
NO_CONTENT = (204, 304)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
_WIDE = ("utf-16", "utf-16le", "utf-16-le", "utf-16be", "utf-16-be")
"""Charsets in which ASCII does not look like ASCII; browsers know no others of that kind."""


class Content(NamedTuple):
    """What came behind a head.

    Attributes:
        text: as much of it as was read.
        problem: why that is not all of it; empty: it is.
        is_html: browsers take it for a page.
    """

    text: str = ""
    problem: str = ""
    is_html: bool = False


def read_content(inbox: Inbox, response: Response, most: int = MOST,
                 quiet: Optional[float] = None) -> Generator[Step, Arrival, Content]:
    """Read what comes behind the head of a response, to its end or to the bound.  Never raises."""
    data, problem = b"", ""
    if response.status not in NO_CONTENT:
        data, problem = yield from _framed(inbox, response, most, quiet)
    data, more = _decoded(data, response, most)
    kind = (response.one("content-type") or "").lower()
    is_html = not kind.strip() or "html" in kind or "xml" in kind
    return Content(_text(data, kind), problem or more, is_html)


def _framed(inbox: Inbox, response: Response, most: int,
            quiet: Optional[float]) -> Generator[Step, Arrival, "tuple[bytes, str]"]:
    chunked = any("chunked" in value.lower() for value in response.all("transfer-encoding"))
    length = (response.one("content-length") or "").strip()
    wanted = int(length) if re.fullmatch(r"[0-9]{1,15}", length) and not chunked else None
    taken = bytearray()
    try:
        if chunked:
            yield from _chunks(inbox, taken, most, quiet)
        else:
            yield from _until(inbox, taken, most if wanted is None else min(wanted, most), wanted is None, quiet)
    except Ended as ended:
        return bytes(taken), f"the connection ended before the content did ({ended.end.value})"
    except WireError as error:
        return bytes(taken), error.message
    whole = len(taken) < most or wanted == most
    return bytes(taken[:most]), "" if whole else f"it is longer than {most} bytes"


def _until(inbox: Inbox, taken: bytearray, size: int, to_the_end: bool,
           quiet: Optional[float]) -> Generator[Step, Arrival, None]:
    """Take ``size`` bytes; with ``to_the_end`` fewer if the server closes before."""
    while True:
        taken += inbox.take(size - len(taken))
        if len(taken) >= size:
            return
        try:
            yield from inbox.more(quiet)
        except Ended as ended:
            if to_the_end and ended.end is End.CLOSED:
                return
            raise


def _chunks(inbox: Inbox, taken: bytearray, most: int, quiet: Optional[float]) -> Generator[Step, Arrival, None]:
    while len(taken) < most:
        line = (yield from inbox.line(quiet)).partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", line):
            raise WireError("its chunks have no sizes")
        size = int(line, 16)
        if not size:
            return
        yield from _until(inbox, taken, min(len(taken) + size, most), False, quiet)
        if len(taken) < most:
            yield from inbox.line(quiet)


def _decoded(data: bytes, response: Response, most: int) -> "tuple[bytes, str]":
    codings = [word.strip().lower() for value in response.all("content-encoding") for word in value.split(",")]
    codings = [word for word in codings if word not in ("", "identity")]
    if not codings or not data:
        return data, ""
    if len(codings) > 1 or codings[0] not in ("gzip", "x-gzip", "deflate"):
        return b"", f"it is encoded ({', '.join(codings)[:40]}), which was not asked for"
    # With either head (RFC 1950, RFC 1952), or with none, as some servers understand deflate.
    for bits in (zlib.MAX_WBITS | 32, *([-zlib.MAX_WBITS] if codings[0] == "deflate" else [])):
        unpacker = zlib.decompressobj(bits)
        try:
            plain = unpacker.decompress(data, most)
        except zlib.error:
            continue
        longer = f"it is longer than {most} bytes without its {codings[0]} coding"
        return plain, "" if unpacker.eof else longer if len(plain) == most else f"its {codings[0]} coding has no end"
    return b"", f"its {codings[0]} coding is broken"


def _text(data: bytes, kind: str) -> str:
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data[len(mark):].decode(charset, "replace")
    found = _CHARSET.search(kind)
    charset = found.group(1).lower() if found else ""
    if charset in _WIDE:
        return data.decode("utf-16-be" if charset.endswith("be") else "utf-16-le", "replace")
    return data.decode("utf-8", "replace")
