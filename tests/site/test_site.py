# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation site: links lead to pages and anchors, nothing is fetched from elsewhere, search works offline."""

from __future__ import annotations

import functools
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / ".cache" / "site" / "html"
sys.path.insert(0, str(ROOT / "tests" / "tools"))

from playbook_heads import read_head, write_page

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src"}
HEAD = """---
# SPDX-License-Identifier: GPL-3.0-or-later
# Look at hosts; changes nothing.
#
#   ansible-playbook site.yml
#
# tls_hosts      hosts; default: all
# tls_a, tls_b   two of them,
#                on two lines
# The rest is said here.
- hosts: "{{ tls_hosts }}{{ tls_c }}{{ tls_d }}"
  register: tls_d
"""


class Page(HTMLParser):
    """What a page has: its anchors, where it leads, and what a browser loads for it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what matters of a tag."""
        known = {name: value or "" for name, value in attrs}
        self.anchors |= {known[name] for name in ("id", "name") if name in known}
        if tag == "a" and "href" in known:
            self.links.append(known["href"])
        if tag == "link" and known.get("rel") in ("stylesheet", "icon", "preload"):
            self.loads.append(known["href"])
        if tag in LOADED and LOADED[tag] in known:
            self.loads.append(known[LOADED[tag]])


@functools.cache
def site() -> dict[Path, Page]:
    """Return all pages of the site."""
    assert (HTML / "index.html").exists(), "the site is not there; `make site` makes it"
    return {path: Page(path.read_text("utf-8")) for path in sorted(HTML.rglob("*.html"))}


def problem(path: Path, link: str, pages: dict[Path, Page]) -> str:
    """Return why a link leads nowhere, or nothing."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return "" if parts.scheme in ("http", "https", "mailto") else f"{path.name}: {link} is of an unknown kind"
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.exists():
        return f"{path.name}: {link} leads to no file"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
        return f"{path.name}: {link} leads to no anchor"
    return ""


def test_links_lead_to_pages_and_anchors() -> None:
    pages = site()
    assert len(pages) > 80
    wrong = {problem(path, link, pages) for path, page in pages.items() for link in page.links}
    assert not wrong - {""}, "\n".join(sorted(wrong))


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text('<p id="x">')
    pages = {path: Page(path.read_text())}
    assert not problem(path, "#x", pages) and not problem(path, "a.html#x", pages)
    assert all(problem(path, link, pages) for link in ("#y", "b.html", "a.html#y", "javascript:x"))


def test_nothing_is_loaded_from_elsewhere() -> None:
    wrong = [
        f"{path.name}: {load}"
        for path, page in site().items()
        for load in page.loads
        if urlsplit(load).scheme not in ("", "data") or urlsplit(load).netloc
    ]
    assert not wrong
    for path in HTML.rglob("*.css"):
        assert "url(http" not in path.read_text("utf-8"), path


def test_every_page_has_a_way_to_it() -> None:
    pages = site()
    led = {
        (path.parent / unquote(urlsplit(link).path)).resolve()
        for path, page in pages.items()
        for link in page.links
        if not urlsplit(link).scheme and urlsplit(link).path
    }
    lonely = [
        path.name
        for path in pages
        if path not in led and path.name not in ("index.html", "search.html", "genindex.html")
    ]
    assert not lonely


def test_the_theme_complains_of_nothing() -> None:
    assert not [
        path.name for path in HTML.rglob("*.html") if "ERROR: Adding a table of contents" in path.read_text("utf-8")
    ]


@pytest.mark.parametrize(
    ("words", "title"), [("haproxy", "haproxy"), ("tls_exceptions", "Exceptions"), ("canary+xyzzy", "")]
)
def test_search_works_from_the_disk(words: str, title: str, tmp_path: Path) -> None:
    answer = subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path}",
            "--virtual-time-budget=20000",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--dump-dom",
            f"file://{HTML}/search.html?q={words}",
        ],
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    results = answer.stdout.partition('id="search-results"')[2]
    assert "Search Results" in results or "Searching" in results
    assert ('class="search"' in results and "kind-" in results) == bool(title)
    assert title in results


def test_the_head_of_a_playbook_becomes_a_page() -> None:
    head = read_head(HEAD)
    assert head.summary == "Look at hosts"
    assert head.variables == [("tls_hosts", "hosts; default: all"), ("tls_a, tls_b", "two of them, on two lines")]
    assert head.read == ["tls_c"]
    page = write_page("x.y", head)
    assert "| `tls_a`, `tls_b` | two of them, on two lines |" in page
    assert (
        page.index("```sh\nansible-playbook site.yml\n```")
        < page.index("## Variables")
        < page.index("The rest is said here.")
    )
