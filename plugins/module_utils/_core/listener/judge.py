# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings about listeners: undeclared ones, and plaintext that can be reached from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import as_address
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.alone import copy_json
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_printable
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.tables import BY_PROTOCOL, CLEAR
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.exceptions import parse_exceptions
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.finding import Finding, make_finding
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import (
    Exceptions,
    is_covered,
    make_failed_judgement,
    verdict_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import read_port

_TEXTS = ("transport", "address", "port", "reach", "classification", "process")
_SEVERITY = {"starttls_optional": "high", "plaintext_credentials": "high", "plaintext": "medium"}


def name_listener(listener: Mapping[str, Any]) -> str:
    """Return ``address:port/protocol``, the transport where no protocol is known; IPv6 in brackets."""
    address = str(listener.get("address"))
    if ":" in address:
        address = f"[{address}]"
    return f"{address}:{listener.get('port')}/{listener.get('protocol') or listener.get('transport')}"


def judge_listeners(
    listeners: Sequence[Mapping[str, Any]],
    declared: Sequence[Mapping[str, Any]],
    exceptions: Exceptions = (),
    *,
    now: datetime,
    host: str,
    groups: Sequence[str] = (),
    fail_on: str = "low",
) -> list[dict[str, Any]]:
    """Judge what ``listener_info`` found on one host.

    Args:
        listeners: its ``listeners``.
        declared: endpoints and listeners (``transport`` if it is not tcp) that are declared for this
            host; how they speak is judged where they are verified.
        exceptions: as ``exceptions.py`` describes them.
        now: aware, UTC.
        host: the inventory's name of the host.
        groups: the inventory's groups of the host.
        fail_on: the mildest severity that makes a verdict ``fail``.

    Returns:
        The listeners, each with ``endpoint``, ``declared``, ``findings`` and ``verdict``.
    """
    rules = parse_exceptions(exceptions)
    known = {(str(item.get("transport") or "tcp"), port) for item in declared for port in _port(item)}

    def row(listener: Mapping[str, Any]) -> dict[str, Any]:
        is_declared = (str(listener.get("transport")), int(listener["port"])) in known
        findings = [
            is_covered(finding, rules, groups, now).to_dict()
            for finding in _findings(listener, is_declared, host)
        ]
        return copy_json({
            **listener, "endpoint": name_listener(listener), "declared": is_declared, "findings": findings,
            "verdict": verdict_of(findings, fail_on) if findings else "pass",
        })

    return [_alone(row, listener, host) for listener in listeners]


def _alone(
    make: Callable[[Mapping[str, Any]], dict[str, Any]], listener: Mapping[str, Any], host: str
) -> dict[str, Any]:
    """Return the judged listener, or one that says why it could not be judged."""
    try:
        return make(listener)
    except Exception as error:
        texts = {key: show_printable(listener.get(key)) if isinstance(listener, Mapping) else "unknown"
                 for key in _TEXTS}
        name = f"a listener ({', '.join('{} {}'.format(*item) for item in texts.items())})"
        return {
            **dict.fromkeys(_TEXTS, "unknown"), "port": 0, "endpoint": name, "declared": False,
            "findings": [make_failed_judgement(host, name, error).to_dict()], "verdict": "error",
        }


def _port(item: Mapping[str, Any]) -> list[int]:
    """Return the port of a declared endpoint; nothing if it has none, and then its listener is not declared."""
    try:
        return [read_port(item)]
    except (IntransitError, AttributeError, TypeError):
        return []


def _listening_port(listener: Mapping[str, Any]) -> list[int]:
    """Return the port of a socket; it has none by default, whatever it speaks."""
    return _port({"port": listener.get("port")}) if isinstance(listener, Mapping) else []


def propose(
    listeners: Sequence[Mapping[str, Any]],
    host: str,
    known: Sequence[Mapping[str, Any]] = (),
    address: Optional[str] = None,
) -> list[dict[str, Any]]:
    """Return endpoints to look at from outside: what can be reached, speaks a known protocol and is not known yet.

    Args:
        listeners: of ``listener_info``.
        host: name or address under which others reach the host.
        known: endpoints that are probed anyway.
        address: connect there instead of resolving ``host``; ignored where it is a name.
    """
    where = {"address": address} if address and as_address(address) else {}
    taken = {port for item in known for port in _port(item)}
    found: dict[int, dict[str, Any]] = {}
    # What has no port is no endpoint; judge_listeners says what is wrong with it.
    for listener, port in ((item, port) for item in listeners for port in _listening_port(item)):
        protocol = listener.get("protocol")
        outside = listener.get("transport") == "tcp" and listener.get("reach") == "outside"
        if outside and isinstance(protocol, str) and protocol in DEFAULT_PORTS and port not in taken:
            found[port] = {"host": host, "port": port, "protocol": protocol, **where}
    return [found[port] for port in sorted(found)]


def _findings(listener: Mapping[str, Any], is_declared: bool, host: str) -> list[Finding]:
    if listener.get("reach") == "loopback":
        return []
    who = str(listener.get("process") or "a process that could not be seen")
    found = [_finding(
        listener, host, "listener_declared", "pass" if is_declared else "fail",
        f"{who} listens here and is declared." if is_declared
        else f"{who} listens here, but no endpoint is declared for it.",
    )]
    if not is_declared:
        found.append(_clear(listener, host))
    return found


def _clear(listener: Mapping[str, Any], host: str) -> Finding:
    kind, sentence = str(listener.get("classification")), str(listener.get("detail") or "")
    if kind in CLEAR:
        of_protocol = BY_PROTOCOL.get(str(listener.get("protocol")))
        severity = of_protocol[1] if of_protocol else _SEVERITY[kind]
        return _finding(listener, host, "listener_plaintext", "fail", sentence, severity)
    if kind in ("unknown", "not_tried"):
        return _finding(listener, host, "listener_plaintext", "unprobed", sentence or "Nothing was sent there.")
    return _finding(listener, host, "listener_plaintext", "pass", sentence)


def _finding(
    listener: Mapping[str, Any], host: str, control: str, status: str, sentence: str, severity: Optional[str] = None
) -> Finding:
    return make_finding(
        control, status, sentence, host=host, endpoint=name_listener(listener), evidence=_evidence(listener),
        severity=severity)


def _evidence(listener: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("process", "executable", "package", "user", "unit", "classification", "identified_by", "words")
    return {key: listener[key] for key in keys if listener.get(key) is not None}
