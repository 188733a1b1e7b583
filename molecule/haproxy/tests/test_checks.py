# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a good host refuses and serves, through the proxy and behind it; each check has to fail on the weak host."""

from __future__ import annotations

import socket
import ssl
from itertools import pairwise
from typing import Any

import pytest
from offers import hold_unless_weak
from proof import find_listening, prove_verdict
from web_refusals import SHARED, refused

testinfra_hosts = ["ansible://good", "ansible://weak"]


def redirect_keeps_name_path_and_query(wire: Any, host: Any) -> None:
    reply = wire.curl("http://shop.example/a/b?c=d%20e")
    assert (reply.status, reply.headers.get("location")) == (301, ["https://shop.example/a/b?c=d%20e"]), reply


def redirect_of_a_strange_name(wire: Any, host: Any) -> None:
    reply = wire.curl("http://{name}/x", "--header", "Host: evil.example/@")
    assert reply.headers.get("location", [f"https://{wire.hostname}/x"]) == [f"https://{wire.hostname}/x"]
    assert reply.status in (301, 400), reply


def cookies_have_secure_once(wire: Any, host: Any) -> None:
    reply = wire.curl("https://{name}/")
    assert reply.headers["set-cookie"] == ["plain=1; HttpOnly; Secure", "safe=1; secure; HttpOnly"], reply


def hsts_is_sent_once(wire: Any, host: Any) -> None:
    assert wire.curl("https://{name}/inner").headers["strict-transport-security"] == ["max-age=63072000"]


def forged_headers_are_not_passed_on(wire: Any, host: Any) -> None:
    forged = ("--header", "X-Forwarded-Proto: http", "--header", "X-Forwarded-Proto: ftp")
    assert wire.curl("https://{name}/", *forged).headers["x-told"] == ["https"]
    reply = wire.curl("http://{name}/.well-known/acme-challenge/x", "--header", "X-Forwarded-Proto: https")
    assert reply.status == 200 and reply.headers["x-told"] == ["http"], reply


def the_leg_behind_is_tls(wire: Any, host: Any) -> None:
    reply = wire.curl("https://{name}/inner")
    assert reply.status == 200 and reply.headers["x-leg"] == ["TLSv1.3 app.example"], reply
    # What goes over the wire between both, seen on the proxy's host.
    peers = host.check_output(f"ss -Htn state all '( dport = :8081 or dport = :8443 )' dst {wire.address}")
    assert ":8443" in peers and ":8081" not in peers, peers


def an_unknown_name(wire: Any, host: Any) -> None:
    refused(wire.openssl(443, "-tls1_2", "-servername", "evil.example"))


def http_2(wire: Any, host: Any) -> None:
    assert "ALPN protocol: h2" in wire.openssl(443, "-alpn", "h2").said


CHECKS = {check.__name__: check for check in (
    redirect_keeps_name_path_and_query, cookies_have_secure_once, hsts_is_sent_once, forged_headers_are_not_passed_on,
    the_leg_behind_is_tls, an_unknown_name, http_2)}


@pytest.mark.parametrize("name", [*SHARED, *CHECKS])
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, host: Any, name: str) -> None:
    hold_unless_weak(wire, lambda: SHARED[name](wire) if name in SHARED else CHECKS[name](wire, host))


def test_what_the_policy_allows_works(wire: Any, host: Any) -> None:
    redirect_of_a_strange_name(wire, host)
    assert f"the page of {wire.name}" in wire.curl("https://{name}/").body
    if wire.name != "weak":
        assert "the page of" in host.check_output("curl -s http://127.0.0.1:8079/")


def test_the_server_behind_is_verified(wire: Any, root: Any) -> None:
    said = root.run(f"openssl s_client -connect {wire.address}:8443 -CAfile /etc/ssl/inner/ca.pem -servername app.example "
                    "-verify_hostname app.example -verify_return_error </dev/null")
    assert said.rc == 0 and "Verification: OK" in said.stdout
    lines = root.check_output("cat /etc/haproxy/*.cfg /etc/haproxy/conf.d/*.cfg 2>/dev/null || cat /etc/haproxy/haproxy.cfg")
    assert ("verify required ca-file /etc/ssl/inner/ca.pem" in lines) is (wire.name != "weak")


def test_a_reload_keeps_a_request_that_has_begun(wire: Any, root: Any) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((wire.address, 443), 20) as raw, context.wrap_socket(
            raw, server_hostname=wire.hostname) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {wire.hostname}\r\n".encode())
        root.check_output("systemctl reload haproxy")
        connection.sendall(b"Connection: close\r\n\r\n")
        reply = b"".join(iter(lambda: connection.recv(65536), b""))
    assert reply.startswith(b"HTTP/1.1 200") and b"the page of" in reply, reply


def test_what_is_read_is_what_haproxy_reads(wire: Any, root: Any) -> None:
    facts = root.ansible("intransit.tls.service_info", "services=haproxy", check=False, become=True)["services"]["haproxy"]
    given = root.check_output("tr '\\0' ' ' < /proc/$(systemctl show -p MainPID --value haproxy)/cmdline").split()
    named = [value for option, value in pairwise(given) if option == "-f"]
    assert {path for path in facts["files"] if path.endswith(".cfg")} == {
        path for name in named for path in ([name] if name.endswith(".cfg") else root.check_output(f"ls {name}/*.cfg").split())}
    assert {socket["port"] for proxy in facts["proxies"] for bind in proxy["binds"] for socket in bind["sockets"]} <= {
        row["port"] for row in facts["listeners"]}
    assert "PRIVATE KEY" not in str(facts)


def test_its_cipher_list_and_its_sockets_are_known(root: Any, wire: Any) -> None:
    said = root.ansible("intransit.tls.cipher_list_info", "service=haproxy policy=intermediate", check=False, become=True)
    assert (said["language"], said["compliant"]) == ("openssl", wire.name != "weak"), said
    rows = root.ansible("intransit.tls.listener_info", "transports=tcp", check=False, become=True)["listeners"]
    kinds = {row["port"]: row["classification"] for row in rows if row["process"] == "haproxy"}
    # Without a server name a good host only answers alerts (strict-sni), which is TLS too.
    assert (kinds[443], kinds[80]) == ("tls", "plaintext" if wire.name == "weak" else "redirect"), kinds
    sentence = next(row["detail"] for row in rows if row["port"] == 443)
    assert ("with the alert" in sentence) == (wire.name != "weak"), sentence


def test_the_playbooks_say_so_too(wire: Any) -> None:
    prove_verdict(wire, {443: "https", 80: "http"}, {"plaintext_refused", "protocol_tlsv1_1", "suites_tls12"})
    kinds = find_listening(wire, "haproxy")
    assert (kinds[443], kinds[80]) == ("tls", "plaintext" if wire.name == "weak" else "redirect"), kinds
