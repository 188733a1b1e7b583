# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host with other people's settings: they are replaced, kept as words, and clients need a certificate."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from web_refusals import LOOSE, refused

testinfra_hosts = ["ansible://shared"]


@pytest.mark.parametrize("port", [443, 9443])
@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_no_port_brings_old_protocols_back(wire: Any, port: int, version: str) -> None:
    assert "Protocol  : TLSv1.3" in wire.openssl(port, server_name="a.list.example").said.replace("New, TLSv1.3", "Protocol  : TLSv1.3")
    refused(wire.openssl(port, version, "-cipher", LOOSE, server_name="a.list.example"))


def identity(authority: Path, folder: Path) -> dict[str, tuple[str, ...]]:
    """Return options of curl for a client of the private CA, for one that nobody knows, and for none."""
    key, request, good, own = (folder / name for name in ("key.pem", "request.pem", "cert.pem", "own.pem"))
    for command in (
        ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", "/CN=reader", "-addext",
         "extendedKeyUsage=clientAuth", "-keyout", key, "-out", request],
        ["x509", "-req", "-in", request, "-CA", authority / "ca.pem", "-CAkey", authority / "ca.key", "-copy_extensions", "copy",
         "-days", "2", "-out", good],
        ["req", "-x509", "-key", key, "-subj", "/CN=reader", "-days", "2", "-out", own],
    ):
        subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)
    return {name: ("--cert", str(path), "--key", str(key)) for name, path in (("good", good), ("own", own))}


def test_only_a_client_with_a_certificate_gets_the_page(wire: Any, host: Any, tmp_path: Path) -> None:
    clients = identity(Path(host.ansible.get_variables()["tls_ca_directory"]), tmp_path)
    reply = wire.curl("https://{name}/", *clients["good"])
    assert reply.status == 200 and "the page of shared" in reply.body and reply.headers["x-told"] == ["https"], reply
    assert reply.headers["strict-transport-security"] == ["max-age=63072000"]
    for options in ((), clients["own"]):
        reply = wire.curl("https://{name}/", *options)
        assert reply.status == 0 and reply.code in (35, 55, 56), reply


@pytest.mark.parametrize(("url", "status", "location", "body"), [
    ("http://{name}/x?y", 301, "https://shared.molecule-haproxy.test/x?y", ""),
    ("http://{name}:8082/", 200, "", "the page of shared"),
])
def test_plain_ports_lead_where_they_should(wire: Any, url: str, status: int, location: str, body: str) -> None:
    reply = wire.curl(url)
    assert (reply.status, reply.headers.get("location", [""])) == (status, [location])
    assert body in reply.body


def test_what_its_sockets_speak_is_known(root: Any) -> None:
    rows = root.ansible("intransit.tls.listener_info", "transports=tcp", check=False, become=True)["listeners"]
    kinds = {row["port"]: row["classification"] for row in rows if row["process"] == "haproxy"}
    assert kinds == {443: "tls", 9443: "tls", 80: "redirect", 8082: "plaintext"}


def test_their_words_are_kept_as_comments(root: Any) -> None:
    text = root.file("/etc/haproxy/haproxy.cfg").content_string + root.file("/etc/haproxy/list.txt").content_string
    marked = [line.partition(": ")[2].strip() for line in text.splitlines() if line.startswith("# disabled by intransit.tls")]
    assert marked == [
        "ssl-default-bind-options ssl-min-ver TLSv1.0", "ssl-default-bind-ciphers ALL:@SECLEVEL=0",
        "bind :443 ssl crt /etc/haproxy/certs/ ssl-min-ver TLSv1.0 ciphers 'ALL:@SECLEVEL=0' alpn h2,http/1.1 # for old clients",
        "bind :9443 ssl crt-list /etc/haproxy/list.txt force-tlsv11",
        "http-request add-header X-Forwarded-Proto https if { ssl_fc }",
        "/etc/haproxy/certs/snakeoil.pem [ssl-min-ver TLSv1.0 alpn h2] *.list.example # of the shop"]
