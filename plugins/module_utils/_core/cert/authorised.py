# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names that the private authority signs: those that the controller says, and those that ``tls_ca_names`` covers.

A host knows names of its own (ServerName, ServerAlias, myhostname), but a host in other
hands would name the controller, the directory server or a wildcard for the whole
domain.  So a name that only the host reported authorises nothing.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Callable, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import (
    as_address,
    is_only_ascii,
    normalise_host,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError, IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_printable

ToAscii = Callable[[str], str]
Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


def find_unauthorised(
    names: Iterable[str], said: Sequence[str], allowed: Sequence[str], to_ascii: ToAscii = is_only_ascii
) -> tuple[str, ...]:
    """Return those of ``names`` that the authority must not sign, in order.

    Args:
        names: host names, wildcards (``*.example.org``) and addresses of a certificate.
        said: names that were said on the controller; each counts for itself alone, and so does a wildcard.
        allowed: the list ``tls_ca_names``: a name or an address; ``*.example.org`` for names with one label more, and
            for the wildcard itself; ``.example.org`` for everything below it; a network such as ``192.0.2.0/24``.
        to_ascii: turns what a user wrote into A-labels; names of a certificate have to be in ASCII as they are.

    Raises:
        CertificateError: an item of ``allowed`` has none of these forms.
    """
    own = {_canonical(_bare(item), to_ascii) for item in _texts(said)} - {None}
    rules = [_rule(item, to_ascii) for item in _texts(allowed)]
    return tuple(name for name in names if not _fits(name, own, rules))


def list_said_names(entry: Mapping[str, Any]) -> list[str]:
    """Return the names that a completed entry was given on the controller: all but those that a host reported."""
    reported = set(entry.get("reported_names") or ())
    common = [str(entry["common_name"])] if entry.get("common_name") else []
    return [name for name in [*entry["names"], *common] if name not in reported]


def is_name(text: str) -> bool:
    """Return whether a text is a host name, a wildcard or an address."""
    return _canonical(text) is not None


def _texts(items: Any) -> list[str]:
    return [items] if isinstance(items, str) else [str(item) for item in items or ()]


def _bare(item: str) -> str:
    """Take ``DNS:`` or ``IP:`` away, as an entry of tls_certificates may write it."""
    kind, colon, rest = item.partition(":")
    return rest if colon and kind.upper() in ("DNS", "IP") else item


def _canonical(name: str, to_ascii: ToAscii = is_only_ascii) -> Optional[str]:
    """Return a name in the one form in which names are compared; None for what is no name."""
    address = as_address(name)
    if address is not None:
        return address
    try:
        host = normalise_host(to_ascii(name))
    except IntransitError:
        return None
    labels = (host[2:] if host.startswith("*.") else host).split(".")
    fits = name == name.strip() and len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return host if fits else None


def _fits(name: str, own: Iterable[Optional[str]], rules: Sequence[tuple[str, Any]]) -> bool:
    known = _canonical(name)
    if known is None:
        return False
    return known in own or any(_covers(kind, what, known) for kind, what in rules)


def _covers(kind: str, what: Any, name: str) -> bool:
    address = as_address(name)
    if kind == "network":
        return address is not None and ipaddress.ip_address(address) in what
    if address is not None or kind == "name":
        return kind == "name" and name == str(what)
    if kind == "below":
        return name.endswith(f".{what}")
    return name == f"*.{what}" or name.partition(".")[2] == str(what)


def _rule(item: str, to_ascii: ToAscii) -> tuple[str, Any]:
    """Return the kind of an item of the list and what it says."""
    text = _bare(item)
    if "/" in text:
        network = _network(text)
        if network is not None:
            return "network", network
    for prefix, kind in (("*.", "one label"), (".", "below")):
        rest = text[len(prefix):]
        domain = _canonical(rest, to_ascii) if text.startswith(prefix) and not rest.startswith("*.") else None
        if domain and as_address(domain) is None:
            return kind, domain
    known = _canonical(text, to_ascii)
    if known is None or text.startswith((".", "*")):
        raise CertificateError(
            f"tls_ca_names has the item {show_printable(item)}. Allowed: a name (www.example.org), an address, "
            "*.example.org for one label more, .example.org for all names below it, or a network (192.0.2.0/24).")
    return "name", known


def _network(text: str) -> Optional[Network]:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
