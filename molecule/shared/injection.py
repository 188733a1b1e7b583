# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Commands that come in one packet with STARTTLS, before TLS, must never be answered inside TLS (CVE-2011-0411).

Whoever is on the way could put them there.  A server that throws them away says nothing
inside TLS until it is asked; so does one that hangs up.  ``Leaky`` is a server that
keeps them: the check has to fail on it.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import subprocess
import threading
from pathlib import Path

WAYS: dict[str, tuple[bytes, bytes]] = {
    "smtp": (b"EHLO client.example\r\n", b"STARTTLS\r\nNOOP\r\n"),
    "imap": (b"", b"a1 STARTTLS\r\na2 NOOP\r\n"),
    "pop3": (b"", b"STLS\r\nCAPA\r\n"),
}
"""Protocol to what is said before, and to STARTTLS with a command behind it."""
_LAST_LINE = re.compile(rb"(?m)^(\d{3} |\* OK|\+OK|a1 OK).*\r?\n\Z")


def answered_inside_tls(address: str, port: int, protocol: str, patience: float = 1.5) -> bytes:
    """Return what the server says inside TLS without having been asked there; empty is right."""
    before, both = WAYS[protocol]
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((address, port), 20) as plain:
        _answer(plain)
        if before:
            plain.sendall(before)
            _answer(plain)
        plain.sendall(both)
        said = _answer(plain)
        assert said.startswith((b"220 ", b"a1 OK", b"+OK")), f"STARTTLS was not even taken: {said!r}"
        try:
            tls = context.wrap_socket(plain)
        except (ssl.SSLError, ConnectionError):
            # It hung up on who talks out of turn.
            return b""
        with tls:
            tls.settimeout(patience)
            try:
                return tls.recv(4096)
            except (TimeoutError, ssl.SSLError, ConnectionError):
                return b""


def _answer(plain: socket.socket) -> bytes:
    """Read up to the end of an answer, and no further: what follows may be TLS already."""
    heard = b""
    while not _LAST_LINE.search(heard):
        more = plain.recv(1)
        assert more, f"hung up after {heard!r}"
        heard += more
    return heard


class Leaky:
    """A mail server on a loopback port that keeps what came with STARTTLS; a context, its value is the port."""

    def __init__(self, folder: Path) -> None:
        name = folder / "leaky.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "1", "-subj", "/CN=leaky.example",
             "-keyout", str(name), "-out", str(folder / "leaf.pem")], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "leaf.pem", name)
        self.server = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self.server.getsockname()[1])

    def __exit__(self, *error: object) -> None:
        self.server.close()

    def _serve(self) -> None:
        client, _ = self.server.accept()
        client.sendall(b"220 leaky.example ESMTP\r\n")
        client.recv(4096)
        client.sendall(b"250-leaky.example\r\n250 STARTTLS\r\n")
        _, _, kept = client.recv(4096).partition(b"\r\n")
        client.sendall(b"220 2.0.0 Ready\r\n")
        with contextlib.suppress(OSError), self.context.wrap_socket(client, server_side=True) as tls:
            tls.sendall(b"250 2.0.0 Ok\r\n" * kept.count(b"\n"))
            tls.recv(1)
