# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges whether a certificate's alternative names stand for the names that clients use, and their form."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import names
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.bounded import MOST_ITEMS, limit_text
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.extensions import ALTERNATIVE_NAME
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger, list_words
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_encoding import REISSUE
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate


def judge_names(item: Certificate, who: str, wanted: tuple[str, ...], into: Ledger, purpose: str = "server") -> None:
    """Judge whether the alternative names cover the expected ones, and their form."""
    presented = item.dns_names + item.ip_addresses
    if not presented and not _names_damaged(item) and purpose == "server":
        into.failed(
            "certificate.common_name_only",
            "high",
            f"{who} has no subject alternative name; clients ignore the common name.",
            REISSUE + " with its names as subject alternative names.",
            common_names=list(item.common_names),
        )
    if wanted:
        _judge_coverage(item, who, wanted, into)
    found = [(pattern, names.find_wildcard_problem(pattern)) for pattern in item.dns_names]
    wild = [(pattern, problem) for pattern, problem in found if problem is not None]
    for pattern, problem in wild[:MOST_ITEMS]:
        into.failed(
            "certificate.wildcard",
            "medium",
            f"{who} has the name '{limit_text(pattern)}': {problem}.",
            REISSUE + " with a wildcard of one whole label below a domain of your own.",
            name=pattern,
            **({"name_total": len(wild)} if len(wild) > MOST_ITEMS else {}),
        )


def _names_damaged(item: Certificate) -> bool:
    return any(lost.oid == ALTERNATIVE_NAME for lost in item.unread)


def _judge_coverage(item: Certificate, who: str, wanted: tuple[str, ...], into: Ledger) -> None:
    presented = item.dns_names + item.ip_addresses
    lacking = names.find_missing(item.dns_names, item.ip_addresses, wanted)
    why = [f"{name!r}: {problem}" for name in item.dns_names for problem in [names.find_name_problem(name)] if problem]
    picky = [
        f"{name!r}: {problem}" for name in item.dns_names for problem in [names.find_picky_clients(name)]
        if problem and any(names.matches(name, one) for one in wanted if names.as_address(one) is None)
    ]
    if lacking:
        into.failed(
            "certificate.names",
            "high",
            f"{who} does not cover {list_words(lacking)}; it covers "
            f"{list_words(presented) or ('names that cannot be read' if _names_damaged(item) else 'nothing')}."
            + (f" No client matches the name {list_words(why)}." if why else ""),
            REISSUE + " with every name that clients use.",
            missing=list(lacking),
            presented=list(presented),
        )
    elif picky:
        into.failed(
            "certificate.names",
            "low",
            f"{who} covers {list_words(wanted)}, but not for every client; the name {list_words(picky)}.",
            REISSUE + " with a name of letters, digits and hyphens only, and give the host that name.",
            presented=list(presented),
        )
    else:
        into.passed(
            "certificate.names",
            f"{who} covers {list_words(wanted)}.",
            expected=list(wanted),
            presented=list(presented),
        )
