# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a client's setting leads: hosts and ports in URLs and lists, and whether a name is one of this host.

Only host, port and scheme are ever kept; user, password, path and query of a URL are dropped here.
(RFC 3986 section 3; default ports by RFC 4511, 8314, 9110.)
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

PORTS = {"http": 80, "ldap": 389, "imap": 143, "pop3": 110, "smtp": 25, "submission": 587, "tls": 143, "sieve": 4190}
"""Schemes that begin in plaintext, with their default ports; ``tls`` is webmail's word for STARTTLS."""
IN_TLS = {"https", "ldaps", "imaps", "pop3s", "smtps", "ssl", "ldapi", "unix"}
"""Schemes of TLS from the first byte, or of this host's own sockets."""

_URL = re.compile(
    r"\b([a-z][a-z0-9+.-]{1,12})://(?:[^\s/@\"'<>]*@)?(\[[0-9a-f:.]+\]|[a-z0-9_.*-]+)?(?::(\d{1,5}))?(?=[/\s\"'?;,)>}\]]|\Z)",
    re.IGNORECASE)
_PLACE = re.compile(r"(\[[0-9a-z_.:-]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?\Z", re.IGNORECASE)
_LOCAL = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


@dataclass(frozen=True)
class Place:
    """One server that a setting names; ``encrypted`` if the scheme itself asks for TLS."""

    scheme: str
    host: str
    port: int
    encrypted: bool = False

    @property
    def url(self) -> str:
        """The server as a URL; IPv6 addresses in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def find_urls(text: str) -> list[Place]:
    """Return the servers of all URLs of known schemes in a text."""
    found = [_place(match.group(1), match.group(2), match.group(3)) for match in _URL.finditer(text)]
    return [place for place in found if place]


def list_places(text: str, scheme: str, port: str = "") -> list[Place]:
    """Return the servers of a list of URLs, hosts, or hosts with ports, set apart by white space or commas.

    Args:
        text: the setting's value.
        scheme: what a host without one is asked by.
        port: the port of a host without one, if another setting says it.
    """
    found: list[Place] = []
    for word in re.split(r"[\s,;]+", text):
        if "://" in word:
            found += find_urls(word)
            continue
        match = _PLACE.match(word)
        place = _place(scheme, match.group(1), match.group(2) or port) if match and match.group(1) else None
        if place:
            found.append(place)
    return found


def _place(scheme: str, host: Optional[str], port: Optional[str]) -> Optional[Place]:
    scheme = scheme.lower()
    if not host and not scheme.startswith("ldap"):
        return None  # only LDAP has URLs without a host
    number = int(port) if port and port.isdigit() else PORTS.get(scheme, 0)
    if scheme in IN_TLS:
        return Place(scheme, (host or "localhost").strip("[]").lower(), number, True)
    if scheme not in PORTS or not 0 < number < 65536:
        return None
    return Place(scheme, (host or "localhost").strip("[]").lower(), number, scheme == "tls")


def is_here(host: str, own: Collection[str]) -> bool:
    """Return whether a name or address means this host.

    Args:
        host: as a setting says it.
        own: names and addresses of this host, in small letters, besides loopback.
    """
    name = host.strip("[]").rstrip(".").lower()
    if name in _LOCAL or name in own:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def list_names(text: str, own: Collection[str]) -> set[str]:
    """Return the names that a file such as /etc/hosts gives to addresses of this host (hosts(5))."""
    found: set[str] = set()
    for line in text.split("\n"):
        address, *names = line.partition("#")[0].split() or [""]
        if address and is_here(address, own):
            found |= {name.lower() for name in names}
    return found
