# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a page makes a browser do in clear text: post a form, load a script, a style or a frame, go on to http.

Read by the standard library's parser; URLs as browsers take them.  What scripts do is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any, NamedTuple, Optional
from urllib.parse import urljoin

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.cookies import show

MOST_URLS = 20
"""URLs of one kind that are kept."""
LOADED = {"script": ("src", "href", "xlink:href"), "iframe": ("src",), "frame": ("src",), "embed": ("src",),
          "object": ("data", "codebase"), "applet": ("code", "archive", "codebase")}
"""Elements that bring in what acts with the rights of the page, and the attributes that name it."""
STYLES = frozenset({"stylesheet", "modulepreload", "preload", "import"})
"""Relations of a ``link`` that bring in a style or a script."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_IMPORT = re.compile(r"@import\s{0,9}(?:url\(\s{0,9})?[\"']?\s{0,9}([^\"')\s;]{1,2000})", re.IGNORECASE)
_REFRESH = re.compile(r"[\s0-9.]*[;,\s]*(?:url\s*=\s*)?[\"']?\s*([^\"'\s]*)", re.IGNORECASE)


class Html(NamedTuple):
    """What a page holds.

    Attributes:
        asks_password: there is a field for a password.
        forms: URLs in clear text to which a form is sent.
        loads: element and URL of what is loaded in clear text.
        refresh: the URL in clear text to which the page goes on by itself.
        problem: why the page could not be read; empty: it could.
    """

    asks_password: bool = False
    forms: "tuple[str, ...]" = ()
    loads: "tuple[str, ...]" = ()
    refresh: Optional[str] = None
    problem: str = ""


def read_html(text: str, refresh: str = "") -> Html:
    """Read a page that came over https.

    Args:
        text: the page, as much of it as there is.
        refresh: the value of a Refresh header field, which does what the element ``meta`` does.
    """
    reader = _Reader()
    problem = ""
    try:
        # Both end a comment in browsers; the parser knows neither.
        reader.feed(text.replace("<!-->", "<!-- -->").replace("<!--->", "<!-- -->").replace("--!>", "-->"))
    except (AssertionError, ValueError, IndexError, RecursionError) as error:
        problem = f"its HTML cannot be read ({type(error).__name__})"
    base = reader.base
    refreshes = [*reader.refreshes, *([refresh_target(refresh)] if refresh else [])]
    pages = [_whole(url, base) for url in refreshes if url and is_in_clear(url, base)]
    loads = [(element, url) for element, url in reader.loads if url and is_in_clear(url, base)]
    return Html(
        asks_password=reader.asks_password,
        # A form without a URL is sent to the page's own, whatever base the page names.
        forms=_kept(_whole(url, base) for url in reader.forms if url.strip() and is_in_clear(url, base)),
        loads=_kept(f"{element} {_whole(url, base)}" for element, url in loads),
        refresh=pages[0] if pages else None, problem=problem)


def refresh_target(value: str) -> str:
    """The URL in a refresh; empty: the page itself."""
    found = _REFRESH.match(value)
    return found.group(1) if found else ""


def clean(url: str) -> str:
    """A URL without what browsers take out of it; a backslash is a slash to them."""
    return re.sub(r"[\t\n\r]", "", url.strip("".join(map(chr, range(33))))).replace("\\", "/")


def is_in_clear(url: str, base: Optional[str] = None) -> bool:
    """Whether a URL of a page that came over https leads to http; ``base``: the URL that the page names for others."""
    found = _SCHEME.match(clean(url))
    if found is not None:
        return found.group(1).lower() == "http"
    return base is not None and is_in_clear(base)


def trim(url: str) -> str:
    """A URL for a report: without query, fragment and parameters, in which a session may stand."""
    return show(re.split(r"[?#;]", clean(url), maxsplit=1)[0])


def _whole(url: str, base: Optional[str]) -> str:
    try:
        return trim(urljoin(clean(base or ""), clean(url)))
    except ValueError:
        return trim(url)


def _kept(urls: "Iterable[str]") -> "tuple[str, ...]":
    return tuple(dict.fromkeys(urls))[:MOST_URLS]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base: Optional[str] = None
        self.asks_password = False
        self.forms: "list[str]" = []
        self.loads: "list[tuple[str, str]]" = []
        self.refreshes: "list[str]" = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: "list[tuple[str, Optional[str]]]") -> None:
        """Note what an element names."""
        given: "dict[str, str]" = {}
        for name, value in attrs:
            given.setdefault(name, value or "")  # of an attribute that is there twice the first counts
        self._in_style = tag == "style"
        if tag == "base" and self.base is None and "href" in given:
            self.base = given["href"]
        elif tag == "form" and given.get("method", "").lower() != "dialog":
            self.forms.append(given.get("action", ""))
        elif tag in ("input", "button"):
            self.asks_password = self.asks_password or given.get("type", "").strip().lower() == "password"
            self.forms.append(given.get("formaction", ""))
        elif tag == "link" and STYLES & set(given.get("rel", "").lower().split()):
            self.loads.append((tag, given.get("href", "")))
        elif tag == "meta" and given.get("http-equiv", "").strip().lower() == "refresh":
            self.refreshes.append(refresh_target(given.get("content", "")))
        for name in LOADED.get(tag, ()):
            if name in given:
                self.loads.append((tag, given[name]))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a style."""
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        """Note what a style brings in."""
        if self._in_style:
            self.loads += [("style", url) for url in _IMPORT.findall(data)]

    def parse_marked_section(self, i: int, report: Any = 1) -> int:
        """To browsers it is a comment; the parser would give up."""
        return self.parse_bogus_comment(i, report)
