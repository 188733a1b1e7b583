# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A mail server on port 2526 of this host that speaks nothing newer than TLS 1.1.

Run on a host by root.  Two clients come: openssl, which can speak that, and Postfix's
own client with a mail for somebody@old.example.  Prints a line of JSON for each: the
version that was agreed on, or null, and what came of it.
"""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import warnings

SNAKEOIL = ("/etc/ssl/certs/ssl-cert-snakeoil.pem", "/etc/ssl/private/ssl-cert-snakeoil.key")


def old() -> ssl.SSLContext:
    """Nothing but TLS 1.0 and 1.1, with every suite that they have."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(*SNAKEOIL)
    return context


def serve(server: socket.socket, context: ssl.SSLContext) -> str:
    """Lead one client into TLS and report how far it came."""
    client, _ = server.accept()
    client.settimeout(20)
    client.sendall(b"220 old.example ESMTP\r\n")
    while not client.recv(4096).upper().startswith(b"STARTTLS"):
        client.sendall(b"250-old.example\r\n250 STARTTLS\r\n")
    client.sendall(b"220 2.0.0 Ready\r\n")
    try:
        with context.wrap_socket(client, server_side=True) as tls:
            return json.dumps([tls.version(), "a handshake"])
    except (ssl.SSLError, OSError) as error:
        return json.dumps([None, str(error)])


warnings.simplefilter("ignore")
with socket.create_server(("127.0.0.1", 2526)) as listening:
    listening.settimeout(20)
    with subprocess.Popen(
        ["openssl", "s_client", "-connect", "127.0.0.1:2526", "-starttls", "smtp", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ):
        print(serve(listening, old()), flush=True)
    subprocess.run(["sendmail", "-f", "alice", "somebody@old.example"], input=b"Subject: x\n\nx\n", check=True)
    print(serve(listening, old()))
