# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter of the role postfix: one call into the core, errors as sentences of the play."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter import postfix

OPTIONS: Dict[str, Any] = dict(
    server_name="", smtp="auto", smtp_relay="keep", submission="auto", submissions="auto", sasl="auto", sasl_path="",
    sender_login="checked", sender_login_maps="", outgoing="auto", outgoing_ca_file="/etc/ssl/certs/ca-certificates.crt",
    destinations=[], client_certificate="policy", client_ca_file="", overrides="report", loglevel=1, received_header=True,
    resolver={})
SEEN: Dict[str, Any] = dict(
    installed=True, tls_library={"name": "openssl", "version": "3.0.20"}, unit="postfix.service", mail_version="3.7.11",
    hostname="mail.example.org", domains=[], interfaces=["all"], queue_directory="/var/spool/postfix", daemon_directory="/usr/lib/postfix/sbin",
    recipient_delimiter="", files={"main": "m", "master": "n"}, settings={}, entries=[],
    sasl={"dovecot": False, "cyrus": "absent", "rimap": False}, problems=[])


@pytest.mark.parametrize("version, hybrid", [("3.0.20", False), ("3.5.7", True)])
def test_groups_follow_the_library(version: str, hybrid: bool) -> None:
    seen = dict(SEEN, tls_library={"name": "openssl", "version": version})
    made = postfix.postfix_settings(seen, "intermediate", OPTIONS)
    assert ("X25519MLKEM768" in made["main"]["tls_eecdh_auto_curves"]) is hybrid


def test_the_level_of_the_list_is_always_said() -> None:
    # Postfix sets OpenSSL's security level to 0 by itself.
    made = postfix.postfix_settings(SEEN, "intermediate", OPTIONS)
    assert made["main"]["tls_high_cipherlist"].endswith("@SECLEVEL=2")
    assert made["openssl"]["ciphersuites"].startswith("TLS_AES_128_GCM_SHA256:")
    assert postfix.postfix_settings(SEEN, "modern", OPTIONS)["main"]["tls_high_cipherlist"] is None


@pytest.mark.parametrize(("seen", "words"), [
    ({"installed": False}, "not installed"),
    (dict(SEEN, tls_library=None), "not linked to OpenSSL"),
    (dict(SEEN, tls_library={"name": "gnutls", "version": "3.7"}), "not linked to OpenSSL"),
])
def test_what_cannot_be_worked_out_is_said(seen: Dict[str, Any], words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        postfix.postfix_settings(seen, "intermediate", OPTIONS)


def test_errors_are_sentences_of_the_play() -> None:
    with pytest.raises(AnsibleFilterError, match="postfix_tls_smtp"):
        postfix.postfix_settings(SEEN, "intermediate", dict(OPTIONS, smtp="on"))
