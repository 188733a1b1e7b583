# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fetch the pages that `_core/change/comparison.py` compares.

``look_before`` runs in the network of the host and asks the running daemon; ``find_differences`` runs in the network of
the test instance; ``find_lost`` asks the running daemon again, after the change.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.change.comparison import (
    HOPS,
    Comparison,
    Step,
    find_difference,
    find_lost_page,
    find_next_url,
    request_of,
    summarise_page,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.page import Page, read_page
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Plan
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.engine import Engine, Job, Limits

_SECONDS = 10.0
_BYTES = 256 * 1024
_MORE_SECONDS = 20.0
"""After this time on the running daemon no page is taken but each site's first one."""

Ways = Sequence[tuple[Comparison, tuple[Sequence[Step], ...]]]
"""Each comparison with the ways that were taken on the running daemon."""


def look_before(known: Sequence[Comparison]) -> Ways:
    """Return the ways of a visitor on the running daemon, each taken twice."""
    end = time.monotonic() + _MORE_SECONDS
    found = []
    for item in known:
        if item.path == "/" or time.monotonic() < end:
            url = item.url(not item.made)
            found.append((item, (_way(url, known), _way(url, known))))
    return found


def find_differences(ways: Ways) -> str:
    """Return what would be different over TLS in the network that this runs in; empty if nothing."""
    known = [item for item, _plain in ways]
    return summarise_page([find_difference(item, plain, _way(item.url(True), known)) for item, plain in ways])


def find_lost(ways: Ways) -> list[str]:
    """Return what visitors of the running daemon lost, over TLS and from the plain addresses."""
    known = [item for item, _before in ways]
    found = []
    for item, before in ways:
        found.append(find_difference(item, before, _way(item.url(True), known), "after the change"))
        found.append(find_lost_page(item, before, _way(item.url(False), known)))
    return [sentence for sentence in dict.fromkeys(found) if sentence]


def _way(url: str, known: Sequence[Comparison]) -> Sequence[Step]:
    """Follow redirects until they end, lead to another server, or lead back."""
    steps: list[Step] = []
    going_on = True
    while going_on and len(steps) <= HOPS:
        request = request_of(url, known)
        if request is None:
            break
        steps.append(Step(url, _fetched(*request)))
        following = find_next_url(steps[-1])
        going_on = following is not None and following not in [step.url for step in steps]
        url = following or url
    return steps


def _fetched(address: str, port: int, tls: bool, host: str, path: str) -> Page:
    engine = Engine(Limits(seconds=_SECONDS, bytes=_BYTES))
    (job,) = engine.run([Job(_plan(host, path, tls), [address], port)])
    page: Page = job.result
    return page


def _plan(host: str, path: str, tls: bool) -> Plan:
    (outcome,) = yield Batch([Ask(lambda: read_page(host, path, tls))])
    return outcome.result or Page(reason=outcome.detail or outcome.failure or "nothing came")
