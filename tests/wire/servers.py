# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real servers to look at: openssl s_server, gnutls-serv, tlslite-ng, and scripts that misbehave.

All listen on loopback at a port the system chose, and end with their ``with`` block.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 10.0


class Unstartable(Exception):
    """The server of this machine's release cannot do what the test wants."""


@dataclass(frozen=True)
class Keys:
    """Paths of the key material of one run."""

    folder: Path

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


def make_keys(folder: Path) -> Keys:
    """A CA, and leaves of several kinds signed by it: NAME.pem with NAME.key."""
    def run(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
        "-subj", "/O=Wire tests/CN=Wire test CA", "-addext", "basicConstraints=critical,CA:TRUE")
    kinds = {"rsa": ("rsa:2048",), "ecdsa": ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"), "small": ("rsa:1024",),
             "client": ("rsa:2048",), "p521": ("ec", "-pkeyopt", "ec_paramgen_curve:secp521r1"),
             "brainpool": ("ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1")}
    for name, kind in kinds.items():
        run("req", "-newkey", *kind, "-nodes", "-keyout", (
            f"{name}.key"), "-out", f"{name}.csr", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-out", f"{name}.pem",
            "-days", "20", "-copy_extensions", "copy")
    return Keys(folder)


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def openssl_server(keys: Keys, *words: str, key: str = "rsa", www: bool = True) -> Iterator[int]:
    """Run ``openssl s_server``; yields the port."""
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", keys[f"{key}.pem"], "-key", keys[f"{key}.key"],
               *(["-www"] if www else []), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.PIPE) as server:
        try:
            yield _announced(server)
        finally:
            server.kill()


def _announced(server: "subprocess.Popen[bytes]") -> int:
    """Read s_server's own words until it says which port it has; then keep its pipe empty."""
    seen = b""
    out = server.stdout
    assert out is not None
    while True:
        line = out.readline()
        seen += line
        found = re.search(rb"ACCEPT \S*:(\d+)", line)
        if found:
            threading.Thread(target=out.read, daemon=True).start()
            return int(found.group(1))
        if not line:
            raise Unstartable(seen.decode())


@contextlib.contextmanager
def gnutls_server(keys: Keys, priority: str, *words: str, key: str = "rsa") -> Iterator[int]:
    """Run ``gnutls-serv``; yields the port."""
    port = free_port()
    command = ["gnutls-serv", "--http", "--quiet", "--port", str(port), "--priority", priority,
               "--x509certfile", keys[f"{key}.pem"], "--x509keyfile", keys[f"{key}.key"], *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield port
        finally:
            server.kill()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise Unstartable((server.stderr.read() if server.stderr else b"").decode())
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise Unstartable("it did not come up")


@dataclass
class Script:
    """A server whose every connection is handled by a function; counts what it saw."""

    handle: Callable[[socket.socket], None]
    port: int = 0
    connections: int = 0
    most_at_once: int = 0
    errors: list[str] = field(default_factory=list)
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        connection.settimeout(20)
        try:
            with connection:
                self.handle(connection)
        except OSError:
            pass
        except Exception as error:  # a script that fails must not pass for a server that closes
            self.errors.append(repr(error))
        finally:
            with self._lock:
                self._now -= 1


@contextlib.contextmanager
def scripted(handle: Callable[[socket.socket], None], listener: socket.socket | None = None) -> Iterator[Script]:
    """Run a script; yields it, its port in ``port``.  ``listener``: where, if not on a free port of 127.0.0.1."""
    listener = listener or socket.create_server(("127.0.0.1", 0), backlog=256)
    script = Script(handle, listener.getsockname()[1])
    threading.Thread(target=script.serve, args=(listener,), daemon=True).start()
    try:
        yield script
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def in_front_of(port: int, decide: Callable[[int, bytes], bytes | None] | None = None) -> Callable[[socket.socket], None]:
    """A script that hands each connection on to another port.

    ``decide`` gets the number of the connection and its first bytes; None closes it.
    """
    counter = iter(range(1, 10**9))

    def handle(client: socket.socket) -> None:
        first = client.recv(65536)
        number = next(counter)
        if decide is not None and decide(number, first) is None:
            return
        with socket.create_connection(("127.0.0.1", port)) as server:
            server.sendall(first)
            pump(client, server)

    return handle


def pump(left: socket.socket, right: socket.socket) -> None:
    """Copy both ways until either side is gone."""
    pairs = {left: right, right: left}
    with contextlib.suppress(OSError):
        while True:
            for ready in select.select(list(pairs), [], [], 20)[0]:
                data = ready.recv(65536)
                if not data:
                    return
                pairs[ready].sendall(data)


@contextlib.contextmanager
def tlslite_server(keys: Keys, **settings: object) -> Iterator[Script]:
    """A tlslite-ng server with handshake settings of its own: SSL 3.0, RC4, 3DES and NULL still live there."""
    from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

    chain, chosen = X509CertChain(), HandshakeSettings()
    chain.parsePemList(Path(keys["rsa.pem"]).read_text())
    private = parsePEMKey(Path(keys["rsa.key"]).read_text(), private=True)
    for name, value in settings.items():
        setattr(chosen, name, value)

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(Exception):
            TLSConnection(connection).handshakeServer(certChain=chain, privateKey=private, settings=chosen)

    with scripted(handle) as script:
        yield script
