# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a way to a server behind, in the same words for every proxy, and how servers are asked."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service import legs

CLEAR = dict(place="/f:1: location /", name="app", host="10.0.0.5", tls=False)


def wanted(**options: Any) -> Any:
    return SimpleNamespace(service="nginx", title="nginx", seen={"problems": []}, options={"private_networks": [], "backends": [], **options})


@pytest.mark.parametrize(("leg", "sentence"), [
    (CLEAR, "/f:1: location / sends to 10.0.0.5 in clear text. Add app to nginx_tls_backends, with the CA file and the name of its "
            "certificate, or declare its network in nginx_tls_private_networks."),
    ({**CLEAR, "tls": True, "any_certificate": "x off"}, "/f:1: location / takes any certificate from 10.0.0.5 (x off), so that another "
     "machine can answer in its place. Add app to nginx_tls_backends, with the CA file and the name of its certificate."),
    ({**CLEAR, "tls": True, "any_name": "no sni"}, "/f:1: location / takes from 10.0.0.5 a certificate for any name (no sni). Add app to "
     "nginx_tls_backends, with the CA file and the name of its certificate."),
    ({**CLEAR, "language": "FastCGI"}, "/f:1: location / sends to 10.0.0.5 in clear text: FastCGI has no TLS. Move the application to this "
     "host, or use a tunnel and declare its network in nginx_tls_private_networks."),
    ({**CLEAR, "host": ""}, "/f:1: location / sends in clear text to a server that only a request decides. Write its address there."),
    ({**CLEAR, "host": "", "tls": True, "any_certificate": "x"},
     "/f:1: location / takes any certificate (x) from a server that only a request decides. Write its address there."),
    ({**CLEAR, "tls": True}, ""), ({**CLEAR, "host": "", "tls": True}, ""), ({**CLEAR, "host": "localhost"}, ""),
    ({**CLEAR, "host": "unix:/run/x"}, ""), ({**CLEAR, "host": "[::1]"}, "")])
def test_what_is_wrong_with_a_leg(leg: Any, sentence: str) -> None:
    assert "".join(legs.judge(legs.Leg(**leg), wanted())) == sentence


@pytest.mark.parametrize(("host", "known"), [("10.0.0.5", True), ("[fd00::1]", True), ("192.0.2.1", False), ("app.example", False)])
def test_networks_on_which_plaintext_is_accepted(host: str, known: bool) -> None:
    found = list(legs.judge(legs.Leg(**{**CLEAR, "host": host}), wanted(private_networks=["10.0.0.0/8", "fd00::/8"])))
    assert (not found) is known


def test_an_entry_that_nothing_has_is_named_unless_nothing_could_be_read() -> None:
    look = wanted()
    assert legs.list_missing(look, ["app", "gone"], ["app"], "server behind of that name") == [
        "nginx_tls_backends names gone, and nginx has no server behind of that name. Correct the name."]
    look.seen["problems"] = ["x"]
    assert legs.list_missing(look, ["gone"], [], "server") == []


def test_the_check_is_the_daemons_own_one_if_no_server_is_declared() -> None:
    assert legs.make_check(("nginx", "-t"), []) == ("nginx", "-t") and legs.make_check((), []) == ()


@pytest.mark.parametrize(("own", "target", "words"), [
    (("false",), ("127.0.0.1:1", "/no", "localhost", ""), ""),
    ((), ("127.0.0.1:1", "/no", "localhost", ""), "The server 127.0.0.1:1 shows no certificate for localhost by /no: "),
    (("true",), ("127.0.0.1:1", "/no", "localhost", "192.0.2.7"),
     "The name localhost does not lead to 192.0.2.7, where the server is now. Put it into DNS or /etc/hosts.")])
def test_a_server_that_cannot_be_verified_is_refused(own: Any, target: Any, words: str) -> None:
    said = subprocess.run(legs.make_check(own, [target]), capture_output=True, text=True, check=False)
    assert said.returncode == 1 and said.stderr.startswith(words) and bool(said.stderr) == bool(words)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A TLS server for localhost: its address, and the folder with its CA (``ca.pem``) and another one (``other.pem``)."""
    folder = tmp_path_factory.mktemp("behind")
    new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2"]
    for command in (
        [*new, "-x509", "-subj", "/CN=Inner CA", "-keyout", "ca.key", "-out", "ca.pem"],
        [*new, "-x509", "-subj", "/CN=Other CA", "-keyout", "other.key", "-out", "other.pem"],
        [*new, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "request.pem"],
        ["x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-copy_extensions", "copy", "-days", "2", "-out", "cert.pem"],
    ):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    raw, _client = listening.accept()
                except OSError:
                    return
                with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as connection:
                    connection.recv(1)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", folder
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(("authority", "name", "place", "words"), [
    ("ca.pem", "localhost", "", ""), ("ca.pem", "localhost", "127.0.0.1", ""),
    ("ca.pem", "wrong.example", "", "shows no certificate for wrong.example by "),
    ("other.pem", "localhost", "", "shows no certificate for localhost by ")])
def test_a_real_server_is_asked(server: Any, authority: str, name: str, place: str, words: str) -> None:
    address, folder = server
    target = (address, str(folder / authority), name, place)
    good = (address, str(folder / "ca.pem"), "localhost", "")
    said = subprocess.run(legs.make_check(("true",), [good, target]), capture_output=True, text=True, check=False)
    assert (said.returncode, words in said.stderr) == (bool(words), True), said
