#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""Connect to ports all the time, one after the other, until RESULT.stop exists; count what fails.

Usage: steady.py RESULT ENDPOINTS, where ENDPOINTS is a list of host, address, port, protocol and server_name in JSON.
Ten minutes at most.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import ssl
import sys
import time
from typing import Any

MOST = 600.0
STARTTLS_LDAP = bytes.fromhex("301d02010177188016312e332e362e312e342e312e313436362e3230303337")


def say(connection: socket.socket, line: bytes, wanted: bytes) -> None:
    """Send a line, if there is one, and read until an answer begins with ``wanted``."""
    if line:
        connection.sendall(line)
    answer = b""
    while not any(row.startswith(wanted) for row in answer.split(b"\r\n")[:-1]):
        data = connection.recv(4096)
        if not data:
            raise ConnectionError(f"ended while it should say {wanted!r}")
        answer += data


def begin(connection: socket.socket, protocol: str) -> None:
    """Come to the point at which TLS begins."""
    if protocol == "smtp":
        say(connection, b"", b"220 ")
        say(connection, b"EHLO steady.example.org\r\n", b"250 ")
        say(connection, b"STARTTLS\r\n", b"220 ")
    elif protocol == "imap":
        say(connection, b"", b"* OK")
        say(connection, b"a STARTTLS\r\n", b"a OK")
    elif protocol == "ldap":
        connection.sendall(STARTTLS_LDAP)
        if not connection.recv(4096):
            raise ConnectionError("ended at StartTLS")


def visit(row: dict[str, Any]) -> str:
    """Make one handshake; return the SHA-256 of the certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((row.get("address") or row["host"], row["port"]), timeout=20) as plain:
        begin(plain, row["protocol"])
        with context.wrap_socket(plain, server_hostname=row.get("server_name")) as secure:
            return hashlib.sha256(secure.getpeercert(binary_form=True) or b"").hexdigest()


def main() -> None:
    """Visit until told to stop, and write what was seen."""
    result, rows = sys.argv[1], json.loads(sys.argv[2])
    seen = [{"endpoint": f"{row['host']}:{row['port']}/{row['protocol']}", "handshakes": 0, "failed": [],
             "certificates": []} for row in rows]
    begun = time.monotonic()
    while not os.path.exists(result + ".stop") and time.monotonic() - begun < MOST:
        for row, found in zip(rows, seen, strict=True):
            try:
                certificate = visit(row)
                found["handshakes"] += 1
                if certificate not in found["certificates"]:
                    found["certificates"].append(certificate)
            except OSError as error:
                found["failed"].append(f"{time.monotonic() - begun:.1f} s: {error}")
        time.sleep(0.05)
    with open(result + ".part", "w", encoding="utf-8") as stream:
        json.dump(seen, stream, indent=1)
    os.replace(result + ".part", result)


if __name__ == "__main__":
    main()
