# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of Apache: options that are refused, and what its plan hands over."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans


@pytest.mark.parametrize("changed", [
    {"server_name": 'a"\nSSLProtocol all'}, {"server_name": "a b"}, {"redirect_host": "evil.org/"},
    {"document_root": "/srv\nListen 1"}, {"document_root": "${HOME}"}, {"client_ca_file": "ca.pem"},
    {"redirect_exempt": ["/x\n"]}, {"redirect_exempt": ["x"]}, {"overrides": "maybe"}, {"vhost": "x"},
    {"client_certificate": "yes"},
])
def test_what_cannot_be_written_is_refused(changed: dict[str, Any]) -> None:
    ((name, value),) = changed.items()
    with pytest.raises(OptionError, match="apache_tls_" + name):
        plans.needs_of("apache", {"apache_tls_" + name: value})


def test_ports_that_the_plan_closes_are_only_probed_by_a_run_that_changes_nothing(planned: Any) -> None:
    made = planned("apache", plain_http="close")
    assert [row["protocol"] for row in made["endpoints"]] == ["https"] and made["closing"][0]["port"] == 80
    assert [row["protocol"] for row in made["confirmation"]["endpoints"]] == ["https"]
    assert planned("apache", plain_http="redirect")["closing"] == []


def test_where_plaintext_ends(planned: Any) -> None:
    ends = {word: [(row["port"], row["closed"], row["redirected"]) for row in planned("apache", plain_http=word)["ending"]]
            for word in ("redirect", "close", "leave")}
    assert ends == {"redirect": [(80, False, True)], "close": [(80, True, False)], "leave": []}


def test_a_redirect_that_is_there_already_ends_nothing(planned: Any) -> None:
    def now(there: bool, plain_http: str) -> list[bool]:
        return [row["now"] for row in planned("apache", {"present_redirect": there}, plain_http=plain_http)["ending"]]

    assert (now(False, "redirect"), now(True, "redirect"), now(True, "close")) == ([True], [False], [True])


def test_a_tls_site_has_the_new_address_of_a_server_behind(planned: Any) -> None:
    leg = dict(file="/a.conf", line=3, macro="", name="ProxyPass", where="x", reverse=False, url="http://b.example", balancer="", socket="", odd=False,
               scheme="http", authority="b.example", host="b.example", port="", verify="none", peer_name="on", keeps_host=False, names=[], was="")
    host = dict(key="/a.conf:1", file="/a.conf", line=1, macro="", addresses=["*:80"], ports=[80], server_name="web.example.org", aliases=[],
                document_root="/srv", tls=False, unclear=[], front="", ssl_engine=None, certificate="")
    made = planned("apache", {"legs": [leg], "vhosts": [host]}, backends=[{"name": "b.example", "ca_file": "/ca", "server_name": "c.example"}])
    (sites,) = [change for change in made["changes"] if change["kind"] == "apache_sites"]
    assert sites["replaced"] == [{"file": "/a.conf", "line": 3, "text": "http://b.example", "instead": "https://c.example"}]
