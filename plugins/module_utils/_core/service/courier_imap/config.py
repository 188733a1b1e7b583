# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read what Courier's settings say: where it listens, and who logs in to it in clear text.

Courier's files are sourced by a shell, two for each protocol: ``imapd`` and
``imapd-ssl``.  The start script of the plain port reads them in the one order, that of
the TLS port in the other, so a key may mean two things; Debian's scripts
``/usr/lib/courier/imapd`` and ``imapd-ssl`` are the source of what wins here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Optional

Values = Mapping[str, Optional[str]]

FILES = {"imap": ("imapd", "imapd-ssl"), "pop3": ("pop3d", "pop3d-ssl")}
"""Protocol to its two files below /etc/courier."""
PORTS = {"imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995}
UNITS = {
    "imap": "courier-imap.service",
    "imaps": "courier-imap-ssl.service",
    "pop3": "courier-pop.service",
    "pop3s": "courier-pop-ssl.service",
}
"""Protocol to the unit that opens its port."""

_HOST_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+\Z")
_MECHANISM = re.compile(r"(?:^|\s)-a\s*(\S+)")
_REMOTE = re.compile(r"(?:^|\s)-O\s*(\S+)")
_LOCAL_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost")


@dataclass(frozen=True)
class Listen:
    """A socket that the settings ask for; ``address`` is empty for all addresses."""

    protocol: str
    address: str
    port: int


def listens(protocol: str, plain: Values, tls: Values) -> tuple[tuple[Listen, ...], tuple[str, ...]]:
    """Return the sockets of one protocol and its TLS twin, and what could not be read, as sentences.

    Args:
        protocol: imap or pop3.
        plain: the values of ``imapd`` or ``pop3d``.
        tls: the values of ``imapd-ssl`` or ``pop3d-ssl``.
    """
    found: list[Listen] = []
    problems: list[str] = []
    for name, key, where, values in (
        (protocol, "PORT", "ADDRESS", {**tls, **plain}),
        (protocol + "s", "SSLPORT", "SSLADDRESS", {**plain, **tls}),
    ):
        written = values.get(key, str(PORTS[name]))
        address = values.get(where, "0") or ""
        for item in (written or "").split(","):
            one = _listen(name, item.strip(), address)
            if one is None:
                problems.append(f"{key}={written} cannot be read, so {name} is looked at on its usual port.")
                one = Listen(name, _every(address), PORTS[name])
            found.append(one)
    return tuple(dict.fromkeys(found)), tuple(problems)


def _listen(protocol: str, item: str, address: str) -> Optional[Listen]:
    """Read ``993`` or ``192.0.2.1.993``; None for anything else."""
    own, dot, port = item.rpartition(".")
    if not port.isdigit() or not 0 < int(port) < 65536:
        return None
    return Listen(protocol, _every(own if dot else address), int(port))


def _every(address: str) -> str:
    return "" if address in ("0", "0.0.0.0", "::", "*") else address


def is_name_of_another_host(suffix: str) -> bool:
    """True for what Courier takes as the host of a virtual certificate (``imapd.pem.mail.example.org``)."""
    return bool(_HOST_NAME.match(suffix))


def find_rimap(values: Values, own_names: Collection[str], own_addresses: Collection[str]) -> Optional[str]:
    """Return where saslauthd logs in by IMAP if that is this host, else None.

    saslauthd's rimap speaks no TLS, so it cannot log in to a port that demands it.

    Args:
        values: those of a file such as ``/etc/default/saslauthd``.
        own_names: names of this host, besides localhost.
        own_addresses: addresses of this host, besides loopback.
    """
    mechanism, target = _by_options(values.get("OPTIONS") or "")
    mechanism = mechanism or values.get("MECHANISMS") or ""
    if "rimap" not in mechanism.split():
        return None
    target = target or (values.get("MECH_OPTIONS") or "").strip() or "localhost"
    host = target.partition("/")[0].strip("[]").lower()
    known = {name.lower() for name in own_names} | set(_LOCAL_NAMES) | set(own_addresses)
    return target if host in known or _loopback(host) else None


def _by_options(text: str) -> tuple[str, str]:
    mechanism, remote = _MECHANISM.search(text), _REMOTE.search(text)
    return (mechanism.group(1) if mechanism else "", remote.group(1) if remote else "")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def show_settings(values: Values) -> dict[str, Optional[str]]:
    """Return the settings that have to do with TLS and ports; None where only a shell could tell."""
    return {key: value for key, value in values.items() if _is_ours(key)}


def _is_ours(key: str) -> bool:
    return key.startswith("TLS_") or key in (
        "PORT", "ADDRESS", "SSLPORT", "SSLADDRESS", "COURIERTLS", "IMAPDSTARTTLS", "IMAP_TLS_REQUIRED",
        "POP3_STARTTLS", "POP3_TLS_REQUIRED",
    )
