# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A port that another program holds is named with the program; the service's own sockets and plain http are not."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import ServicePort
from ansible_collections.intransit.tls.plugins.module_utils._core.service.taken_ports import find_further, find_taken

NGINX = {"address": "0.0.0.0", "port": 443, "pid": 812, "process": "nginx"}
APACHE = {"address": "::", "port": 443, "pid": 9, "process": "apache2"}


def found(port: ServicePort, *listeners: dict[str, Any]) -> list[str]:
    return find_taken([port, port], listeners, ("apache2",), "Apache httpd", "apache_tls_")


def test_the_program_is_named() -> None:
    assert found(ServicePort(443, "https", "a.example.org"), NGINX) == [
        "Port 443 is held by nginx (pid 812), so Apache httpd cannot open it. If that program serves it on purpose, take Apache "
        "httpd out of tls_services, or change the ports of Apache httpd (apache_tls_*). Otherwise stop the program."]
    (sentence,) = found(ServicePort(443, "https", None), {**NGINX, "pid": None, "process": None})
    assert "held by another program" in sentence


@pytest.mark.parametrize(("held", "listen", "meet"), [
    ("127.0.0.1", "", True), ("0.0.0.0", "192.0.2.7", True), ("192.0.2.7", "192.0.2.7", True), ("::1", "[::1]", True),
    ("192.0.2.8", "192.0.2.7", False),
])
def test_sockets_on_different_addresses_do_not_meet(held: str, listen: str, meet: bool) -> None:
    assert bool(found(ServicePort(443, "https", None, listen), {**NGINX, "address": held})) is meet


def test_what_the_service_holds_itself_and_plain_http_are_no_matter() -> None:
    assert found(ServicePort(443, "https", None), APACHE) == []
    assert found(ServicePort(443, "https", None), {**NGINX, "address": "127.0.0.1"}, APACHE) == []
    assert found(ServicePort(443, "http", None), NGINX) == []
    assert found(ServicePort(8443, "https", None), NGINX) == []


def test_a_further_port_of_the_same_program_is_named_once() -> None:
    rows = [{**APACHE, "port": 8443}, {**APACHE, "port": 8443, "address": "0.0.0.0"}, APACHE, {**NGINX, "port": 8080},
            {**APACHE, "port": 8005, "address": "127.0.0.1"}]
    (sentence,) = find_further([ServicePort(443, "https", None)], rows, ("apache2",), "Apache httpd")
    assert sentence.startswith("Apache httpd also listens on port 8443 (pid 9), which is not part of this plan. ")
