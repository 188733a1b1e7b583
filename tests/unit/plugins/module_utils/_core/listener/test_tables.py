# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports against the services file of this machine and the ports of the probe; every kind is a known word."""

from __future__ import annotations

import socket

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.listener import tables
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.kind import find_udp_kind
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import SEVERITIES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import PROTOCOLS as PROBED

# Names of the services file for what we call by another name.
SERVICE_NAMES = {
    "smb": {"netbios-ssn", "microsoft-ds"}, "rexec": {"exec"}, "rlogin": {"login"}, "rsh": {"shell"}, "dns": {"domain"},
    "rpcbind": {"sunrpc"}, "imap": {"imap2"}, "smtps": {"submissions"}, "http": {"http", "http-alt", "ipp"},
    "xmpp": {"xmpp-client"}, "postgres": {"postgresql"}, "dhcp": {"bootps", "bootpc"}, "snmp": {"snmp", "snmp-trap"},
    "netbios": {"netbios-ns", "netbios-dgm"},
}  # fmt: skip
# Ports that Debian's services file leaves out: what the IANA registry has there.
LEFT_OUT = {1883: "mqtt", 5900: "vnc", 8443: "https", 11211: "memcached", 1900: "ssdp"}
HINTS = [("tcp", port, name) for port, name in tables.TCP_HINTS.items()]
HINTS += [("udp", port, name) for port, name in tables.UDP_HINTS.items()]


def service(port, transport):
    try:
        return socket.getservbyport(port, transport)
    except OSError:
        return None


@pytest.mark.parametrize(("transport", "port", "name"), HINTS)
def test_a_hint_is_what_the_services_file_says(transport, port, name):
    said = service(port, transport)
    if said is None:
        assert name == LEFT_OUT.get(port) or DEFAULT_PORTS[name] == port
    else:
        assert said in SERVICE_NAMES.get(name, {name})


def test_the_services_file_says_enough_to_compare_with():
    assert sum(service(port, transport) is not None for transport, port, _name in HINTS) >= 40
    assert service(23, "tcp") == "telnet" and service(23, "tcp") not in SERVICE_NAMES.get("ssh", {"ssh"})


def test_the_usual_port_of_every_probed_protocol_is_a_hint_for_it():
    shared = {"tls": "https"}
    assert {name: tables.TCP_HINTS[port] for name, port in DEFAULT_PORTS.items()} == {
        name: shared.get(name, name) for name in DEFAULT_PORTS}


@pytest.mark.parametrize(("transport", "port", "name"), HINTS)
def test_what_a_port_hints_at_can_be_probed_or_has_a_kind(transport, port, name):
    # SMB from version 3 on may encrypt, which its port does not tell.
    assert name == "smb" or (name in tables.BY_PROTOCOL) or (transport == "tcp" and name in PROBED)


@pytest.mark.parametrize("port", tables.UDP_HINTS)
def test_every_udp_hint_has_a_kind(port):
    kind, protocol = find_udp_kind(port)
    assert kind in tables.KINDS and protocol == tables.UDP_HINTS[port]


@pytest.mark.parametrize("name", tables.BY_PROTOCOL)
def test_a_protocol_has_a_known_kind_and_a_severity_that_fits(name):
    kind, severity = tables.BY_PROTOCOL[name]
    assert kind in tables.KINDS and severity in SEVERITIES
    assert (severity == "info") == (kind not in tables.CLEAR), "clear text is always worse than a remark"
    assert name not in PROBED, "what the probe can ask is judged by its answer"


def test_passwords_in_clear_text_weigh_at_least_medium():
    for name, (kind, severity) in tables.BY_PROTOCOL.items():
        if kind == "plaintext_credentials":
            assert SEVERITIES.index(severity) >= SEVERITIES.index("medium"), name


def test_clear_kinds_are_kinds():
    assert set(tables.CLEAR) < set(tables.KINDS) and len(set(tables.KINDS)) == len(tables.KINDS)
    assert list(tables.CLEAR) == [kind for kind in tables.KINDS if kind in tables.CLEAR], "good ones first"
