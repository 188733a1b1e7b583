# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who listens here, from the kernel's own tables (proc(5), /proc/net/tcp)."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import proc

_TABLES = (("tcp", "tcp"), ("tcp", "tcp6"), ("udp", "udp"), ("udp", "udp6"))
_LISTEN = {"tcp": "0A", "udp": "07"}
_ESTABLISHED = "01"
_SOCKET = re.compile(r"socket:\[(\d+)\]\Z")


@dataclass(frozen=True)
class Listener:
    """One socket that waits for peers.  ``pid`` and ``process`` are None where we may not look."""

    transport: str
    address: str
    port: int
    uid: int
    inode: int
    pid: Optional[int] = None
    process: Optional[str] = None


def list_listening(transports: tuple[str, ...] = ("tcp",), pid: Optional[int] = None) -> list[Listener]:
    """Return every listening socket of this network namespace, or of that of a process; owners unknown, by port."""
    folder = "/proc/net/" if pid is None else f"/proc/{pid}/net/"
    found = [
        row
        for transport, table in _TABLES
        if transport in transports
        for row in _rows(transport, folder + table)
    ]
    return sorted(found, key=lambda row: (row.transport, row.port, row.address))


def list_owned_listening(transports: tuple[str, ...] = ("tcp",)) -> list[Listener]:
    """Return every listening socket with the process that holds it (the lowest pid of several)."""
    rows = list_listening(transports)
    owners = _owners({row.inode for row in rows})
    return [
        Listener(row.transport, row.address, row.port, row.uid, row.inode, *owners.get(row.inode, (None, None)))
        for row in rows
    ]


@dataclass(frozen=True)
class Connection:
    """One established TCP connection, as this host's end of it; ``process`` is None if it may not be looked at."""

    address: str
    port: int
    peer: str
    peer_port: int
    pid: Optional[int] = None
    process: Optional[str] = None


def list_established(ports: Collection[int]) -> list[Connection]:
    """Return the connections to these ports of this network namespace.

    Of a connection within the host, ``process`` is the client's; of one from elsewhere it is None.
    """
    rows = list(_established())
    ends = {(own, peer): inode for own, peer, inode in rows}
    served = [(own, peer) for own, peer, _inode in rows if own[1] in ports]
    owners = _owners({ends[(peer, own)] for own, peer in served if (peer, own) in ends})
    found = [Connection(*own, *peer, *owners.get(ends.get((peer, own), 0), (None, None))) for own, peer in served]
    return sorted(found, key=lambda row: (row.port, row.peer, row.peer_port))


def list_outgoing(places: Collection[tuple[str, int]]) -> list[Connection]:
    """Return the connections of this network namespace to these addresses and ports, with the process at this end."""
    rows = [row for row in _established() if row[1] in places]
    owners = _owners({inode for _own, _peer, inode in rows})
    return [Connection(*own, *peer, *owners.get(inode, (None, None))) for own, peer, inode in rows]


def _established() -> Iterator[tuple[tuple[str, int], tuple[str, int], int]]:
    for _transport, table in _TABLES[:2]:
        for own, peer, _uid, inode in _table("/proc/net/" + table, _ESTABLISHED):
            yield (_bare(own[0]), own[1]), (_bare(peer[0]), peer[1]), inode


def _bare(address: str) -> str:
    """Return an IPv4 address that a socket of IPv6 shows as ``::ffff:192.0.2.1`` as IPv4."""
    mapped = getattr(ipaddress.ip_address(address), "ipv4_mapped", None)
    return str(mapped or address)


def find_free_port(first: int = 20000, last: int = 29999) -> int:
    """Return a TCP port on which nothing listens now."""
    return find_free_ports(1, first, last)[0]


def find_free_ports(count: int, first: int = 20000, last: int = 29999) -> list[int]:
    """Return ``count`` different TCP ports on which nothing listens now."""
    taken = {row.port for row in list_listening()}
    # Spread by pid, so that two runs beside each other rarely choose the same.
    start = os.getpid() % (last - first)
    candidates = (first + (start + offset) % (last - first) for offset in range(last - first))
    found = [port for port in candidates if port not in taken][:count]
    if len(found) < count:
        raise OSError(f"not {count} free TCP ports between {first} and {last}")
    return found


def _rows(transport: str, table: str) -> Iterator[Listener]:
    for (address, port), _peer, uid, inode in _table(table, _LISTEN[transport]):
        yield Listener(transport, address, port, uid, inode)


def _table(table: str, state: str) -> Iterator[tuple[tuple[str, int], tuple[str, int], int, int]]:
    """Yield own end, other end, uid and inode of every socket in this state (proc(5), /proc/net/tcp)."""
    try:
        with open(table, encoding="ascii") as stream:
            stream.readline()  # the heads of the columns
            for line in stream:
                fields = line.split()
                if fields[3] == state:
                    yield _endpoint(fields[1]), _endpoint(fields[2]), int(fields[7]), int(fields[9])
    except FileNotFoundError:
        return  # a kernel without IPv6, or the process is gone


def _endpoint(text: str) -> tuple[str, int]:
    """Read ``0100007F:0050``: words in the machine's byte order, the port in hex."""
    address, port = text.split(":")
    words = [bytes.fromhex(address[start : start + 8])[::-1] for start in range(0, len(address), 8)]
    return str(ipaddress.ip_address(b"".join(words))), int(port, 16)


def _owners(inodes: "set[int]") -> dict[int, tuple[int, str]]:
    owners: dict[int, tuple[int, str]] = {}
    for pid in proc.list_pids():
        for inode in _sockets_of(pid) & inodes:
            if inode not in owners:
                owners[inode] = (pid, _name_of(pid))
    return owners


def _sockets_of(pid: int) -> "set[int]":
    matches = (_SOCKET.match(target) for target in proc.list_opened(pid))
    return {int(match.group(1)) for match in matches if match}


def _name_of(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as stream:
            return stream.read().strip()
    except OSError:
        return ""
