# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is a new certificate due?  From what ``certificate_info`` says of the present one, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import list_words
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.lifetime import SHORT_LIFE_DAYS


@dataclass(frozen=True)
class Wanted:
    """What the present certificate is compared with; ``None`` is not compared."""

    names: tuple[str, ...] = ()
    key_type: Optional[str] = None
    key_size: Optional[int] = None
    curve: Optional[str] = None
    renew_days: Optional[int] = None
    """Days left below which it is due; ``None``: a third of its life, half of it if that is short."""
    issuer_sha256: Optional[str] = None
    origin: Optional[str] = None
    """Where it has to come from, such as the directory of an ACME server."""


def is_due(result: Mapping[str, Any], wanted: Wanted, now: datetime) -> tuple[str, ...]:
    """Return why a new certificate is needed, most urgent first; empty where it is not.

    Args:
        result: what ``certificate_check.check`` returned for the present set; ``origin`` if that is known.
        wanted: what it should be.
        now: the time.
    """
    leaf = next((item for item in result["certificates"] if item["leaf"]), None)
    if leaf is None:
        return ("No leaf certificate can be read there.", *result["problems"])
    found: list[str] = list(result["problems"])
    found.extend(_age(leaf, wanted.renew_days, now))
    presented = {*leaf["dns_names"], *leaf["ip_addresses"]}
    surplus = sorted(presented - set(wanted.names))
    lacking = sorted(set(wanted.names) - presented)
    if wanted.names and (surplus or lacking):
        found.append(f"It is for {list_words(sorted(presented)) or 'no name'}; wanted is {list_words(wanted.names)}.")
    found.extend(_key(leaf["key"], wanted))
    chain = [item["sha256"] for item in result["certificates"]]
    if wanted.issuer_sha256 is not None and wanted.issuer_sha256 not in chain:
        found.append("Its authority is not the one in use now.")
    if wanted.origin is not None and wanted.origin != result.get("origin"):
        found.append(f"It was issued by {result.get('origin') or 'another authority'}; wanted is {wanted.origin}.")
    return tuple(found)


def _age(leaf: Mapping[str, Any], renew_days: Optional[int], now: datetime) -> tuple[str, ...]:
    if renew_days is not None:
        if leaf["days_left"] >= renew_days:
            return ()
        return (f"It has {leaf['days_left']} days left; it is renewed when fewer than {renew_days} are.",)
    begin, end = datetime.fromisoformat(leaf["not_before"]), datetime.fromisoformat(leaf["not_after"])
    life, left = (end - begin).total_seconds(), (end - now).total_seconds()
    parts, word = (2, "half") if life < SHORT_LIFE_DAYS * 86400 else (3, "a third")
    if left * parts >= life:
        return ()
    days = f"{left / 86400:.1f} of {life / 86400:.1f}"
    return (f"It has {days} days left; it is renewed when {word} of its life is left.",)


def _key(key: Mapping[str, Any], wanted: Wanted) -> tuple[str, ...]:
    for name, expected in (("type", wanted.key_type), ("bits", wanted.key_size), ("curve", wanted.curve)):
        if expected is not None and key[name] != expected:
            return (f"The {name} of its key is {key[name]}; wanted is {expected}.",)
    return ()
