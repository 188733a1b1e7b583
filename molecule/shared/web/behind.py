# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server behind a proxy: in clear text on port 8083 of an address, over TLS on port 8444; X-Leg says how it was asked."""

from __future__ import annotations

import http.server
import ssl
import sys
import threading
from typing import Any


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers every GET."""

    def do_GET(self) -> None:  # the name is that of http.server
        """Say over which version of TLS, and for which name, the request came."""
        leg, body = "clear", b"the server behind\n"
        if isinstance(self.connection, ssl.SSLSocket):
            leg = f"{self.connection.version()} {getattr(self.connection, 'asked', None)}"
        self.send_response(200)
        self.send_header("X-Leg", leg)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def remember(connection: Any, name: str | None, _context: ssl.SSLContext) -> None:
    """Keep the name that a client asked for."""
    connection.asked = name


if __name__ == "__main__":
    address = sys.argv[1]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/etc/ssl/inner/inner.pem", "/etc/ssl/inner/inner.key")
    context.sni_callback = remember
    secure = http.server.ThreadingHTTPServer((address, 8444), Answer)
    # The handshake happens in the thread of its connection, so that nobody waits for another client.
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=secure.serve_forever, daemon=True).start()
    http.server.ThreadingHTTPServer((address, 8083), Answer).serve_forever()
