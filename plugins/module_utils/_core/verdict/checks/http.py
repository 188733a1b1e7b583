# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HSTS, as RFC 6797 reads a header: one of them, valid, over https."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import as_address
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    Context,
    Outcome,
    accepted_versions,
    failed,
    passed,
    unknown,
    unprobed,
)

_DAY = 86400


def _asked(policy: Policy, seen: Mapping[str, Any]) -> bool:
    return (
        seen.get("protocol") == "https"
        and policy.hsts.min_max_age is not None
        and bool(accepted_versions(seen))
    )


def _header(seen: Mapping[str, Any]) -> Mapping[str, Any]:
    return (seen.get("http") or {}).get("hsts") or {}


def hsts(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """One valid Strict-Transport-Security header with at least the policy's max-age (seconds)."""
    del context
    if not _asked(policy, seen):
        return None
    header, least = _header(seen), policy.hsts.min_max_age or 0
    facts: dict[str, Any] = {"hsts": dict(header), "minimum": least}
    if not seen.get("server_name") and as_address(str(seen.get("host"))) is not None:
        return unprobed("The endpoint was asked for by its address, and browsers ignore HSTS for an address "
                        "(RFC 6797 8.1.1). Give the endpoint its name in server_name.", out_of_reach=True)
    if header.get("present") is False:
        return failed("No Strict-Transport-Security header is sent.", **facts)
    if header.get("present") is not True and (seen.get("client_certificate") or {}).get("requested"):
        return unprobed("The probe has no client certificate, so it got no answer that could carry HSTS.",
                        out_of_reach=True)
    if header.get("present") is not True:
        return unknown("No https answer was seen, and so no HSTS header.", **facts)
    return judge_header(header, least, facts)


def judge_header(header: Mapping[str, Any], least: int, facts: dict[str, Any]) -> Outcome:
    """Return whether a header that was sent is one that browsers take, for at least ``least`` seconds."""
    age = header.get("max_age")
    if header.get("valid") is not True or not isinstance(age, int):
        problem = header.get("problem") or "its syntax is not that of RFC 6797"
        return failed(f"Browsers ignore the HSTS header {header.get('raw')!r}: {problem}.", **facts)
    if age == 0:
        return failed("max-age=0 switches HSTS off.", **facts)
    if age < least:
        return failed(f"HSTS lasts {age // _DAY} days, the policy asks for {least // _DAY}.", **facts)
    return passed(f"HSTS lasts {age // _DAY} days.", **facts)


def _directive(policy: Policy, seen: Mapping[str, Any], wanted: bool, key: str, name: str) -> Optional[Outcome]:
    header = _header(seen)
    if not _asked(policy, seen) or not wanted or header.get("valid") is not True or not header.get("max_age"):
        # That there is no header, or one that has no effect, is said by ``hsts``.
        return None
    if header.get(key) is True:
        return passed(f"The HSTS header says {name}.", hsts=dict(header))
    if header.get(key) is False:
        return failed(f"The HSTS header does not say {name}.", hsts=dict(header))
    return unknown(f"Whether the HSTS header says {name} could not be told.", hsts=dict(header))


def hsts_subdomains(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the header covers subdomains where the policy wants that."""
    del context
    return _directive(policy, seen, policy.hsts.include_subdomains, "include_subdomains", "includeSubDomains")


def hsts_preload(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the header asks for preloading where the policy wants that."""
    del context
    return _directive(policy, seen, policy.hsts.preload, "preload", "preload")
