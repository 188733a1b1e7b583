# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a certificate name this host?  RFC 9525 (which replaced RFC 6125), read strictly.

Only subject alternative names count; a common name never does (RFC 9525 section 2).  A
wildcard stands alone as the whole left-most label and for exactly one label (6.3); an IP
address matches only an iPAddress entry (6.2 and RFC 9110 4.3.5).
"""

from __future__ import annotations

import ipaddress
from typing import Iterable, Optional, Tuple


def normal_host(name: str) -> str:
    """Return a DNS name as it is compared: A-labels, lower case, no final dot.

    A name that no rule can turn into A-labels comes back lower-cased, and then matches
    nothing but itself.
    """
    text = name.strip().rstrip(".")
    if not text.isascii():
        try:
            text = text.encode("idna").decode("ascii")
        except (UnicodeError, ValueError):
            pass
    return text.lower()


def as_address(name: str) -> Optional[str]:
    """Return the normal form of an IP address, ``None`` for everything else."""
    text = name.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def wildcard_problem(pattern: str) -> Optional[str]:
    """Say what is wrong with a presented name that has a ``*`` in it, if anything is."""
    if "*" not in pattern:
        return None
    labels = normal_host(pattern).split(".")
    if labels[0] != "*" or any("*" in label for label in labels[1:]):
        return "the asterisk is not the whole left-most label, and clients do not accept it anywhere else"
    if len(labels) < 3:
        return "it would stand for every name below a top-level domain"
    return None


def matches(pattern: str, host: str) -> bool:
    """Tell whether a presented dNSName stands for ``host`` (a DNS name)."""
    presented, wanted = normal_host(pattern), normal_host(host)
    if not presented or not wanted:
        return False
    if presented == wanted:
        return True
    if not presented.startswith("*.") or wildcard_problem(presented) is not None:
        return False
    label, dot, parent = wanted.partition(".")
    return bool(label and dot and "*" not in label and parent == presented[2:])


def covers(dns_names: Iterable[str], ip_addresses: Iterable[str], wanted: str) -> bool:
    """Tell whether a certificate with these alternative names stands for ``wanted``."""
    address = as_address(wanted)
    if address is not None:
        return address in {as_address(item) for item in ip_addresses}
    return any(matches(pattern, wanted) for pattern in dns_names)


def missing(dns_names: Iterable[str], ip_addresses: Iterable[str], wanted: Iterable[str]) -> Tuple[str, ...]:
    """Return those of ``wanted`` that the alternative names do not cover, in order."""
    names, addresses = tuple(dns_names), tuple(ip_addresses)
    return tuple(item for item in wanted if not covers(names, addresses, item))


def constraint_problem(permitted: Iterable[str], excluded: Iterable[str], name: str) -> Optional[str]:
    """Say why an authority with these name constraints may not sign for ``name`` (RFC 5280 4.2.1.10).

    Args:
        permitted: ``DNS:example.org``, ``IP:192.0.2.0/24``; kinds that are not in it are free.
        excluded: the same; wins over ``permitted``.
        name: a DNS name (``*.`` allowed) or an IP address.
    """
    kind = "DNS" if as_address(name) is None else "IP"
    allowed = [item for item in permitted if item.startswith(kind)]
    if allowed and not any(_within(item[len(kind) + 1 :], name) for item in allowed):
        return f"only for {', '.join(allowed)}"
    barred = next((item for item in excluded if item.startswith(kind) and _within(item[len(kind) + 1 :], name)), None)
    return None if barred is None else f"not for {barred}"


def _within(base: str, name: str) -> bool:
    address = as_address(name)
    if address is not None:
        try:
            return ipaddress.ip_address(address) in ipaddress.ip_network(base, strict=False)
        except ValueError:
            return False
    host = normal_host(name)
    if host.startswith("*."):
        host = host[2:]
    tree = normal_host(base).lstrip(".")
    return not tree or host == tree or host.endswith("." + tree)
