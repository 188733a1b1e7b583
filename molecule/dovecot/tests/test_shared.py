# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host with other people's settings: they are neutralised, kept as words, and clients need a certificate."""

from __future__ import annotations

import imaplib
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from test_checks import PASSWORD, USER
from web_refusals import LOOSE

testinfra_hosts = ["ansible://shared"]

# What Postfix and a login process of IMAP ask (Dovecot: "Authentication Client Protocol").
ASK = """
import base64, socket, sys
for number, service in enumerate(("smtp", "imap"), 4000):
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(10)
    peer.connect("/run/for-postfix")
    stream = peer.makefile("rwb")
    stream.write(b"VERSION\\t1\\t2\\nCPID\\t%d\\n" % number)
    stream.flush()
    while not stream.readline().startswith(b"DONE"):
        pass
    secret = base64.b64encode(("\\0" + "\\0".join(sys.argv[1:])).encode())
    stream.write(b"AUTH\\t1\\tPLAIN\\tservice=%s\\tsecured=tls\\tresp=%s\\n" % (service.encode(), secret))
    stream.flush()
    print(stream.readline().decode().partition("\\t")[0])
"""


@pytest.mark.parametrize("port", [993, 995])
@pytest.mark.parametrize("name", ["", "other.example"])
def test_no_block_brings_old_settings_back(wire: Any, port: int, name: str) -> None:
    assert "BEGIN CERTIFICATE" in wire.openssl(port, server_name=name).said
    for options in (("-tls1", "-cipher", LOOSE), ("-tls1_3", "-groups", "P-521")):
        assert "Cipher is (NONE)" in wire.openssl(port, *options, server_name=name).said


@pytest.mark.parametrize("port", [143, 4190, 24])
def test_what_is_closed_or_local_is_not_reached(wire: Any, host: Any, port: int) -> None:
    assert wire.curl(f"http://{{name}}:{port}/").code == 7
    assert host.socket("tcp://127.0.0.1:24").is_listening


def login(wire: Any, *pair: Path) -> str:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if pair:
        context.load_cert_chain(*pair)
    client = imaplib.IMAP4_SSL(wire.address, 993, ssl_context=context, timeout=20)
    try:
        return client.login(USER, PASSWORD)[0]
    except imaplib.IMAP4.error as error:
        return str(error)
    finally:
        client.shutdown()


def test_only_a_client_with_a_certificate_logs_in(wire: Any, host: Any, tmp_path: Path) -> None:
    authority = Path(host.ansible.get_variables()["tls_ca_directory"])
    key, request, good, own = (tmp_path / name for name in ("key.pem", "request.pem", "cert.pem", "own.pem"))
    for command in (
        ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", "/CN=reader", "-addext",
         "extendedKeyUsage=clientAuth", "-keyout", key, "-out", request],
        ["x509", "-req", "-in", request, "-CA", authority / "ca.pem", "-CAkey", authority / "ca.key", "-copy_extensions", "copy",
         "-days", "2", "-out", good],
        ["req", "-x509", "-key", key, "-subj", "/CN=reader", "-days", "2", "-out", own],
    ):
        subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)
    assert login(wire, good, key) == "OK"
    assert "valid SSL certificate" in login(wire)
    assert login(wire, own, key) != "OK"


def test_postfix_can_ask_about_a_client_without_a_certificate(root: Any) -> None:
    assert root.check_output("python3 -c %s %s %s", ASK, USER, PASSWORD).split() == ["OK", "FAIL"]


def test_their_words_are_kept_as_comments(root: Any) -> None:
    text = root.file("/etc/dovecot/local.conf").content_string
    marked = [line.partition(": ")[2].strip() for line in text.splitlines() if line.startswith("# disabled by intransit.tls")]
    assert marked == [
        "ssl = yes", "ssl_min_protocol = TLSv1 # for an old scanner", "ssl_cipher_list = ALL:\\", "@SECLEVEL=0", "ssl = yes",
        "auth_allow_cleartext = yes", "ssl_curve_list = P-521"]
    assert "  mail_max_userip_connections = 11\n" in text
