# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is a new certificate due?  From what ``certificate_info`` says of the present one, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import list_words


@dataclass(frozen=True)
class Wanted:
    """What the present certificate is compared with; ``None`` is not compared."""

    names: tuple[str, ...] = ()
    key_type: Optional[str] = None
    key_size: Optional[int] = None
    curve: Optional[str] = None
    renew_days: int = 30
    issuer_sha256: Optional[str] = None


def is_due(result: Mapping[str, Any], wanted: Wanted) -> tuple[str, ...]:
    """Return why a new certificate is needed, most urgent first; empty where it is not.

    Args:
        result: what ``certificate_check.check`` returned for the present set.
        wanted: what it should be.
    """
    leaf = next((item for item in result["certificates"] if item["leaf"]), None)
    if leaf is None:
        return ("No leaf certificate can be read there.", *result["problems"])
    found: list[str] = list(result["problems"])
    if leaf["days_left"] < wanted.renew_days:
        found.append(f"It has {leaf['days_left']} days left; it is renewed when fewer than {wanted.renew_days} are.")
    presented = {*leaf["dns_names"], *leaf["ip_addresses"]}
    surplus = sorted(presented - set(wanted.names))
    lacking = sorted(set(wanted.names) - presented)
    if wanted.names and (surplus or lacking):
        found.append(f"It is for {list_words(sorted(presented)) or 'no name'}; wanted is {list_words(wanted.names)}.")
    found.extend(_key(leaf["key"], wanted))
    chain = [item["sha256"] for item in result["certificates"]]
    if wanted.issuer_sha256 is not None and wanted.issuer_sha256 not in chain:
        found.append("Its authority is not the one in use now.")
    return tuple(found)


def _key(key: Mapping[str, Any], wanted: Wanted) -> tuple[str, ...]:
    for name, expected in (("type", wanted.key_type), ("bits", wanted.key_size), ("curve", wanted.curve)):
        if expected is not None and key[name] != expected:
            return (f"The {name} of its key is {key[name]}; wanted is {expected}.",)
    return ()
