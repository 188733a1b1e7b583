# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a listener is: TLS, STARTTLS required or optional, plaintext with or without credentials, or nobody knows."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.listener.identify import Identity, is_tls
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.tables import (
    BY_PROTOCOL,
    UDP_HINTS,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    STARTTLS_PROTOCOLS,
    accepted_versions,
)


def reach(address: str) -> str:
    """Return from where an address can be reached: ``loopback``, ``link_local`` or ``outside``."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return "loopback"
    return "link_local" if parsed.is_link_local else "outside"


def connect_to(address: str) -> str:
    """Return the address at which this host itself reaches a socket that is bound to ``address``.

    For Dovecot a client at the server's own address counts as secure.  A client that asks 127.0.0.2 comes from
    127.0.0.1, so that it gets the answers of any other host.
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if parsed.is_unspecified:
        return "127.0.0.2" if parsed.version == 4 else "::1"
    return address


def find_udp_kind(port: int) -> tuple[str, Optional[str]]:
    """Return (kind, protocol) of a UDP socket: nothing is sent there, its port decides."""
    protocol = UDP_HINTS.get(port)
    return (BY_PROTOCOL[protocol][0] if protocol else "not_tried"), protocol


def kind_of(identity: Identity, seen: Optional[Mapping[str, Any]]) -> tuple[str, str]:
    """Return (kind, sentence) of a TCP socket.

    Args:
        identity: what it was found to speak.
        seen: the observation, for protocols that have a dialogue in ``_core/wire``.
    """
    if not identity.reachable:
        return "unknown", f"No connection could be made: {identity.words or 'no reason given'}."
    if seen is None:
        return _without_observation(identity)
    plaintext = seen.get("plaintext") or {}
    detail = str(plaintext.get("detail") or "").rstrip(".") or "no detail was recorded"
    versions = accepted_versions(seen)
    if seen.get("protocol") == "http":
        return _http(identity, plaintext, detail)
    refused = plaintext.get("refused")
    if seen.get("protocol") in STARTTLS_PROTOCOLS:
        return _starttls(refused, bool(versions) or (seen.get("starttls") or {}).get("offered") is True, detail)
    if refused is False:
        return "plaintext_credentials", f"It talks in clear text: {detail}."
    if versions:
        return "tls", f"It speaks {', '.join(versions)} from the first byte."
    if is_tls(identity):
        return "tls", f"It speaks TLS from the first byte: without a server name it {identity.words}."
    return "unknown", f"It could not be found out whether it speaks TLS or plaintext: {detail}."


def _starttls(refused: Optional[bool], offered: bool, detail: str) -> tuple[str, str]:
    if refused is True:
        return "starttls_required", f"Without STARTTLS it refuses: {detail}."
    if refused is False:
        kind = "starttls_optional" if offered else "plaintext_credentials"
        return kind, f"It goes on without TLS: {detail}."
    return "unknown", f"It could not be found out whether it goes on without TLS: {detail}."


def _http(identity: Identity, plaintext: Mapping[str, Any], detail: str) -> tuple[str, str]:
    how = str(plaintext.get("how"))
    if identity.basic:
        return "plaintext_credentials", f"It asks for a password in clear text (HTTP basic authentication): {detail}."
    if how in ("redirect_permanent", "redirect_temporary"):
        return "redirect", f"It only leads to https: {detail}."
    if plaintext.get("refused") is None:
        return "unknown", f"It speaks HTTP, but what it serves could not be found out: {detail}."
    return "plaintext", f"It speaks HTTP in clear text: {detail}."


def _without_observation(identity: Identity) -> tuple[str, str]:
    if identity.protocol is None:
        words = f": {identity.words}" if identity.words else ""
        return "unknown", f"It answers in no protocol that is known here{words}."
    kind = BY_PROTOCOL.get(identity.protocol, ("unknown", "info"))[0]
    how = {"greeting": "by its first words", "answer": "by its answer"}.get(identity.by, "by its port alone")
    return kind, f"It is {identity.protocol}, {how}."
