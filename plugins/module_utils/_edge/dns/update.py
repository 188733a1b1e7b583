# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Change a zone by RFC 2136, signed with a key (TSIG, RFC 8945); the only file that imports dnspython to change.

The server itself is asked first what it has, so that only a difference is sent and a second run sends nothing.  It
is asked again afterwards.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError, IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_error
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import is_address
from ansible_collections.intransit.tls.plugins.module_utils._edge.dns.ask import check_library

try:
    import dns.message
    import dns.name
    import dns.query
    import dns.rcode
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype
    import dns.tsigkeyring
    import dns.update
except ImportError:
    pass  # check_library() says so

ALGORITHMS = ("hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
KINDS = ("CAA", "TLSA", "TXT")
MAX_RECORDS = 1000
PATIENCE, PAUSE = 15.0, 0.3
"""Seconds until a server has to show an update, and between two looks."""


class Server:
    """A primary name server, and the key that it knows us by; without a zone the server is asked for it."""

    def __init__(self, address: str, port: int, zone: str, seconds: float, key: Mapping[str, str]) -> None:
        """Check what was given.

        Raises:
            ArgumentError: the address, the zone or the key makes no sense; no message has the secret.
        """
        check_library()
        if not is_address(address):
            raise ArgumentError(f"server: {address!r} is not an address.")
        if key["algorithm"] not in ALGORITHMS:
            raise ArgumentError(f"key_algorithm is {key['algorithm']!r}. Allowed: {', '.join(ALGORITHMS)}.")
        try:
            if not base64.b64decode(key["secret"], validate=True):
                raise ValueError
            self._ring = dns.tsigkeyring.from_text({key["name"]: key["secret"]})
        except Exception:
            # Its own words may have the secret in them.
            raise ArgumentError("key_secret is not base64, or key_name is not a name.") from None
        try:
            self.zone = dns.name.from_text(zone) if zone else None
        except Exception as error:
            raise ArgumentError(f"zone: {zone!r} is not a name: {show_error(error)}.") from None
        self._algorithm = dns.name.from_text(key["algorithm"])
        self._place: dict[str, Any] = {"where": address, "port": port, "timeout": seconds}

    def find_zone(self, name: Any) -> Any:
        """Return the zone that a name lies in: whose SOA record this server has (RFC 2308 section 3).

        Raises:
            IntransitError: it gave no answer, or has no zone for the name.
        """
        reply = self._send(dns.message.make_query(name, "SOA"), f"about SOA of {name}")
        owners = [rows.name for rows in [*reply.answer, *reply.authority] if rows.rdtype == dns.rdatatype.SOA]
        if not owners or not name.is_subdomain(owners[0]):
            raise IntransitError(f"{self._place['where']} has no zone for {name}. Name the zone, or another server.")
        return owners[0]

    def read(self, name: Any, kind: str) -> set[Any]:
        """Return the records of a kind under a name, as this server has them.

        Raises:
            IntransitError: it gave no answer, or refuses to.
        """
        reply = self._send(dns.message.make_query(name, kind), f"about {kind} of {name}")
        if reply.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            code = dns.rcode.to_text(reply.rcode())
            raise IntransitError(f"{self._place['where']} answers {code} about {kind} of {name}.")
        wanted = dns.rdatatype.from_text(kind)
        return {row for rows in reply.answer if rows.rdtype == wanted and rows.name == name for row in rows}

    def change(self, changes: Sequence[tuple[Any, int, Any, bool]]) -> None:
        """Send changes in one message: name, TTL, record, and whether it comes or goes.

        Raises:
            IntransitError: it gave no answer, or refused.
        """
        made = dns.update.UpdateMessage(self.zone, keyring=self._ring, keyalgorithm=self._algorithm)
        for name, ttl, record, comes in changes:
            if comes:
                made.add(name, ttl, record)
            else:
                made.delete(name, record)
        code = self._send(made, "to an update").rcode()
        if code != dns.rcode.NOERROR:
            raise IntransitError(
                f"{self._place['where']} refused to change {self.zone}: {dns.rcode.to_text(code)}. Check the key and "
                "its rights (update-policy) on the server.")

    def confirm(self, changes: Sequence[tuple[Any, int, Any, bool]]) -> None:
        """Wait until the server shows what it took: BIND needs a second to sign a copy (inline-signing).

        Raises:
            IntransitError: it does not show it in time.
        """
        end = time.monotonic() + max(self._place["timeout"], PATIENCE)
        for name, _ttl, record, comes in changes:
            while (record in self.read(name, dns.rdatatype.to_text(record.rdtype))) is not comes:
                if time.monotonic() > end:
                    words = f"The server took the update, but {name} does not show it: {record.to_text()}."
                    raise IntransitError(f"{words} Look at its log.")
                time.sleep(PAUSE)

    def _send(self, message: Any, about: str) -> Any:
        try:
            return dns.query.tcp(message, **self._place)
        except Exception as error:
            place = f"{self._place['where']} port {self._place['port']}"
            raise IntransitError(f"{place} gave no usable answer {about}: {show_error(error)}.") from None


def sync_records(server: Server, sets: Sequence[Mapping[str, Any]], write: bool) -> dict[str, Any]:
    """Bring sets of records to what they should be; the module's result.

    Args:
        server: where.
        sets: each with ``name``, ``type``, ``ttl``, ``add`` and ``remove``, as zone files have them.
        write: false: only say what would change.

    Raises:
        IntransitError: see ``Server``; or the server does not have afterwards what it took.
    """
    if server.zone is None and sets:
        server.zone = server.find_zone(_read_name(sets[0]))
    changes: list[tuple[Any, int, Any, bool]] = []
    added: list[str] = []
    removed: list[str] = []
    for row in sets:
        name, come, go = _read_set(row, server.zone)
        there = server.read(name, row["type"]) if come or go else set()
        for record, comes in [*((one, True) for one in come), *((one, False) for one in go)]:
            if (record in there) is not comes:
                changes.append((name, int(row["ttl"]), record, comes))
                (added if comes else removed).append(f"{name} {row['type']} {record.to_text()}")
    if len(changes) > MAX_RECORDS:
        raise ArgumentError(f"There are {len(changes)} changes; at most {MAX_RECORDS} are made at once.")
    if changes and write:
        server.change(changes)
        server.confirm(changes)
    return {"changed": bool(changes), "added": added, "removed": removed}


def _read_name(row: Mapping[str, Any]) -> Any:
    try:
        return dns.name.from_text(str(row["name"]))
    except Exception as error:
        raise ArgumentError(f"records: {row['name']!r} is not a name: {show_error(error)}.") from None


def _read_set(row: Mapping[str, Any], zone: Any) -> tuple[Any, list[Any], list[Any]]:
    if row["type"] not in KINDS:
        raise ArgumentError(f"records: type {row['type']!r} is not supported. Supported types: {', '.join(KINDS)}.")
    name = _read_name(row)
    try:
        come, go = ([dns.rdata.from_text("IN", row["type"], str(text)) for text in row.get(key) or []]
                    for key in ("add", "remove"))
    except Exception as error:
        raise ArgumentError(f"records: {row['name']} {row['type']} cannot be read: {show_error(error)}.") from None
    if not name.is_subdomain(zone):
        raise ArgumentError(f"records: {name} is not in the zone {zone}.")
    return name, come, go
