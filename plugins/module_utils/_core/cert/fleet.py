# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keys that several places have in common: one key in use twice, one prime in two keys.

Works on plain data as ``certificate_info`` returns it, so that a controller can put the
results of a whole fleet together.  A place is a host, or a path within one run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import batch_gcd
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger, list_words
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate, Finding
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

NEW_KEYS = (
    "Make new keys on each of these places, from a good random source, and revoke the certificates of the old ones."
)


def judge_moduli(places: Mapping[int, Sequence[str]]) -> tuple[Finding, ...]:
    """Find RSA moduli that share a prime with another one.

    Args:
        places: modulus -> where it was seen.
    """
    shared = batch_gcd.find_shared_factors(list(places))
    partners = batch_gcd.find_partners(list(places), shared)
    found: list[Finding] = []
    for modulus, factor in shared.items():
        here = list(places[modulus])
        others = sorted({place for other in partners[modulus] for place in places[other]})
        into = Ledger(here[0])
        into.failed(
            "certificate.shared_factor",
            "critical",
            f"The RSA key of {list_words(here)} has a prime factor in common with that of {list_words(others)}: "
            "anyone can compute both private keys.",
            NEW_KEYS,
            places=here,
            partners=others,
            factor_bits=factor.bit_length(),
            modulus_bits=modulus.bit_length(),
        )
        found.extend(into.findings)
    return tuple(found)


def judge_identities(leaves: Iterable[Certificate]) -> tuple[Finding, ...]:
    """Report, as advice, one key that stands behind certificates with no name in common."""
    by_key: dict[str, list[Certificate]] = {}
    for leaf in leaves:
        if leaf.key.spki_sha256 is not None:
            by_key.setdefault(leaf.key.spki_sha256, []).append(leaf)
    found: list[Finding] = []
    for digest, group in by_key.items():
        first = set(group[0].dns_names + group[0].ip_addresses)
        strangers = [leaf for leaf in group[1:] if not first & set(leaf.dns_names + leaf.ip_addresses)]
        if strangers:
            into = Ledger(group[0].source)
            into.failed(
                "certificate.key_shared",
                "low",
                f"One key stands behind certificates for different names: {list_words(leaf.title for leaf in group)}.",
                "Give each its own key, so that losing one does not lose all.",
                spki_sha256=digest,
                paths=[leaf.source for leaf in group],
            )
            found.extend(into.findings)
    return tuple(found)


def find_shared_keys(results: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Judge what ``certificate_info`` returned on many hosts, together.

    Args:
        results: host -> the module's result, or a list of such results.

    Returns:
        findings ``certificate.shared_factor`` (critical) and ``certificate.key_shared``
        (medium: one key on several hosts), with the hosts in the evidence.

    Raises:
        CertificateError: a value is not such a result.
    """
    moduli: dict[int, list[str]] = {}
    hosts: dict[str, list[str]] = {}
    paths: dict[str, set[str]] = {}
    for host, result in results.items():
        for item in _items(host, result):
            key = item.get("key") or {}
            place = f"{host}: {item.get('path')}"
            if key.get("type") == "rsa" and isinstance(key.get("modulus"), str):
                _note(moduli.setdefault(_number(key["modulus"], host), []), place)
            digest = key.get("spki_sha256")
            if isinstance(digest, str) and not item.get("ca"):
                _note(hosts.setdefault(digest, []), str(host))
                paths.setdefault(digest, set()).add(place)
    return judge_moduli(moduli) + _on_many_hosts(hosts, paths)


def _on_many_hosts(hosts: Mapping[str, Sequence[str]], paths: Mapping[str, set[str]]) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for digest, names in hosts.items():
        if len(names) < 2:
            continue
        into = Ledger(sorted(paths[digest])[0])
        into.failed(
            "certificate.key_shared",
            "medium",
            f"One key is in use on {len(names)} hosts: {list_words(names)}.",
            "Give each host its own key, or state an exception for a cluster that has to share one.",
            spki_sha256=digest,
            hosts=list(names),
            places=sorted(paths[digest]),
        )
        found.extend(into.findings)
    return tuple(found)


def _items(host: str, result: Any) -> Iterable[Mapping[str, Any]]:
    for one in result if isinstance(result, (list, tuple)) else [result]:
        if not isinstance(one, Mapping):
            raise CertificateError(f"The entry for the host {host} is not a result of certificate_info.")
        for name in ("certificates", "private_keys"):
            for item in one.get(name) or ():
                if isinstance(item, Mapping):
                    yield item


def _number(text: str, host: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        raise CertificateError(f"A modulus in the result of the host {host} is not a hexadecimal number.") from None


def _note(known: list[str], item: str) -> None:
    if item not in known:
        known.append(item)
