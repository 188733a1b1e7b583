# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a visitor get over TLS what he got in clear text?  Judged before the swap, of a test instance, and after it.

The plain page is fetched twice from the running daemon, so that content that changes by itself is not taken for
another site's.  The TLS page is fetched from the test instance, redirects followed to their end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional
from urllib.parse import urljoin, urlsplit

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import REDIRECTS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.page import Page

HOPS = 10
MORE = 64
"""Pages beyond ``/`` of all sites of a host."""
_BEHIND = (502, 503, 504)
"""Statuses of a site whose server behind cannot be reached, as from the private network of a test instance."""
_KEYS = ("name", "path", "address", "plain_port", "port", "made")


@dataclass(frozen=True)
class Comparison:
    """One page of one site, in clear text and over TLS, at one address of the host."""

    name: str
    path: str
    address: str
    plain_port: int
    port: int
    made: bool
    """Whether the TLS site is made from the plain one; of one that was there before, only circles are judged."""

    def url(self, tls: bool) -> str:
        """Return the page's address."""
        port = self.port if tls else self.plain_port
        usual = port == (443 if tls else 80)
        scheme, shown = "https" if tls else "http", "" if usual else f":{port}"
        return f"{scheme}://{self.name}{shown}{self.path}"


@dataclass(frozen=True)
class Step:
    """One request on the way of a visitor, and what came."""

    url: str
    page: Page


def read_comparisons(rows: Sequence[Mapping[str, Any]]) -> tuple[Comparison, ...]:
    """Build comparisons from plain data with the same names.

    Raises:
        TransactionError: a key is missing or unknown, or a port is no number.
    """
    found = []
    for row in rows:
        if set(row) != set(_KEYS):
            raise TransactionError(f"A comparison takes {', '.join(_KEYS)}; this one has {', '.join(sorted(row))}.")
        try:
            found.append(Comparison(str(row["name"]).lower(), str(row["path"]), str(row["address"]),
                                    int(row["plain_port"]), int(row["port"]), bool(row["made"])))
        except (TypeError, ValueError) as error:
            raise TransactionError(f"A comparison has a port that is not a number: {error}.") from error
    return tuple(found)


def add_pages(known: Sequence[Comparison], pages: Mapping[str, Sequence[str]]) -> tuple[Comparison, ...]:
    """Return the comparisons, and one for each further page of a TLS site that is made, ``MORE`` at most.

    Args:
        known: the comparisons of a plan.
        pages: for the name of a site, paths.
    """
    more = [replace(item, path=path) for item in known if item.made for path in pages.get(item.name, ())]
    return (*known, *more[:MORE])


def find_next_url(step: Step) -> Optional[str]:
    """Return where a page leads, None if it is an end."""
    if step.page.status not in REDIRECTS or not step.page.location:
        return None
    try:
        return urljoin(step.url, step.page.location)
    except ValueError:
        return step.page.location


def request_of(url: str, known: Sequence[Comparison]) -> Optional[tuple[str, int, bool, str, str]]:
    """Return address, port, TLS or not, host and path of the request for a URL; None if it leads to another server."""
    try:
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
    except ValueError:
        return None
    for item in known if parts.scheme in ("http", "https") else ():
        if parts.hostname == item.name and port == (item.port if tls else item.plain_port):
            path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            return item.address, port, tls, item.name, path.replace(" ", "%20")
    return None


def find_difference(item: Comparison, plain: Sequence[Sequence[Step]], over_tls: Sequence[Step],
                    place: str = "in the test instance") -> str:
    """Return what a visitor sees that he did not see before; empty if nothing.

    Args:
        item: what is compared.
        plain: the way of a visitor on the running daemon: in clear text and taken twice; over TLS, if the TLS
            site was there before.
        over_tls: the way over TLS.
        place: where that way was taken.
    """
    urls = [step.url for step in over_tls]
    if _circle(over_tls):
        if not item.made and _circle(plain[0]):
            return ""
        return f"{urls[0]} leads in circles: {' -> '.join([*urls[:4], str(find_next_url(over_tls[-1]))])}"
    if not item.made:
        return ""
    end, before = over_tls[-1].page, [way[-1] for way in plain]
    if end.status is None:
        return f"{urls[-1]} does not answer {place} ({end.reason})"
    if any(step.page.status is None or find_next_url(step) for step in before):
        # It led elsewhere, to https or nowhere: there is no content to compare.
        return ""
    host, end_host = urlsplit(before[0].url).hostname, urlsplit(urls[-1]).hostname
    if host not in (item.name, end_host):
        # A redirect of all plain http to another name hides the plain site, such as ours if the site is a new one.
        return ""
    was = before[0].page
    if {was.status, end.status} & set(_BEHIND):
        return ""
    if find_next_url(over_tls[-1]):
        return f"{urls[0]} leads to {find_next_url(over_tls[-1])}, and {item.url(False)} did not"
    if was.status != end.status:
        return f"{urls[-1]} answers {end.status}, and {before[0].url} answers {was.status}"
    steady = len({step.page.digest for step in before}) == 1
    if was.status == 200 and steady and end.digest != was.digest:
        return f"{urls[-1]} has other content than {before[0].url}"
    return ""


def find_lost_page(item: Comparison, before: Sequence[Sequence[Step]], after: Sequence[Step]) -> str:
    """Return what a visitor of the plain address lost by the change; empty if nothing.

    A port that does not answer any more is the business of the look at the ports.

    Args:
        item: whose plain address was followed.
        before: the way of a visitor before the change, as in ``find_difference``.
        after: the way from the plain address now, redirects followed.
    """
    end, was = after[-1], before[0][-1]
    if after[0].page.status is None or was.page.status is None or find_next_url(was):
        return ""
    if urlsplit(was.url).hostname not in (item.name, urlsplit(end.url).hostname):
        # A redirect to another name hid this site, so that its visitors never saw it.
        return ""
    if _circle(after):
        return f"{after[0].url} leads in circles: {' -> '.join(step.url for step in after[:4])}"
    if {was.page.status, end.page.status} & set(_BEHIND):
        return ""
    if end.page.status != was.page.status:
        answers = end.page.status if end.page.status is not None else f"nothing ({end.page.reason})"
        return f"{after[0].url} leads to {end.url}, which answers {answers}; {was.url} answered {was.page.status}"
    steady = len({way[-1].page.digest for way in before}) == 1
    if was.page.status == 200 and steady and end.page.digest != was.page.digest:
        return f"{after[0].url} leads to {end.url}, which has other content than {was.url} had"
    return ""


def _circle(way: Sequence[Step]) -> bool:
    return len(way) > HOPS or find_next_url(way[-1]) in [step.url for step in way]


def summarise_page(found: Sequence[str]) -> str:
    """Return the differences as one text, empty if there is none."""
    lines: list[str] = [f"- {sentence}" for sentence in found if sentence]
    if not lines:
        return ""
    return "\n".join(["A site would serve something else over TLS than in clear text:", *lines,
                      "Change what makes the difference, or give the site a TLS site of its own."])
