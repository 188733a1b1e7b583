# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a certificate name this host?  RFC 9525 (which replaced RFC 6125), read strictly.

Only subject alternative names count; a common name never does (RFC 9525 section 2).  A
wildcard stands alone as the whole left-most label and for exactly one label (6.3); an IP
address matches only an iPAddress entry (6.2 and RFC 9110 4.3.5).

A presented name is judged as it is, byte for byte but for its case: nothing is trimmed and
nothing repaired, because no client does.  Where clients differ, the strictest common one
decides, and the reason names it.  Names outside ASCII never come here: the edge turns what
a user wrote into A-labels first (``_edge/wire/idn.py``).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError

MAX_NAME, MAX_LABEL = 253, 63
_STRANGE = re.compile(r"[^A-Za-z0-9_.*-]")
_WILD_LABEL = re.compile(r"[a-z0-9-]+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def is_only_ascii(name: str) -> str:
    """Return a host name that is in ASCII already: what the core does where the edge gave it nothing better.

    Raises:
        IntransitError: it is not.
    """
    if not name.isascii():
        raise IntransitError(
            f"The host name {name!r} has characters outside ASCII. Write it in A-labels (xn--...).", {"name": name}
        )
    return name


def normalise_host(name: str) -> str:
    """Return a host name that a user wrote as it is compared: lower case, without the final dot of the root.

    Raises:
        IntransitError: it has characters outside ASCII.
    """
    text = is_only_ascii(name.strip()).lower()
    return text[:-1] if text.endswith(".") else text


def as_address(name: str) -> Optional[str]:
    """Return the normal form of an IP address, ``None`` for everything else."""
    text = name.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def find_wildcard_problem(pattern: str) -> Optional[str]:
    """Say what is wrong with a presented name that has a ``*`` in it, if anything is."""
    if "*" not in pattern:
        return None
    labels = pattern.split(".")
    if labels[0] != "*" or any("*" in label for label in labels[1:]):
        return "the asterisk is not the whole left-most label, and browsers and Go do not accept it anywhere else"
    if len(labels) < 3:
        return "it would stand for every name below a top-level domain, which OpenSSL, GnuTLS and browsers refuse"
    return None


def find_name_problem(presented: str) -> Optional[str]:
    """Say why a presented dNSName without a ``*`` of its own is no host name (RFC 5280 4.2.1.6), if it is none."""
    if not presented:
        return "it is empty"
    strange = _STRANGE.search(presented)
    if strange is not None:
        return f"it has the character {strange.group()!r}, and no client matches a host name with it"
    if presented.startswith(".") or presented.endswith(".") or ".." in presented:
        return "it has a dot with no label before or behind it, and no client trims it"
    labels = presented.split(".")
    if len(presented) > MAX_NAME or any(len(label) > MAX_LABEL for label in labels):
        return f"it, or a label of it, is too long ({MAX_NAME} and {MAX_LABEL} bytes), and Java and Firefox refuse that"
    if any(label.startswith("-") or label.endswith("-") for label in labels):
        return "a label of it begins or ends with a hyphen, which Java and Firefox refuse"
    return None


def find_picky_clients(presented: str) -> Optional[str]:
    """Say which common client refuses a presented name that the others take, if one does."""
    if "_" in presented:
        return "it has an underscore, and Java refuses to match such a name"
    if _NUMBER.fullmatch(presented.lower().rpartition(".")[2]):
        return "its last label is a number, and browsers take such a name for an IP address"
    return None


def find_problem(presented: str) -> Optional[str]:
    """Say why no host, or not every client, can be content with a presented dNSName, if that is so."""
    return find_name_problem(presented) or find_wildcard_problem(presented) or find_picky_clients(presented)


def matches(pattern: str, host: str) -> bool:
    """Tell whether a presented dNSName stands for ``host`` (a DNS name)."""
    presented, wanted = pattern.lower(), normalise_host(host)
    if find_name_problem(presented) is not None or find_wildcard_problem(presented) is not None or not wanted:
        return False
    if presented == wanted:
        return True
    label, dot, parent = wanted.partition(".")
    # OpenSSL lets a wildcard stand for letters, digits and hyphens only, and have only those behind it.
    plain = _WILD_LABEL.fullmatch(label) and "_" not in parent
    hyphens = label.startswith("-") or label.endswith("-")
    return bool(presented.startswith("*.") and dot and plain and not hyphens and parent == presented[2:])


def covers(dns_names: Iterable[str], ip_addresses: Iterable[str], wanted: str) -> bool:
    """Tell whether a certificate with these alternative names stands for ``wanted``."""
    address = as_address(wanted)
    if address is not None:
        return address in {as_address(item) for item in ip_addresses}
    return any(matches(pattern, wanted) for pattern in dns_names)


def find_missing(dns_names: Iterable[str], ip_addresses: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``wanted`` that the alternative names do not cover, in order."""
    names, addresses = tuple(dns_names), tuple(ip_addresses)
    return tuple(item for item in wanted if not covers(names, addresses, item))


def find_constraint_problem(permitted: Iterable[str], excluded: Iterable[str], name: str) -> Optional[str]:
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
    host, tree = name.lower(), base.lower()
    if tree.startswith("."):
        # OpenSSL and Go want a label before a constraint that begins with a dot.
        return host.endswith(tree)
    return not tree or host == tree or host.endswith("." + tree)
