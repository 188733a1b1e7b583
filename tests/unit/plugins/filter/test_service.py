# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the service roles: one call into the core, errors as sentences of the play."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter import service

OPTIONS: Dict[str, Any] = dict(
    server_name="a.example", port=443, http_port=80, vhost="auto", document_root="", overrides="report", redirect_host="",
    redirect_exempt=[], hsts_max_age=None, hsts_include_subdomains=None, hsts_preload=None, client_certificate="policy",
    client_ca_file="", private_authority=True, plain_http="policy",
)
SEEN: Dict[str, Any] = dict(tls_library={"name": "openssl", "version": "3.0.20"}, vhosts=[], listens=[], overrides=[], problems=[])


@pytest.mark.parametrize("version, hybrid", [("3.0.20", False), ("3.5.7", True)])
def test_groups_follow_the_library(version: str, hybrid: bool) -> None:
    seen = dict(SEEN, tls_library={"name": "openssl", "version": version})
    assert ("X25519MLKEM768" in service.apache_settings(seen, "intermediate", OPTIONS)["groups"]) is hybrid


def test_errors_are_sentences_of_the_play() -> None:
    with pytest.raises(AnsibleFilterError, match="apache_tls_server_name"):
        service.apache_settings(SEEN, "intermediate", dict(OPTIONS, server_name="a b"))
    with pytest.raises(AnsibleFilterError, match="not linked to OpenSSL"):
        service.apache_settings(dict(SEEN, tls_library={"name": "gnutls", "version": "3.8"}), "intermediate", OPTIONS)
    with pytest.raises(AnsibleFilterError, match="No certificate entry is called 'x'"):
        service.certificate_choice([{"name": "a"}], "x")


def test_the_filters_are_all_there() -> None:
    assert set(service.FilterModule().filters()) >= {
        "apache_settings", "certificate_choice", "inside_endpoints", "outside_endpoints"}
